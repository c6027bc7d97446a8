"use strict";

// Elements, and the words in which figures are said.

const SVG = "http://www.w3.org/2000/svg";
const NONE = "–";

/** An element of HTML. Children are elements or texts; a text never becomes markup. */
function html(name, attributes, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** An element of SVG. */
function svg(name, attributes, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Whole digits in groups of three; a minus that is as wide as a digit. */
function grouped(digits) {
  return digits.replace(/^-/, "−").replace(/\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));
}

function count(number) {
  return grouped(String(number));
}

/** Counted things in words: "1 flip", "2 flips". */
function counted(number, one, many = `${one}s`) {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** Two decimals of a number of at most four, or all where it would look like nothing; halves go away from zero. */
function decimals(number) {
  if (number !== 0 && Math.abs(number) < 0.005) return grouped(number.toFixed(4));
  // In whole numbers, as 60.425 is a little less than that.
  const hundredths = Math.floor((Math.round(Math.abs(number) * 10000) + 50) / 100);
  const sign = number < 0 && hundredths > 0 ? "-" : "";
  return grouped(`${sign}${(hundredths / 100).toFixed(2)}`);
}

function percent(number) {
  return `${decimals(number)}%`;
}

function points(number) {
  return `${withSign(decimals(number))} pp`;
}

function withSign(text) {
  return text.startsWith("−") || !/[1-9]/.test(text) ? text.replace(/^−(?=[0.,]*$)/, "") : `+${text}`;
}

/** An amount, which is a text, digit by digit as it was given. */
function money(text) {
  return grouped(text);
}

/** An amount in minor units, to reckon with exactly. */
function minor(text) {
  return BigInt(text.replace(".", ""));
}

/** Minor units as an amount's text. */
function major(units) {
  const digits = String(units < 0n ? -units : units).padStart(3, "0");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function difference(now, then) {
  return major(minor(now) - minor(then));
}

/** A figure of which nobody knows whether it is a number, an amount or a span of time. */
function figure(value) {
  const text = String(value ?? NONE);
  return /^-?\d+(\.\d+)?$/.test(text) ? grouped(text) : visible(text);
}

/** A short label for an axis: 1.5k, 20M. */
function short(number) {
  const units = [
    [1e12, "T"],
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ];
  const [size, unit] = units.find(([size]) => Math.abs(number) >= size) ?? [1, ""];
  return grouped(String(Number((number / size).toPrecision(6)))) + unit;
}

/** An id or a name that somebody else chose, with what cannot be seen or turns the text around made visible. */
function visible(text) {
  const whole = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);
  return whole === "" ? "(empty)" : whole;
}

/** As many characters of a text as can be borne. */
function clipped(text, most) {
  const characters = Array.from(text);
  const [start, end] = [characters.slice(0, most - 8).join(""), characters.slice(-7).join("")];
  return characters.length > most ? `${start}…${end}` : text;
}

/** As `visible`, of a length that fits into a line. */
function brief(text) {
  return clipped(visible(text), 48);
}

/** An element that shows a name; all of it is in the title. */
function nameOf(text, kind = "span") {
  const shown = brief(text);
  return html(kind, { class: "name", title: shown === visible(text) ? null : visible(text).slice(0, 2000) }, shown);
}

/** Whether an outcome was good, in words: a reason, or that there is none. */
function outcome(reason) {
  return reason === null ? "accepted" : visible(reason);
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Midnight of a day that is written as 2000-01-31, in milliseconds. */
function midnight(day) {
  return Date.parse(`${day}T00:00:00Z`);
}

/** 31 Jan 2000 */
function dayInWords(day) {
  const date = new Date(midnight(day));
  return Number.isNaN(date.getTime())
    ? day
    : `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** 2000-01-31 12:00:00 UTC */
function timeInWords(time) {
  return time.replace("T", " ").replace(/Z$/, " UTC");
}

/** The whole period that is reported. */
function periodInWords({ from, to, first, last }) {
  if (first === null) {
    return from === null && to === null
      ? "no transaction"
      : `${from ?? "the beginning"} to ${to ?? "the end"}: no transaction`;
  }
  const whole = `${dayInWords(from ?? first.slice(0, 10))} to ${dayInWords(to ?? last.slice(0, 10))}`;
  return from === null && to === null ? `${whole}, all of the history` : `${whole}, of a longer history`;
}

/** How much there was to decide. */
function sizeInWords({ transactions, customers }, rejected) {
  const decided = `${counted(transactions, "transaction")} of ${counted(customers, "customer")}`;
  return rejected === 0 ? decided : `${decided}; ${counted(rejected, "line")} rejected`;
}

/** The switch between light and dark, which begins with what the reader's system prefers. */
function wireTheme() {
  const button = document.getElementById("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const current = () => document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
  const label = () => {
    button.textContent = current() === "dark" ? "☀ Light" : "☾ Dark";
  };
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = current() === "dark" ? "light" : "dark";
    label();
  });
  dark.addEventListener("change", label);
  label();
}

/** What the page is about. */
function embedded() {
  return JSON.parse(document.getElementById("data").textContent);
}
