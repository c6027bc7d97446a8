//! Which group the creator puts each row into.

use std::sync::Arc;

use super::*;
use crate::batch::CsvColumns;
use crate::bus::fan_in;
use crate::domain::{GroupName, Membership};
use crate::formats::{TimeFormat, csv};

/// A customer each in a group that the file says, in another, and in the default one by name; nobody else.
fn members() -> Arc<Membership> {
    let mut members = Membership::default();
    for (customer_id, group) in [("g1", "gold"), ("g2", "gold"), ("s", "silver é"), ("d", DEFAULT_GROUP)] {
        members.join(customer_id.as_bytes(), &GroupName::new(group).unwrap());
    }
    Arc::new(members)
}

fn asking(members: Option<Arc<Membership>>) -> Reading {
    Reading { groups: true, members, ..Reading::default() }
}

/// What a creator makes of lines.
fn created(reading: Reading, dialect: Dialect, text: &str) -> Batch {
    let (_, inbox) = fan_in(1);
    let (to_manager, _) = fan_in(1);
    let mut creator = Creator::new(CustomerHasher::default(), reading, inbox, to_manager);
    let mut batch = Batch::new(2);
    (batch.first_line, batch.dialect, batch.text) = (1, Some(dialect), text.as_bytes().to_vec());
    creator.handle(&mut batch);
    batch
}

/// The group of each row as transactions tell it.
fn groups(batch: &Batch) -> Vec<&str> {
    batch.rows.iter().map(|row| str::from_utf8(batch.transaction(row).group).unwrap()).collect()
}

fn columns(header: &str, groups: bool) -> Dialect {
    let columns: CsvColumns = csv::columns(header.as_bytes(), groups).unwrap();
    Dialect::Csv(Arc::new(columns))
}

/// A line of a customer in the usual form, with this behind the time.
fn line(customer_id: &str, rest: &str) -> String {
    format!(
        "{{\"id\":\"1\",\"customer_id\":\"{customer_id}\",\"load_amount\":\"$1\",\"time\":\"2000-01-01T00:00:00Z\"{rest}}}\n"
    )
}

/// Who, what the line says behind the time, and the group with and without a file.
const CASES: [(&str, &str, [&str; 2]); 11] = [
    ("x", "", ["default", "default"]),
    ("g1", "", ["default", "gold"]),
    ("g1", ",\"group\":null", ["default", "gold"]),
    ("g1", ",\"group\":\"bronze\"", ["bronze", "bronze"]),
    ("g1", ",\"group\":\"default\"", ["default", "default"]),
    ("g1", ",\"group\":\"def\\u0061ult\"", ["default", "default"]),
    ("x", ",\"group\":\"br\\u006fnze\"", ["bronze", "bronze"]),
    ("\\u0073", "", ["default", "silver é"]),
    ("d", "", ["default", "default"]),
    ("d", ",\"group\":\"gold\"", ["gold", "gold"]),
    ("x", ",\"group\":\"a \\\"b\\\" é\"", ["a \"b\" é", "a \"b\" é"]),
];

#[test]
fn group_is_that_of_the_line_then_that_of_the_file_then_the_default_one() {
    let text: String = CASES.iter().map(|(customer_id, rest, _)| line(customer_id, rest)).collect();
    for (place, members) in [None, Some(members())].into_iter().enumerate() {
        let batch = created(asking(members), Dialect::JsonLines, &text);
        assert_eq!(groups(&batch), CASES.map(|(_, _, groups)| groups[place]));
        assert_eq!(batch.rejects, []);
        let unnamed = batch.rows.iter().filter(|row| row.group.is_empty()).count();
        assert_eq!(unnamed, groups(&batch).iter().filter(|group| **group == DEFAULT_GROUP).count());
    }
}

#[test]
fn lines_that_are_all_read_with_care_get_the_same_groups() {
    let text: String = CASES.iter().map(|(customer_id, rest, _)| line(customer_id, rest)).collect();
    let time_format = Some(Arc::new(TimeFormat::new("%Y-%m-%dT%H:%M:%SZ").unwrap()));
    let batch = created(Reading { time_format, ..asking(Some(members())) }, Dialect::JsonLines, &text);
    assert_eq!(groups(&batch), CASES.map(|(_, _, [_, group])| group));
}

#[test]
fn group_is_read_from_csv_likewise() {
    let header = "group,id,customer_id,load_amount,time";
    let rest = "$1,2000-01-01T00:00:00Z\n";
    let text = format!(",1,x,{rest},2,g1,{rest}bronze,3,g1,{rest}default,4,g1,{rest}\"\",5,s,{rest}\"a,b\",6,s,{rest}");
    let batch = created(asking(Some(members())), columns(header, true), &text);
    assert_eq!(groups(&batch), ["default", "gold", "bronze", "default", "silver é", "a,b"]);
    let batch = created(asking(Some(members())), columns("x,id,customer_id,load_amount,time", true), &text);
    assert_eq!(groups(&batch), ["default", "gold", "gold", "gold", "silver é", "silver é"]);
}

#[test]
fn groups_that_nobody_asks_for_are_not_looked_at() {
    let malformed = ["", ",\"group\":\"gold\"", ",\"group\":\"\"", ",\"group\":[1]", ",\"group\":\"\\u0007\""];
    let text: String = malformed.iter().map(|rest| line("g1", rest)).collect();
    let reading = Reading { members: Some(members()), ..Reading::default() };
    let batch = created(reading.clone(), Dialect::JsonLines, &text);
    assert_eq!((groups(&batch), batch.rejects.len()), (vec![DEFAULT_GROUP; 5], 0));
    let text = "gold,1,g1,$1,2000-01-01T00:00:00Z\n";
    let batch = created(reading, columns("group,id,customer_id,load_amount,time", false), text);
    assert_eq!(groups(&batch), [DEFAULT_GROUP]);
}

#[test]
fn malformed_group_rejects_its_line_and_may_end_the_run() {
    let text = line("g1", "") + &line("g1", ",\"group\":1") + &line("g2", "");
    let reading = asking(Some(members()));
    let batch = created(reading.clone(), Dialect::JsonLines, &text);
    assert_eq!(groups(&batch), ["gold", "gold"]);
    let rejects: Vec<_> = batch.rejects.iter().map(|reject| (reject.line, reject.error.to_string())).collect();
    assert_eq!(rejects, [(2, "group: must be a string".to_owned())]);
    let batch = created(Reading { strict: true, ..reading }, Dialect::JsonLines, &text);
    assert_eq!((groups(&batch), batch.stops_run, batch.line_count), (vec!["gold"], true, 1));
}

#[test]
fn name_from_the_file_is_copied_once_into_a_batch() {
    let customers = ["g1", "g2", "s", "g1", "s", "x", "g2"];
    let text: String = customers.map(|customer_id| line(customer_id, "")).concat();
    let batch = created(asking(Some(members())), Dialect::JsonLines, &text);
    assert_eq!(str::from_utf8(&batch.text[text.len()..]), Ok("goldsilver é"));
    assert_eq!(groups(&batch), ["gold", "gold", "silver é", "gold", "silver é", "default", "gold"]);
}
