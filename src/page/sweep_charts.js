"use strict";

// The charts of candidates.

/** A candidate's figures that charts show: how each is called, reckoned, said, and what it was then. */
const CANDIDATE_MEASURES = {
  share: {
    label: "Accepted share",
    of: (m) => m.accepted_rate_now,
    told: (m) => percent(m.accepted_rate_now),
    then: "accepted_rate_then",
    ticks: shareTicks,
    tick: (value) => `${grouped(String(value))}%`,
    short: (value) => `${value.toFixed(1)}%`,
  },
  loads: {
    label: "Money let in",
    of: (m) => Number(m.loads_now),
    told: (m) => money(m.loads_now),
    then: "loads_then",
    ticks: looseTicks,
    tick: short,
    short: (value) => short(Number(value.toPrecision(3))),
  },
  customers: {
    label: "Customers affected",
    of: (m) => m.customers_affected,
    told: (m) => count(m.customers_affected),
    then: null,
    ticks: ticksFromZero,
    tick: short,
    short: (value) => short(Number(value.toPrecision(3))),
  },
};

/** Ticks of a quantity whose differences matter more than its distance from nothing. */
function looseTicks(values, wanted) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = high === low ? Math.max(1, high * 0.1) : (high - low) * 0.06;
  return ticks(Math.max(0, low - room), high + room, wanted);
}

function toldOf({ metrics: m, is_unbeaten: isUnbeaten, failed_gates: failed }) {
  return [
    ["now", "accepted", percent(m.accepted_rate_now)],
    ["none", "change", points(m.accepted_change_pp)],
    ["none", "money let in", money(m.loads_now)],
    ["none", "customers affected", count(m.customers_affected)],
    ["none", "flips", count(m.flips)],
    ...(isUnbeaten ? [["none", "beaten by", "none"]] : []),
    ...failed.map((gate) => ["declined", "fails", brief(gate)]),
  ];
}

function isFailing(candidate) {
  return candidate.failed_gates.length > 0;
}

function kindOf({ is_unbeaten: isUnbeaten, failed_gates: failed }) {
  return failed.length > 0 ? "cross" : isUnbeaten ? "dot unbeaten" : "dot beaten";
}

const CURVE_WORDS =
  "Each point is a candidate; the larger it is, the more customers it affects. " +
  "The line joins those that accept the most for the money that they let in.";

const HEAT_WORDS =
  "The deeper the colour, the more. Framed cells are unbeaten, dashed ones are no policy, and × fails a gate.";

/** The candidates by money let in and share accepted; the larger, the more customers are affected. */
function curveChart(data, titleOf, choose) {
  return chart(
    {
      key: "curve",
      title: "Accepted share against money let in",
      about: CURVE_WORDS,
      legend: [
        ["dot unbeaten", "unbeaten"],
        ["dot beaten", "beaten by another"],
        ...(data.candidates.some(isFailing) ? [["cross ", "fails a gate"]] : []),
        ["diamond then", "as it was decided"],
      ],
    },
    (width) => curve(width, data, titleOf, choose),
  );
}

