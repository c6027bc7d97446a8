"use strict";

// Charts over time, over values, and of bars.

const DAY = 86_400_000;

/** The labels of a time axis, about so many: days, or else the first days of months or years. */
function timeLabels(first, last, scale, wanted) {
  const days = (last - first) / DAY + 1;
  const step = [1, 2, 7, 14].find((candidate) => days / candidate <= wanted);
  if (step !== undefined) {
    const starts = Array.from({ length: Math.ceil(days / step) }, (_, i) => first + i * step * DAY);
    return starts.map((time) => [scale(time), dayLabel(time)]);
  }
  const months = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600].find((some) => days / 30.4 / some <= wanted) ?? 1200;
  const start = new Date(first);
  const labels = [];
  let month = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth()) / months) * months;
  for (; ; month += months) {
    const year = Math.floor(month / 12);
    const time = new Date(0).setUTCFullYear(year, month % 12, 1);
    if (time > last) {
      return labels.length > 0 ? labels : [[scale(first), dayLabel(first)]];
    }
    if (time >= first) {
      const isNamed = labels.length === 0 || month % 12 === 0;
      labels.push([
        scale(time),
        months >= 12 ? String(year) : isNamed ? `${MONTHS[month % 12]} ${year}` : MONTHS[month % 12],
      ]);
    }
  }
}

