//! Reads the parts of a leaf, each in its one form only.

use std::borrow::Cow;

use super::error::Fault;
use super::known_codes::KnownCodes;
use crate::domain::{Amount, RecentDate, Timestamp, leading_number};
use crate::formats::plain::plain_id_len;

/// What is left of a leaf.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    leaf: &'a [u8],
    rest: &'a [u8],
    /// Of the leaf before this one.
    dates: RecentDate,
}

impl<'a> Cursor<'a> {
    /// At the beginning of a leaf, behind another one of these dates.
    pub(super) const fn new(leaf: &'a [u8], dates: RecentDate) -> Self {
        Self { leaf, rest: leaf, dates }
    }

    /// What is left.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The dates as the next leaf is to know them.
    pub(super) fn into_dates(self) -> RecentDate {
        self.dates
    }

    /// Reads what every leaf begins with: a bracket, the version of its schema, a comma.
    pub(super) fn schema_version(&mut self) -> Result<u64, Fault> {
        self.literal("[")?;
        let version = self.number("a schema version")?;
        self.literal(",")?;
        Ok(version)
    }

    /// The fault that something else must stand here.
    pub(super) const fn fault(&self, expected: &'static str) -> Fault {
        Fault { offset: self.leaf.len() - self.rest.len(), expected }
    }

    /// Reads exactly this text.
    #[inline(always)]
    pub(super) fn literal(&mut self, text: &'static str) -> Result<(), Fault> {
        self.rest = self.rest.strip_prefix(text.as_bytes()).ok_or(self.fault(text))?;
        Ok(())
    }

    /// Reads exactly this text if it stands here; whether it does.
    #[inline(always)]
    pub(super) fn take(&mut self, text: &str) -> bool {
        let behind = self.rest.strip_prefix(text.as_bytes());
        self.rest = behind.unwrap_or(self.rest);
        behind.is_some()
    }

    /// Reads the end of the leaf.
    pub(super) const fn end(&self) -> Result<(), Fault> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.fault("its end")) }
    }

    /// Reads a whole number without leading zeros that fits its type.
    #[inline(always)]
    pub(super) fn number<T: TryFrom<u64>>(&mut self, expected: &'static str) -> Result<T, Fault> {
        let (number, rest) = leading_number(self.rest).ok_or(self.fault(expected))?;
        let number = T::try_from(number).map_err(|_| self.fault(expected))?;
        self.rest = rest;
        Ok(number)
    }

    /// Reads a whole number as [`Self::number`] does, but for zero.
    #[inline]
    pub(super) fn number_from_one<T: TryFrom<u64>>(&mut self, expected: &'static str) -> Result<T, Fault> {
        if self.rest.first() == Some(&b'0') { Err(self.fault(expected)) } else { self.number(expected) }
    }

    /// Reads a text without escapes and the quote that ends it, if `check` makes something of it.
    #[inline]
    pub(super) fn plain<T>(
        &mut self,
        expected: &'static str,
        check: impl FnOnce(&'a [u8]) -> Option<T>,
    ) -> Result<T, Fault> {
        // These texts are too short for any faster search.
        let read = self.rest.iter().position(|byte| *byte == b'"').and_then(|len| self.rest.split_at_checked(len));
        let (text, rest) = read.ok_or(self.fault(expected))?;
        let value = check(text).ok_or(self.fault(expected))?;
        self.rest = rest.get(1..).unwrap_or_default();
        Ok(value)
    }

    /// Reads the code of a limit and the quote that ends it, if it is a known one.
    #[inline(always)]
    pub(super) fn known_code(&mut self, known: &KnownCodes) -> Option<&'a [u8]> {
        let (code, rest) = self.rest.split_at_checked(known.len_in(self.rest)?)?;
        self.rest = rest.get(1..)?;
        Some(code)
    }

    /// Reads an amount with two decimals and the quote that ends it.
    #[inline(always)]
    pub(super) fn amount(&mut self, expected: &'static str) -> Result<Amount, Fault> {
        let (amount, rest) = leading_amount(self.rest).ok_or(self.fault(expected))?;
        self.rest = rest;
        Ok(amount)
    }

    /// Reads minor units with two decimals and the quote that ends them.
    #[inline]
    pub(super) fn minor(&mut self, expected: &'static str) -> Result<u64, Fault> {
        let (minor, rest) = leading_minor(self.rest).ok_or(self.fault(expected))?;
        self.rest = rest;
        Ok(minor)
    }

    /// Reads a time as RFC 3339 in UTC, with six decimals where it has a fraction, and the quote that ends it.
    #[inline(always)]
    pub(super) fn time(&mut self, expected: &'static str) -> Result<Timestamp, Fault> {
        // Nearly every time is one of whole seconds.
        if let Some((text, [b'"', rest @ ..])) = self.rest.split_first_chunk()
            && let [_, _, _, _, _, _, _, _, _, _, b'T', _, _, _, _, _, _, b'0'..=b'5', _, b'Z'] = text
            && let Ok(time) = self.dates.parse_rfc3339(text)
        {
            self.rest = rest;
            return Ok(time);
        }
        self.plain(expected, time)
    }

    /// Reads all that is left, if `check` makes something of it.
    pub(super) fn remainder<T>(
        &mut self,
        expected: &'static str,
        check: impl FnOnce(&'a [u8]) -> Option<T>,
    ) -> Result<T, Fault> {
        let value = check(self.rest).ok_or(self.fault(expected))?;
        self.rest = b"";
        Ok(value)
    }

    /// Reads an id and the quote that ends it if nothing but printable ASCII is in it, and enough follows.
    #[inline(always)]
    pub(super) fn plain_id(&mut self) -> Option<&'a [u8]> {
        let (id, rest) = self.rest.split_at_checked(plain_id_len(self.rest)?)?;
        self.rest = rest.get(1..)?;
        Some(id)
    }

    /// Reads an id and the quote that ends it; it is copied only if something in it is escaped.
    #[inline(always)]
    pub(super) fn id(&mut self, expected: &'static str) -> Result<Cow<'a, [u8]>, Fault> {
        // What stands behind a leaf's ids is long enough for this, which is quicker and nearly always all.
        if let Some(id) = self.plain_id() {
            return Ok(Cow::Borrowed(id));
        }
        let (id, rest) = unescaped(self.rest).filter(|(id, _)| is_id(id)).ok_or(self.fault(expected))?;
        self.rest = rest;
        Ok(id)
    }
}

