//! Reports as `backtest` and `sweep` make them, made up: their figures are of the right form and size, no more.

use serde_json::{Value, json};

/// What customers may be called.
pub(super) const NASTY: [&str; 6] = [
    "</script><script>fail()</script>",
    "\"\u{2028}\\",
    "{{script}}",
    "",
    "\u{202e}gnp.exe\u{7}",
    "<img src=x onerror=fail()>",
];

/// The first of January 2026, in days since 1970.
const FIRST: i64 = 20_454;

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn money(minor: u64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// A day in a form of `strftime`.
fn day(days_since_1970: i64, form: &str) -> String {
    let day = chrono::DateTime::from_timestamp(days_since_1970 * 86_400, 0).expect("a day of our times");
    day.format(form).to_string()
}

fn date(days_since_1970: i64) -> String {
    day(days_since_1970, "%Y-%m-%d")
}

/// The rows of a list in a report.
fn rows_of<'a>(report: &'a mut Value, list: &str) -> &'a mut Vec<Value> {
    report[list].as_array_mut().expect("it is a list")
}

/// What days, weeks, groups and customers have in common; about so many transactions.
fn row(chance: &mut Chance, size: u64) -> Value {
    let transactions = size * 9 / 10 + chance.below(size / 5 + 1);
    let then = transactions * (80 + chance.below(6)) / 100;
    let down = chance.below(transactions / 20 + 1).min(then);
    let up = chance.below(transactions / 60 + 1);
    let (loads, lost, gained) = (then * 61_437, down * 60_019, up * 40_007);
    json!({
        "transactions": transactions,
        "accepted_then": then,
        "accepted_now": then - down + up,
        "to_declined": down,
        "to_accepted": up,
        "loads_then": money(loads),
        "loads_now": money(loads - lost + gained),
        "loads_lost": money(lost),
        "loads_gained": money(gained),
    })
}

/// A row with its name before it.
fn named(key: &str, name: impl Into<Value>, row: Value) -> Value {
    let mut named = serde_json::Map::new();
    named.insert(key.to_owned(), name.into());
    named.extend(row.as_object().expect("rows are objects").clone());
    Value::Object(named)
}

fn days(chance: &mut Chance, number: i64) -> Vec<Value> {
    let days = (FIRST..FIRST + number).map(|day| {
        let size = if (day + 3) % 7 > 4 { 700 } else { 1_100 };
        named("day", date(day), row(chance, size))
    });
    days.collect()
}

fn weeks(chance: &mut Chance, number: i64) -> Vec<Value> {
    let mondays = (FIRST - 6..FIRST + number).filter(|day| (day + 3) % 7 == 0);
    let weeks =
        mondays.map(|monday| named("week", day(monday, "%G-W%V"), named("monday", date(monday), row(chance, 6_900))));
    weeks.collect()
}

fn metrics(days: &[Value]) -> Value {
    let sum = |key: &str| days.iter().map(|row| row[key].as_u64().unwrap()).sum::<u64>();
    let in_minor = |amount: &Value| amount.as_str().unwrap().replace('.', "").parse::<u64>().unwrap();
    let minor = |key: &str| days.iter().map(|row| in_minor(&row[key])).sum::<u64>();
    let (transactions, then, now) = (sum("transactions"), sum("accepted_then"), sum("accepted_now"));
    let (down, up) = (sum("to_declined"), sum("to_accepted"));
    let (loads_then, loads_now) = (minor("loads_then"), minor("loads_now"));
    let rate = |part: u64| (1e6 * part as f64 / transactions as f64).round() / 1e4;
    json!({
        "transactions": transactions,
        "customers": 4_812,
        "accepted_then": then,
        "accepted_now": now,
        "declined_then": transactions - then,
        "declined_now": transactions - now,
        "accepted_change": now as i64 - then as i64,
        "accepted_rate_then": rate(then),
        "accepted_rate_now": rate(now),
        "accepted_change_pp": (1e4 * (rate(now) - rate(then))).round() / 1e4,
        "flips": down + up,
        "flips_to_declined": down,
        "flips_to_accepted": up,
        "flip_rate": rate(down + up),
        "reason_changes": 311,
        "loads_then": money(loads_then),
        "loads_now": money(loads_now),
        "loads_change": format!("-{}", money(loads_then.saturating_sub(loads_now))),
        "loads_lost": money(minor("loads_lost")),
        "loads_gained": money(minor("loads_gained")),
        "withdrawals_then": "1204817.55",
        "withdrawals_now": "1201190.05",
        "withdrawals_change": "-3627.50",
        "withdrawals_lost": "4127.50",
        "withdrawals_gained": "500.00",
        "customers_affected": 913,
        "customers_affected_rate": 18.9734,
        "customers_relieved": 207,
    })
}

