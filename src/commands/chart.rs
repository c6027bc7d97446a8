//! Bars and sparklines, drawn with block characters.

use crate::domain::Part;

/// Parts of a place, from one eighth to seven; the eighth eighth makes it full.
const EIGHTHS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const FULL: char = '█';

/// Heights of a place, lowest first.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// What a number has more, and what it has less than it had.
const COME: char = '▒';
const GONE: char = '░';

/// Where a bar would end that is as long as it can be.
const EDGE: char = '▏';

/// Of what is used of a limit, in per cent, above which a bar warns.
const WARNING_ABOVE: u128 = 80;

/// A part of a whole, to be drawn from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bar {
    part: u128,
    whole: u128,
    tone: Option<Tone>,
    has_edge: bool,
    /// What the part was before, if that is to be seen.
    was: Option<u128>,
}

/// What a colour says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tone {
    /// Not much is left.
    Warning,
    /// Nothing is left.
    Spent,
}

impl Bar {
    /// A number beside the largest of its kind.
    pub(super) const fn beside(part: u128, largest: u128) -> Self {
        Self { part, whole: largest, tone: None, has_edge: false, was: None }
    }

    /// As [`Self::beside`], with what the number was before: what came and what went is drawn lighter.
    pub(super) const fn changed(was: u128, part: u128, largest: u128) -> Self {
        Self { was: Some(was), ..Self::beside(part, largest) }
    }

    /// What is used of a limit, up to an edge that stands for all of it.
    pub(super) fn used(limit: Part) -> Self {
        let (part, whole) = (u128::from(limit.used), u128::from(limit.limit));
        let tone = match limit.left() {
            0 => Some(Tone::Spent),
            _ if part * 100 > whole * WARNING_ABOVE => Some(Tone::Warning),
            _ => None,
        };
        Self { part, whole, tone, has_edge: true, was: None }
    }

    /// The bar on so many places.
    pub(super) fn draw(&self, places: usize, is_coloured: bool) -> String {
        if let Some(was) = self.was {
            return changed(was, self.part, self.whole, places);
        }
        let places = if self.has_edge { places.saturating_sub(1) } else { places };
        let filled = filled(self.part, self.whole, places);
        let empty = places.saturating_sub(filled.chars().count());
        let filled = match self.tone.filter(|_| is_coloured && !filled.is_empty()) {
            Some(tone) => format!("\u{1b}[{}m{filled}\u{1b}[0m", tone.code()),
            None => filled,
        };
        if self.has_edge { format!("{filled}{:empty$}{EDGE}", "") } else { filled }
    }
}

impl Tone {
    /// The colour as ECMA-48 numbers it.
    const fn code(self) -> u8 {
        match self {
            Self::Warning => 33,
            Self::Spent => 31,
        }
    }
}

/// So much of some places: something wherever the part is not zero, and not everything unless it is the whole.
fn filled(part: u128, whole: u128, places: usize) -> String {
    let all = (places as u128).saturating_mul(8);
    let eighths = match part.min(whole) {
        0 => 0,
        part if part == whole => all,
        part => (part.saturating_mul(all) / whole).max(1).min(all.saturating_sub(1)),
    };
    // No more than all of the places.
    let full = usize::try_from(eighths / 8).unwrap_or(places);
    let rest = usize::try_from(eighths % 8).ok().and_then(|rest| rest.checked_sub(1));
    let rest = rest.and_then(|rest| EIGHTHS.get(rest));
    std::iter::repeat_n(&FULL, full).chain(rest).collect()
}

/// A number and what it was before, on so many places for the whole: each difference and each number is seen.
fn changed(was: u128, is: u128, whole: u128, places: usize) -> String {
    let len = |part: u128| {
        let twice = part.min(whole).saturating_mul(places as u128).saturating_mul(2);
        // No more than all of the places.
        let rounded = usize::try_from(twice.saturating_add(whole) / whole.saturating_mul(2).max(1)).unwrap_or(places);
        rounded.max(usize::from(part > 0)).min(places)
    };
    let (low, mut high) = (len(was.min(is)), len(was.max(is)));
    if was != is && low == high {
        high = (high + 1).min(places);
    }
    let both = low.min(high - usize::from(was != is && low == high && high > 0));
    let other = if is > was { COME } else { GONE };
    std::iter::repeat_n(FULL, both).chain(std::iter::repeat_n(other, high - both)).collect()
}

