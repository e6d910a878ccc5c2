"use strict";

// Conveniences of the pages of a complaint; each page works without this file.

// Rows that can be added: the page brings an empty one along.
for (const box of document.querySelectorAll("[data-rows]")) {
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

// The time line can be narrowed to one kind of entry.
for (const bar of document.querySelectorAll("[data-filters]")) {
  const list = document.getElementById(bar.dataset.filters);
  const buttons = bar.querySelectorAll("button");
  bar.hidden = false;
  for (const button of buttons) {
    button.addEventListener("click", () => {
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      for (const entry of list.children) entry.hidden = Boolean(button.dataset.kind) && entry.dataset.kind !== button.dataset.kind;
    });
  }
}
