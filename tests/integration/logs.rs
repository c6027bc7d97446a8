//! Logs.

use serde_json::Value;
use tempfile::tempdir;

use crate::running::Running;
use crate::support::{code, feed, stderr, stdout, tidegate};
use crate::transactions::{accepted, all_accepted, load, loads};

/// The actors that say what they did with a transaction, in the order of its way.
const WAY: [&str; 5] = ["creator", "account", "recorder", "account_view", "writer"];

#[test]
fn one_transaction_can_be_followed_through_every_actor() {
    let directory = tempdir().unwrap();
    let output = feed(directory.path(), "run - --quiet --log trace", loads(1..=9).as_bytes());
    assert_eq!((code(&output), stdout(&output)), (0, all_accepted(1..=9).as_str()));
    let way: Vec<_> = stderr(&output).lines().filter(|line| line.contains("id=\"7\" customer_id=\"c7\"")).collect();
    assert_eq!(way.len(), WAY.len(), "{way:#?}");
    for (line, actor) in way.iter().zip(WAY) {
        assert!(line.contains(&format!(" TRACE tidegate::actors::{actor}: ")), "{line}");
        assert!(line.contains("batch=0 line=7 "), "{line}");
    }
}

#[test]
fn json_logs_are_an_object_a_line() {
    let directory = tempdir().unwrap();
    let output = feed(directory.path(), "run - --quiet --log trace --log-format json", loads(1..=9).as_bytes());
    let events: Vec<Value> = stderr(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let way: Vec<_> = events.iter().filter(|event| event["fields"]["id"] == "7").collect();
    let actors: Vec<_> = way.iter().map(|event| event["target"].as_str().unwrap().to_owned()).collect();
    assert_eq!(actors, WAY.map(|actor| format!("tidegate::actors::{actor}")));
    assert!(way.iter().all(|event| event["fields"]["batch"] == 0 && event["fields"]["line"] == 7), "{way:#?}");
}

#[test]
fn one_module_alone_may_log() {
    let directory = tempdir().unwrap();
    let arguments = "run - --quiet --log tidegate::actors::account=trace";
    let output = feed(directory.path(), arguments, loads(1..=3).as_bytes());
    let lines: Vec<_> = stderr(&output).lines().collect();
    assert_eq!(lines.len(), 3, "{lines:#?}");
    assert!(lines.iter().all(|line| line.contains(" TRACE tidegate::actors::account: decided ")), "{lines:#?}");
}

#[test]
fn nothing_is_logged_unless_asked_for() {
    let directory = tempdir().unwrap();
    assert_eq!(stderr(&feed(directory.path(), "run - --quiet", load(1).as_bytes())), "");
}

#[test]
fn variable_stands_in_for_the_flag_and_below_it() {
    let directory = tempdir().unwrap();
    let logged = |arguments: &[&str]| {
        let mut command = tidegate(directory.path());
        command.args(["run", "-", "--quiet"]).args(arguments).env("TIDEGATE_LOG", "debug");
        let output = Running::start(&mut command).finish();
        stderr(&output).to_owned()
    };
    assert!(logged(&[]).contains(" DEBUG tidegate::"));
    assert_eq!(logged(&["--log", "info"]), "");
}

#[test]
fn filter_that_means_nothing_is_refused_where_it_stands() {
    let directory = tempdir().unwrap();
    for filter in ["debgu", "tidegate=loud", "info,actors", "tidegate::actors=debug,trce"] {
        let mut by_flag = tidegate(directory.path());
        let mut by_variable = tidegate(directory.path());
        by_flag.args(["run", "-", "--log", filter]);
        by_variable.args(["run", "-"]).env("TIDEGATE_LOG", filter);
        for (mut command, origin) in [(by_flag, "--log"), (by_variable, "TIDEGATE_LOG")] {
            let mut running = Running::start(&mut command);
            running.write(load(1).as_bytes());
            let output = running.finish();
            assert_eq!((code(&output), stdout(&output)), (2, ""), "{filter}");
            let expected = format!("tidegate: {origin}: can't read {filter:?}: ");
            assert!(stderr(&output).starts_with(&expected), "{}", stderr(&output));
        }
    }
}

#[test]
fn filter_may_name_a_module_without_a_level() {
    let directory = tempdir().unwrap();
    let output = feed(directory.path(), "run - --log tidegate::actors", load(1).as_bytes());
    assert_eq!((code(&output), stdout(&output)), (0, accepted(1).as_str()));
    assert!(stderr(&output).contains(" TRACE tidegate::actors::writer: "), "{}", stderr(&output));
}