/// A place for each number, as high as it is beside the largest; only zero is as low as can be.
pub(super) fn sparkline(values: &[u64]) -> String {
    let largest = u128::from(values.iter().copied().max().unwrap_or(0).max(1));
    let height = |value: &u64| match u128::from(*value) {
        0 => 0,
        // At most 7, from 1 on.
        value => 1 + usize::try_from((value * 7 - 1) / largest).unwrap_or(0).min(6),
    };
    values.iter().filter_map(|value| HEIGHTS.get(height(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Bound;

    #[test]
    fn bar_grows_by_eighths_of_a_place() {
        let bars: Vec<_> = (0..=16).map(|part| Bar::beside(part, 16).draw(2, true)).collect();
        let expected = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█", "█▏", "█▎", "█▍", "█▌", "█▋", "█▊", "█▉", "██"];
        assert_eq!(bars, expected);
    }

    #[test]
    fn bar_is_empty_for_nothing_alone_and_full_for_all_alone() {
        assert_eq!(Bar::beside(0, 1_000_000).draw(3, false), "");
        assert_eq!(Bar::beside(1, 1_000_000).draw(3, false), "▏");
        assert_eq!(Bar::beside(999_999, 1_000_000).draw(3, false), "██▉");
        assert_eq!(Bar::beside(1_000_000, 1_000_000).draw(3, false), "███");
    }

    #[test]
    fn numbers_of_any_size_and_no_room_at_all_are_drawn_somehow() {
        assert_eq!(Bar::beside(0, 0).draw(3, false), "");
        assert_eq!(Bar::beside(5, 0).draw(3, false), "");
        assert_eq!(Bar::beside(7, 3).draw(3, false), "███");
        assert_eq!(Bar::beside(u128::MAX, u128::MAX).draw(3, false), "███");
        assert_eq!(Bar::beside(u128::MAX - 1, u128::MAX).draw(0, false), "");
        assert_eq!(Bar::used(Part::new(Bound::Amount, u64::MAX, u64::MAX)).draw(0, false), "▏");
    }

    #[test]
    fn used_limit_warns_above_four_fifths_and_when_nothing_is_left() {
        for (used, expected) in [
            (0, "          ▏"),
            (50, "█████     ▏"),
            (80, "████████  ▏"),
            (81, "\u{1b}[33m████████\u{1b}[0m  ▏"),
            (84, "\u{1b}[33m████████▍\u{1b}[0m ▏"),
            (99, "\u{1b}[33m█████████▉\u{1b}[0m▏"),
            (100, "\u{1b}[31m██████████\u{1b}[0m▏"),
            (150, "\u{1b}[31m██████████\u{1b}[0m▏"),
        ] {
            let bar = Bar::used(Part::new(Bound::Amount, used, 100));
            assert_eq!(bar.draw(11, true), expected, "{used}");
            let plain = expected.replace("\u{1b}[33m", "").replace("\u{1b}[31m", "").replace("\u{1b}[0m", "");
            assert_eq!(bar.draw(11, false), plain, "{used}");
        }
    }

    #[test]
    fn changed_number_shows_what_it_was_and_every_difference() {
        for (was, is, expected) in [
            (0, 0, ""),
            (10, 10, "██████████"),
            (5, 10, "█████▒▒▒▒▒"),
            (10, 5, "█████░░░░░"),
            (0, 3, "▒▒▒"),
            (3, 0, "░░░"),
        ] {
            assert_eq!(Bar::changed(was, is, 10).draw(10, false), expected, "{was} {is}");
        }
        // However small a difference is beside the largest.
        assert_eq!(Bar::changed(1_000, 999, 1_000).draw(4, false), "███░");
        assert_eq!(Bar::changed(1, 2, 1_000).draw(4, false), "█▒");
        assert_eq!(Bar::changed(u128::MAX, u128::MAX - 1, u128::MAX).draw(0, false), "");
    }

    #[test]
    fn sparkline_is_lowest_for_zero_alone_and_highest_for_the_largest() {
        assert_eq!(sparkline(&[]), "");
        assert_eq!(sparkline(&[0, 0]), "▁▁");
        assert_eq!(sparkline(&[0, 1, 2, 3, 4, 5, 6, 7]), "▁▂▃▄▅▆▇█");
        assert_eq!(sparkline(&[1, 0, 1_000_000]), "▂▁█");
        assert_eq!(sparkline(&[u64::MAX, u64::MAX / 2, 1]), "█▅▂");
    }
}
