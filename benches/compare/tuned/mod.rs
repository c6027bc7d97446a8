//! The yardstick `tuned`: what one would write by hand, in one thread, for nothing but this input and these limits.
//!
//! It takes the generator's plain lines alone (no `--mix`) and the default policy, and ends with an error on anything
//! else. Lines are handled in groups: all are read, then the places in memory that they need are touched, so that the
//! processor waits for many of them at once, and then they are decided on.

mod accounts;
mod line;
mod seen;
mod slots;

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use memchr::memrchr;

use accounts::Accounts;
use line::{Line, LineReader};
use seen::Seen;

/// How much is read at once, in bytes.
const CHUNK_LEN: usize = 256 * 1024;

/// How many lines are looked at before the first of them is decided on.
const GROUP_LEN: usize = 64;

/// How much is copied of a line whatever its ids are; both stand within that.
const FRONT_LEN: usize = 48;

const ACCEPTED: &[u8; 18] = b",\"accepted\":true}\n";
const DECLINED: &[u8; 19] = b",\"accepted\":false}\n";

/// Everything that is remembered.
#[derive(Default)]
struct Memory {
    accounts: Accounts,
    seen: Seen,
}

/// Reads requests and writes verdicts.
///
/// # Errors
///
/// If a line is none of the form that it takes, or reading or writing fails.
pub(crate) fn run(input: &Path, output: &Path) -> Result<()> {
    let (mut input, mut output) = (File::open(input)?, File::create(output)?);
    let mut buffer = vec![0; 2 * CHUNK_LEN];
    let mut verdicts = vec![0; 2 * CHUNK_LEN];
    let (mut memory, mut reader, mut rest_len) = (Memory::default(), LineReader::default(), 0);
    loop {
        let read_len = input.read(&mut buffer[rest_len..rest_len + CHUNK_LEN])?;
        if read_len == 0 {
            break;
        }
        let len = rest_len + read_len;
        let lines_len = memrchr(b'\n', &buffer[..len]).map_or(0, |end| end + 1);
        let verdicts_len = decide(&buffer[..len], lines_len, &mut memory, &mut reader, &mut verdicts)?;
        output.write_all(&verdicts[..verdicts_len])?;
        buffer.copy_within(lines_len..len, 0);
        rest_len = len - lines_len;
        if rest_len > CHUNK_LEN {
            bail!("a line is longer than any that is generated");
        }
    }
    if rest_len > 0 {
        bail!("the last line has no end");
    }
    Ok(())
}

/// Decides on the whole lines at the front of a text and gives how long their verdicts are.
///
/// A verdict is shorter than its line, so there is room for all.
fn decide(
    text: &[u8],
    lines_len: usize,
    memory: &mut Memory,
    reader: &mut LineReader,
    verdicts: &mut [u8],
) -> Result<usize> {
    let mut group = [Line::default(); GROUP_LEN];
    let (mut place, mut len) = (0, 0);
    while place < lines_len {
        let mut count = 0;
        for line in &mut group {
            if place >= lines_len {
                break;
            }
            *line = reader.read(text, place).with_context(|| shown(text, place))?;
            place = line.end;
            count += 1;
        }
        let lines = &group[..count];
        memory.touch(lines);
        for line in lines {
            let accepted = memory.decide(line)?;
            len += write(&mut verdicts[len..], text, line, accepted);
        }
    }
    Ok(len)
}

impl Memory {
    /// Loads what a group of lines will need into the caches.
    fn touch(&self, lines: &[Line]) {
        let mut sum = 0;
        for line in lines {
            sum ^= self.seen.peek(line) ^ self.accounts.peek(line.customer);
        }
        std::hint::black_box(sum);
    }

    #[inline]
    fn decide(&mut self, line: &Line) -> Result<bool> {
        // Whatever is decided, the id counts as seen from now on.
        let is_new = self.seen.insert(line)?;
        Ok(is_new && self.accounts.accept(line)?)
    }
}

/// Writes a verdict, which begins as its line does, and gives how long it is.
#[inline]
fn write(out: &mut [u8], text: &[u8], line: &Line, accepted: bool) -> usize {
    // What is copied too much is written over; the whole line is longer than this.
    out[..FRONT_LEN].copy_from_slice(&text[line.start..line.start + FRONT_LEN]);
    let end = &mut out[line.front_len..];
    if accepted {
        end[..ACCEPTED.len()].copy_from_slice(ACCEPTED);
        line.front_len + ACCEPTED.len()
    } else {
        end[..DECLINED.len()].copy_from_slice(DECLINED);
        line.front_len + DECLINED.len()
    }
}

/// The line at a place, for messages.
fn shown(text: &[u8], place: usize) -> String {
    let line = text[place..].split(|byte| *byte == b'\n').next().unwrap_or_default();
    format!("`tuned` takes only the generator's plain lines, not {:?}", String::from_utf8_lossy(line))
}
