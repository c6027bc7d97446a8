//! An input that was read before, compared with what the ledger says of it.

use std::io::{self, Read};

use anyhow::Context;
use sha2::{Digest, Sha256};

use crate::files::Source;
use crate::store::{BatchRecord, CommitRecord, Ledger};

/// How many bytes are read at a time.
const READ_LEN: usize = 256 * 1024;

/// How many commits are asked for at a time.
const COMMITS_MAX: usize = 1_024;

/// How an input compares with what was read of it before.
#[derive(Clone, Debug)]
pub enum Compared {
    /// It begins with what was read before.
    Same(Passed),
    /// Some of these lines are not what they were.
    Differs {
        /// The first line that may be another.
        first_line: u64,
        /// The last line that may be another.
        last_line: u64,
    },
    /// It ends before what was read of it before.
    Shorter {
        /// How many bytes it has.
        bytes: u64,
    },
}

/// What was passed of an input because it had been read before.
#[derive(Clone, Debug)]
pub struct Passed {
    /// The bytes that were passed, hashed from `hashed_from` on.
    pub hasher: Sha256,
    /// Where in the input the hashing began.
    pub hashed_from: u64,
    /// All bytes that were passed, if the hashing began behind the first.
    whole: Option<Box<Sha256>>,
}

impl Passed {
    /// The SHA-256 of all bytes that were passed, wherever the hashing began.
    pub fn whole_hash(&self) -> [u8; 32] {
        self.whole.as_deref().unwrap_or(&self.hasher).clone().finalize().into()
    }

    fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        if let Some(whole) = &mut self.whole {
            whole.update(bytes);
        }
    }
}

/// Reads an input up to where its batch has been decided, and compares it with the hashes of every commit.
///
/// # Errors
///
/// If the input or the ledger can't be read.
pub fn compare(source: &Source, ledger: &Ledger, batch: &BatchRecord) -> anyhow::Result<Compared> {
    let mut passed = Passed { hasher: Sha256::new(), hashed_from: 0, whole: None };
    let mut offset = 0;
    let mut after = 0;
    loop {
        let commits = ledger.batch_commits(batch.number, after, COMMITS_MAX)?;
        let Some(last) = commits.last() else { return Ok(Compared::Same(passed)) };
        after = last.number;
        for commit in &commits {
            if commit.hashed_from == commit.first_byte && commit.first_byte > 0 {
                let whole = Some(passed.whole.unwrap_or_else(|| Box::new(passed.hasher)));
                passed = Passed { hasher: Sha256::new(), hashed_from: commit.first_byte, whole };
            }
            let wanted = (commit.first_byte + commit.bytes).saturating_sub(offset);
            let read = read(source, wanted, |bytes| passed.update(bytes))?;
            offset += read;
            if read < wanted {
                return Ok(Compared::Shorter { bytes: offset });
            }
            if !is_same(commit, &passed) {
                let last_line = (commit.first_line + commit.lines).saturating_sub(1).max(commit.first_line);
                return Ok(Compared::Differs { first_line: commit.first_line, last_line });
            }
        }
    }
}

fn is_same(commit: &CommitRecord, passed: &Passed) -> bool {
    let hash: [u8; 32] = passed.hasher.clone().finalize().into();
    commit.input_hash == hash
}

/// Reads so many bytes of an input, or as many as there are; gives their number.
fn read(source: &Source, wanted: u64, mut take: impl FnMut(&[u8])) -> anyhow::Result<u64> {
    let mut file = source.file();
    let mut buffer = vec![0; READ_LEN];
    let mut read = 0;
    while read < wanted {
        let room = usize::try_from(wanted - read).unwrap_or(READ_LEN).min(READ_LEN);
        let Some(part) = buffer.get_mut(..room) else { break };
        match file.read(part) {
            Ok(0) => break,
            Ok(len) => {
                take(part.get(..len).unwrap_or_default());
                read += len as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error).with_context(|| format!("can't read {}", source.name())),
        }
    }
    Ok(read)
}

/// Whether an input has come to its end.
///
/// # Errors
///
/// If it can't be read.
pub fn is_at_end(source: &Source) -> anyhow::Result<bool> {
    Ok(read(source, 1, |_| {})? == 0)
}

/// The SHA-256 and the length of what is left of an input.
///
/// # Errors
///
/// If it can't be read.
pub fn hash_rest(source: &Source) -> anyhow::Result<([u8; 32], u64)> {
    let mut hasher = Sha256::new();
    let bytes = read(source, u64::MAX, |bytes| hasher.update(bytes))?;
    Ok((hasher.finalize().into(), bytes))
}