function curve(width, { candidates, then }, titleOf, choose) {
  if (candidates.length === 0) {
    return emptyPicture(width, "There is no candidate");
  }
  const now = candidates.map(({ metrics }) => [Number(metrics.loads_now), metrics.accepted_rate_now]);
  const before = [Number(then.loads_then), then.accepted_rate_then];
  const height = Math.min(460, Math.max(320, width * 0.42));
  const [loads, shares] = [0, 1].map((side) => [...now, before].map((point) => point[side]));
  const { left, right, y, axis } = framed(width, shareTicks(shares, 6), CANDIDATE_MEASURES.share.tick, height);
  const x = linear([Math.min(...loads), Math.max(...loads)], [left + 20, right - 20]);
  const below = ticksWithin(loads, (right - left) / 60).map((tick) => [x(tick), short(tick)]);
  const at = ([money, share]) => ({ x: round(x(money)), y: round(y(share)) });
  const shapes = shapesOf(candidates, now.map(at), choose);
  const told = (candidate, i) => ({
    ...at(now[i]),
    element: shapes[i],
    title: titleOf(candidate),
    rows: toldOf(candidate),
  });
  const mark = diamond(at(before).x, at(before).y, 7, "diamond then");
  const rows = [
    ["declined", "accepted", percent(before[1])],
    ["none", "money let in", money(then.loads_then)],
  ];
  const marks = [...candidates.map(told), { ...at(before), element: mark, title: "As it was decided", rows }];
  const middle = { x: (left + right) / 2, y: height + 10, "text-anchor": "middle" };
  const title = svg("text", middle, "money let in by accepted loads");
  const joined = frontier(candidates, now).map((i) => `${at(now[i]).x} ${at(now[i]).y}`);
  const line = joined.length < 2 ? [] : svg("path", { class: "line now", d: `M${joined.join("L")}` });
  // The unbeaten lie on top, so that they can be seen and met.
  const order = [...shapes.keys()].sort((a, b) => candidates[a].is_unbeaten - candidates[b].is_unbeaten);
  const drawn = order.map((i) => shapes[i]);
  const bottom = axisBottom(below, height - 30, [left, right]);
  const decided = `as it was decided: ${percent(before[1])} accepted, ${money(then.loads_then)} let in`;
  const label = `${counted(candidates.length, "candidate")} by accepted share against money let in; ${decided}.`;
  return { picture: picture(width, height + 16, axis, bottom, title, line, drawn, mark), label, marks };
}

/** A shape for each candidate, at its place. */
function shapesOf(candidates, places, choose) {
  const most = Math.max(1, ...candidates.map(({ metrics }) => metrics.customers_affected));
  return candidates.map((candidate, i) => {
    const kind = kindOf(candidate);
    const { x, y } = places[i];
    const r = round(3.5 + 7 * Math.sqrt(candidate.metrics.customers_affected / most));
    const disc = () => svg("circle", { class: `${kind} candidate`, cx: x, cy: y, r });
    const shape = kind === "cross" ? cross(x, y, 4.5, "cross candidate") : disc();
    shape.dataset.candidate = i;
    shape.addEventListener("click", () => choose(i));
    return shape;
  });
}

/** Of the unbeaten, those that accept the most for the money, from the least money on. */
function frontier(candidates, now) {
  const unbeaten = [...candidates.keys()].filter((i) => candidates[i].is_unbeaten);
  unbeaten.sort((a, b) => now[a][0] - now[b][0] || now[b][1] - now[a][1]);
  let best = -1;
  return unbeaten.filter((i) => {
    const isBetter = now[i][1] > best;
    best = Math.max(best, now[i][1]);
    return isBetter;
  });
}

/** Of one varied key, what becomes of each figure over its values. */
function valueCharts({ vary: [{ key }], candidates, then }, titleOf) {
  if (candidates.length === 0) {
    return null;
  }
  const isNumeric = candidates.every(({ values: [value] }) => /^-?\d+(\.\d+)?$/.test(value));
  const sorted = isNumeric ? [...candidates].sort((a, b) => Number(a.values[0]) - Number(b.values[0])) : candidates;
  const xs = sorted.map(({ values: [value] }, i) => (isNumeric ? Number(value) : i));
  const figures = Object.entries(CANDIDATE_MEASURES).map(([name, measure]) =>
    chart(
      {
        key: `values-${name}`,
        title: measure.label,
        about: `over ${visible(key)}`,
        legend:
          measure.then === null
            ? [["line now", "candidates"]]
            : [
                ["line now", "candidates"],
                ["line then", "as it was decided"],
              ],
      },
      (width) => {
        const values = sorted.map(({ metrics }) => measure.of(metrics));
        const reference = measure.then === null ? null : Number(then[measure.then]);
        const list = measure.ticks(reference === null ? values : [...values, reference], 5);
        const labelsOf = (scale, wanted) =>
          isNumeric
            ? ticksWithin(xs, wanted).map((tick) => [scale(tick), short(tick)])
            : sorted.map(({ values: [value] }, i) => [scale(i), fitting(visible(value), 90)]);
        const markOf = (i) => ({ title: titleOf(sorted[i]), rows: toldOf(sorted[i]) });
        return lines(width, {
          xs,
          series: [{ kind: "now", values }],
          list,
          format: measure.tick,
          labelsOf,
          label: `${measure.label} over ${key}.`,
          markOf,
          reference,
        });
      },
    ),
  );
  return html("div", { class: "triple" }, figures);
}

