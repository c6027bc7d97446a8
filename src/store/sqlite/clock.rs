//! When a commit is recorded. No decision reads this.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat};

/// The present moment in RFC 3339 with microseconds, in UTC; never before an earlier one, so that the record of times
/// ascends whatever is done to the clock.
pub(super) fn now_after(earlier: &str) -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let micros = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
    let now = DateTime::from_timestamp_micros(micros).unwrap_or_default();
    // Texts of this one form sort as the moments do.
    now.to_rfc3339_opts(SecondsFormat::Micros, true).max(earlier.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_times_never_go_back() {
        let now = now_after("");
        assert_eq!(now.len(), "2026-01-01T00:00:00.000000Z".len());
        assert_eq!(now_after("9999-01-01T00:00:00.000000Z"), "9999-01-01T00:00:00.000000Z");
    }
}
