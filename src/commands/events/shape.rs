//! How events look: as a table, or as programs read them.

use super::super::table::{Column, Table};
use crate::formats::event::{Decision, EventForm, RecordedEvent, What};

const COLUMNS: [Column; 12] = [
    Column::Number("position"),
    Column::Text("type"),
    Column::Text("account"),
    Column::Number("version"),
    Column::Text("transaction"),
    Column::Number("amount"),
    Column::Text("time"),
    Column::Text("batch"),
    Column::Number("line"),
    Column::Text("reason"),
    Column::Number("used"),
    Column::Text(""),
];

/// How events look.
#[derive(Debug, PartialEq)]
pub(super) enum Shape {
    /// A table, and its rows of the page at hand.
    Table { table: Table<'static>, rows: Vec<Vec<String>> },
    /// One of the forms that programs read.
    Form(EventForm),
}

impl Shape {
    pub(super) const fn table() -> Self {
        Self::Table { table: Table::new(&COLUMNS), rows: Vec::new() }
    }

    pub(super) const fn form(form: EventForm) -> Self {
        Self::Form(form)
    }

    /// What stands before all events; a table's header comes with its first page, as wide as that is.
    pub(super) fn header(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if let Self::Form(form) = self {
            form.header(&mut out);
        }
        out
    }

    /// What is written where there are no events yet.
    pub(super) fn nothing(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        self.finish_page(&mut out);
        out
    }

    /// Adds an event to the page at hand.
    pub(super) fn add(&mut self, out: &mut Vec<u8>, event: &RecordedEvent<'_>) {
        match self {
            Self::Table { rows, .. } => rows.push(row(event)),
            Self::Form(form) => form.write(out, event),
        }
    }

    /// Ends the page at hand, be it empty.
    pub(super) fn finish_page(&mut self, out: &mut Vec<u8>) {
        if let Self::Table { table, rows } = self {
            out.extend_from_slice(table.lines(rows.drain(..)).as_bytes());
        }
    }
}

fn row(recorded: &RecordedEvent<'_>) -> Vec<String> {
    let mut row = vec![recorded.position.to_string(), recorded.type_name().to_owned()];
    match &recorded.what {
        What::PolicyActivated { .. } => {
            row.resize_with(7, String::new);
            row.push(recorded.batch.to_owned());
            row.resize_with(COLUMNS.len(), String::new);
        }
        What::Decision(decision) => row.extend([
            decision.account.to_owned(),
            decision.event.version.to_string(),
            decision.transaction_id.to_owned(),
            decision.event.amount.to_string(),
            decision.event.time.to_string(),
            recorded.batch.to_owned(),
            decision.line.to_string(),
            decision.reason.unwrap_or_default().to_owned(),
            decision.measured().map(|(_, used)| used.to_string()).unwrap_or_default(),
            note(decision),
        ]),
    }
    row
}

/// The group that decided and the limits that were exceeded without a decline: `group gold, flagged weekly_watch`.
fn note(decision: &Decision<'_>) -> String {
    let group = decision.group.map(|name| format!("group {name}"));
    let marks = [("flagged", &decision.flags), ("shadow", &decision.shadow)];
    let marks = marks.iter().filter(|(_, codes)| !codes.is_empty());
    let marks = marks.map(|(what, codes)| format!("{what} {}", codes.join(" ")));
    group.into_iter().chain(marks).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AccountEvent, AccountEventKind, Amount, Bound, Timestamp};

    #[test]
    fn table_has_an_event_a_line_below_one_header() {
        let kind = AccountEventKind::AccountLimitExceeded { limit: 0, bound: Bound::Amount, used: 480_000 };
        let event = AccountEvent { version: 3, kind, amount: Amount::from_minor(-20_100), time: Timestamp::MIN };
        let reason = Some("daily_amount");
        let decision = Decision {
            line: 4,
            account: "528\u{1b}",
            transaction_id: "15887",
            event: &event,
            reason,
            group: Some("gold"),
            flags: vec!["a"],
            shadow: vec!["b"],
        };
        let recorded = |position, what| RecordedEvent { position, batch: "a b", policy: 1, recorded_at: "", what };
        let mut shape = Shape::table();
        let mut out = shape.header();
        shape.add(&mut out, &recorded(1, What::PolicyActivated { text: "" }));
        shape.add(&mut out, &recorded(10, What::Decision(decision)));
        shape.finish_page(&mut out);
        shape.add(&mut out, &recorded(11, What::PolicyActivated { text: "" }));
        shape.finish_page(&mut out);
        let expected = "\
position  type                  account      version  transaction   amount  time                  batch  line  reason           used
       1  PolicyActivated                                                                         a b
      10  AccountLimitExceeded  \"528\\u{1b}\"        3  15887        -201.00  0001-01-01T00:00:00Z  a b       4  daily_amount  4800.00  group gold, flagged a, shadow b
      11  PolicyActivated                                                                         a b
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
