//! What keys do.

use super::*;

#[test]
fn keys_lead_where_they_should() {
    let fixture = fixture();
    for (keys, expected) in [
        ("", " Batches ─"),
        ("Tab", " Accounts ─"),
        ("Tab Tab", " Events ─"),
        ("Tab Tab Tab", " Batches ─"),
        ("BackTab", " Events ─"),
        ("3 1", " Batches ─"),
        ("Down Enter", " Batches › tuesday.jsonl ─"),
        ("Down Enter", " 1 of 3 "),
        ("Enter Esc", " Batches ─"),
        ("Esc Esc", " Batches ─"),
        ("Enter Down Enter", " Batches › monday.jsonl › transaction 1 ─"),
        ("Enter Down Enter Backspace", " Batches › monday.jsonl ─"),
        ("Enter Down Enter a", "… › monday.jsonl › transaction 1 › account 528 ─"),
        ("Enter Down Enter a Enter", "… › transaction 1 › account 528 › transaction 10 ─"),
        ("Enter Down a", " Batches › monday.jsonl › account 528 ─"),
        ("Enter a", " Batches › monday.jsonl ─"),
        ("Enter Enter", " Batches › monday.jsonl › policy ─"),
        ("Enter Enter Enter", " Batches › monday.jsonl › policy ─"),
        ("2 Enter 2", " Accounts ─"),
        ("2 s", " by balance · 1 of 4 "),
        ("2 s s", " by accepted · "),
        ("2 Down s", " by balance · 1 of 4 "),
        ("2 s s s", " by declined · "),
        ("2 s s s s", " by id · "),
        ("2 r", " by id · 1 of 4 "),
        ("2 / 5 2 8 Enter", " by id · 1 of 4 "),
        ("2 / 7 Enter", " by id · 2 of 4 "),
        ("2 s / 7 Enter Enter", " Accounts › account 7 ─"),
        ("/ 7 Enter", " Batches › account 7 ─"),
        ("/ 7 8 Backspace Enter", " Batches › account 7 ─"),
        ("/ x Enter", "there is no account x"),
        ("/ x Enter", "the ledger did not answer"),
        ("/ 7", " account: 7"),
        ("/ q ? 1", " account: q?1"),
        ("/ 7 Alt-7 Enter", " account 7 ─"),
        ("/ 7 Space Enter", " account 7  ─"),
        ("/ 7 Esc", " q quit "),
        ("/ Backspace", " q quit "),
        ("/ Enter", " Batches ─"),
        ("3", " 15 of 15 "),
        ("3", "● following"),
        ("3", " f stay "),
        ("3 Up", " 14 of 15 "),
        ("3 Up", " f follow "),
        ("3 k j", "● following"),
        ("3 g", " 1 of 15 "),
        ("3 g f", " 15 of 15 "),
        ("3 Home End", "● following"),
        ("3 PgUp", " 1 of 15 "),
        ("3 / 4 Enter", " 4 of 15 "),
        ("3 / Space 4 Space Enter", " 4 of 15 "),
        ("3 / 1 5 Enter", " 15 of 15 "),
        ("3 / 1 6 Enter", " the log ends at position 15"),
        ("3 / 9 9 Enter", " the log ends at position 15"),
        ("3 / 0 Enter", " the log ends at position 15"),
        ("3 / a Enter", " a position is a number"),
        ("1 f", " only lists of events follow a run"),
        ("Down Enter / 1 3 Enter", " 1 of 3 "),
        ("Down Enter / 1 4 Enter", " 2 of 3 "),
        ("?", "Ctrl-C"),
        ("? ?", " Batches ─"),
        ("? 3", " Batches ─"),
        ("z F", " Batches ─"),
    ] {
        let mut session = open(&fixture, 80, 24);
        assert_eq!(press(&mut session, keys), Step::GoOn);
        must_show(&mut session, expected);
    }
}

#[test]
fn following_and_help_and_prompts_are_no_longer_shown_once_they_are_left() {
    let fixture = fixture();
    for (keys, unexpected) in [
        ("3 f", "following"),
        ("3 Up", "following"),
        ("? Esc", "Ctrl-C"),
        ("/ 7 Esc", "account: "),
        ("3 1", "following"),
    ] {
        let mut session = open(&fixture, 80, 24);
        press(&mut session, keys);
        let shown = shown(&mut session);
        assert!(!shown.contains(unexpected), "{keys}: {unexpected:?} is in\n{shown}");
    }
}

#[test]
fn quitting_is_possible_everywhere() {
    let fixture = fixture();
    for keys in ["q", "Ctrl-C", "2 Enter q", "? q", "/ 7 q Ctrl-C", "? Ctrl-C", "3 Enter Ctrl-C"] {
        let mut session = open(&fixture, 80, 24);
        assert_eq!(press(&mut session, keys), Step::Quit, "{keys}");
    }
}
