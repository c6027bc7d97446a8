//! One policy for each thing that lints find, beside ones that look like it and are fine.

use crate::config::lint::{About, GroupSizes, lint};
use crate::config::parse_policy_text;
use crate::domain::GroupName;

/// What is odd about limits, each given as an inline table.
fn odd_with(limits: &[&str], sizes: Option<&[(&str, u64)]>) -> Vec<String> {
    let tables: Vec<_> = limits.iter().map(|limit| format!("{{ {limit} }}")).collect();
    let policy = parse_policy_text(&format!("limits = [{}]", tables.join(", "))).unwrap();
    let sizes = sizes.map(|sizes| {
        sizes.iter().map(|(group, customers)| (GroupName::new(group).unwrap(), *customers)).collect::<GroupSizes>()
    });
    let said = lint(&policy, sizes.as_ref()).into_iter().map(|warning| match warning.about {
        About::GroupsFile => format!("groups_file: {}", warning.why),
        About::Limit(place, key) => format!("{}.{key}: {}", policy.limits()[place].name.as_str(), warning.why),
    });
    said.collect()
}

fn odd(limits: &[&str]) -> Vec<String> {
    odd_with(limits, None)
}

const NOTHING: [&str; 0] = [];

#[test]
fn default_limits_are_fine() {
    let limits = [
        r#"name = "daily-count", window = "day", count = 3"#,
        r#"name = "daily-amount", window = "day", direction = "load", amount = "5000""#,
        r#"name = "weekly-amount", window = "week", direction = "load", amount = "20000""#,
    ];
    assert_eq!(odd(&limits), NOTHING);
}

