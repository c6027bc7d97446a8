"use strict";

// What a backtest found.

function backtestPage(data) {
  document.title = `Backtest of ${brief(data.source)} · Tidegate`;
  const { metrics } = data;
  return [
    hero(data),
    gatesOf(data.gates),
    keyFigures(metrics),
    overTime(data),
    html("div", { class: "pair" }, flipsByReasonChart(data.flips_by_reason), roomLeftChart(data.room_left)),
    tables(data),
    firstFlips(data),
    footer(
      [
        ["Policies then", data.then],
        ["Policies now", data.now],
      ],
      data.head,
    ),
  ];
}

/** What was proposed, to which history, and what came of it, in a sentence. */
function hero(data) {
  const { metrics } = data;
  const [title, words, kind] = verdict(data);
  const proposed = data.is_check
    ? ["Nothing: every policy decided its own span again"]
    : data.changes.map((change) => clipped(visible(change), 300));
  const proposal = proposed.length > 0 ? proposed : ["No change to the limits that decided last"];
  return html(
    "div",
    { class: `card hero ${kind}` },
    html("h1", {}, title),
    html("p", { class: "words" }, words),
    metrics.flips === 0 ? null : flipBar(metrics),
    facts(
      [
        ["Proposed", ...proposal.map((change) => html("span", { class: "proposal" }, change))],
        ["History", nameOf(data.source)],
        ["Period", periodInWords(data)],
        ["Size", sizeInWords(metrics, data.rejected)],
      ],
      "facts led",
    ),
    notesOf(data.notes),
  );
}

const CHECK_PASSED = "Decided anew under the policies that made them, all decisions came out as the log has them.";

const CHECK_FAILED =
  "These decisions came out differently under the very policies that made them. " +
  "That is a fault of the log or of the program: the figures below cannot be relied on.";

/** A title, a sentence about it, and whether that is good or bad. */
function verdict({ metrics, is_check: isCheck }) {
  const { flips, transactions, reason_changes: changes } = metrics;
  const flip = flips === 1 ? "decision flips" : "decisions flip";
  const title = flips === 0 ? "No decision flips" : `${count(flips)} of ${count(transactions)} ${flip}`;
  if (isCheck) {
    return flips === 0 && changes === 0
      ? ["No decision flips, as it must be", CHECK_PASSED, "good"]
      : [title, CHECK_FAILED, "bad"];
  }
  if (transactions === 0) {
    return ["There was nothing to decide", "The history has no transaction in this period.", ""];
  }
  const others = ` ${count(changes)} ${changes === 1 ? "is" : "are"} declined as before, for another reason.`;
  const words =
    flips === 0
      ? `All ${counted(transactions, "transaction")} would have been decided as they were.`
      : `${count(metrics.flips_to_declined)} to declined, ${count(metrics.flips_to_accepted)} to accepted.`;
  return [title, words + (changes === 0 ? "" : others), ""];
}

/** The flips as one bar in two parts. */
function flipBar({ flips, flips_to_declined: down, flips_to_accepted: up }) {
  const part = (kind, number) => {
    const element = html("span", { class: kind });
    element.style.width = `${(100 * number) / flips}%`;
    return number === 0 ? null : element;
  };
  return html("div", { class: "flip-bar", "aria-hidden": "true" }, part("declined", down), part("accepted", up));
}

function gatesOf(gates) {
  if (gates.length === 0) {
    return null;
  }
  const failed = gates.filter((gate) => gate.failed).length;
  const words =
    failed === 0
      ? `All ${counted(gates.length, "gate")} passed`
      : `${count(failed)} of ${counted(gates.length, "gate")} failed`;
  const line = ({ gate, value, failed: isFailed }) => [
    html("b", {}, isFailed ? "✗ failed" : "✓ passed"),
    html("code", {}, visible(gate)),
    html("span", { class: "muted" }, `is ${figure(value)}`),
  ];
  const lines = gates.map((gate) => html("li", { class: gate.failed ? "failed" : "passed" }, line(gate)));
  const about = html("p", { class: "muted" }, "A gate fails if what it says is so.");
  return html("div", { class: "card gates" }, html("h2", {}, words), about, html("ul", {}, lines));
}

