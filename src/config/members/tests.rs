//! Files of groups, as they are read and as they are refused.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;

/// What a file of this content says, or all that is wrong with it.
fn read_bytes(content: &[u8]) -> Result<Membership, String> {
    let mut lines = Lines::new("groups.csv".into());
    Cutter::new(content).cut(&mut lines).unwrap();
    lines.finish().map_err(|errors| {
        let errors: Vec<_> = errors.iter().map(|error| format!("{}: {}", error.place, error.why)).collect();
        errors.join("\n")
    })
}

fn members(content: impl AsRef<[u8]>) -> Vec<(String, String)> {
    let members = read_bytes(content.as_ref()).unwrap();
    let text = |id: &[u8]| String::from_utf8(id.to_vec()).unwrap();
    members.in_order().map(|(id, group)| (text(&id), group.to_owned())).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(id, group)| ((*id).to_owned(), (*group).to_owned())).collect()
}

fn errors(content: impl AsRef<[u8]>) -> String {
    read_bytes(content.as_ref()).unwrap_err()
}

#[test]
fn csv_and_json_lines_are_told_apart_by_their_first_byte() {
    let expected = pairs(&[("1", "gold"), ("b", "KYC 2")]);
    for content in [
        "customer_id,group\n1,gold\nb,KYC 2\n",
        "customer_id,group\r\n1,gold\r\n\r\nb,KYC 2",
        "\u{feff}group,customer_id\ngold,1\nKYC 2,b\n",
        "\n \n note , customer_id,\"group\"\n,1,gold\n\"a\nb, \"\"c\"\"\",b,\"KYC 2\"\n",
        "{\"customer_id\":\"1\",\"group\":\"gold\"}\n{\"customer_id\":\"b\",\"group\":\"KYC 2\"}\n",
        "\u{feff}\r\n  {\"group\": \"g\\u006fld\", \"customer_id\": \"1\", \"x\": [1]}\r\n\n{\"customer_id\":\"b\",\"group\":\"KYC 2\"}",
        "customer_id,group\n1,gold\nb,KYC 2\n1,gold\n",
    ] {
        assert_eq!(members(content), expected, "{content}");
    }
    assert_eq!(members("customer_id,group"), []);
}

#[test]
fn texts_are_kept_byte_for_byte() {
    let content = "customer_id,group\n a ,\" g,\"\n007,\"\"\"\"\né,\u{feff}x\n";
    assert_eq!(members(content), pairs(&[(" a ", " g,"), ("007", "\""), ("é", "\u{feff}x")]));
}