fn reason(reason: &str, then: u64, now: u64, sums: [&str; 2]) -> Value {
    json!({ "reason": reason, "then": then, "now": now, "then_sum": sums[0], "now_sum": sums[1] })
}

fn reasons(metrics: &Value) -> Value {
    let accepted = json!({
        "reason": null,
        "then": metrics["accepted_then"],
        "now": metrics["accepted_now"],
        "then_sum": metrics["loads_then"],
        "now_sum": metrics["loads_now"],
    });
    json!([
        accepted,
        reason("daily_amount", 7_021, 10_233, ["11201977.20", "14807733.15"]),
        reason("daily_count", 4_377, 3_120, ["400313.07", "300119.44"]),
        reason("insufficient_funds", 903, 921, ["90317.70", "92001.01"]),
        reason("duplicate", 512, 512, ["61233.00", "61233.00"]),
    ])
}

fn cause(to: &str, reason: &str, flips: u64, loads: &Value, withdrawals: &str) -> Value {
    json!({ "to": to, "reason": reason, "flips": flips, "loads": loads, "withdrawals": withdrawals })
}

fn flips_by_reason(metrics: &Value) -> Value {
    let count = |key: &str, others: u64| metrics[key].as_u64().expect("it is a count").saturating_sub(others);
    json!([
        cause("declined", "daily_amount", count("flips_to_declined", 18), &metrics["loads_lost"], "0.00"),
        cause("declined", "insufficient_funds", 18, &json!("0.00"), "4127.50"),
        cause("accepted", "daily_count", count("flips_to_accepted", 2), &metrics["loads_gained"], "0.00"),
        cause("accepted", "daily_amount", 2, &json!("10.00"), "500.00"),
    ])
}

fn room_left(chance: &mut Chance) -> Vec<Value> {
    let bins = (0..10).map(|bin| {
        let (then, now) = (2_000 + bin * 1_150 + chance.below(900), 3_900 + bin * 930 + chance.below(900));
        json!({ "from": bin * 10, "below": bin * 10 + 10, "then": then, "now": now })
    });
    bins.collect()
}

fn limit(name: &str, bound: &str, used: Value, of: Value, is_exceeded: bool) -> Value {
    json!({ "limit": name, "bound": bound, "used": used, "of": of, "exceeded": is_exceeded })
}

/// How a transaction was decided under a daily limit of an amount.
fn side(is_accepted: bool, daily: &str) -> Value {
    json!({
        "accepted": is_accepted,
        "reason": (!is_accepted).then_some("daily_amount"),
        "limits": [
            limit("single-amount", "maximum_amount", json!("0.00"), json!("2500.00"), false),
            limit("daily-amount", "amount", json!("2755.10"), json!(daily), !is_accepted),
            limit("daily-count", "count", json!(2), json!(3), false),
            limit("weekly-amount", "amount", json!("9120.35"), json!("20000.00"), false),
            limit("pause", "cooldown", json!(0), json!("30 s"), false),
        ],
    })
}

fn flip(number: u64, account: &str, group: Option<&str>) -> Value {
    let is_to_declined = number % 3 != 2;
    let (then, now) = if is_to_declined { ("5000.00", "3000.00") } else { ("3000.00", "5000.00") };
    json!({
        "position": 4_180 + number * 97,
        "line": 4_179 + number * 97,
        "transaction_id": (90_000 + number * 13).to_string(),
        "account": account,
        "group": group,
        "amount": if number % 4 == 3 { "-812.40" } else { "1312.40" },
        "time": format!("2026-01-{:02}T09:41:07Z", number % 28 + 1),
        "to": if is_to_declined { "declined" } else { "accepted" },
        "then": side(is_to_declined, then),
        "now": side(!is_to_declined, now),
    })
}

