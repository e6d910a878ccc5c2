"use strict";

// Bulk intake: the page of a run follows it, and columns that are left out step back. Without this file there is a link to look
// again, and the choices speak for themselves.

const place = document.querySelector("[data-progress]");
if (place) {
  const bar = place.querySelector("progress");
  const text = place.querySelector("[data-progress-text]");
  const look = async () => {
    try {
      const answer = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const said = await answer.json();
        if (said.over) {
          window.location.reload();
          return;
        }
        if (said.percent === null) bar.removeAttribute("value");
        else bar.value = said.percent;
        text.textContent = said.text;
      }
    } catch {
      // The server is away for a moment: ask again.
    }
    window.setTimeout(look, 1000);
  };
  look();
}

for (const choice of document.querySelectorAll(".mapping-table select")) {
  const mark = () => choice.closest("tr").classList.toggle("is-left-out", choice.value === "");
  choice.addEventListener("change", mark);
  mark();
}
