//! Whole numbers in as few bytes as they need.

use super::NotAPage;

/// Writes a number, seven bits a byte, the lowest first (LEB128).
pub(super) fn put(out: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
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

    /// Takes a run of bytes behind their number.
    pub(super) fn bytes(&mut self) -> Result<&'a [u8], NotAPage> {
        let len = usize::try_from(self.number()?).map_err(|_| NotAPage)?;
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
    fn number_of_more_than_64_bits_or_without_an_end_is_none() {
        for bytes in [&[0xff; 10][..], &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], &[0x80], &[]] {
            assert_eq!(Bytes(bytes).number(), Err(NotAPage), "{bytes:x?}");
        }
    }
}
