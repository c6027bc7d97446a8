//! `tidegate events`: the log itself.

mod selection;
mod shape;

use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};

use self::selection::Selection;
use self::shape::Shape;
use super::ledger::StoreArgs;
use super::output::{write, written};
use crate::exit::Exit;
use crate::files::{Sink, Target};
use crate::formats::event::{EventForm, TYPES};
use crate::store::{Ledger, Origins};

/// How long to wait between two looks for new events.
const FOLLOW_INTERVAL: Duration = Duration::from_millis(100);

/// What `tidegate events` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tidegate events --store ledger.db --account 528
  tidegate events --store ledger.db --type AccountLimitExceeded --json | jq -r .account
  tidegate events --store ledger.db --json | jq -r 'select(.flags[0]).transaction_id'
  tidegate events --store ledger.db --from 100001 --format csv > rest.csv
  tidegate events --store ledger.db --format cloudevents --follow | consumer

An event is a decision on a transaction, or the activation of a policy. Positions number all events from 1. Behind the
table's columns stand the group that decided, unless it is the default one, and the limits that flagged the transaction
or, as shadows, would have declined it.")]
pub struct EventsArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Only what was decided on one customer's account
    #[arg(long, value_name = "CUSTOMER")]
    account: Option<String>,
    /// Only events of a type
    #[arg(long = "type", value_name = "TYPE", value_parser = PossibleValuesParser::new(TYPES))]
    event_type: Option<String>,
    /// Begin at a position
    #[arg(long, value_name = "POSITION", default_value_t = 1)]
    from: u64,
    /// Stop after so many events
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// How events are written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: FormatArg,
    /// The same as --format jsonl
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Go on with new events as runs write them
    #[arg(long)]
    follow: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// For people
    Table,
    /// A JSON object a line
    #[value(alias = "json", alias = "ndjson")]
    Jsonl,
    /// Comma-separated values with a header; policies without their texts
    Csv,
    /// CloudEvents 1.0, a JSON object a line
    Cloudevents,
}

impl EventsArgs {
    fn shape(&self) -> Shape {
        match self.format {
            _ if self.json => Shape::form(EventForm::JsonLines),
            FormatArg::Table => Shape::table(),
            FormatArg::Jsonl => Shape::form(EventForm::JsonLines),
            FormatArg::Csv => Shape::form(EventForm::Csv),
            FormatArg::Cloudevents => Shape::form(EventForm::cloud_events(&self.store.store)),
        }
    }

    fn selection(&self) -> Selection {
        Selection::new(self.account.as_deref(), self.event_type.as_deref(), self.from, self.limit)
    }
}

/// Writes the events that were asked for; with `--follow`, for as long as someone reads them.
///
/// # Errors
///
/// If the ledger can't be read or the events can't be written.
pub fn run(args: &EventsArgs) -> anyhow::Result<Exit> {
    written(Listing::new(args, &Target::Stdout)?.run(args.follow))
}

/// Events on their way from a ledger to an output.
struct Listing {
    ledger: Ledger,
    selection: Selection,
    origins: Origins,
    shape: Shape,
    output: Sink,
}
impl Listing {
    fn new(args: &EventsArgs, target: &Target) -> anyhow::Result<Self> {
        // A follower sees what comes; and an old moment that is held on to keeps a writer from tidying up.
        let ledger = if args.follow { args.store.open()? } else { args.store.open_pinned()? };
        Ok(Self {
            ledger,
            selection: args.selection(),
            origins: Origins::new(args.account.is_some()),
            shape: args.shape(),
            output: args.store.open_output(target)?,
        })
    }

    fn run(mut self, follow: bool) -> anyhow::Result<()> {
        let header = self.shape.header();
        write(&mut self.output, &header)?;
        loop {
            let size = self.ledger.head()?.size;
            self.copy()?;
            let nothing = self.shape.nothing();
            write(&mut self.output, &nothing)?;
            if !follow || self.selection.is_complete() || self.is_abandoned_at(size)? {
                return Ok(());
            }
        }
    }

    /// Writes what there is and was not written yet.
    fn copy(&mut self) -> anyhow::Result<()> {
        while let Some(events) = self.selection.next_page(&self.ledger)? {
            let mut out = Vec::new();
            for event in &events {
                let recorded = self.origins.of(&self.ledger, event)?;
                self.shape.add(&mut out, &recorded);
            }
            self.shape.finish_page(&mut out);
            write(&mut self.output, &out)?;
        }
        Ok(())
    }

