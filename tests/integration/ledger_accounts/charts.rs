//! Bars and sparklines: on terminals that can show them, and nowhere else.

use std::process::Stdio;

use insta::assert_snapshot;

use super::{ledger, masked};
use crate::ledger::{Ledger, NAME};
use crate::running::Running;
use crate::screen::Screen;
use crate::support::{code, stderr, tidegate};
use crate::transactions::transaction;

/// The commands that draw.
const DRAWING: [&str; 3] = ["account 528", "accounts --top 5", "days"];

/// What only charts are made of.
const CHART: [char; 4] = ['▏', '█', '▁', '▄'];

/// What a command shows on a terminal of a type and so many columns.
fn shown(ledger: &Ledger, command: &str, term: &str, columns: u16, no_color: Option<&str>) -> String {
    let (screen, terminal) = Screen::with_columns(columns);
    let (name, arguments) = command.split_once(' ').unwrap_or((command, ""));
    let mut command = tidegate(ledger.directory());
    command.args([name, "--store", NAME]).args(arguments.split_whitespace()).env("TERM", term);
    match no_color {
        Some(text) => command.env("NO_COLOR", text),
        None => command.env_remove("NO_COLOR"),
    };
    command.stdin(Stdio::null()).stdout(terminal).stderr(Stdio::piped());
    let output = Running::start_as_it_is(command).finish();
    assert_eq!((code(&output), stderr(&output)), (0, ""));
    screen.rest().replace("\r\n", "\n")
}

fn in_colour(ledger: &Ledger, command: &str, columns: u16) -> String {
    shown(ledger, command, "xterm", columns, None)
}

/// A text whose colours can be read.
fn readable(text: &str) -> String {
    text.replace("\u{1b}[31m", "<red>").replace("\u{1b}[33m", "<yellow>").replace("\u{1b}[0m", "</>")
}

