//! Groups of customers.

use std::fmt;

/// The group of a customer who is in no other.
pub const DEFAULT_GROUP: &str = "default";

/// The name of a group of customers: an opaque text, compared byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupName(String);

/// Why a text is no [`GroupName`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupNameError {
    /// There is nothing in it.
    Empty,
    /// It has more than 255 bytes.
    TooLong,
    /// It has a control character.
    ControlCharacter,
}

impl fmt::Display for GroupNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "must not be empty",
            Self::TooLong => "must have at most 255 bytes",
            Self::ControlCharacter => "must not hold a control character",
        })
    }
}

impl std::error::Error for GroupNameError {}

impl GroupName {
    /// The most bytes that a name has.
    pub const LEN_MAX: usize = 255;

    /// Checks a name.
    ///
    /// # Errors
    ///
    /// [`GroupNameError`] if it is empty, too long, or holds a control character.
    pub fn new(name: &str) -> Result<Self, GroupNameError> {
        Self::check(name).map(|()| Self(name.to_owned()))
    }

    /// Checks a name without keeping it.
    ///
    /// # Errors
    ///
    /// As [`GroupName::new`].
    pub fn check(name: &str) -> Result<(), GroupNameError> {
        if name.is_empty() {
            return Err(GroupNameError::Empty);
        }
        if name.len() > Self::LEN_MAX {
            return Err(GroupNameError::TooLong);
        }
        if name.chars().any(char::is_control) {
            return Err(GroupNameError::ControlCharacter);
        }
        Ok(())
    }

    /// The name as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_any_text_of_some_length_without_control_characters() {
        for name in ["gold", "KYC 2", "é", "\"", &"x".repeat(255)] {
            assert_eq!(GroupName::new(name).map(|group| group.as_str().to_owned()), Ok(name.to_owned()));
        }
        assert_eq!(GroupName::new(""), Err(GroupNameError::Empty));
        assert_eq!(GroupName::new(&"x".repeat(256)), Err(GroupNameError::TooLong));
        assert_eq!(GroupName::new("a\nb"), Err(GroupNameError::ControlCharacter));
    }
}