/// Splits the inside of a JSON string off, and the quote that ends it: only `"` and `\` are escaped.
fn unescaped(text: &[u8]) -> Option<(Cow<'_, [u8]>, &[u8])> {
    let len = text.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    let (head, rest) = text.split_at_checked(len)?;
    if let [b'"', rest @ ..] = rest {
        return Some((Cow::Borrowed(head), rest));
    }
    let (mut id, mut rest) = (head.to_vec(), rest);
    loop {
        match *rest {
            [b'"', ref behind @ ..] => return Some((Cow::Owned(id), behind)),
            [b'\\', escaped @ (b'"' | b'\\'), ref behind @ ..] => {
                id.push(escaped);
                rest = behind;
            }
            [b'\\', ..] | [] => return None,
            [byte, ref behind @ ..] => {
                id.push(byte);
                rest = behind;
            }
        }
    }
}

/// Whether this can be an id: any text but the empty one, without control characters.
fn is_id(id: &[u8]) -> bool {
    if id.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        return !id.is_empty();
    }
    str::from_utf8(id).is_ok_and(|id| !id.chars().any(char::is_control))
}

/// Splits an amount with two decimals off, and the quote that ends it.
#[inline(always)]
fn leading_amount(text: &[u8]) -> Option<(Amount, &[u8])> {
    let (minor, rest) = match text {
        [b'-', magnitude @ ..] => {
            let (minor, rest) = leading_minor(magnitude).filter(|(minor, _)| *minor > 0)?;
            (0i64.checked_sub_unsigned(minor)?, rest)
        }
        magnitude => {
            let (minor, rest) = leading_minor(magnitude)?;
            (i64::try_from(minor).ok()?, rest)
        }
    };
    Some((Amount::from_minor(minor), rest))
}

/// Splits minor units with two decimals off, and the quote that ends them.
#[inline(always)]
fn leading_minor(text: &[u8]) -> Option<(u64, &[u8])> {
    let (whole, [b'.', tens @ b'0'..=b'9', ones @ b'0'..=b'9', b'"', rest @ ..]) = leading_number(text)? else {
        return None;
    };
    let fraction = u64::from(tens - b'0') * 10 + u64::from(ones - b'0');
    Some((whole.checked_mul(100)?.checked_add(fraction)?, rest))
}

/// Reads a time as RFC 3339 in UTC, with six decimals where it has a fraction.
fn time(text: &[u8]) -> Option<Timestamp> {
    // A leap second is written as the second before it.
    let [_, _, _, _, _, _, _, _, _, _, b'T', _, _, _, _, _, _, b'0'..=b'5', _, fraction @ .., b'Z'] = text else {
        return None;
    };
    // Together with the Z this leaves nothing but six digits for the fraction, or none.
    let fractional = match fraction {
        [] => false,
        [b'.', _, _, _, _, _, _] => true,
        _ => return None,
    };
    let time = Timestamp::parse_rfc3339(text).ok()?;
    (fractional == (time.micros() % 1_000_000 != 0)).then_some(time)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn plain_ids_are_read_as_all_others(
            id in "[ -~]{0,40}|[a-z\"\\\\\u{7f}\u{1f}é ]{0,20}",
            rest in "[ -~é]{0,30}",
        ) {
            let text = format!("{id}\"{rest}");
            let mut cursor = Cursor::new(text.as_bytes(), RecentDate::default());
            let others = unescaped(text.as_bytes()).filter(|(id, _)| is_id(id));
            let read = cursor.id("an id").ok().map(|id| (id, cursor.rest));
            prop_assert_eq!(read, others);
        }
    }
}
