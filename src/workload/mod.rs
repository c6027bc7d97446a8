//! A realistic workload of any length, the same bytes for the same seed on every machine.
//!
//! Customers follow Zipf's law with exponent 0.8, so that a few are busy and most are not; lines come in ascending
//! order of time over sixty days; amounts are uniform; one line in a hundred repeats the id of an earlier one. A mixed
//! workload has withdrawals, late lines and local times as well.
//!
//! Everything rests on one generator whose algorithm its authors have published (PCG XSL RR 128/64), on integers, and
//! on the four floating-point operations that IEEE 754 rounds exactly. No function of a platform's mathematics library
//! is called, and no sampling of a library that may change with its version.

mod generator;
mod line;
mod random;
mod zipf;

use std::io;

use generator::Generator;

/// How many bytes are gathered before they are written, about.
const CHUNK_LEN: usize = 64 * 1024;

/// Which lines to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Workload {
    /// How many.
    pub lines: u64,
    /// Chooses among workloads of one length.
    pub seed: u64,
    /// Whether there are withdrawals, late lines and times with offsets among them.
    pub mix: bool,
}

impl Workload {
    /// Writes the workload as JSON lines. Memory does not grow with their number.
    ///
    /// # Errors
    ///
    /// Whatever `out` fails with.
    pub fn write(&self, out: &mut impl io::Write) -> io::Result<()> {
        let mut generator = Generator::new(self);
        let mut text = Vec::with_capacity(2 * CHUNK_LEN);
        for number in 1..=self.lines {
            generator.line(number).append_to(&mut text)?;
            if text.len() >= CHUNK_LEN {
                out.write_all(&text)?;
                text.clear();
            }
        }
        out.write_all(&text)?;
        out.flush()
    }
}

#[cfg(test)]
mod tests;
