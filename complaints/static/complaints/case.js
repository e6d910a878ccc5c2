"use strict";

// Conveniences of the pages of a complaint; each page works without this file.

// Rows that can be added: the page brings an empty one along.
function prepareRows(place) {
  for (const box of place.querySelectorAll("[data-rows]")) {
    const button = box.querySelector("[data-add-row]");
    const blank = box.querySelector("template");
    button.hidden = false;
    button.addEventListener("click", () => {
      const count = box.querySelectorAll(":scope > .row-form").length;
      const row = blank.content.firstElementChild.cloneNode(true);
      for (const element of row.querySelectorAll("[id], [name], [for]")) {
        for (const name of ["id", "name", "for"]) {
          const value = element.getAttribute(name);
          if (value) element.setAttribute(name, value.replace("__row__", String(count)));
        }
      }
      row.querySelector("[data-number]").textContent = String(count + 1);
      blank.before(row);
      row.querySelector("input, select, textarea").focus();
    });
  }
}

// A registration with files is looked through before the files are sent: a page that comes back with a question would
// lose what was chosen.
function prepareLook(place) {
  for (const form of place.querySelectorAll("form[data-looks-first]")) {
    const files = form.querySelector("input[type=file]");
    form.addEventListener("submit", async (event) => {
      if (!files || !files.files.length) return;
      event.preventDefault();
      if (form.dataset.looking) return;
      form.dataset.looking = "yes";
      const answer = await look(form, files.name);
      if (!answer) {
        form.submit();
        return;
      }
      answer.querySelector("input[type=file]").replaceWith(files);
      document.getElementById("content").replaceWith(answer);
      prepare(answer);
      const news = answer.querySelector(".errorlist, #alike, #particulars, [role=status]");
      if (news) news.scrollIntoView({ block: "center" });
    });
  }
}

// The page as it would come back, or nothing if nothing stands in the way (or nobody answers as expected).
async function look(form, filesName) {
  const typed = new FormData(form);
  typed.delete(filesName);
  typed.set("only_look", "yes");
  try {
    const response = await fetch(form.action, { method: "POST", body: typed });
    if (response.status !== 200 && response.status !== 422) return null;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const content = page.getElementById("content");
    return content && content.querySelector("form[data-looks-first] input[type=file]") ? content : null;
  } catch {
    return null;
  }
}

// The time line can be narrowed to one kind of entry.
function prepareFilters(place) {
  for (const bar of place.querySelectorAll("[data-filters]")) {
    const box = document.getElementById(bar.dataset.filters);
    const buttons = bar.querySelectorAll("button");
    bar.hidden = false;
    for (const button of buttons) {
      button.addEventListener("click", () => {
        const kind = button.dataset.kind;
        for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
        for (const entry of box.querySelectorAll(".timeline > li")) entry.hidden = Boolean(kind) && entry.dataset.kind !== kind;
        for (const earlier of box.querySelectorAll(".earlier")) earlier.open ||= Boolean(kind);
      });
    }
  }
}

// A narrow window shows what is to be done now; the rest unfolds at a touch.
function foldAway() {
  if (!window.matchMedia("(max-width: 820px)").matches) return;
  for (const part of document.querySelectorAll(".case-main > .folds[open]:not([data-now])")) part.open = false;
}

// What an address leads to is not folded away.
function unfold() {
  const target = window.location.hash && document.getElementById(window.location.hash.slice(1));
  if (target && target.matches("details")) target.open = true;
}
window.addEventListener("hashchange", unfold);
for (const link of document.querySelectorAll(".jump a")) link.addEventListener("click", () => window.setTimeout(unfold));

function prepare(place) {
  prepareRows(place);
  prepareLook(place);
  prepareFilters(place);
}

prepare(document);
foldAway();
unfold();
