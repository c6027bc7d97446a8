//! What the screen shows, over ledgers as runs leave them.

mod keys;
mod kinds;
mod ledgers;
mod sizes;

use insta::assert_snapshot;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::commands::fixture::{Fixture, policy};
use crate::domain::Duplicates;
use crate::formats::Format;
use crate::formats::verdict::VerdictFormat;
use crate::screen::{Session, Step};

const VERDICTS: VerdictFormat = VerdictFormat { format: Format::JsonLines, reasons: false };

/// Transactions of `id customer amount day-of-January`.
fn transactions(lines: &[&str]) -> String {
    let line = |line: &&str| {
        let [id, customer, amount, day] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        format!(
            "{{\"id\":\"{id}\",\"customer_id\":\"{customer}\",\"load_amount\":\"{amount}\",\"time\":\"2000-01-{day}T12:00:00Z\"}}\n"
        )
    };
    lines.iter().map(line).collect()
}

/// A ledger of two batches, with each kind of decision and ids that a terminal had better not be given.
fn fixture() -> Fixture {
    let fixture = Fixture::new();
    let monday = transactions(&[
        "1 528 $4000.00 03",
        "2 528 $1000.00 03",
        "3 528 $0.01 03",
        "1 528 $4000.00 03",
        "4 528 -$200.50 04",
        "5 528 -$9000.00 04",
        "6 528 $10.00 04",
        "7 528 $10.00 04",
        "8 528 $10.00 04",
        "1 日本語 $1234.56 05",
        r#"\u202e\" a\u202eb $5.00 05"#,
    ]);
    fixture.decide("monday.jsonl", &policy(Duplicates::Decline), VERDICTS, &(monday + "bad\n"));
    let tuesday = transactions(&["9 528 $4999.00 10", "10 528 $2.00 10", "1 7 $1.00 10"]);
    fixture.decide("tuesday.jsonl", &policy(Duplicates::Decline), VERDICTS, &tuesday);
    fixture
}

/// A screen of a size on a fixture's ledger.
fn open(fixture: &Fixture, width: u16, height: u16) -> Session<TestBackend> {
    let terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let mut session = Session::new(fixture.ledger(), "ledger.db".to_owned(), terminal, true);
    session.look().unwrap();
    session.draw().unwrap();
    session
}

fn key(name: &str) -> KeyEvent {
    let letter = name.chars().next().unwrap();
    match name {
        "Enter" => KeyCode::Enter.into(),
        "Esc" => KeyCode::Esc.into(),
        "Backspace" => KeyCode::Backspace.into(),
        "Tab" => KeyCode::Tab.into(),
        "BackTab" => KeyCode::BackTab.into(),
        "Up" => KeyCode::Up.into(),
        "Down" => KeyCode::Down.into(),
        "PgUp" => KeyCode::PageUp.into(),
        "PgDn" => KeyCode::PageDown.into(),
        "Home" => KeyCode::Home.into(),
        "End" => KeyCode::End.into(),
        "Space" => KeyCode::Char(' ').into(),
        "Ctrl-C" => KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL),
        "Alt-7" => KeyEvent::new(KeyCode::Char('7'), KeyModifiers::ALT),
        _ => {
            assert_eq!(name.chars().count(), 1, "{name}");
            KeyCode::Char(letter).into()
        }
    }
}

/// Presses keys, which are separated by spaces, and draws behind each as a terminal would.
fn press(session: &mut Session<TestBackend>, keys: &str) -> Step {
    let mut step = Step::GoOn;
    for name in keys.split_whitespace() {
        assert_eq!(step, Step::GoOn, "{keys}");
        step = session.press(key(name)).unwrap();
        session.draw().unwrap();
    }
    step
}

/// What is on the screen, the times of recording masked.
fn shown(session: &mut Session<TestBackend>) -> String {
    let buffer = session.terminal().backend().buffer().clone();
    let rows = (0..buffer.area.height).map(|y| {
        let mut row = String::new();
        let mut hidden = 0;
        for x in 0..buffer.area.width {
            // What a wide letter covers is no cell of its own.
            if hidden == 0 {
                let symbol = buffer[(x, y)].symbol();
                hidden = ratatui::text::Span::raw(symbol).width().max(1);
                row += symbol;
            }
            hidden -= 1;
        }
        masked(row.trim_end()) + "\n"
    });
    rows.collect()
}

/// Fails unless a text is on the screen; every line ends with a space.
fn must_show(session: &mut Session<TestBackend>, expected: &str) {
    let shown = shown(session).replace('\n', " \n");
    assert!(shown.contains(expected), "{expected:?} is not in\n{shown}");
}

/// A text with every digit of the times from 2020 on made 0.
fn masked(text: &str) -> String {
    let masked = |word: &str| word.replace(|letter: char| letter.is_ascii_digit(), "0");
    let is_recent = |word: &str| word.starts_with("202") && word.contains(['-', '…']);
    text.split_inclusive(' ').map(|word| if is_recent(word) { masked(word) } else { word.to_owned() }).collect()
}

/// The row that the cursor is on, if it is seen.
fn selected(session: &mut Session<TestBackend>) -> String {
    let buffer = session.terminal().backend().buffer().clone();
    let is_selected = |y: &u16| buffer[(0, *y)].modifier.contains(ratatui::style::Modifier::REVERSED);
    let row = (3..buffer.area.height).find(is_selected);
    row.map(|y| shown(session).lines().nth(usize::from(y)).unwrap().to_owned()).unwrap_or_default()
}

/// Keys to every screen there is.
const SCREENS: [(&str, &str); 11] = [
    ("batches", ""),
    ("accounts", "2"),
    ("events", "3"),
    ("events_of_a_batch", "Enter"),
    ("account", "2 s Enter"),
    ("account_of_an_odd_id", "2 Down Down Enter"),
    ("declined", "3 / 4 Enter Enter"),
    ("duplicate", "3 / 5 Enter Enter"),
    ("accepted_withdrawal", "3 / 6 Enter Enter"),
    ("policy", "3 g Enter"),
    ("keys", "?"),
];

#[test]
fn every_screen_looks_like_this() {
    let fixture = fixture();
    for (name, keys) in SCREENS {
        let mut session = open(&fixture, 80, 24);
        press(&mut session, keys);
        assert_snapshot!(name, shown(&mut session));
    }
}

#[test]
fn every_screen_looks_like_this_where_there_is_little_room() {
    let fixture = fixture();
    for (name, keys) in SCREENS {
        let mut session = open(&fixture, 36, 12);
        press(&mut session, keys);
        assert_snapshot!(format!("{name}_narrow"), shown(&mut session));
    }
}

/// Decides on one more transaction.
fn append(fixture: &Fixture, batch: &str, id: u64) {
    let input = transactions(&[&format!("{id} 528 $1.00 20")]);
    fixture.decide(batch, &policy(Duplicates::Decline), VERDICTS, &input);
}
