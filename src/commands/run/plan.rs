//! What a run has to do with a batch that the ledger may know.

use std::sync::Arc;

use anyhow::anyhow;
use indicatif::HumanCount;
use sha2::{Digest, Sha256};

use super::difference::differences;
use crate::batch::Dialect;
use crate::config::parse_policy_text;
use crate::console::printable;
use crate::exit::UsageError;
use crate::files::Source;
use crate::formats::{Format, csv};
use crate::intake::{self, Compared};
use crate::results::Fingerprint;
use crate::runner::Start;
use crate::store::{BatchRecord, Ledger, StoredEvent};

/// What a run has to do.
pub(super) enum Plan {
    /// Decide on the input from a place on.
    Decide {
        /// The place, where the input stands.
        start: Start,
        /// Where in the input the hashing of its bytes began.
        hashed_from: u64,
        /// What was decided before and is to be written out first.
        told: Option<BatchRecord>,
    },
    /// Only write out what was decided before.
    Repeat {
        /// The batch.
        batch: BatchRecord,
        /// What tells its input apart.
        input: Fingerprint,
    },
}

/// Everything that a plan depends on.
pub(super) struct Planner<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) source: &'a Source,
    pub(super) batch: &'a str,
    /// The text of the policy that would decide.
    pub(super) policy: &'a str,
    pub(super) time_format: Option<&'a str>,
    /// Whether that policy decides by groups.
    pub(super) groups: bool,
    /// The input's format, if a flag says so.
    pub(super) input_format: Option<Format>,
    pub(super) resume_at_line: Option<u64>,
}

