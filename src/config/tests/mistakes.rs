//! What each mistake is told, with its place.

use insta::assert_snapshot;

use super::*;

#[test]
fn all_mistakes_of_all_layers_are_reported_in_order() {
    let file = r#"[io]
input = ""
time_format = "%Q"
outptu = "b"

[policy]
duplicate = "ignore"

[[limits]]
name = "daily-amount"
window = "day"
amount = "0.00"

[[limits]]
name = "weekly"
window = "fortnight"
count = 0

[[limits]]
name = "daily-amount"
window = "day"
amount = 5000.0
colour = 1
"#;
    let env = [("TIDEGATE_IO__INPT", "a"), ("TIDEGATE_POLICY__DUPLICATES", "drop")];
    let set = ["daily-amount.amuont=3", "weekly.count=1.5"];
    assert_snapshot!(layered(file, &env, &set).unwrap_err(), @r#"
    tidegate.toml:2: io.input: must name a file, or be "-"
    tidegate.toml:3: io.time_format: must be a strftime format such as "%d/%m/%Y %H:%M:%S": not a strftime format: "%Q"
    tidegate.toml:4: io.outptu: unknown key; did you mean "output"?
    tidegate.toml:7: policy.duplicate: unknown key; did you mean "duplicates"?
    tidegate.toml:12: limits.daily-amount.amount: must be above zero
    tidegate.toml:16: limits.weekly.window: must be "transaction", "day", "week", "month", "quarter", "year", "lifetime", or a span such as "24h" or "90d" (s, m, h or d), from 1s to 3652059d, not "fortnight"
    tidegate.toml:17: limits.weekly.count: must be a whole number from 1 to 4294967295, not "0"
    tidegate.toml:20: limits.name: a second limit of the name "daily-amount"
    tidegate.toml:22: limits.daily-amount.amount: must not be a float, which may be rounded; put the amount in quotes: "5000.00"
    tidegate.toml:23: limits.daily-amount.colour: unknown key; there are name, window, direction, measure, amount, count, minimum_amount, maximum_amount, maximum_balance, cooldown, zone, week_starts, groups, from, until, outcome
    TIDEGATE_IO__INPT: unknown variable; did you mean "TIDEGATE_IO__INPUT"?
    TIDEGATE_POLICY__DUPLICATES: must be "decline" or "ignore", not "drop"
    --set daily-amount.amuont=3: unknown key; did you mean "amount"?
    --set weekly.count=1.5: must be a whole number from 1 to 4294967295, not "1.5"
    "#);
}

#[test]
fn values_of_a_wrong_type_are_told_the_right_one() {
    let file = r#"
limits = [
  { name = 1, window = 2, direction = 3, count = "3", amount = true },
  { name = "a", window = "day", count = 1.0 },
  { name = "b", window = "day", amount = [] },
  { name = "c", window = "day", amount = 99999999999999999999999999999999999999999999 },
  { name = "d", window = "day", count = -1 },
  { name = "e", window = "day", count = 0x1_0000_0000 },
  7,
]
io.input = 3
io.output = 2000-01-01
policy = "decline"
"#;
    assert_snapshot!(errors_of(file), @r#"
    tidegate.toml:3: limits.name: must be a text in quotes, not an integer
    tidegate.toml:3: limits.amount: must be an amount in quotes, such as "5000.00", not a boolean
    tidegate.toml:3: limits.count: must be a whole number without quotes, such as 3, not a string
    tidegate.toml:3: limits.direction: must be a text in quotes, not an integer
    tidegate.toml:3: limits.window: must be a text in quotes, not an integer
    tidegate.toml:4: limits.a.count: must be a whole number without quotes, such as 3, not a float
    tidegate.toml:5: limits.b.amount: must be an amount in quotes, such as "5000.00", not an array
    tidegate.toml:6: limits.c.amount: must be at most 92233720368547758.07, not "99999999999999999999999999999999999999999999"
    tidegate.toml:7: limits.d.count: must be a whole number from 1 to 4294967295, not "-1"
    tidegate.toml:8: limits.e.count: must be a whole number from 1 to 4294967295, not "4294967296"
    tidegate.toml:9: limits: each must be a table, not an integer
    tidegate.toml:11: io.input: must be a text in quotes, not an integer
    tidegate.toml:12: io.output: must be a text in quotes, not a date or time
    tidegate.toml:13: policy: must be a table, begun by [policy], not a string
    "#);
    assert_snapshot!(errors_of("[limits]\nname = \"a\"\n"), @r#"
    tidegate.toml:1: limits: must be a list of tables, each begun by [[limits]], not a table
    "#);
    assert_snapshot!(errors_of("[[io]]\ninput = \"a\"\n"), @r#"
    tidegate.toml:1: io: must be a table, begun by [io], not an array
    "#);
}

#[test]
fn unknown_keys_are_told_the_known_ones() {
    assert_snapshot!(errors_of("[[limit]]\n[kafka]\n\"a b\\u001b\" = 1\n[io]\n\"in\\nput\" = 1\nbatch = 2\n"), @r#"
    tidegate.toml:1: limit: unknown key; did you mean "limits"?
    tidegate.toml:2: kafka: unknown key; there are io, policy, limits
    tidegate.toml:5: io."in\nput": unknown key; did you mean "input"?
    tidegate.toml:6: io.batch: unknown key; there are input, output, time_format
    "#);
}

#[test]
fn missing_keys_of_a_limit_are_missed_where_it_begins() {
    let file = "[[limits]]\n\n[[limits]]\n\ncount = 3\n\n[[limits]]\nname = \"a\"\n";
    assert_snapshot!(errors_of(file), @r#"
    tidegate.toml:1: limits.name: missing; every limit has a name, such as "daily-count"
    tidegate.toml:1: limits: a limit needs an amount, a count, a minimum_amount, a maximum_amount, a maximum_balance or a cooldown
    tidegate.toml:3: limits.name: missing; every limit has a name, such as "daily-count"
    tidegate.toml:3: limits.window: missing; must be "day", "week", "month", ... where there is an amount or a count
    tidegate.toml:7: limits.a: a limit needs an amount, a count, a minimum_amount, a maximum_amount, a maximum_balance or a cooldown
    "#);
}

#[test]
fn mistyped_key_is_not_missed_as_well() {
    let file = "[[limits]]\nnmae = \"a\"\nwidnow = \"day\"\namuont = 3\n";
    assert_snapshot!(errors_of(file), @r#"
    tidegate.toml:2: limits.nmae: unknown key; did you mean "name"?
    tidegate.toml:3: limits.widnow: unknown key; did you mean "window"?
    tidegate.toml:4: limits.amuont: unknown key; did you mean "amount"?
    "#);
}

#[test]
fn names_must_be_well_formed_and_their_own() {
    let limit = |name: &str| format!("[[limits]]\nname = {name:?}\nwindow = \"day\"\ncount = 1\n");
    let file = ["Daily", "total-overflow", "", "a", "a"].map(limit).concat();
    assert_snapshot!(errors_of(file), @r#"
    tidegate.toml:2: limits.name: a name is a lower-case letter, then lower-case letters, digits and hyphens; "Daily" can't be used
    tidegate.toml:6: limits.name: this name is the code of a built-in reason; "total-overflow" can't be used
    tidegate.toml:10: limits.name: a name is a lower-case letter, then lower-case letters, digits and hyphens; "" can't be used
    tidegate.toml:18: limits.name: a second limit of the name "a"
    "#);
}

#[test]
fn name_is_compared_even_if_the_rest_of_its_limit_is_wrong() {
    let file = "[[limits]]\nname = \"a\"\n[[limits]]\nname = \"a\"\nwindow = \"day\"\ncount = 1\n";
    assert_snapshot!(errors_of(file), @r#"
    tidegate.toml:1: limits.a: a limit needs an amount, a count, a minimum_amount, a maximum_amount, a maximum_balance or a cooldown
    tidegate.toml:4: limits.name: a second limit of the name "a"
    "#);
}

#[test]
fn contradiction_is_told_at_the_place_that_was_set_last() {
    let file = r#"
[[limits]]
name = "day"
window = "day"
amount = 100
count = 10
[[limits]]
name = "week"
window = "week"
amount = 99
count = 9
"#;
    assert_snapshot!(errors_of(file), @r#"
    tidegate.toml:10: limits.week.amount: 99.00 is below the 100.00 of "day", which could never be reached
    tidegate.toml:11: limits.week.count: 9 is below the 10 of "day", which could never be reached
    "#);
    let env = [("TIDEGATE_LIMITS__WEEK__AMOUNT", "98")];
    assert_snapshot!(layered(file, &env, &["week.count=8"]).unwrap_err(), @r#"
    TIDEGATE_LIMITS__WEEK__AMOUNT: 98.00 is below the 100.00 of "day", which could never be reached
    --set week.count=8: 8 is below the 10 of "day", which could never be reached
    "#);
    assert_snapshot!(layered("", &[], &["daily-amount.amount=30000"]).unwrap_err(), @r#"
    limits.weekly-amount.amount (the default): 20000.00 is below the 30000.00 of "daily-amount", which could never be reached
    "#);
}

#[test]
fn text_that_is_not_toml_is_told_line_by_line() {
    assert_snapshot!(errors_of("[io\ninput = \"a\"\n\n[policy]\noutput = 'b\n[policy]\n"), @r#"
    tidegate.toml:1: not TOML: unclosed table, expected `]`
    tidegate.toml:5: not TOML: invalid literal string, expected `'`
    tidegate.toml:6: not TOML: duplicate key
    "#);
    assert_snapshot!(errors_of("a = [\n1,\n"), @"tidegate.toml:2: not TOML: unclosed array, expected `]`");
}

#[test]
fn bytes_that_are_not_utf_8_are_told_with_their_line() {
    assert_snapshot!(errors_of(b"[io]\ninput = \"a\"\n# caf\xe9\n"), @r#"
    tidegate.toml:3: must be UTF-8, and is not here
    "#);
    assert_snapshot!(errors_of(b"\xff\xfe[\x00"), @"tidegate.toml:1: must be UTF-8, and is not here");
}

#[test]
fn line_ends_of_windows_do_not_move_lines() {
    assert_snapshot!(errors_of("\u{feff}[io]\r\n\r\ninput = '''\r\na\r\n'''\r\ntime_format = 1\r\n"), @r#"
    tidegate.toml:6: io.time_format: must be a text in quotes, not an integer
    "#);
}

#[test]
fn variables_are_told_what_there_is() {
    let env = [
        ("TIDEGATE_LIMITS__DAILY__AMOUNT", "3"),
        ("TIDEGATE_LIMITS__DAILY_AMUONT__AMOUNT", "3"),
        ("TIDEGATE_LIMITS__DAILY_AMOUNT__NAME", "a"),
        ("TIDEGATE_LIMITS__DAILY_AMOUNT__AMOUNT", "$"),
        ("TIDEGATE_LIMITS__daily_amount__amount", "3"),
        ("TIDEGATE_LIMITS__AMOUNT", "3"),
        ("TIDEGATE_KAFKA__TOPIC", "a"),
        ("TIDEGATE_IO__TIME_FROMAT", "a"),
        ("TIDEGATE_\u{1b}__A", "a"),
    ];
    assert_snapshot!(layered("", &env, &[]).unwrap_err(), @r#"
    "TIDEGATE_\u{1b}__A": unknown variable; there are TIDEGATE_IO__INPUT, TIDEGATE_IO__OUTPUT, TIDEGATE_IO__TIME_FORMAT, TIDEGATE_POLICY__DUPLICATES, TIDEGATE_POLICY__ZONE, TIDEGATE_POLICY__WEEK_STARTS, TIDEGATE_POLICY__LATE_AFTER, TIDEGATE_POLICY__GROUPS_FILE and TIDEGATE_LIMITS__NAME__KEY
    TIDEGATE_IO__TIME_FROMAT: unknown variable; did you mean "TIDEGATE_IO__TIME_FORMAT"?
    TIDEGATE_KAFKA__TOPIC: unknown variable; there are TIDEGATE_IO__INPUT, TIDEGATE_IO__OUTPUT, TIDEGATE_IO__TIME_FORMAT, TIDEGATE_POLICY__DUPLICATES, TIDEGATE_POLICY__ZONE, TIDEGATE_POLICY__WEEK_STARTS, TIDEGATE_POLICY__LATE_AFTER, TIDEGATE_POLICY__GROUPS_FILE and TIDEGATE_LIMITS__NAME__KEY
    TIDEGATE_LIMITS__AMOUNT: unknown variable; there are TIDEGATE_IO__INPUT, TIDEGATE_IO__OUTPUT, TIDEGATE_IO__TIME_FORMAT, TIDEGATE_POLICY__DUPLICATES, TIDEGATE_POLICY__ZONE, TIDEGATE_POLICY__WEEK_STARTS, TIDEGATE_POLICY__LATE_AFTER, TIDEGATE_POLICY__GROUPS_FILE and TIDEGATE_LIMITS__NAME__KEY
    TIDEGATE_LIMITS__DAILY_AMOUNT__AMOUNT: must be an amount such as 5000.00, not "$"
    TIDEGATE_LIMITS__DAILY_AMOUNT__NAME: unknown key; there are window, direction, measure, amount, count, minimum_amount, maximum_amount, maximum_balance, cooldown, zone, week_starts, groups, from, until, outcome
    TIDEGATE_LIMITS__DAILY_AMUONT__AMOUNT: unknown limit; did you mean "daily-amount"?
    TIDEGATE_LIMITS__DAILY__AMOUNT: unknown limit; there are daily-count, daily-amount, weekly-amount
    TIDEGATE_LIMITS__daily_amount__amount: unknown variable; there are TIDEGATE_IO__INPUT, TIDEGATE_IO__OUTPUT, TIDEGATE_IO__TIME_FORMAT, TIDEGATE_POLICY__DUPLICATES, TIDEGATE_POLICY__ZONE, TIDEGATE_POLICY__WEEK_STARTS, TIDEGATE_POLICY__LATE_AFTER, TIDEGATE_POLICY__GROUPS_FILE and TIDEGATE_LIMITS__NAME__KEY
    "#);
}

#[cfg(unix)]
#[test]
fn variable_that_is_not_utf_8_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let environment = vec![(OsString::from("TIDEGATE_IO__INPUT"), OsString::from_vec(vec![0xff]))];
    let home = Home::new();
    let sources = Sources { file: None, set: &[], environment, working_dir: home.0.path() };
    assert_snapshot!(load(&sources).unwrap_err(), @"TIDEGATE_IO__INPUT: must be UTF-8");
}

#[test]
fn set_flags_are_told_what_there_is() {
    let set = [
        "daily-amount",
        "daily-amount=3",
        "daily-amount.amuont=3",
        "daily-amount.name=a",
        "daily.amount=3",
        "dialy-amount.amount=3",
        "policy.zone=UTC",
        "daily-amount.amount=",
        "daily-amount.amount=1,000",
        "daily-count.count=0",
        "daily-count.window=\u{1b}[2J",
    ];
    assert_snapshot!(layered("", &[], &set).unwrap_err(), @r#"
    --set daily-amount: must be NAME.KEY=VALUE, such as daily-amount.amount=3000
    --set daily-amount=3: must be NAME.KEY=VALUE, such as daily-amount.amount=3000
    --set daily-amount.amuont=3: unknown key; did you mean "amount"?
    --set daily-amount.name=a: unknown key; there are window, direction, measure, amount, count, minimum_amount, maximum_amount, maximum_balance, cooldown, zone, week_starts, groups, from, until, outcome
    --set daily.amount=3: unknown limit; there are daily-count, daily-amount, weekly-amount
    --set dialy-amount.amount=3: unknown limit; did you mean "daily-amount"?
    --set policy.zone=UTC: not a key of a limit; set it in the file or as TIDEGATE_POLICY__ZONE
    --set daily-amount.amount=: must be an amount such as 5000.00, not ""
    --set daily-amount.amount=1,000: must be an amount such as 5000.00, not "1,000"
    --set daily-count.count=0: must be a whole number from 1 to 4294967295, not "0"
    --set "daily-count.window=\u{1b}[2J": must be "transaction", "day", "week", "month", "quarter", "year", "lifetime", or a span such as "24h" or "90d" (s, m, h or d), from 1s to 3652059d, not "\u{1b}[2J"
    "#);
    assert_snapshot!(layered("limits = []", &[], &["a.amount=1"]).unwrap_err(), @r#"
    --set a.amount=1: unknown limit; there are none
    "#);
}

#[test]
fn named_file_must_be_readable() {
    let home = Home::new().with("work/tidegate.toml", "");
    assert_snapshot!(home.load(Some(&home.path("missing.toml")), &[], &[]).unwrap_err(), @r#"
    --config missing.toml: can't be read: No such file or directory (os error 2)
    "#);
    assert_snapshot!(home.load(Some(&home.path("work")), &[], &[]).unwrap_err(), @r#"
    --config work: can't be read: Is a directory (os error 21)
    "#);
}

#[test]
fn file_that_is_there_must_be_readable_even_if_nobody_named_it() {
    let home = Home::new().with("work/tidegate.toml/a", "");
    assert_snapshot!(home.load(None, &[], &[]).unwrap_err(), @r#"
    work/tidegate.toml: can't be read: Is a directory (os error 21)
    "#);
}

#[cfg(target_os = "linux")]
#[test]
fn endless_file_is_refused() {
    assert_snapshot!(Home::new().load(Some(Path::new("/dev/zero")), &[], &[]).unwrap_err(), @r#"
    --config /dev/zero: can't be read: 64 MiB or more are no configuration
    "#);
}
