//! Codes of limits that have been read before.

/// So many are known at most: more are seldom in use at a time, and each is compared.
const LEN_MAX: usize = 8;

/// Codes that were found to be ones a limit can have, each with the quote behind it: comparing costs less than looking again.
#[derive(Debug, Default)]
pub(super) struct KnownCodes(Vec<Vec<u8>>);

impl KnownCodes {
    /// The length of the known code that a text begins with, up to the quote.
    #[inline]
    pub(super) fn len_in(&self, text: &[u8]) -> Option<usize> {
        self.0.iter().find(|code| text.starts_with(code)).map(|code| code.len() - 1)
    }

    /// Takes a code in, if there is room.
    pub(super) fn learn(&mut self, code: &str) {
        if self.0.len() < LEN_MAX {
            self.0.push([code.as_bytes(), b"\""].concat());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_known_up_to_its_quote_and_only_as_long_as_there_is_room() {
        let mut known = KnownCodes::default();
        assert_eq!(known.len_in(b"daily\","), None);
        for number in 0..20 {
            known.learn(&format!("c{number}"));
        }
        for (text, len) in [("c1\"", Some(2)), ("c7\",1", Some(2)), ("c", None), ("c1", None), ("c11\"", None)] {
            assert_eq!(known.len_in(text.as_bytes()), len, "{text}");
        }
    }
}
