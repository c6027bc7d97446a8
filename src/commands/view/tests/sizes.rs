//! Terminals of any size, with colours and without, and whatever may be typed there.

use std::collections::BTreeSet;

use proptest::prelude::*;
use ratatui::style::Color;

use super::*;

/// The colours on every screen.
fn colours(fixture: &Fixture, in_colours: bool) -> BTreeSet<String> {
    let mut colours = BTreeSet::new();
    for (_, keys) in SCREENS {
        let terminal = Terminal::new(TestBackend::new(100, 40)).unwrap();
        let mut session = Session::new(fixture.ledger(), String::new(), terminal, in_colours);
        session.look().unwrap();
        press(&mut session, keys);
        session.draw().unwrap();
        let buffer = session.terminal().backend().buffer().clone();
        let cells = buffer.content.iter().flat_map(|cell| [cell.fg, cell.bg]);
        colours.extend(cells.filter(|colour| *colour != Color::Reset).map(|colour| format!("{colour:?}")));
    }
    colours
}

#[test]
fn colours_are_the_terminals_own_or_none_at_all() {
    let fixture = fixture();
    assert_eq!(colours(&fixture, true), ["Cyan", "Green", "Red", "Yellow"].map(str::to_owned).into());
    assert_eq!(colours(&fixture, false), BTreeSet::new());
}

#[test]
fn terminal_of_any_size_is_drawn_on() {
    let fixture = fixture();
    for (_, keys) in SCREENS {
        let mut session = open(&fixture, 80, 24);
        press(&mut session, keys);
        for (width, height) in (1..=9).flat_map(|width| (1..=14).map(move |height| (width, height))).chain([
            (300, 1),
            (1, 300),
            (300, 100),
        ]) {
            session.terminal().backend_mut().resize(width, height);
            session.draw().unwrap();
            press(&mut session, "Down Up");
        }
    }
}

#[test]
fn path_ends_with_what_is_looked_at_and_a_failure_that_is_cut_says_so() {
    let fixture = fixture();
    let mut session = open(&fixture, 36, 12);
    press(&mut session, "Enter Down Enter a");
    for (width, expected) in [
        (36, " … › transaction 1 › account 528 ─"),
        (33, " … › transaction 1 › account 528 "),
        (32, " … › account 528 ─"),
        (12, " … › accou… "),
    ] {
        session.terminal().backend_mut().resize(width, 12);
        session.draw().unwrap();
        must_show(&mut session, expected);
    }
    session.terminal().backend_mut().resize(24, 12);
    press(&mut session, "1 / n o n e Enter");
    must_show(&mut session, " there is no account no… \n");
}

const KEYS: [&str; 34] = [
    "Enter",
    "Enter",
    "Enter",
    "Esc",
    "Backspace",
    "Tab",
    "BackTab",
    "Up",
    "Down",
    "Down",
    "PgUp",
    "PgDn",
    "Home",
    "End",
    "1",
    "2",
    "3",
    "a",
    "f",
    "g",
    "G",
    "j",
    "k",
    "r",
    "s",
    "/",
    "/",
    "?",
    "5",
    "2",
    "8",
    "日",
    "\u{1b}",
    "x",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn whatever_is_pressed_there_is_a_screen(
        steps in prop::collection::vec((0..KEYS.len(), 1u16..90, 1u16..30, 0u8..10), 1..250),
    ) {
        let fixture = fixture();
        let mut session = open(&fixture, 80, 24);
        for (number, (place, width, height, event)) in steps.into_iter().enumerate() {
            match event {
                0 => session.terminal().backend_mut().resize(width, height),
                1 => session.look().unwrap(),
                2 if number % 16 == 0 => append(&fixture, &format!("{number}"), 1_000 + number as u64),
                _ => prop_assert_eq!(press(&mut session, KEYS[place]), Step::GoOn),
            }
            session.draw().unwrap();
            let area = session.terminal().backend().buffer().area;
            if area.width >= 10 && area.height >= 20 {
                prop_assert!(shown(&mut session).contains("ledger.db"));
            }
        }
    }
}
