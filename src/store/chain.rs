//! The chain over the commits of a log: each is hashed together with the hash of the one before.
//!
//! The tree of [`super::merkle`] covers the events; the chain covers what is known of each commit besides them, with the
//! root of the tree after it.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::merkle::Hash;

/// The version of the schema of a record's bytes: their first element.
const VERSION: u64 = 1;

/// What stands before a record, so that none can pass for a leaf or a node of the tree.
const RECORD_PREFIX: [u8; 1] = [0x02];

/// The hash that the first commit of a log follows.
pub const NO_CHAIN: Hash = [0; 32];

/// What a log keeps of a commit besides its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitRecord {
    /// The commit's place in the log, from 1 without gaps.
    pub number: u64,
    /// The number of the batch that it belongs to.
    pub batch: u32,
    /// Whether the batch is complete with it.
    pub complete: bool,
    /// The position of the policy that decided.
    pub policy: u64,
    /// The position of its first event; of a commit without events, the one that the next event takes.
    pub first_position: u64,
    /// How many events it has.
    pub events: u64,
    /// Transactions accepted.
    pub accepted: u64,
    /// Transactions declined, duplicates among them.
    pub declined: u64,
    /// Lines that were no valid transaction.
    pub rejected: u64,
    /// The first input line that it stands for, from 1.
    pub first_line: u64,
    /// How many lines it stands for.
    pub lines: u64,
    /// Where in the input its first byte stands, from 0.
    pub first_byte: u64,
    /// How many bytes of the input it stands for.
    pub bytes: u64,
    /// Where in the input the bytes of [`Self::input_hash`] begin: at 0, unless reading was resumed at a line.
    pub hashed_from: u64,
    /// The SHA-256 of the input's bytes from [`Self::hashed_from`] to the end of this commit's.
    pub input_hash: Hash,
    /// The SHA-256 of this commit's rejects, as the lines of a rejects file.
    pub rejects_hash: Hash,
    /// When it was recorded: RFC 3339 in UTC with six decimals, never before the previous commit's.
    pub recorded_at: String,
    /// The root of the tree over all events up to this commit's last.
    pub root: Hash,
    /// The hash of this record and of all before it.
    pub chain: Hash,
}

/// What a log keeps of a batch, whatever is committed of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchIdentity {
    /// The batch's place among those of the log, from 1.
    pub number: u32,
    /// What the user calls it; unique in the log.
    pub name: String,
    /// The format of its input, once it is known.
    pub format: Option<String>,
    /// The header line of a CSV input, as it stands there.
    pub header: Option<String>,
    /// The strftime format of times that carry none of their own.
    pub time_format: Option<String>,
}

/// The bytes of a commit that the chain is made over: a JSON array without spaces, with everything there is in the
/// record but [`CommitRecord::chain`], and its batch's identity behind its batch's number.
pub fn record_bytes(record: &CommitRecord, batch: &BatchIdentity) -> Vec<u8> {
    let BatchIdentity { number: _, name, format, header, time_format } = batch.clone();
    let fields = Value::from(vec![
        Value::from(VERSION),
        Value::from(record.number),
        Value::from(record.batch),
        Value::from(name),
        Value::from(format),
        Value::from(header),
        Value::from(time_format),
        Value::from(u8::from(record.complete)),
        Value::from(record.policy),
        Value::from(record.first_position),
        Value::from(record.events),
        Value::from(record.accepted),
        Value::from(record.declined),
        Value::from(record.rejected),
        Value::from(record.first_line),
        Value::from(record.lines),
        Value::from(record.first_byte),
        Value::from(record.bytes),
        Value::from(record.hashed_from),
        Value::from(hex::encode(record.input_hash)),
        Value::from(hex::encode(record.rejects_hash)),
        Value::from(record.recorded_at.as_str()),
        Value::from(hex::encode(record.root)),
    ]);
    fields.to_string().into_bytes()
}

/// The hash of a record's bytes and of the hash before it, [`NO_CHAIN`] for the first.
pub fn chain_hash(previous: &Hash, bytes: &[u8]) -> Hash {
    Sha256::new().chain_update(RECORD_PREFIX).chain_update(previous).chain_update(bytes).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> CommitRecord {
        CommitRecord {
            number: 2,
            batch: 3,
            complete: true,
            policy: 4,
            first_position: 5,
            events: 6,
            accepted: 7,
            declined: 8,
            rejected: 9,
            first_line: 10,
            lines: 11,
            first_byte: 12,
            bytes: u64::MAX,
            hashed_from: 14,
            input_hash: [0x15; 32],
            rejects_hash: [0x16; 32],
            recorded_at: "2000-01-01T00:00:00.000017Z".to_owned(),
            root: [0x18; 32],
            chain: [0x19; 32],
        }
    }

    fn batch() -> BatchIdentity {
        BatchIdentity {
            number: 3,
            name: "monday.csv".to_owned(),
            format: Some("csv".to_owned()),
            header: Some("id,\"customer_id\"\r\n".to_owned()),
            time_format: None,
        }
    }

    fn shown(record: &CommitRecord, batch: &BatchIdentity) -> String {
        String::from_utf8(record_bytes(record, batch)).unwrap()
    }

    #[test]
    fn bytes_of_a_record_are_exactly_these() {
        let hashes = [0x15, 0x16, 0x18].map(|byte| hex::encode([byte; 32]));
        let [input, rejects, root] = &hashes;
        let expected = format!(
            r#"[1,2,3,"monday.csv","csv","id,\"customer_id\"\r\n",null,1,4,5,6,7,8,9,10,11,12,18446744073709551615,14,"{input}","{rejects}","2000-01-01T00:00:00.000017Z","{root}"]"#
        );
        assert_eq!(shown(&record(), &batch()), expected);
    }

    #[test]
    fn bytes_of_a_record_of_which_little_is_known_are_exactly_these() {
        let batch = BatchIdentity { name: "é\\".to_owned(), format: None, header: None, ..batch() };
        let batch = BatchIdentity { time_format: Some("%d/%m".to_owned()), ..batch };
        let text = shown(&CommitRecord { complete: false, ..record() }, &batch);
        assert!(text.starts_with(r#"[1,2,3,"é\\",null,null,"%d/%m",0,4,"#), "{text}");
    }

    #[test]
    fn bytes_leave_out_only_the_hash_that_is_made_of_them() {
        let record = record();
        let bytes = record_bytes(&record, &batch());
        assert_eq!(record_bytes(&CommitRecord { chain: [0; 32], ..record.clone() }, &batch()), bytes);
        assert_ne!(record_bytes(&CommitRecord { root: [0; 32], ..record }, &batch()), bytes);
    }

    #[test]
    fn chain_is_the_hash_of_a_prefix_the_hash_before_and_the_bytes() {
        let expected = Sha256::digest([&[2u8][..], &[7; 32], b"[1]"].concat());
        assert_eq!(chain_hash(&[7; 32], b"[1]")[..], expected[..]);
        assert_ne!(chain_hash(&NO_CHAIN, b"[1]")[..], expected[..]);
    }
}