    /// Waits until the log is longer than this or nobody reads the output any more; tells whether it is the latter.
    fn is_abandoned_at(&self, size: u64) -> anyhow::Result<bool> {
        loop {
            if self.output.is_abandoned_within(FOLLOW_INTERVAL)? {
                return Ok(true);
            }
            if self.ledger.head()?.size > size {
                return Ok(false);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use clap::{Command, FromArgMatches};
    use serde_json::Value;

    use super::*;
    use crate::commands::fixture::{Fixture, input, policy};
    use crate::domain::Duplicates;
    use crate::formats::Format;
    use crate::formats::verdict::VerdictFormat;

    const VERDICTS: VerdictFormat = VerdictFormat { format: Format::JsonLines, reasons: false };

    fn parse(arguments: &str) -> Result<EventsArgs, clap::Error> {
        let command = EventsArgs::augment_args(Command::new("events"));
        let words = ["events", "--store", "a.db"].into_iter().chain(arguments.split_whitespace());
        EventsArgs::from_arg_matches(&command.try_get_matches_from(words)?)
    }

    fn listing(fixture: &Fixture, arguments: &str) -> Listing {
        let args = EventsArgs { store: fixture.store(), ..parse(arguments).unwrap() };
        Listing::new(&args, &Target::Path(fixture.path("events"))).unwrap()
    }

    /// What has been listed so far.
    fn listed(listing: &Listing) -> String {
        fs::read_to_string(listing.output.partial().unwrap()).unwrap()
    }

    fn list(fixture: &Fixture, arguments: &str) -> Vec<Value> {
        let mut listing = listing(fixture, &format!("--json {arguments}"));
        listing.copy().unwrap();
        listed(&listing).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn fixture() -> Fixture {
        let fixture = Fixture::new();
        fixture.decide("first.jsonl", &policy(Duplicates::Decline), VERDICTS, &input(1, 9_000));
        fixture.decide("second.jsonl", &policy(Duplicates::Ignore), VERDICTS, &input(1, 4_000));
        fixture
    }

    #[test]
    fn every_event_is_told_with_its_batch_its_policy_and_the_time_of_its_commit() {
        let fixture = fixture();
        let events = list(&fixture, "");
        let ledger = fixture.ledger();
        assert_eq!(events.len() as u64, ledger.head().unwrap().size);
        let commits = ledger.commits(0, usize::MAX).unwrap();
        assert!(commits.len() > 4, "each batch has several commits");
        for commit in &commits {
            let name = if commit.batch == 1 { "first.jsonl" } else { "second.jsonl" };
            for position in commit.first_position..commit.first_position + commit.events {
                let event = &events[position as usize - 1];
                assert_eq!(event["position"], position);
                assert_eq!(event["batch"], name, "{event}");
                assert_eq!(event["policy"], commit.policy, "{event}");
                assert_eq!(event["recorded_at"], commit.recorded_at, "{event}");
            }
        }
        assert_eq!(events[0]["type"], "PolicyActivated");
        assert_eq!(events.iter().filter(|event| event["type"] == "PolicyActivated").count(), 2);
    }

    #[test]
    fn choices_together_leave_what_all_of_them_leave() {
        let fixture = fixture();
        let all = list(&fixture, "");
        let mut by_account = BTreeMap::<_, u32>::new();
        all.iter().for_each(|event| *by_account.entry(event["account"].to_string()).or_default() += 1);
        by_account.remove("null");
        let busiest = by_account.into_iter().max_by_key(|(_, count)| *count).unwrap().0.replace('"', "");
        let from = all.iter().filter(|event| event["account"] == busiest.as_str()).nth(2).unwrap();
        let from = from["position"].as_u64().unwrap();
        for (account, event_type) in
            [(false, None), (true, None), (false, Some("AccountLimitExceeded")), (true, Some("DuplicateTxn"))]
        {
            for limit in [0, 1, 5_000, 20_000] {
                let mut arguments = format!("--from {from} --limit {limit}");
                if account {
                    arguments += &format!(" --account {busiest}");
                }
                arguments += &event_type.map(|name| format!(" --type {name}")).unwrap_or_default();
                let expected = all
                    .iter()
                    .filter(|event| event["position"].as_u64() >= Some(from))
                    .filter(|event| !account || event["account"] == busiest.as_str())
                    .filter(|event| event_type.is_none_or(|name| event["type"] == name))
                    .take(limit);
                assert!(list(&fixture, &arguments).iter().eq(expected), "{arguments}");
            }
        }
    }

    #[test]
    fn followed_log_goes_on_where_it_was() {
        for arguments in ["--follow --format csv", "--follow --format csv --account 1"] {
            let fixture = fixture();
            let mut listing = listing(&fixture, arguments);
            listing.copy().unwrap();
            fixture.decide("third.jsonl", &policy(Duplicates::Decline), VERDICTS, &input(3, 100));
            assert!(!listing.is_abandoned_at(13_002).unwrap(), "there is more");
            listing.copy().unwrap();
            let followed = listed(&listing);
            drop(listing);
            let mut again = self::listing(&fixture, &arguments.replace("--follow", ""));
            again.copy().unwrap();
            assert!(followed.contains("third.jsonl"));
            assert!(listed(&again) == followed, "{arguments}");
        }
    }

    #[test]
    fn json_is_another_word_for_one_format_and_excludes_the_others() {
        let json = Shape::form(EventForm::JsonLines);
        assert_eq!(parse("--json").unwrap().shape(), json);
        assert_eq!(parse("--format json").unwrap().shape(), json);
        assert_eq!(parse("").unwrap().shape(), Shape::table());
        assert!(parse("--json --format csv").is_err());
    }

    #[test]
    fn type_that_there_is_not_is_answered_with_those_there_are() {
        let error = parse("--type AccountClosed").unwrap_err().to_string();
        assert!(error.contains("'AccountClosed'"), "{error}");
        assert!(TYPES.iter().all(|name| error.contains(name)), "{error}");
    }
}
