//! What was decided, as users read it.

use memchr::memchr2;

use super::Format;
use super::cell::push_cell;
use crate::batch::Row;
use crate::domain::{LimitOutcome, Policy, Transaction};

/// How verdicts are to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerdictFormat {
    /// JSON lines or CSV.
    pub format: Format,
    /// Whether each verdict says why.
    pub reasons: bool,
}

/// Writes the verdicts of one policy.
#[derive(Clone, Copy, Debug)]
pub struct VerdictWriter {
    format: Format,
    reasons: bool,
    /// Whether verdicts with reasons say which limits flag what was accepted: if the policy has such limits.
    flags: bool,
}

/// How the ids of a transaction get into a JSON verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ids<'a> {
    /// What has to be escaped in them is looked for.
    Any,
    /// They are both [`is_plain`] and stand there as they are.
    Plain,
    /// The line of the transaction begins just as its verdict does, with these bytes, up to the end of the later id.
    Begun(&'a [u8]),
}

/// What stands before each id.
const BEFORE_ID: &[u8; 7] = br#"{"id":""#;
const BEFORE_CUSTOMER_ID: &[u8; 17] = br#"","customer_id":""#;

impl<'a> Ids<'a> {
    /// The ids of a row in the text of its batch.
    #[inline]
    pub fn of(row: &Row, text: &'a [u8]) -> Self {
        match begun(row, text) {
            _ if !row.plain => Self::Any,
            Some(beginning) => Self::Begun(beginning),
            None => Self::Plain,
        }
    }
}

/// The text of a row from the beginning of its line to the end of its later id, if that is how a verdict begins.
#[inline]
fn begun<'a>(row: &Row, text: &'a [u8]) -> Option<&'a [u8]> {
    let (id, customer_id) = (row.id.range(), row.customer_id.range());
    let beginning = text.get(id.start.checked_sub(BEFORE_ID.len())?..customer_id.end)?;
    let between = text.get(id.end..)?.first_chunk()?;
    let begins = beginning.first_chunk() == Some(BEFORE_ID)
        && between == BEFORE_CUSTOMER_ID
        && customer_id.start == id.end + between.len();
    begins.then_some(beginning)
}

/// Whether an id stands inside a JSON string as it is. Ids have no control characters.
pub fn is_plain(id: &str) -> bool {
    memchr2(b'"', b'\\', id.as_bytes()).is_none()
}

impl VerdictFormat {
    /// What writes so the verdicts of a policy.
    pub fn under(self, policy: &Policy) -> VerdictWriter {
        let Self { format, reasons } = self;
        VerdictWriter { format, reasons, flags: reasons && policy.has_outcome(LimitOutcome::Flag) }
    }
}

impl VerdictWriter {
    /// Appends what stands before the first verdict.
    pub fn header(&self, out: &mut Vec<u8>) {
        match (self.format, self.reasons, self.flags) {
            (Format::JsonLines, ..) => {}
            (Format::Csv, false, _) => out.extend_from_slice(b"id,customer_id,accepted\n"),
            (Format::Csv, true, false) => out.extend_from_slice(b"id,customer_id,accepted,reason\n"),
            (Format::Csv, true, true) => out.extend_from_slice(b"id,customer_id,accepted,reason,flags\n"),
        }
    }

