//! One pass over the log: every commit with its events, in order.

use rusqlite::Connection;

use super::Summary;
use super::batches::Batches;
use super::cells::{Fault, Unfit};
use super::commits::{self, commit_record, is_recorded_at};
use super::derived::Derived;
use super::finding::{Findings, Kind, Place};
use super::kept::Kept;
use super::rejects::Rejects;
use super::replay::Replay;
use super::segments::{self, Segment, Segments};
use super::tree::Tree;
use crate::store::codec::Schema;
use crate::store::{
    CommitRecord, Hash, Head, NO_CHAIN, SEGMENT_LEN_MAX, StoredDecision, StoredEvent, StoredPolicy, codec,
};

/// Everything that the pass knows of what it has passed.
struct Pass<'a> {
    findings: &'a mut Findings,
    batches: Batches,
    tree: Tree,
    replay: Replay,
    derived: Derived<'a>,
    kept: Option<Kept<'a>>,
    chain: Hash,
    commits: u64,
    recorded_at: String,
    next_position: u64,
    /// The latest version of an event's schema.
    schema: Schema,
}

/// The commit at hand and what has been met of it.
struct Current {
    number: u64,
    /// None if its row can't be read.
    record: Option<CommitRecord>,
    /// The chain vouches for the row.
    is_as_recorded: bool,
    rejected_lines: Vec<u64>,
    /// The rejected lines up to the last decision.
    rejected_before: usize,
    last_line: u64,
    events: u64,
    accepted: u64,
    declined: u64,
}

/// Checks the log from its first commit to its last.
pub(super) fn check(connection: &Connection, kept: Option<&Head>, findings: &mut Findings) -> Result<Summary, Fault> {
    let batches = Batches::read(connection, findings)?;
    let derived = Derived::read(connection, findings)?;
    let mut rejects = Rejects::new(connection)?;
    let mut segments_statement = connection.prepare(segments::SQL)?;
    let mut segments = Segments::new(segments_statement.query([])?)?;
    let mut commits_statement = connection.prepare(commits::SQL)?;
    let mut rows = commits_statement.query([])?;
    let mut pass = Pass {
        findings,
        batches,
        tree: Tree::default(),
        replay: Replay::new(),
        derived,
        kept: kept.map(Kept::new),
        chain: NO_CHAIN,
        commits: 0,
        recorded_at: String::new(),
        next_position: 1,
        schema: Schema::V1,
    };
    while let Some(row) = rows.next()? {
        pass.commits += 1;
        // The number is the row's own, so that SQLite lets nothing but a whole number stand there.
        let number = u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default();
        let mut current = Current::new(number);
        match commit_record(row) {
            Ok(record) => {
                current.rejected_lines = rejects.check(&record, pass.findings)?;
                current.record = Some(record);
            }
            Err(Unfit(why)) => {
                pass.findings.add(Kind::Row("commits"), Place::commit(number), format!("commits: {why}"));
            }
        }
        pass.commit(current, &mut segments)?;
    }
    if let Some(Ok(stray)) = segments.take()? {
        let what = format!("the events from here on are said to be of commit {}, which is not there", stray.commit);
        pass.findings.add(Kind::SegmentCommit, Place::position(stray.first_position), what);
    }
    rejects.finish(pass.findings)?;
    pass.finish(connection)
}

impl Current {
    const fn new(number: u64) -> Self {
        Self {
            number,
            record: None,
            is_as_recorded: false,
            rejected_lines: Vec::new(),
            rejected_before: 0,
            last_line: 0,
            events: 0,
            accepted: 0,
            declined: 0,
        }
    }

    /// Whether the events of a segment are this commit's: by its row if the chain vouches for that, else by theirs.
    fn has(&self, segment: &Segment) -> bool {
        match &self.record {
            Some(record) if self.is_as_recorded => {
                segment.first_position < record.first_position.saturating_add(record.events)
            }
            _ => segment.commit <= self.number,
        }
    }

    fn place(&self) -> Place {
        let place = Place::commit(self.number);
        self.record.as_ref().map_or(place, |record| place.in_batch(record.batch.into()))
    }

    fn at(&self, position: u64) -> Place {
        let place = Place::position(position).in_commit(self.number);
        self.record.as_ref().map_or(place, |record| place.in_batch(record.batch.into()))
    }
}

