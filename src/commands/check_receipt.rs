//! `tidegate check-receipt`: whether an event is in the log of a head.

use std::fmt::Write as _;
use std::path::PathBuf;

use indicatif::HumanCount;
use serde::Serialize;

use super::head::parse_head;
use super::output::print;
use super::proof_file::{read, refute};
use crate::console::{Console, escaped, printable};
use crate::domain::{AccountEventKind, Bound, LimitOutcome};
use crate::exit::Exit;
use crate::formats::event::{Decision, POLICY_ACTIVATED, Used};
use crate::receipt::Receipt;
use crate::store::{Head, StoredDecision, StoredEvent};

/// What `tidegate check-receipt` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tidegate check-receipt receipt.json --head \"$(tail -n 1 heads-kept-elsewhere.txt)\"
  tidegate check-receipt - --head \"$HEAD\" --json < receipt.json

No ledger is needed. A receipt is worth as much as the head: take it from where the ledger's keeper can't change it, \
never from the receipt.

If it holds, the event that is shown is number N in the log of that head, word for word: nobody can make another receipt \
for another event there. That the decision was right is not proved, and of commits, batches' names, rejected lines and \
recorded times only that the receipt was made for the same CHAIN. The exit status is 4 if it does not hold.")]
pub struct CheckReceiptArgs {
    /// The receipt that `tidegate prove` wrote, or - for standard input
    #[arg(value_name = "FILE")]
    receipt: PathBuf,
    /// The head that the event must be in the log of
    #[arg(long, value_name = "SIZE:ROOT:CHAIN")]
    head: String,
    /// Write a JSON object
    #[arg(long)]
    json: bool,
}

/// A receipt that holds as JSON, its keys in this order.
#[derive(Serialize)]
struct Report<'a> {
    holds: bool,
    head: String,
    position: u64,
    #[serde(flatten)]
    event: EventReport<'a>,
}

/// What the event says as JSON, its keys in this order.
#[derive(Serialize)]
#[serde(untagged)]
enum EventReport<'a> {
    Policy {
        r#type: &'static str,
        batch: u32,
        text: &'a str,
    },
    Decision {
        r#type: &'static str,
        batch: u32,
        line: u64,
        account: &'a str,
        version: u32,
        transaction_id: &'a str,
        amount: String,
        time: String,
        accepted: bool,
        reason: Option<&'a str>,
        measure: Option<&'static str>,
        used: Option<Used>,
        group: Option<&'a str>,
        flags: Vec<&'a str>,
        shadow: Vec<&'a str>,
    },
}

/// Checks a receipt, and says what it proves or why it does not hold.
///
/// # Errors
///
/// A [`UsageError`](crate::exit::UsageError) if there is no such file or the head is none; otherwise why the file can't be
/// read or the answer can't be written.
pub fn run(args: &CheckReceiptArgs, console: &Console) -> anyhow::Result<Exit> {
    let head = parse_head("--head", &args.head)?;
    let bytes = read(&args.receipt)?;
    let event = match Receipt::parse(&bytes).and_then(|receipt| receipt.check(&head)) {
        Ok(event) => event,
        Err(fault) => return refute(&args.receipt, &fault, args.json, console),
    };
    print(&if args.json { json(&head, &event)? } else { in_words(&head, &event) })
}

/// A decision as the forms of events have it. Its ids are texts, since they stood in one.
fn decision(stored: &StoredDecision) -> Decision<'_> {
    Decision {
        line: stored.line,
        account: str::from_utf8(&stored.customer_id).unwrap_or_default(),
        transaction_id: str::from_utf8(&stored.transaction_id).unwrap_or_default(),
        event: &stored.event,
        reason: stored.reason.as_deref(),
        group: stored.group.as_deref(),
        flags: stored.marked_by(LimitOutcome::Flag).collect(),
        shadow: stored.marked_by(LimitOutcome::Shadow).collect(),
    }
}

