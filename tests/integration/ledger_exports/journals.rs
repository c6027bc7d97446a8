//! Journals, as hledger, Ledger and Beancount read them.

use std::collections::BTreeMap;
use std::fs;

use insta::assert_snapshot;
use rust_decimal::Decimal;
use serde_json::Value;

use super::programs::Program;
use super::{CUSTOMERS, accepted, balances, export, odd_ledger, small_ledger};

/// The id that a name was made of: behind each mark stands a byte in hexadecimal digits.
fn decoded(name: &str, mark: char) -> String {
    let (start, rest) = name.split_once(mark).map_or((name, None), |(start, rest)| (start, Some(rest)));
    let mut bytes = start.as_bytes().to_vec();
    for part in rest.into_iter().flat_map(|rest| rest.split(mark)) {
        bytes.extend(hex::decode(&part[..2]).unwrap());
        bytes.extend(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}

/// Customers' balances in what a program writes as CSV below a header: an account's name and the amount in a currency.
/// A name without the prefix is no customer's.
fn told_balances(text: &str, prefix: &str, mark: char) -> BTreeMap<String, Decimal> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let rows = reader.records().map(Result::unwrap);
    rows.filter_map(|row| {
        let id = decoded(row[0].strip_prefix(prefix)?, mark);
        let amount = row[1].split_whitespace().next().unwrap_or("0").parse::<Decimal>().unwrap();
        Some((id, Decimal::ZERO - amount))
    })
    .collect()
}

#[test]
fn hledger_finds_every_balance_right() {
    let Some(hledger) = Program::find("hledger") else { return };
    let ledger = odd_ledger();
    for more in ["", "--declined --currency USD"] {
        let journal = export(&ledger, "all.journal", more);
        assert_eq!(hledger.must(&["-f", &journal, "check", "--strict"]), "");
        let told =
            hledger.must(&["-f", &journal, "balance", "--flat", "--empty", "--output-format", "csv", "customers"]);
        assert_eq!(told_balances(&told, "liabilities:customers:", '%'), balances(&ledger));
        let codes = hledger.must(&["-f", &journal, "codes"]);
        let codes: Vec<_> = codes.lines().filter(|code| !code.is_empty()).map(|code| decoded(code, '%')).collect();
        assert_eq!(codes.len(), accepted(&ledger).len());
        assert!(CUSTOMERS.iter().all(|customer| codes.contains(&(*customer).to_owned())));
        let tagged = hledger.must(&["-f", &journal, "print", "tag:batch=^a%2C%20%22b%22%3Bc$", "tag:line=^1$"]);
        assert!(tagged.contains("(528) load") && tagged.contains("time:2000-06-15T12:00:00Z"), "{tagged}");
        assert_eq!(tagged.matches("position:").count(), 1, "{tagged}");
    }
}

#[test]
fn hledger_and_ledger_would_notice_a_cent_or_a_transaction_that_is_missing() {
    let ledger = odd_ledger();
    let journal = fs::read_to_string(export(&ledger, "all.ledger", "")).unwrap();
    let (first, rest) = journal.split_once("\n\n2000-").unwrap();
    let (_, rest) = rest.split_once("\n\n2000-").unwrap();
    ledger.write("missing.ledger", format!("{first}\n\n2000-{rest}"));
    ledger.write("cent.ledger", journal.replacen(" = -121.48 XXX", " = -121.49 XXX", 1));
    assert!(ledger.read("cent.ledger") != journal);
    let path = |name| ledger.path(name).display().to_string();
    if let Some(program) = Program::find("hledger") {
        program.must(&["-f", &path("all.ledger"), "check"]);
        assert!(program.must_fail(&["-f", &path("missing.ledger"), "check"]).contains("balance assertion"));
        assert!(program.must_fail(&["-f", &path("cent.ledger"), "check"]).contains("balance assertion"));
    }
    if let Some(program) = Program::find("ledger") {
        program.must(&["--strict", "--pedantic", "-f", &path("all.ledger"), "balance"]);
        assert!(program.must_fail(&["-f", &path("missing.ledger"), "balance"]).contains("Balance assertion"));
        assert!(program.must_fail(&["-f", &path("cent.ledger"), "balance"]).contains("Balance assertion"));
    }
}

#[test]
fn beancount_finds_every_balance_right() {
    let Some(check) = Program::find("bean-check") else { return };
    let Some(query) = Program::find("bean-query") else { return };
    let ledger = odd_ledger();
    for more in ["", "--declined --currency USD"] {
        let journal = export(&ledger, "all.beancount", more);
        assert_eq!(check.must(&[&journal]), "");
        let told = query.must(&["-f", "csv", &journal, "SELECT account, sum(position) GROUP BY account"]);
        let mut told = told_balances(&told, "Liabilities:Customers:C-", '-');
        // It leaves out accounts that nothing was ever posted to.
        assert_eq!(told.insert("never accepted".to_owned(), Decimal::ZERO), None);
        assert_eq!(told, balances(&ledger));
        // The ids themselves stand beside the names.
        let ids = "SELECT payee, narration WHERE account ~ 'Customers'";
        let ids = query.must(&["-f", "csv", &journal, ids]);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(ids.as_bytes());
        let cells = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
        let mut told: Vec<Vec<_>> = reader.records().map(Result::unwrap).map(cells).collect();
        let trimmed = |value: &Value| value.as_str().unwrap().trim().to_owned();
        let ids = |event: &Value| vec![trimmed(&event["account"]), trimmed(&event["transaction_id"])];
        let mut expected: Vec<Vec<_>> = accepted(&ledger).iter().map(ids).collect();
        told.sort();
        expected.sort();
        assert_eq!(told, expected);
    }
}

#[test]
fn beancount_would_notice_a_cent_or_a_transaction_that_is_missing() {
    let Some(check) = Program::find("bean-check") else { return };
    let ledger = odd_ledger();
    let journal = fs::read_to_string(export(&ledger, "all.beancount", "")).unwrap();
    let (first, rest) = journal.split_once("\n\n2000-").unwrap();
    let (_, rest) = rest.split_once("\n\n2000-").unwrap();
    ledger.write("missing.beancount", format!("{first}\n\n2000-{rest}"));
    let (rest, last) = journal.rsplit_once(" ~ 0.00 XXX").unwrap();
    assert_eq!(last, "\n");
    let cent = if rest.ends_with('1') { "2" } else { "1" };
    ledger.write("cent.beancount", format!("{}{cent} ~ 0.00 XXX\n", &rest[..rest.len() - 1]));
    for name in ["missing.beancount", "cent.beancount"] {
        let said = check.must_fail(&[&ledger.path(name).display().to_string()]);
        assert!(said.contains("Balance failed"), "{name}: {said}");
    }
}

#[test]
fn hledger_journal() {
    assert_snapshot!(small_ledger().ask("export --to - --format hledger --declined"), @"
    ; What a Tidegate ledger had accepted up to position 7, in the order in which it was decided.
    ; What a customer holds is owed to the customer. It is a liability, and so its sign is turned.
    ; All but letters, digits, - . and _ in an id or a name stands in UTF-8 as % and two hexadecimal digits a byte.

    commodity XXX
        format 1000.00 XXX

    account assets:funding
    account liabilities:customers:%3Dc
    account liabilities:customers:a%20b

    2000-01-02 (1) load  ; position:2, batch:monday.jsonl, line:1, time:2000-01-02T03:04:05Z
        liabilities:customers:a%20b  -10.50 XXX
        assets:funding  10.50 XXX

    2000-01-03 (2) load  ; position:3, batch:monday.jsonl, line:2, time:2000-01-03T00:00:00Z
        liabilities:customers:%3Dc  -3.00 XXX
        assets:funding  3.00 XXX

    2000-01-02 (3) withdrawal  ; position:4, batch:monday.jsonl, line:3, time:2000-01-02T05:00:00.500000Z
        liabilities:customers:a%20b  0.25 XXX
        assets:funding  -0.25 XXX

    ; 2000-01-02 (3) withdrawal declined, duplicate: liabilities:customers:a%20b  -0.25 XXX  ; position:5, batch:monday.jsonl, line:4, time:2000-01-02T05:00:00.500000Z

    1999-12-31 (%224%22) withdrawal  ; position:6, batch:monday.jsonl, line:5, time:1999-12-31T00:00:00Z
        liabilities:customers:%3Dc  3.00 XXX
        assets:funding  -3.00 XXX

    ; 2000-01-04 (5) withdrawal declined, insufficient_funds: liabilities:customers:%3Dc  -9.00 XXX  ; position:7, batch:monday.jsonl, line:6, time:2000-01-04T00:00:00Z

    2000-01-04 balance
        liabilities:customers:%3Dc  0.00 XXX = 0.00 XXX

    2000-01-02 balance
        liabilities:customers:a%20b  0.00 XXX = -10.25 XXX
    ");
}

#[test]
fn declined_transactions_are_told_of_only_if_that_was_asked() {
    let ledger = small_ledger();
    for format in ["hledger", "beancount"] {
        let told =
            |more: &str| ledger.ask(&format!("export --to - --format {format} {more}")).matches("declined,").count();
        assert_eq!([told(""), told("--declined")], [0, 2], "{format}");
    }
}

#[test]
fn beancount_journal() {
    assert_snapshot!(small_ledger().ask("export --to - --format beancount --declined --currency EUR"), @r#"
    ; What a Tidegate ledger had accepted up to position 7, in the order in which it was decided.
    ; What a customer holds is owed to the customer. It is a liability, and so its sign is turned.
    ; All but ASCII letters and digits in an account's name stands in UTF-8 as - and two hexadecimal digits a byte.

    option "title" "Tidegate ledger up to position 7"
    option "operating_currency" "EUR"

    1999-12-31 open Assets:Funding EUR
    1999-12-31 open Liabilities:Customers:C--3Dc EUR
      customer: "=c"
    2000-01-02 open Liabilities:Customers:C-a-20b EUR
      customer: "a b"

    2000-01-02 * "a b" "1"
      position: 2
      batch: "monday.jsonl"
      line: 1
      time: "2000-01-02T03:04:05Z"
      Liabilities:Customers:C-a-20b  -10.50 EUR
      Assets:Funding  10.50 EUR

    2000-01-03 * "=c" "2"
      position: 3
      batch: "monday.jsonl"
      line: 2
      time: "2000-01-03T00:00:00Z"
      Liabilities:Customers:C--3Dc  -3.00 EUR
      Assets:Funding  3.00 EUR

    2000-01-02 * "a b" "3"
      position: 4
      batch: "monday.jsonl"
      line: 3
      time: "2000-01-02T05:00:00.500000Z"
      Liabilities:Customers:C-a-20b  0.25 EUR
      Assets:Funding  -0.25 EUR

    ; 2000-01-02 declined, duplicate: "a b" "3" -0.25 EUR, position 5, batch "monday.jsonl", line 4, time 2000-01-02T05:00:00.500000Z

    1999-12-31 * "=c" "\"4\""
      position: 6
      batch: "monday.jsonl"
      line: 5
      time: "1999-12-31T00:00:00Z"
      Liabilities:Customers:C--3Dc  3.00 EUR
      Assets:Funding  -3.00 EUR

    ; 2000-01-04 declined, insufficient_funds: "=c" "5" -9.00 EUR, position 7, batch "monday.jsonl", line 6, time 2000-01-04T00:00:00Z

    2000-01-05 balance Liabilities:Customers:C--3Dc  0.00 ~ 0.00 EUR
    2000-01-03 balance Liabilities:Customers:C-a-20b  -10.25 ~ 0.00 EUR
    "#);
}
