//! Whole numbers in as few bytes as they need.

use super::NotAPage;

/// Writes a number, seven bits a byte, the lowest first (LEB128).
#[inline(always)]
pub(super) fn put(out: &mut Vec<u8>, number: u64) {
    if number >> 56 == 0 {
        let (bytes, len) = spread(number);
        // A copy of fixed length is quick, and what is too much of it goes again.
        let end = out.len() + len;
        out.extend_from_slice(&bytes);
        out.truncate(end);
    } else {
        put_long(out, number);
    }
}

/// The bytes of a number below 2^56, and how many of them count.
const fn spread(number: u64) -> ([u8; 8], usize) {
    let halves = number & 0x0fff_ffff | (number & 0x00ff_ffff_f000_0000) << 4;
    let quarters = halves & 0x0000_3fff_0000_3fff | (halves & 0x0fff_c000_0fff_c000) << 2;
    let sevens = quarters & 0x007f_007f_007f_007f | (quarters & 0x3f80_3f80_3f80_3f80) << 1;
    let last = (number | 1).ilog2() / 7;
    // All but the last byte say that another follows.
    let follows = 0x8080_8080_8080_8080 & ((1 << (8 * last)) - 1);
    ((sevens | follows).to_le_bytes(), last as usize + 1)
}

fn put_long(out: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Writes a signed number as one that is small if it is near zero.
pub(super) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put(out, (number << 1 ^ number >> 63) as u64);
}

/// Reads from the front of bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    /// Whether nothing is left.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes a number that [`put`] wrote.
    pub(super) fn number(&mut self) -> Result<u64, NotAPage> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let (byte, rest) = self.0.split_first().ok_or(NotAPage)?;
            self.0 = rest;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return Err(NotAPage);
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(NotAPage)
    }

    /// Takes a number of at most 32 bits.
    pub(super) fn small_number(&mut self) -> Result<u32, NotAPage> {
        self.number()?.try_into().map_err(|_| NotAPage)
    }

    /// Takes a number that [`put_signed`] wrote.
    pub(super) fn signed_number(&mut self) -> Result<i64, NotAPage> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// Takes a run of bytes behind their number.
    pub(super) fn bytes(&mut self) -> Result<&'a [u8], NotAPage> {
        let len = self.number()?;
        self.take(len)
    }

    /// Takes so many bytes.
    pub(super) fn take(&mut self, len: u64) -> Result<&'a [u8], NotAPage> {
        let len = usize::try_from(len).map_err(|_| NotAPage)?;
        let (bytes, rest) = self.0.split_at_checked(len).ok_or(NotAPage)?;
        self.0 = rest;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        let mut out = Vec::new();
        let numbers: Vec<_> = (0..64).flat_map(|bit| [(1 << bit) - 1, 1 << bit]).chain([u64::MAX]).collect();
        numbers.iter().for_each(|number| put(&mut out, *number));
        let mut bytes = Bytes(&out);
        for number in numbers {
            assert_eq!(bytes.number(), Ok(number));
        }
        assert!(bytes.is_empty());
    }

    #[test]
    fn numbers_are_written_alike_whatever_their_length() {
        for number in (0..64).flat_map(|bit| [(1u64 << bit) - 1, 1 << bit, 0x5555_5555_5555_5555 >> bit, !0 >> bit]) {
            let (mut one, mut other) = (vec![7], vec![7]);
            put(&mut one, number);
            put_long(&mut other, number);
            assert_eq!(one, other, "{number:x}");
        }
    }

    #[test]
    fn signed_numbers_come_back_and_are_short_near_zero() {
        let mut out = Vec::new();
        let numbers = [0, -1, 1, -64, 63, i64::MIN, i64::MAX];
        numbers.iter().for_each(|number| put_signed(&mut out, *number));
        assert_eq!(out.len(), 5 + 2 * 10);
        let mut bytes = Bytes(&out);
        assert_eq!(numbers.map(|_| bytes.signed_number().unwrap()), numbers);
    }

    #[test]
    fn number_of_more_than_64_bits_or_without_an_end_is_none() {
        for bytes in [&[0xff; 10][..], &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], &[0x80], &[]] {
            assert_eq!(Bytes(bytes).number(), Err(NotAPage), "{bytes:x?}");
        }
    }
}
