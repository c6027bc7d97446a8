//! The records of a file of groups, as they become members.

use std::sync::Arc;

use crate::config::errors::{ConfigError, Place};
use crate::console::grouped;
use crate::domain::{GroupName, Joined, Membership};
use crate::formats::csv::{CsvParser, MemberColumns, member_columns};
use crate::formats::jsonl::careful;
use crate::formats::{Format, MemberRecord, quoted};

/// What is at fault where a customer's group is.
const GROUP: &str = "group";

/// What is at fault where no single field is.
const LINE: &str = "line";

/// The most mistakes that are told one by one: a file of another kind has one in each line.
const TOLD_MAX: usize = 20;

/// The records of a file of groups, as they become members.
pub(super) struct Lines {
    file: Arc<str>,
    csv: CsvParser,
    /// The columns of CSV, once its header was read.
    columns: Option<MemberColumns>,
    members: Membership,
    /// By the member's slot, the line that names the customer first.
    line_of: Vec<u64>,
    errors: Vec<ConfigError>,
    /// How many mistakes there are beside those.
    untold: u64,
    is_hopeless: bool,
}

impl Lines {
    /// None yet, of a file that messages call so.
    pub(super) fn new(file: Arc<str>) -> Self {
        Self {
            file,
            csv: CsvParser::new(),
            columns: None,
            members: Membership::default(),
            line_of: Vec::new(),
            errors: Vec::new(),
            untold: 0,
            is_hopeless: false,
        }
    }

    /// Whether no further record can be of use.
    pub(super) const fn is_hopeless(&self) -> bool {
        self.is_hopeless
    }

    /// Takes the record that begins on a line.
    pub(super) fn take(&mut self, line: u64, record: &[u8], format: Format) {
        if self.is_hopeless {
            return;
        }
        let read = match (format, &self.columns) {
            (Format::JsonLines, _) => careful::parse_member(record),
            (Format::Csv, Some(columns)) => self.csv.parse_member(record, columns),
            // Each record behind a header that is wrong would be taken for one.
            (Format::Csv, None) if self.is_hopeless => return,
            (Format::Csv, None) => return self.take_header(line, record),
        };
        let Self { members, line_of, .. } = self;
        let joined =
            read.map_err(|error| (error.field, error.why)).and_then(|member| join(members, line_of, line, &member));
        if let Err((field, why)) = joined {
            self.report(line, field, why);
        }
    }

    fn take_header(&mut self, line: u64, record: &[u8]) {
        match member_columns(record) {
            Ok(columns) => self.columns = Some(columns),
            Err(why) => {
                self.is_hopeless = true;
                self.report(line, LINE, why);
            }
        }
    }

    /// Notes that there is no record at all.
    pub(super) fn refuse_empty(&mut self) {
        let why = "holds nothing; must be CSV with the columns customer_id and group, or JSON lines with these keys";
        self.errors.push(ConfigError { place: Place::Members(Arc::clone(&self.file)), why: why.to_owned() });
    }

    fn report(&mut self, line: u64, field: &'static str, why: String) {
        if self.errors.len() < TOLD_MAX {
            let place = Place::Member { file: Arc::clone(&self.file), line, field };
            self.errors.push(ConfigError { place, why });
        } else {
            self.untold += 1;
        }
    }

    /// The members, if nothing is wrong with any record.
    pub(super) fn finish(mut self) -> Result<Membership, Vec<ConfigError>> {
        if self.untold > 0 {
            let why = format!("{} more like these", grouped(&self.untold.to_string()));
            self.errors.push(ConfigError { place: Place::Members(self.file), why });
        }
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        self.members.shrink();
        Ok(self.members)
    }
}

/// Puts the customer of a line into the group; otherwise says which field is at fault and why.
fn join(
    members: &mut Membership,
    line_of: &mut Vec<u64>,
    line: u64,
    MemberRecord { customer_id, group }: &MemberRecord<'_>,
) -> Result<(), (&'static str, String)> {
    let name = GroupName::new(group).map_err(|why| (GROUP, why.to_string()))?;
    match members.join(customer_id.as_bytes(), &name) {
        Joined::New => line_of.push(line),
        Joined::Again => {}
        Joined::Elsewhere { slot, group: other } => {
            let first = line_of.get(slot).copied().unwrap_or_default();
            let (customer, here, there) = (quoted(customer_id), quoted(group), quoted(other));
            return Err((GROUP, format!("customer {customer} is in {here} here and in {there} on line {first}")));
        }
    }
    Ok(())
}
