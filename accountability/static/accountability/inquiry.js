"use strict";

// Conveniences of the pages of an investigation; each page works without this file.

// What is folded away unfolds for paper.
window.addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("#content details:not(.menu)")) fold.open = true;
});

// --- Moving between the cells of a table -----------------------------------------------------------------------------

// The control in the same column of another row, or beside it in the same row.
function goTo(table, cell, down, right) {
  const rows = [...table.querySelectorAll("[data-row]")].map((row) => [...row.querySelectorAll("[data-cell]")]);
  const line = rows.findIndex((cells) => cells.includes(cell));
  if (line < 0) return false;
  const column = rows[line].indexOf(cell) + right;
  const target = rows[line + down] && rows[line + down][column];
  if (!target) return false;
  target.focus();
  if (target.select) target.select();
  return true;
}

// --- The evidence matrix ------------------------------------------------------------------------------------------------

const BEARINGS = { "+": "supports", "=": "supports", "-": "contradicts", "−": "contradicts", "_": "contradicts", "0": "silent", ")": "silent" };
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [1, 0] };

function paint(cell) {
  cell.closest("td").className = `square is-${cell.value || "open"}`;
}

for (const table of document.querySelectorAll("[data-matrix]")) {
  for (const cell of table.querySelectorAll("[data-cell]")) cell.addEventListener("change", () => paint(cell));
  table.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (!cell.matches("[data-cell]")) {
      if (event.key === "Enter") event.preventDefault(); // a remark does not send the form
      return;
    }
    if (event.key in BEARINGS) {
      cell.value = BEARINGS[event.key];
      paint(cell);
      event.preventDefault();
    } else if (event.key in MOVES) {
      const [down, right] = MOVES[event.key];
      goTo(table, cell, event.key === "Enter" && event.shiftKey ? -1 : down, right);
      event.preventDefault();
    }
  });
}

// --- Who bears what -----------------------------------------------------------------------------------------------------

// A share in hundredths of a percent; null if it is none.
function hundredths(text) {
  const found = /^\s*(\d{1,3})(?:[.。](\d{1,2}))?\s*%?\s*$/.exec(text.normalize("NFKC"));
  if (!found) return null;
  const value = Number(found[1]) * 100 + Number((found[2] || "").padEnd(2, "0"));
  return value <= 10000 ? value : null;
}

const written = (value) => `${Math.floor(value / 100)}.${String(value % 100).padStart(2, "0")}`;

// Ten thousand hundredths in parts as equal as they allow; the odd ones go to the first.
function equalParts(count) {
  const part = Math.floor(10000 / count);
  return Array.from({ length: count }, (_, place) => part + (place < 10000 % count ? 1 : 0));
}

class Assignments {
  constructor(box) {
    this.box = box;
    this.table = box.querySelector("table");
    this.words = JSON.parse(document.getElementById(box.dataset.words).textContent);
    for (const hidden of box.querySelectorAll("[data-keys], [data-add-assignment], [data-equal], [data-remove]")) hidden.hidden = false;
    for (const row of this.table.querySelectorAll("[data-row]")) this.prepare(row);
    box.addEventListener("input", () => this.sum());
    box.addEventListener("change", (event) => {
      if (event.target.name && event.target.name.endsWith("-share_kind")) this.follow(event.target);
      this.sum();
    });
    box.addEventListener("click", (event) => this.press(event.target));
    this.table.addEventListener("keydown", (event) => this.key(event));
    this.sum();
  }

  prepare(row) {
    for (const control of row.querySelectorAll(".assignment-line select, .assignment-line input")) control.dataset.cell = "";
    const remove = row.querySelector("[data-remove]");
    if (remove) remove.hidden = false;
  }

  control(row, name) {
    return row.querySelector(`[name$="-${name}"]`);
  }

  // Rows that are about something, by allegation.
  parts() {
    const found = new Map();
    for (const row of this.table.querySelectorAll("[data-row]")) {
      const option = this.control(row, "charge").selectedOptions[0];
      if (!option || !option.dataset.allegation) continue;
      const share = this.control(row, "share");
      const part = { row, party: option.dataset.party, kind: this.control(row, "share_kind").value || "none", share: hundredths(share.value || "0") };
      if (!found.has(option.dataset.allegation)) found.set(option.dataset.allegation, []);
      found.get(option.dataset.allegation).push(part);
    }
    return found;
  }

  sum() {
    const parts = this.parts();
    for (const line of this.box.querySelectorAll("[data-sum]")) {
      const own = parts.get(line.dataset.sum) || [];
      const output = line.querySelector("[data-total]");
      const { texts, isRight } = this.judge(own);
      const total = own.reduce((sum, part) => sum + (part.share || 0), 0);
      const shown = [`${written(total)} %`, ...texts].join("\n");
      if (output.textContent !== shown) output.textContent = shown;
      line.classList.toggle("is-right", isRight);
      line.classList.toggle("is-wrong", !isRight && own.some((part) => part.kind !== "none"));
    }
  }

  say(code, parts = [], facts = {}) {
    const values = { parties: parts.map((part) => part.party).join(this.words.separator), ...facts };
    return this.words.problems[code].replace(/%\((\w+)\)s/g, (_, name) => values[name]).replaceAll("%%", "%");
  }

