"use strict";

// Conveniences of the pages of an investigation; each page works without this file.

// Documents are printed whole: what is folded away unfolds for paper.
window.addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("#content details:not(.menu)")) fold.open = true;
});