function keyFigures(m) {
  const from = (text, change, isGood) => html("span", {}, changed(change, isGood), ` from ${text}`);
  return html(
    "div",
    { class: "key-figures" },
    keyFigure(
      "Accepted",
      percent(m.accepted_rate_now),
      from(percent(m.accepted_rate_then), points(m.accepted_change_pp), true),
      `${count(m.accepted_now)} transactions, was ${count(m.accepted_then)}`,
    ),
    keyFigure(
      "Money let in by loads",
      money(m.loads_now),
      from(money(m.loads_then), withSign(money(m.loads_change)), null),
      `lost ${money(m.loads_lost)}, gained ${money(m.loads_gained)}`,
    ),
    keyFigure(
      "Money let out by withdrawals",
      money(m.withdrawals_now),
      from(money(m.withdrawals_then), withSign(money(m.withdrawals_change)), null),
      `lost ${money(m.withdrawals_lost)}, gained ${money(m.withdrawals_gained)}`,
    ),
    keyFigure(
      "Customers affected",
      count(m.customers_affected),
      `${percent(m.customers_affected_rate)} of ${count(m.customers)}: something accepted then is declined now`,
      `relieved: ${count(m.customers_relieved)}, something declined then is accepted now`,
    ),
  );
}

/** The columns that groups, weeks and customers have in common. */
function commonColumns() {
  return [
    countColumn("Transactions", (row) => row.transactions),
    countColumn("Accepted then", (row) => row.accepted_then),
    countColumn("Accepted now", (row) => row.accepted_now),
    numberColumn(
      "Change",
      (row) => (row.transactions === 0 ? 0 : (100 * (row.accepted_now - row.accepted_then)) / row.transactions),
      points,
      "Of the accepted share, in percentage points",
    ),
    countColumn("To declined", (row) => row.to_declined),
    countColumn("To accepted", (row) => row.to_accepted),
    moneyColumn("Loads then", (row) => row.loads_then),
    moneyColumn("Loads now", (row) => row.loads_now),
    moneyColumn("Loads lost", (row) => row.loads_lost),
    moneyColumn("Loads gained", (row) => row.loads_gained),
  ];
}

function tables({ reasons, groups, weeks, customers }) {
  const named = (title, key) => ({ title, cell: (row) => nameOf(row[key]), by: (row) => row[key] });
  const table = (label, first, rows) => tableOf({ label, columns: [first, ...commonColumns()], rows });
  const reasonColumns = [
    {
      title: "Outcome",
      cell: ({ reason }) => (reason === null ? html("b", {}, "accepted") : nameOf(reason)),
      by: ({ reason }) => reason ?? "",
    },
    countColumn("Then", (row) => row.then),
    countColumn("Now", (row) => row.now),
    numberColumn(
      "Change",
      (row) => row.now - row.then,
      (change) => withSign(count(change)),
    ),
    moneyColumn("Amounts then", (row) => row.then_sum, "The sum of absolute amounts"),
    moneyColumn("Amounts now", (row) => row.now_sum, "The sum of absolute amounts"),
    changeColumn("Change of amounts", (row) => difference(row.now_sum, row.then_sum)),
  ];
  return html(
    "div",
    {},
    section(
      "Outcomes and reasons",
      null,
      tableOf({ label: "Outcomes and reasons", columns: reasonColumns, rows: reasons }),
    ),
    section("Groups", null, table("Groups", named("Group", "group"), groups)),
    section("Customers with most flips", null, table("Customers", named("Customer", "account"), customers)),
    section(
      "Weeks",
      "ISO weeks in UTC.",
      table(
        "Weeks",
        {
          title: "Week",
          cell: (row) => html("span", { title: `from ${dayInWords(row.monday)}` }, row.week),
          by: (row) => row.monday,
        },
        weeks,
      ),
    ),
  );
}

