//! What a log comes down to.

use std::fmt;
use std::str::FromStr;

use super::NO_CHAIN;
use super::merkle::{Hash, empty_root};

/// What a log comes down to: whoever keeps it can tell later whether anything before it has changed.
///
/// It is shown and read as `SIZE:ROOT:CHAIN`, a decimal number and two hashes in lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of events.
    pub size: u64,
    /// The root of the tree over them (see [`super::merkle`]).
    pub root: Hash,
    /// The last hash of the chain over the commits (see [`super::chain_hash`]).
    pub chain: Hash,
}

/// Why a text is not a [`Head`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadError {
    /// It does not have three parts.
    Form,
    /// Its first part is not a whole number in its one form, below 2^64.
    Size,
    /// Its second part is not a hash in its one form.
    Root,
    /// Its third part is not a hash in its one form.
    Chain,
}

impl Head {
    /// The head of an empty log.
    pub fn empty() -> Self {
        Self { size: 0, root: empty_root(), chain: NO_CHAIN }
    }
}

impl Default for Head {
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.size, hex::encode(self.root), hex::encode(self.chain))
    }
}

impl FromStr for Head {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        let mut parts = text.split(':');
        let (Some(size), Some(root), Some(chain), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(HeadError::Form);
        };
        Ok(Self {
            size: parse_size(size).ok_or(HeadError::Size)?,
            root: parse_hash(root).ok_or(HeadError::Root)?,
            chain: parse_hash(chain).ok_or(HeadError::Chain)?,
        })
    }
}

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = "must be 64 hexadecimal digits in lower case";
        match self {
            Self::Form => f.write_str("must be SIZE:ROOT:CHAIN, as `tidegate head` prints it"),
            Self::Size => f.write_str("SIZE, before the first colon, must be a number of events in decimal digits"),
            Self::Root => write!(f, "ROOT, between the colons, {hash}"),
            Self::Chain => write!(f, "CHAIN, behind the last colon, {hash}"),
        }
    }
}

impl std::error::Error for HeadError {}

fn parse_size(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = text.len() > 1 && text.starts_with('0');
    if digits && !leading_zero { text.parse().ok() } else { None }
}

fn parse_hash(text: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
    (!upper && hex::decode_to_slice(text, &mut hash).is_ok()).then_some(hash)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ROOT: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const CHAIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

    #[test]
    fn head_of_an_empty_log_is_exactly_this() {
        assert_eq!(Head::empty().to_string(), format!("0:{ROOT}:{CHAIN}"));
    }

    #[test]
    fn head_in_any_other_form_is_refused_with_the_part_at_fault() {
        let upper = ROOT.to_uppercase();
        for (text, expected) in [
            (String::new(), HeadError::Form),
            ("7".to_owned(), HeadError::Form),
            (format!("7:{ROOT}"), HeadError::Form),
            (format!("7:{ROOT}:{CHAIN}:"), HeadError::Form),
            (format!(":{ROOT}:{CHAIN}"), HeadError::Size),
            (format!("+7:{ROOT}:{CHAIN}"), HeadError::Size),
            (format!("07:{ROOT}:{CHAIN}"), HeadError::Size),
            (format!("00:{ROOT}:{CHAIN}"), HeadError::Size),
            (format!(" 7:{ROOT}:{CHAIN}"), HeadError::Size),
            (format!("18446744073709551616:{ROOT}:{CHAIN}"), HeadError::Size),
            (format!("7:{upper}:{CHAIN}"), HeadError::Root),
            (format!("7:{ROOT}0:{CHAIN}"), HeadError::Root),
            (format!("7::{CHAIN}"), HeadError::Root),
            (format!("7:{ROOT}:{}", &CHAIN[1..]), HeadError::Chain),
            (format!("7:{ROOT}:{CHAIN}\n"), HeadError::Chain),
            (format!("7:{ROOT}:g{}", &CHAIN[1..]), HeadError::Chain),
        ] {
            assert_eq!(text.parse::<Head>(), Err(expected), "{text}");
        }
    }

    #[test]
    fn refusal_says_what_the_part_must_be() {
        let shown = |text: &str| text.parse::<Head>().unwrap_err().to_string();
        assert_eq!(shown("7"), "must be SIZE:ROOT:CHAIN, as `tidegate head` prints it");
        assert_eq!(shown("x:y:z"), "SIZE, before the first colon, must be a number of events in decimal digits");
        assert_eq!(shown("7:y:z"), "ROOT, between the colons, must be 64 hexadecimal digits in lower case");
        let chain = "CHAIN, behind the last colon, must be 64 hexadecimal digits in lower case";
        assert_eq!(shown(&format!("7:{ROOT}:z")), chain);
    }

    proptest! {
        #[test]
        fn head_reads_back_as_it_is_shown(size: u64, root: Hash, chain: Hash) {
            let head = Head { size, root, chain };
            prop_assert_eq!(head.to_string().parse(), Ok(head));
        }
    }
}
