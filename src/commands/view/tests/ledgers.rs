//! Ledgers that grow, are empty or damaged.

use super::*;
use crate::store::SqliteStore;

/// Damages the first events of a ledger.
fn damage(fixture: &Fixture) {
    let database = rusqlite::Connection::open(fixture.path("ledger.db")).unwrap();
    database.execute("UPDATE segments SET events = x'00' WHERE first_position = 1", []).unwrap();
}

#[test]
fn screen_follows_a_run_that_writes() {
    let fixture = fixture();
    let mut events = open(&fixture, 80, 24);
    press(&mut events, "3");
    let [mut batches, mut account, mut decision, mut stays, mut accounts] = [(); 5].map(|()| open(&fixture, 80, 24));
    press(&mut account, "/ 5 2 8 Enter");
    press(&mut decision, "/ 5 2 8 Enter Down");
    press(&mut stays, "3 Up");
    press(&mut accounts, "2");
    append(&fixture, "wednesday.jsonl", 100);
    for session in [&mut events, &mut batches, &mut account, &mut decision, &mut stays, &mut accounts] {
        session.look().unwrap();
        session.draw().unwrap();
        must_show(session, " 16 events ");
    }
    assert!(selected(&mut events).contains(" 16  accepted "), "{}", shown(&mut events));
    must_show(&mut batches, " wednesday.jsonl ");
    assert!(selected(&mut account).contains(" 16  accepted "), "{}", shown(&mut account));
    assert!(selected(&mut decision).contains(" 13  accepted "), "{}", shown(&mut decision));
    must_show(&mut decision, " decision 3 of 12 ");
    assert!(selected(&mut stays).contains(" 14  daily_amount "), "{}", shown(&mut stays));
    must_show(&mut stays, " 14 of 16 ");
    must_show(&mut accounts, " of 4 · 1 event ago ");
    press(&mut accounts, "r");
    assert!(!shown(&mut accounts).contains("ago"), "{}", shown(&mut accounts));
}

#[test]
fn events_of_a_batch_are_its_own_though_those_of_others_stand_between() {
    let fixture = fixture();
    let first = transactions(&["100 528 $1.00 20"]);
    fixture.decide("wednesday.jsonl", &policy(Duplicates::Decline), VERDICTS, &first);
    // A batch of many commits that stand apart is made by hand: runs only leave such if they are broken off.
    let database = rusqlite::Connection::open(fixture.path("ledger.db")).unwrap();
    let many = "PRAGMA foreign_keys = OFF;
        UPDATE commits SET batch = 1, number = number + 9000 WHERE first_position = 16;
        CREATE TEMP TABLE copies AS SELECT * FROM commits WHERE number = 1;
        UPDATE copies SET events = 0, first_position = 16;
        CREATE TEMP TABLE numbers AS WITH RECURSIVE counted (number) AS
            (VALUES (1000) UNION ALL SELECT number + 1 FROM counted WHERE number < 8000) SELECT number FROM counted;
        CREATE TEMP TABLE many AS SELECT numbers.number AS new_number, copies.* FROM numbers, copies;
        UPDATE many SET number = new_number;
        ALTER TABLE many DROP COLUMN new_number;
        INSERT INTO commits SELECT * FROM many";
    database.execute_batch(many).unwrap();
    drop(database);
    let mut session = open(&fixture, 80, 24);
    press(&mut session, "Enter G");
    must_show(&mut session, " 13 of 13 ");
    assert!(selected(&mut session).contains(" 16  accepted "), "{}", shown(&mut session));
    assert!(!shown(&mut session).contains(" 14  "), "{}", shown(&mut session));
}

#[test]
fn screen_does_not_keep_the_log_of_writes_from_being_emptied() {
    let fixture = fixture();
    let mut session = open(&fixture, 80, 24);
    press(&mut session, "2 3 1 Enter");
    append(&fixture, "wednesday.jsonl", 100);
    let database = rusqlite::Connection::open(fixture.path("ledger.db")).unwrap();
    let busy = database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(busy, 0);
}

#[test]
fn empty_ledger_has_nothing_to_show_and_says_so() {
    let fixture = Fixture::new();
    drop(SqliteStore::open(&fixture.path("ledger.db")).unwrap());
    for (keys, expected) in [
        ("", "no batches yet"),
        ("", " 0 events "),
        ("Enter", "no batches yet"),
        ("2", "no accounts yet"),
        ("2 Enter", "no accounts yet"),
        ("3", "no events yet"),
        ("3 Enter a", "no events yet"),
        ("3 Up Down PgUp PgDn g G", "no events yet"),
        ("/ 7 Enter", "there is no account 7"),
        ("3 / 1 Enter", "the log ends at position 0"),
    ] {
        let mut session = open(&fixture, 80, 24);
        press(&mut session, keys);
        must_show(&mut session, expected);
    }
}

#[test]
fn batch_that_had_no_event_is_seen_when_it_comes() {
    let fixture = fixture();
    let mut session = open(&fixture, 80, 24);
    fixture.decide("wednesday.jsonl", &policy(Duplicates::Decline), VERDICTS, "bad\n");
    session.look().unwrap();
    session.draw().unwrap();
    must_show(&mut session, " 15 events ");
    must_show(&mut session, " wednesday.jsonl ");
}

