//! Files that hold, and all that does not.

use super::*;
use crate::domain::{AccountEvent, AccountEventKind, Amount, Timestamp};
use crate::store::merkle::{Frontier, consistency_proof, inclusion_proof, leaf_hash, node_hash};
use crate::store::{Hash, Head, StoredDecision, StoredEvent, StoredPolicy, codec};

/// A log of a policy and decisions, of which ids hold what JSON must escape.
struct Log(Vec<String>);

impl Log {
    fn new(size: u64) -> Self {
        let leaves = (1..=size).map(|position| {
            let mut leaf = Vec::new();
            codec::encode(&mut leaf, codec::Schema::LATEST, &event(position));
            String::from_utf8(leaf).unwrap()
        });
        Self(leaves.collect())
    }

    fn node(&self, level: u32, index: u64) -> Result<Hash, ()> {
        if level == 0 {
            return Ok(leaf_hash(self.0[index as usize].as_bytes()));
        }
        Ok(node_hash(&self.node(level - 1, 2 * index)?, &self.node(level - 1, 2 * index + 1)?))
    }

    fn head(&self, size: u64) -> Head {
        let mut frontier = Frontier::default();
        self.0.iter().take(size as usize).for_each(|leaf| frontier.push(leaf_hash(leaf.as_bytes()), |_, _, _| {}));
        let chain = if size == 0 { Head::empty().chain } else { [size as u8; 32] };
        Head { size, root: frontier.root(), chain }
    }

    fn receipt(&self, position: u64, size: u64) -> Receipt {
        let inclusion = inclusion_proof(position - 1, size, |level, index| self.node(level, index)).unwrap();
        Receipt { head: self.head(size), position, event: self.0[position as usize - 1].clone(), inclusion }
    }

    fn growth(&self, from: u64, to: u64) -> Growth {
        let consistency = consistency_proof(from, to, |level, index| self.node(level, index)).unwrap();
        Growth { from: self.head(from), to: self.head(to), consistency }
    }
}

fn event(position: u64) -> StoredEvent {
    if position == 1 {
        let text = "name = \"a\\b\"\n\té🦀\u{7f}\u{1}".to_owned();
        return StoredEvent::PolicyActivated(StoredPolicy { position, batch: 1, text });
    }
    let kind = AccountEventKind::AccountFundsInsufficient { balance: position };
    let (amount, time) = (Amount::from_minor(-500), Timestamp::MIN);
    StoredEvent::Decision(StoredDecision {
        position,
        batch: 1,
        line: position,
        customer_id: format!("é\"\\{position}").into_bytes(),
        transaction_id: position.to_string().into_bytes(),
        event: AccountEvent { version: 1, kind, amount, time },
        reason: Some("insufficient_funds".to_owned()),
        group: None,
        marked: Vec::new(),
    })
}

/// Whether the bytes are a receipt that holds.
fn holds(bytes: &[u8], head: &Head) -> Result<StoredEvent, Fault> {
    Receipt::parse(bytes)?.check(head)
}

fn grows(bytes: &[u8], from: &Head, to: &Head) -> Result<(), Fault> {
    Growth::parse(bytes)?.check(from, to)
}

/// All texts with one byte changed, doubled or left out.
fn changed(bytes: &[u8]) -> impl Iterator<Item = (String, Vec<u8>)> {
    (0..bytes.len()).flat_map(move |place| {
        let (before, after) = (&bytes[..place], &bytes[place + 1..]);
        let flipped = (0..8).map(move |bit| [before, &[bytes[place] ^ (1 << bit)], after].concat());
        let others = [[before, after].concat(), [before, &bytes[place..=place], &bytes[place..]].concat()];
        flipped
            .chain(others)
            .chain([[before, b" ", &bytes[place..]].concat()])
            .map(move |text| (format!("{} at {place}", text.escape_ascii()), text))
    })
}

