//! Pages of statements.

use super::number::{Bytes, put, put_signed};
use super::{NotAPage, PAGE_LEN_MAX};
use crate::domain::{Amount, Outcome, StatementLine, Timestamp};

const MICROS_PER_SECOND: i64 = 1_000_000;

/// A page on its way into the file.
///
/// The statement of one account may go on in the pages that follow, where its customer's id is not written again.
#[derive(Debug, Default)]
pub(in super::super) struct StatementPage {
    /// What has been finished.
    bytes: Vec<u8>,
    first_key: Option<u64>,
    last_key: u64,
    /// Whose statement is at hand.
    key: u64,
    customer_id: Vec<u8>,
    /// Whether some of the statement is written.
    has_begun: bool,
    /// What stands before the statement's lines on this page.
    head: Vec<u8>,
    lines: Vec<u8>,
    last: Option<Last>,
}

/// What the next line of a statement is told by.
#[derive(Clone, Copy, Debug)]
struct Last {
    position: u64,
    seconds: i64,
}

/// What a page holds of a customer's statement.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct StatementEntry<'a> {
    /// The customer's key.
    pub(in super::super) key: u64,
    /// The customer; none if this goes on from the page before.
    pub(in super::super) customer_id: Option<&'a [u8]>,
    lines: &'a [u8],
}

impl StatementPage {
    /// Begins the statement of a customer, behind the last one.
    pub(in super::super) fn begin(&mut self, key: u64, customer_id: &[u8]) {
        self.finish_entry();
        self.key = key;
        self.customer_id.clear();
        self.customer_id.extend_from_slice(customer_id);
        self.has_begun = false;
        self.begin_entry();
    }

    /// Adds a line behind the last one of the statement, unless the page is full; `base` is the first position of the
    /// run.
    pub(in super::super) fn push(&mut self, line: &StatementLine, base: u64) -> bool {
        let len = self.lines.len();
        let last = self.last.unwrap_or(Last { position: base, seconds: 0 });
        let (seconds, micro) =
            (line.time.micros().div_euclid(MICROS_PER_SECOND), line.time.micros().rem_euclid(MICROS_PER_SECOND));
        // Positions of a run are less than 2^32 apart.
        let step = line.position - last.position;
        put(&mut self.lines, step << 2 | u64::from(micro != 0) << 1 | u64::from(!line.outcome.is_accepted()));
        if let Some(code) = code(line.outcome) {
            put(&mut self.lines, code);
        }
        put_signed(&mut self.lines, seconds - last.seconds);
        if micro != 0 {
            put(&mut self.lines, micro as u64);
        }
        put_signed(&mut self.lines, line.amount.minor());
        let whole = self.bytes.len() + self.head.len() + len_of_len(self.lines.len()) + self.lines.len();
        let is_first = self.bytes.is_empty() && len == 0;
        if whole > PAGE_LEN_MAX && !is_first {
            self.lines.truncate(len);
            return false;
        }
        self.last = Some(Last { position: line.position, seconds });
        true
    }

    /// The page and its first key, if it has any.
    pub(in super::super) fn finished(&mut self) -> Option<(u64, &[u8])> {
        self.finish_entry();
        Some((self.first_key?, &self.bytes))
    }

    /// Empties the page for its next use; the statement at hand goes on in it.
    pub(in super::super) fn clear(&mut self) {
        self.bytes.clear();
        self.first_key = None;
        self.begin_entry();
    }

    fn begin_entry(&mut self) {
        self.head.clear();
        put(&mut self.head, if self.bytes.is_empty() { 0 } else { self.key - self.last_key });
        if self.has_begun {
            put(&mut self.head, 0);
        } else {
            put(&mut self.head, self.customer_id.len() as u64 + 1);
            self.head.extend_from_slice(&self.customer_id);
        }
        self.last = None;
    }

    fn finish_entry(&mut self) {
        if self.lines.is_empty() {
            return;
        }
        self.bytes.extend_from_slice(&self.head);
        put(&mut self.bytes, self.lines.len() as u64);
        self.bytes.extend_from_slice(&self.lines);
        self.lines.clear();
        self.first_key.get_or_insert(self.key);
        self.last_key = self.key;
        self.has_begun = true;
    }
}

/// How many bytes the length of so many bytes takes up: no page is so long that it takes more.
const fn len_of_len(len: usize) -> usize {
    if len > 0x7f { 2 } else { 1 }
}

impl StatementEntry<'_> {
    /// The lines, in order; `base` is the first position of the run.
    ///
    /// Their positions ascend. Whether they lie in the run is left to those who rely on it.
    pub(in super::super) fn lines(&self, base: u64) -> impl Iterator<Item = Result<StatementLine, NotAPage>> {
        let mut bytes = Bytes(self.lines);
        let mut last = None;
        std::iter::from_fn(move || {
            if bytes.is_empty() {
                return None;
            }
            let line = read_line(&mut bytes, &mut last, base);
            if line.is_err() {
                bytes = Bytes(&[]);
            }
            Some(line)
        })
    }
}

