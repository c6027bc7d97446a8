//! What is measured.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use clap::ValueEnum;

use crate::import;

/// A program of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Program {
    /// `tidegate run`
    Tidegate,
    /// `tidegate run --store`
    Store,
    /// The straightforward program
    Simple,
    /// The program that is tuned for this input alone, by hand and in one thread
    Tuned,
    /// Reading, finding lines and writing by themselves
    Copy,
    /// `sqlite3 .import`
    Import,
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tidegate => "tidegate",
            Self::Store => "store",
            Self::Import => "import",
            Self::Simple => "simple",
            Self::Tuned => "tuned",
            Self::Copy => "copy",
        })
    }
}

impl Program {
    /// Its name in tables.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Tidegate => "`tidegate run`",
            Self::Store => "`tidegate run --store`",
            Self::Import => "`sqlite3 .import`",
            Self::Simple => "`simple`",
            Self::Tuned => "`tuned`",
            Self::Copy => "`copy`",
        }
    }

    /// Whether its verdicts have to be those of `simple`.
    pub(crate) const fn decides(self) -> bool {
        matches!(self, Self::Tidegate | Self::Store | Self::Tuned)
    }

    /// Where it writes its verdicts.
    pub(crate) fn output(self, directory: &Path) -> PathBuf {
        directory.join(format!("{self}.jsonl"))
    }

    /// Where it writes a database, if it does.
    pub(crate) fn database(self, directory: &Path) -> PathBuf {
        directory.join(format!("{self}.db"))
    }

    /// The program, told to read a file and write its own into a directory.
    pub(crate) fn command(self, input: &Path, directory: &Path) -> Result<Command> {
        let output = self.output(directory);
        match self {
            Self::Tidegate | Self::Store => {
                let mut command = tidegate();
                command.arg("run").arg(input).arg("-o").arg(output).arg("--quiet");
                if self == Self::Store {
                    command.arg("--store").arg(self.database(directory));
                }
                Ok(command)
            }
            Self::Import => import::command(&import::rows(input), &self.database(directory)),
            Self::Simple | Self::Tuned | Self::Copy => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg(self.to_string()).arg(input).arg(output);
                Ok(command)
            }
        }
    }
}

/// The program that it is all about.
pub(crate) fn tidegate() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tidegate"))
}
