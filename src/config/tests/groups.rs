//! The file of groups as a part of the configuration.

use insta::assert_snapshot;

use super::*;

const FILE: &str = "[policy]\nduplicates = \"ignore\"\ngroups_file = \"groups.csv\"\n";

/// Loads a file below variables, beside a file of groups.
fn load_beside(groups: &str, file: &str, env: &[(&str, &str)]) -> Result<Config, String> {
    let home = Home::new().with("work/tidegate.toml", file).with("work/groups.csv", groups);
    home.load(None, env, &[]).map(|(config, _)| config).map_err(|errors| errors.replace("work/", ""))
}

#[test]
fn file_of_groups_says_who_is_where_and_the_policy_knows_its_hash() {
    let config = load_beside("customer_id,group\n1,gold\n2,silver\n", FILE, &[]).unwrap();
    assert_eq!(config.groups_file, Some(PathBuf::from("groups.csv")));
    let members = config.members.as_ref().unwrap();
    assert_eq!((members.group(b"1"), members.group(b"2"), members.group(b"3")), (Some("gold"), Some("silver"), None));
    assert!(config.policy.decides_by_groups());
    let turned = load_beside("group,customer_id,x\nsilver,2,\ngold,1,\ngold,1,\n", FILE, &[]).unwrap();
    assert_eq!(turned.policy, config.policy);
    let other = load_beside("customer_id,group\n1,gold\n2,gold\n", FILE, &[]).unwrap();
    assert_ne!(other.policy.members(), config.policy.members());
    let without = layered("", &[], &[]).unwrap();
    assert_eq!((without.groups_file, without.members, without.policy.members()), (None, None, None));
}

#[test]
fn variable_names_a_file_of_groups_too() {
    let variable = [("TIDEGATE_POLICY__GROUPS_FILE", "groups.csv")];
    let config = load_beside("{\"customer_id\":\"1\",\"group\":\"gold\"}\n", "", &variable).unwrap();
    assert_eq!(config.members.unwrap().group(b"1"), Some("gold"));
}

#[test]
fn file_of_groups_that_can_not_be_read_is_told_where_it_is_named() {
    assert_snapshot!(errors_of(FILE), @r#"
    tidegate.toml:3: policy.groups_file: can't read groups.csv: No such file or directory (os error 2)
    "#);
    let home = Home::new().with("work/groups/a", "").with("work/tidegate.toml", "");
    let env = [("TIDEGATE_POLICY__GROUPS_FILE", "groups")];
    assert_snapshot!(home.load(None, &env, &[]).unwrap_err(), @r#"
    TIDEGATE_POLICY__GROUPS_FILE: can't read work/groups: Is a directory (os error 21)
    "#);
}

#[test]
fn mistakes_in_it_are_told_behind_all_others() {
    let file = FILE.replace("ignore", "drop");
    let env = [("TIDEGATE_POLICY__ZONE", "x")];
    assert_snapshot!(load_beside("customer_id,group\n1,\n2,gold\n2,silver\n", &file, &env).unwrap_err(), @r#"
    tidegate.toml:2: policy.duplicates: must be "decline" or "ignore", not "drop"
    TIDEGATE_POLICY__ZONE: must be a time zone's name, such as "America/Toronto", not "x"
    groups.csv:2: group: must not be empty
    groups.csv:4: group: customer "2" is in "silver" here and in "gold" on line 3
    "#);
}
