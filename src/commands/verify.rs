//! `tidegate verify`: whether a ledger is what it must be.

use std::fmt::Write as _;

use indicatif::HumanCount;
use serde::Serialize;

use super::head::parse_head;
use super::ledger::StoreArgs;
use super::output::print;
use crate::audit::{self, Audit, Finding, Findings};
use crate::console::{escaped, printable_path};
use crate::exit::{Exit, UsageError};
use crate::store::{Ledger, StoreError};

/// What `tidegate verify` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tidegate verify --store ledger.db
  tidegate verify --store ledger.db --head \"$(tail -n 1 heads-kept-elsewhere.txt)\"

Everything is made anew and compared: hashes, every decision, sums, and the index; a run may be writing to the ledger \
meanwhile. Without a head that was kept elsewhere, nobody can tell that the end of the log was cut off, or all of it \
written anew. The exit status is 4 if anything is wrong.")]
pub struct VerifyArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// A head that the ledger once had, as `tidegate head` and every run print it
    #[arg(long, value_name = "SIZE:ROOT:CHAIN")]
    head: Option<String>,
    /// Write a JSON object
    #[arg(long)]
    json: bool,
}

/// What was found as JSON, its keys in this order; null where the file could not be read so far.
#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    size: Option<u64>,
    root: Option<String>,
    chain: Option<String>,
    commits: Option<u64>,
    batches: Option<u64>,
    accounts: Option<u64>,
    findings: &'a [Finding],
}

/// Checks a ledger and writes what was found.
///
/// # Errors
///
/// A [`UsageError`] if there is no such file or the head is none; otherwise why the file can't be read or the report
/// can't be written.
pub fn run(args: &VerifyArgs) -> anyhow::Result<Exit> {
    let kept = args.head.as_deref().map(|text| parse_head("--head", text)).transpose()?;
    let path = &args.store.store;
    if !path.is_file() {
        return Err(UsageError(format!("--store {}: there is no such file", printable_path(path))).into());
    }
    let audit = match Ledger::open(path) {
        Ok(ledger) => audit::verify(&ledger, kept.as_ref())?,
        Err(StoreError::Refused(why) | StoreError::Damaged(why)) => {
            Audit { summary: None, findings: Findings::not_a_ledger(why) }
        }
        Err(error) => return Err(error.into()),
    };
    let report = if args.json { json(&audit)? } else { in_words(&printable_path(path), &audit) };
    print(&report)?;
    Ok(if audit.findings.is_empty() { Exit::Done } else { Exit::Findings })
}

fn json(audit: &Audit) -> serde_json::Result<String> {
    let summary = audit.summary;
    let report = Report {
        ok: audit.findings.is_empty(),
        size: summary.map(|summary| summary.head.size),
        root: summary.map(|summary| hex::encode(summary.head.root)),
        chain: summary.map(|summary| hex::encode(summary.head.chain)),
        commits: summary.map(|summary| summary.commits),
        batches: summary.map(|summary| summary.batches),
        accounts: summary.map(|summary| summary.accounts),
        findings: audit.findings.list(),
    };
    Ok(serde_json::to_string(&report)? + "\n")
}

fn in_words(name: &str, audit: &Audit) -> String {
    let mut text = String::new();
    let Audit { summary, findings } = audit;
    for finding in findings.list() {
        text += &line(finding);
    }
    if findings.untold() > 0 {
        let _ = writeln!(text, "and {} more of the same kinds", HumanCount(findings.untold()));
    }
    if let Some(summary) = summary {
        let counts = [
            (summary.head.size, "event", "events"),
            (summary.commits, "commit", "commits"),
            (summary.batches, "batch", "batches"),
            (summary.accounts, "account", "accounts"),
        ];
        let counts =
            counts.map(|(count, one, many)| format!("{} {}", HumanCount(count), if count == 1 { one } else { many }));
        let _ = writeln!(text, "{name}: {}", counts.join(", "));
        if findings.is_empty() {
            let _ = writeln!(text, "head {}", summary.head);
        }
    }
    text += if findings.is_empty() { "everything fits\n" } else { "the ledger is NOT what it must be\n" };
    text
}

/// A finding as a line, in which nothing can steer a terminal.
fn line(finding: &Finding) -> String {
    let places = [("position", finding.position), ("commit", finding.commit), ("batch", finding.batch)];
    let places: Vec<_> = places.iter().filter_map(|(name, number)| Some(format!("{name} {}", (*number)?))).collect();
    let mut line = places.join(", ");
    if !line.is_empty() {
        line.push_str(": ");
    }
    line += &escaped(&finding.what);
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Summary;
    use crate::store::Head;

    fn summary() -> Summary {
        let head = Head { size: 1_234, root: [0xab; 32], chain: [0xcd; 32] };
        Summary { head, commits: 2, batches: 1, accounts: 40 }
    }

    #[test]
    fn report_of_a_ledger_that_fits_is_exactly_this() {
        let audit = Audit { summary: Some(summary()), findings: Findings::default() };
        let (root, chain) = ("ab".repeat(32), "cd".repeat(32));
        assert_eq!(
            in_words("a.db", &audit),
            format!("a.db: 1,234 events, 2 commits, 1 batch, 40 accounts\nhead 1234:{root}:{chain}\neverything fits\n")
        );
        assert_eq!(
            json(&audit).unwrap(),
            format!(
                r#"{{"ok":true,"size":1234,"root":"{root}","chain":"{chain}","commits":2,"batches":1,"accounts":40,"findings":[]}}"#
            ) + "\n"
        );
    }

    #[test]
    fn report_of_what_is_no_ledger_is_exactly_this() {
        let audit = Audit { summary: None, findings: Findings::not_a_ledger("it is none".to_owned()) };
        assert_eq!(in_words("a.db", &audit), "it is none\nthe ledger is NOT what it must be\n");
        assert_eq!(
            json(&audit).unwrap(),
            r#"{"ok":false,"size":null,"root":null,"chain":null,"commits":null,"batches":null,"accounts":null,"#
                .to_owned()
                + r#""findings":[{"position":null,"commit":null,"batch":null,"what":"it is none"}]}"#
                + "\n"
        );
    }

    #[test]
    fn finding_names_its_places_and_can_not_steer_a_terminal() {
        let what = "an id: \"a\\\u{1b}[31m\n\"".to_owned();
        let finding = Finding { position: Some(7), commit: Some(2), batch: Some(1), what };
        assert_eq!(line(&finding), "position 7, commit 2, batch 1: an id: \"a\\\\u{1b}[31m\\n\"\n");
    }
}
