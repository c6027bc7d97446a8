//! Changes to the log, and where they are said to be.

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::{LINES, SIZE, Subject};

/// Replaces a part of an event's text, which stands in its segment only once.
fn replace(subject: &Subject, position: u64, from: &str, to: &str) {
    let event: String = subject.ask(&format!("SELECT event FROM events WHERE position = {position}"));
    assert!(event.contains(from), "{event}");
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    subject.change(&format!(
        "UPDATE segments SET events = replace(events, {}, {}) WHERE first_position <= {position} AND first_position + count > {position}",
        quoted(&event),
        quoted(&event.replace(from, to))
    ));
}

fn first_where(subject: &Subject, condition: &str) -> u64 {
    subject.ask(&format!("SELECT position FROM decisions WHERE {condition} ORDER BY position LIMIT 1"))
}

#[test]
fn amount_that_was_changed_is_found_by_the_root_of_its_commit() {
    let subject = Subject::new();
    let position = first_where(&subject, "transaction_id = '1' AND account = 'ann'");
    replace(&subject, position, "\"10.00\"", "\"10.01\"");
    let commit = subject.first_commit(2);
    subject.assert_found("", "have another root than was recorded", [None, Some(commit), Some(2)]);
}

#[test]
fn amount_that_was_changed_is_found_by_deciding_again_too() {
    let subject = Subject::new();
    let position = first_where(&subject, "reason = 'daily_amount' AND account = 'ann'");
    replace(&subject, position, "\"4000.00\"", "\"400.00\"");
    let (commit, batch) = place(&subject, position);
    subject.assert_found("", "decided anew, the event is [2,\"AccountDeposited\",", [Some(position), None, None]);
    subject.assert_found("", "have another root than was recorded", [None, Some(commit), Some(batch)]);
}

fn place(subject: &Subject, position: u64) -> (u64, u64) {
    let of = |column: &str| {
        subject.ask(&format!(
            "SELECT c.{column} FROM commits AS c WHERE first_position <= {position} AND first_position + events > {position}"
        ))
    };
    (of("number"), of("batch"))
}

#[test]
fn events_that_changed_places_are_found_where_they_stand() {
    let subject = Subject::new();
    let position =
        first_where(&subject, "account <> (SELECT account FROM decisions WHERE position = 3) AND position > 3");
    let connection = Connection::open(subject.path()).unwrap();
    let event = |position: u64| -> String {
        connection.query_row("SELECT event FROM events WHERE position = ?1", [position], |row| row.get(0)).unwrap()
    };
    let (one, other) = (event(3), event(position));
    let text: String =
        connection.query_row("SELECT events FROM segments WHERE first_position = 1", [], |row| row.get(0)).unwrap();
    let swapped = text.replace(&one, "?").replace(&other, &one).replace('?', &other);
    assert_ne!(swapped, text);
    connection.execute("UPDATE segments SET events = ?1 WHERE first_position = 1", [&swapped]).unwrap();
    drop(connection);
    subject.assert_found("", "which is not its turn in its commit", [Some(4), Some(1), Some(1)]);
    subject.assert_found("", "have another root", [None, Some(1), Some(1)]);
}

#[test]
fn event_that_is_missing_or_can_not_be_read_is_named() {
    let subject = Subject::new();
    replace(&subject, 5, "[2,", "[2, ");
    subject.assert_found("", "event 5 is not as it was written", [Some(5), Some(1), Some(1)]);
    let subject = Subject::new();
    subject.change("DELETE FROM segments WHERE first_position = 1025");
    let place = [Some(LINES as u64 + 2), Some(subject.first_commit(2)), Some(2)];
    subject.assert_found("", "events from position 1025 are missing", place);
}

#[test]
fn account_whose_versions_have_a_gap_is_found() {
    let subject = Subject::new();
    let position = first_where(&subject, "account = 'ann' AND version = 2");
    replace(&subject, position, "\"ann\",2,", "\"ann\",3,");
    subject.assert_found("", "version 3 of its account, whose next is 2", [Some(position), None, None]);
}

#[test]
fn policy_with_another_text_is_found_even_if_its_hash_fits() {
    let subject = Subject::new();
    let position: u64 = subject.ask(
        "SELECT max(position) FROM events WHERE type = 'PolicyActivated' AND position > 1 AND batch = 'three.jsonl'",
    );
    let event: String = subject.ask(&format!("SELECT event FROM events WHERE position = {position}"));
    let text: String = subject.ask(&format!("SELECT event ->> 4 FROM events WHERE position = {position}"));
    let other = text.replace("3000.00", "3500.00");
    assert_ne!(other, text);
    let hash = |text: &str| hex::encode(Sha256::digest(text));
    assert!(event.contains(&hash(&text)));
    let written = |text: &str| serde_json::Value::from(text).to_string();
    let changed = event.replace(&hash(&text), &hash(&other)).replace(&written(&text), &written(&other));
    replace(&subject, position, &event, &changed);
    let (commit, batch) = place(&subject, position);
    subject.assert_found("", "have another root", [None, Some(commit), Some(batch)]);
    // With the hash of another text it is no event at all.
    let subject = Subject::new();
    replace(&subject, position, "3000.00", "3500.00");
    subject.assert_found(
        "",
        &format!("event {position} is not as it was written"),
        [Some(position), Some(commit), Some(batch)],
    );
}

