//! What is refused, and how that is said.

use super::{command, history};
use crate::ledger::{Ledger, NAME};
use crate::support::{code, run, stderr, stdout};

fn refused(ledger: &Ledger, arguments: &[&str], why: &str) {
    let arguments: Vec<_> = std::iter::once("backtest").chain(arguments.iter().copied()).collect();
    let (status, report, errors) = command(ledger, &arguments);
    assert_eq!((status, report.as_str()), (2, ""), "{arguments:?}: {errors}");
    assert!(errors.contains(why), "{arguments:?}: {errors}");
}

#[test]
fn flags_that_do_not_fit_together_are_refused() {
    let ledger = history();
    refused(&ledger, &[], "<INPUT|--store <FILE>>");
    refused(&ledger, &["--store", NAME, "day.jsonl"], "cannot be used with");
    refused(&ledger, &["--store", NAME, "--baseline", "x.toml"], "cannot be used with");
    refused(&ledger, &["--store", NAME, "--input-format", "csv"], "cannot be used with");
    refused(&ledger, &["--store", NAME, "--threads", "0"], "--threads");
    refused(&ledger, &["--store", NAME, "--first", "-1"], "'-1'");
    let days = ["--store", NAME, "--from", "2000-01-05", "--to", "2000-01-04"];
    refused(&ledger, &days, "tidegate: --from 2000-01-05: it is behind --to 2000-01-04\n");
    refused(&ledger, &["--store", NAME, "--from", "5.1.2000"], "not a date, such as 2000-01-04");
}

#[test]
fn gates_that_are_none_are_refused_with_a_hint() {
    let ledger = history();
    refused(&ledger, &["--store", NAME, "--fail-if", "flisp > 5"], "unknown metric; did you mean \"flips\"?");
    refused(&ledger, &["--store", NAME, "--fail-if", "flips"], "must be METRIC OP NUMBER, such as");
    refused(&ledger, &["--store", NAME, "--fail-if", "flip_rate > 5%"], "as rates are in per cent anyway");
}

#[test]
fn what_is_not_there_is_named() {
    let ledger = history();
    refused(&ledger, &["--store", "none.db"], "--store none.db");
    refused(&ledger, &["--store", "day.jsonl"], "--store day.jsonl");
    refused(&ledger, &["--store", NAME, "--config", "none.toml"], "--config none.toml");
    refused(&ledger, &["day.jsonl", "--baseline", "none.toml"], "--baseline none.toml");
    let (status, _, errors) = command(&ledger, &["backtest", "none.jsonl"]);
    assert_eq!(status, 1, "{errors}");
    assert!(errors.contains("none.jsonl"), "{errors}");
    let (status, _, errors) = command(&ledger, &["backtest", "--store", NAME, "--html", "none/page.html"]);
    assert_eq!(status, 1, "{errors}");
    assert!(errors.contains("can't write none/page.html"), "{errors}");
}

#[test]
fn changes_that_make_no_policy_are_refused() {
    let ledger = history();
    refused(&ledger, &["--store", NAME, "--set", "daily-amont.amount=5"], "did you mean \"daily-amount\"?");
    refused(&ledger, &["--store", NAME, "--set", "daily-amount.amount=x"], "--set daily-amount.amount=x");
    refused(&ledger, &["day.jsonl", "--set", "daily-amount"], "--set daily-amount");
}

#[test]
fn help_lists_every_metric_with_its_description() {
    let ledger = Ledger::new();
    let metrics: Vec<_> = super::report(&history(), "")["metrics"].as_object().unwrap().keys().cloned().collect();
    for subcommand in ["backtest", "sweep"] {
        let help = run(ledger.directory(), &format!("{subcommand} --help"));
        let (_, list) = stdout(&help).split_once("\nMetrics, ").expect("there are metrics");
        let mut told: Vec<_> = list.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
        assert!(list.lines().skip(1).all(|line| line.split_whitespace().count() > 2), "{list}");
        told.sort_unstable();
        assert_eq!(told, metrics, "{subcommand}");
        let short = run(ledger.directory(), &format!("{subcommand} -h"));
        assert_eq!((code(&short), stderr(&short)), (0, ""));
        assert!(!stdout(&short).contains("customers_relieved"));
    }
}

#[test]
fn document_defines_every_metric() {
    let document = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/backtest.md")).unwrap();
    // Keys of the report stand in a table of their own.
    let (_, metrics) = document.split_once("\n## Metrics\n").expect("there is a section");
    let (metrics, _) = metrics.split_once("\n## ").expect("there are others behind it");
    for metric in super::report(&history(), "")["metrics"].as_object().unwrap().keys() {
        let rows = metrics.lines().filter(|line| line.starts_with(&format!("| `{metric}` |")));
        assert_eq!(rows.count(), 1, "{metric}");
    }
}