fn read_line(bytes: &mut Bytes<'_>, last: &mut Option<Last>, base: u64) -> Result<StatementLine, NotAPage> {
    let head = bytes.number()?;
    let (step, has_fraction, is_declined) = (head >> 2, head & 2 != 0, head & 1 != 0);
    if last.is_some() && step == 0 {
        return Err(NotAPage);
    }
    let before = last.unwrap_or(Last { position: base, seconds: 0 });
    let position = before.position.checked_add(step).ok_or(NotAPage)?;
    let outcome = if is_declined { outcome(bytes.number()?)? } else { Outcome::Accepted };
    let seconds = before.seconds.checked_add(bytes.signed_number()?).ok_or(NotAPage)?;
    let micro = if has_fraction { bytes.number()? } else { 0 };
    if has_fraction != (micro != 0) || micro >= MICROS_PER_SECOND as u64 {
        return Err(NotAPage);
    }
    let micros = seconds.checked_mul(MICROS_PER_SECOND).and_then(|micros| micros.checked_add_unsigned(micro));
    let time = micros.and_then(Timestamp::from_micros).ok_or(NotAPage)?;
    let amount = Amount::from_minor(bytes.signed_number()?);
    *last = Some(Last { position, seconds });
    Ok(StatementLine { position, outcome, amount, time })
}

/// What stands in a page for a decline by the first limit; those by the others follow, as many as a place can count.
const LIMIT_CODE_MIN: u64 = 3;

/// What stands in a page for a late transaction: the first code behind those of limits, as it came when they were given
/// away. So pages from before are the same byte for byte, and none of them has it.
const TOO_LATE_CODE: u64 = LIMIT_CODE_MIN + u16::MAX as u64 + 1;

/// What stands in a page for a decline.
const fn code(outcome: Outcome) -> Option<u64> {
    match outcome {
        Outcome::Accepted => None,
        Outcome::Duplicate => Some(0),
        Outcome::TotalOverflowed => Some(1),
        Outcome::FundsInsufficient => Some(2),
        Outcome::LimitExceeded { limit } => Some(LIMIT_CODE_MIN + limit as u64),
        Outcome::TooLate => Some(TOO_LATE_CODE),
    }
}

/// The decline that a code stands for.
fn outcome(code: u64) -> Result<Outcome, NotAPage> {
    Ok(match code {
        0 => Outcome::Duplicate,
        1 => Outcome::TotalOverflowed,
        2 => Outcome::FundsInsufficient,
        TOO_LATE_CODE => Outcome::TooLate,
        more => Outcome::LimitExceeded { limit: u16::try_from(more - LIMIT_CODE_MIN).map_err(|_| NotAPage)? },
    })
}

