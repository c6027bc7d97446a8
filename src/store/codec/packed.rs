//! Short texts in a register, on their way into a leaf.

/// What makes characters of eight digits.
pub(super) const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);

/// A text of at most [`Packed::LEN_MAX`] bytes, the first one lowest; what lies behind it is zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packed {
    bytes: u128,
    len: usize,
}

impl Packed {
    /// The longest text.
    pub(super) const LEN_MAX: usize = 16;

    /// The end of the numbers that [`Self::number`] takes.
    pub(super) const NUMBER_END: u64 = 100_000_000;

    /// A text that is known; of a longer one, the beginning.
    pub(super) const fn literal(text: &[u8]) -> Self {
        let mut packed = Self { bytes: 0, len: 0 };
        let mut rest = text;
        while let [byte, behind @ ..] = rest
            && packed.len < Self::LEN_MAX
        {
            packed.bytes |= (*byte as u128) << (packed.len * 8);
            packed.len += 1;
            rest = behind;
        }
        packed
    }

    /// A text, unless it is longer.
    #[inline(always)]
    pub(super) fn text(text: &[u8]) -> Option<Self> {
        let len = text.len();
        // Two halves that overlap make up any length between one and two of theirs.
        let bytes = if len > Self::LEN_MAX {
            return None;
        } else if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
            u128::from(u64::from_le_bytes(*first)) | u128::from(u64::from_le_bytes(*last)) << (8 * (len - 8))
        } else if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
            let last = u64::from(u32::from_le_bytes(*last)) << (8 * (len - 4));
            u128::from(u64::from(u32::from_le_bytes(*first)) | last)
        } else {
            text.iter().rev().fold(0, |bytes, byte| bytes << 8 | u128::from(*byte))
        };
        Some(Self { bytes, len })
    }

    /// The digits of a number below [`Self::NUMBER_END`]; of any other, the last eight.
    #[inline(always)]
    pub(super) fn number(number: u64) -> Self {
        let digits = eight_digits(number);
        // The last digit of zero stays.
        let zeros = (digits | 1 << 56).trailing_zeros() / 8;
        let text = (digits | ZEROS) >> (8 * zeros);
        Self { bytes: u128::from(text), len: 8 - zeros as usize }
    }

    /// This text and another behind it, which must not be too long together.
    #[inline(always)]
    pub(super) const fn then(self, next: Self) -> Self {
        debug_assert!(self.len + next.len <= Self::LEN_MAX);
        // A text that is full has none behind it.
        Self { bytes: self.bytes | next.bytes << (8 * self.len as u32 % u128::BITS), len: self.len + next.len }
    }

    /// Whether a byte is part of the text; no text is asked for zero.
    #[inline(always)]
    pub(super) const fn contains(self, byte: u8) -> bool {
        const ONES: u128 = u128::from_le_bytes([1; 16]);
        let differs = self.bytes ^ (ONES * byte as u128);
        differs.wrapping_sub(ONES) & !differs & (ONES << 7) != 0
    }

    /// The text, and zeros behind it.
    #[inline(always)]
    pub(super) const fn bytes(self) -> [u8; Self::LEN_MAX] {
        self.bytes.to_le_bytes()
    }

    /// The length of the text.
    #[inline(always)]
    pub(super) const fn len(self) -> usize {
        self.len
    }
}

/// The last eight digits of a number, each in a byte, the first one lowest.
///
/// Numbers are halved side by side: into fours of digits, twos and ones. A product with a scaled inverse and a shift
/// divides, exactly for what is so small.
#[inline(always)]
pub(super) const fn eight_digits(number: u64) -> u64 {
    let number = number % Packed::NUMBER_END;
    let fours = (number / 10_000) | ((number % 10_000) << 32);
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | ((fours - 100 * hundreds) << 16);
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | ((twos - 10 * tens) << 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(packed: Packed) -> String {
        let bytes = packed.bytes();
        let (text, zeros) = bytes.split_at(packed.len());
        assert!(zeros.iter().all(|byte| *byte == 0));
        String::from_utf8(text.to_vec()).unwrap()
    }

    #[test]
    fn texts_of_every_length_come_out_as_they_went_in() {
        let text = "abcdefghijklmnop";
        for len in 0..=Packed::LEN_MAX {
            let text = &text[..len];
            assert_eq!(pushed(Packed::text(text.as_bytes()).unwrap()), text);
            assert_eq!(pushed(Packed::literal(text.as_bytes())), text);
            for first in 0..=len {
                let (head, tail) = text.split_at(first);
                let both = Packed::literal(head.as_bytes()).then(Packed::literal(tail.as_bytes()));
                assert_eq!(pushed(both), text);
            }
        }
        assert!(Packed::text(b"abcdefghijklmnopq").is_none());
    }

    #[test]
    fn numbers_of_up_to_eight_digits_are_written_as_they_are_elsewhere() {
        let spread = (0..1 << 20).map(|step| step * 7_919 % Packed::NUMBER_END);
        let edges = (0..8).flat_map(|digits| [10u64.pow(digits) - 1, 10u64.pow(digits), 10u64.pow(digits) + 1]);
        for number in spread.chain(0..20_000).chain(edges).chain([Packed::NUMBER_END - 1]) {
            assert_eq!(pushed(Packed::number(number)), number.to_string());
        }
    }

    #[test]
    fn byte_is_found_wherever_it_stands() {
        for place in 0..Packed::LEN_MAX {
            let mut text = *b"\x01\x21\x23\xa2\x80\xff!#[]~ az09";
            assert!(!Packed::text(&text).unwrap().contains(b'"'));
            text[place] = b'"';
            assert!(Packed::text(&text).unwrap().contains(b'"'));
            assert!(!Packed::text(&text[..place]).unwrap().contains(b'"'));
        }
    }
}
