//! The yardstick `copy`: what reading, finding lines and writing cost by themselves.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::Result;
use memchr::memchr_iter;

/// As long as a verdict is on average among a million.
const VERDICT: &[u8] = b"{\"id\":\"15887\",\"customer_id\":\"1588\",\"accepted\":false}\n";

/// How much is read and written at once, in bytes.
const CHUNK_LEN: usize = 256 * 1024;

/// Writes the same verdict for every line.
pub(crate) fn run(input: &Path, output: &Path) -> Result<()> {
    let mut input = BufReader::with_capacity(CHUNK_LEN, File::open(input)?);
    let mut output = BufWriter::with_capacity(CHUNK_LEN, File::create(output)?);
    loop {
        let chunk = input.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        for _ in memchr_iter(b'\n', chunk) {
            output.write_all(VERDICT)?;
        }
        let len = chunk.len();
        input.consume(len);
    }
    output.flush()?;
    Ok(())
}