#[test]
fn receipt_is_exactly_this() {
    let receipt = Log::new(3).receipt(2, 3);
    let (root, chain) = (hex::encode(receipt.head.root), "03".repeat(32));
    let [first, second] = [0, 1].map(|place: usize| hex::encode(receipt.inclusion[place]));
    let leaf = r#"[2,\"AccountFundsInsufficient\",1,2,\"é\\\"\\\\2\",1,\"2\",\"-5.00\",\"0001-01-01T00:00:00Z\",\"insufficient_funds\",\"balance\",\"0.02\"]"#;
    let expected = format!(
        "{{\n  \"format\": \"tidegate-receipt-v1\",\n  \"head\": \"3:{root}:{chain}\",\n  \"position\": 2,\n  \
         \"event\": \"{leaf}\",\n  \"inclusion\": [\n    \"{first}\",\n    \"{second}\"\n  ]\n}}\n"
    );
    assert_eq!(receipt.text(), expected);
    assert_eq!(Receipt::parse(expected.as_bytes()), Ok(receipt));
}

#[test]
fn consistency_proof_is_exactly_this() {
    let growth = Log::new(3).growth(2, 3);
    let hash = hex::encode(growth.consistency[0]);
    let expected = format!(
        "{{\n  \"format\": \"tidegate-consistency-v1\",\n  \"from\": \"{}\",\n  \"to\": \"{}\",\n  \
         \"consistency\": [\n    \"{hash}\"\n  ]\n}}\n",
        growth.from, growth.to
    );
    assert_eq!(growth.text(), expected);
    assert_eq!(Growth::parse(expected.as_bytes()), Ok(growth));
}

#[test]
fn every_event_of_a_log_is_proved_against_every_head_that_has_it() {
    let log = Log::new(20);
    for size in 1..=20 {
        for position in 1..=size {
            let text = log.receipt(position, size).text();
            assert_eq!(holds(text.as_bytes(), &log.head(size)), Ok(event(position)), "{position} of {size}");
        }
        for from in 0..=size {
            let text = log.growth(from, size).text();
            assert_eq!(grows(text.as_bytes(), &log.head(from), &log.head(size)), Ok(()), "{from} to {size}");
        }
    }
}

#[test]
fn receipt_with_any_byte_changed_does_not_hold() {
    let log = Log::new(7);
    for (position, size) in [(1, 1), (1, 7), (4, 7), (7, 7), (3, 4)] {
        let head = log.head(size);
        let text = log.receipt(position, size).text();
        for (shown, changed) in changed(text.as_bytes()) {
            assert!(holds(&changed, &head).is_err(), "{shown}");
        }
        for len in 0..text.len() {
            assert!(holds(&text.as_bytes()[..len], &head).is_err(), "cut after {len}");
        }
    }
}

#[test]
fn consistency_proof_with_any_byte_changed_does_not_hold() {
    let log = Log::new(7);
    for (from, to) in [(0, 7), (3, 7), (4, 7), (6, 7), (7, 7)] {
        let heads = [log.head(from), log.head(to)];
        let text = log.growth(from, to).text();
        for (shown, changed) in changed(text.as_bytes()) {
            assert!(grows(&changed, &heads[0], &heads[1]).is_err(), "{shown}");
        }
    }
}

#[test]
fn fault_says_what_of_a_receipt_is_not_as_it_must_be() {
    let log = Log::new(7);
    let (receipt, head) = (log.receipt(4, 7), log.head(7));
    let code = |receipt: &Receipt| holds(receipt.text().as_bytes(), &head).unwrap_err();
    let altered = |receipt: &Receipt, part: &str| {
        let fault = code(receipt);
        assert!(matches!(fault, Fault::Altered { what } if what.contains(part)), "{part}: {fault}");
    };
    altered(&Receipt { position: 3, ..receipt.clone() }, "event, position or head");
    altered(&Receipt { position: 0, ..receipt.clone() }, "event, position or head");
    altered(&Receipt { position: u64::MAX, ..receipt.clone() }, "event, position or head");
    altered(&Receipt { event: receipt.event.replace("-5.00", "5.00"), ..receipt.clone() }, "event, position or head");
    altered(&Receipt { inclusion: Vec::new(), ..receipt.clone() }, "event, position or head");
    altered(&Receipt { head: Head { root: [0; 32], ..head }, ..receipt.clone() }, "its head is not the one");
    assert_eq!(code(&log.receipt(4, 6)), Fault::Size { given: Given::Head, own: 6, size: 7 });
    let mut other = Log::new(7);
    other.0[6] = other.0[5].clone();
    assert_eq!(code(&other.receipt(4, 7)), Fault::Root { given: Given::Head, size: 7 });
    let chain = Receipt { head: Head { chain: [9; 32], ..head }, ..receipt };
    assert_eq!(code(&chain), Fault::Chain { given: Given::Head });
}