/** Of two varied keys, a cell for each pair of values. */
function heatMap(data, titleOf, choose) {
  const choices = {
    options: Object.entries(CANDIDATE_MEASURES).map(([key, { label }]) => [key, label]),
    chosen: "share",
  };
  const [across, up] = data.vary.map(({ key }) => visible(key));
  return chart(
    {
      key: "heat-map",
      title: "Both keys together",
      about: `${across} to the right, ${up} upwards. ${HEAT_WORDS}`,
      choices,
    },
    (width) => heat(width, data, CANDIDATE_MEASURES[choices.chosen], titleOf, choose),
  );
}

function heat(width, { vary, candidates }, measure, titleOf, choose) {
  const [xs, ys] = vary.map(({ values }) => values);
  const left = Math.min(width * 0.3, roomFor(ys, visible));
  const [wide, tall] = [(width - left - 4) / xs.length, Math.max(22, Math.min(44, 420 / ys.length))];
  const bottom = 8 + ys.length * tall;
  const values = candidates.map(({ metrics }) => measure.of(metrics));
  const depth = linear([Math.min(...values), Math.max(...values)], [0, 100]);
  const at = (column, row) => [left + column * wide, 8 + (ys.length - 1 - row) * tall];
  const holes = xs
    .map((_, column) =>
      ys.map((_, row) => {
        const [x, y] = at(column, row);
        return svg("rect", {
          class: "hole",
          x: round(x + 2),
          y: round(y + 2),
          width: round(wide - 4),
          height: round(tall - 4),
          rx: 3,
        });
      }),
    )
    .flat();
  const marks = [];
  const cells = candidates.map((candidate, i) => {
    const [x, y] = at(xs.indexOf(candidate.values[0]), ys.indexOf(candidate.values[1]));
    const cell = heatCell({ x, y, wide, tall }, candidate, measure.short(values[i]), depth(values[i]));
    cell.addEventListener("click", () => choose(i));
    marks.push({ x: x + wide / 2, y: y + tall / 2, element: cell, title: titleOf(candidate), rows: toldOf(candidate) });
    return cell;
  });
  const rows = ys.map((value, row) =>
    svg(
      "text",
      { x: left - 8, y: round(at(0, row)[1] + tall / 2 + 4), "text-anchor": "end" },
      fitting(visible(value), left - 10),
    ),
  );
  const names = axisBottom(
    xs.map((value, column) => [at(column, 0)[0] + wide / 2, fitting(visible(value), Math.max(wide, 60))]),
    bottom + 2,
    [left, width],
  );
  const keys = vary.map(({ key }) => visible(key)).join(" and ");
  const label = `${measure.label} of ${counted(candidates.length, "candidate")} over ${keys}.`;
  return {
    picture: picture(
      width,
      bottom + 32,
      svg("g", { class: "heat" }, holes, cells),
      svg("g", { class: "axis" }, rows),
      names,
    ),
    label,
    marks,
  };
}

function heatCell({ x, y, wide, tall }, { is_unbeaten: isUnbeaten, failed_gates: failed }, words, depth) {
  const box = { x: round(x + 1), y: round(y + 1), width: round(wide - 2), height: round(tall - 2), rx: 3 };
  const inner = { x: round(x + 4), y: round(y + 4), width: round(wide - 8), height: round(tall - 8), rx: 2 };
  const share = Math.round(depth);
  // Where the one ink ceases to be legible the other begins to be, in both lights.
  const ink = share > 59 ? "high" : "low";
  const ground = svg("rect", box);
  ground.style.fill = `color-mix(in srgb, var(--heat-high) ${share}%, var(--heat-low))`;
  const [text, least] = failed.length > 0 ? [`${words} ×`, "×"] : [words, ""];
  const fits = [text, least].find((candidate) => widthOf(candidate) < wide - 6) ?? "";
  const [across, down] = [round(x + wide / 2), round(y + tall / 2 + 4)];
  return svg(
    "g",
    {},
    ground,
    isUnbeaten ? svg("rect", { ...inner, class: `best ${ink}` }) : null,
    fits === "" ? null : svg("text", { class: ink, x: across, y: down, "text-anchor": "middle" }, fits),
  );
}
