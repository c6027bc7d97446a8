//! The programs that read exports, where this machine has them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::{code, stderr, stdout};

/// Reads the query `argv[2]` over the Parquet file `argv[1]`, which it calls `events`, and writes the rows as JSON.
const QUERY: &str = "\
import duckdb, json, sys
database = duckdb.connect()
database.execute('CREATE VIEW events AS FROM read_parquet(' + chr(39) + sys.argv[1] + chr(39) + ')')
json.dump(database.execute(sys.argv[2]).fetchall(), sys.stdout)
";

/// A program of the machine's.
pub(super) struct Program(PathBuf);

impl Program {
    /// The program of a name, or else a word about what is skipped for want of it.
    pub(super) fn find(name: &str) -> Option<Self> {
        let found = on_path(name);
        if found.is_none() {
            eprintln!("skipped: {name} is not on the path");
        }
        found.map(Self)
    }

    /// Runs the program, which must be content and say so nowhere but on standard output.
    pub(super) fn must(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!((code(&output), stderr(&output)), (0, ""), "{arguments:?}");
        stdout(&output).to_owned()
    }

    /// Runs the program, which must find fault, and gives what it says.
    pub(super) fn must_fail(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_ne!(code(&output), 0, "{arguments:?}");
        stderr(&output).to_owned()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.0);
        command.args(arguments).env("LC_ALL", "C.UTF-8");
        command.output().unwrap_or_else(|error| panic!("{}: {error}", self.0.display()))
    }
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(name)).find(|file| file.is_file())
}

/// What DuckDB answers to a query over a Parquet file: a list of rows, each a list. Nothing, and a word about it, if
/// there is no Python that has DuckDB, be it one that the tests were given or the machine's.
pub(super) fn duckdb(file: &str, query: &str) -> Option<Value> {
    let own = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("python").join("bin").join("python");
    let candidates = own.is_file().then_some(own).into_iter().chain(on_path("python3"));
    let mut able = candidates.map(Program).filter(|python| python.run(&["-c", "import duckdb"]).status.success());
    let Some(python) = able.next() else {
        eprintln!("skipped: no Python has the module duckdb");
        return None;
    };
    Some(serde_json::from_str(&python.must(&["-c", QUERY, file, query])).expect("it is JSON"))
}