#[test]
fn event_of_a_later_program_is_proved_and_yet_not_taken() {
    let mut log = Log::new(3);
    log.0[1] = "[3,\"AccountFrozen\"]".to_owned();
    let fault = holds(log.receipt(2, 3).text().as_bytes(), &log.head(3)).unwrap_err();
    assert_eq!(fault.code(), "unknown_event");
    let expected = "the event is in the log of that head, but can't be read: event 2 is of schema version 3, which this \
                    program does not know";
    assert_eq!(fault.to_string(), expected);
}

#[test]
fn fault_says_which_head_of_a_consistency_proof_is_another() {
    let log = Log::new(7);
    let heads = [log.head(3), log.head(7)];
    let code = |growth: &Growth| grows(growth.text().as_bytes(), &heads[0], &heads[1]).unwrap_err();
    assert_eq!(code(&log.growth(4, 7)), Fault::Size { given: Given::From, own: 4, size: 3 });
    assert_eq!(code(&log.growth(3, 6)), Fault::Size { given: Given::To, own: 6, size: 7 });
    let growth = log.growth(3, 7);
    let chain = Growth { from: Head { chain: [9; 32], ..heads[0] }, ..growth.clone() };
    assert_eq!(code(&chain), Fault::Chain { given: Given::From });
    let mut other = Log::new(7);
    other.0[6] = other.0[5].clone();
    assert_eq!(code(&other.growth(3, 7)), Fault::Root { given: Given::To, size: 7 });
    let turned = Growth { from: growth.to, to: growth.from, ..growth.clone() };
    assert!(matches!(code(&turned), Fault::Altered { what } if what.contains("its heads are not those")));
    let none = Growth { consistency: Vec::new(), ..growth };
    assert!(matches!(code(&none), Fault::Altered { what } if what.contains("one of its heads, or a hash")));
}

#[test]
fn what_is_no_receipt_is_told_as_what_it_is() {
    let log = Log::new(7);
    let receipt = log.receipt(4, 7).text();
    let said = |text: &str| Receipt::parse(text.as_bytes()).unwrap_err().to_string();
    let at =
        |line, column| format!("it is not a receipt, or a damaged one: it is wrong at line {line}, column {column}");
    assert_eq!(said(""), at(1, 0));
    assert_eq!(said("{\"a\":1}"), at(1, 4));
    assert_eq!(said("[]"), at(1, 2));
    assert_eq!(
        said(&log.growth(3, 7).text()),
        "it is not a receipt, or a damaged one: it is a consistency proof, for `tidegate check-consistency`"
    );
    assert_eq!(
        said(&receipt.replace("receipt-v1", "receipt-v2")),
        "it is not a receipt, or a damaged one: it must be of the format tidegate-receipt-v1"
    );
    assert_eq!(
        said(&receipt.replace("\"head\": \"7", "\"head\": \"07")),
        "it is not a receipt, or a damaged one: its \"head\" is no head"
    );
    assert_eq!(
        said(&receipt.replace("  ]", "    ,\"\"\n  ]").replace("\n    ,", ",\n    ")),
        "it is not a receipt, or a damaged one: one of its hashes is none"
    );
    assert_eq!(said(&receipt.replace("    \"", " \"")), "it was altered: it says the same in other bytes");
    let large = format!("{receipt}{}", " ".repeat(LEN_MAX));
    assert_eq!(said(&large), "it is not a receipt, or a damaged one: it is larger than any");
}
