//! The yardstick `simple`: the straightforward program for the same rules, in one thread and without Tidegate.
//!
//! Its limits are those of the default policy, and it takes only lines that are well formed.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Weekday};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

const DAILY_COUNT: u32 = 3;
const DAILY_AMOUNT: Decimal = Decimal::from_parts(5_000, 0, 0, false, 0);
const WEEKLY_AMOUNT: Decimal = Decimal::from_parts(20_000, 0, 0, false, 0);

#[derive(Deserialize)]
struct Request<'a> {
    id: &'a str,
    customer_id: &'a str,
    load_amount: &'a str,
    time: &'a str,
}

#[derive(Serialize)]
struct Verdict<'a> {
    id: &'a str,
    customer_id: &'a str,
    accepted: bool,
}

#[derive(Default)]
struct Account {
    balance: Decimal,
    seen: HashSet<String>,
    days: HashMap<NaiveDate, Day>,
    /// The sum of loads by the week's Monday.
    weeks: HashMap<NaiveDate, Decimal>,
}

#[derive(Default)]
struct Day {
    count: u32,
    loads: Decimal,
}

/// Reads requests and writes verdicts.
pub(crate) fn run(input: &Path, output: &Path) -> Result<()> {
    let mut input = BufReader::new(File::open(input)?);
    let mut output = BufWriter::new(File::create(output)?);
    let mut accounts: HashMap<String, Account> = HashMap::new();
    let mut line = String::new();
    while input.read_line(&mut line)? > 0 {
        let request: Request<'_> = serde_json::from_str(&line).with_context(|| line.clone())?;
        let Request { id, customer_id, .. } = request;
        let accepted = match accounts.get_mut(customer_id) {
            Some(account) => account.accept(&request)?,
            None => accounts.entry(customer_id.to_owned()).or_default().accept(&request)?,
        };
        serde_json::to_writer(&mut output, &Verdict { id, customer_id, accepted })?;
        output.write_all(b"\n")?;
        line.clear();
    }
    output.flush()?;
    Ok(())
}

impl Account {
    /// Accepts and counts a request, or leaves everything as it was.
    fn accept(&mut self, request: &Request<'_>) -> Result<bool> {
        if !self.seen.insert(request.id.to_owned()) {
            return Ok(false);
        }
        let amount = parse_amount(request.load_amount)?;
        let date = DateTime::parse_from_rfc3339(request.time)?.to_utc().date_naive();
        let day = self.days.entry(date).or_default();
        let week = self.weeks.entry(date.week(Weekday::Mon).first_day()).or_default();
        let load = amount.max(Decimal::ZERO);
        let accepted = day.count < DAILY_COUNT
            && (amount.is_sign_negative() || (day.loads + load <= DAILY_AMOUNT && *week + load <= WEEKLY_AMOUNT))
            && self.balance + amount >= Decimal::ZERO;
        if accepted {
            day.count += 1;
            day.loads += load;
            *week += load;
            self.balance += amount;
        }
        Ok(accepted)
    }
}

fn parse_amount(text: &str) -> Result<Decimal> {
    match text.strip_prefix("-$").or_else(|| text.strip_prefix("$-")) {
        Some(digits) => Ok(-digits.parse::<Decimal>()?),
        None => Ok(text.trim_start_matches('$').parse()?),
    }
}
