//! `tidegate batches`: what the ledger has taken in.

use serde::Serialize;

use super::ledger::StoreArgs;
use super::output::{write, written};
use super::table::{Column, Table};
use crate::exit::Exit;
use crate::files::Target;
use crate::store::BatchRecord;

const COLUMNS: [Column; 9] = [
    Column::Number("number"),
    Column::Text("name"),
    Column::Text("state"),
    Column::Number("lines"),
    Column::Number("accepted"),
    Column::Number("declined"),
    Column::Number("rejected"),
    Column::Text("started"),
    Column::Text("ended"),
];

/// What `tidegate batches` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tidegate batches --store ledger.db
  tidegate batches --store ledger.db --json | jq -r 'select(.complete | not).name'

A batch is an input that was decided on; declined counts duplicates too.")]
pub struct BatchesArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Write a JSON object a line
    #[arg(long)]
    json: bool,
}

/// A batch as JSON, its keys in this order.
#[derive(Serialize)]
struct BatchLine<'a> {
    number: u32,
    name: &'a str,
    complete: bool,
    lines: u64,
    bytes: u64,
    accepted: u64,
    declined: u64,
    rejected: u64,
    format: Option<&'a str>,
    policy: u64,
    started_at: &'a str,
    ended_at: &'a str,
    head: String,
}

/// Lists the batches of a ledger.
///
/// # Errors
///
/// If the ledger can't be read or the list can't be written.
pub fn run(args: &BatchesArgs) -> anyhow::Result<Exit> {
    let batches = args.store.open_pinned()?.batches()?;
    let text = if args.json {
        batches.iter().map(json).collect::<Result<String, _>>()?
    } else {
        Table::new(&COLUMNS).lines(batches.iter().map(row))
    };
    let mut output = args.store.open_output(&Target::Stdout)?;
    written(write(&mut output, text.as_bytes()))
}

fn json(batch: &BatchRecord) -> serde_json::Result<String> {
    let line = BatchLine {
        number: batch.number,
        name: &batch.name,
        complete: batch.complete,
        lines: batch.lines,
        bytes: batch.bytes,
        accepted: batch.accepted,
        declined: batch.declined,
        rejected: batch.rejected,
        format: batch.format.as_deref(),
        policy: batch.policy,
        started_at: &batch.started_at,
        ended_at: &batch.ended_at,
        head: batch.head.to_string(),
    };
    Ok(serde_json::to_string(&line)? + "\n")
}

fn row(batch: &BatchRecord) -> Vec<String> {
    let state = if batch.complete { "complete" } else { "unfinished" };
    vec![
        batch.number.to_string(),
        batch.name.clone(),
        state.to_owned(),
        batch.lines.to_string(),
        batch.accepted.to_string(),
        batch.declined.to_string(),
        batch.rejected.to_string(),
        batch.started_at.clone(),
        batch.ended_at.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Head;

    fn batch() -> BatchRecord {
        BatchRecord {
            number: 2,
            name: "=\u{1b}.jsonl".to_owned(),
            format: None,
            header: None,
            time_format: None,
            complete: false,
            policy: 1,
            started_at: "2026-01-02T03:04:05.000006Z".to_owned(),
            ended_at: "2026-01-02T03:04:06.000000Z".to_owned(),
            last_commit: 3,
            lines: 10,
            bytes: 1_000,
            accepted: 5,
            declined: 4,
            rejected: 1,
            head: Head { size: 10, root: [0; 32], chain: [255; 32] },
        }
    }

    #[test]
    fn json_line_is_exactly_this() {
        let head = format!("10:{}:{}", "00".repeat(32), "ff".repeat(32));
        let expected = r#"{"number":2,"name":"=\u001b.jsonl","complete":false,"lines":10,"bytes":1000,"accepted":5,"#
            .to_owned()
            + r#""declined":4,"rejected":1,"format":null,"policy":1,"started_at":"2026-01-02T03:04:05.000006Z","#
            + r#""ended_at":"2026-01-02T03:04:06.000000Z","head":""#
            + &head
            + "\"}\n";
        assert_eq!(json(&batch()).unwrap(), expected);
    }

    #[test]
    fn table_has_a_cell_for_each_column() {
        let batches = [batch(), BatchRecord { complete: true, name: "a".to_owned(), ..batch() }];
        let table = Table::new(&COLUMNS).lines(batches.iter().map(row));
        let lines: Vec<_> = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        let ends = "10 5 4 1 2026-01-02T03:04:05.000006Z 2026-01-02T03:04:06.000000Z";
        assert_eq!(lines[0], "number name state lines accepted declined rejected started ended");
        assert_eq!(lines[1], format!(r#"2 "=\u{{1b}}.jsonl" unfinished {ends}"#));
        assert_eq!(lines[2], format!("2 a complete {ends}"));
    }
}
