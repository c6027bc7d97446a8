//! Reads the parts of a leaf, each in its one form only.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use super::error::Fault;
use crate::domain::{Amount, Timestamp};

/// What is left of a leaf.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    leaf: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(leaf: &'a [u8]) -> Self {
        Self { leaf, rest: leaf }
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
    #[inline]
    pub(super) fn literal(&mut self, text: &'static str) -> Result<(), Fault> {
        self.rest = self.rest.strip_prefix(text.as_bytes()).ok_or(self.fault(text))?;
        Ok(())
    }

    /// Reads exactly this text if it stands here; whether it does.
    #[inline]
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
    #[inline]
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
        let read = memchr(b'"', self.rest).and_then(|len| self.rest.split_at_checked(len));
        let (text, rest) = read.ok_or(self.fault(expected))?;
        let value = check(text).ok_or(self.fault(expected))?;
        self.rest = rest.get(1..).unwrap_or_default();
        Ok(value)
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

    /// Reads an id and the quote that ends it; it is copied only if something in it is escaped.
    #[inline]
    pub(super) fn id(&mut self, expected: &'static str) -> Result<Cow<'a, [u8]>, Fault> {
        let (id, rest) = unescaped(self.rest).filter(|(id, _)| is_id(id)).ok_or(self.fault(expected))?;
        self.rest = rest;
        Ok(id)
    }
}

/// Splits a number off.
#[inline]
fn leading_number(text: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0u64;
    let mut len = 0;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        number = number.checked_mul(10)?.checked_add(u64::from(digit))?;
        len += 1;
    }
    let canonical = len == 1 || (len > 1 && text.first() != Some(&b'0'));
    if canonical { Some((number, text.get(len..)?)) } else { None }
}

/// Splits the inside of a JSON string off, and the quote that ends it: only `"` and `\` are escaped.
#[inline]
fn unescaped(text: &[u8]) -> Option<(Cow<'_, [u8]>, &[u8])> {
    let (head, rest) = text.split_at_checked(memchr2(b'"', b'\\', text)?)?;
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
#[inline]
fn is_id(id: &[u8]) -> bool {
    if id.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        return !id.is_empty();
    }
    str::from_utf8(id).is_ok_and(|id| !id.chars().any(char::is_control))
}

/// Reads an amount with two decimals.
#[inline]
pub(super) fn amount(text: &[u8]) -> Option<Amount> {
    let minor = match text {
        [b'-', magnitude @ ..] => 0i64.checked_sub_unsigned(minor(magnitude).filter(|minor| *minor > 0)?)?,
        magnitude => i64::try_from(minor(magnitude)?).ok()?,
    };
    Some(Amount::from_minor(minor))
}

/// Reads minor units with two decimals.
#[inline]
pub(super) fn minor(text: &[u8]) -> Option<u64> {
    let (whole, [b'.', tens @ b'0'..=b'9', ones @ b'0'..=b'9']) = text.split_last_chunk()? else {
        return None;
    };
    let (whole, b"") = leading_number(whole)? else {
        return None;
    };
    let fraction = u64::from(tens - b'0') * 10 + u64::from(ones - b'0');
    whole.checked_mul(100)?.checked_add(fraction)
}

/// Reads a time as RFC 3339 in UTC, with six decimals where it has a fraction.
#[inline]
pub(super) fn time(text: &[u8]) -> Option<Timestamp> {
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
