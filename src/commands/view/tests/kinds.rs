//! Limits of every kind on the screen.

use super::*;
use crate::config::parse_policy_text;

const POLICY: &str = r#"
[policy]
duplicates = "decline"
late_after = "10d"

[[limits]]
name = "sizes"
window = "transaction"
direction = "load"
minimum_amount = "1.00"
maximum_amount = "500.00"
maximum_balance = "700.00"

[[limits]]
name = "pause"
window = "transaction"
direction = "withdrawal"
cooldown = "2d"

[[limits]]
name = "rolling"
window = "90d"
direction = "load"
measure = "net"
amount = "600.00"
zone = "America/Toronto"

[[limits]]
name = "week-in-toronto"
window = "week"
direction = "any"
count = 9
zone = "America/Toronto"
week_starts = "sunday"

[[limits]]
name = "gold"
window = "year"
direction = "any"
amount = "5000.00"
groups = ["gold", "a\u202Eb"]

[[limits]]
name = "ever"
window = "lifetime"
direction = "load"
count = 20

[[limits]]
name = "once"
window = "day"
direction = "any"
count = 1
until = "2000-01-31"
outcome = "flag"

[[limits]]
name = "trial"
window = "month"
direction = "any"
amount = "400.00"
outcome = "shadow"
"#;

/// A decision for each way in which such limits can turn out.
fn fixture() -> Fixture {
    let fixture = Fixture::new();
    let input = transactions(&[
        "1 528 $300.00 20",
        "2 528 $250.00 20",
        "3 528 $100.00 20",
        "4 528 -$40.00 20",
        "5 528 -$40.00 20",
        "6 528 $0.50 20",
        "7 528 $9.00 05",
    ]);
    fixture.decide("monday.jsonl", &parse_policy_text(POLICY).unwrap(), VERDICTS, &input);
    fixture
}

#[test]
fn every_kind_of_limit_looks_like_this() {
    let fixture = fixture();
    for (name, keys) in [
        ("account", "/ 5 2 8 Enter"),
        ("flagged", "3 / 3 Enter Enter"),
        ("net", "3 / 4 Enter Enter"),
        ("too_near", "3 / 6 Enter Enter"),
        ("too_little", "3 / 7 Enter Enter"),
        ("too_late", "3 / 8 Enter Enter"),
        ("events", "3"),
    ] {
        let mut session = open(&fixture, 160, 40);
        press(&mut session, keys);
        assert_snapshot!(name, shown(&mut session));
    }
}

#[test]
fn every_kind_of_limit_looks_like_this_where_there_is_little_room() {
    let fixture = fixture();
    for (name, keys) in [("account", "/ 5 2 8 Enter"), ("flagged", "3 / 3 Enter Enter")] {
        let mut session = open(&fixture, 60, 24);
        press(&mut session, keys);
        assert_snapshot!(format!("{name}_narrow"), shown(&mut session));
    }
}