fn json(head: &Head, event: &StoredEvent) -> serde_json::Result<String> {
    let report = match event {
        StoredEvent::PolicyActivated(policy) => {
            EventReport::Policy { r#type: POLICY_ACTIVATED, batch: policy.batch, text: &policy.text }
        }
        StoredEvent::Decision(stored) => {
            let decision = decision(stored);
            let (measure, used) = decision.measured().unzip();
            EventReport::Decision {
                r#type: decision.event.kind.name(),
                batch: stored.batch,
                line: decision.line,
                account: decision.account,
                version: decision.event.version,
                transaction_id: decision.transaction_id,
                amount: decision.event.amount.to_string(),
                time: decision.event.time.to_string(),
                accepted: decision.event.kind.is_accepted(),
                reason: decision.reason,
                measure,
                used,
                group: decision.group,
                flags: decision.flags,
                shadow: decision.shadow,
            }
        }
    };
    let report = Report { holds: true, head: head.to_string(), position: event.position(), event: report };
    Ok(serde_json::to_string(&report)? + "\n")
}

fn in_words(head: &Head, event: &StoredEvent) -> String {
    let mut text = format!("event        {} of {}", HumanCount(event.position()), HumanCount(head.size));
    match event {
        StoredEvent::PolicyActivated(policy) => {
            let _ = writeln!(text, ", {POLICY_ACTIVATED}\ninput        from batch {} on", policy.batch);
            for line in policy.text.lines() {
                let _ = writeln!(text, "policy       {}", escaped(line));
            }
        }
        StoredEvent::Decision(stored) => {
            let decision = decision(stored);
            let (account, transaction) = (printable(decision.account), printable(decision.transaction_id));
            let event = decision.event;
            let _ = write!(
                text,
                ", {}\naccount      {account}, its decision {}\ntransaction  {transaction}\namount       {}\n\
                 time         {}\noutcome      ",
                event.kind.name(),
                HumanCount(u64::from(event.version)),
                event.amount,
                event.time,
            );
            text += &outcome(&decision);
            if let Some(group) = decision.group {
                let _ = write!(text, "\ngroup        {}", printable(group));
            }
            let (batch, line) = (stored.batch, HumanCount(decision.line));
            let _ = writeln!(text, "\ninput        batch {batch}, line {line}");
        }
    }
    text + "the receipt holds\n"
}

/// What was decided and why, as half a sentence.
fn outcome(decision: &Decision<'_>) -> String {
    let Some(reason) = decision.reason else {
        let mut text = "accepted".to_owned();
        for (verb, codes) in [("flagged", &decision.flags), ("would have been declined", &decision.shadow)] {
            if !codes.is_empty() {
                let _ = write!(text, "; {verb} by {}", codes.join(", "));
            }
        }
        return text;
    };
    let Some((measure, used)) = decision.measured() else { return format!("declined: {reason}") };
    let why = match decision.event.kind {
        AccountEventKind::AccountLimitExceeded { bound, .. } => match bound {
            Bound::Count | Bound::Amount => format!("the {measure} before it was {used}"),
            Bound::MinimumAmount | Bound::MaximumAmount => format!("by its {measure}"),
            Bound::MaximumBalance => format!("the balance before it was {used}"),
            Bound::Cooldown => format!("by its {measure}, with {used} too near"),
        },
        AccountEventKind::TxnTooLate { .. } => format!("the latest time before it was {used}"),
        _ => format!("the {measure} before it was {used}"),
    };
    format!("declined: {reason}, {why}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AccountEvent, AccountEventKind, Amount, Bound, Marks, Timestamp};
    use crate::store::{MarkedLimit, StoredPolicy};

    fn head() -> Head {
        Head { size: 1_234, root: [0xab; 32], chain: [0xcd; 32] }
    }

    fn stored(kind: AccountEventKind, reason: Option<&str>) -> StoredEvent {
        let event = AccountEvent { version: 3, kind, amount: Amount::from_minor(-20_100), time: Timestamp::MIN };
        StoredEvent::Decision(StoredDecision {
            position: 1_007,
            batch: 2,
            line: 30,
            customer_id: b"528\x1b".to_vec(),
            transaction_id: b"15887".to_vec(),
            event,
            reason: reason.map(str::to_owned),
            group: None,
            marked: Vec::new(),
        })
    }

    #[test]
    fn decision_is_shown_in_plain_lines_that_can_not_steer_a_terminal() {
        let kind = AccountEventKind::AccountLimitExceeded { limit: 0, bound: Bound::Amount, used: 480_000 };
        insta::assert_snapshot!(in_words(&head(), &stored(kind, Some("daily_amount"))), @r#"
        event        1,007 of 1,234, AccountLimitExceeded
        account      "528\u{1b}", its decision 3
        transaction  15887
        amount       -201.00
        time         0001-01-01T00:00:00Z
        outcome      declined: daily_amount, the amount before it was 4800.00
        input        batch 2, line 30
        the receipt holds
        "#);
        let accepted = in_words(&head(), &stored(AccountEventKind::DEPOSITED, None));
        assert!(accepted.contains("\noutcome      accepted\ninput"), "{accepted}");
        let duplicate = in_words(&head(), &stored(AccountEventKind::DuplicateTxn, Some("duplicate")));
        assert!(duplicate.contains("\noutcome      declined: duplicate\ninput"), "{duplicate}");
    }

    #[test]
    fn every_measure_is_told_in_words_of_its_own() {
        let exceeded = |bound, used| AccountEventKind::AccountLimitExceeded { limit: 0, bound, used };
        for (kind, why) in [
            (exceeded(Bound::Count, 3), "the count before it was 3"),
            (exceeded(Bound::MinimumAmount, 0), "by its minimum_amount"),
            (exceeded(Bound::MaximumAmount, 0), "by its maximum_amount"),
            (exceeded(Bound::MaximumBalance, 1_200), "the balance before it was 12.00"),
            (exceeded(Bound::Cooldown, 2), "by its cooldown, with 2 too near"),
            (
                AccountEventKind::TxnTooLate { latest: Timestamp::MIN },
                "the latest time before it was 0001-01-01T00:00:00Z",
            ),
            (AccountEventKind::AccountFundsInsufficient { balance: 5 }, "the balance before it was 0.05"),
        ] {
            let text = in_words(&head(), &stored(kind, Some("code")));
            assert!(text.contains(&format!("\noutcome      declined: code, {why}\ninput")), "{text}");
        }
    }

    #[test]
    fn group_and_marks_are_shown() {
        let mut marks = Marks::NONE;
        assert!([0, 2, 3].into_iter().all(|place| marks.insert(place)));
        let StoredEvent::Decision(plain) = stored(AccountEventKind::AccountDeposited { marks }, None) else {
            unreachable!()
        };
        let mark = |place, code: &str, outcome| MarkedLimit { place, code: code.to_owned(), outcome };
        let (flag, shadow) = (LimitOutcome::Flag, LimitOutcome::Shadow);
        let marked = vec![mark(0, "a", flag), mark(2, "b", shadow), mark(3, "c_d", flag)];
        let event = StoredEvent::Decision(StoredDecision { group: Some("KYC\u{1b}".to_owned()), marked, ..plain });
        let text = in_words(&head(), &event);
        let expected = "\noutcome      accepted; flagged by a, c_d; would have been declined by b\n\
                        group        \"KYC\\u{1b}\"\ninput";
        assert!(text.contains(expected), "{text}");
        let json = json(&head(), &event).unwrap();
        assert!(json.ends_with(",\"group\":\"KYC\\u001b\",\"flags\":[\"a\",\"c_d\"],\"shadow\":[\"b\"]}\n"), "{json}");
    }

    #[test]
    fn policy_is_shown_with_its_text() {
        let text = "duplicates = \"decline\"\n\u{1b}".to_owned();
        let policy = StoredEvent::PolicyActivated(StoredPolicy { position: 1, batch: 2, text });
        insta::assert_snapshot!(in_words(&head(), &policy), @r#"
        event        1 of 1,234, PolicyActivated
        input        from batch 2 on
        policy       duplicates = "decline"
        policy       \u{1b}
        the receipt holds
        "#);
        insta::assert_snapshot!(json(&head(), &policy).unwrap().replace(&head().to_string(), "HEAD"), @r#"{"holds":true,"head":"HEAD","position":1,"type":"PolicyActivated","batch":2,"text":"duplicates = \"decline\"\n\u001b"}"#);
    }

    #[test]
    fn decision_as_json_is_exactly_this() {
        let kind = AccountEventKind::AccountLimitExceeded { limit: 0, bound: Bound::Count, used: 3 };
        let json = json(&head(), &stored(kind, Some("daily_count"))).unwrap();
        insta::assert_snapshot!(json.replace(&head().to_string(), "HEAD"), @r#"{"holds":true,"head":"HEAD","position":1007,"type":"AccountLimitExceeded","batch":2,"line":30,"account":"528\u001b","version":3,"transaction_id":"15887","amount":"-201.00","time":"0001-01-01T00:00:00Z","accepted":false,"reason":"daily_count","measure":"count","used":3,"group":null,"flags":[],"shadow":[]}"#);
    }
}
