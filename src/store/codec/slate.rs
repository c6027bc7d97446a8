//! Where a leaf is put together.

use super::packed::Packed;

/// The bytes of nearly every leaf.
const LEN: usize = 192;

/// How many bytes are copied at once, needed or not: a copy of fixed length is the quickest.
const AT_ONCE: usize = Packed::LEN_MAX;

/// A leaf that is being put together beside the text that it is to stand in.
///
/// A leaf is a few dozen short pieces. On a slate, each is a store or two; at the end of a vector, each would be a call.
pub(super) struct Slate<'a> {
    out: &'a mut Vec<u8>,
    bytes: [u8; LEN],
    len: usize,
}

impl<'a> Slate<'a> {
    /// An empty slate for the end of a text.
    #[inline(always)]
    pub(super) const fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, bytes: [0; LEN], len: 0 }
    }

    /// Appends what stands on it to the text.
    #[inline(always)]
    pub(super) fn finish(self) {
        self.out.extend_from_slice(self.bytes.get(..self.len).unwrap_or_default());
    }

    /// Adds a byte.
    #[inline(always)]
    pub(super) fn push(&mut self, byte: u8) {
        self.extend_from_slice(&[byte]);
    }

    /// Adds a text, best one whose length is known to the compiler.
    #[inline(always)]
    pub(super) fn extend_from_slice(&mut self, text: &[u8]) {
        if let Some(place) = self.bytes.get_mut(self.len..self.len + text.len()) {
            place.copy_from_slice(text);
            self.len += text.len();
        } else {
            self.spill(text);
        }
    }

    /// Adds a short text.
    #[inline(always)]
    pub(super) fn packed(&mut self, packed: Packed) {
        if self.put(self.len, &packed.bytes()) {
            self.len += packed.len();
        } else {
            self.spill(packed.bytes().get(..packed.len()).unwrap_or_default());
        }
    }

    /// Adds a text of any length, best a short one.
    #[inline(always)]
    pub(super) fn text(&mut self, text: &[u8]) {
        if let Some(packed) = Packed::text(text) {
            self.packed(packed);
        } else if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk())
            && text.len() <= 2 * AT_ONCE
            && self.put(self.len + text.len() - AT_ONCE, last)
        {
            self.put(self.len, first);
            self.len += text.len();
        } else {
            self.spill(text);
        }
    }

    /// Writes to a place, if that is within; what lies behind is to be written yet.
    #[inline(always)]
    fn put(&mut self, place: usize, bytes: &[u8; AT_ONCE]) -> bool {
        let room = self.bytes.get_mut(place..place + AT_ONCE);
        room.map(|room| room.copy_from_slice(bytes)).is_some()
    }

    /// Adds what there is no room for.
    #[cold]
    fn spill(&mut self, text: &[u8]) {
        self.out.extend_from_slice(self.bytes.get(..self.len).unwrap_or_default());
        self.out.extend_from_slice(text);
        self.len = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_every_length_stand_one_behind_the_other_however_full_the_slate_is() {
        let text: Vec<u8> = (b'A'..=b'z').cycle().take(4 * LEN).collect();
        for before in 0..=LEN {
            for len in (0..=40).chain([LEN - 1, LEN, LEN + 1, 2 * LEN]) {
                let mut out = b"begun ".to_vec();
                let mut slate = Slate::new(&mut out);
                let (head, rest) = text.split_at(before);
                let (piece, tail) = rest.split_at(len);
                head.iter().for_each(|byte| slate.push(*byte));
                slate.text(piece);
                let packed = Packed::text(&tail[..7]).unwrap();
                slate.packed(packed);
                slate.extend_from_slice(&tail[7..9]);
                slate.finish();
                let expected = [b"begun ", &text[..before + len + 9]].concat();
                assert_eq!(out, expected, "{before} and {len}");
            }
        }
    }
}
