//! What was decided, as users read it.

use memchr::memchr2;

use super::Format;
use super::cell::push_cell;
use crate::domain::Transaction;

/// How verdicts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerdictFormat {
    /// JSON lines or CSV.
    pub format: Format,
    /// Whether each verdict says why.
    pub reasons: bool,
}

/// Whether an id stands inside a JSON string as it is. Ids have no control characters.
pub fn is_plain(id: &str) -> bool {
    memchr2(b'"', b'\\', id.as_bytes()).is_none()
}

impl VerdictFormat {
    /// Appends what stands before the first verdict.
    pub fn header(&self, out: &mut Vec<u8>) {
        match (self.format, self.reasons) {
            (Format::JsonLines, _) => {}
            (Format::Csv, false) => out.extend_from_slice(b"id,customer_id,accepted\n"),
            (Format::Csv, true) => out.extend_from_slice(b"id,customer_id,accepted,reason\n"),
        }
    }

    /// Appends the verdict on a transaction as one line.
    ///
    /// `plain` says that [`is_plain`] holds for both ids. The reason, a code in snake_case, is that of a decline.
    #[inline]
    pub fn write(
        &self,
        out: &mut Vec<u8>,
        transaction: &Transaction<'_>,
        plain: bool,
        accepted: bool,
        reason: Option<&str>,
    ) {
        match self.format {
            Format::JsonLines => self.write_json(out, transaction, plain, accepted, reason),
            Format::Csv => self.write_csv(out, transaction, accepted, reason),
        }
    }

    #[inline]
    fn write_json(
        &self,
        out: &mut Vec<u8>,
        transaction: &Transaction<'_>,
        plain: bool,
        accepted: bool,
        reason: Option<&str>,
    ) {
        let push_id = if plain { |out: &mut Vec<u8>, id: &[u8]| out.extend_from_slice(id) } else { push_escaped };
        out.extend_from_slice(br#"{"id":""#);
        push_id(out, transaction.id);
        out.extend_from_slice(br#"","customer_id":""#);
        push_id(out, transaction.customer_id);
        out.extend_from_slice(if accepted { br#"","accepted":true"# } else { br#"","accepted":false"# });
        match reason {
            _ if !self.reasons => {}
            None => out.extend_from_slice(br#","reason":null"#),
            Some(reason) => {
                out.extend_from_slice(br#","reason":""#);
                out.extend_from_slice(reason.as_bytes());
                out.push(b'"');
            }
        }
        out.extend_from_slice(b"}\n");
    }

    fn write_csv(&self, out: &mut Vec<u8>, transaction: &Transaction<'_>, accepted: bool, reason: Option<&str>) {
        push_cell(out, transaction.id);
        out.push(b',');
        push_cell(out, transaction.customer_id);
        out.extend_from_slice(if accepted { b",true" } else { b",false" });
        if self.reasons {
            out.push(b',');
            out.extend_from_slice(reason.unwrap_or_default().as_bytes());
        }
        out.push(b'\n');
    }
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
    use crate::domain::{Amount, Timestamp};

    const JSON: VerdictFormat = VerdictFormat { format: Format::JsonLines, reasons: false };
    const CSV: VerdictFormat = VerdictFormat { format: Format::Csv, reasons: false };

    fn with_reasons(format: VerdictFormat) -> VerdictFormat {
        VerdictFormat { reasons: true, ..format }
    }

    fn written(format: VerdictFormat, id: &str, customer_id: &str, reason: Option<&str>) -> String {
        let transaction = Transaction {
            id: id.as_bytes(),
            customer_id: customer_id.as_bytes(),
            amount: Amount::from_minor(0),
            time: Timestamp::MIN,
        };
        let mut out = Vec::new();
        let plain = is_plain(id) && is_plain(customer_id);
        format.write(&mut out, &transaction, plain, reason.is_none(), reason);
        String::from_utf8(out).unwrap()
    }

    fn header(format: VerdictFormat) -> String {
        let mut out = Vec::new();
        format.header(&mut out);
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