/// A backtest over so many days from the first of January 2026 on.
pub(super) fn backtest(number: i64) -> Value {
    let mut chance = Chance(7);
    let days = days(&mut chance, number);
    let metrics = metrics(&days);
    let groups = [("default", 61_000), ("gold", 24_000), ("KYC 2, verified in person", 5_400)];
    let customers = ["1072", "88", "4410", "913", "2750", "31", "1999", "640", "3318", "5"];
    let flips = (0..).zip(customers).map(|(at, account)| flip(at, account, (at % 2 == 1).then_some("gold")));
    json!({
        "source": "ledger.db",
        "head": format!("{}:{}:{}", metrics["transactions"], "5e".repeat(32), "c0".repeat(32)),
        "from": null,
        "to": null,
        "first": format!("{}T00:00:14Z", date(FIRST)),
        "last": format!("{}T23:59:41.250Z", date(FIRST + number - 1)),
        "is_check": false,
        "then": [
            { "position": 1, "sha256": "a1".repeat(32) },
            { "position": 48_211, "sha256": "b2".repeat(32) },
        ],
        "now": [{ "position": null, "sha256": "c3".repeat(32) }],
        "changes": ["daily-amount: amount \"3000.00\", was \"5000.00\"", "daily-count: count 5, was 3"],
        "notes": ["groups.csv decides for the 1,204 customers that it lists; others keep the group of the log."],
        "rejected": 3,
        "reasons": reasons(&metrics),
        "flips_by_reason": flips_by_reason(&metrics),
        "groups": groups.map(|(group, size)| named("group", group, row(&mut chance, size))),
        "weeks": weeks(&mut chance, number),
        "days": days,
        "customers": customers.map(|account| named("account", account, row(&mut chance, 130))),
        "room_left": room_left(&mut chance),
        "flips": flips.collect::<Vec<_>>(),
        "gates": [
            { "gate": "accepted_change_pp < -5", "value": metrics["accepted_change_pp"], "failed": false },
            { "gate": "flips > 500", "value": metrics["flips"], "failed": true },
            { "gate": "loads_lost > 100000000", "value": metrics["loads_lost"], "failed": false },
        ],
        "metrics": metrics,
    })
}

/// A backtest of nothing.
pub(super) fn empty() -> Value {
    let mut report = backtest(1);
    let lists =
        ["changes", "notes", "reasons", "flips_by_reason", "groups", "weeks", "days", "customers", "flips", "gates"];
    for list in lists {
        report[list] = json!([]);
    }
    for absent in ["head", "first", "last"] {
        report[absent] = Value::Null;
    }
    for metric in report["metrics"].as_object_mut().expect("it is an object").values_mut() {
        *metric = if metric.is_string() { json!("0.00") } else { json!(0) };
    }
    for bin in rows_of(&mut report, "room_left") {
        bin["then"] = json!(0);
        bin["now"] = json!(0);
    }
    report
}

/// A ledger that came out as it is.
pub(super) fn check() -> Value {
    let mut report = backtest(40);
    report["is_check"] = json!(true);
    for list in ["changes", "notes", "flips_by_reason", "flips", "gates"] {
        report[list] = json!([]);
    }
    let before = report["metrics"].clone();
    for (key, metric) in report["metrics"].as_object_mut().expect("it is an object") {
        match key.strip_suffix("_now") {
            Some(figure) => *metric = before[format!("{figure}_then")].clone(),
            None if key.ends_with("_then") || key == "transactions" || key == "customers" => {}
            None => *metric = if metric.is_string() { json!("0.00") } else { json!(0) },
        }
    }
    for row in rows_of(&mut report, "reasons") {
        row["now"] = row["then"].clone();
        row["now_sum"] = row["then_sum"].clone();
    }
    for bin in rows_of(&mut report, "room_left") {
        bin["now"] = bin["then"].clone();
    }
    for list in ["days", "weeks", "groups", "customers"] {
        for row in rows_of(&mut report, list) {
            row["accepted_now"] = row["accepted_then"].clone();
            row["loads_now"] = row["loads_then"].clone();
            row["to_declined"] = json!(0);
            row["to_accepted"] = json!(0);
            row["loads_lost"] = json!("0.00");
            row["loads_gained"] = json!("0.00");
        }
    }
    report
}

