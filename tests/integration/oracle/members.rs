//! Which customer is in which group, as a file says it.

use std::collections::BTreeMap;

use serde_json::Value;

/// The customers of a groups file and their groups.
pub(super) fn read_members(text: &str) -> BTreeMap<String, String> {
    if text.trim_start().starts_with('{') {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        return lines.map(member_of_json).collect();
    }
    let mut lines = text.lines().map(cells);
    let header = lines.next().expect("there is a header");
    let column = |name: &str| header.iter().position(|cell| cell == name).expect("the header names the column");
    let (customer, group) = (column("customer_id"), column("group"));
    lines.map(|cells| (cells[customer].clone(), cells[group].clone())).collect()
}

fn member_of_json(line: &str) -> (String, String) {
    let member: Value = serde_json::from_str(line).expect("a line is JSON");
    let field = |name: &str| member[name].as_str().expect("a field is a text").to_owned();
    (field("customer_id"), field("group"))
}

/// The cells of a line of CSV; none holds a line break.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let cell = cells.last_mut().expect("there is a cell at least");
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => cell.extend(characters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => cell.push(other),
        }
    }
    cells
}

mod tests {
    use super::*;

    #[test]
    fn groups_are_read_from_json_lines_and_from_csv_alike() {
        let csv = "joined,group,customer_id\n2020,gold,7\n\"1,5\",\"a \"\"b\"\", c\",007\n";
        let json =
            "\n{\"customer_id\":\"7\",\"group\":\"gold\"}\n{\"group\":\"a \\\"b\\\", c\",\"customer_id\":\"007\"}";
        let members = read_members(csv);
        assert_eq!(members, read_members(json));
        assert_eq!((members["7"].as_str(), members["007"].as_str()), ("gold", "a \"b\", c"));
    }
}