impl Pass<'_> {
    /// Checks a commit and its events.
    fn commit(&mut self, mut current: Current, segments: &mut Segments<'_>) -> Result<(), Fault> {
        if current.number != self.commits {
            let what = format!("commit {} stands where commit {} must", current.number, self.commits);
            self.findings.add(Kind::CommitNumber, Place::commit(current.number), what);
            self.commits = current.number;
        }
        current.is_as_recorded = current.record.as_ref().is_some_and(|record| self.link(record));
        let first_position = self.next_position;
        loop {
            match segments.peek() {
                Some(Ok(segment)) if !current.has(segment) => break,
                None => break,
                Some(_) => {}
            }
            match segments.take()? {
                Some(Ok(segment)) => self.segment(&mut current, &segment)?,
                Some(Err(Unfit(why))) => {
                    let place = current.at(self.next_position);
                    self.findings.add(Kind::Row("segments"), place, format!("segments: {why}"));
                    self.stop();
                }
                None => break,
            }
        }
        if let Some(record) = current.record.take() {
            self.record(&record, &current, first_position);
        }
        Ok(())
    }

    /// Carries the chain on over a commit; whether the commit is as it was recorded.
    fn link(&mut self, record: &CommitRecord) -> bool {
        let place = Place::commit(record.number).in_batch(record.batch.into());
        let Some(batch) = self.batches.get_mut(record.batch) else {
            self.findings.add(Kind::BatchMissing, place, format!("there is no batch {}", record.batch));
            self.chain = record.chain;
            return false;
        };
        self.chain = batch.chain(&self.chain, record);
        let is_as_recorded = self.chain == record.chain;
        if !is_as_recorded {
            let what = "the chain is another than was recorded: something of the commit or of its batch has changed";
            self.findings.add(Kind::Chain, place, what);
        }
        is_as_recorded
    }

    /// Checks a segment and its events.
    fn segment(&mut self, current: &mut Current, segment: &Segment) -> Result<(), Fault> {
        let place = current.at(segment.first_position);
        if segment.commit != current.number {
            let what =
                format!("the events are said to be of commit {}, and are of commit {}", segment.commit, current.number);
            self.findings.add(Kind::SegmentCommit, place, what);
        }
        if segment.first_position != self.next_position {
            let what = format!("events from position {} are missing, or stand elsewhere", self.next_position);
            self.findings.add(Kind::Position, place, what);
            self.stop();
        }
        let Some(leaves) = segment.leaves() else {
            self.findings.add(Kind::Segment, place, "the events do not stand between brackets");
            self.stop();
            return Ok(());
        };
        let mut position = segment.first_position;
        for leaf in leaves {
            self.event(current, position, leaf)?;
            position = position.saturating_add(1);
        }
        let count = position - segment.first_position;
        if count != segment.count || count > SEGMENT_LEN_MAX {
            let what = format!("a segment is said to have {} events, and has {count}", segment.count);
            self.findings.add(Kind::Segment, place, what);
        }
        self.next_position = position;
        Ok(())
    }

    fn event(&mut self, current: &mut Current, position: u64, leaf: &[u8]) -> Result<(), Fault> {
        self.tree.push(leaf);
        if let Some(kept) = &mut self.kept {
            kept.grown(&self.tree);
        }
        let read = Schema::of(position, leaf).and_then(|schema| Ok((schema, codec::decode(position, leaf)?)));
        match read {
            Ok((schema, event)) => {
                self.schema(schema, current.at(position));
                match event {
                    StoredEvent::Decision(decision) => self.decision(current, &decision, schema)?,
                    StoredEvent::PolicyActivated(policy) => self.policy(current, &policy),
                }
            }
            Err(error) => {
                let what = format!("{error}; nothing behind it is decided anew");
                self.findings.add(Kind::Leaf, current.at(position), what);
                self.stop();
            }
        }
        current.events += 1;
        self.derived.passed(position, self.findings)
    }

    /// Checks that no event is of an older schema than one before it, since no release goes on from a later one's.
    fn schema(&mut self, schema: Schema, place: Place) {
        if schema < self.schema {
            self.findings.add(Kind::EventSchema, place, "the event's schema is older than that of an event before it");
        }
        self.schema = schema.max(self.schema);
    }

    fn decision(&mut self, current: &mut Current, decision: &StoredDecision, schema: Schema) -> Result<(), Fault> {
        let place = current.at(decision.position);
        if let Some(record) = &current.record {
            if decision.batch != record.batch {
                let what =
                    format!("the event is of batch {}, and its commit of batch {}", decision.batch, record.batch);
                self.findings.add(Kind::EventBatch, place, what);
            }
            let end = record.first_line.saturating_add(record.lines);
            if decision.line <= current.last_line || !(record.first_line..end).contains(&decision.line) {
                let what = format!("the event is about line {}, which is not its turn in its commit", decision.line);
                self.findings.add(Kind::EventLine, place, what);
            }
        }
        current.last_line = decision.line;
        while let Some(rejected) =
            current.rejected_lines.get(current.rejected_before).filter(|line| **line <= decision.line)
        {
            if *rejected == decision.line {
                let what = format!("line {rejected} is said to be rejected, and was decided on");
                self.findings.add(Kind::RejectPlace, place, what);
            }
            current.rejected_before += 1;
        }
        if decision.event.kind.is_accepted() {
            current.accepted += 1;
        } else {
            current.declined += 1;
        }
        self.replay.decide(decision, schema, self.findings);
        self.derived.note(decision)
    }

    fn policy(&mut self, current: &Current, policy: &StoredPolicy) {
        let place = current.at(policy.position);
        if current.record.as_ref().is_some_and(|record| record.batch != policy.batch) {
            self.findings.add(
                Kind::EventBatch,
                place,
                format!("the policy is of batch {}, and its commit is not", policy.batch),
            );
        }
        if current.events > 0 {
            self.findings.add(Kind::Policy, place, "the policy does not stand at the beginning of its commit");
        }
        self.replay.activate(policy, self.findings);
    }

    /// Makes nothing more of the events behind one that is missing or can't be read.
    fn stop(&mut self) {
        self.replay.stop();
        self.derived.stop();
    }

    /// Compares the record of a commit with what has been met of it.
    fn record(&mut self, record: &CommitRecord, met: &Current, first_position: u64) {
        let place = met.place().in_batch(record.batch.into());
        if (record.first_position, record.events) != (first_position, met.events) {
            let what = format!(
                "the commit is said to have {} events from position {}, and has {} from {first_position}",
                record.events, record.first_position, met.events
            );
            self.findings.add(Kind::CommitEvents, place, what);
        }
        if (record.accepted, record.declined) != (met.accepted, met.declined) {
            let what = format!(
                "{} transactions are said to be accepted and {} declined, and {} and {} are",
                record.accepted, record.declined, met.accepted, met.declined
            );
            self.findings.add(Kind::CommitCounts, place, what);
        }
        let in_force = self.replay.in_force();
        let policy = in_force.map_or(0, |policy| policy.position);
        if record.policy != policy {
            let what = format!(
                "the policy is said to be that of position {}, and is that of position {policy}",
                record.policy
            );
            self.findings.add(Kind::CommitPolicy, place, what);
        }
        if !is_recorded_at(&record.recorded_at) {
            self.findings.add(Kind::RecordedAt, place, format!("{:?} is no time of a commit", record.recorded_at));
        } else if record.recorded_at < self.recorded_at {
            let what = format!("the commit was recorded at {}, before the one before it", record.recorded_at);
            self.findings.add(Kind::RecordedAt, place, what);
        }
        self.recorded_at.clone_from(&record.recorded_at);
        if record.root != self.tree.root() {
            let what =
                format!("the events up to position {} have another root than was recorded", self.next_position - 1);
            self.findings.add(Kind::Root, place, what);
        }
        if let Some(batch) = self.batches.get_mut(record.batch) {
            batch.check(record, in_force, self.findings);
        }
        if let Some(kept) = &mut self.kept {
            kept.committed(record.number, self.tree.size(), &self.chain);
        }
    }

    /// Checks what can only be known at the end.
    fn finish(self, connection: &Connection) -> Result<Summary, Fault> {
        self.batches.finish(self.findings);
        self.tree.check_stored(connection, self.findings)?;
        let head = Head { size: self.tree.size(), root: self.tree.root(), chain: self.chain };
        if let Some(kept) = &self.kept {
            kept.check(head.size, self.findings);
        }
        self.derived.finish(head.size, self.findings);
        Ok(Summary { head, commits: self.commits, batches: self.batches.len(), accounts: self.replay.accounts() })
    }
}
