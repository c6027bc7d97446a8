//! Which layer wins, and which file is taken.

use super::*;
use crate::domain::{Amount, Duplicates, Limit, LimitDirection, Policy, Window};
use crate::formats::TimeFormat;

const WEEKLY: &str = "[[limits]]\nname = \"weekly\"\nwindow = \"week\"\namount = 70\n";

/// The configuration's limit of a name.
fn limit<'a>(config: &'a Config, name: &str) -> &'a Limit {
    config.policy.limits().iter().find(|limit| limit.name.as_str() == name).unwrap()
}

#[test]
fn defaults_hold_without_a_file() {
    let (config, origin) = Home::new().load(None, &[], &[]).unwrap();
    assert_eq!(config.policy, Policy::default());
    assert_eq!((config.io.input.to_str(), config.io.output.to_str()), (Some("input.txt"), Some("output.txt")));
    assert_eq!(config.io.time_format, None);
    assert_eq!(origin, Origin { file: None, overrides: vec![] });
}

#[test]
fn file_in_the_documentation_spells_out_the_defaults() {
    let docs = include_str!("../../../docs/configuration.md");
    let file = docs.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    for key in ["input", "output", "duplicates", "name", "window", "direction", "count", "amount"] {
        assert!(file.contains(&format!("\n{key} = ")), "{key}");
    }
    assert_eq!(layered(file, &[], &[]), layered("", &[], &[]));
}

#[test]
fn absent_keys_keep_their_defaults() {
    let config = layered("[io]\noutput = \"-\"\ntime_format = \"%d/%m/%Y\"\n", &[], &[]).unwrap();
    assert_eq!((config.io.input.to_str(), config.io.output.to_str()), (Some("input.txt"), Some("-")));
    assert_eq!(config.io.time_format.as_ref().map(TimeFormat::as_str), Some("%d/%m/%Y"));
    assert_eq!(config.policy, Policy::default());
}

#[test]
fn limits_of_the_file_replace_all_others() {
    let config = layered(WEEKLY, &[], &[]).unwrap();
    assert_eq!(config.policy.limits().len(), 1);
    let weekly = limit(&config, "weekly");
    assert_eq!((weekly.window, weekly.direction), (Window::Week, LimitDirection::Any));
    assert_eq!((weekly.amount, weekly.count), (Some(Amount::from_minor(7_000)), None));
    assert!(layered("limits = []", &[], &[]).unwrap().policy.limits().is_empty());
}

#[test]
fn limits_keep_the_order_of_the_file() {
    let file = r#"limits = [{ name = "b", window = "day", count = 1 }, { name = "a", window = "day", count = 2 }]"#;
    let config = layered(file, &[], &[]).unwrap();
    let names: Vec<_> = config.policy.limits().iter().map(|limit| limit.name.as_str()).collect();
    assert_eq!(names, ["b", "a"]);
}

#[test]
fn environment_lies_above_the_file_and_the_flags_above_both() {
    let file = format!("[io]\ninput = \"file\"\n[policy]\nduplicates = \"decline\"\n{WEEKLY}");
    let env = [
        ("TIDEGATE_IO__INPUT", "env"),
        ("TIDEGATE_IO__OUTPUT", "env.out"),
        ("TIDEGATE_IO__TIME_FORMAT", "%F"),
        ("TIDEGATE_POLICY__DUPLICATES", "ignore"),
        ("TIDEGATE_LIMITS__WEEKLY__AMOUNT", "80"),
        ("TIDEGATE_LIMITS__WEEKLY__COUNT", "8"),
    ];
    let config = layered(&file, &env, &["weekly.amount=90", "weekly.amount=95.5"]).unwrap();
    assert_eq!((config.io.input.to_str(), config.io.output.to_str()), (Some("env"), Some("env.out")));
    assert_eq!(config.io.time_format.as_ref().map(TimeFormat::as_str), Some("%F"));
    assert_eq!(config.policy.duplicates(), Duplicates::Ignore);
    assert_eq!(limit(&config, "weekly").amount, Some(Amount::from_minor(9_550)));
    assert_eq!(limit(&config, "weekly").count, Some(8));
}

#[test]
fn every_key_but_the_name_of_a_limit_can_be_changed() {
    let set = ["daily-count.window=month", "daily-count.direction=withdrawal", "daily-count.count=9"];
    let config = layered("", &[], &set).unwrap();
    let changed = limit(&config, "daily-count");
    assert_eq!(
        (changed.window, changed.direction, changed.count),
        (Window::Month, LimitDirection::Withdrawal, Some(9))
    );
    let config = layered("", &[("TIDEGATE_LIMITS__DAILY_AMOUNT__AMOUNT", "$3000")], &[]).unwrap();
    assert_eq!(limit(&config, "daily-amount").amount, Some(Amount::from_minor(300_000)));
}

