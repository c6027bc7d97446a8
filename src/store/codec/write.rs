//! Numbers, amounts, times and texts, each in its one form.

use memchr::memchr2;

use crate::domain::{Amount, CivilTime, Timestamp};

/// Appends a number in decimal digits.
#[inline]
pub(super) fn push_number(out: &mut Vec<u8>, mut number: u64) {
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

/// Appends an amount with its sign, if it is below zero, and two decimals.
#[inline]
pub(super) fn push_amount(out: &mut Vec<u8>, amount: Amount) {
    if amount.minor() < 0 {
        out.push(b'-');
    }
    push_minor(out, amount.magnitude());
}

/// Appends so many minor units with two decimals.
#[inline]
pub(super) fn push_minor(out: &mut Vec<u8>, minor: u64) {
    push_number(out, minor / 100);
    let [tens, ones] = two_digits((minor % 100) as u32);
    out.extend_from_slice(&[b'.', tens, ones]);
}

/// Appends a time as RFC 3339 in UTC, with six decimals where it has a fraction.
#[inline]
pub(super) fn push_time(out: &mut Vec<u8>, time: Timestamp) {
    let CivilTime { year, month, day, hour, minute, second, micro, .. } = time.to_civil();
    // No timestamp has a year below 1 or above 9999.
    let year = year as u32;
    let ([y0, y1], [y2, y3]) = (two_digits(year / 100), two_digits(year % 100));
    let ([m0, m1], [d0, d1]) = (two_digits(month), two_digits(day));
    let ([h0, h1], [n0, n1], [s0, s1]) = (two_digits(hour), two_digits(minute), two_digits(second));
    out.extend_from_slice(&[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1]);
    if micro > 0 {
        let ([f0, f1], [f2, f3], [f4, f5]) =
            (two_digits(micro / 10_000), two_digits(micro / 100 % 100), two_digits(micro % 100));
        out.extend_from_slice(&[b'.', f0, f1, f2, f3, f4, f5]);
    }
    out.push(b'Z');
}

/// Appends an id to the inside of a JSON string. Only `"` and `\` have to be escaped, as ids have no control characters.
#[inline]
pub(super) fn push_id(out: &mut Vec<u8>, id: &[u8]) {
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
