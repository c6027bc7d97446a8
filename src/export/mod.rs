//! A ledger as files that other programs read.
//!
//! | module | what it writes |
//! | --- | --- |
//! | `hledger` | a journal of accepted transactions for hledger, which Ledger reads too |
//! | `beancount` | the same for Beancount |
//! | `parquet` | all events, as a table in Parquet |
//! | `accounts_csv` | a record for each account, as CSV |
//!
//! Events are read and written page by page; of accounts, how each stands is held in memory.

mod accounts;
mod accounts_csv;
mod beancount;
mod currency;
mod events;
mod hledger;
mod journal;
mod names;
mod parquet;

use std::io::{BufWriter, Write};
use std::path::Path;

pub use currency::{Currency, CurrencyError};

use self::journal::Syntax;
use crate::store::{Ledger, StoreError};

/// How many bytes are written at a time.
const BUFFER_LEN: usize = 256 * 1024;

/// What a ledger can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// A journal for hledger.
    Hledger,
    /// A journal for Beancount.
    Beancount,
    /// All events, as Parquet.
    Parquet,
    /// Accounts, as CSV.
    Csv,
}

/// The extensions that tell a format.
const EXTENSIONS: [(&str, ExportFormat); 6] = [
    ("ledger", ExportFormat::Hledger),
    ("journal", ExportFormat::Hledger),
    ("hledger", ExportFormat::Hledger),
    ("beancount", ExportFormat::Beancount),
    ("parquet", ExportFormat::Parquet),
    ("csv", ExportFormat::Csv),
];

impl ExportFormat {
    /// The format that a file's extension stands for, if it stands for any.
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?;
        let found = EXTENSIONS.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known));
        found.map(|(_, format)| *format)
    }

    /// The extensions that stand for some format.
    pub fn extensions() -> impl Iterator<Item = &'static str> {
        EXTENSIONS.iter().map(|(extension, _)| *extension)
    }

    /// Whether the format is a journal, which has a currency and may tell of declined transactions in comments.
    pub const fn is_journal(self) -> bool {
        matches!(self, Self::Hledger | Self::Beancount)
    }
}

/// What is to be written of a ledger.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    /// The ledger, which must see one moment throughout.
    pub ledger: &'a Ledger,
    /// The last position that counts.
    pub to_position: u64,
    /// What a journal calls the currency.
    pub currency: Currency,
    /// Whether a journal tells of declined transactions, in comments.
    pub declined: bool,
}

impl Export<'_> {
    /// Writes the ledger in a format.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the ledger can't be read, [`std::io::Error`] if the output can't be written.
    pub fn write(&self, format: ExportFormat, output: &mut (impl Write + Send)) -> anyhow::Result<()> {
        let mut output = BufWriter::with_capacity(BUFFER_LEN, output);
        match format {
            ExportFormat::Hledger => journal::write(Syntax::Hledger, self, &mut output)?,
            ExportFormat::Beancount => journal::write(Syntax::Beancount, self, &mut output)?,
            ExportFormat::Parquet => parquet::write(self, &mut output)?,
            ExportFormat::Csv => accounts_csv::write(self, &mut output)?,
        }
        Ok(output.flush()?)
    }
}

/// The failure that a store's content gives rise to.
fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(format!("the store is damaged: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extension_tells_the_format_in_any_case() {
        for (path, expected) in [
            ("all.ledger", Some(ExportFormat::Hledger)),
            ("all.journal", Some(ExportFormat::Hledger)),
            ("a.csv/all.HLEDGER", Some(ExportFormat::Hledger)),
            ("all.beancount", Some(ExportFormat::Beancount)),
            ("all.parquet", Some(ExportFormat::Parquet)),
            ("accounts.CSV", Some(ExportFormat::Csv)),
            ("all.txt", None),
            ("all.csv.gz", None),
            ("parquet", None),
            (".csv", None),
            ("-", None),
        ] {
            assert_eq!(ExportFormat::of_path(Path::new(path)), expected, "{path}");
        }
    }
}
