//! A short list of movements in order of time.

use super::Movement;
use crate::domain::{Stretch, Usage};

/// The most movements that stand in one list: as many as are searched and moved about quickly.
pub(super) const LEN_MAX: usize = 32;

/// Inserts a movement behind those of the same time.
pub(super) fn insert(list: &mut Vec<Movement>, movement: Movement) {
    let place = place_of(list, &movement);
    grow(list);
    list.insert(place, movement);
}

/// Inserts a movement into a list that is full: gives the list that follows it from now on.
pub(super) fn insert_splitting(list: &mut Vec<Movement>, movement: Movement) -> Vec<Movement> {
    let place = place_of(list, &movement);
    // Movements come mostly in order of time: full lists stay full, and what comes next starts a new one.
    let middle = if place == list.len() { place } else { list.len() / 2 };
    let mut following = list.split_off(middle);
    if middle < place || following.is_empty() {
        insert(&mut following, movement);
    } else {
        insert(list, movement);
    }
    list.shrink_to_fit();
    following
}

/// Adds up what movements within a stretch used.
pub(super) fn sum(list: &[Movement], stretch: Stretch, sum: &mut Usage) {
    // Stretches mostly end behind the latest movement.
    let before_end = list.iter().rev().skip_while(|(time, _)| time.micros() >= stretch.until);
    before_end.take_while(|(time, _)| time.micros() >= stretch.from).for_each(|(_, amount)| sum.add(*amount));
}

/// Where a movement belongs: behind all that are not later.
fn place_of(list: &[Movement], (time, _): &Movement) -> usize {
    match list.last() {
        Some((last, _)) if last > time => list.partition_point(|(earlier, _)| earlier <= time),
        _ => list.len(),
    }
}

/// Makes room by halves rather than by doubling, since these lists are most of an account's memory.
fn grow(list: &mut Vec<Movement>) {
    const AT_ONCE_MIN: usize = 2;
    if list.len() == list.capacity() {
        let left = LEN_MAX.saturating_sub(list.len());
        list.reserve_exact((list.len() / 2).max(AT_ONCE_MIN).min(left));
    }
}
