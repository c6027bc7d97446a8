//! What is wrong with a ledger, and where.

use std::collections::HashSet;

use serde::Serialize;

/// The most findings that are told of.
const FINDINGS_MAX: usize = 20;

/// The longest account of a finding, in characters: an id alone can have 64 KiB.
const WHAT_LEN_MAX: usize = 1_000;

/// Something in a ledger that is not as it must be, its keys in this order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The position of the event at fault, if it is one's.
    pub position: Option<u64>,
    /// The number of the commit at fault, if it is one's.
    pub commit: Option<u64>,
    /// The number of the batch at fault, if it is one's.
    pub batch: Option<u64>,
    /// What is wrong.
    pub what: String,
}

/// What has been found, the first of each kind: a single change shows in everything behind it.
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<Finding>,
    kinds: HashSet<Kind>,
    untold: u64,
}

/// Where something is at fault.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    position: Option<u64>,
    commit: Option<u64>,
    batch: Option<u64>,
}

/// What a finding is about; of each kind only the first is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// Part of the file can't be read; the text says what was looked for.
    Unreadable(&'static str),
    /// A page or an index of the file, as SQLite checks it.
    Page,
    /// A table, view or index is not this release's.
    Schema,
    /// The key of the derived index.
    HashKey,
    /// A row holds something that is never written there.
    Row(&'static str),
    /// The numbers of commits.
    CommitNumber,
    /// Where a commit's events begin, or how many there are.
    CommitEvents,
    /// How many transactions came out which way, or how many lines were rejected.
    CommitCounts,
    /// The position of the policy.
    CommitPolicy,
    /// When a commit was recorded.
    RecordedAt,
    /// The hash over events.
    Root,
    /// The hash over commits and batches.
    Chain,
    /// The numbers of batches.
    BatchNumber,
    /// A commit of a batch that there is not.
    BatchMissing,
    /// A batch without commits.
    BatchEmpty,
    /// The lines of a batch's commits.
    BatchLines,
    /// The bytes of a batch's commits.
    BatchBytes,
    /// The end of a batch.
    BatchEnd,
    /// The policy changed within a batch.
    BatchPolicy,
    /// The positions of events.
    Position,
    /// How events are kept together.
    Segment,
    /// The commit that events belong to.
    SegmentCommit,
    /// An event is not as it was written.
    Leaf,
    /// The versions of events' schemas.
    EventSchema,
    /// The batch that an event belongs to.
    EventBatch,
    /// The line that an event is about.
    EventLine,
    /// The text of a policy, or where it stands.
    Policy,
    /// The versions of an account.
    Version,
    /// A decision is not what its policy and the events before it make of the transaction.
    Decision,
    /// The lines that were rejected.
    Rejects,
    /// A reject that belongs to no commit, or to another.
    RejectPlace,
    /// The stored nodes of the tree.
    Tree,
    /// Up to where the derived index goes.
    Checkpoint,
    /// Which positions the derived index covers.
    IndexRange,
    /// What the derived index holds.
    Index,
    /// The head that was kept elsewhere.
    Head,
}

impl Findings {
    /// Adds something that is wrong, unless one of its kind has been found before.
    pub(super) fn add(&mut self, kind: Kind, place: Place, what: impl Into<String>) {
        if !self.kinds.insert(kind) || self.list.len() >= FINDINGS_MAX {
            self.untold += 1;
            return;
        }
        let mut what = what.into();
        if let Some((len, _)) = what.char_indices().nth(WHAT_LEN_MAX) {
            what.truncate(len);
            what.push_str("...");
        }
        let Place { position, commit, batch } = place;
        self.list.push(Finding { position, commit, batch, what });
    }

    /// That the file is no ledger at all.
    pub fn not_a_ledger(why: String) -> Self {
        let mut findings = Self::default();
        findings.add(Kind::Unreadable("ledger"), Place::default(), why);
        findings
    }

    /// The first of each kind, at most twenty.
    pub fn list(&self) -> &[Finding] {
        &self.list
    }

    /// How many more there are.
    pub const fn untold(&self) -> u64 {
        self.untold
    }

    /// Whether nothing is wrong.
    pub const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl Place {
    /// Nowhere in particular.
    pub(super) const LEDGER: Self = Self { position: None, commit: None, batch: None };

    /// The event at a position.
    pub(super) const fn position(position: u64) -> Self {
        Self { position: Some(position), ..Self::LEDGER }
    }

    /// The commit of a number.
    pub(super) const fn commit(commit: u64) -> Self {
        Self { commit: Some(commit), ..Self::LEDGER }
    }

    /// The batch of a number.
    pub(super) const fn batch(batch: u64) -> Self {
        Self { batch: Some(batch), ..Self::LEDGER }
    }

    /// The same, in a commit.
    pub(super) const fn in_commit(self, commit: u64) -> Self {
        Self { commit: Some(commit), ..self }
    }

    /// The same, in a batch.
    pub(super) const fn in_batch(self, batch: u64) -> Self {
        Self { batch: Some(batch), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_of_each_kind_is_told_and_the_others_are_counted() {
        let mut findings = Findings::default();
        assert!(findings.is_empty());
        findings.add(Kind::Leaf, Place::position(7).in_commit(2).in_batch(1), "a");
        findings.add(Kind::Leaf, Place::position(8), "b");
        findings.add(Kind::Root, Place::commit(2), "c");
        let told: Vec<_> = findings.list().iter().map(|finding| finding.what.as_str()).collect();
        assert_eq!((told, findings.untold(), findings.is_empty()), (vec!["a", "c"], 1, false));
        let Finding { position, commit, batch, .. } = findings.list()[0];
        assert_eq!((position, commit, batch), (Some(7), Some(2), Some(1)));
    }

    #[test]
    fn long_account_is_cut_behind_a_whole_character() {
        let mut findings = Findings::default();
        findings.add(Kind::Leaf, Place::LEDGER, "é".repeat(WHAT_LEN_MAX + 1));
        assert_eq!(findings.list()[0].what, "é".repeat(WHAT_LEN_MAX) + "...");
    }
}