/// What a page holds of statements; `first_key` stands beside it. Only the first may go on from the page before.
pub(in super::super) fn statement_entries(
    page: &[u8],
    first_key: u64,
) -> impl Iterator<Item = Result<StatementEntry<'_>, NotAPage>> {
    let mut bytes = Bytes(page);
    let mut key = first_key;
    let mut is_first = true;
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let mut entry = || {
            let step = bytes.number()?;
            key = key.checked_add(step).ok_or(NotAPage)?;
            let customer_id = match bytes.number()? {
                0 => None,
                len => Some(bytes.take(len - 1)?),
            };
            let lines = bytes.bytes()?;
            let may_stand_here = if is_first { step == 0 } else { customer_id.is_some() };
            is_first = false;
            if may_stand_here && !lines.is_empty() {
                Ok(StatementEntry { key, customer_id, lines })
            } else {
                Err(NotAPage)
            }
        };
        let entry = entry();
        if entry.is_err() {
            bytes = Bytes(&[]);
        }
        Some(entry)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Statement = (u64, Vec<u8>, Vec<StatementLine>);

    fn line() -> impl Strategy<Value = (u64, Outcome, i64, i64)> {
        let outcome = prop_oneof![
            Just(Outcome::Accepted),
            Just(Outcome::Duplicate),
            Just(Outcome::TotalOverflowed),
            Just(Outcome::FundsInsufficient),
            Just(Outcome::TooLate),
            any::<u16>().prop_map(|limit| Outcome::LimitExceeded { limit }),
        ];
        let (first, last) = (Timestamp::MIN.micros(), Timestamp::MAX.micros());
        let time = prop_oneof![first..=last, (0..100_000i64).prop_map(|second| second * MICROS_PER_SECOND)];
        (prop_oneof![1..500u64, 1..1u64 << 40], outcome, any::<i64>(), time)
    }

    fn statements() -> impl Strategy<Value = Vec<Statement>> {
        let id = prop_oneof![prop::collection::vec(any::<u8>(), 0..20), prop::collection::vec(any::<u8>(), 900..1_200)];
        let statement = (0..1u64 << 50, id, prop::collection::vec(line(), 1..200));
        prop::collection::vec(statement, 0..12).prop_map(|statements| {
            let mut key = 0;
            let whole = statements.into_iter().map(|(step, id, lines)| {
                key += step;
                let mut position = 9;
                let lines = lines.into_iter().map(|(step, outcome, minor, micros)| {
                    position += step;
                    let time = Timestamp::from_micros(micros).unwrap();
                    StatementLine { position, outcome, amount: Amount::from_minor(minor), time }
                });
                (key, id, lines.collect())
            });
            whole.collect()
        })
    }

    fn pages(statements: &[Statement]) -> Vec<(u64, Vec<u8>)> {
        let (mut page, mut pages) = (StatementPage::default(), Vec::new());
        for (key, id, lines) in statements {
            page.begin(*key, id);
            for line in lines {
                if !page.push(line, 10) {
                    pages.extend(page.finished().map(|(key, bytes)| (key, bytes.to_vec())));
                    page.clear();
                    assert!(page.push(line, 10));
                }
            }
        }
        pages.extend(page.finished().map(|(key, bytes)| (key, bytes.to_vec())));
        pages
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn statements_come_back_from_pages_that_are_short(statements in statements()) {
            let mut read: Vec<Statement> = Vec::new();
            let longest_id = statements.iter().map(|(_, id, _)| id.len()).max().unwrap_or(0);
            for (first_key, page) in pages(&statements) {
                prop_assert!(page.len() <= PAGE_LEN_MAX.max(longest_id + 60), "{} bytes", page.len());
                for entry in statement_entries(&page, first_key) {
                    let entry = entry.unwrap();
                    let lines: Result<Vec<_>, _> = entry.lines(10).collect();
                    match entry.customer_id {
                        Some(id) => read.push((entry.key, id.to_vec(), lines.unwrap())),
                        None => {
                            let (key, _, before) = read.last_mut().unwrap();
                            prop_assert_eq!(*key, entry.key);
                            before.extend(lines.unwrap());
                        }
                    }
                }
            }
            prop_assert_eq!(read, statements);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80), base in any::<u64>()) {
            for entry in statement_entries(&bytes, base >> 1).flatten() {
                let positions: Vec<_> = entry.lines(base).flatten().map(|line| line.position).collect();
                prop_assert!(positions.is_sorted_by(|one, next| one < next));
            }
        }
    }

    #[test]
    fn page_that_is_not_written_so_is_refused() {
        // Key, length of the id and 1, id, length of the lines; then four positions, the seconds, and the amount.
        let sound = [0, 2, b'a', 3, 16, 2, 2];
        let is_read = |page: &[u8]| statement_entries(page, 7).all(|entry| entry.is_ok_and(|entry| all_read(&entry)));
        assert!(is_read(&sound) && is_read(&[0, 0, 3, 16, 2, 2]));
        assert!(is_read(&[0, 2, b'a', 6, 16, 2, 2, 4, 2, 2]) && is_read(&[0, 2, b'a', 5, 19, 0, 2, 9, 2]));
        for page in [
            // A key beside its own, no lines, less than it says.
            &[1, 2, b'a', 3, 16, 2, 2][..],
            &[0, 2, b'a', 0],
            &[0, 3, b'a'],
            &[0, 2, b'a', 4, 16, 2, 2],
            // The same position again, no fraction, a whole second as one, a code behind the last.
            &[0, 2, b'a', 6, 16, 2, 2, 0, 2, 2],
            &[0, 2, b'a', 4, 18, 2, 0, 2],
            &[0, 2, b'a', 6, 18, 2, 0xc0, 0x84, 0x3d, 2],
            &[0, 2, b'a', 6, 17, 0x84, 0x80, 0x04, 2, 2],
            // A time before all, a statement that goes on behind another.
            &[0, 2, b'a', 8, 16, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f, 2],
            &[0, 2, b'a', 3, 16, 2, 2, 0, 0, 3, 16, 2, 2],
        ] {
            assert!(!is_read(page), "{page:?}");
        }
    }

    #[test]
    fn every_outcome_has_its_code_for_ever() {
        let line = |outcome| StatementLine {
            position: 11,
            outcome,
            amount: Amount::from_minor(1),
            time: Timestamp::from_micros(MICROS_PER_SECOND).unwrap(),
        };
        for (outcome, code) in [
            (Outcome::Duplicate, &[0][..]),
            (Outcome::TotalOverflowed, &[1]),
            (Outcome::FundsInsufficient, &[2]),
            (Outcome::LimitExceeded { limit: 0 }, &[3]),
            (Outcome::LimitExceeded { limit: 124 }, &[0x7f]),
            (Outcome::LimitExceeded { limit: u16::MAX }, &[0x82, 0x80, 0x04]),
            (Outcome::TooLate, &[0x83, 0x80, 0x04]),
        ] {
            let (key, page) = pages(&[(7, b"a".to_vec(), vec![line(outcome)])]).remove(0);
            let expected = [&[0, 2, b'a', 3 + code.len() as u8, 5], code, &[2, 2]].concat();
            assert_eq!((key, page), (7, expected), "{outcome:?}");
        }
    }

    fn all_read(entry: &StatementEntry<'_>) -> bool {
        entry.lines(1).all(|line| line.is_ok())
    }
}