    /// Appends the verdict on a transaction as one line.
    ///
    /// The reason, a code in snake_case, is that of a decline; the flags
    /// are such codes too, and looked at only where they are written.
    #[inline]
    pub fn write<'a>(
        &self,
        out: &mut Vec<u8>,
        transaction: &Transaction<'_>,
        ids: Ids<'_>,
        accepted: bool,
        reason: Option<&str>,
        flags: impl Iterator<Item = &'a str>,
    ) {
        match self.format {
            Format::JsonLines => self.write_json(out, transaction, ids, accepted, reason, flags),
            Format::Csv => self.write_csv(out, transaction, accepted, reason, flags),
        }
    }

    #[inline]
    fn write_json<'a>(
        &self,
        out: &mut Vec<u8>,
        transaction: &Transaction<'_>,
        ids: Ids<'_>,
        accepted: bool,
        reason: Option<&str>,
        flags: impl Iterator<Item = &'a str>,
    ) {
        if let Ids::Begun(beginning) = ids {
            out.extend_from_slice(beginning);
        } else {
            let push_id = if ids == Ids::Plain { push_plain } else { push_escaped };
            out.extend_from_slice(BEFORE_ID);
            push_id(out, transaction.id);
            out.extend_from_slice(BEFORE_CUSTOMER_ID);
            push_id(out, transaction.customer_id);
        }
        out.extend_from_slice(if accepted { br#"","accepted":true"# } else { br#"","accepted":false"# });
        if self.reasons {
            match reason {
                None => out.extend_from_slice(br#","reason":null"#),
                Some(reason) => {
                    out.extend_from_slice(br#","reason":""#);
                    out.extend_from_slice(reason.as_bytes());
                    out.push(b'"');
                }
            }
            if self.flags {
                push_json_flags(out, flags);
            }
        }
        out.extend_from_slice(b"}\n");
    }

    fn write_csv<'a>(
        &self,
        out: &mut Vec<u8>,
        transaction: &Transaction<'_>,
        accepted: bool,
        reason: Option<&str>,
        flags: impl Iterator<Item = &'a str>,
    ) {
        push_cell(out, transaction.id);
        out.push(b',');
        push_cell(out, transaction.customer_id);
        out.extend_from_slice(if accepted { b",true" } else { b",false" });
        if self.reasons {
            out.push(b',');
            out.extend_from_slice(reason.unwrap_or_default().as_bytes());
            if self.flags {
                out.push(b',');
                push_separated(out, flags, b" ");
            }
        }
        out.push(b'\n');
    }
}

/// Appends the flags as a member of an object, if there are any.
fn push_json_flags<'a>(out: &mut Vec<u8>, flags: impl Iterator<Item = &'a str>) {
    let mut flags = flags.peekable();
    if flags.peek().is_some() {
        out.extend_from_slice(br#","flags":[""#);
        push_separated(out, flags, br#"",""#);
        out.extend_from_slice(br#""]"#);
    }
}

/// Appends codes, which stand in both formats as they are.
fn push_separated<'a>(out: &mut Vec<u8>, codes: impl Iterator<Item = &'a str>, separator: &[u8]) {
    for (place, code) in codes.enumerate() {
        if place > 0 {
            out.extend_from_slice(separator);
        }
        out.extend_from_slice(code.as_bytes());
    }
}

fn push_plain(out: &mut Vec<u8>, id: &[u8]) {
    out.extend_from_slice(id);
}

/// Appends an id to the inside of a JSON string. Only `"` and `\` have to be escaped, as ids have no control characters.
fn push_escaped(out: &mut Vec<u8>, id: &[u8]) {
    for &byte in id {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{Amount, Limit, LimitName, PolicyParts, Timestamp, Window};

    const JSON: VerdictFormat = VerdictFormat { format: Format::JsonLines, reasons: false };
    const CSV: VerdictFormat = VerdictFormat { format: Format::Csv, reasons: false };

    fn with_reasons(format: VerdictFormat) -> VerdictFormat {
        VerdictFormat { reasons: true, ..format }
    }

    /// A policy of one limit with an outcome.
    fn policy(outcome: LimitOutcome) -> Policy {
        let name = LimitName::new("a").unwrap();
        let limits = vec![Limit { outcome, count: Some(1), ..Limit::new(name, Window::Day) }];
        Policy::new(PolicyParts { limits, ..PolicyParts::default() }).unwrap()
    }

    /// A verdict under a policy that does not flag.
    fn written(format: VerdictFormat, id: &str, customer_id: &str, reason: Option<&str>) -> String {
        written_under(&policy(LimitOutcome::Shadow), format, [id, customer_id], reason, &[])
    }

    fn written_under(
        policy: &Policy,
        format: VerdictFormat,
        [id, customer_id]: [&str; 2],
        reason: Option<&str>,
        flags: &[&str],
    ) -> String {
        let transaction = Transaction {
            group: b"default",
            id: id.as_bytes(),
            customer_id: customer_id.as_bytes(),
            amount: Amount::from_minor(0),
            time: Timestamp::MIN,
        };
        let mut out = Vec::new();
        let ids = if is_plain(id) && is_plain(customer_id) { Ids::Plain } else { Ids::Any };
        let flags = flags.iter().copied();
        format.under(policy).write(&mut out, &transaction, ids, reason.is_none(), reason, flags);
        String::from_utf8(out).unwrap()
    }

    fn header(format: VerdictFormat) -> String {
        header_under(&policy(LimitOutcome::Shadow), format)
    }

    fn header_under(policy: &Policy, format: VerdictFormat) -> String {
        let mut out = Vec::new();
        format.under(policy).header(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn json_verdict_is_exactly_this() {
        let declined = Some("daily_count");
        assert_eq!(
            written(JSON, "15887", "528", None),
            "{\"id\":\"15887\",\"customer_id\":\"528\",\"accepted\":true}\n"
        );
        assert_eq!(written(JSON, "1", "2", declined), "{\"id\":\"1\",\"customer_id\":\"2\",\"accepted\":false}\n");
        assert_eq!(
            written(with_reasons(JSON), "1", "2", None),
            "{\"id\":\"1\",\"customer_id\":\"2\",\"accepted\":true,\"reason\":null}\n"
        );
        assert_eq!(
            written(with_reasons(JSON), "1", "2", declined),
            "{\"id\":\"1\",\"customer_id\":\"2\",\"accepted\":false,\"reason\":\"daily_count\"}\n"
        );
        assert_eq!(header(JSON) + &header(with_reasons(JSON)), "");
    }

    #[test]
    fn csv_verdict_is_exactly_this() {
        let declined = Some("daily_count");
        assert_eq!(header(CSV), "id,customer_id,accepted\n");
        assert_eq!(header(with_reasons(CSV)), "id,customer_id,accepted,reason\n");
        assert_eq!(written(CSV, "15887", "528", None), "15887,528,true\n");
        assert_eq!(written(CSV, "1", "2", declined), "1,2,false\n");
        assert_eq!(written(with_reasons(CSV), "1", "2", None), "1,2,true,\n");
        assert_eq!(written(with_reasons(CSV), "1", "2", declined), "1,2,false,daily_count\n");
    }

    #[test]
    fn flags_stand_behind_the_reason_in_json_where_there_are_any() {
        let written =
            |format, reason, flags| written_under(&policy(LimitOutcome::Flag), format, ["1", "2"], reason, flags);
        let accepted = "{\"id\":\"1\",\"customer_id\":\"2\",\"accepted\":true";
        let json = with_reasons(JSON);
        assert_eq!(written(json, None, &[]), format!("{accepted},\"reason\":null}}\n"));
        assert_eq!(written(json, None, &["a"]), format!("{accepted},\"reason\":null,\"flags\":[\"a\"]}}\n"));
        let two = format!("{accepted},\"reason\":null,\"flags\":[\"a\",\"b_c\"]}}\n");
        assert_eq!(written(json, None, &["a", "b_c"]), two);
        assert_eq!(written(JSON, None, &["a", "b_c"]), format!("{accepted}}}\n"));
    }

    #[test]
    fn flags_are_the_last_column_of_csv_if_there_are_reasons_and_limits_that_flag() {
        let policy = policy(LimitOutcome::Flag);
        let written = |format, reason, flags| written_under(&policy, format, ["1", "2"], reason, flags);
        let csv = with_reasons(CSV);
        assert_eq!(header_under(&policy, csv), "id,customer_id,accepted,reason,flags\n");
        assert_eq!(written(csv, None, &[]), "1,2,true,,\n");
        assert_eq!(written(csv, None, &["a", "b_c"]), "1,2,true,,a b_c\n");
        assert_eq!(written(csv, Some("daily_count"), &[]), "1,2,false,daily_count,\n");
        assert_eq!(header_under(&policy, CSV), "id,customer_id,accepted\n");
        assert_eq!(written(CSV, None, &["a"]), "1,2,true\n");
    }

    #[test]
    fn csv_cell_is_quoted_only_where_it_must_be() {
        assert_eq!(written(CSV, "a,b", "c\"d", None), "\"a,b\",\"c\"\"d\",true\n");
        assert_eq!(written(CSV, " a ", "'é\\", None), " a ,'é\\,true\n");
    }

    #[test]
    fn csv_cell_is_never_a_formula() {
        assert_eq!(written(CSV, "=1", "+1", None), "'=1,'+1,true\n");
        assert_eq!(written(CSV, "-1", "@SUM(A1,A2)", None), "'-1,\"'@SUM(A1,A2)\",true\n");
        assert_eq!(written(CSV, "1-1", "1=1", None), "1-1,1=1,true\n");
    }

    proptest! {
        #[test]
        fn json_ids_read_back_as_they_were_in_the_canonical_form(id in "\\PC+|[\"\\\\a]+", customer_id in "\\PC+") {
            let line = written(JSON, &id, &customer_id, None);
            let expected = format!(
                "{{\"id\":{},\"customer_id\":{},\"accepted\":true}}\n",
                serde_json::to_string(&id).unwrap(),
                serde_json::to_string(&customer_id).unwrap(),
            );
            prop_assert_eq!(line, expected);
        }

        #[test]
        fn csv_ids_read_back_as_they_were_but_for_formulas(id in "[^=+@\\pC-]\\PC*|[\",a]+", customer_id in "[\",a]+") {
            let line = written(CSV, &id, &customer_id, None);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
            let record = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(record, vec![id.as_str(), customer_id.as_str(), "true"]);
        }
    }
}