/// A ledger that came out otherwise than it is.
pub(super) fn faulty_check() -> Value {
    let mut report = backtest(2);
    report["is_check"] = json!(true);
    report
}

/// A backtest in which everything is called something that is no name.
pub(super) fn nasty() -> Value {
    let mut report = backtest(3);
    let long = "very-long-".repeat(400);
    let names: Vec<&str> = NASTY.into_iter().chain([long.as_str()]).collect();
    report["source"] = json!(NASTY[0]);
    report["changes"] = json!(names);
    report["notes"] = json!(names);
    report["customers"] = names.iter().map(|name| named("account", *name, row(&mut Chance(1), 9))).collect();
    report["groups"] = names.iter().map(|name| named("group", *name, row(&mut Chance(2), 9))).collect();
    report["flips"] = names.iter().map(|name| flip(1, name, Some(name))).collect();
    report["flips"][0]["transaction_id"] = json!(long);
    report["flips"][0]["amount"] = json!("92233720368547758.07");
    report["metrics"]["loads_now"] = json!("92233720368547758.07");
    for reason in rows_of(&mut report, "flips_by_reason") {
        reason["reason"] = json!(long);
    }
    report
}

/// Keys and their values, to sweep over.
pub(super) type Vary<'a> = &'a [(&'a str, &'a [&'a str])];

/// A sweep; the further back a value stands, the more generous it is, and `0` is no value.
pub(super) fn sweep(vary: Vary<'_>) -> Value {
    let mut chance = Chance(3);
    let mut combinations: Vec<Vec<&str>> = vec![vec![]];
    for (_, values) in vary {
        let longer = combinations.iter().flat_map(|start| values.iter().map(|value| [&start[..], &[*value]].concat()));
        combinations = longer.collect();
    }
    let (invalid, valid): (Vec<_>, Vec<_>) = combinations.into_iter().partition(|values| values.contains(&"0"));
    let why = "--vary daily-count.count=0: it must be at least 1";
    let mut then = backtest(90)["metrics"].clone();
    then["accepted_rate_then"] = json!(82.4);
    then["loads_then"] = json!("8123456.78");
    json!({
        "source": "ledger.db",
        "head": null,
        "from": "2026-01-01",
        "to": "2026-03-31",
        "first": "2026-01-01T00:00:14Z",
        "last": "2026-03-31T23:59:41Z",
        "rejected": 0,
        "notes": [],
        "vary": vary.iter().map(|(key, values)| json!({ "key": key, "values": values })).collect::<Vec<_>>(),
        "then": then,
        "candidates": valid.iter().map(|values| candidate(&mut chance, vary, values, &then)).collect::<Vec<_>>(),
        "invalid": invalid.iter().map(|values| json!({ "values": values, "why": why })).collect::<Vec<_>>(),
    })
}

fn candidate(chance: &mut Chance, vary: Vary<'_>, values: &[&str], then: &Value) -> Value {
    let places = vary.iter().zip(values).map(|((_, all), value)| {
        let place = all.iter().position(|other| other == value).expect("it is one of them");
        (place as f64 + 1.0) / all.len() as f64
    });
    let generous = places.fold(1.0, |product: f64, place| product * place.sqrt()) + chance.below(30) as f64 / 1_000.0;
    let affected = (2_400.0 * (1.1 - generous).max(0.0)) as u64;
    let rate = |value: f64| json!((1e4 * value).round() / 1e4);
    let mut metrics = then.clone();
    metrics["accepted_rate_now"] = rate(52.0 + 36.0 * generous.sqrt());
    metrics["accepted_change_pp"] = rate(36.0 * generous.sqrt() - 30.4);
    metrics["loads_now"] = json!(money((900_000_000.0 * (0.4 + generous * generous)) as u64));
    metrics["customers_affected"] = json!(affected);
    json!({
        "values": values,
        "sha256": "d4".repeat(32),
        "metrics": metrics,
        "is_unbeaten": chance.below(3) > 0,
        "failed_gates": if affected > 1_500 { json!(["customers_affected > 1500"]) } else { json!([]) },
    })
}
