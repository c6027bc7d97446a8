//! Ids as the names that journals can have; other ids have other names.

use std::fmt::Write;

/// A text as part of an account's name, a code or a tag's value in an hledger journal.
///
/// Letters, digits, `-`, `.` and `_` stay; everything else is written in UTF-8 as `%` and two hexadecimal digits a byte.
pub(super) fn percent_encoded(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_alphanumeric() || matches!(character, '-' | '.' | '_') {
            name.push(character);
        } else {
            character.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| push_escape(&mut name, '%', byte));
        }
    }
    name
}

/// A customer's id as the last component of an account's name in Beancount, which takes letters, digits and `-`.
///
/// Behind `C-`, ASCII letters and digits stay; everything else is written in UTF-8 as `-` and two hexadecimal digits a
/// byte.
pub(super) fn beancount_component(id: &str) -> String {
    let mut name = String::with_capacity(2 + id.len());
    name.push_str("C-");
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() {
            name.push(char::from(byte));
        } else {
            push_escape(&mut name, '-', byte);
        }
    }
    name
}

/// A text as a string of Beancount, in quotes and on one line.
pub(super) fn beancount_string(text: &str) -> String {
    let mut string = String::with_capacity(2 + text.len());
    string.push('"');
    for character in text.chars() {
        match character {
            // In a comment, it would end the comment.
            '\n' => string.push_str("\\n"),
            '"' | '\\' => string.extend(['\\', character]),
            other => string.push(other),
        }
    }
    string.push('"');
    string
}

fn push_escape(name: &mut String, mark: char, byte: u8) {
    // Memory takes everything.
    let _ = write!(name, "{mark}{byte:02X}");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The bytes that a name was made of, if every mark is followed by two hexadecimal digits.
    fn decoded(name: &str, mark: u8) -> Option<Vec<u8>> {
        let mut rest = name.as_bytes();
        let mut bytes = Vec::new();
        while let [first, tail @ ..] = rest {
            if *first == mark {
                let (digits, tail) = tail.split_at_checked(2)?;
                bytes.extend(hex::decode(digits).ok()?);
                rest = tail;
            } else {
                bytes.push(*first);
                rest = tail;
            }
        }
        Some(bytes)
    }

    #[test]
    fn names_are_the_ids_themselves_as_far_as_can_be() {
        for (id, hledger, beancount) in [
            ("528", "528", "C-528"),
            ("a-b_c.d", "a-b_c.d", "C-a-2Db-5Fc-2Ed"),
            ("Ünï", "Ünï", "C--C3-9Cn-C3-AF"),
            ("a:b;c d", "a%3Ab%3Bc%20d", "C-a-3Ab-3Bc-20d"),
            ("=\"(%\u{3000}", "%3D%22%28%25%E3%80%80", "C--3D-22-28-25-E3-80-80"),
        ] {
            assert_eq!(percent_encoded(id), hledger);
            assert_eq!(beancount_component(id), beancount);
        }
        assert_eq!(beancount_string("a\"\\n\n é"), r#""a\"\\n\n é""#);
    }

    proptest! {
        #[test]
        fn every_name_tells_its_id(id in "\\PC{0,9}|[-%C0-9A-Fa-f]{0,9}") {
            let name = percent_encoded(&id);
            prop_assert_eq!(decoded(&name, b'%'), Some(id.clone().into_bytes()));
            let kept = |letter: char| letter.is_alphanumeric() || "%-._".contains(letter);
            prop_assert!(name.chars().all(kept), "{}", name);

            let name = beancount_component(&id);
            prop_assert_eq!(decoded(name.strip_prefix("C-").unwrap(), b'-'), Some(id.into_bytes()));
            prop_assert!(name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-'), "{}", name);
        }
    }
}