function firstFlips({ flips, metrics }) {
  if (flips.length === 0) {
    return null;
  }
  const about =
    flips.length === metrics.flips ? "All of them" : `The first ${count(flips.length)} of ${count(metrics.flips)}`;
  return section(
    "Flips side by side",
    `${about}, in input order, with the limits as each transaction met them.`,
    html("div", { class: "flips" }, flips.map(flipCard)),
  );
}

function flipCard(flip) {
  const isMoneyOut = flip.amount.startsWith("-");
  return html(
    "article",
    { class: `card flip to-${flip.to === "declined" ? "declined" : "accepted"}` },
    html(
      "h3",
      {},
      `${money(flip.amount.replace(/^-/, ""))} ${isMoneyOut ? "withdrawal" : "load"} by `,
      nameOf(flip.account, "b"),
    ),
    html(
      "p",
      { class: "muted" },
      "transaction ",
      nameOf(flip.transaction_id),
      ` · ${timeInWords(flip.time)}`,
      flip.group === null ? null : [" · group ", nameOf(flip.group)],
      flip.line === null ? null : ` · line ${count(flip.line)}`,
      flip.position === null ? null : ` · position ${count(flip.position)}`,
    ),
    html("div", { class: "sides" }, sideOf("Then", flip.then, flip.amount), sideOf("Now", flip.now, flip.amount)),
  );
}

function sideOf(title, { accepted, reason, limits }, amount) {
  return html(
    "div",
    { class: "side" },
    html(
      "h4",
      {},
      `${title}: `,
      html(
        "span",
        { class: accepted ? "accepted" : "declined" },
        accepted ? "✓ accepted" : `✗ declined, ${brief(reason ?? "")}`,
      ),
    ),
    html(
      "ul",
      {},
      limits.map((limit) => limitOf(limit, amount)),
    ),
  );
}

/** Bounds of one transaction alone, of which nothing can be used up. */
const BOUNDS_OF_ONE = ["minimum_amount", "maximum_amount", "cooldown"];

/** A limit, how much of it was used before, and what came upon that if it was too much. */
function limitOf({ limit, bound, used, of, exceeded: isExceeded }, amount) {
  const isUsedUp = !BOUNDS_OF_ONE.includes(bound);
  const more = isExceeded && isUsedUp ? addition(bound, used, of, amount) : null;
  const words =
    more !== null
      ? `${figure(used)} + ${figure(more)} of ${figure(of)}`
      : isUsedUp
        ? `${figure(used)} of ${figure(of)} used`
        : `${bound.replace("_", " ")} ${figure(of)}`;
  const title = html("span", {}, nameOf(limit), isExceeded ? html("b", {}, " exceeded") : null);
  const meter = isUsedUp ? meterOf(Number(used) / Number(of), Number(more ?? 0) / Number(of)) : null;
  const parts = [title, html("span", { class: "figure" }, words), meter];
  return html("li", { class: isExceeded ? "exceeded" : null }, parts);
}

/** What the transaction adds to what was used, if that is what exceeds the limit. */
function addition(bound, used, of, amount) {
  const added = bound === "count" ? "1" : amount.replace(/^-/, "");
  const [before, most] = [String(used), String(of)];
  const areFigures = [before, most].every((text) => /^-?\d+(\.\d\d)?$/.test(text));
  return areFigures && minor(before) + minor(added) > minor(most) ? added : null;
}

/** Two shares of a limit beside each other: what was used, and what was to come upon it. */
function meterOf(used, added) {
  const share = (value, most) => Math.min(most, Math.max(0, Number.isFinite(value) ? value : 0));
  const before = share(used, 1);
  const part = (kind, width) => {
    const element = html("i", { class: kind });
    element.style.width = `${100 * width}%`;
    return element;
  };
  return html("div", { class: "meter" }, part("used", before), part("added", share(added, 1 - before)));
}

wireTheme();
document.getElementById("main").append(...backtestPage(embedded()).filter(Boolean));