#[test]
fn count_of_single_transactions_makes_no_difference() {
    let expected = r#"a.count: makes no difference: with the window "transaction" each transaction is counted alone"#;
    assert_eq!(odd(&[r#"name = "a", window = "transaction", count = 3, maximum_amount = "5""#]), [expected]);
}

#[test]
fn bound_that_another_one_always_undercuts_makes_no_difference() {
    let cases = [
        (
            r#"name = "a", window = "day", direction = "load", amount = "5000", groups = ["gold"]"#,
            r#"name = "b", window = "week", amount = "3000""#,
            "a.amount: makes no difference: whatever exceeds it exceeds b.amount (3,000.00 a week) too",
        ),
        (
            r#"name = "a", maximum_amount = "500""#,
            r#"name = "b", window = "24h", amount = "500""#,
            "a.maximum_amount: makes no difference: whatever exceeds it exceeds b.amount (500.00 in any 24 hours) too",
        ),
        (
            r#"name = "a", window = "24h", count = 5"#,
            r#"name = "b", window = "7d", count = 5"#,
            "a.count: makes no difference: whatever exceeds it exceeds b.count (5 in any 7 days) too",
        ),
        (
            r#"name = "a", window = "month", direction = "load", measure = "net", amount = "10""#,
            r#"name = "b", window = "quarter", direction = "load", amount = "10""#,
            "a.amount: makes no difference: whatever exceeds it exceeds b.amount (10.00 a quarter) too",
        ),
        (
            r#"name = "a", maximum_balance = "1000""#,
            r#"name = "b", window = "lifetime", direction = "load", amount = "900""#,
            "a.maximum_balance: makes no difference: whatever exceeds it exceeds b.amount (900.00 ever) too",
        ),
        (
            r#"name = "a", direction = "load", cooldown = "10m", from = "2026-01-01""#,
            r#"name = "b", cooldown = "1h""#,
            "a.cooldown: makes no difference: whatever exceeds it exceeds b.cooldown (1 hour apart) too",
        ),
        (
            r#"name = "a", minimum_amount = "5""#,
            r#"name = "b", minimum_amount = "10", direction = "any""#,
            "a.minimum_amount: makes no difference: whatever exceeds it exceeds b.minimum_amount (10.00 in one transaction) too",
        ),
    ];
    for (idle, other, expected) in cases {
        assert_eq!(odd(&[idle, other]), [expected]);
        assert_eq!(odd(&[other, idle]), [expected]);
        assert_eq!(odd(&[idle]), NOTHING);
    }
}

#[test]
fn of_two_equal_bounds_the_later_one_makes_no_difference() {
    let (a, b) = (r#"name = "a", window = "day", count = 3"#, r#"name = "b", window = "day", count = 3"#);
    let expected = "b.count: makes no difference: whatever exceeds it exceeds a.count (3 a day) too";
    assert_eq!(odd(&[a, b]), [expected]);
}

#[test]
fn bound_of_both_directions_is_undercut_by_one_for_each() {
    let limits = [
        r#"name = "a", maximum_amount = "500""#,
        r#"name = "b", direction = "load", maximum_amount = "400""#,
        r#"name = "c", direction = "withdrawal", maximum_amount = "300""#,
    ];
    let expected = "a.maximum_amount: makes no difference: whatever exceeds it exceeds b.maximum_amount (400.00 in one \
        load) too; whatever exceeds it exceeds c.maximum_amount (300.00 in one withdrawal) too";
    assert_eq!(odd(&limits), [expected]);
    assert_eq!(odd(&limits[..2]), NOTHING);
}

#[test]
fn bound_is_not_undercut_by_one_of_another_scope() {
    let strict = r#"name = "b", window = "week", direction = "load", amount = "3000""#;
    for loose in [
        r#"window = "day", direction = "any", amount = "5000""#,
        r#"window = "day", direction = "withdrawal", amount = "5000""#,
        r#"window = "month", direction = "load", amount = "5000""#,
        r#"window = "24h", direction = "load", amount = "5000""#,
    ] {
        assert_eq!(odd(&[&format!(r#"name = "a", {loose}"#), strict]), NOTHING, "{loose}");
    }
    let loose = r#"name = "a", window = "day", direction = "load", amount = "5000""#;
    for strict in [
        r#"groups = ["gold"]"#,
        r#"from = "2026-01-05", until = "2026-12-31""#,
        r#"outcome = "flag""#,
        r#"outcome = "shadow""#,
        r#"measure = "net""#,
    ] {
        let strict = format!(r#"name = "b", window = "day", direction = "load", amount = "3000", {strict}"#);
        assert_eq!(odd(&[loose, &strict]), NOTHING, "{strict}");
    }
}

#[test]
fn bound_is_not_undercut_over_a_window_that_does_not_hold_its_own() {
    for (loose, strict) in [
        (r#"window = "week", amount = "5000""#, r#"window = "month", amount = "3000""#),
        (r#"window = "week", amount = "5000""#, r#"window = "week", week_starts = "sunday", amount = "3000""#),
        (r#"window = "day", count = 5"#, r#"window = "7d", count = 3"#),
        (r#"window = "24h", count = 5"#, r#"window = "year", count = 3"#),
        // What was withdrawn on another day of the week makes room in the week and not in the day.
        (r#"window = "day", measure = "net", amount = "5000""#, r#"window = "week", measure = "net", amount = "3000""#),
    ] {
        let limits = [
            format!(r#"name = "a", direction = "load", {loose}"#),
            format!(r#"name = "b", direction = "load", {strict}"#),
        ];
        assert_eq!(odd(&limits.each_ref().map(String::as_str)), NOTHING, "{loose} {strict}");
    }
}

#[test]
fn net_withdrawals_are_those_of_each_alone_over_a_lifetime_only() {
    let each = r#"name = "a", direction = "withdrawal", maximum_amount = "100""#;
    let net = r#"name = "b", direction = "withdrawal", measure = "net", window = "day", amount = "200""#;
    assert_eq!(odd(&[each, net]), NOTHING);
    let expected =
        "b.amount: makes no difference: whatever exceeds it exceeds a.maximum_amount (100.00 in one withdrawal) too";
    assert_eq!(odd(&[each, &net.replace("day", "lifetime")]), [expected]);
}

#[test]
fn limit_that_marks_never_does_behind_a_stricter_one_that_declines() {
    let declines = r#"name = "b", window = "day", direction = "load", amount = "3000""#;
    for (outcome, does) in [("flag", "flags nothing"), ("shadow", "counts nothing")] {
        let marks =
            format!(r#"name = "a", window = "day", direction = "load", amount = "3000", outcome = "{outcome}""#);
        let expected = format!("a.amount: {does}: whatever exceeds it exceeds b.amount (3,000.00 a day) too");
        assert_eq!(odd(&[&marks, declines]), [expected]);
        assert_eq!(odd(&[&marks.replace("3000", "2999"), declines]), NOTHING);
    }
}

#[test]
fn count_that_a_cooldown_leaves_no_room_for_makes_no_difference() {
    let limit =
        |window: &str, count: u32| format!(r#"name = "a", cooldown = "10m", window = "{window}", count = {count}"#);
    let expected = |most: &str| {
        format!("a.count: makes no difference: beside a.cooldown (10 minutes apart) there is room for {most} at most")
    };
    assert_eq!(odd(&[&limit("day", 200)]), [expected("144")]);
    assert_eq!(odd(&[&limit("day", 144)]), [expected("144")]);
    assert_eq!(odd(&[&limit("day", 143)]), NOTHING);
    assert_eq!(odd(&[&limit("25m", 3)]), [expected("3")]);
    assert_eq!(odd(&[&limit("month", 4_464)]), [expected("4,464")]);
    assert_eq!(odd(&[&limit("lifetime", 4_000_000)]), NOTHING);
    // Toronto's days have up to 25 hours, and its clocks once differed by some minutes more.
    let in_toronto = format!(r#"{}, zone = "America/Toronto""#, limit("day", 200));
    assert_eq!(odd(&[&in_toronto]), [expected("152")]);
}

#[test]
fn distance_that_some_did_not_keep_leaves_room_for_any_count() {
    for some in [r#"groups = ["gold"]"#, r#"from = "2026-01-01""#, r#"outcome = "flag""#, r#"direction = "load""#] {
        let cooldown = format!(r#"name = "a", cooldown = "10m", {some}"#);
        assert_eq!(odd(&[&cooldown, r#"name = "b", window = "day", count = 200"#]), NOTHING, "{some}");
    }
}

#[test]
fn sum_that_number_and_size_of_transactions_leave_no_room_for_makes_no_difference() {
    let (count, each) = (r#"name = "a", window = "day", count = 3"#, r#"name = "b", maximum_amount = "500""#);
    let sum = |amount: u32| format!(r#"name = "c", window = "day", direction = "load", amount = {amount}"#);
    let expected = "c.amount: makes no difference: beside a.count (3 a day) and b.maximum_amount (500.00 in one \
        transaction) there is room for 1,500.00 at most";
    assert_eq!(odd(&[count, each, &sum(2000)]), [expected]);
    assert_eq!(odd(&[count, each, &sum(1500)]), [expected]);
    assert_eq!(odd(&[count, each, &sum(1499)]), NOTHING);
    assert_eq!(odd(&[count, &format!(r#"{each}, groups = ["gold"]"#), &sum(2000)]), NOTHING);
}

#[test]
fn number_that_sum_and_least_size_leave_no_room_for_makes_no_difference() {
    let (sum, each) = (r#"name = "a", window = "day", amount = 100"#, r#"name = "b", minimum_amount = 10"#);
    let count = |count: u32| format!(r#"name = "c", window = "day", count = {count}"#);
    let expected = "c.count: makes no difference: beside b.minimum_amount (10.00 in one transaction) and a.amount \
        (100.00 a day) there is room for 10 at most";
    assert_eq!(odd(&[sum, each, &count(10)]), [expected]);
    assert_eq!(odd(&[sum, each, &count(9)]), NOTHING);
}

#[test]
fn longer_window_makes_no_difference_if_the_shorter_ones_in_it_come_to_less() {
    let day = r#"name = "a", window = "day", direction = "load", amount = "5000""#;
    let week = |amount: u32| format!(r#"name = "b", window = "week", direction = "load", amount = {amount}"#);
    let expected =
        "b.amount: makes no difference: beside a.amount (5,000.00 a day) there is room for 35,000.00 at most";
    assert_eq!(odd(&[day, &week(35_000)]), [expected]);
    assert_eq!(odd(&[day, &week(34_999)]), NOTHING);
    let counts = [r#"name = "a", window = "month", count = 10"#, r#"name = "b", window = "year", count = 120"#];
    let expected = "b.count: makes no difference: beside a.count (10 a month) there is room for 120 at most";
    assert_eq!(odd(&counts), [expected]);
    // Late transactions may crowd a trailing window after it was judged.
    let counts = [r#"name = "a", window = "24h", count = 1"#, r#"name = "b", window = "7d", count = 8"#];
    assert_eq!(odd(&counts), NOTHING);
}

#[test]
fn withdrawal_above_every_balance_makes_no_difference() {
    let balance = r#"name = "a", direction = "load", maximum_balance = "1000""#;
    let withdrawal = r#"name = "b", direction = "withdrawal", maximum_amount = "1000""#;
    let expected = "b.maximum_amount: makes no difference: no balance is above a.maximum_balance (1,000.00)";
    assert_eq!(odd(&[balance, withdrawal]), [expected]);
    assert_eq!(odd(&[balance, &withdrawal.replace("1000", "999")]), NOTHING);
}

#[test]
fn nothing_passes_a_least_amount_above_what_is_allowed() {
    let least = r#"name = "a", minimum_amount = "10""#;
    let day = r#"name = "b", window = "day", direction = "load", amount = "9.99""#;
    assert_eq!(odd(&[least, day]), ["a.minimum_amount: no load passes both this and b.amount (9.99 a day)"]);
    assert_eq!(odd(&[least, &day.replace("9.99", "10")]), NOTHING);
    let (gold, silver) = (format!(r#"{least}, groups = ["gold"]"#), format!(r#"{day}, groups = ["silver"]"#));
    assert_eq!(odd(&[&gold, &silver]), NOTHING);
    let expected = "a.minimum_amount: no withdrawal passes both this and b.maximum_amount (9.00 in one withdrawal)";
    assert_eq!(odd(&[least, r#"name = "b", direction = "withdrawal", maximum_amount = "9""#]), [expected]);
}

#[test]
fn dates_of_one_kind_of_limit_follow_upon_each_other() {
    let limit =
        |name: &str, dates: &str| format!(r#"name = "{name}", window = "day", count = {}, {dates}"#, name.len());
    let first = limit("a", r#"from = "2026-01-01", until = "2026-06-30""#);
    let next = |from: &str| limit("ab", &format!(r#"from = "{from}", until = "2026-12-31""#));
    assert_eq!(odd(&[&first, &next("2026-07-01")]), NOTHING);
    let gap = "ab.from: begins 2026-07-03, and a ends 2026-06-30: neither holds from 2026-07-01 to 2026-07-02";
    assert_eq!(odd(&[&first, &next("2026-07-03")]), [gap]);
    assert_eq!(odd(&[&next("2026-07-03"), &first]), [gap]);
    let both = "ab.from: begins 2026-06-30, and a ends 2026-06-30: both hold on 2026-06-30";
    assert_eq!(odd(&[&first, &next("2026-06-30")]), [both]);
    let open = limit("ab", r#"from = "2026-07-02""#);
    let gap = "ab.from: begins 2026-07-02, and a ends 2026-06-30: neither holds on 2026-07-01";
    assert_eq!(odd(&[&first, &open]), [gap]);
    // One that holds for a while beside one that holds longer is there to be stricter.
    let within = limit("ab", r#"from = "2026-03-01", until = "2026-03-31""#).replace("count = 2", "count = 1");
    assert_eq!(odd(&[&first.replace("count = 1", "count = 2"), &within]), NOTHING);
    let other_kind = next("2026-08-01").replace("count", "direction = \"load\", count");
    assert_eq!(odd(&[&first, &other_kind]), NOTHING);
}

#[test]
fn date_that_clocks_skip_is_no_time_at_all() {
    let limit =
        r#"name = "a", window = "day", count = 1, zone = "Pacific/Apia", from = "2011-12-30", until = "2011-12-30""#;
    assert_eq!(odd(&[limit]), ["a.from: the limit never holds: clocks in Pacific/Apia skip that date"]);
}

#[test]
fn window_that_begins_before_the_limit_does_is_told() {
    let limit = |window: &str, from: &str| format!(r#"name = "a", window = "{window}", count = 9, from = "{from}""#);
    let expected = "a.from: what was accepted from 2026-03-01 on counts too: the month of 2026-03-15 began then";
    assert_eq!(odd(&[&limit("month", "2026-03-15")]), [expected]);
    assert_eq!(odd(&[&limit("month", "2026-03-01")]), NOTHING);
    let expected = r#"a.from: what was accepted before 2026-03-15 counts too, as the window is "lifetime""#;
    assert_eq!(odd(&[&limit("lifetime", "2026-03-15")]), [expected]);
    for window in ["day", "24h"] {
        assert_eq!(odd(&[&limit(window, "2026-03-15")]), NOTHING, "{window}");
    }
}

#[test]
fn window_without_anything_to_sum_makes_no_difference() {
    let expected = "a.window: makes no difference, as there is neither an amount nor a count";
    assert_eq!(odd(&[r#"name = "a", window = "day", maximum_amount = "500""#]), [expected]);
    assert_eq!(odd(&[r#"name = "a", window = "transaction", maximum_amount = "500""#]), NOTHING);
}

#[test]
fn days_of_two_zones_are_told_once() {
    let limit =
        |name: &str, zone: &str| format!(r#"name = "{name}", window = "day", count = {}, zone = "{zone}""#, name.len());
    let zones = [limit("a", "America/Toronto"), limit("ab", "Europe/Berlin"), limit("abc", "Asia/Tokyo")];
    let expected = "ab.zone: its days are those of Europe/Berlin, while those of a are of America/Toronto";
    assert_eq!(odd(&zones.each_ref().map(String::as_str)), [expected]);
    assert_eq!(odd(&[&zones[0], &zones[1].replace("\"day\"", "\"24h\"")]), NOTHING);
}

#[test]
fn name_that_says_something_else_is_told() {
    let expected = r#"daily-loads.window: is "week", while the name says "daily""#;
    assert_eq!(odd(&[r#"name = "daily-loads", window = "week", count = 3"#]), [expected]);
    let expected = r#"daily-loads.direction: is "withdrawal", while the name says "loads""#;
    assert_eq!(odd(&[r#"name = "daily-loads", window = "day", direction = "withdrawal", count = 3"#]), [expected]);
    for limit in [
        r#"name = "daily-loads", window = "24h", direction = "load", count = 3"#,
        r#"name = "daily-or-weekly", window = "month", count = 3"#,
        r#"name = "dailyish", window = "week", count = 3"#,
        r#"name = "daily-size", maximum_amount = "5""#,
    ] {
        assert_eq!(odd(&[limit]), NOTHING);
    }
}

#[test]
fn group_in_which_the_file_has_nobody_is_told() {
    let limit = r#"name = "a", window = "day", count = 3, groups = ["glod", "gold", "default"]"#;
    let sizes: &[(&str, u64)] = &[("gold", 3), ("silver", 1)];
    let expected =
        r#"a.groups: the groups file has nobody in "glod", only transactions can name it; did you mean "gold"?"#;
    assert_eq!(odd_with(&[limit], Some(sizes)), [expected]);
    assert_eq!(odd(&[limit]), NOTHING);
}

#[test]
fn file_of_groups_that_no_limit_names_is_told() {
    let limit = r#"name = "a", window = "day", count = 3"#;
    assert_eq!(odd_with(&[limit], Some(&[("gold", 3)])), ["groups_file: makes no difference: no limit names groups"]);
}

#[test]
fn customers_whom_the_limits_for_some_groups_leave_out_are_told() {
    let limit = |name: &str, groups: &str| {
        format!(r#"name = "{name}", window = "day", direction = "load", amount = {}, groups = {groups}"#, name.len())
    };
    let (gold, silver) = (limit("a", r#"["gold"]"#), limit("ab", r#"["silver"]"#));
    assert_eq!(odd(&[&gold, &silver]), [r#"a.groups: no limit with "amount" holds for customers of no group"#]);
    let sizes: &[(&str, u64)] = &[("gold", 3), ("silver", 1), ("bronze", 9)];
    let expected = r#"a.groups: no limit with "amount" holds for group bronze and customers of no group"#;
    assert_eq!(odd_with(&[&gold, &silver], Some(sizes)), [expected]);
    assert_eq!(odd(&[&gold, &silver, &limit("abc", r#"["default"]"#)]), NOTHING);
    assert_eq!(odd(&[&gold, &silver, r#"name = "b", window = "week", amount = 4"#]), NOTHING);
    assert_eq!(odd(&[&gold, &gold.replace("\"a\"", "\"b\"").replace("day", "week")]).len(), 1, "one of them is idle");
}
