//! Texts that stand in no line as they are.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::batch::Span;
use crate::domain::{DEFAULT_GROUP, Membership};

/// The texts that a batch gains behind its lines, gathered apart while the lines are borrowed.
#[derive(Debug)]
pub(super) struct Texts<'m> {
    /// Where the first of them will stand.
    start: usize,
    bytes: Vec<u8>,
    members: Option<&'m Membership>,
    /// Where the names of the members' groups will stand that have been asked for: each is kept once.
    groups: HashMap<&'m str, Span, RandomState>,
}

impl<'m> Texts<'m> {
    /// None yet, for a batch whose lines take so many bytes; `members` say who is in which group.
    pub(super) fn new(start: usize, members: Option<&'m Membership>) -> Self {
        Self { start, bytes: Vec::new(), members, groups: HashMap::default() }
    }

    /// Adds a text; gives where it will stand.
    pub(super) fn push(&mut self, text: &[u8]) -> Span {
        let span = Span::new(self.start + self.bytes.len(), text.len());
        self.bytes.extend_from_slice(text);
        span
    }

    /// The group of a customer whose transaction names none, empty if it is the default one.
    #[inline]
    pub(super) fn group_of(&mut self, customer_id: &[u8]) -> Span {
        match self.members {
            None => Span::default(),
            Some(members) => self.member_group(members, customer_id),
        }
    }

    fn member_group(&mut self, members: &'m Membership, customer_id: &[u8]) -> Span {
        let Some(name) = members.group(customer_id).filter(|name| *name != DEFAULT_GROUP) else {
            return Span::default();
        };
        if let Some(span) = self.groups.get(name) {
            return *span;
        }
        let span = self.push(name.as_bytes());
        self.groups.insert(name, span);
        span
    }

    /// What was gathered.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