#[test]
fn every_event_of_a_long_log_is_where_it_is_looked_for() {
    let fixture = Fixture::new();
    let lines: Vec<String> = (1..=999).map(|id| format!("t c{id} $1.00 03")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    fixture.decide("monday.jsonl", &policy(Duplicates::Decline), VERDICTS, &transactions(&lines));
    let mut session = open(&fixture, 80, 24);
    press(&mut session, "3");
    for (keys, position) in [
        ("G", 1_000),
        ("PgUp", 982),
        ("/ 5 0 0 Enter", 500),
        ("PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn", 680),
        ("k k", 678),
        ("g Down", 2),
        ("/ 1 9 9 Enter PgUp PgUp", 163),
    ] {
        press(&mut session, keys);
        let expected = format!(" {position}  accepted ");
        assert!(selected(&mut session).contains(&expected), "{keys}: {expected:?} in\n{}", shown(&mut session));
    }
}

#[test]
fn days_of_an_account_are_the_last_that_there_is_room_for() {
    let fixture = Fixture::new();
    let lines: Vec<String> = (10..=31).map(|day| format!("{day} 7 $1.00 {day}")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    fixture.decide("monday.jsonl", &policy(Duplicates::Decline), VERDICTS, &transactions(&lines));
    for (width, expected) in
        [(60, " 2000-01-10 – 2000-01-31 "), (24, " 2000-01-10 – 2000-01-3… "), (23, " 2000-01-11 – 2000-01-… ")]
    {
        let mut session = open(&fixture, width, 40);
        press(&mut session, "/ 7 Enter");
        must_show(&mut session, expected);
    }
}

#[test]
fn list_of_very_many_accounts_says_that_there_are_more() {
    let fixture = Fixture::new();
    let lines: Vec<String> = (1..=10_001).map(|id| format!("t c{id:05} $1.00 03")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    for (batch, part, expected) in
        [("monday", &lines[..10_000], " 1 of 10,000 "), ("tuesday", &lines[10_000..], " 1 of 10,000, and more ")]
    {
        fixture.decide(batch, &policy(Duplicates::Decline), VERDICTS, &transactions(part));
        let mut session = open(&fixture, 80, 24);
        press(&mut session, "2");
        must_show(&mut session, expected);
        press(&mut session, "G Enter");
        must_show(&mut session, "account c10000 ");
    }
}

#[test]
fn explanation_names_the_last_of_those_that_used_a_limit() {
    let fixture = Fixture::new();
    let lines = ["a 7 $1.00 03", "b 7 $2.00 03", "c 7 $3.00 03", "d 7 $4.00 04", "e 7 $5.00 04", "f 7 $6.00 05"];
    let input =
        transactions(&lines) + &transactions(&["g 7 $7.00 05", "h 7 -$8.00 05", "i 7 $9.00 05", "j 7 $9.00 05"]);
    fixture.decide("monday.jsonl", &policy(Duplicates::Decline), VERDICTS, &input);
    let mut session = open(&fixture, 100, 48);
    press(&mut session, "3 G Enter");
    assert_snapshot!("users", shown(&mut session));
}

#[test]
fn account_with_more_decisions_than_are_shown_says_so() {
    let fixture = Fixture::new();
    let lines: Vec<String> = (1..=201).map(|id| format!("{id} 7 $1.00 03")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    fixture.decide("monday.jsonl", &policy(Duplicates::Decline), VERDICTS, &transactions(&lines[..200]));
    let mut session = open(&fixture, 80, 24);
    press(&mut session, "/ 7 Enter G");
    must_show(&mut session, " decision 200 of 200 · as of position 201 ");
    fixture.decide("tuesday.jsonl", &policy(Duplicates::Decline), VERDICTS, &transactions(&lines[200..]));
    session.look().unwrap();
    session.draw().unwrap();
    must_show(&mut session, " decision 200 of 200, and more · as of position 202 ");
}

#[test]
fn accounts_in_an_order_that_could_not_be_had_are_called_by_the_one_that_they_are_in() {
    let fixture = fixture();
    let mut session = open(&fixture, 80, 24);
    press(&mut session, "2");
    damage(&fixture);
    press(&mut session, "s");
    must_show(&mut session, "the store is damaged");
    must_show(&mut session, " by id · 1 of 4 ");
}

#[test]
fn what_is_damaged_is_said_and_the_rest_can_be_browsed() {
    let fixture = fixture();
    damage(&fixture);
    let mut session = open(&fixture, 80, 24);
    for (keys, expected) in [
        ("3", "the store is damaged"),
        ("3", "the ledger did not answer"),
        ("/ 9 9 Enter", "the log ends at position 15"),
        ("Up", "the store is damaged"),
        ("1", "monday.jsonl"),
        ("2", "the store is damaged"),
        ("1 Down Enter", "accepted"),
    ] {
        press(&mut session, keys);
        must_show(&mut session, expected);
    }
}
