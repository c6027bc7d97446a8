//! Receipts and proofs of growth: made from a ledger, and checked without it.

use insta::assert_snapshot;
use rusqlite::Connection;
use rustix::process::Signal;
use serde_json::Value;

use crate::ledger::{Ledger, NAME};
use crate::support::{code, feed, stderr, stdout};
use crate::transactions::{BAD, load_of, transaction};

/// A ledger of three batches of several commits, two policies and a commit without events; its heads, oldest first.
fn ledger() -> (Ledger, Vec<String>) {
    let (ledger, mut heads) = (Ledger::new(), Vec::new());
    let mut keep = |ledger: &Ledger| heads.push(ledger.ask("head").trim_end().to_owned());
    ledger.write("monday.jsonl", load_of(1, "c") + BAD + &load_of(1, "c") + &load_of(2, r#"d,\"é"#));
    ledger.must_run(3, "monday.jsonl");
    keep(&ledger);
    ledger.break_off("- --batch tuesday", &(load_of(3, "c") + &load_of(4, "c")), Signal::INT);
    keep(&ledger);
    ledger.must_feed(3, "- --batch wednesday", BAD);
    keep(&ledger);
    let large = transaction("5", "c", "$900.00", "2000-01-01T00:00:00Z");
    ledger.must_feed(0, "- --batch thursday --set daily-amount.amount=800", large + &load_of(1, "c"));
    keep(&ledger);
    (ledger, heads)
}

fn size(head: &str) -> u64 {
    head.split(':').next().unwrap().parse().unwrap()
}

/// Checks a receipt; gives the exit status, and what was written to both outputs.
fn check(ledger: &Ledger, receipt: &[u8], head: &str, arguments: &str) -> (i32, String, String) {
    let output = feed(ledger.directory(), &format!("check-receipt - --head {head} {arguments}"), receipt);
    (code(&output), stdout(&output).to_owned(), stderr(&output).to_owned())
}

fn check_growth(ledger: &Ledger, proof: &[u8], from: &str, head: &str) -> (i32, String, String) {
    let output = feed(ledger.directory(), &format!("check-consistency - --from {from} --head {head}"), proof);
    (code(&output), stdout(&output).to_owned(), stderr(&output).to_owned())
}

/// What a command that is told of a ledger says on standard error as it ends with a status.
fn refusal(ledger: &Ledger, status: i32, question: &str) -> String {
    let (command, arguments) = question.split_once(' ').unwrap();
    let output = ledger.command(&format!("{command} --store {NAME} {arguments}"));
    assert_eq!((code(&output), stdout(&output)), (status, ""), "{question}: {}", stderr(&output));
    stderr(&output).to_owned()
}

#[test]
fn every_event_is_proved_against_every_head_that_the_ledger_had() {
    let (ledger, heads) = ledger();
    let events = ledger.events();
    assert_eq!(heads.iter().map(|head| size(head)).collect::<Vec<_>>(), [4, 6, 6, 9]);
    for head in &heads {
        for event in &events[..size(head) as usize] {
            let position = event["position"].as_u64().unwrap();
            let receipt = ledger.ask(&format!("prove --position {position} --head {head}"));
            let (status, said, complaint) = check(&ledger, receipt.as_bytes(), head, "--json");
            assert_eq!((status, complaint.as_str()), (0, ""), "{position} against {head}");
            let said: Value = serde_json::from_str(&said).unwrap();
            for key in [
                "position",
                "type",
                "line",
                "account",
                "version",
                "transaction_id",
                "amount",
                "time",
                "accepted",
                "reason",
                "used",
                "text",
            ] {
                assert_eq!(said[key], event[key], "{key} of {event}");
            }
            assert_eq!((&said["holds"], said["head"].as_str().unwrap()), (&Value::Bool(true), head.as_str()));
            for other in heads.iter().filter(|other| *other != head) {
                assert_eq!(check(&ledger, receipt.as_bytes(), other, "").0, 4, "{position} of {head} against {other}");
            }
        }
        let later = size(head) + 1;
        if later <= events.len() as u64 {
            let said = refusal(&ledger, 2, &format!("prove --position {later} --head {head}"));
            let expected = format!("tidegate: --head: it is of {} events, and event {later} came later\n", size(head));
            assert_eq!(said, expected);
        }
    }
}

#[test]
fn growth_is_proved_between_all_heads_of_a_ledger() {
    let (ledger, mut heads) = ledger();
    heads.insert(0, format!("0:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855:{}", "0".repeat(64)));
    let present = heads.last().unwrap().clone();
    for from in &heads {
        let growth = ledger.ask(&format!("consistency --from {from}"));
        let (status, said, complaint) = check_growth(&ledger, growth.as_bytes(), from, &present);
        assert_eq!((status, complaint.as_str()), (0, ""), "{from}");
        assert!(said.ends_with(&format!("added         {}\nthe proof holds\n", size(&present) - size(from))), "{said}");
        for (other_from, other_to) in heads.iter().flat_map(|a| heads.iter().map(move |b| (a, b))) {
            if (other_from, other_to) != (from, &present) {
                assert_eq!(check_growth(&ledger, growth.as_bytes(), other_from, other_to).0, 4);
            }
        }
    }
    // Between any two: each head is the ledger's present one for a while.
    let (grown, mut kept) = (Ledger::new(), Vec::new());
    for batch in 1..=3 {
        let lines: String = (0..batch).map(|id| load_of(10 * batch + id, "c")).collect();
        grown.must_feed(0, &format!("- --batch {batch}"), lines);
        kept.push(grown.ask("head").trim_end().to_owned());
        for from in &kept {
            let growth = grown.ask(&format!("consistency --from {from}"));
            let (status, _, complaint) = check_growth(&grown, growth.as_bytes(), from, kept.last().unwrap());
            assert_eq!((status, complaint.as_str()), (0, ""), "{from}");
        }
    }
}

#[test]
fn transaction_is_found_by_its_id_and_the_first_decision_on_it_is_proved() {
    let (ledger, heads) = ledger();
    let head = heads.last().unwrap();
    let once = ledger.ask("prove --account c 3");
    assert!(check(&ledger, once.as_bytes(), head, "").1.contains("transaction  3\n"));
    let output = ledger.command(&format!("prove --store {NAME} --account c 1"));
    assert_eq!(code(&output), 0);
    assert_snapshot!(stderr(&output), @"tidegate: the receipt is for event 2, the first decision on the transaction; it was sent again: events 3, 9 (--position)");
    assert!(check(&ledger, &output.stdout, head, "").1.starts_with("event        2 of 9, AccountDeposited\n"));
    let again = ledger.ask("prove --account c 1 --position 9");
    assert!(check(&ledger, again.as_bytes(), head, "").1.contains("outcome      declined: duplicate\n"));
    assert_snapshot!(refusal(&ledger, 2, "prove --account c 1 --position 4"), @"tidegate: --position 4: transaction 1 of customer c is in events 2, 3, 9");
    assert_snapshot!(refusal(&ledger, 2, "prove --account d 1"), @"tidegate: --account d: no transaction 1 of this customer was decided on");
    assert_snapshot!(refusal(&ledger, 2, "prove --position 10"), @"tidegate: --position 10: the log goes from position 1 to 9");
    assert_snapshot!(refusal(&ledger, 2, "prove --position 0"), @"tidegate: --position 0: the log goes from position 1 to 9");
    assert!(refusal(&ledger, 2, "prove --account c").contains("<TRANSACTION>"));
    assert!(refusal(&ledger, 2, "prove 1").contains("--account"));
    assert!(refusal(&ledger, 2, "prove --head x").contains("<TRANSACTION>"));
    assert_snapshot!(refusal(&ledger, 2, "prove --account c 1 --head 7:x"), @"tidegate: --head: must be SIZE:ROOT:CHAIN, as `tidegate head` prints it");
}

#[test]
fn what_a_receipt_proves_is_said_in_plain_lines() {
    let (ledger, heads) = ledger();
    let head = heads.last().unwrap();
    let said = |position: u64| {
        let receipt = ledger.ask(&format!("prove --position {position}"));
        let (status, said, complaint) = check(&ledger, receipt.as_bytes(), head, "");
        assert_eq!((status, complaint.as_str()), (0, ""));
        said
    };
    assert_snapshot!(said(4), @r#"
    event        4 of 9, AccountDeposited
    account      "d,\"é", its decision 1
    transaction  2
    amount       1.00
    time         2000-01-01T00:00:00Z
    outcome      accepted
    input        batch 1, line 4
    the receipt holds
    "#);
    assert_snapshot!(said(8), @"
    event        8 of 9, AccountLimitExceeded
    account      c, its decision 5
    transaction  5
    amount       900.00
    time         2000-01-01T00:00:00Z
    outcome      declined: daily_count, the count before it was 3
    input        batch 4, line 1
    the receipt holds
    ");
    assert!(said(7).starts_with("event        7 of 9, PolicyActivated\ninput        from batch 4 on\npolicy       "));
}

#[test]
fn file_is_written_whole_and_read_by_its_name() {
    let (ledger, heads) = ledger();
    let head = heads.last().unwrap();
    assert_eq!(ledger.ask("prove --position 2 -o receipt.json"), "");
    assert_eq!(ledger.read("receipt.json"), ledger.ask("prove --position 2"));
    assert_eq!(code(&ledger.command(&format!("check-receipt receipt.json --head {head}"))), 0);
    assert_eq!(ledger.ask(&format!("consistency --from {} -o growth.json", heads[0])), "");
    let command = format!("check-consistency growth.json --json --from {} --head {head}", heads[0]);
    let output = ledger.command(&command);
    let expected = format!("{{\"holds\":true,\"from\":\"{}\",\"head\":\"{head}\",\"added\":5}}\n", heads[0]);
    assert_eq!((code(&output), stdout(&output)), (0, expected.as_str()));
    for command in ["prove --position 2", &format!("consistency --from {head}")] {
        let said = refusal(&ledger, 2, &format!("{command} -o {NAME}"));
        assert!(said.contains("would overwrite"), "{said}");
    }
}

#[test]
fn receipt_that_does_not_hold_is_told_as_what_it_is() {
    let (ledger, heads) = ledger();
    let head = heads.last().unwrap();
    let receipt = ledger.ask("prove --account c 3");
    let [size, root, chain] = head.split(':').collect::<Vec<_>>()[..] else { panic!("{head}") };
    let said = |receipt: &str, head: &str| {
        let (status, said, complaint) = check(&ledger, receipt.as_bytes(), head, "");
        assert_eq!((status, said.as_str()), (4, ""), "{complaint}");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
        complaint
    };
    assert_snapshot!(said(&receipt.replace("1.00", "9.00"), head), @"tidegate: -: it was altered: its event, position or head, or a hash of its proof, is not the one that it was issued with");
    assert_snapshot!(said(&receipt.replace(root, &"1".repeat(64)), head), @"tidegate: -: it was altered: its head is not the one that its hashes lead to");
    assert_snapshot!(said(&receipt, &heads[0]), @"tidegate: -: the receipt was made for a log of 9 events, the head is of 4: ask for a receipt with `tidegate prove --head`, or for a proof that the one log grew into the other with `tidegate consistency`");
    assert_snapshot!(said(&receipt, &format!("{size}:{}:{chain}", "1".repeat(64))), @"tidegate: -: the head is also of 9 events, but its root is another: it is from another log, or one of the two was changed");
    assert_snapshot!(said(&receipt, &format!("{size}:{root}:{}", "1".repeat(64))), @"tidegate: -: the head is of the same events, but its chain is another: not all commits and batches are the same");
    assert_snapshot!(said("", head), @"tidegate: -: it is not a receipt, or a damaged one: it is wrong at line 1, column 0");
    assert_snapshot!(said("\u{1b}[31m\n{", head), @"tidegate: -: it is not a receipt, or a damaged one: it is wrong at line 1, column 1");
    assert_snapshot!(said(&ledger.ask(&format!("consistency --from {head}")), head), @"tidegate: -: it is not a receipt, or a damaged one: it is a consistency proof, for `tidegate check-consistency`");
    let large = receipt.clone() + &" ".repeat((16 << 20) + 1 - receipt.len());
    assert_snapshot!(said(&large, head), @"tidegate: -: it is not a receipt, or a damaged one: it is larger than any");
    let (status, json, complaint) = check(&ledger, receipt.as_bytes(), &heads[1], "--json");
    assert_eq!((status, complaint.as_str()), (4, ""));
    assert_snapshot!(json, @r#"{"holds":false,"fault":"other_size","why":"the receipt was made for a log of 9 events, the head is of 6: ask for a receipt with `tidegate prove --head`, or for a proof that the one log grew into the other with `tidegate consistency`"}"#);
}

#[test]
fn file_that_is_missing_and_a_head_that_is_none_are_matters_of_usage() {
    let (ledger, heads) = ledger();
    let head = heads.last().unwrap();
    let said = |command: &str| {
        let output = ledger.command(command);
        assert_eq!((code(&output), stdout(&output)), (2, ""), "{command}");
        stderr(&output).to_owned()
    };
    assert_snapshot!(said(&format!("check-receipt nothing.json --head {head}")), @"tidegate: nothing.json: there is no such file");
    assert_snapshot!(said(&format!("check-consistency nothing.json --from {head} --head {head}")), @"tidegate: nothing.json: there is no such file");
    assert_snapshot!(said("check-receipt nothing.json --head 7"), @"tidegate: --head: must be SIZE:ROOT:CHAIN, as `tidegate head` prints it");
    assert_snapshot!(said(&format!("check-consistency nothing.json --head {head} --from 7")), @"tidegate: --from: must be SIZE:ROOT:CHAIN, as `tidegate head` prints it");
    assert!(said("check-receipt nothing.json").contains("--head"));
    assert!(said(&format!("check-consistency nothing.json --head {head}")).contains("--from"));
    assert_eq!(code(&ledger.command(&format!("check-receipt . --head {head}"))), 1);
}

#[test]
fn any_byte_of_a_file_that_is_another_is_noticed() {
    let (ledger, heads) = ledger();
    let (from, head) = (&heads[0], heads.last().unwrap());
    let receipt = ledger.ask("prove --account c 3").into_bytes();
    let growth = ledger.ask(&format!("consistency --from {from}")).into_bytes();
    // Every byte and bit is tried without the program; here, some of all parts of the files.
    for place in (0..receipt.len()).step_by(29) {
        let mut receipt = receipt.clone();
        receipt[place] ^= 1 << (place % 8);
        let (status, said, complaint) = check(&ledger, &receipt, head, "");
        assert_eq!((status, said.as_str()), (4, ""), "{}: {complaint}", receipt.escape_ascii());
    }
    for place in (0..growth.len()).step_by(29) {
        let mut growth = growth.clone();
        growth[place] ^= 1 << (place % 8);
        let (status, said, complaint) = check_growth(&ledger, &growth, from, head);
        assert_eq!((status, said.as_str()), (4, ""), "{}: {complaint}", growth.escape_ascii());
    }
}

#[test]
fn receipt_from_another_ledger_does_not_hold() {
    let ((ledger, heads), (other, other_heads)) = (ledger(), ledger());
    // The same events at other times: the roots are the same, the chains are not.
    assert_eq!(ledger.head().events(), other.head().events());
    let (head, other_head) = (heads.last().unwrap(), other_heads.last().unwrap());
    let receipt = other.ask("prove --position 5");
    assert_eq!(check(&ledger, receipt.as_bytes(), other_head, "").0, 0);
    let (status, _, complaint) = check(&ledger, receipt.as_bytes(), head, "");
    assert_eq!(status, 4);
    assert!(complaint.contains("its chain is another"), "{complaint}");
    for question in ["prove --position 5 --head", "consistency --from"] {
        for other_head in &other_heads {
            let said = refusal(&ledger, 4, &format!("{question} {other_head}"));
            assert!(said.contains("the ledger never had this head"), "{said}");
            assert!(said.contains("events are the same, but a commit or a batch up to there is not"), "{said}");
        }
    }
}

#[test]
fn head_that_the_ledger_never_had_is_told_from_one_that_it_had() {
    let (ledger, heads) = ledger();
    let [size, root, chain] = heads[1].split(':').collect::<Vec<_>>()[..] else { panic!("{heads:?}") };
    assert_eq!(size, "6");
    let said = |head: &str| refusal(&ledger, 4, &format!("prove --position 1 --head {head}"));
    assert_snapshot!(said(&format!("10:{root}:{chain}")), @"tidegate: --head: the ledger never had this head, or was changed since: the head is of 10 events, and the ledger has 9");
    assert_snapshot!(said(&format!("{size}:{}:{chain}", "1".repeat(64))), @"tidegate: --head: the ledger never had this head, or was changed since: the root over its first 6 events is another");
    assert_snapshot!(said(&format!("{size}:{root}:{}", "1".repeat(64))), @"tidegate: --head: the ledger never had this head, or was changed since: its first 6 events are the same, but a commit or a batch up to there is not");
    assert_snapshot!(said(&format!("{size}:{root}:{}", "0".repeat(64))), @"tidegate: --head: the ledger never had this head, or was changed since: its first 6 events are the same, but a commit or a batch up to there is not");
    let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let complaint = refusal(&ledger, 4, &format!("consistency --from 0:{nothing}:{chain}"));
    assert!(complaint.starts_with("tidegate: --from: the ledger never had this head"), "{complaint}");
    let growth = ledger.ask(&format!("consistency --from {}", heads[0]));
    let inside = Connection::open(ledger.path(NAME)).unwrap();
    let sql = "DELETE FROM commits WHERE first_position + events - 1 = 6";
    let deleted = inside.execute(sql, []).unwrap();
    inside.execute("UPDATE commits SET number = number - ?1 WHERE first_position > 6", [deleted]).unwrap();
    drop(inside);
    assert_snapshot!(said(&heads[1]), @"tidegate: --head: the ledger never had this head, or was changed since: no commit of it ended with event 6");
    assert_eq!(ledger.ask(&format!("consistency --from {}", heads[0])), growth);
    let complaint = refusal(&ledger, 4, &format!("consistency --from {}", heads[2]));
    assert!(complaint.starts_with("tidegate: --from: the ledger never had this head"), "{complaint}");
}

#[test]
fn changed_event_can_not_be_proved() {
    let (ledger, heads) = ledger();
    let (old, head) = (&heads[0], heads.last().unwrap());
    let before = ledger.ask("prove --account c 1 --position 2");
    let changed = Connection::open(ledger.path(NAME)).unwrap();
    let sql = "UPDATE segments SET events = replace(events, '\"1.00\"', '\"9.00\"') WHERE first_position = 1";
    assert_eq!(changed.execute(sql, []).unwrap(), 1);
    drop(changed);
    assert_snapshot!(refusal(&ledger, 4, "prove --account c 1 --position 2"), @"tidegate: the store is damaged: event 2 or the tree over the events was changed, and there is no proof to be had; `tidegate verify` says more");
    assert_snapshot!(refusal(&ledger, 4, &format!("prove --position 2 --head {old}")), @"tidegate: --head: the ledger never had this head, or was changed since: the root over its first 4 events is another");
    assert_snapshot!(refusal(&ledger, 4, &format!("consistency --from {head}")), @"tidegate: --from: the ledger never had this head, or was changed since: the root over its first 9 events is another");
    assert_eq!(check(&ledger, before.as_bytes(), head, "").0, 0, "a receipt needs no ledger");
}

#[test]
fn growth_over_a_changed_event_can_not_be_proved() {
    let (ledger, heads) = ledger();
    let changed = Connection::open(ledger.path(NAME)).unwrap();
    let sql = "UPDATE segments SET events = replace(events, '\"900.00\"', '\"100.00\"')";
    assert!(changed.execute(sql, []).unwrap() > 0);
    drop(changed);
    assert_snapshot!(refusal(&ledger, 4, &format!("consistency --from {}", heads[0])), @"tidegate: the store is damaged: an event or the tree over the events was changed, and there is no proof to be had; `tidegate verify` says more");
}

#[test]
fn proofs_of_a_longer_log_take_stored_nodes_for_what_they_are_worth() {
    let (ledger, mut heads) = (Ledger::new(), Vec::new());
    for (batch, seed) in [("one.jsonl", 1), ("two.jsonl", 2)] {
        let made = ledger.command(&format!("generate --lines 1500 --seed {seed} -o {batch}"));
        assert_eq!(code(&made), 0, "{}", stderr(&made));
        ledger.must_run(0, batch);
        heads.push(ledger.ask("head").trim_end().to_owned());
    }
    for head in &heads {
        for position in [1, 2, 1_023, 1_024, 1_025, 1_500, size(head)] {
            let receipt = ledger.ask(&format!("prove --position {position} --head {head}"));
            let (status, said, complaint) = check(&ledger, receipt.as_bytes(), head, "");
            assert_eq!(status, 0, "{position}: {complaint}");
            assert!(said.ends_with("the receipt holds\n"));
        }
    }
    let growth = ledger.ask(&format!("consistency --from {}", heads[0]));
    assert_eq!(check_growth(&ledger, growth.as_bytes(), &heads[0], &heads[1]).0, 0);
    let changed = Connection::open(ledger.path(NAME)).unwrap();
    assert_eq!(changed.execute("UPDATE tree SET hash = zeroblob(32) WHERE level = 10 AND idx = 0", []).unwrap(), 1);
    drop(changed);
    for question in ["prove --position 1500".to_owned(), format!("consistency --from {}", heads[0])] {
        refusal(&ledger, 4, &question);
    }
}
