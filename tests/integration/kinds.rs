//! A ledger whose policy has limits of every kind.

use crate::ledger::Ledger;

/// A limit of every kind.
const POLICY: &str = r#"
    [policy]
    zone = "America/Toronto"
    week_starts = "sunday"
    late_after = "30d"

    [[limits]]
    name = "sizes"
    direction = "load"
    minimum_amount = "10"
    maximum_amount = "500"
    maximum_balance = "1500"

    [[limits]]
    name = "pause"
    direction = "load"
    cooldown = "10m"

    [[limits]]
    name = "rolling"
    window = "24h"
    direction = "load"
    measure = "net"
    amount = "600"

    [[limits]]
    name = "weekly"
    window = "week"
    direction = "load"
    count = 5

    [[limits]]
    name = "gold-month"
    window = "month"
    amount = "5000"
    groups = ["gold", "staff"]

    [[limits]]
    name = "ever"
    window = "lifetime"
    direction = "load"
    count = 20
    zone = "UTC"

    [[limits]]
    name = "spring"
    window = "day"
    direction = "load"
    count = 1
    from = "2026-03-01"
    until = "2026-03-31"
    outcome = "flag"

    [[limits]]
    name = "trial"
    window = "7d"
    direction = "load"
    amount = "400"
    zone = "UTC"
    outcome = "shadow"
"#;

/// What account 528 sends, in the night in which the clocks in Toronto are put forward: id, amount, time, group.
const SENT: [(&str, &str, &str, &str); 9] = [
    ("1", "300", "2026-03-07T15:00:00Z", ""),
    ("2", "20", "2026-03-07T15:05:00Z", ""),
    ("3", "250", "2026-03-07T16:00:00Z", ""),
    ("4", "100", "2026-03-07T17:00:00Z", ""),
    ("5", "-100", "2026-03-07T18:00:00Z", "gold"),
    ("6", "100", "2026-03-08T03:30:00Z", "gold"),
    ("7", "5", "2026-03-08T03:40:00Z", ""),
    ("8", "9", "2026-01-08T03:40:00Z", ""),
    ("9", "1", "2026-03-09T03:40:00Z", "gold"),
];

/// The ledger of one batch.
pub fn ledger_of_every_kind() -> Ledger {
    let ledger = Ledger::new();
    ledger.write("tidegate.toml", POLICY);
    let line = |(id, amount, time, group): (&str, &str, &str, &str)| {
        let fields =
            format!("\"id\":\"{id}\",\"customer_id\":\"528\",\"load_amount\":\"{amount}\",\"time\":\"{time}\"");
        format!("{{{fields},\"group\":\"{group}\"}}\n").replace(",\"group\":\"\"", "")
    };
    ledger.write("day.jsonl", SENT.into_iter().map(line).collect::<String>());
    ledger.must_run(0, "day.jsonl --quiet");
    ledger
}
