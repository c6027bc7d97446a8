//! What a ledger holds of a batch, written out as the run wrote it that decided.

use std::borrow::Cow;
use std::collections::VecDeque;

use anyhow::{Context, bail};
use memchr::memchr2;

use crate::config::parse_policy_text;
use crate::domain::{AccountEventKind, DEFAULT_GROUP, Duplicates, LimitOutcome, Policy, Transaction};
use crate::formats::reject::RejectedLine;
use crate::formats::verdict::{Ids, VerdictFormat, VerdictWriter};
use crate::results::{Recorded, RecordedPart};
use crate::store::{BatchRecord, CommitRecord, Ledger, StoredDecision, StoredEvent};

/// How many commits are asked for at a time.
const COMMITS_MAX: usize = 256;

/// How many events a part holds at most.
const EVENTS_MAX: u64 = 8_192;

/// How many rejected lines are asked for at a time.
const REJECTS_MAX: usize = 1_024;

/// The verdicts and rejects of a batch as far as it was decided when this was made, commit by commit.
#[derive(Debug)]
pub struct Recall {
    ledger: Ledger,
    batch: u32,
    /// The batch's last commit that is told.
    last_commit: u64,
    verdicts: VerdictWriter,
    policy: Policy,
    /// The commits that are still to be told, as far as they have been asked for.
    commits: VecDeque<CommitRecord>,
    /// The number of the last commit that was asked for.
    asked: u64,
    /// Up to which position events have been told.
    told: u64,
}

impl Recall {
    /// What a ledger holds of a batch, with verdicts in this format.
    ///
    /// # Errors
    ///
    /// If the ledger can't be read.
    pub fn new(ledger: Ledger, batch: &BatchRecord, verdicts: VerdictFormat) -> anyhow::Result<Self> {
        let policy = policy_at(&ledger, batch.policy)?;
        Ok(Self {
            ledger,
            batch: batch.number,
            last_commit: batch.last_commit,
            verdicts: verdicts.under(&policy),
            policy,
            commits: VecDeque::new(),
            asked: 0,
            told: 0,
        })
    }

    /// The policy that decided.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What writes the verdicts, and the header that stands before them.
    pub const fn verdicts(&self) -> &VerdictWriter {
        &self.verdicts
    }

    /// The commit that is to be told next, if there is one.
    fn commit(&mut self) -> anyhow::Result<Option<CommitRecord>> {
        if self.commits.is_empty() {
            self.commits.extend(self.ledger.batch_commits(self.batch, self.asked, COMMITS_MAX)?);
            self.commits.retain(|commit| commit.number <= self.last_commit);
            self.asked = self.commits.back().map_or(self.asked, |commit| commit.number);
        }
        Ok(self.commits.front().cloned())
    }

    fn verdict(&self, decision: &StoredDecision, part: &mut RecordedPart) {
        let kind = decision.event.kind;
        part.totals.count(&decision.event);
        if kind == AccountEventKind::DuplicateTxn && self.policy.duplicates() == Duplicates::Ignore {
            return;
        }
        let transaction = Transaction {
            id: &decision.transaction_id,
            customer_id: &decision.customer_id,
            amount: decision.event.amount,
            time: decision.event.time,
            group: decision.group.as_deref().unwrap_or(DEFAULT_GROUP).as_bytes(),
        };
        let is_plain = |id: &&[u8]| memchr2(b'"', b'\\', id).is_none();
        let plain = [transaction.id, transaction.customer_id].iter().all(is_plain);
        let ids = if plain { Ids::Plain } else { Ids::Any };
        let (reason, flags) = (decision.reason.as_deref(), decision.marked_by(LimitOutcome::Flag));
        self.verdicts.write(&mut part.verdicts, &transaction, ids, kind.is_accepted(), reason, flags);
    }

    /// Adds the rejects of a commit.
    fn reject(&self, commit: &CommitRecord, part: &mut RecordedPart) -> anyhow::Result<()> {
        let mut left = commit.rejected;
        let mut after = commit.first_line.saturating_sub(1);
        while left > 0 {
            let rejects = self.ledger.rejects(self.batch, after, usize::try_from(left)?.min(REJECTS_MAX))?;
            let Some(last) = rejects.last() else { bail!("the store is damaged: a rejected line is missing") };
            after = last.line;
            left = left.saturating_sub(rejects.len() as u64);
            part.totals.rejected += rejects.len() as u64;
            part.rejects.extend(rejects.into_iter().map(|reject| RejectedLine {
                line: reject.line,
                error: Cow::Owned(reject.error),
                input: Cow::Owned(reject.input),
                truncated: reject.truncated,
            }));
        }
        Ok(())
    }
}

impl Recorded for Recall {
    fn next(&mut self, part: &mut RecordedPart) -> anyhow::Result<bool> {
        let Some(commit) = self.commit()? else { return Ok(false) };
        let last = (commit.first_position + commit.events).saturating_sub(1);
        let after = self.told.max(commit.first_position.saturating_sub(1));
        let wanted = last.saturating_sub(after).min(EVENTS_MAX);
        let events = self.ledger.events(after, usize::try_from(wanted)?)?;
        if events.len() as u64 != wanted {
            let missing = after + events.len() as u64 + 1;
            bail!("the store is damaged: there is no event at position {missing}");
        }
        for event in &events {
            if let StoredEvent::Decision(decision) = event {
                self.verdict(decision, part);
            }
        }
        self.told = after + wanted;
        if self.told >= last {
            self.reject(&commit, part)?;
            self.commits.pop_front();
        }
        Ok(true)
    }
}

/// The policy at a position of the log.
///
/// # Errors
///
/// If there is none, or it can't be read.
pub fn policy_at(ledger: &Ledger, position: u64) -> anyhow::Result<Policy> {
    let events = ledger.events(position.saturating_sub(1), 1)?;
    let Some(StoredEvent::PolicyActivated(policy)) = events.first() else {
        bail!("the store is damaged: there is no policy at position {position}");
    };
    parse_policy_text(&policy.text).with_context(|| format!("the policy at position {position}"))
}
