//! The form of certificates.

use super::form::*;
use crate::formats::Format;

fn hash(byte: u8) -> Sha256Hex {
    Sha256Hex([byte; 32])
}

fn certificate() -> Certificate {
    let end = |size, byte| LogEnd { size, root: hash(byte) };
    Certificate::new(Parts {
        input: Input {
            sha256: hash(1),
            bytes: 43_360,
            format: Some(Format::Csv),
            time_format: Some("%F \"%T\"".to_owned()),
        },
        policy: Policy { sha256: hash(2), text: "[policy]\nduplicates = \"decline\"\n".to_owned() },
        groups: Some(Groups { sha256: hash(3) }),
        verdicts: Verdicts { sha256: hash(4), bytes: 7, format: Format::JsonLines, reasons: true },
        totals: Totals {
            read: 6,
            accepted: 1,
            declined: 2,
            ignored: 0,
            rejected: 3,
            reasons: vec![Reason { reason: "daily_count".to_owned(), count: 2 }],
        },
        log: Some(Log { batch: "d\u{e4}y".to_owned(), number: 2, before: end(501, 5), after: end(504, 0xf0) }),
    })
}

/// A certificate of nothing.
fn smallest() -> Certificate {
    let totals = Totals { read: 0, accepted: 0, declined: 0, ignored: 0, rejected: 0, reasons: Vec::new() };
    Certificate::new(Parts {
        input: Input { sha256: hash(1), bytes: 0, format: None, time_format: None },
        policy: Policy { sha256: hash(2), text: String::new() },
        groups: None,
        verdicts: Verdicts { sha256: hash(4), bytes: 0, format: Format::Csv, reasons: false },
        totals,
        log: None,
    })
}

#[test]
fn file_is_exactly_this() {
    let text = certificate().text();
    let short = (0..=255u8).fold(text, |text, byte| text.replace(&hash(byte).to_string(), &format!("{byte:02x}...")));
    insta::assert_snapshot!(short, @r##"
    {
      "certificate": "tidegate replay",
      "version": 1,
      "input": {
        "sha256": "01...",
        "bytes": 43360,
        "format": "csv",
        "time_format": "%F \"%T\""
      },
      "policy": {
        "sha256": "02...",
        "text": "[policy]\nduplicates = \"decline\"\n"
      },
      "groups": {
        "sha256": "03..."
      },
      "verdicts": {
        "sha256": "04...",
        "bytes": 7,
        "format": "jsonl",
        "reasons": true
      },
      "totals": {
        "read": 6,
        "accepted": 1,
        "declined": 2,
        "ignored": 0,
        "rejected": 3,
        "reasons": [
          {
            "reason": "daily_count",
            "count": 2
          }
        ]
      },
      "log": {
        "batch": "däy",
        "number": 2,
        "before": {
          "size": 501,
          "root": "05..."
        },
        "after": {
          "size": 504,
          "root": "f0..."
        }
      }
    }
    "##);
}

#[test]
fn certificate_reads_back_as_it_was_written() {
    for certificate in [certificate(), smallest()] {
        let text = certificate.text();
        assert!(text.ends_with("\n}\n"), "{text}");
        assert_eq!(Certificate::parse(text.as_bytes()).unwrap(), certificate);
    }
}

/// Why a text is refused.
fn why(text: &str) -> String {
    Certificate::parse(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn refusal_names_what_is_wrong_and_where() {
    let text = certificate().text();
    let changed = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        why(&text.replacen(from, to, 1))
    };
    let one = hash(1).to_string();
    for (refusal, expected) in [
        (why(""), "EOF while parsing a value at line 1 column 0"),
        (why("[]"), "invalid length 0"),
        (why("{}"), "it has no \"certificate\": \"tidegate replay\""),
        (why("{\"format\": \"tidegate-receipt-v1\"}"), "tidegate-receipt-v1, which is checked by another command"),
        (changed("tidegate replay", "x\\u001b"), "it is a certificate of another kind, \"x\\u{1b}\""),
        (changed("\"version\": 1", "\"version\": 2"), "it is of version 2, and this program knows version 1"),
        (changed("\"version\": 1,", ""), "it has no version"),
        (changed("\"version\": 1", "\"version\": \"1\""), "invalid type: string \"1\", expected u64 at line 3"),
        (changed(&one, &one.to_uppercase().replace('0', "A")), "64 hexadecimal digits in lower case at line 5"),
        (changed(&one, &one[1..]), "64 hexadecimal digits in lower case at line 5"),
        (changed("43360", "-1"), "expected u64 at line 6"),
        (changed("43360", "1.0"), "expected u64 at line 6"),
        (changed("43360", "18446744073709551616"), "expected u64 at line 6"),
        (changed("\"csv\"", "\"xml\""), "unknown variant `xml`, expected `jsonl` or `csv` at line 7"),
        (changed("\"bytes\": 43360,", ""), "missing field `bytes` at line"),
        (changed("\"bytes\": 43360", "\"octets\": 43360"), "unknown field `octets`"),
        (changed("\"bytes\": 43360", "\"\\u001b\": 43360"), "unknown field `\\u{1b}`"),
        (changed("\"bytes\": 43360", "\"bytes\": 43360, \"bytes\": 43360"), "duplicate field `bytes`"),
        (changed("\"reasons\": true", "\"reasons\": 1"), "expected a boolean"),
        (why(&(text.clone() + "{}")), "trailing characters"),
        (why(&" ".repeat(LEN_MAX + 1)), "it is larger than any that is read"),
    ] {
        assert!(refusal.starts_with("it is no certificate, or a damaged one: "), "{refusal}");
        assert!(refusal.contains(expected), "{refusal} for {expected}");
    }
}
