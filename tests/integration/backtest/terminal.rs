//! The report in front of people.

use std::process::Stdio;

use insta::assert_snapshot;

use super::{LOWER, history, tested};
use crate::ledger::{Ledger, NAME};
use crate::running::Running;
use crate::screen::Screen;
use crate::support::{code, stderr, tidegate};
use crate::transactions::transaction;

/// What a backtest shows on a terminal of so many columns.
fn shown(ledger: &Ledger, columns: u16, arguments: &str) -> String {
    let (screen, terminal) = Screen::with_columns(columns);
    let mut command = tidegate(ledger.directory());
    command.args(["backtest", "--store", NAME]).args(arguments.split_whitespace()).env("TERM", "xterm");
    command.stdin(Stdio::null()).stdout(terminal).stderr(Stdio::piped());
    let output = Running::start_as_it_is(command).finish();
    assert_eq!((code(&output), stderr(&output)), (0, ""));
    screen.rest().replace("\r\n", "\n")
}

#[test]
fn report_fits_a_terminal_of_80_columns() {
    let text = shown(&history(), 80, &format!("{LOWER} --set daily-count.count=2"));
    assert!(text.lines().all(|line| line.chars().count() < 80), "{text}");
    assert_snapshot!(text, @r#"
    backtest  ledger.db, up to position 10
    then      the policy at position 1
    now       daily-count: count 2, was 3
              daily-amount: amount 3500.00, was 5000.00
    times     2000-01-03T10:00:00Z to 2000-01-10T10:00:00Z

    5 of 9 decisions flip (55.56 %): 4 to declined, 1 to accepted. 33.33 pp fewer
    are accepted, and 6,600.00 less is let in.

                          then       now     change
    accepted                 6         3         -3
    declined                 3         6         +3
    accepted of all    66.67 %   33.33 %  -33.33 pp
    money let in     13,600.00  7,000.00  -6,600.00
    money let out     3,500.00      0.00  -3,500.00

    affected  3 of 3 customers (100.00 %): 8,600.00 no longer let in, 3,500.00 no
              longer let out
    relieved  1 of 3 customers (33.33 %): 2,000.00 newly let in

    declined for        then  now  change
    daily_amount           2    4      +2  ████████████▒▒▒▒▒▒▒▒▒▒▒▒
    duplicate              1    1       0  ██████
    insufficient_funds     0    1      +1  ▒▒▒▒▒▒

    flips to  reason                  flips     loads  withdrawals
    declined  daily_amount                3  8,600.00         0.00  ███████████████
    declined  insufficient_funds          1      0.00     3,500.00  █████
    accepted  no longer daily_amount      1  2,000.00         0.00  █████

    week      number  accepted  now  lost  gained     let in
    2000-W01       8         5    2     4       1  -6,600.00  █████████████████████
    2000-W02       1         1    1     0       0       0.00

    customer  number  accepted  now  lost  gained     let in
    b              3         2    0     2       0  -4,000.00  █████████████████████
    =c             2         1    1     1       1  -1,600.00  █████████████████████
    a              4         3    2     1       0  -1,000.00  ██████████▌
    lost: accepted then, declined now; gained: the other way
    let in: by how much more or less money is let in

    the first 3 of 5 flips

    position 4: transaction 3 of customer a, 1000.00 at 2000-01-03T12:00:00Z
    accepted then, declined for daily_amount now
      limit          bound   used then         of  used now         of
      daily-count    count           1          3         1          2
      daily-amount   amount   3,000.00   5,000.00  3,000.00   3,500.00  fails now
      weekly-amount  amount   3,000.00  20,000.00  3,000.00  20,000.00

    position 5: transaction 4 of customer b, 4000.00 at 2000-01-04T10:00:00Z
    accepted then, declined for daily_amount now
      limit          bound   used then         of  used now         of
      daily-count    count           0          3         0          2
      daily-amount   amount       0.00   5,000.00      0.00   3,500.00  fails now
      weekly-amount  amount       0.00  20,000.00      0.00  20,000.00

    position 6: transaction 5 of customer b, -3500.00 at 2000-01-05T10:00:00Z
    accepted then, declined for insufficient_funds now
      limit        bound  used then  of  used now  of
      daily-count  count          0   3         0   2
    "#);
}

#[test]
fn wider_terminal_has_longer_bars() {
    let ledger = history();
    let text = shown(&ledger, 120, LOWER);
    let line = |text: &str, begin: &str| {
        text.lines().find(|line| line.starts_with(begin)).unwrap_or_else(|| panic!("{text}")).to_owned()
    };
    assert_eq!(line(&text, "daily_amount "), "daily_amount           2    4      +2  ████████████▒▒▒▒▒▒▒▒▒▒▒▒");
    assert_eq!(line(&text, "b "), "b              3         2    0     2       0  -4,000.00  ████████████████████████");
    // Without its bars it is what a file gets.
    let bare: String =
        text.lines().map(|line| line.trim_end_matches(|c| "█▒░▏▎▍▌▋▊▉ ".contains(c)).to_owned() + "\n").collect();
    assert_eq!(bare, tested(&ledger, 0, LOWER));
}

#[test]
fn many_weeks_are_those_with_the_most_flips() {
    let ledger = Ledger::new();
    let load = |week: u32, number: u32| {
        let (month, day) = (1 + (week * 7) / 28, 1 + (week * 7) % 28);
        transaction(
            &format!("{week}-{number}"),
            &format!("c{number}"),
            "$4000.00",
            &format!("2001-{month:02}-{day:02}T10:00:00Z"),
        )
    };
    // As many in a week as its number, and nobody loads twice a day.
    let loads: String = (1..=20).flat_map(|week| (1..=week).map(move |number| load(week, number))).collect();
    ledger.must_feed(0, "- --batch all --quiet", loads);
    let text = tested(&ledger, 0, LOWER);
    let weeks: Vec<_> = text.lines().filter(|line| line.starts_with("2001-W")).collect();
    assert_eq!(weeks.len(), 12, "{text}");
    assert!(weeks.is_sorted() && weeks.iter().all(|line| line.contains(" 0  ")), "{text}");
    assert!(text.contains("\nthe 12 weeks with the most flips; --json has 8 more\n"), "{text}");
    assert!(text.contains("\nthe 10 customers with the most flips\n"), "{text}");
    assert!(text.contains("\nthe first 3 of 210 flips\n"), "{text}");
    let explained = |first: &str| tested(&ledger, 0, &format!("{LOWER} {first}")).matches("\nposition ").count();
    assert_eq!([explained(""), explained("--first 0"), explained("--first 5")], [3, 0, 5]);
}

#[test]
fn progress_is_shown_on_a_terminal_alone() {
    let ledger = history();
    let run = |source: &str, quiet: &str| {
        let (screen, terminal) = Screen::open();
        let mut command = tidegate(ledger.directory());
        command.arg("backtest").args(source.split(' ')).args(quiet.split_whitespace());
        command.env("TERM", "xterm").stdin(Stdio::null()).stdout(Stdio::null()).stderr(terminal);
        assert_eq!(code(&Running::start_as_it_is(command).finish()), 0);
        screen.rest()
    };
    assert!(run("--store ledger.db", "").contains("reading ledger.db"));
    for source in ["--store ledger.db", "day.jsonl"] {
        assert_eq!(run(source, "--quiet"), "");
    }
}

#[test]
fn nothing_of_a_ledger_can_steer_a_terminal() {
    let ledger = Ledger::new();
    let customer = r"a\u202eb";
    let load = |id: &str, amount: &str| transaction(id, customer, amount, "2000-01-03T10:00:00Z");
    ledger.must_feed(0, "- --batch all --quiet", load(r"x\u202ey", "$4000.00") + &load("2", "$1.00"));
    for text in [tested(&ledger, 0, LOWER), shown(&ledger, 100, LOWER)] {
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
        assert!(text.contains(r#"transaction "x\u{202e}y" of customer "a\u{202e}b""#), "{text}");
    }
}