  // The same rules as the service's, in the same words; the service has the last word.
  judge(parts) {
    const inexact = parts.filter((part) => part.share === null);
    if (inexact.length) return { texts: [this.say("not_exact", inexact)], isRight: false };
    const texts = [];
    const add = (code, wrong, facts) => texts.push(this.say(code, wrong, facts));
    const of = (...kinds) => parts.filter((part) => kinds.includes(part.kind));
    const bearing = parts.filter((part) => part.kind !== "none");
    const each = { none_bears: of("none").filter((part) => part.share), bears_nothing: bearing.filter((part) => !part.share), sole_not_whole: of("sole").filter((part) => part.share !== 10000) };
    for (const [code, wrong] of Object.entries(each)) if (wrong.length) add(code, wrong);
    if (!bearing.length) return { texts: texts.length ? texts : [this.words.nobody], isRight: false };
    const [sole, primary, secondary, equal] = ["sole", "primary", "secondary", "equal"].map((kind) => of(kind));
    if (sole.length && bearing.length > 1) add("sole_with_others", sole);
    if (primary.length > 1) add("two_primaries", primary);
    if (primary.length === 1 && bearing.length === 1) add("primary_alone", primary);
    if (secondary.length === 1 && bearing.length === 1) add("secondary_alone", secondary);
    else if (secondary.length && !primary.length && !sole.length) add("no_primary");
    const most = Math.max(...primary.map((part) => part.share));
    const above = primary.length ? secondary.filter((part) => part.share > most) : [];
    if (above.length) add("above_primary", above);
    texts.push(...this.judgeEqual(equal, bearing));
    const total = parts.reduce((sum, part) => sum + part.share, 0);
    if (total !== 10000) add("not_hundred", [], { total: written(total) });
    const isRight = !texts.length;
    if (isRight) texts.push(this.words.right, ...this.rounding(equal));
    return { texts, isRight };
  }

  judgeEqual(equal, bearing) {
    if (!equal.length) return [];
    if (equal.length < bearing.length) return [this.say("equal_mixed")];
    if (equal.length === 1) return [this.say("equal_alone", equal)];
    const expected = equalParts(equal.length);
    const given = equal.map((part) => part.share).sort((one, other) => other - one);
    const isEqual = given.every((share, place) => share === expected[place]);
    return isEqual ? [] : [this.say("equal_not_equal", [], { expected: expected.map(written).join(" / ") })];
  }

  rounding(equal) {
    const lowest = Math.min(...equal.map((part) => part.share));
    const above = equal.filter((part) => part.share > lowest);
    if (!above.length) return [];
    const values = { shares: equal.map((part) => written(part.share)).join(" / "), count: equal.length, parties: above.map((part) => part.party).join(this.words.separator) };
    return [this.words.rounding.replace(/%\((\w+)\)[sd]/g, (_, name) => values[name]).replaceAll("%%", "%")];
  }

  // What follows from the kind of responsibility is filled in.
  follow(kind) {
    const share = this.control(kind.closest("[data-row]"), "share");
    if (kind.value === "sole") share.value = "100.00";
    if (kind.value === "none") share.value = "0.00";
  }

  // Everybody of the allegation who is not without responsibility bears the same.
  equal(allegation) {
    const own = this.parts().get(String(allegation)) || [];
    const chosen = own.filter((part) => this.control(part.row, "share_kind").value !== "none");
    if (chosen.length < 2) return;
    const shares = equalParts(chosen.length);
    chosen.forEach((part, place) => {
      this.control(part.row, "share_kind").value = "equal";
      this.control(part.row, "share").value = written(shares[place]);
    });
    this.sum();
  }

  press(target) {
    const button = target.closest("button");
    if (!button) return;
    if ("equal" in button.dataset) this.equal(button.dataset.equal);
    if ("addAssignment" in button.dataset) this.add();
    if ("remove" in button.dataset) this.remove(button.closest("[data-row]"));
  }

  add() {
    const row = this.box.querySelector("template").content.querySelector("[data-row]").cloneNode(true);
    const numbers = [...this.table.querySelectorAll("[data-row] [name]")].map((control) => Number(/-(\d+)-/.exec(control.name)[1]));
    const place = String(Math.max(-1, ...numbers) + 1);
    for (const element of row.querySelectorAll("[id], [name], [for]")) {
      for (const name of ["id", "name", "for"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace("__row__", place));
      }
    }
    this.table.append(row);
    this.prepare(row);
    this.control(row, "charge").focus();
    this.sum();
  }

  remove(row) {
    const next = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    const target = next && next.matches("[data-row]") ? this.control(next, "charge") : this.box.querySelector("[data-add-assignment]");
    target.focus();
    this.sum();
  }

  key(event) {
    const cell = event.target;
    if (!cell.matches("[data-cell]") || event.ctrlKey || event.altKey || event.metaKey) return;
    const isText = cell.matches("input");
    const isAtStart = !isText || (cell.selectionStart === 0 && cell.selectionEnd === 0) || cell.selectionEnd - cell.selectionStart === cell.value.length;
    const isAtEnd = !isText || cell.selectionStart === cell.value.length || cell.selectionEnd - cell.selectionStart === cell.value.length;
    let isDone = false;
    if (event.key === "Enter") {
      goTo(this.table, cell, event.shiftKey ? -1 : 1, 0);
      isDone = true; // never sends the form
    } else if (event.key === "=" && isText) {
      this.equal(this.control(cell.closest("[data-row]"), "charge").selectedOptions[0].dataset.allegation);
      isDone = true;
    } else if (event.key === "ArrowLeft" && isAtStart) isDone = goTo(this.table, cell, 0, -1) || !isText;
    else if (event.key === "ArrowRight" && isAtEnd) isDone = goTo(this.table, cell, 0, 1) || !isText;
    else if (event.key === "ArrowUp" && isText) isDone = goTo(this.table, cell, -1, 0);
    else if (event.key === "ArrowDown" && isText) isDone = goTo(this.table, cell, 1, 0);
    if (isDone) event.preventDefault();
  }
}

for (const box of document.querySelectorAll("[data-assignments]")) new Assignments(box);
for (const keys of document.querySelectorAll("[data-keys]")) keys.hidden = false;
