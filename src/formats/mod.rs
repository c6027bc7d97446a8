//! Texts to transactions, and decisions to texts.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`framing`] | finds where records end, and so cuts the input into lines |
//! | [`jsonl::fast`] | reads the one usual form of a JSON line, quickly |
//! | [`jsonl::careful`] | reads any JSON line, or says what is wrong with it |
//! | [`csv`] | reads the header and the records of CSV |
//! | [`time_format`] | reads times that are not RFC 3339 |
//! | [`verdict`] | writes what was decided about a transaction |
//! | [`reject`] | writes what is wrong with a line |
//! | [`event`] | writes events of a log |
//!
//! What a field may hold, and how an error is worded, is the same for every format: see `fields`.

pub(crate) mod cell;
pub mod csv;
pub mod event;
mod fields;
pub mod framing;
pub mod jsonl;
pub(crate) mod plain;
pub mod reject;
pub mod time_format;
pub mod verdict;

use std::path::Path;

pub use fields::{CarefulRecord, MemberRecord, quoted};
pub use time_format::TimeFormat;

/// How transactions or verdicts are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A JSON object a line.
    JsonLines,
    /// Comma-separated values below a header.
    Csv,
}

impl Format {
    /// The format's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
        }
    }

    /// The format that a file's extension stands for, if it stands for any.
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?;
        if extension.eq_ignore_ascii_case("csv") {
            return Some(Self::Csv);
        }
        ["json", "jsonl", "ndjson"].iter().any(|json| extension.eq_ignore_ascii_case(json)).then_some(Self::JsonLines)
    }

    /// The format of an input whose first line that is not blank is this one.
    pub fn detect(first_record: &[u8]) -> Self {
        if csv::is_header(first_record) { Self::Csv } else { Self::JsonLines }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extension_tells_the_format_in_any_case() {
        for (path, expected) in [
            ("day.csv", Some(Format::Csv)),
            ("DAY.CSV", Some(Format::Csv)),
            ("day.json", Some(Format::JsonLines)),
            ("day.jsonl", Some(Format::JsonLines)),
            ("a.csv/day.NDJSON", Some(Format::JsonLines)),
            ("input.txt", None),
            ("csv", None),
            (".csv", None),
            ("day.csv.gz", None),
        ] {
            assert_eq!(Format::of_path(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn only_a_header_with_all_four_names_makes_csv() {
        for header in [
            "id,customer_id,load_amount,time",
            "time,note, load_amount ,\"customer_id\",id",
            "id,customer_id,load_amount,time,id",
        ] {
            assert_eq!(Format::detect(header.as_bytes()), Format::Csv, "{header}");
        }
        for line in [
            "",
            "id,customer_id,load_amount",
            "ID,CUSTOMER_ID,LOAD_AMOUNT,TIME",
            "id;customer_id;load_amount;time",
            r#"{"id":"1","customer_id":"2","load_amount":"$1","time":"2000-01-01T00:00:00Z"}"#,
            r#"["id","customer_id","load_amount","time"]"#,
        ] {
            assert_eq!(Format::detect(line.as_bytes()), Format::JsonLines, "{line}");
        }
    }
}
