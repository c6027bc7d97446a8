//! Which group each transaction's customer is taken to be in.

use std::sync::Arc;

use super::History;
use crate::domain::{DEFAULT_GROUP, IdDirectory, Membership};

/// Who says which group a customer is in.
#[derive(Clone, Debug, Default)]
pub enum GroupsOf {
    /// Only what the history says.
    #[default]
    History,
    /// What the history says of a transaction, or else a membership: how an input is read.
    HistoryAbove(Arc<Membership>),
    /// A membership, or else what the history says: how a log is read, whose groups are those of its own policies.
    HistoryBelow(Arc<Membership>),
}

/// The group of each row's customer.
#[derive(Clone, Debug)]
pub struct Groups {
    names: Vec<String>,
    /// By row, the place of the name; empty if everyone is in the first.
    by_row: Vec<u32>,
}

impl Groups {
    /// Everyone in the default group.
    pub fn none() -> Self {
        Self { names: vec![DEFAULT_GROUP.to_owned()], by_row: Vec::new() }
    }

    /// The groups of a history's customers.
    pub fn new(history: &History, of: &GroupsOf) -> Self {
        if history.said.is_empty() && matches!(of, GroupsOf::History) {
            return Self::none();
        }
        let mut names = IdDirectory::default();
        names.number(DEFAULT_GROUP.as_bytes());
        let number = |place| history.said.get(place).map_or(0, |name| names.number(&name));
        let numbers: Vec<u32> = (0..history.said.len()).map(number).collect();
        let mut by_row = Vec::with_capacity(history.len());
        for account in 0..history.accounts() {
            let member = match of {
                GroupsOf::History => None,
                GroupsOf::HistoryAbove(members) | GroupsOf::HistoryBelow(members) => {
                    members.group(&history.customer(account)).map(|name| names.number(name.as_bytes()))
                }
            };
            by_row.extend(history.said_of(account).map(|said| {
                let said = said.and_then(|place| numbers.get(place)).copied();
                match of {
                    GroupsOf::HistoryBelow(_) => member.or(said),
                    GroupsOf::HistoryAbove(_) | GroupsOf::History => said.or(member),
                }
                .unwrap_or(0)
            }));
        }
        let names = names.into_ids();
        let name = |place| names.get(place).map(|name| String::from_utf8_lossy(&name).into_owned());
        Self { names: (0..names.len()).filter_map(name).collect(), by_row }
    }

    /// Whether anyone is in another group than the default one.
    pub fn are_told(&self) -> bool {
        self.by_row.iter().any(|place| *place != 0)
    }

    /// The place of the group of a row's customer.
    #[inline]
    pub(in crate::backtest) fn place_of(&self, row: usize) -> usize {
        self.by_row.get(row).map_or(0, |place| *place as usize)
    }

    /// The name of the group at a place.
    #[inline]
    pub(in crate::backtest) fn name(&self, place: usize) -> &str {
        self.names.get(place).map_or(DEFAULT_GROUP, String::as_str)
    }
}
