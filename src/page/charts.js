"use strict";

// What all charts have in common: a figure of the page, scales, axes, and values that are read out.

const PLOT_HEIGHT = 260;
const LABEL_SIZE = 12;

/** What charts are drawn for on paper, in pixels; they are scaled to the sheet, whatever it is. */
const PRINT_WIDTH = 660;

let ruler = null;

/** How wide a label is drawn, in pixels. */
function widthOf(text) {
  if (ruler === null) {
    ruler = document.createElement("canvas").getContext("2d");
    ruler.font = `${LABEL_SIZE}px ${getComputedStyle(document.body).fontFamily}`;
  }
  return ruler.measureText(text).width;
}

/** As much of a text as fits into a width. */
function fitting(text, width) {
  if (widthOf(text) <= width) {
    return text;
  }
  const characters = Array.from(text);
  while (characters.length > 1 && widthOf(`${characters.join("")}…`) > width) {
    characters.pop();
  }
  return `${characters.join("")}…`;
}

/** A straight scale from a domain to pixels; of a domain that is one point, to their middle. */
function linear([low, high], [start, end]) {
  return (value) => (high === low ? (start + end) / 2 : start + ((value - low) / (high - low)) * (end - start));
}

/** Round values that cover a range: about so many, at most so many more. */
function ticks(low, high, wanted) {
  const rough = (high - low) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough > 0 ? rough : 1));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough * 0.999) ?? power;
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  return Array.from({ length: Math.max(2, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The least ticks of a share in per cent: it neither falls below nothing nor exceeds everything. */
function shareTicks(values, wanted) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max((high - low) * 0.1, 0.5);
  return ticks(Math.max(0, low - room), Math.min(100, high + room), wanted).filter((tick) => tick >= 0 && tick <= 100);
}

/** Ticks of a quantity from nothing up to the largest value. */
function ticksFromZero(values, wanted) {
  return ticks(0, Math.max(1, ...values), wanted);
}

/** Round values between the least and the largest value. */
function ticksWithin(values, wanted) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const within = ticks(low, high, wanted).filter((tick) => tick >= low && tick <= high);
  return within.length > 0 ? within : [low];
}

/** The ends of a list of ticks, which are the domain of its scale. */
function ends(list) {
  return [list[0], list.at(-1)];
}

/**
 * A figure with a chart in it, drawn as wide as there is room, and again when that changes.
 *
 * `draw(width)` gives `{ picture, label, marks }`: an element of SVG, what it shows in a sentence, and what is read
 * out.
 */
function chart({ key, title, about, legend = [], choices = null }, draw) {
  const plot = html("div", { class: "plot" });
  const figure = html("figure", { class: "card chart", "data-chart": key });
  const heading = html(
    "figcaption",
    {},
    html("h3", {}, title),
    about === undefined ? null : html("p", { class: "muted" }, about),
  );
  figure.append(heading);
  if (choices !== null) {
    figure.append(choiceOf(choices, title, () => redraw(true)));
  }
  if (legend.length > 0) {
    figure.append(legendOf(legend));
  }
  figure.append(plot);
  let drawn = 0;
  const drawAt = (width) => {
    drawn = width;
    show(plot, draw(Math.max(width, 240)));
    figure.dataset.drawn = "true";
  };
  const redraw = (anew) => {
    const width = Math.floor(plot.clientWidth);
    if (width > 0 && (anew || width !== drawn)) {
      drawAt(width);
    }
  };
  addEventListener("beforeprint", () => drawAt(PRINT_WIDTH));
  addEventListener("afterprint", () => redraw(true));
  // Not within the observer's own turn: a change of height there would be reported as a loop.
  new ResizeObserver(() => requestAnimationFrame(() => redraw(false))).observe(plot);
  return figure;
}

function show(plot, { picture, label, marks }) {
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", label);
  plot.replaceChildren(picture);
  if (marks.length > 0) {
    readOut(plot, picture, marks);
  }
}

/** What stands in place of a chart that has nothing to show. */
function emptyPicture(width, words = "Nothing to show in this period") {
  const text = svg("text", { x: width / 2, y: 40, class: "empty", "text-anchor": "middle" }, words);
  return { picture: picture(width, 70, text), label: words, marks: [] };
}

function picture(width, height, ...children) {
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height }, ...children);
}

/** Entries of `[class, label]`; the class says with which sample. */
function legendOf(entries) {
  const sample = (kind) =>
    svg("svg", { class: "sample", viewBox: "0 0 22 12", width: 22, height: 12, "aria-hidden": "true" }, sampleOf(kind));
  return html(
    "ul",
    { class: "legend" },
    entries.map(([kind, label]) => html("li", {}, sample(kind), label)),
  );
}

function sampleOf(kind) {
  if (kind.startsWith("line ")) {
    return svg("path", { class: kind, d: "M1 6H21" });
  }
  if (kind.startsWith("dot ")) {
    return svg("circle", { class: kind, cx: 11, cy: 6, r: 4.5 });
  }
  if (kind.startsWith("diamond ")) {
    return diamond(11, 6, 5, kind);
  }
  return kind.startsWith("cross ")
    ? cross(11, 6, 4, kind)
    : svg("rect", { class: kind, x: 4, y: 1, width: 14, height: 10, rx: 2 });
}

function diamond(x, y, r, kind) {
  return svg("path", { class: kind, d: `M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}Z` });
}

function cross(x, y, r, kind) {
  return svg("path", { class: kind, d: `M${x - r} ${y - r}L${x + r} ${y + r}M${x - r} ${y + r}L${x + r} ${y - r}` });
}

