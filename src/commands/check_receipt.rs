//! `tidegate check-receipt`: whether an event is in the log of a head.

use std::fmt::Write as _;
use std::path::PathBuf;

use indicatif::HumanCount;
use serde::Serialize;

use super::head::parse_head;
use super::output::print;
use super::proof_file::{read, refute};
use crate::console::{Console, escaped, printable};
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
            match (decision.reason, decision.measured()) {
                (None, _) => text += "accepted",
                (Some(reason), None) => text += &format!("declined: {reason}"),
                (Some(reason), Some((measure, used))) => {
                    text += &format!("declined: {reason}, the {measure} before it was {used}");
                }
            }
            let (batch, line) = (stored.batch, HumanCount(decision.line));
            let _ = writeln!(text, "\ninput        batch {batch}, line {line}");
        }
    }
    text + "the receipt holds\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AccountEvent, AccountEventKind, Amount, Measure, Timestamp};
    use crate::store::StoredPolicy;

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
        })
    }

    #[test]
    fn decision_is_shown_in_plain_lines_that_can_not_steer_a_terminal() {
        let kind = AccountEventKind::AccountLimitExceeded { limit: 0, measure: Measure::Amount, used: 480_000 };
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
        let accepted = in_words(&head(), &stored(AccountEventKind::AccountDeposited, None));
        assert!(accepted.contains("\noutcome      accepted\ninput"), "{accepted}");
        let duplicate = in_words(&head(), &stored(AccountEventKind::DuplicateTxn, Some("duplicate")));
        assert!(duplicate.contains("\noutcome      declined: duplicate\ninput"), "{duplicate}");
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
        let kind = AccountEventKind::AccountLimitExceeded { limit: 0, measure: Measure::Count, used: 3 };
        let json = json(&head(), &stored(kind, Some("daily_count"))).unwrap();
        insta::assert_snapshot!(json.replace(&head().to_string(), "HEAD"), @r#"{"holds":true,"head":"HEAD","position":1007,"type":"AccountLimitExceeded","batch":2,"line":30,"account":"528\u001b","version":3,"transaction_id":"15887","amount":"-201.00","time":"0001-01-01T00:00:00Z","accepted":false,"reason":"daily_count","measure":"count","used":3}"#);
    }
}