function dayLabel(time) {
  const date = new Date(time);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

/** The frame of a plot of this width: margins, the scale upwards, and its axis. */
function framed(width, list, format, height = PLOT_HEIGHT) {
  const [left, right] = [roomFor(list, format), width - 12];
  const y = linear(ends(list), [height - 30, 10]);
  return { left, right, y, height, axis: axisLeft(y, list, [left, right], format) };
}

/**
 * Lines over one axis. `xs` are numbers, and `labelsOf(scale, wanted)` gives the axis below them; each of the series is
 * `{ kind, values }`. `marks` gives what is read out of an index.
 */
function lines(width, { xs, series, list, format, labelsOf, label, markOf, reference = null }) {
  const { left, right, y, height, axis } = framed(width, list, format);
  const inset = xs.length < 40 ? 14 : 4;
  const x = linear([Math.min(...xs), Math.max(...xs)], [left + inset, right - inset]);
  const bottom = axisBottom(labelsOf(x, Math.max(2, (right - left) / 68)), height - 30, [left, right]);
  const path = (values) =>
    values.map((value, i) => `${i === 0 ? "M" : "L"}${round(x(xs[i]))} ${round(y(value))}`).join("");
  const dots = ({ kind, values }) =>
    values.map((value, i) => svg("circle", { class: `dot ${kind}`, cx: round(x(xs[i])), cy: round(y(value)), r: 3 }));
  const drawn = series
    .map((one) => [
      svg("path", { class: `line ${one.kind}${xs.length > 200 ? " fine" : ""}`, d: path(one.values) }),
      xs.length <= 40 ? dots(one) : [],
    ])
    .flat(2);
  const line =
    reference === null ? null : svg("path", { class: "line then", d: `M${left} ${round(y(reference))}H${right}` });
  const marks = xs.map((value, i) => ({ x: x(value), y: y(series.at(-1).values[i]), ...markOf(i) }));
  return { picture: picture(width, height, axis, bottom, line, drawn), label, marks };
}

/** Bars up and down from a line of nothing, over time. */
function upAndDown(width, { xs, span, up, down, label, labelsOf, markOf }) {
  const [highest, lowest] = [Math.max(0, ...up), Math.max(0, ...down)];
  const list = ticks(highest + lowest === 0 ? -1 : -lowest, highest + lowest === 0 ? 1 : highest, 5).filter(
    Number.isInteger,
  );
  const format = (tick) => short(Math.abs(tick));
  const { left, right, y, height, axis } = framed(width, list, format);
  const whole = (Math.max(...xs) - Math.min(...xs)) / span + 1;
  const inset = Math.min(40, (right - left) / whole / 2 + 2);
  const x = linear([Math.min(...xs), Math.max(...xs)], [left + inset, right - inset]);
  const thick = Math.max(1, Math.min(22, ((right - left) / whole) * 0.72));
  const bar = (kind, value, from, to) =>
    value === 0
      ? null
      : svg("rect", {
          class: kind,
          x: round(from),
          y: round(Math.min(y(0), to)),
          width: round(thick),
          height: Math.max(1, round(Math.abs(y(0) - to))),
        });
  const bars = xs
    .map((value, i) => {
      const from = x(value) - thick / 2;
      return [bar("declined", down[i], from, y(-down[i])), bar("accepted", up[i], from, y(up[i]))];
    })
    .flat();
  const bottom = axisBottom(labelsOf(x, Math.max(2, (right - left) / 68)), height - 30, [left, right]);
  const zero = svg("path", { class: "base", d: `M${left} ${round(y(0))}H${right}` });
  const marks = xs.map((value, i) => ({ x: x(value), y: y(0), ...markOf(i) }));
  return { picture: picture(width, height, axis, bottom, bars, zero), label, marks };
}

/** Pairs of columns beside each other, one for each of some classes, whose `edges` are given. */
function columns(width, { edges, series, label, axisTitle, markOf }) {
  const list = ticksFromZero(series.map(({ values }) => values).flat(), 4).filter(Number.isInteger);
  const { left, right, y, height, axis } = framed(width, list, short);
  const each = (right - left) / (edges.length - 1);
  const thick = Math.min(26, (each * 0.76) / series.length);
  const columnsOf = ({ kind, values }, at) =>
    values.map((value, i) => {
      const x = left + (i + 0.5) * each + (at - series.length / 2) * thick;
      const [top, tall] = [round(y(value)), round(y(0) - y(value))];
      return svg("rect", { class: kind, rx: 1, x: round(x), y: top, width: round(thick - 1), height: tall });
    });
  const labels = edges.map((edge, i) => [left + i * each, edge]);
  const bottom = axisBottom(labels, height - 30, [left, right]);
  const middle = { x: (left + right) / 2, y: height + 10, "text-anchor": "middle" };
  const title = svg("text", middle, fitting(axisTitle, width));
  const highest = (i) => Math.max(...series.map(({ values }) => values[i]));
  const marks = edges.slice(1).map((_, i) => ({ x: left + (i + 0.5) * each, y: y(highest(i)), ...markOf(i) }));
  const drawn = series.map(columnsOf).flat();
  return { picture: picture(width, height + 16, axis, bottom, drawn, title), label, marks };
}

/** Rows with a bar to the left and one to the right of a line in the middle. */
function leftAndRight(width, { rows, label }) {
  const [tall, middle] = [44, width / 2];
  const most = Math.max(1, ...rows.map((row) => Math.max(row.left, row.right)));
  const widest = Math.max(...rows.map((row) => Math.max(widthOf(count(row.left)), widthOf(count(row.right)))));
  const long = (value) => (value / most) * (middle - widest - 14);
  const drawn = rows.map((row, i) => {
    const top = i * tall + 22;
    const [left, right] = [long(row.left), long(row.right)].map(round);
    const bar = (kind, x, length) => svg("rect", { class: kind, x, y: top, width: length, height: 16 });
    const number = (x, anchor, value) => svg("text", { x, y: top + 12, "text-anchor": anchor }, count(value));
    const parts = [
      svg("text", { x: 0, y: top - 7, class: "strong" }, fitting(row.name, width)),
      row.left === 0 ? null : bar("declined", middle - left, left),
      row.right === 0 ? null : bar("accepted", middle, right),
      row.left === 0 ? null : number(middle - left - 6, "end", row.left),
      row.right === 0 ? null : number(middle + right + 6, "start", row.right),
      svg("path", { class: "base", d: `M${middle} ${top - 3}v22` }),
    ];
    return svg("g", {}, parts);
  });
  const marks = rows.map((row, i) => ({
    x: middle,
    y: i * tall + 30,
    element: drawn[i],
    title: row.name,
    rows: row.told,
  }));
  return { picture: picture(width, rows.length * tall + 4, drawn), label, marks };
}