/** Buttons of which one is on. `choices` has `options`, pairs of key and label, and the `chosen` key, which changes. */
function choiceOf(choices, title, changed) {
  const buttons = choices.options.map(([key, label]) => {
    const button = html("button", { type: "button", "aria-pressed": String(key === choices.chosen) }, label);
    button.addEventListener("click", () => {
      choices.chosen = key;
      buttons.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
      changed();
    });
    return button;
  });
  return html("div", { class: "choice", role: "group", "aria-label": `${title}: what is shown` }, buttons);
}

/** Lines across the plot, with their values at the left. */
function axisLeft(scale, list, [left, right], format) {
  return svg(
    "g",
    { class: "axis" },
    list
      .map((tick) => [
        svg("path", { class: "grid", d: `M${left} ${round(scale(tick))}H${right}` }),
        svg("text", { x: left - 8, y: round(scale(tick)) + 4, "text-anchor": "end" }, format(tick)),
      ])
      .flat(),
  );
}

/** Labels `[x, text]` below the plot; those are left out that would touch another. */
function axisBottom(labels, y, [left, right]) {
  let free = -Infinity;
  const shown = labels.filter(([x, text]) => {
    const half = widthOf(text) / 2;
    const fits = x - half >= free && x - half >= left - 34 && x + half <= right + 14;
    free = fits ? x + half + 8 : free;
    return fits;
  });
  return svg(
    "g",
    { class: "axis" },
    svg("path", { class: "base", d: `M${left} ${y}H${right}` }),
    shown
      .map(([x, text]) => [
        svg("path", { class: "base", d: `M${round(x)} ${y}v5` }),
        svg("text", { x: round(x), y: y + 19, "text-anchor": "middle" }, text),
      ])
      .flat(),
  );
}

/** How much the labels of an axis need on the left. */
function roomFor(list, format) {
  return Math.ceil(Math.max(...list.map((tick) => widthOf(format(tick))))) + 12;
}

function round(pixels) {
  return Math.round(pixels * 10) / 10;
}

/**
 * Reads values out: where the pointer is, or with the arrow keys.
 *
 * A mark is `{ x, y, title, rows, element }`; rows are `[class, label, value]`. With an `element` it is picked by being
 * nearest in the plane, otherwise by `x` alone.
 */
function readOut(plot, picture, marks) {
  const tip = html("div", { class: "tip", role: "status", hidden: true });
  const cursor = svg("path", { class: "cursor", visibility: "hidden" });
  const [, , width, height] = picture.getAttribute("viewBox").split(" ").map(Number);
  const flat = marks[0].element === undefined;
  let current = -1;
  const hide = () => {
    marks[current]?.element?.classList.remove("picked");
    current = -1;
    tip.hidden = true;
    cursor.setAttribute("visibility", "hidden");
  };
  const pick = (index) => {
    if (index === current) {
      return;
    }
    hide();
    current = index;
    const mark = marks[index];
    mark.element?.classList.add("picked");
    tip.replaceChildren(html("strong", {}, mark.title), html("table", {}, mark.rows.map(rowOfTip)));
    tip.hidden = false;
    if (flat) {
      cursor.setAttribute("d", `M${round(mark.x)} 8V${height - 30}`);
      cursor.setAttribute("visibility", "visible");
    }
    placeTip(tip, plot, (mark.x / width) * plot.clientWidth, (mark.y / width) * plot.clientWidth);
  };
  const at = (event) => {
    const box = picture.getBoundingClientRect();
    const [x, y] = [
      ((event.clientX - box.left) / box.width) * width,
      ((event.clientY - box.top) / box.height) * height,
    ];
    const far = (mark) => (flat ? Math.abs(mark.x - x) : Math.hypot(mark.x - x, mark.y - y));
    const nearest = marks.reduce((best, mark, index) => (far(mark) < far(marks[best]) ? index : best), 0);
    return flat || far(marks[nearest]) < 60 ? nearest : -1;
  };
  const point = (event) => {
    const index = at(event);
    if (index < 0) {
      hide();
    } else {
      pick(index);
    }
  };
  picture.append(cursor);
  picture.setAttribute("tabindex", "0");
  picture.addEventListener("pointermove", point);
  picture.addEventListener("pointerdown", point);
  picture.addEventListener("pointerleave", hide);
  picture.addEventListener("blur", hide);
  picture.addEventListener("keydown", (event) => {
    const last = marks.length - 1;
    const next = { ArrowRight: Math.min(current + 1, last), ArrowLeft: Math.max(current - 1, 0), Home: 0, End: last }[
      event.key
    ];
    if (next !== undefined) {
      event.preventDefault();
      pick(next);
    } else if (event.key === "Escape") {
      hide();
    }
  });
  plot.append(tip);
}

function rowOfTip([kind, label, value]) {
  return html(
    "tr",
    {},
    html("th", { scope: "row" }, html("i", { class: `key ${kind}` }), label),
    html("td", {}, value),
  );
}

/** Puts the tip beside a place, inside of the plot. */
function placeTip(tip, plot, x, y) {
  const beside = x + 14 + tip.offsetWidth <= plot.clientWidth ? x + 14 : x - 14 - tip.offsetWidth;
  tip.style.left = `${Math.max(0, Math.min(beside, plot.clientWidth - tip.offsetWidth))}px`;
  tip.style.top = `${Math.max(0, Math.min(y - 20, plot.clientHeight - tip.offsetHeight))}px`;
}
