//! The files that are written beside the report.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use insta::assert_snapshot;

use super::{LOWER, command, history, tested};
use crate::ledger::{NAME, records};
use crate::running::{Running, pipe};
use crate::support::{code, stderr, tidegate};

#[test]
fn flips_are_lines_of_json_or_of_csv() {
    let ledger = history();
    tested(&ledger, 0, &format!("{LOWER} --flips flips.jsonl"));
    assert_snapshot!(ledger.read("flips.jsonl"), @r#"
    {"position":4,"line":3,"transaction_id":"3","account":"a","group":null,"amount":"1000.00","time":"2000-01-03T12:00:00Z","to":"declined","then":null,"now":"daily_amount"}
    {"position":5,"line":4,"transaction_id":"4","account":"b","group":null,"amount":"4000.00","time":"2000-01-04T10:00:00Z","to":"declined","then":null,"now":"daily_amount"}
    {"position":6,"line":5,"transaction_id":"5","account":"b","group":null,"amount":"-3500.00","time":"2000-01-05T10:00:00Z","to":"declined","then":null,"now":"insufficient_funds"}
    {"position":7,"line":6,"transaction_id":"7","account":"=c","group":null,"amount":"3600.00","time":"2000-01-06T10:00:00Z","to":"declined","then":null,"now":"daily_amount"}
    {"position":8,"line":7,"transaction_id":"8","account":"=c","group":null,"amount":"2000.00","time":"2000-01-06T11:00:00Z","to":"accepted","then":"daily_amount","now":null}
    "#);
    tested(&ledger, 0, &format!("{LOWER} --flips flips.csv"));
    assert_snapshot!(ledger.read("flips.csv"), @r"
    position,line,transaction_id,account,group,amount,time,to,then,now
    4,3,3,a,,1000.00,2000-01-03T12:00:00Z,declined,,daily_amount
    5,4,4,b,,4000.00,2000-01-04T10:00:00Z,declined,,daily_amount
    6,5,5,b,,-3500.00,2000-01-05T10:00:00Z,declined,,insufficient_funds
    7,6,7,'=c,,3600.00,2000-01-06T10:00:00Z,declined,,daily_amount
    8,7,8,'=c,,2000.00,2000-01-06T11:00:00Z,accepted,daily_amount,
    ");
    // Those of an input have no positions.
    let (status, _, errors) =
        command(&ledger, &["backtest", "day.jsonl", "--set", "daily-amount.amount=3500", "--flips", "input.csv"]);
    assert_eq!((status, errors.as_str()), (0, ""));
    let without: Vec<_> =
        ledger.read("flips.csv").lines().skip(1).map(|line| line.split_once(',').unwrap().1.to_owned()).collect();
    let of_input: Vec<_> =
        ledger.read("input.csv").lines().skip(1).map(|line| line.strip_prefix(',').unwrap().to_owned()).collect();
    assert_eq!(of_input, without);
}

#[test]
fn flips_are_all_of_the_days_reported_on() {
    let ledger = history();
    tested(&ledger, 0, &format!("{LOWER} --from 2000-01-06 --first 0 --flips flips.jsonl"));
    let ids: Vec<_> =
        records(&ledger.read("flips.jsonl")).iter().map(|flip| flip["transaction_id"].to_string()).collect();
    assert_eq!(ids, ["\"7\"", "\"8\""]);
    tested(&ledger, 0, "--flips none.csv");
    assert_eq!(ledger.read("none.csv").lines().count(), 1);
    tested(&ledger, 0, "--flips none.jsonl");
    assert_eq!(ledger.read("none.jsonl"), "");
}

#[test]
fn page_holds_the_same_report_as_the_json() {
    let ledger = history();
    let json = tested(&ledger, 0, &format!("{LOWER} --json --html page.html"));
    let page = ledger.read("page.html");
    let (_, data) = page.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    let (data, _) = data.split_once("</script>").unwrap();
    assert_eq!(data.replace("\\u003c", "<"), json.trim_end());
    assert!(page.starts_with("<!doctype html>"));
}

#[test]
fn one_of_the_files_may_be_standard_output_instead_of_the_report() {
    let ledger = history();
    tested(&ledger, 0, &format!("{LOWER} --flips flips.jsonl --html page.html"));
    assert_eq!(tested(&ledger, 0, &format!("{LOWER} --flips -")), ledger.read("flips.jsonl"));
    assert_eq!(tested(&ledger, 0, &format!("{LOWER} --html -")), ledger.read("page.html"));
    for (arguments, why) in [
        ("--flips - --html -", "--html -: the flips go to standard output: name a file"),
        ("--flips - --json", "--flips -: the JSON goes to standard output: name a file"),
        ("--html - --json", "--html -: the JSON goes to standard output: name a file"),
    ] {
        let output = ledger.command(&format!("backtest --store {NAME} {arguments}"));
        assert_eq!((code(&output), stderr(&output)), (2, format!("tidegate: {why}\n").as_str()));
    }
}

#[test]
fn nothing_that_is_read_is_overwritten_and_nothing_is_written_twice() {
    let ledger = history();
    ledger.write("lower.toml", "");
    symlink("day.jsonl", ledger.path("link.jsonl")).unwrap();
    fs::hard_link(ledger.path(NAME), ledger.path("hard.db")).unwrap();
    let before = (ledger.bytes(), ledger.read("day.jsonl"));
    let names = || fs::read_dir(ledger.directory()).unwrap().count();
    let files = names();
    for arguments in [
        "--store ledger.db --flips ledger.db",
        "--store ledger.db --html ledger.db-wal",
        "--store ledger.db --flips ledger.db-lock",
        "--store ledger.db --flips hard.db",
        "--store ledger.db --config lower.toml --flips lower.toml",
        "--store ledger.db --flips same.jsonl --html ./same.jsonl",
        "day.jsonl --flips day.jsonl",
        "day.jsonl --html link.jsonl",
        "day.jsonl --baseline lower.toml --html lower.toml",
        // Refused before anything is read, so that nobody sees that this is no ledger.
        "--store day.jsonl --html day.jsonl",
    ] {
        let output = ledger.command(&format!("backtest {arguments}"));
        assert_eq!(code(&output), 2, "{arguments}");
        assert!(
            stderr(&output).contains(" would overwrite ") && stderr(&output).ends_with(": name another output\n"),
            "{arguments}: {}",
            stderr(&output)
        );
    }
    assert!(before == (ledger.bytes(), ledger.read("day.jsonl")));
    assert_eq!(names(), files, "nothing was left behind");
}

#[test]
fn standard_input_and_output_are_files_like_others() {
    let ledger = history();
    let open = |name: &str| fs::File::options().read(true).append(true).open(ledger.path(name)).unwrap();
    for (arguments, input, output) in [
        ("backtest - --flips day.jsonl", Some("day.jsonl"), None),
        ("backtest day.jsonl", None, Some("day.jsonl")),
        ("backtest --store ledger.db --json", None, Some("ledger.db")),
        ("backtest --store ledger.db --flips old.jsonl", None, Some("old.jsonl")),
    ] {
        ledger.write("old.jsonl", "");
        let before = (ledger.bytes(), ledger.read("day.jsonl"));
        let mut command = tidegate(ledger.directory());
        command.args(arguments.split_whitespace()).stderr(Stdio::piped());
        command.stdin(input.map_or_else(Stdio::null, |name| open(name).into()));
        command.stdout(output.map_or_else(Stdio::null, |name| open(name).into()));
        let output = Running::start_as_it_is(command).finish();
        assert_eq!(code(&output), 2, "{arguments}");
        assert!(stderr(&output).contains(" would overwrite "), "{}", stderr(&output));
        assert!(before == (ledger.bytes(), ledger.read("day.jsonl")));
    }
}

#[test]
fn reader_that_goes_away_is_no_error_and_the_files_are_whole() {
    let ledger = history();
    for arguments in [
        "--flips flips.jsonl --html page.html",
        "--json --flips flips.jsonl --html page.html",
        "--flips - --html page.html",
    ] {
        let (reader, write) = pipe();
        drop(reader);
        let mut command = tidegate(ledger.directory());
        command.args(["backtest", "--store", NAME]).args(LOWER.split(' ')).args(arguments.split(' '));
        command.stdin(Stdio::null()).stdout(write).stderr(Stdio::piped());
        let output = Running::start_as_it_is(command).finish();
        assert_eq!((code(&output), stderr(&output)), (0, ""), "{arguments}");
        assert!(ledger.read("page.html").ends_with("</html>\n"));
        fs::remove_file(ledger.path("page.html")).unwrap();
    }
    assert_eq!(ledger.read("flips.jsonl").lines().count(), 5);
}
