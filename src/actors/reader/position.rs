//! Where in the input the reader is.

use sha2::{Digest, Sha256};

use crate::batch::{InputMark, InputSpan};

/// Counts and hashes the input's bytes in their order, those too that no batch's text holds.
///
/// What belongs to the text of the batch at hand is counted only when the batch closes, since what stands behind its
/// last whole line will be the next one's; unless bytes behind it are dropped before.
pub(super) struct Position {
    /// Where the batch at hand begins.
    start: u64,
    /// Up to where bytes have been counted.
    end: u64,
    /// What has hashed them, if anyone asks for hashes.
    hasher: Option<Sha256>,
    /// How many bytes at the start of the text at hand have been counted.
    counted: usize,
    /// Where that text stands in the input, if anyone is to know.
    marks: Option<Vec<InputMark>>,
}

impl Position {
    /// A position with the hash of what stands before it, if hashes are asked for; `marks` if texts are to be marked.
    pub(super) fn new(offset: u64, hasher: Option<Sha256>, marks: bool) -> Self {
        Self { start: offset, end: offset, hasher, counted: 0, marks: marks.then(Vec::new) }
    }

    /// Takes bytes off the start of the text.
    pub(super) fn take_off(&mut self, text: &mut Vec<u8>, len: usize) {
        self.count_text(text.get(..len).unwrap_or_default());
        text.drain(..len);
        self.counted = 0;
        if let Some(marks) = &mut self.marks {
            marks.clear();
        }
    }

    /// Cuts the text, of which more is to be dropped.
    pub(super) fn cut(&mut self, text: &mut Vec<u8>, len: usize) {
        self.mark();
        self.count_text(text);
        text.truncate(len);
        self.counted = len;
    }

    /// Drops bytes from behind what is counted of the text, up to a place.
    pub(super) fn drop_up_to(&mut self, text: &mut Vec<u8>, place: usize) {
        self.count(text.get(self.counted..place).unwrap_or_default());
        text.drain(self.counted..place);
    }

    /// Ends the batch of a text: what it stands for, and where.
    pub(super) fn close(&mut self, text: &[u8], marks: &mut Vec<InputMark>) -> InputSpan {
        self.mark();
        self.count_text(text);
        self.counted = 0;
        if let Some(own) = &mut self.marks {
            marks.append(own);
        }
        let hash = self.hasher.clone().map(|hasher| hasher.finalize().into()).unwrap_or_default();
        let start = std::mem::replace(&mut self.start, self.end);
        InputSpan { start, end: self.end, hash }
    }

    /// Notes where the first byte of the text that is not counted stands.
    fn mark(&mut self) {
        if let Some(marks) = &mut self.marks {
            marks.push(InputMark { place: self.counted, offset: self.end, hasher: self.hasher.clone() });
        }
    }

    fn count_text(&mut self, text: &[u8]) {
        self.count(text.get(self.counted..).unwrap_or_default());
        self.counted = text.len();
    }

    fn count(&mut self, bytes: &[u8]) {
        self.end += bytes.len() as u64;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
    }
}
