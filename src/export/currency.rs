//! The currency that a journal is kept in.

use std::fmt;

/// A currency as ISO 4217 writes it: three capital letters.
///
/// Every journal program takes such a name as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency([u8; 3]);

/// A text is no [`Currency`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrencyError;

impl Currency {
    /// `XXX`, the code for no currency.
    pub const NONE: Self = Self(*b"XXX");

    /// Reads three capital letters.
    ///
    /// # Errors
    ///
    /// [`CurrencyError`] if the text is anything else.
    pub fn parse(text: &str) -> Result<Self, CurrencyError> {
        let letters: [u8; 3] = text.as_bytes().try_into().map_err(|_| CurrencyError)?;
        if letters.iter().all(u8::is_ascii_uppercase) { Ok(Self(letters)) } else { Err(CurrencyError) }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

impl fmt::Display for CurrencyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a currency is three capital letters, such as USD")
    }
}

impl std::error::Error for CurrencyError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currency_is_three_capital_letters() {
        assert_eq!(Currency::parse("USD").unwrap().to_string(), "USD");
        assert_eq!(Currency::parse("XXX"), Ok(Currency::NONE));
        for text in ["", "US", "USDT", "usd", "U$D", "ÄÖÜ", "US ", "TRUE"] {
            assert_eq!(Currency::parse(text), Err(CurrencyError), "{text}");
        }
    }
}
