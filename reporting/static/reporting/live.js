"use strict";

// A page that asks for itself again and again: only what is inside #live is put in place of the old, so that the place
// on the page, and the link in focus, stay. Nothing is asked while nobody looks.

const live = () => document.getElementById("live");
const every = Number(live().dataset.every) * 1000;
let isAsking = false;

const placeOf = (link) => (link && live().contains(link) ? link.getAttribute("href") : null);

const put = (text) => {
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("live");
  if (!fresh) throw new Error("another page");
  const focused = placeOf(document.activeElement);
  live().replaceWith(document.adoptNode(fresh));
  if (!focused) return;
  for (const link of live().querySelectorAll("a")) {
    if (link.getAttribute("href") === focused) {
      link.focus({ preventScroll: true });
      break;
    }
  }
};

const ask = async () => {
  if (isAsking || document.hidden) return;
  isAsking = true;
  try {
    const answer = await fetch(location.href, { cache: "no-store", redirect: "error" });
    if (!answer.ok) throw new Error(answer.statusText);
    put(await answer.text());
  } catch {
    live().querySelector("[data-stale]").hidden = false;
  } finally {
    isAsking = false;
  }
};

setInterval(ask, every);
document.addEventListener("visibilitychange", ask);
