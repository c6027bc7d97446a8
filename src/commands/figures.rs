//! Figures as people read them.

use indicatif::HumanCount;

/// So many of something, such as `1 load` or `2,000 loads`.
pub(super) fn counted(count: u64, one: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {one}{plural}", HumanCount(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        assert_eq!([0, 1, 2_000].map(|count| counted(count, "load")), ["0 loads", "1 load", "2,000 loads"]);
    }
}
