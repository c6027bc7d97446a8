//! Something that the ledger is asked for.

/// An answer of the ledger's, which may be out of date or not have come yet.
#[derive(Clone, Debug)]
pub(crate) struct Asked<T> {
    value: Option<T>,
    failure: Option<String>,
    is_wanted: bool,
}

impl<T> Asked<T> {
    /// What is still to be asked.
    pub(crate) const fn new() -> Self {
        Self { value: None, failure: None, is_wanted: true }
    }

    /// Lets it be asked again.
    pub(crate) const fn want(&mut self) {
        self.is_wanted = true;
    }

    /// Whether it is to be asked.
    pub(crate) const fn is_wanted(&self) -> bool {
        self.is_wanted
    }

    /// The last answer that there was.
    pub(crate) const fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Why there was none when it was last asked.
    pub(crate) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Asks if it is wanted. A failure leaves the last answer and is not tried again before somebody wants it to be.
    pub(crate) fn ask(&mut self, question: impl FnOnce() -> anyhow::Result<T>) {
        if !std::mem::take(&mut self.is_wanted) {
            return;
        }
        match question() {
            Ok(value) => (self.value, self.failure) = (Some(value), None),
            Err(error) => self.failure = Some(format!("{error:#}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn failure_is_told_until_an_answer_comes_and_the_last_answer_stays() {
        let mut asked = Asked::new();
        asked.ask(|| Ok(1));
        asked.ask(|| unreachable!("nobody wants it"));
        asked.want();
        asked.ask(|| bail!("busy"));
        assert_eq!((asked.value(), asked.failure(), asked.is_wanted()), (Some(&1), Some("busy"), false));
        asked.want();
        asked.ask(|| Ok(2));
        assert_eq!((asked.value(), asked.failure()), (Some(&2), None));
    }
}
