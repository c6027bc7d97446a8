//! Lines and verdicts as CSV.

use serde_json::Value;

use super::policy::{Outcome, Policy};

/// Lines of JSON as CSV. A group that is null is an empty cell.
pub(super) fn input(lines: &[String]) -> String {
    let columns = ["group", "load_amount", "id", "time", "customer_id"];
    let row = |line: &String| {
        let transaction: Value = serde_json::from_str(line).expect("a line is JSON");
        row(columns.map(|column| match transaction.get(column) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) if !text.contains(char::is_control) => text.clone(),
            // It is nobody's concern.
            Some(other) => other.to_string(),
        }))
    };
    std::iter::once(columns.join(",") + "\n").chain(lines.iter().map(row)).collect()
}

/// Verdicts as CSV, where flags have a column only under a policy that flags.
pub(super) fn verdicts(verdicts: &str, policy: &Policy) -> String {
    let flags = policy.limits.iter().any(|limit| limit.outcome == Outcome::Flag);
    let row = |line: &str| {
        let verdict: Value = serde_json::from_str(line).expect("a verdict is JSON");
        let text = |key: &str| verdict[key].as_str().unwrap_or_default().to_owned();
        let mut cells = vec![text("id"), text("customer_id"), verdict["accepted"].to_string(), text("reason")];
        if flags {
            let codes = verdict["flags"].as_array().map_or(&[][..], Vec::as_slice);
            let codes: Vec<_> = codes.iter().map(|code| code.as_str().expect("a code is a text")).collect();
            cells.push(codes.join(" "));
        }
        row(cells)
    };
    let header = format!("id,customer_id,accepted,reason{}\n", if flags { ",flags" } else { "" });
    std::iter::once(header).chain(verdicts.lines().map(row)).collect()
}

fn row(cells: impl IntoIterator<Item = String>) -> String {
    let cell = |text: String| {
        let is_plain = !text.contains(['"', ',']);
        if is_plain { text } else { format!("\"{}\"", text.replace('"', "\"\"")) }
    };
    cells.into_iter().map(cell).collect::<Vec<_>>().join(",") + "\n"
}