#[test]
fn wrong_lines_of_csv_are_told_by_their_number() {
    let content = "customer_id,group\n\n1,\n,gold\n\"1\n2\",gold\n3\n4,gold,x\n5,a\u{1b}\n6,\"gold\n7,gold\n";
    assert_snapshot!(errors(content), @r#"
    groups.csv:3: group: must not be empty
    groups.csv:4: customer_id: must not be empty
    groups.csv:5: customer_id: holds a control character: "1\n2"
    groups.csv:7: line: 1 field where the header has 2
    groups.csv:8: line: 3 fields where the header has 2
    groups.csv:9: group: holds a control character: "a\u{1b}"
    groups.csv:10: line: a quoted field is never closed
    "#);
    assert_snapshot!(errors("customer_id,tier\n1,gold\n"), @r#"
    groups.csv:1: line: the CSV header has no group; it has "customer_id", "tier"
    "#);
    assert_snapshot!(errors("\n\ngroup,customer_id,group\n"), @r#"
    groups.csv:3: line: the CSV header has group twice
    "#);
    assert_snapshot!(errors(b"customer_id,group\n1,caf\xe9\n"), @r#"
    groups.csv:2: line: not UTF-8
    "#);
}

#[test]
fn wrong_lines_of_json_are_told_by_their_number() {
    let lines = [
        r#"{"customer_id":"1","group":"gold"}"#,
        r#"{"customer_id":1,"group":"gold"}"#,
        r#"{"customer_id":"2","group":null}"#,
        r#"{"customer_id":"2"}"#,
        "",
        r#"{"group":"gold"}"#,
        r#"{"customer_id":"","group":"gold"}"#,
        r#"{"customer_id":"2","group":""}"#,
        r#"{"customer_id":"2","group":"a","group":"a"}"#,
        r#"{"customer_id":"2","group":"a","x":1,"x":2}"#,
        r#"{"customer_id":"\ud800","group":"a"}"#,
        r#"{"customer_id":"a\n","group":"a"}"#,
        r#"["1","gold"]"#,
        "1,gold",
        r#"{"customer_id":"2","group":"gold"} x"#,
    ];
    assert_snapshot!(errors(lines.join("\n")), @r#"
    groups.csv:2: customer_id: must be a string
    groups.csv:3: group: must be a string
    groups.csv:4: group: missing
    groups.csv:6: customer_id: missing
    groups.csv:7: customer_id: must not be empty
    groups.csv:8: group: must not be empty
    groups.csv:9: line: the key "group" stands twice
    groups.csv:10: line: the key "x" stands twice
    groups.csv:11: customer_id: holds a lone surrogate: "\"\\ud800\""
    groups.csv:12: customer_id: holds a control character: "a\n"
    groups.csv:13: line: a member of a group is an object
    groups.csv:14: line: not JSON: trailing characters at column 2
    groups.csv:15: line: not JSON: trailing characters at column 36
    "#);
}

#[test]
fn customer_in_two_groups_is_told_with_both_lines() {
    assert_snapshot!(errors("customer_id,group\n1,gold\n2,gold\n\n2,silver\n2,gold\n1,default\n"), @r#"
    groups.csv:5: group: customer "2" is in "silver" here and in "gold" on line 3
    groups.csv:7: group: customer "1" is in "default" here and in "gold" on line 2
    "#);
}

#[test]
fn file_without_records_is_refused() {
    for content in ["", "\u{feff}", " \n\r\n\t"] {
        let expected = "groups.csv: holds nothing; must be CSV with the columns customer_id and group, or JSON lines with \
                        these keys";
        assert_eq!(errors(content), expected, "{content:?}");
    }
}

#[test]
fn twenty_mistakes_are_told_and_the_others_counted() {
    let content = "customer_id,group\n".to_owned() + &",\n".repeat(1_030);
    let errors = errors(content);
    assert_eq!(errors.lines().count(), 21);
    assert_eq!(errors.lines().nth(19), Some("groups.csv:21: customer_id: must not be empty"));
    assert_eq!(errors.lines().last(), Some("groups.csv: 1,010 more like these"));
}

#[test]
fn line_of_64_kib_is_read_and_a_longer_one_is_not() {
    let line = |len: usize| format!("{},gold\n", "x".repeat(len - ",gold".len()));
    let head = "customer_id,group\n".to_owned();
    assert_eq!(members(head.clone() + &line(65_536)).len(), 1);
    for len in [65_537, 300_000, 1_000_000] {
        let content = format!("{head}1,a\n{}2,\n", line(len));
        let expected = "groups.csv:3: line: longer than 64 KiB\ngroups.csv:4: group: must not be empty";
        assert_eq!(errors(content), expected);
        let at_end = head.clone() + line(len).trim_end();
        assert_eq!(errors(at_end), "groups.csv:2: line: longer than 64 KiB");
    }
}

#[test]
fn hash_is_that_of_the_lines_in_order() {
    let members = read_bytes("customer_id,group\nb,\"\"\"\"\n10,gold\n9,é\n".as_bytes()).unwrap();
    let text = "{\"customer_id\":\"10\",\"group\":\"gold\"}\n{\"customer_id\":\"9\",\"group\":\"é\"}\n\
                {\"customer_id\":\"b\",\"group\":\"\\\"\"}\n";
    let expected: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    assert_eq!(hash(&members), expected);
    assert_eq!(read_bytes(text.as_bytes()).unwrap(), members);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Reads a few bytes at a time.
    #[test]
    fn chunks_do_not_matter(ids in proptest::collection::vec(0..5_000u32, 1..2_000), step in 1..70_000usize) {
        struct Slow<'a>(&'a [u8], usize);
        impl std::io::Read for Slow<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                let len = self.1.min(buffer.len());
                std::io::Read::read(&mut self.0, &mut buffer[..len])
            }
        }
        let mut content = "note,customer_id,group\n".to_owned();
        for id in &ids {
            let note = "\n\"\",".repeat(*id as usize % 40);
            content += &format!("\"{note}\",{id},\"g{}\"\n", id % 7);
        }
        let mut lines = Lines::new("groups.csv".into());
        Cutter::new(Slow(content.as_bytes(), step)).cut(&mut lines).unwrap();
        let members = lines.finish().unwrap();
        prop_assert_eq!(&members, &read_bytes(content.as_bytes()).unwrap());
        for id in &ids {
            let (customer_id, group) = (id.to_string(), format!("g{}", id % 7));
            prop_assert_eq!(members.group(customer_id.as_bytes()), Some(group.as_str()));
        }
    }
}
