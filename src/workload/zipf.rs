//! Zipf's law with exponent 0.8.

use super::random::Random;

/// The exponent. That it is four fifths spares every power but whole ones: see [`Zipf::sample`].
const EXPONENT: f64 = 0.8;

/// Chooses among `count` ranks so that rank k is as likely as k^-0.8.
///
/// By rejection under a curve that can be inverted: 1 as far as 1, and x^-0.8 from there on.
#[derive(Debug)]
pub(super) struct Zipf {
    count: u64,
    /// The area under the curve as far as `count`.
    area: f64,
}

impl Zipf {
    /// The law over the ranks from 1 to `count`, of which there is at least one.
    pub(super) fn new(count: u64) -> Self {
        let count = count.max(1);
        Self { count, area: (fifth_root(count as f64) - EXPONENT) / (1.0 - EXPONENT) }
    }

    /// A rank from 1 to `count`.
    ///
    /// A point x under the curve stands for the rank k above it and is kept with probability (x/k)^0.8, which is what
    /// the curve has too much there. The area as far as x inverts to a fifth power, and the comparison of a fraction
    /// with (x/k)^0.8 is one of its fifth power with (x/k)^4.
    pub(super) fn sample(&self, random: &mut Random) -> u64 {
        loop {
            let area = random.fraction() * self.area;
            if area < 1.0 {
                return 1;
            }
            let point = fifth_power((1.0 - EXPONENT) * area + EXPONENT);
            let rank = point as u64 + 1;
            let share = point / rank as f64;
            let keep = fifth_power(random.fraction()) < share * share * share * share;
            // Rounding may put a point at the far end itself, which belongs to no rank.
            if keep && rank <= self.count {
                return rank;
            }
        }
    }
}

fn fifth_power(x: f64) -> f64 {
    let square = x * x;
    square * square * x
}

/// The fifth root of a number from 1, by Newton's method from above, until rounding keeps it from falling further.
fn fifth_root(x: f64) -> f64 {
    let mut root = x.sqrt().sqrt();
    loop {
        let square = root * root;
        let next = (4.0 * root + x / (square * square)) / 5.0;
        if next >= root {
            return root;
        }
        root = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifth_root_undoes_the_fifth_power() {
        for x in [1.0, 2.0, 50.0, 50_000.0, 1e18] {
            let error = fifth_power(fifth_root(x)) / x - 1.0;
            assert!(error.abs() < 1e-14, "{x}: {error}");
        }
    }

    #[test]
    fn every_rank_is_as_likely_as_its_power() {
        const RANKS: usize = 20;
        const SAMPLES: u32 = 1_000_000;
        let (zipf, mut random) = (Zipf::new(RANKS as u64), Random::new(1));
        let mut counts = [0u32; RANKS + 1];
        for _ in 0..SAMPLES {
            counts[zipf.sample(&mut random) as usize] += 1;
        }
        assert_eq!(counts[0], 0);
        let weights: Vec<f64> = (1..=RANKS).map(|rank| (rank as f64).powf(-EXPONENT)).collect();
        let total: f64 = weights.iter().sum();
        for (count, weight) in counts[1..].iter().zip(weights) {
            let expected = f64::from(SAMPLES) * weight / total;
            // Five standard deviations of the count at the least likely rank are 2.7 % of it.
            assert!((f64::from(*count) / expected - 1.0).abs() < 0.03, "{counts:?}");
        }
    }

    #[test]
    fn one_rank_is_always_chosen() {
        let (zipf, mut random) = (Zipf::new(0), Random::new(1));
        assert!((0..1_000).all(|_| zipf.sample(&mut random) == 1));
    }
}
