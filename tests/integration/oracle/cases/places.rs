//! Where and when something begins: zones whose clocks change, and days at whose ends a month, a year or a week ends.

/// A day of the calendar.
pub(super) type Date = (i32, u32, u32);

/// Days at whose ends something begins: a month, a year, an ISO year, a leap day, the range of times.
pub(super) const ANCHORS: [Date; 15] = [
    (2000, 1, 1),
    (1999, 12, 31),
    (2000, 1, 31),
    (2000, 2, 29),
    (2001, 2, 28),
    (1900, 2, 28),
    (2018, 1, 1),
    (2018, 12, 31),
    (2020, 12, 28),
    (2021, 1, 3),
    (2024, 12, 29),
    (1969, 12, 31),
    (2026, 6, 15),
    (1, 1, 1),
    (9999, 12, 31),
];

/// The same in the years for which the tables of all zones are relied on, and ends of quarters.
pub(super) const ANCHORS_ANYWHERE: [Date; 11] = [
    (2000, 1, 1),
    (2000, 2, 29),
    (2001, 2, 28),
    (2018, 12, 31),
    (2020, 12, 28),
    (2021, 1, 3),
    (2024, 12, 29),
    (2026, 3, 31),
    (2026, 6, 30),
    (2026, 9, 30),
    (2034, 6, 15),
];

/// Zones, and days on which their clocks change.
pub(super) const ZONES: [(&str, &[Date]); 13] = [
    ("America/Toronto", &[(2018, 3, 11), (2018, 11, 4)]),
    ("Europe/Berlin", &[(2024, 3, 31), (2024, 10, 27)]),
    // By half an hour.
    ("Australia/Lord_Howe", &[(2024, 4, 7), (2024, 10, 6)]),
    // At midnight: once there was none, once it came an hour later.
    ("America/Sao_Paulo", &[(2018, 11, 4), (2018, 2, 18)]),
    // A minute behind midnight, back over it.
    ("America/St_Johns", &[(2006, 10, 29), (2006, 4, 2)]),
    ("America/Goose_Bay", &[(2010, 11, 7)]),
    // A day was left out.
    ("Pacific/Apia", &[(2011, 12, 30)]),
    ("Pacific/Kwajalein", &[(1993, 8, 21)]),
    // By 44 minutes and 30 seconds.
    ("Africa/Monrovia", &[(1972, 1, 7)]),
    ("Asia/Kathmandu", &[(1986, 1, 1)]),
    // By two hours.
    ("Antarctica/Troll", &[(2024, 3, 31), (2024, 10, 27)]),
    ("Pacific/Kiritimati", &[(1994, 12, 31)]),
    ("UTC", &[]),
];

/// Days on which a week may start.
pub(super) const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Customers, of whom the same number written differently is another.
pub(super) const CUSTOMERS: [&str; 3] = ["7", "007", "a\"b"];

/// Groups, among them that of customers of none.
pub(super) const GROUPS: [&str; 4] = ["gold", "default", "né, \"new\"", "Gold"];
