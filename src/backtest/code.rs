//! What became of transactions, as small numbers.

use crate::domain::{AccountEventKind, Policy};

/// What became of a transaction: accepted, or declined for a reason that [`Codes`] has the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(u32);

/// The reasons of declines, each once.
#[derive(Clone, Debug)]
pub struct Codes {
    reasons: Vec<String>,
}

/// The codes of everything that a policy can decide.
#[derive(Clone, Debug)]
pub(super) struct PolicyCodes {
    limits: Vec<Code>,
    too_late: Code,
    overflowed: Code,
    no_funds: Code,
}

impl Code {
    /// It was accepted.
    pub const ACCEPTED: Self = Self(0);

    /// It was declined since its id had come before, which it is under any policy.
    pub const DUPLICATE: Self = Self(1);

    /// Whether it was accepted.
    pub const fn is_accepted(self) -> bool {
        self.0 == Self::ACCEPTED.0
    }

    /// Its place among all codes.
    pub(super) const fn place(self) -> usize {
        self.0 as usize
    }
}

impl Default for Codes {
    fn default() -> Self {
        // Where acceptance stands there is no reason.
        Self { reasons: vec![String::new(), "duplicate".to_owned()] }
    }
}

impl Codes {
    /// The code of a reason.
    pub(super) fn of(&mut self, reason: &str) -> Code {
        self.of_bytes(reason.as_bytes())
    }

    /// The code of a reason, which is ASCII.
    pub(super) fn of_bytes(&mut self, reason: &[u8]) -> Code {
        let found = self.reasons.iter().skip(1).position(|known| known.as_bytes() == reason);
        let place = found.map_or(self.reasons.len(), |place| place + 1);
        if found.is_none() {
            self.reasons.push(String::from_utf8_lossy(reason).into_owned());
        }
        // The reasons of a policy are fewer than 2^17, and no log has 2^15 policies of that many.
        Code(place as u32)
    }

    /// The reason, if the code is a decline's.
    pub fn reason(&self, code: Code) -> Option<&str> {
        if code.is_accepted() { None } else { self.reasons.get(code.place()).map(String::as_str) }
    }

    /// Every code there is, acceptance first.
    pub(super) fn all(&self) -> impl Iterator<Item = Code> {
        (0..self.reasons.len() as u32).map(Code)
    }

    /// The codes of a policy.
    pub(super) fn of_policy(&mut self, policy: &Policy) -> PolicyCodes {
        PolicyCodes {
            limits: policy.limits().iter().map(|limit| self.of(limit.name.code())).collect(),
            too_late: self.of("too_late"),
            overflowed: self.of("total_overflow"),
            no_funds: self.of("insufficient_funds"),
        }
    }
}

impl PolicyCodes {
    /// What was decided.
    #[inline]
    pub(super) fn code(&self, kind: AccountEventKind) -> Code {
        match kind {
            AccountEventKind::AccountDeposited { .. } | AccountEventKind::AccountWithdrawn { .. } => Code::ACCEPTED,
            AccountEventKind::DuplicateTxn => Code::DUPLICATE,
            AccountEventKind::TxnTooLate { .. } => self.too_late,
            AccountEventKind::AccountLimitExceeded { limit, .. } => {
                // A policy's decision is about one of its own limits.
                self.limits.get(usize::from(limit)).copied().unwrap_or(Code::DUPLICATE)
            }
            AccountEventKind::AccountTotalOverflowed => self.overflowed,
            AccountEventKind::AccountFundsInsufficient { .. } => self.no_funds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Bound;

    #[test]
    fn code_of_a_decision_is_that_of_its_reason() {
        let (mut codes, policy) = (Codes::default(), Policy::default());
        assert_eq!(codes.of("weekly_amount"), codes.of("weekly_amount"));
        let of_policy = codes.of_policy(&policy);
        let exceeded = |limit| AccountEventKind::AccountLimitExceeded { limit, bound: Bound::Count, used: 0 };
        let latest = crate::domain::Timestamp::MIN;
        for kind in [
            AccountEventKind::DEPOSITED,
            AccountEventKind::WITHDRAWN,
            AccountEventKind::DuplicateTxn,
            AccountEventKind::TxnTooLate { latest },
            exceeded(0),
            exceeded(1),
            exceeded(2),
            AccountEventKind::AccountTotalOverflowed,
            AccountEventKind::AccountFundsInsufficient { balance: 1 },
        ] {
            let code = of_policy.code(kind);
            assert_eq!((codes.reason(code), code.is_accepted()), (kind.reason(&policy), kind.is_accepted()));
        }
        assert_eq!(codes.all().filter_map(|code| codes.reason(code)).count(), 7);
    }
}
