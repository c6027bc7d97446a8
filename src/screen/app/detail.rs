//! What is opened from a list.

use anyhow::anyhow;

use super::list::{List, Motion};
use super::{Asked, EventList};
use crate::console::printable;
use crate::inquiry::{AccountReport, ExplainReport, Movement};
use crate::screen::source::Source;
use crate::store::{StoredDecision, StoredEvent};

/// What is opened from a list.
#[derive(Clone, Debug)]
pub(crate) enum Detail {
    /// The events of a batch.
    Events(EventList),
    /// How an account stands.
    Account(Box<AccountDetail>),
    /// Why a decision was made.
    Explanation(Box<ExplanationDetail>),
    /// The text of a policy.
    Policy(PolicyDetail),
}

/// An account.
#[derive(Clone, Debug)]
pub(crate) struct AccountDetail {
    pub(crate) id: Vec<u8>,
    pub(crate) report: Asked<AccountReport>,
    /// Where in its decisions one is; the newest comes first.
    pub(crate) list: List,
}

/// A decision.
#[derive(Clone, Debug)]
pub(crate) struct ExplanationDetail {
    pub(crate) decision: StoredDecision,
    pub(crate) report: Asked<ExplainReport>,
    pub(crate) list: List,
}

/// A policy.
#[derive(Clone, Debug)]
pub(crate) struct PolicyDetail {
    pub(crate) position: u64,
    pub(crate) lines: Vec<String>,
    pub(crate) list: List,
}

impl AccountDetail {
    /// The decision at a row.
    pub(crate) fn movement(&self, row: u64) -> Option<&Movement> {
        self.report.value()?.movements.iter().rev().nth(usize::try_from(row).ok()?)
    }

    /// Asks how the account stands if that is wanted. On the newest decision the cursor stays at the newest, and on any
    /// other on the one that it is on.
    fn settle(&mut self, source: &Source) {
        let position = |movement: &Movement| movement.told.decision.position;
        let current = self.movement(self.list.cursor()).map(position).filter(|_| self.list.cursor() > 0);
        let none = || anyhow!("there is no account {}", printable(&String::from_utf8_lossy(&self.id)));
        self.report.ask(|| source.account(&self.id)?.ok_or_else(none));
        let movements = self.report.value().map_or_else(Vec::new, |report| report.movements.iter().rev().collect());
        self.list.set_len(movements.len());
        if let Some(current) = current {
            let newer = movements.iter().take_while(|movement| position(movement) > current).count();
            self.list.go_to(newer as u64);
        }
    }
}

impl Detail {
    pub(super) fn account(id: Vec<u8>) -> Self {
        Self::Account(Box::new(AccountDetail { id, report: Asked::new(), list: List::default() }))
    }

    pub(super) fn of_event(event: &StoredEvent) -> Self {
        match event {
            StoredEvent::Decision(decision) => Self::explanation(decision.clone()),
            StoredEvent::PolicyActivated(policy) => {
                let lines: Vec<String> = policy.text.lines().map(str::to_owned).collect();
                let mut list = List::default();
                list.set_len(lines.len());
                Self::Policy(PolicyDetail { position: policy.position, lines, list })
            }
        }
    }

    fn explanation(decision: StoredDecision) -> Self {
        let detail = ExplanationDetail { decision, report: Asked::new(), list: List::default() };
        Self::Explanation(Box::new(detail))
    }

    /// What is opened from here.
    pub(super) fn open(&self) -> Option<Self> {
        match self {
            Self::Events(events) => events.current().map(|row| Self::of_event(&row.event)),
            Self::Account(detail) => {
                let movement = detail.movement(detail.list.cursor())?;
                Some(Self::explanation(movement.told.decision.clone()))
            }
            Self::Explanation(_) | Self::Policy(_) => None,
        }
    }

    pub(super) fn go(&mut self, motion: Motion) {
        match self {
            Self::Events(events) => events.go(motion),
            Self::Account(detail) => detail.list.go(motion),
            Self::Explanation(detail) => detail.list.go(motion),
            Self::Policy(detail) => detail.list.go(motion),
        }
    }

    /// Lets what a longer log may have changed be asked again. A decision and a policy never change.
    pub(super) fn want(&mut self) {
        match self {
            Self::Events(events) => events.want(),
            Self::Account(detail) => detail.report.want(),
            Self::Explanation(_) | Self::Policy(_) => {}
        }
    }

    /// Lets everything be asked again.
    pub(super) fn want_all(&mut self) {
        match self {
            Self::Events(events) => events.want_all(),
            Self::Account(detail) => detail.report.want(),
            Self::Explanation(detail) => detail.report.want(),
            Self::Policy(_) => {}
        }
    }

    /// Whether the ledger is still to be asked for all of it.
    pub(super) const fn is_to_be_asked(&self) -> bool {
        match self {
            Self::Account(detail) => detail.report.is_wanted() && detail.report.value().is_none(),
            Self::Explanation(detail) => detail.report.is_wanted(),
            Self::Events(_) | Self::Policy(_) => false,
        }
    }

    /// Asks the ledger for what is not known yet, in a log of so many events.
    pub(super) fn settle(&mut self, source: &mut Source, size: u64) {
        match self {
            Self::Events(events) => events.settle(source, size),
            Self::Account(detail) => detail.settle(source),
            Self::Explanation(detail) => detail.report.ask(|| source.explanation(&detail.decision)),
            Self::Policy(_) => {}
        }
    }

    /// Why it can't be shown, or not as it is now.
    pub(super) fn failure(&self) -> Option<&str> {
        match self {
            Self::Events(events) => events.failure(),
            Self::Account(detail) => detail.report.failure(),
            Self::Explanation(detail) => detail.report.failure(),
            Self::Policy(_) => None,
        }
    }
}
