//! Ledgers whose decisions were made by another version of the time zones.

use tidegate::config::policy_text;
use tidegate::domain::Zone;

use crate::engine::run_in_ledger_as;
use crate::ledger::{Ledger, NAME};
use crate::support::{code, stdout};
use crate::transactions::transaction;

/// A version that no program has.
const OLD: &str = "1999z";

/// One load a day in a zone.
fn one_a_day(zone: &str) -> String {
    format!("[[limits]]\nname = \"a-day\"\nwindow = \"day\"\ncount = 1\nzone = \"{zone}\"\n")
}

/// A ledger with two loads, of one day in Toronto and of two in Berlin, decided in a zone; it takes them for decided in
/// Berlin by a version of the zones.
fn decided_in(zone: &str, version: &str) -> Ledger {
    let ledger = Ledger::new();
    let loads = ["2000-01-01T12:00:00Z", "2000-01-02T01:00:00Z"].map(|time| transaction(time, "ann", "$1", time));
    let config = one_a_day(zone);
    run_in_ledger_as(&ledger.path(NAME), "day", config.as_str().into(), &loads.concat(), 1, |policy| {
        let text = policy_text(policy);
        assert!(text.contains(Zone::VERSION) && text.contains(zone), "{text}");
        text.replace(Zone::VERSION, version).replace(zone, "Europe/Berlin")
    });
    ledger
}

#[test]
fn what_another_version_of_the_zones_decided_alike_verifies_and_goes_on() {
    let ledger = decided_in("Europe/Berlin", OLD);
    ledger.ask("verify");
    ledger.write("tidegate.toml", one_a_day("Europe/Berlin"));
    let time = "2000-01-02T20:00:00Z";
    let verdict = ledger.must_feed(0, "- --batch next --reasons", transaction("3", "ann", "$1", time));
    assert!(verdict.contains("\"reason\":\"a_day\""), "{verdict}");
    // The other version is another policy.
    let policies = ledger.ask("events --type PolicyActivated --format jsonl");
    let has = |policy: &str, version: &str| policy.contains(&format!("zones = \\\"{version}\\\""));
    let policies: Vec<_> = policies.lines().collect();
    assert!(policies.len() == 2 && has(policies[0], OLD) && has(policies[1], Zone::VERSION), "{policies:?}");
    ledger.ask("verify");
}

#[test]
fn what_another_version_of_the_zones_decided_otherwise_is_found_with_both_versions() {
    for (version, told) in [(OLD, true), (Zone::VERSION, false)] {
        let ledger = decided_in("America/Toronto", version);
        let output = ledger.command(&format!("verify --store {NAME}"));
        let (found, versions) =
            (stdout(&output), format!("it was decided by the time zones of {OLD}, and this program has those of "));
        assert_eq!(code(&output), 4, "{found}");
        assert_eq!(found.matches("decided anew, the event is [2,\"AccountDeposited\",").count(), 1, "{found}");
        assert_eq!(found.contains(&(versions + Zone::VERSION)), told, "{found}");
    }
}
