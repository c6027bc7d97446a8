//! Where a leaf is put together.

use super::packed::Packed;

/// Room for nearly every leaf.
const LEN: usize = 192;

/// How many bytes are copied at once, needed or not: a copy of fixed length is the quickest.
const AT_ONCE: usize = Packed::LEN_MAX;

/// Room at the end of a text, where a leaf is being put together.
///
/// A leaf is a few dozen short pieces. On a slate, each is a store or two; pushed onto a vector, each would be a call.
pub(super) struct Slate<'a> {
    room: &'a mut [u8],
    /// How long the leaf is so far.
    len: usize,
    /// Whether there was room for everything.
    is_whole: bool,
}

impl Slate<'_> {
    /// Appends to a text what `write` puts on a slate; it is asked once more if that needs more room than usual.
    #[inline(always)]
    pub(super) fn append_to(out: &mut Vec<u8>, mut write: impl FnMut(&mut Slate<'_>)) {
        let start = out.len();
        out.extend_from_slice(&[0; LEN]);
        loop {
            let mut slate = Slate { room: out.get_mut(start..).unwrap_or_default(), len: 0, is_whole: true };
            write(&mut slate);
            let Slate { len, is_whole, .. } = slate;
            if is_whole {
                return out.truncate(start + len);
            }
            out.resize(start + len + AT_ONCE, 0);
        }
    }

    /// Adds a byte.
    #[inline(always)]
    pub(super) fn push(&mut self, byte: u8) {
        self.extend_from_slice(&[byte]);
    }

    /// Adds a text, best one whose length is known to the compiler.
    #[inline(always)]
    pub(super) fn extend_from_slice(&mut self, text: &[u8]) {
        match self.room.get_mut(self.len..self.len + text.len()) {
            Some(place) => place.copy_from_slice(text),
            None => self.is_whole = false,
        }
        self.len += text.len();
    }

    /// Adds a short text.
    #[inline(always)]
    pub(super) fn packed(&mut self, packed: Packed) {
        self.put(self.len, &packed.bytes());
        self.len += packed.len();
    }

    /// Adds a text of any length, best a short one.
    #[inline(always)]
    pub(super) fn text(&mut self, text: &[u8]) {
        if let Some(packed) = Packed::text(text) {
            self.packed(packed);
        } else if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk())
            && text.len() <= 2 * AT_ONCE
        {
            self.put(self.len, first);
            self.put(self.len + text.len() - AT_ONCE, last);
            self.len += text.len();
        } else {
            self.extend_from_slice(text);
        }
    }

    /// Writes to a place; what lies behind is to be written yet.
    #[inline(always)]
    fn put(&mut self, place: usize, bytes: &[u8; AT_ONCE]) {
        match self.room.get_mut(place..place + AT_ONCE) {
            Some(room) => room.copy_from_slice(bytes),
            None => self.is_whole = false,
        }
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
                let (head, rest) = text.split_at(before);
                let (piece, tail) = rest.split_at(len);
                let packed = Packed::text(&tail[..7]).unwrap();
                Slate::append_to(&mut out, |slate| {
                    head.iter().for_each(|byte| slate.push(*byte));
                    slate.text(piece);
                    slate.packed(packed);
                    slate.extend_from_slice(&tail[7..9]);
                });
                let expected = [b"begun ", &text[..before + len + 9]].concat();
                assert_eq!(out, expected, "{before} and {len}");
            }
        }
    }
}
