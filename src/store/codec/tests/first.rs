//! The first version: its leaves as they are for ever.

use super::*;

/// A decision and its leaf, of every kind and with everything that can be special about one.
pub(super) fn samples() -> Vec<(StoredDecision, &'static str)> {
    use AccountEventKind::*;
    const Y2K: i64 = 946_684_800_000_000;
    let funds = AccountFundsInsufficient { balance: 1_200 };
    let limit = Some("daily_amount");
    let mut escaped = decision(AccountEventKind::DEPOSITED, 5, Y2K, None);
    escaped.customer_id = r#"a"b\"#.into();
    escaped.transaction_id = "\\\\é🦀 ".into();
    let mut largest = decision(AccountEventKind::WITHDRAWN, i64::MIN, Timestamp::MAX.micros(), None);
    (largest.batch, largest.line, largest.event.version) = (u32::MAX, u64::MAX, u32::MAX);
    vec![
        (
            decision(AccountEventKind::DEPOSITED, 331_847, Y2K, None),
            r#"[1,"AccountDeposited",2,30,"528",4,"15887","3318.47","2000-01-01T00:00:00Z"]"#,
        ),
        (
            decision(AccountEventKind::DEPOSITED, 0, Timestamp::MIN.micros(), None),
            r#"[1,"AccountDeposited",2,30,"528",4,"15887","0.00","0001-01-01T00:00:00Z"]"#,
        ),
        (
            decision(AccountEventKind::WITHDRAWN, -331_847, Y2K + 86_399_000_000, None),
            r#"[1,"AccountWithdrawn",2,30,"528",4,"15887","-3318.47","2000-01-01T23:59:59Z"]"#,
        ),
        (
            largest,
            r#"[1,"AccountWithdrawn",4294967295,18446744073709551615,"528",4294967295,"15887","-92233720368547758.08","9999-12-31T23:59:59.999999Z"]"#,
        ),
        (escaped, r#"[1,"AccountDeposited",2,30,"a\"b\\",4,"\\\\é🦀 ","0.05","2000-01-01T00:00:00Z"]"#),
        (
            decision(DuplicateTxn, i64::MAX, Y2K + 10, Some("duplicate")),
            r#"[1,"DuplicateTxn",2,30,"528",4,"15887","92233720368547758.07","2000-01-01T00:00:00.000010Z","duplicate"]"#,
        ),
        (
            decision(exceeded(1, Bound::Amount, 480_000), 100, Y2K, limit),
            r#"[1,"AccountLimitExceeded",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","daily_amount","amount","4800.00",1]"#,
        ),
        (
            decision(exceeded(u16::MAX, Bound::Amount, u64::MAX), 100, Y2K, limit),
            r#"[1,"AccountLimitExceeded",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","daily_amount","amount","184467440737095516.15",65535]"#,
        ),
        (
            decision(exceeded(0, Bound::Count, 3), 100, Y2K, Some("a1_")),
            r#"[1,"AccountLimitExceeded",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","a1_","count",3,0]"#,
        ),
        (
            decision(AccountTotalOverflowed, 100, Y2K, Some("total_overflow")),
            r#"[1,"AccountTotalOverflowed",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","total_overflow"]"#,
        ),
        (
            decision(funds, -1, Y2K, Some("insufficient_funds")),
            r#"[1,"AccountFundsInsufficient",2,30,"528",4,"15887","-0.01","2000-01-01T00:00:00Z","insufficient_funds","balance","12.00"]"#,
        ),
    ]
}

#[test]
fn leaf_of_every_kind_is_exactly_this_and_reads_back() {
    for (decision, leaf) in samples() {
        let event = StoredEvent::Decision(decision);
        assert_eq!(String::from_utf8(encoded(Schema::V1, &event)).unwrap(), leaf);
        assert_eq!(decode(7, leaf.as_bytes()), Ok(event));
        assert!(serde_json::from_str::<serde_json::Value>(leaf).is_ok(), "{leaf}");
    }
}

/// What must stand in the place of a part of the usual leaf where something else stands.
fn refusal(part: &str, instead: &str) -> &'static str {
    let leaf = r#"[1,"AccountDeposited",2,30,"528",4,"15887","3318.47","2000-01-01T00:00:00Z"]"#;
    super::refusal(leaf, part, instead)
}

#[test]
fn part_in_any_other_form_is_refused_by_its_name() {
    for kind in ["accountDeposited", "AccountDeposited ", "PolicyActivate", ""] {
        assert_eq!(refusal("AccountDeposited", kind), "the name of an event");
    }
    for batch in ["02", "-2", "2.0", "4294967296", "", "99999999999999999999999"] {
        assert!(["the number of a batch", ","].contains(&refusal("2,30", &format!("{batch},30"))), "{batch}");
    }
    for line in ["0", "030", "18446744073709551616"] {
        assert_eq!(refusal("30", line), "a line number, from 1");
    }
    for version in ["0", "04", "4294967296", "\"4\""] {
        assert_eq!(refusal("4,\"15887", &format!("{version},\"15887")), "the version of an account, from 1");
    }
    for id in ["", "a\nb", "a\u{7f}", "a\u{85}", r"\u0041", r"\/", r"\n"] {
        assert_eq!(refusal("528", id), "the id of an account");
        assert_eq!(refusal("15887", id), "the id of a transaction");
    }
    for amount in ["-0.00", "+1.00", "1", "1.0", "1.000", "01.00", ".00", "1,00", "92233720368547758.08", "--1.00"] {
        assert_eq!(refusal("3318.47", amount), "an amount", "{amount}");
    }
    assert_eq!(refusal("3318.47", "-92233720368547758.09"), "an amount");
    for time in [
        "2000-01-01T00:00:00",
        "2000-01-01t00:00:00Z",
        "2000-01-01T00:00:00z",
        "2000-01-01T00:00:00+00:00",
        "2000-01-01T00:00:00.1+00:00",
        "2000-01-01T00:00:00.000000Z",
        "2000-01-01T00:00:00.1Z",
        "2000-01-01T00:00:00.1234567Z",
        "2000-12-31T23:59:60Z",
        "2000-12-31T23:59:60.000001Z",
        "2000-02-30T00:00:00Z",
        "0000-12-31T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "",
    ] {
        assert_eq!(refusal("2000-01-01T00:00:00Z", time), "a time in UTC", "{time}");
    }
    assert_eq!(refusal("Z\"]", "Z\",\"duplicate\"]"), "]");
    assert_eq!(refusal("Z\"]", "Z\"]]"), "its end");
    assert_eq!(refusal("[1,", "[1, "), "\"");
}

#[test]
fn reason_that_another_kind_has_is_refused() {
    let expected = "the code of the reason";
    for (kind, reasons) in [
        ("DuplicateTxn", ["total_overflow", "daily_count", ""]),
        ("AccountTotalOverflowed", ["duplicate", "insufficient_funds", "é"]),
        ("AccountFundsInsufficient", ["duplicate", "total_overflow", "funds"]),
        ("AccountLimitExceeded", ["", "daily-count", "1a"]),
    ] {
        for reason in reasons {
            let leaf = format!(r#"[1,"{kind}",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","{reason}""#);
            let offset = leaf.len() - reason.len() - 1;
            let refused = Err(CodecError::Malformed { position: 7, offset, expected });
            assert_eq!(decode(7, leaf.as_bytes()), refused, "{leaf}");
        }
    }
}