#[test]
fn account_on_a_terminal_has_bars_of_what_is_used_and_a_line_of_days() {
    let ledger = ledger();
    let text = readable(&masked(&ledger, in_colour(&ledger, "account 528 --events 1", 100)));
    assert_snapshot!(text, @"
    account 528
    balance      11994.98
    loads        12095.48  4 transactions
    withdrawals    100.50  1 transaction
    declined     2 transactions
    moment       all that is recorded, up to position 11
    limits at    2000-01-04T20:00:00Z, the time of the latest transaction, by the policy at position 1

    limit          counts  window                     used        of      left  resets
    daily-count    both    2000-01-04                    1         3         2  2000-01-05  ███▎      ▏
    daily-amount   loads   2000-01-04              4500.00   5000.00    500.00  2000-01-05  <yellow>█████████</> ▏
    weekly-amount  loads   2000-01-03..2000-01-09  8777.01  20000.00  11222.99  2000-01-10  ████▍     ▏

    accepted on each day from 1999-12-06 to 2000-01-04
    loads        ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▇▁██  at most 4500.00 a day
    withdrawals  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁█▁  at most 100.50 a day

    the last 1 of 7 decisions
    position  transaction   amount  time                  verdict    balance  batch          line  recorded
           9  7            4500.00  2000-01-04T20:00:00Z  accepted  11994.98  tuesday.jsonl     2  RECORDED-WITH-TUESDAY......
    ");
    let monday = readable(&in_colour(&ledger, "account 528 --events 0 --at 2000-01-03T23:59:59Z", 100));
    assert_snapshot!(monday, @"
    account 528
    balance      7494.98
    loads        7595.48  3 transactions
    withdrawals   100.50  1 transaction
    declined     2 transactions
    moment       what had happened by 2000-01-03T23:59:59Z, of all that is recorded, up to position 11
    limits at    2000-01-03T23:59:59Z, as asked, by the policy at position 1

    limit          counts  window                     used        of      left  resets
    daily-count    both    2000-01-03                    3         3         0  2000-01-04  <red>██████████</>▏
    daily-amount   loads   2000-01-03              4277.01   5000.00    722.99  2000-01-04  <yellow>████████▌</> ▏
    weekly-amount  loads   2000-01-03..2000-01-09  4277.01  20000.00  15722.99  2000-01-10  ██▏       ▏

    accepted on each day from 1999-12-05 to 2000-01-03
    loads        ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▇▁█  at most 4277.01 a day
    withdrawals  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁█  at most 100.50 a day
    ");
}

#[test]
fn accounts_and_days_on_a_terminal_have_a_bar_each() {
    let ledger = ledger();
    assert_snapshot!(in_colour(&ledger, "accounts --top 5", 120), @r#"
    account               balance     loads  withdrawals  accepted  declined  latest
    528                  11994.98  12095.48       100.50         5         2  2000-01-04T20:00:00Z  ███████████████████████
    -x                    5000.00   5000.00         0.00         1         1  2000-01-04T22:00:00Z  █████████▌
    "日曜 \u{202e},\"="     20.00     20.00         0.00         1         0  1999-12-30T00:00:00Z  ▏
    "#);
    assert_snapshot!(in_colour(&ledger, "accounts --by declined", 120), @r#"
    account               balance     loads  withdrawals  accepted  declined  latest
    528                  11994.98  12095.48       100.50         5         2  2000-01-04T20:00:00Z  ███████████████████████
    -x                    5000.00   5000.00         0.00         1         1  2000-01-04T22:00:00Z  ███████████▌
    "日曜 \u{202e},\"="     20.00     20.00         0.00         1         0  1999-12-30T00:00:00Z
    "#);
    assert_snapshot!(in_colour(&ledger, "days", 80), @"
    day           loads  number  withdrawals  number  declined  number
    1999-12-30    20.00       1         0.00       0      0.00       0  ▏
    2000-01-01  3318.47       1         0.00       0      0.00       0  ███▊
    2000-01-03  4277.01       2       100.50       1    901.00       2  ████▉
    2000-01-04  9500.00       2         0.00       0   6000.00       1  ███████████
    ");
}

#[test]
fn accounts_by_id_have_no_bars_since_an_id_is_no_quantity() {
    let ledger = ledger();
    assert_eq!(in_colour(&ledger, "accounts", 100), ledger.ask("accounts"));
}

#[test]
fn balance_below_zero_has_no_bar() {
    let ledger = Ledger::new();
    let input =
        transaction("1", "c", "5", "2000-01-02T00:00:00Z") + &transaction("2", "c", "-3", "2000-01-01T00:00:00Z");
    ledger.must_feed(0, "- --batch day --quiet", input);
    let question = "accounts --by balance --at 2000-01-01T00:00:00Z";
    assert_eq!(in_colour(&ledger, question, 100), ledger.ask(question));
}

#[test]
fn colours_go_and_bars_stay_where_no_color_says_anything() {
    let ledger = ledger();
    for command in DRAWING {
        let coloured = in_colour(&ledger, command, 120);
        assert_eq!(shown(&ledger, command, "xterm", 120, Some("")), coloured, "{command}");
        for text in ["1", "0", "false"] {
            let plain = shown(&ledger, command, "xterm", 120, Some(text));
            assert!(plain.contains(CHART) && !plain.contains('\u{1b}'), "{command}: {plain}");
            let without = coloured.replace("\u{1b}[31m", "").replace("\u{1b}[33m", "").replace("\u{1b}[0m", "");
            assert_eq!(plain, without, "{command}");
        }
    }
    assert!(in_colour(&ledger, "account 528", 120).contains('\u{1b}'));
}

#[test]
fn charts_are_left_out_where_they_would_not_fit_or_could_not_be_shown() {
    let ledger = ledger();
    for command in DRAWING {
        let plain = ledger.ask(command);
        assert!(!plain.contains(CHART), "{command}: {plain}");
        for (term, columns) in [("xterm", 1), ("xterm", 40), ("dumb", 120), ("", 120)] {
            assert_eq!(shown(&ledger, command, term, columns, None), plain, "{command} on {term:?} of {columns}");
        }
    }
}

#[test]
fn no_line_that_has_a_bar_is_wider_than_the_terminal() {
    let ledger = ledger();
    for columns in 60..=130 {
        for command in DRAWING {
            let text = shown(&ledger, command, "xterm", columns, Some("1"));
            for line in text.lines().filter(|line| line.contains(CHART)) {
                // The customer with wide letters has two of them.
                let len = line.chars().count() + line.matches(['日', '曜']).count();
                assert!(len < usize::from(columns), "{command} on {columns}: {line}");
            }
        }
    }
}

#[test]
fn terminal_that_does_not_say_how_wide_it_is_counts_as_one_of_80_columns() {
    let ledger = ledger();
    for command in DRAWING {
        assert_eq!(in_colour(&ledger, command, 0), in_colour(&ledger, command, 80), "{command}");
    }
}

#[test]
fn json_is_the_same_everywhere() {
    let ledger = ledger();
    for command in ["account 528 --json", "accounts --json", "days --json", "views --json"] {
        assert_eq!(in_colour(&ledger, command, 120), ledger.ask(command), "{command}");
    }
}
