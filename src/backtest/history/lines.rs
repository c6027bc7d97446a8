//! The lines of an input that transactions stand in.

/// A line for each transaction, in order: nearly always the one behind the last, so that only the others are kept.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// Where runs of consecutive lines begin: the place of the transaction, and its line.
    runs: Vec<(usize, u64)>,
    len: usize,
}

impl Lines {
    /// Adds the line of the next transaction.
    #[inline]
    pub(super) fn push(&mut self, line: u64) {
        let is_next =
            self.runs.last().is_some_and(|(place, first)| first.wrapping_add((self.len - place) as u64) == line);
        if !is_next {
            self.runs.push((self.len, line));
        }
        self.len += 1;
    }

    /// The line of the transaction at a place.
    pub(super) fn get(&self, place: usize) -> Option<u64> {
        let behind = self.runs.partition_point(|(first, _)| *first <= place);
        let (first, line) = self.runs.get(behind.checked_sub(1)?)?;
        (place < self.len).then(|| line.wrapping_add((place - first) as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back_as_they_came() {
        let lines = [1, 2, 3, 5, 9, 10, 1, 2, 2, u64::MAX, 0, 1, 7];
        let mut kept = Lines::default();
        assert_eq!(kept.get(0), None);
        lines.iter().for_each(|line| kept.push(*line));
        let all: Vec<_> = (0..20).map_while(|place| kept.get(place)).collect();
        assert_eq!(all, lines);
        assert!(kept.runs.len() < lines.len());
    }
}
