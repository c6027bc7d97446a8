//! Ledgers in which something was changed, and what verification says of them.

mod columns;
mod files;
mod heads;
mod log;
mod rebuilding;
mod zones;

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{code, run, stdout};

/// How many lines the first batch has: more than one segment holds, and enough for a stored node of the tree.
const LINES: usize = 1_100;

/// How many events the ledger holds: a decision on each line of the first batch, six more, and three policies.
const SIZE: u64 = LINES as u64 + 9;

/// A ledger of its own in a directory of its own.
struct Subject {
    directory: TempDir,
}

impl Subject {
    /// A ledger of five batches, two policies, rejected lines and an index.
    fn new() -> Self {
        static LEDGER: OnceLock<Vec<u8>> = OnceLock::new();
        let ledger = LEDGER.get_or_init(|| {
            let subject = Self { directory: tempfile::tempdir().unwrap() };
            subject.fill();
            fs::read(subject.path()).unwrap()
        });
        let subject = Self { directory: tempfile::tempdir().unwrap() };
        fs::write(subject.path(), ledger).unwrap();
        subject
    }

    fn fill(&self) {
        let line = |id: &str, customer: &str, amount: &str, day: u32| {
            format!(
                r#"{{"id":"{id}","customer_id":"{customer}","load_amount":"${amount}","time":"2000-03-{day:02}T00:00:00Z"}}"#
            ) + "\n"
        };
        assert_eq!(self.run(&format!("generate --mix --lines {LINES} --seed 7 -o one.jsonl")), 0);
        self.write(
            "two.csv",
            &format!(
                "id,customer_id,load_amount,time\n1,ann,$10.00,01/03/2000 00:00\nx\n2,ann,${},01/03/2000 00:00\n\
                 3,{},$1.00,01/03/2000 00:00\n4,\"a \"\"b\"\"\",$1.00,01/03/2000 00:00\n",
                "9".repeat(5_000),
                "\u{1}"
            ),
        );
        self.write("two.toml", "[io]\ntime_format = \"%d/%m/%Y %H:%M\"\n");
        let lines = [line("5", "ann", "4000.00", 1), line("6", "ann", "-20.00", 1), line("5", "ann", "1.00", 2)];
        self.write("three.jsonl", &lines.concat());
        self.write("four.jsonl", &(line("7", "ann", "1.00", 3) + "no transaction\n"));
        self.write("five.jsonl", "\n\n");
        assert_eq!(self.run("run --store ledger.db one.jsonl -o one.out"), 0);
        assert_eq!(self.run("run --store ledger.db two.csv -c two.toml -o two.out"), 3);
        assert_eq!(self.run("run --store ledger.db three.jsonl --set daily-amount.amount=3000 -o three.out"), 0);
        assert_eq!(self.run("run --store ledger.db four.jsonl --strict -o four.out"), 3);
        assert_eq!(self.run("run --store ledger.db five.jsonl -o five.out"), 0);
        assert_eq!(self.run("rebuild --store ledger.db"), 0);
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("ledger.db")
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.directory.path().join(name), text).unwrap();
    }

    /// Runs the program to its end; gives its exit status.
    fn run(&self, arguments: &str) -> i32 {
        code(&run(self.directory.path(), arguments))
    }

    /// Changes the file as nobody should.
    fn change(&self, sql: &str) {
        let connection = Connection::open(self.path()).unwrap();
        connection.execute_batch(&format!("PRAGMA writable_schema = ON; {sql}")).unwrap();
        assert!(
            connection.total_changes() > 0 || sql.contains("VIEW") || sql.contains("PRAGMA"),
            "{sql} changes nothing"
        );
    }

    /// The answer to a question to the file.
    fn ask<T: rusqlite::types::FromSql>(&self, sql: &str) -> T {
        Connection::open(self.path()).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// The first commit of a batch.
    fn first_commit(&self, batch: u64) -> u64 {
        self.ask(&format!("SELECT min(number) FROM commits WHERE batch = {batch}"))
    }

    /// What the program says of the ledger: its exit status and its report.
    fn verify(&self, arguments: &str) -> (i32, Value) {
        let output = run(self.directory.path(), &format!("verify --store ledger.db --json {arguments}"));
        let report = serde_json::from_str(stdout(&output)).unwrap_or_default();
        (code(&output), report)
    }

    /// Asserts that one of the findings has a text in it and names these places: position, commit, batch.
    fn assert_found(&self, arguments: &str, expected: &str, places: [Option<u64>; 3]) {
        let (status, report) = self.verify(arguments);
        assert_eq!((status, &report["ok"]), (4, &Value::Bool(false)), "{expected}: {report}");
        let findings = report["findings"].as_array().unwrap();
        let found = findings.iter().find(|finding| finding["what"].as_str().unwrap().contains(expected));
        let Some(found) = found else { panic!("{expected:?} is not in {report:#}") };
        let named = ["position", "commit", "batch"].map(|place| found[place].as_u64());
        assert_eq!(named, places, "{report:#}");
    }
}

#[test]
fn ledger_that_nobody_changed_fits_and_is_summed_up() {
    let subject = Subject::new();
    let (status, report) = subject.verify("");
    assert_eq!((status, &report["ok"]), (0, &Value::Bool(true)), "{report:#}");
    assert_eq!(report["size"].as_u64(), Some(SIZE));
    assert_eq!(subject.ask::<u64>("SELECT count(*) FROM events"), SIZE);
    assert_eq!(report["batches"].as_u64(), Some(5));
    assert_eq!(report["commits"].as_u64(), Some(subject.ask("SELECT count(*) FROM commits")));
    assert_eq!(report["accounts"].as_u64(), Some(subject.ask("SELECT count(*) FROM accounts")));
    let head = format!("{SIZE}:{}:{}", report["root"].as_str().unwrap(), report["chain"].as_str().unwrap());
    let output = run(subject.directory.path(), "verify --store ledger.db");
    let text = stdout(&output);
    assert!(text.contains(&format!("head {head}\neverything fits\n")), "{text}");
    assert!(text.starts_with("ledger.db: 1,1"), "{text}");
    for table in ["tree", "rejects", "runs", "transaction_pages", "account_pages", "statement_pages", "day_totals"] {
        assert!(subject.ask::<u64>(&format!("SELECT count(*) FROM {table}")) > 0, "{table} is empty");
    }
    assert!(subject.ask::<u64>("SELECT count(*) FROM segments WHERE commit_number = 1") > 1);
}