#[test]
fn commits_and_batches_at_fault_are_named() {
    let pristine = Subject::new();
    let [two, three] = [2, 3].map(|batch| pristine.first_commit(batch));
    let behind_one = LINES as u64 + 2;
    for (sql, expected, places) in [
        (
            "UPDATE commits SET accepted = accepted + 1, declined = declined - 1 WHERE number = 1",
            "are said to be accepted",
            [None, Some(1), Some(1)],
        ),
        (
            "UPDATE commits SET lines = lines + 1 WHERE number = 1",
            "the chain is another than was recorded",
            [None, Some(1), Some(1)],
        ),
        (
            "UPDATE commits SET recorded_at = '1999-01-01T00:00:00.000000Z' WHERE number = TWO",
            "before the one before it",
            [None, Some(two), Some(2)],
        ),
        (
            "UPDATE commits SET events = events + 1 WHERE number = 1",
            "the commit is said to have",
            [None, Some(1), Some(1)],
        ),
        (
            "UPDATE commits SET policy = 2 WHERE number = 1",
            "the policy is said to be that of position 2",
            [None, Some(1), Some(1)],
        ),
        ("UPDATE commits SET hashed_from = 7 WHERE number = 1", "is hashed from byte 7", [None, Some(1), Some(1)]),
        ("UPDATE commits SET complete = 1 WHERE number = 1", "the chain is another", [None, Some(1), Some(1)]),
        ("UPDATE commits SET complete = 2 WHERE number = 1", "commits: complete is not 0 or 1", [None, Some(1), None]),
        (
            "UPDATE commits SET number = 900 WHERE number = (SELECT max(number) FROM commits)",
            "commit 900 stands where commit",
            [None, Some(900), None],
        ),
        (
            "UPDATE segments SET commit_number = 2 WHERE first_position = 1",
            "are said to be of commit 2, and are of commit 1",
            [Some(1), Some(1), Some(1)],
        ),
        (
            "UPDATE segments SET count = 7 WHERE first_position = 1",
            "said to have 7 events",
            [Some(1), Some(1), Some(1)],
        ),
        (
            "UPDATE batch_records SET name = 'x' WHERE number = 2",
            "the chain is another than was recorded",
            [None, Some(two), Some(2)],
        ),
        (
            "UPDATE batch_records SET header = 'x' WHERE number = 2",
            "the chain is another than was recorded",
            [None, Some(two), Some(2)],
        ),
        (
            "UPDATE batch_records SET format = 'csv' WHERE number = 5",
            "a format that its commits know nothing of",
            [None, None, Some(5)],
        ),
        ("INSERT INTO batch_records (number, name) VALUES (6, 'x')", "the batch has no commit", [None, None, Some(6)]),
        ("DELETE FROM batch_records WHERE number = 3", "there is no batch 3", [None, Some(three), Some(3)]),
        (
            "UPDATE rejects SET error = 'x' WHERE line = 3",
            "the rejected lines are not those",
            [None, Some(two), Some(2)],
        ),
        (
            "UPDATE rejects SET commit_number = 1 WHERE line = 3",
            "is said to be of commit 1",
            [None, Some(two), Some(2)],
        ),
        (
            "UPDATE rejects SET line = 2 WHERE line = 3",
            "line 2 is said to be rejected, and was decided on",
            [Some(behind_one), Some(two), Some(2)],
        ),
        (
            "UPDATE rejects SET line = 77 WHERE line = 3",
            "line 77 is rejected, but no commit has it",
            [None, None, Some(2)],
        ),
        ("DELETE FROM rejects WHERE line = 3", "lines are said to be rejected", [None, Some(two), Some(2)]),
        ("UPDATE tree SET hash = zeroblob(32)", "node 0 at level 10 is not the hash", [Some(1), None, None]),
        ("DELETE FROM tree", "node 0 at level 10 is missing", [Some(1), None, None]),
        (
            "INSERT INTO tree (level, idx, hash) VALUES (9, 0, zeroblob(32))",
            "node 0 at level 9 should not be there",
            [None; 3],
        ),
        ("UPDATE meta SET value = zeroblob(16)", "the index is not what events make it", [Some(1), None, None]),
        ("UPDATE meta SET value = zeroblob(15)", "the hash key is not a blob of 16 bytes", [None; 3]),
        (
            "DELETE FROM checkpoints WHERE view = 'accounts'",
            "the checkpoint of accounts is missing",
            [Some(SIZE), None, None],
        ),
        (
            "UPDATE checkpoints SET position = 9 WHERE view = 'accounts'",
            "the checkpoint of accounts is at position 9",
            [Some(9), None, None],
        ),
        (
            "UPDATE runs SET accounts = accounts + 1",
            "the counts of its run of positions 1 to 1109",
            [Some(1), None, None],
        ),
        ("UPDATE account_pages SET page = zeroblob(3)", "the pages of accounts of its run", [Some(1), None, None]),
        (
            "UPDATE runs SET last_position = last_position + 9",
            "the index goes up to position 1118",
            [Some(SIZE + 1), None, None],
        ),
        ("DELETE FROM runs", "pages of transactions of a run that there is not", [None; 3]),
    ] {
        let subject = Subject::new();
        subject.change(&sql.replace("TWO", &two.to_string()));
        subject.assert_found("", expected, places);
    }
}
