"use strict";

// Tables that are sorted by their headings.

/** How many rows of a long table are shown at first. */
const ROWS_SHOWN = 100;

/**
 * A table in a box that scrolls by itself.
 *
 * A column is `{ title, cell(row), by(row) }`: what is shown, a text or an element, and what it is sorted by, a number,
 * a BigInt or a text. `isFigure` puts it to the right; `note` explains the heading. `each(row, element)` marks rows;
 * `sortedBy` is the place of the column by which they are sorted at first.
 */
function tableOf({ label, columns, rows, each = () => {}, sortedBy = -1 }) {
  if (rows.length === 0) {
    return Object.assign(html("p", { class: "muted" }, "None."), { showAll: () => {} });
  }
  const body = html("tbody");
  const box = html("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label });
  const more = html("button", { type: "button", class: "more" });
  const state = { by: sortedBy, isDown: false, all: rows.length <= ROWS_SHOWN };
  const fill = () => {
    const sorted = state.by < 0 ? rows : [...rows].sort(comparing(columns[state.by].by, state.isDown));
    body.replaceChildren(...(state.all ? sorted : sorted.slice(0, ROWS_SHOWN)).map((row) => rowOf(row, columns, each)));
    headings.forEach(mark);
    more.hidden = state.all;
    more.textContent = `Show all ${count(rows.length)}`;
  };
  const headings = columns.map((column, index) =>
    headingOf(column, () => {
      state.isDown = state.by === index ? !state.isDown : column.isFigure === true;
      state.by = index;
      fill();
    }),
  );
  const mark = (heading, index) => {
    const order = state.isDown ? "descending" : "ascending";
    heading.setAttribute("aria-sort", index === state.by ? order : "none");
  };
  more.addEventListener("click", () => {
    state.all = true;
    fill();
  });
  fill();
  box.append(html("table", {}, html("thead", {}, html("tr", {}, headings)), body));
  const whole = html("div", { class: "table" }, box, more);
  whole.showAll = () => {
    if (!state.all) {
      more.click();
    }
  };
  return whole;
}

function headingOf({ title, note, isFigure }, clicked) {
  const button = html("button", { type: "button", title: note }, title);
  button.addEventListener("click", clicked);
  return html("th", { scope: "col", class: isFigure ? "figure" : null, "aria-sort": "none" }, button);
}

function rowOf(row, columns, each) {
  const cells = columns.map(({ cell, isFigure }) => html("td", { class: isFigure ? "figure" : null }, cell(row)));
  const element = html("tr", {}, cells);
  each(row, element);
  return element;
}

/** An order of rows; equal ones stay as they were. */
function comparing(by, isDown) {
  const sign = isDown ? -1 : 1;
  return (a, b) => {
    const [x, y] = [by(a), by(b)];
    return x === y ? 0 : sign * (typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x < y ? -1 : 1);
  };
}

/** A column of counts. */
function countColumn(title, value, note) {
  return { title, note, isFigure: true, cell: (row) => count(value(row)), by: value };
}

/** A column of amounts. */
function moneyColumn(title, value, note) {
  return { title, note, isFigure: true, cell: (row) => money(value(row)), by: (row) => minor(value(row)) };
}

/** A column of differences of amounts. */
function changeColumn(title, value, note) {
  return { title, note, isFigure: true, cell: (row) => withSign(money(value(row))), by: (row) => minor(value(row)) };
}

/** A column of numbers in a form. */
function numberColumn(title, value, form, note) {
  return { title, note, isFigure: true, cell: (row) => form(value(row)), by: value };
}

/** A part of the page with a heading. */
function section(title, about, ...content) {
  return html(
    "section",
    {},
    html("h2", {}, title),
    about === null ? null : html("p", { class: "muted" }, about),
    content,
  );
}

/** A figure that matters, with what it was and what it means. */
function keyFigure(label, value, ...words) {
  return html(
    "div",
    { class: "card key-figure" },
    html("h3", {}, label),
    html("p", { class: value.length > 15 ? "value long" : "value" }, value),
    words.map((line) => html("p", {}, line)),
  );
}

/** What something was and how it changed; good or bad by its sign, if that can be said. */
function changed(text, isGood) {
  const isNothing = !/[1-9]/.test(text);
  const isUp = !text.startsWith("−");
  const kind = isNothing || isGood === null ? "change" : `change ${isUp === isGood ? "accepted" : "declined"}`;
  return html("span", { class: kind }, isNothing ? "no change" : text);
}

/** A list of terms and what they are; of the kind "facts led" the first has all of a line. */
function facts(entries, kind = "facts") {
  return html(
    "dl",
    { class: kind },
    entries.filter(Boolean).map(([term, ...what]) =>
      html(
        "div",
        {},
        html("dt", {}, term),
        what.map((one) => html("dd", {}, one)),
      ),
    ),
  );
}

function notesOf(notes) {
  return notes.length === 0
    ? null
    : html(
        "ul",
        { class: "notes" },
        notes.map((note) => html("li", {}, clipped(visible(note), 600))),
      );
}

/** Where the figures come from, for whoever wants to make them again. */
function footer(policies, head) {
  const listed = policies.map(([title, list]) => [
    title,
    ...list.map(({ position, sha256 }) =>
      html(
        "span",
        {},
        position === null || position === undefined ? null : `position ${count(position)}: `,
        html("code", {}, sha256),
      ),
    ),
  ]);
  return html(
    "footer",
    {},
    facts([
      ...listed.filter(([, ...entries]) => entries.length > 0),
      head === null ? null : ["Head of the ledger", html("code", {}, head)],
    ]),
    html(
      "p",
      { class: "muted" },
      "Made by Tidegate. This file holds all that it shows and asks nothing of any network.",
    ),
  );
}