impl Planner<'_> {
    /// Compares the input with what the ledger says of the batch, and so reads it up to where deciding begins.
    pub(super) fn plan(&self) -> anyhow::Result<Plan> {
        match self.ledger.batch(self.batch)? {
            None => self.begin(),
            Some(batch) if batch.complete => self.repeat(batch),
            Some(batch) => self.resume(batch),
        }
    }

    fn begin(&self) -> anyhow::Result<Plan> {
        if let Some(line) = self.resume_at_line.filter(|line| *line != 1) {
            let name = self.name();
            return refuse(format!(
                "--resume-at-line {line}: nothing of batch {name} is recorded, so it begins at line 1"
            ));
        }
        let start = Start { hasher: Some(Sha256::new()), ..Start::default() };
        Ok(Plan::Decide { start, hashed_from: 0, told: None })
    }

    fn repeat(&self, batch: BatchRecord) -> anyhow::Result<Plan> {
        let name = self.name();
        if let Some(line) = self.resume_at_line {
            return refuse(format!("--resume-at-line {line}: batch {name} is complete"));
        }
        match self.compare(&batch)? {
            Compared::Same(passed) if intake::is_at_end(self.source)? => {
                let input = Fingerprint { sha256: passed.whole_hash(), bytes: batch.bytes };
                Ok(Plan::Repeat { batch, input })
            }
            Compared::Same(_) => refuse(format!(
                "{} goes on behind the end of batch {name}, which is complete: put what is new into a file of its own, \
                 or give all of it another name with --batch NAME",
                self.source.name()
            )),
            other => self.differs(&batch, &other),
        }
    }

    fn resume(&self, batch: BatchRecord) -> anyhow::Result<Plan> {
        self.check_policy(&batch)?;
        self.check_form(&batch)?;
        let next_line = batch.lines + 1;
        let start = Start {
            line: next_line,
            offset: batch.bytes,
            hasher: Some(Sha256::new()),
            dialect: dialect(&batch, self.groups)?,
            past_bom: batch.bytes > 0,
        };
        match self.resume_at_line {
            Some(line) if line == next_line => Ok(Plan::Decide { start, hashed_from: batch.bytes, told: None }),
            Some(line) => refuse(format!("--resume-at-line {line}: batch {} goes on at line {next_line}", self.name())),
            None => match self.compare(&batch)? {
                Compared::Same(passed) => {
                    let start = Start { hasher: Some(passed.hasher), ..start };
                    Ok(Plan::Decide { start, hashed_from: passed.hashed_from, told: Some(batch) })
                }
                other => self.differs(&batch, &other),
            },
        }
    }

    fn compare(&self, batch: &BatchRecord) -> anyhow::Result<Compared> {
        intake::compare(self.source, self.ledger, batch)
    }

    /// Refuses an input that is not what the batch was made of.
    fn differs(&self, batch: &BatchRecord, compared: &Compared) -> anyhow::Result<Plan> {
        let (input, name) = (self.source.name(), self.name());
        let how = match compared {
            Compared::Differs { first_line, last_line } if first_line == last_line => {
                format!("line {first_line} is not what it was when it was decided on")
            }
            Compared::Differs { first_line, last_line } => {
                format!("lines {first_line} to {last_line} are not what they were when they were decided on")
            }
            Compared::Shorter { bytes } => {
                format!("it has {bytes} bytes, and {} were decided on", batch.bytes)
            }
            Compared::Same(_) => return Err(anyhow!("{input} is what batch {name} was made of")),
        };
        refuse(format!(
            "{input} is not the input of batch {name}: {how}; take the input as it was, or give this one another name \
             with --batch NAME"
        ))
    }

    /// An unfinished batch goes on only under the policy that began it.
    fn check_policy(&self, batch: &BatchRecord) -> anyhow::Result<()> {
        let events = self.ledger.events(batch.policy.saturating_sub(1), 1)?;
        let Some(StoredEvent::PolicyActivated(policy)) = events.first() else {
            return Err(anyhow!("the store is damaged: there is no policy at position {}", batch.policy));
        };
        if policy.text == self.policy {
            return Ok(());
        }
        let name = self.name();
        let differences = match (parse_policy_text(&policy.text), parse_policy_text(self.policy)) {
            (Ok(begun), Ok(now)) => differences(&begun, &now),
            _ => Vec::new(),
        };
        let how = if differences.is_empty() { String::new() } else { format!(" ({})", differences.join("; ")) };
        refuse(format!(
            "batch {name} is unfinished and was begun under another policy{how}: finish it under that one (`tidegate \
             events --type PolicyActivated --format jsonl` shows it, at position {}), or put its lines from {} on into a \
             file of their own",
            batch.policy,
            HumanCount(batch.lines + 1)
        ))
    }

    /// An unfinished batch goes on only as its lines were read before.
    fn check_form(&self, batch: &BatchRecord) -> anyhow::Result<()> {
        let name = self.name();
        if batch.time_format.as_deref() != self.time_format {
            let format = batch.time_format.as_ref().map_or_else(|| "none".to_owned(), |format| format!("{format:?}"));
            return refuse(format!("batch {name} is unfinished and was begun with io.time_format {format}"));
        }
        let begun = batch.format.as_deref();
        match self.input_format {
            Some(format) if begun.is_some_and(|begun| begun != format.as_str()) => {
                let begun = begun.unwrap_or_default();
                refuse(format!("--input-format: batch {name} is unfinished and was begun as {begun}"))
            }
            _ => Ok(()),
        }
    }

    fn name(&self) -> String {
        printable(self.batch)
    }
}

fn refuse<T>(why: String) -> anyhow::Result<T> {
    Err(UsageError(why).into())
}

/// How the lines of a batch are to be read, if one of them has told; `groups` says whether groups matter.
fn dialect(batch: &BatchRecord, groups: bool) -> anyhow::Result<Option<Dialect>> {
    match (batch.format.as_deref(), &batch.header) {
        (None, _) => Ok(None),
        (Some("jsonl"), _) => Ok(Some(Dialect::JsonLines)),
        (Some("csv"), Some(header)) => {
            let columns = csv::columns(header.as_bytes(), groups);
            let columns = columns.map_err(|why| anyhow!("the store is damaged: batch {}: {why}", batch.number))?;
            Ok(Some(Dialect::Csv(Arc::new(columns))))
        }
        (Some(other), _) => Err(anyhow!("the store is damaged: batch {} has the format {other:?}", batch.number)),
    }
}
