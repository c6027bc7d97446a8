//! A directory with a ledger in it: running with the ledger, and asking what it holds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use rusqlite::{Connection, OpenFlags};
use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use crate::running::Running;
use crate::support::{code, feed, run, stderr, stdout, tidegate};

/// What every ledger is called here.
pub const NAME: &str = "ledger.db";

/// A directory of its own, whose ledger comes into being with the first run.
pub struct Ledger(TempDir);

/// What `tidegate head` says, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many events there are.
    pub size: u64,
    /// The root of the tree over the events.
    pub root: String,
    /// The last link of the chain over the commits.
    pub chain: String,
}

impl Head {
    /// A head as it is printed.
    pub fn parse(text: &str) -> Self {
        let parts: Vec<_> = text.trim_end().split(':').collect();
        let [size, root, chain] = parts[..] else { panic!("{text:?} is no head") };
        let is_hash = |hash: &str| hash.len() == 64 && hash.bytes().all(|byte| b"0123456789abcdef".contains(&byte));
        assert!(is_hash(root) && is_hash(chain), "{text:?} is no head");
        Self { size: size.parse().expect("a size is a number"), root: root.to_owned(), chain: chain.to_owned() }
    }

    /// What must not depend on how the input came: all but the chain.
    pub fn events(&self) -> (u64, &str) {
        (self.size, &self.root)
    }
}

impl Ledger {
    /// An empty directory.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory can be made"))
    }

    /// The directory that everything runs in.
    pub fn directory(&self) -> &Path {
        self.0.path()
    }

    /// A file of the directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file of the directory.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("the file can be written");
    }

    /// A file of the directory, as text.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The bytes of the ledger's file.
    pub fn bytes(&self) -> Vec<u8> {
        fs::read(self.path(NAME)).expect("there is a ledger")
    }

    /// Runs a command of the program that does not know of the ledger yet.
    pub fn command(&self, arguments: &str) -> Output {
        run(self.directory(), arguments)
    }

    /// Runs with the ledger.
    pub fn run(&self, arguments: &str) -> Output {
        self.feed(arguments, b"")
    }

    /// Runs with the ledger, and with this on standard input.
    pub fn feed(&self, arguments: &str, input: impl AsRef<[u8]>) -> Output {
        feed(self.directory(), &format!("run --store {NAME} {arguments}"), input.as_ref())
    }

    /// Runs with the ledger, must end with a status, and gives what was written to standard output.
    pub fn must_run(&self, status: i32, arguments: &str) -> String {
        self.must_feed(status, arguments, b"")
    }

    /// As [`Self::must_run`], with this on standard input.
    pub fn must_feed(&self, status: i32, arguments: &str, input: impl AsRef<[u8]>) -> String {
        let output = self.feed(arguments, input);
        assert_eq!(code(&output), status, "run {arguments}: {}", stderr(&output));
        stdout(&output).to_owned()
    }

    /// Runs with the ledger, must be refused as a matter of usage, and gives what was said about it.
    pub fn must_refuse(&self, arguments: &str, input: impl AsRef<[u8]>) -> String {
        let output = self.feed(arguments, input);
        assert_eq!((code(&output), stdout(&output)), (2, ""), "run {arguments}: {}", stderr(&output));
        stderr(&output).to_owned()
    }

    /// Starts a run with the ledger.
    pub fn start(&self, arguments: &str) -> Running {
        let command = format!("run --store {NAME} {arguments}");
        Running::start(tidegate(self.directory()).args(command.split_whitespace()))
    }

    /// Starts a run on standard input, reads a verdict on every line that it is given, and ends it by a signal.
    ///
    /// Every line must get a verdict.
    pub fn break_off(&self, arguments: &str, lines: &str, signal: Signal) {
        let mut running = self.start(arguments);
        running.write(lines.as_bytes());
        for _ in lines.lines() {
            running.stdout.next();
        }
        running.signal(signal);
        let expected = if signal == Signal::KILL { None } else { Some(130) };
        assert_eq!(running.wait().code(), expected);
    }

    /// What a command that only reads says of the ledger; its name comes first, then any more arguments.
    pub fn ask(&self, question: &str) -> String {
        let (command, arguments) = question.split_once(' ').unwrap_or((question, ""));
        let output = self.command(&format!("{command} --store {NAME} {arguments}"));
        assert_eq!((code(&output), stderr(&output)), (0, ""), "{question}");
        stdout(&output).to_owned()
    }

    /// The ledger's head.
    pub fn head(&self) -> Head {
        Head::parse(&self.ask("head"))
    }

    /// The verdicts on a batch, with reasons.
    pub fn verdicts(&self, batch: &str) -> String {
        self.ask(&format!("verdicts --reasons --batch {batch}"))
    }

    /// All events, as `tidegate events` gives them.
    pub fn events(&self) -> Vec<Value> {
        records(&self.ask("events --format jsonl"))
    }

    /// How many events of a type there are.
    pub fn count(&self, event_type: &str) -> usize {
        self.events().iter().filter(|event| event["type"] == event_type).count()
    }

    /// What `tidegate batches` says of a batch.
    pub fn batch(&self, name: &str) -> Value {
        let batches = records(&self.ask("batches --json"));
        batches.into_iter().find(|batch| batch["name"] == name).unwrap_or_else(|| panic!("there is no batch {name}"))
    }

    /// The ledger as the database that it is.
    pub fn database(&self) -> Connection {
        Connection::open_with_flags(self.path(NAME), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("it is a database")
    }
}

/// The JSON values of a text, whether they stand in a list or one a line.
pub fn records(text: &str) -> Vec<Value> {
    let values: Vec<Value> =
        serde_json::Deserializer::from_str(text).into_iter().collect::<Result<_, _>>().expect("it is JSON");
    match &values[..] {
        [Value::Array(list)] => list.clone(),
        _ => values,
    }
}

/// The verdicts of one run without a ledger, with reasons, on an input under the directory's configuration.
pub fn verdicts_at_once(ledger: &Ledger, input: &str, arguments: &str) -> String {
    let output = feed(ledger.directory(), &format!("run - --quiet --reasons {arguments}"), input.as_bytes());
    assert!([0, 3].contains(&code(&output)), "{}", stderr(&output));
    stdout(&output).to_owned()
}
