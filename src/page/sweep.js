"use strict";

// What a sweep found.

const BEATEN_WORDS =
  "A candidate is beaten if another accepts at least as large a share, lets in no more money and affects no more " +
  "customers, and is better in one of these. Choose a heading to sort.";

function sweepPage(data) {
  document.title = `Sweep of ${brief(data.source)} · Tidegate`;
  const titleOf = ({ values }) => values.map((value, i) => `${brief(data.vary[i].key)} = ${brief(value)}`).join(", ");
  const rows = new Map();
  const table = candidatesTable(data, rows);
  const choose = (index) => {
    table.showAll();
    rows.forEach((row, i) => row.classList.toggle("chosen", i === index));
    rows.get(index)?.scrollIntoView({ block: "center", behavior: "smooth" });
  };
  return [
    sweepHero(data),
    curveChart(data, titleOf, choose),
    data.vary.length === 1 ? valueCharts(data, titleOf) : null,
    data.vary.length === 2 && data.candidates.length > 0 ? heatMap(data, titleOf, choose) : null,
    section("Candidates", BEATEN_WORDS, table),
    invalidOf(data),
    footer([], data.head),
  ];
}

function sweepHero(data) {
  const { candidates, invalid, then } = data;
  const unbeaten = candidates.filter((candidate) => candidate.is_unbeaten).length;
  const failing = candidates.filter(isFailing).length;
  const words = [
    `As it was decided, ${percent(then.accepted_rate_then)} were accepted and ${money(then.loads_then)} let in.`,
    failing === 0 ? null : failing === candidates.length ? "All candidates fail a gate." : someFail(failing),
    invalid.length === 0
      ? null
      : `${counted(invalid.length, "combination")} ${invalid.length === 1 ? "is" : "are"} no policy.`,
  ];
  const title =
    candidates.length === 0
      ? "No candidate is a policy"
      : `${count(unbeaten)} of ${counted(candidates.length, "candidate")} ${unbeaten === 1 ? "is" : "are"} unbeaten`;
  return html(
    "div",
    { class: "card hero" },
    html("h1", {}, title),
    html("p", { class: "words" }, words.filter(Boolean).join(" ")),
    facts([
      ...data.vary.map(({ key, values }) => [
        `Varied: ${visible(key)}`,
        html("span", { class: "proposal" }, valuesInWords(values)),
      ]),
      ["History", nameOf(data.source)],
      ["Period", periodInWords(data)],
      ["Size", sizeInWords(then, data.rejected)],
    ]),
    notesOf(data.notes),
  );
}

function someFail(failing) {
  return failing === 1 ? "1 candidate fails a gate." : `${count(failing)} candidates fail a gate.`;
}

function valuesInWords(values) {
  const shown = values.map(brief);
  return shown.length <= 8
    ? shown.join(", ")
    : `${shown.slice(0, 3).join(", ")} … ${shown.at(-1)} (${count(shown.length)} values)`;
}

function candidatesTable({ vary, candidates, then }, elements) {
  const isNumber = (value) => /^-?\d+(\.\d+)?$/.test(value);
  const keys = vary.map(({ key, values }, i) =>
    values.every(isNumber)
      ? {
          title: brief(key),
          isFigure: true,
          cell: ({ values }) => figure(values[i]),
          by: ({ values }) => Number(values[i]),
        }
      : { title: brief(key), cell: ({ values }) => nameOf(values[i]), by: ({ values }) => values[i] },
  );
  const of = (column, measure, ...rest) =>
    column(...rest.slice(0, 1), ({ metrics }) => measure(metrics), ...rest.slice(1));
  const columns = [
    ...keys,
    { title: "Unbeaten", cell: (row) => (row.is_unbeaten ? "★ yes" : ""), by: (row) => Number(!row.is_unbeaten) },
    of(numberColumn, (m) => m.accepted_rate_now, "Accepted", percent),
    of(numberColumn, (m) => m.accepted_change_pp, "Change", points, "Of the accepted share, in percentage points"),
    of(moneyColumn, (m) => m.loads_now, "Money let in"),
    of(changeColumn, (m) => difference(m.loads_now, then.loads_then), "Change of money"),
    of(countColumn, (m) => m.customers_affected, "Customers affected"),
    of(countColumn, (m) => m.flips_to_declined, "To declined"),
    of(countColumn, (m) => m.flips_to_accepted, "To accepted"),
    ...(candidates.some(isFailing) ? [failedColumn()] : []),
    {
      title: "Policy",
      note: "The beginning of the SHA-256 of the policy's text",
      cell: ({ sha256 }) => html("code", { title: sha256 }, sha256.slice(0, 12)),
      by: ({ sha256 }) => sha256,
    },
  ];
  const places = new Map(candidates.map((candidate, i) => [candidate, i]));
  return tableOf({
    label: "Candidates",
    columns,
    rows: candidates,
    sortedBy: keys.length,
    each: (row, element) => {
      element.classList.toggle("unbeaten", row.is_unbeaten);
      elements.set(places.get(row), element);
    },
  });
}

function failedColumn() {
  const told = ({ failed_gates: failed }) => html("span", { class: "declined" }, `✗ ${failed.map(brief).join("; ")}`);
  return {
    title: "Failed gates",
    cell: (row) => (isFailing(row) ? told(row) : ""),
    by: (row) => row.failed_gates.length,
  };
}

function invalidOf({ vary, invalid }) {
  if (invalid.length === 0) {
    return null;
  }
  const keys = vary.map(({ key }, i) => ({
    title: brief(key),
    cell: ({ values }) => nameOf(values[i]),
    by: ({ values }) => values[i],
  }));
  const why = { title: "Why", cell: (row) => visible(row.why), by: (row) => row.why };
  return section(
    "No policies",
    "These combinations were left out.",
    tableOf({ label: "No policies", columns: [...keys, why], rows: invalid }),
  );
}

wireTheme();
document.getElementById("main").append(...sweepPage(embedded()).filter(Boolean));
