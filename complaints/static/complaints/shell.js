"use strict";

// Small conveniences of every page; each works, or is not needed, without this file.

// On narrow screens the menu folds away behind its button.
for (const button of document.querySelectorAll(".nav-toggle")) {
  const nav = document.getElementById(button.getAttribute("aria-controls"));
  if (!nav) continue;
  document.documentElement.classList.add("nav-folds");
  button.addEventListener("click", () => {
    const isOpen = nav.classList.toggle("is-open");
    button.setAttribute("aria-expanded", String(isOpen));
  });
}

// Menus close when attention goes elsewhere, and on Escape.
const openMenus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || "stays" in form.dataset) return; // a download leaves the page
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Buttons that print the page.
for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

// Choices that take effect at once.
for (const field of document.querySelectorAll("[data-submits]")) {
  field.addEventListener("change", () => field.form.requestSubmit());
}

// The first field that is wrong is the one to go to.
const wrong = document.querySelector(".errorlist");
if (wrong) {
  const row = wrong.closest(".form-row, .field, form");
  const field = row && row.querySelector("input:not([type=hidden]), select, textarea");
  if (field) field.focus();
}
