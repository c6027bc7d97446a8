//! Random numbers that are the same everywhere.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng;

/// A stream of random numbers that a seed determines.
#[derive(Debug)]
pub(super) struct Random(Pcg64);

impl Random {
    /// The stream of a seed.
    pub(super) fn new(seed: u64) -> Self {
        // PCG's own default for the stream. The state is given outright, since how a library spreads a short seed may
        // change with its version.
        Self(Pcg64::new(u128::from(seed), 0x0a02_bdbf_7bb3_c0a7_ac28_fa16_a64a_bf96))
    }

    /// A number from 0 to below `bound`, or 0 if that is 0.
    ///
    /// The high half of a product needs no rejection: its bias is below `bound` in 2^64.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(bound)) >> 64) as u64
    }

    /// True so many times in a hundred.
    pub(super) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// A fraction from 0 to below 1, a multiple of 2^-53.
    pub(super) fn fraction(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1u64 << 53) as f64;
        (self.0.next_u64() >> 11) as f64 * STEP
    }
}
