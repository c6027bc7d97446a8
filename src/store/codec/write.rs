//! Numbers, amounts, times and texts, each in its one form.

use memchr::memchr2;

use super::RecentDay;
use super::packed::{Packed, ZEROS, eight_digits};
use super::slate::Slate;
use crate::domain::{Amount, Timestamp};

/// Appends a number in decimal digits.
#[inline]
pub(super) fn push_number(out: &mut Slate<'_>, number: u64) {
    if number < Packed::NUMBER_END { out.packed(Packed::number(number)) } else { push_long(out, number) }
}

/// Appends a number between texts of which each has at most four bytes.
#[inline(always)]
pub(super) fn push_number_between(out: &mut Slate<'_>, before: Packed, number: u64, behind: Packed) {
    if number < Packed::NUMBER_END {
        out.packed(before.then(Packed::number(number)).then(behind));
    } else {
        out.packed(before);
        push_long(out, number);
        out.packed(behind);
    }
}

#[cold]
fn push_long(out: &mut Slate<'_>, mut number: u64) {
    // 2^64 - 1 has 20 digits.
    let mut digits = [0; 20];
    let mut unused = digits.len();
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        unused -= 1;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(unused..).unwrap_or_default());
}

/// Appends an amount with its sign, if it is below zero, and two decimals, between quotes.
#[inline]
pub(super) fn push_amount(out: &mut Slate<'_>, amount: Amount) {
    out.push(b'"');
    if amount.minor() < 0 {
        out.push(b'-');
    }
    push_minor(out, amount.magnitude());
    out.push(b'"');
}

/// Appends so many minor units with two decimals.
#[inline]
pub(super) fn push_minor(out: &mut Slate<'_>, minor: u64) {
    let [tens, ones] = two_digits((minor % 100) as u32);
    push_number(out, minor / 100);
    out.extend_from_slice(&[b'.', tens, ones]);
}

/// Appends a time as RFC 3339 in UTC, with six decimals where it has a fraction.
#[inline]
pub(super) fn push_time(out: &mut Slate<'_>, last: &mut RecentDay, time: Timestamp) {
    let [y0, y1, y2, y3, m0, m1, d0, d1] = last.date_of(time.day()).to_le_bytes();
    let (hour, minute, second, micro) = time.of_day();
    let of_day = eight_digits(u64::from(hour * 10_000 + minute * 100 + second));
    let [_, _, h0, h1, n0, n1, s0, s1] = (of_day | ZEROS).to_le_bytes();
    out.extend_from_slice(&[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1]);
    if micro > 0 {
        let [_, _, f0, f1, f2, f3, f4, f5] = (eight_digits(u64::from(micro)) | ZEROS).to_le_bytes();
        out.extend_from_slice(&[b'.', f0, f1, f2, f3, f4, f5]);
    }
    out.push(b'Z');
}

/// Appends an id to the inside of a JSON string. Only `"` and `\` have to be escaped, as ids have no control characters.
#[inline]
pub(super) fn push_id(out: &mut Slate<'_>, id: &[u8]) {
    match Packed::text(id) {
        Some(packed) if !packed.contains(b'"') && !packed.contains(b'\\') => out.packed(packed),
        _ => push_any_id(out, id),
    }
}

fn push_any_id(out: &mut Slate<'_>, id: &[u8]) {
    if memchr2(b'"', b'\\', id).is_none() {
        return out.extend_from_slice(id);
    }
    for &byte in id {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
}

/// The digits of a number below 100.
const fn two_digits(number: u32) -> [u8; 2] {
    [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]
}