#[test]
fn variable_finds_a_limit_whose_name_has_hyphens_anywhere() {
    let file = "[[limits]]\nname = \"a--b-\"\nwindow = \"day\"\ncount = 1\n";
    let config = layered(file, &[("TIDEGATE_LIMITS__A__B___COUNT", "2")], &[]).unwrap();
    assert_eq!(limit(&config, "a--b-").count, Some(2));
}

#[test]
fn empty_variables_and_those_of_other_purpose_are_left_alone() {
    let env = [
        ("TIDEGATE_IO__INPUT", ""),
        ("TIDEGATE_IO__NONSENSE", ""),
        ("TIDEGATE_LOG", "debug"),
        ("OTHER_TIDEGATE_IO__INPUT", "x"),
    ];
    assert_eq!(layered("", &env, &[]), layered("", &[], &[]));
}

#[test]
fn file_is_the_named_one_else_the_working_directorys_else_the_users() {
    let home = Home::new()
        .with("named.toml", "io.input = \"named\"")
        .with("work/tidegate.toml", "io.input = \"work\"")
        .with("xdg/tidegate/config.toml", "io.input = \"xdg\"")
        .with("home/.config/tidegate/config.toml", "io.input = \"home\"");
    let (xdg, user) = (home.path("xdg"), home.path("home"));
    let (xdg, user) = (xdg.to_str().unwrap(), user.to_str().unwrap());
    let env = [("XDG_CONFIG_HOME", xdg), ("HOME", user)];
    let taken = |named: Option<&Path>, env: &[(&str, &str)]| {
        let (config, origin) = home.load(named, env, &[]).unwrap();
        let file = origin.file.map(|file| file.strip_prefix(home.0.path()).unwrap().to_owned());
        (config.io.input.display().to_string(), file.map(|file| file.display().to_string()))
    };
    let of = |input: &str, file: &str| (input.to_owned(), Some(file.to_owned()));
    assert_eq!(taken(Some(&home.path("named.toml")), &env), of("named", "named.toml"));
    assert_eq!(taken(None, &env), of("work", "work/tidegate.toml"));
    fs::remove_file(home.path("work/tidegate.toml")).unwrap();
    assert_eq!(taken(None, &env), of("xdg", "xdg/tidegate/config.toml"));
    for unusable in ["", "relative/xdg"] {
        let env = [("XDG_CONFIG_HOME", unusable), ("HOME", user)];
        assert_eq!(taken(None, &env), of("home", "home/.config/tidegate/config.toml"));
    }
    assert_eq!(taken(None, &[]), ("input.txt".to_owned(), None));
}

#[test]
fn user_directory_that_is_no_directory_holds_no_file() {
    let home = Home::new().with("xdg", "");
    let (_, origin) = home.load(None, &[("XDG_CONFIG_HOME", home.path("xdg").to_str().unwrap())], &[]).unwrap();
    assert_eq!(origin.file, None);
}

#[test]
fn origin_tells_what_changed_the_file() {
    let home = Home::new();
    let env = [("TIDEGATE_POLICY__DUPLICATES", "ignore"), ("TIDEGATE_IO__INPUT", "a"), ("TIDEGATE_IO__OUTPUT", "")];
    let (_, origin) = home.load(None, &env, &["daily-count.count=4"]).unwrap();
    let expected = ["TIDEGATE_IO__INPUT", "TIDEGATE_POLICY__DUPLICATES", "--set daily-count.count=4"];
    assert_eq!(origin.overrides, expected);
}

#[test]
fn toml_may_be_written_in_all_its_ways() {
    let plain = layered(WEEKLY, &[], &[]).unwrap();
    for other in [
        "\u{feff}[[limits]]\r\nname = \"weekly\"\r\nwindow = \"week\"\r\namount = 70\r\n",
        "limits = [\n  { name = \"weekly\", window = \"week\", amount = \"70.0\" },\n]\n",
        "[[limits]]\nname = '''\nweekly'''\n\"window\" = 'week'\namount = 0x46\n",
        "[[limits]]\nname = \"weekly\"\nwindow = \"\"\"we\\\n   ek\"\"\"\namount = +7_0\n",
    ] {
        assert_eq!(layered(other, &[], &[]).as_ref(), Ok(&plain), "{other}");
    }
}
