"use strict";

// The charts of a backtest.

/** Above so many days, charts over time are of weeks. */
const DAYS_SHOWN = 120;

/** What a chart over time can show of the accepted transactions. */
const MEASURES = {
  share: {
    label: "Share",
    title: "Accepted share of transactions, %",
    format: (value) => `${decimals(value)}%`,
    ticks: shareTicks,
    tick: (value) => `${grouped(String(value))}%`,
    of: (row, when) => (row.transactions === 0 ? 0 : (100 * row[`accepted_${when}`]) / row.transactions),
    told: (row, when) => percent(row.transactions === 0 ? 0 : (100 * row[`accepted_${when}`]) / row.transactions),
  },
  count: {
    label: "Count",
    title: "Accepted transactions",
    ticks: ticksFromZero,
    tick: short,
    of: (row, when) => row[`accepted_${when}`],
    told: (row, when) => count(row[`accepted_${when}`]),
  },
  loads: {
    label: "Loads",
    title: "Money let in by accepted loads",
    ticks: ticksFromZero,
    tick: short,
    of: (row, when) => Number(row[`loads_${when}`]),
    told: (row, when) => money(row[`loads_${when}`]),
  },
};

/** Days, or weeks where days would be too many. */
function overTime({ days, weeks }) {
  const isWeeks =
    days.length > DAYS_SHOWN ||
    (days.length > 1 && (midnight(days.at(-1).day) - midnight(days[0].day)) / DAY > 2 * DAYS_SHOWN);
  const rows = isWeeks ? weeks : days;
  const [unit, span] = isWeeks ? ["week", 7 * DAY] : ["day", DAY];
  const xs = rows.map((row) => midnight(isWeeks ? row.monday : row.day));
  const titleOf = (row) => (isWeeks ? `${row.week}, from ${dayInWords(row.monday)}` : dayInWords(row.day));
  const labelsOf = (scale, wanted) => timeLabels(xs[0], xs.at(-1), scale, wanted);
  const choices = { options: Object.entries(MEASURES).map(([key, { label }]) => [key, label]), chosen: "share" };
  const accepted = chart(
    {
      key: "accepted-over-time",
      title: `Accepted per ${unit}`,
      about: "Then: as it was decided. Now: under what is proposed.",
      legend: [
        ["line then", "then"],
        ["line now", "now"],
      ],
      choices,
    },
    (width) => acceptedOverTime(width, rows, { xs, titleOf, labelsOf }, MEASURES[choices.chosen]),
  );
  const flips = chart(
    {
      key: "flips-over-time",
      title: `Flips per ${unit}`,
      about: "Above the line from declined to accepted, below it from accepted to declined.",
      legend: [
        ["accepted", "to accepted"],
        ["declined", "to declined"],
      ],
    },
    (width) => flipsOverTime(width, rows, { xs, span, titleOf, labelsOf }),
  );
  return html("div", {}, accepted, flips);
}

function acceptedOverTime(width, rows, { xs, titleOf, labelsOf }, measure) {
  if (rows.length === 0) {
    return emptyPicture(width);
  }
  const series = ["then", "now"].map((when) => ({ kind: when, values: rows.map((row) => measure.of(row, when)) }));
  const list = measure.ticks(series.map(({ values }) => values).flat(), 5);
  const markOf = (i) => ({
    title: titleOf(rows[i]),
    rows: [
      ["then", "then", measure.told(rows[i], "then")],
      ["now", "now", measure.told(rows[i], "now")],
      ["none", "transactions", count(rows[i].transactions)],
    ],
  });
  const label = `${measure.title}, then and now, from ${titleOf(rows[0])} to ${titleOf(rows.at(-1))}.`;
  return lines(width, { xs, series, list, format: measure.tick, labelsOf, label, markOf });
}

function flipsOverTime(width, rows, { xs, span, titleOf, labelsOf }) {
  if (rows.length === 0) {
    return emptyPicture(width);
  }
  if (rows.every((row) => row.to_accepted + row.to_declined === 0)) {
    return emptyPicture(width, "No decision flips");
  }
  const [up, down] = [rows.map((row) => row.to_accepted), rows.map((row) => row.to_declined)];
  const markOf = (i) => ({
    title: titleOf(rows[i]),
    rows: [
      ["accepted", "to accepted", count(up[i])],
      ["declined", "to declined", count(down[i])],
      ["none", "transactions", count(rows[i].transactions)],
    ],
  });
  const most = `at most ${count(Math.max(...up))} to accepted and ${count(Math.max(...down))} to declined at once`;
  const label = `Flips from ${titleOf(rows[0])} to ${titleOf(rows.at(-1))}: ${most}.`;
  return upAndDown(width, { xs, span, up, down, label, labelsOf, markOf });
}

function roomLeftChart(bins) {
  return chart(
    {
      key: "room-left",
      title: "Room left by what is accepted",
      about: "Accepted transactions by what they left of the limit that came nearest.",
      legend: [
        ["then", "then"],
        ["now", "now"],
      ],
    },
    (width) => {
      if (bins.every((bin) => bin.then === 0 && bin.now === 0)) {
        return emptyPicture(width, "No accepted transaction met a limit");
      }
      const series = ["then", "now"].map((when) => ({ kind: when, values: bins.map((bin) => bin[when]) }));
      const edges = [...bins.map((bin) => bin.from), bins.at(-1).below].map(String);
      const markOf = (i) => ({
        title: `${bins[i].from}–${bins[i].below}% left`,
        rows: [
          ["then", "then", count(bins[i].then)],
          ["now", "now", count(bins[i].now)],
        ],
      });
      return columns(width, {
        edges,
        series,
        label: "Accepted transactions by room left of the nearest limit, then and now.",
        axisTitle: "room left, % of the limit",
        markOf,
      });
    },
  );
}

function flipsByReasonChart(entries) {
  const reasons = [...new Set(entries.map(({ reason }) => reason))];
  const of = (reason, to) => entries.filter((entry) => entry.reason === reason && entry.to === to);
  const sum = (list) => list.reduce((total, { flips }) => total + flips, 0);
  const told = (list, kind) =>
    list
      .map((entry) => [
        [kind, `to ${entry.to}`, counted(entry.flips, "flip")],
        ["none", "loads", money(entry.loads)],
        ["none", "withdrawals", money(entry.withdrawals)],
      ])
      .flat();
  const rows = reasons
    .map((reason) => ({
      name: outcome(reason),
      left: sum(of(reason, "declined")),
      right: sum(of(reason, "accepted")),
      told: [...told(of(reason, "declined"), "declined"), ...told(of(reason, "accepted"), "accepted")],
    }))
    .sort((a, b) => b.left + b.right - a.left - a.right);
  const said = rows.map((row) => `${row.name}: ${count(row.left)} to declined, ${count(row.right)} to accepted`);
  const options = {
    key: "flips-by-reason",
    title: "Flips by reason",
    about: "What declines now what was accepted, and what no longer declines.",
    legend: [
      ["declined", "to declined, by the new reason"],
      ["accepted", "to accepted, by the old reason"],
    ],
  };
  const label = `Flips by reason: ${said.join("; ")}.`;
  return chart(options, (width) =>
    rows.length === 0 ? emptyPicture(width, "No decision flips") : leftAndRight(width, { rows, label }),
  );
}
