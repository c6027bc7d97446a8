//! The history that a backtest or a sweep looks at.

use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::Context;
use rayon::{ThreadPool, ThreadPoolBuilder};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::register_conditional_shutdown;

use super::days::parse_date;
use super::ledger::refused;
use super::run::FormatArg;
use crate::backtest::report::About;
use crate::backtest::{Candidate, Collector, Groups, GroupsOf, History, read_ledger};
use crate::bus::Ending;
use crate::config::{self, Config, NamedFile, Sources, policy_text, with_changes};
use crate::console::{Console, printable_path};
use crate::domain::{Day, Membership, Policy, PolicyParts, Zone};
use crate::exit::{Exit, UsageError};
use crate::files::{Source, Target, open_output};
use crate::formats::Format;
use crate::formats::verdict::VerdictFormat;
use crate::runner::{self, Job, Outcome, Report, Start};

/// What is said of a ledger whose customers are decided on by groups that nobody tells.
pub(super) const GROUPS_UNTOLD: &str =
    "the ledger tells no customer's group, and no file of groups does: all are taken to be in the default one";

/// Which history, and which part of it is told.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
#[command(group = clap::ArgGroup::new("history").args(["input", "store"]).required(true))]
pub(super) struct HistoryArgs {
    /// A file of transactions, or - for standard input, instead of a ledger
    #[arg(value_name = "INPUT")]
    pub(super) input: Option<PathBuf>,
    /// The ledger, a file that `run --store` has written; it is only read
    #[arg(long, value_name = "FILE")]
    pub(super) store: Option<PathBuf>,
    /// The configuration under which INPUT is taken to have been decided [default: as `run` finds its own]
    #[arg(long, value_name = "FILE", conflicts_with = "store")]
    pub(super) baseline: Option<PathBuf>,
    /// The proposed configuration [default: the ledger's last policy; for INPUT, as `run` finds its own]
    #[arg(short, long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// INPUT's format [default: by extension, else by the first line]
    #[arg(long, value_name = "FORMAT", conflicts_with = "store")]
    pub(super) input_format: Option<FormatArg>,
    /// Report from a day on, such as 2000-01-01; what came before is decided all the same
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(super) from: Option<Day>,
    /// Report up to a day, itself included
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(super) to: Option<Day>,
    /// How many threads work [default: as many as the machine has]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) threads: Option<u16>,
    /// No progress bar, and nothing else on standard error but errors
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// A history, and what is proposed.
pub(super) struct Opened {
    pub(super) history: History,
    /// Those who decided then.
    pub(super) then: Candidate,
    /// The policy that is proposed; none where the history is only to be checked.
    pub(super) proposed: Option<Policy>,
    /// The groups of customers by which that decides.
    pub(super) groups: Arc<Groups>,
    pub(super) about: About,
    pub(super) notes: Vec<String>,
    /// Lines that were no transactions.
    pub(super) rejected: u64,
}

/// What came of opening a history.
pub(super) enum Opening {
    Opened(Box<Opened>),
    /// The user has had enough.
    Interrupted,
}

impl HistoryArgs {
    /// Checks what can be checked before anything is read.
    ///
    /// # Errors
    ///
    /// A [`UsageError`] if the first day is behind the last.
    pub(super) fn days(&self) -> Result<Option<RangeInclusive<Day>>, UsageError> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from > to
        {
            return Err(UsageError(format!("--from {from}: it is behind --to {to}")));
        }
        let last = Day::from_number(i32::MAX);
        let is_bounded = self.from.is_some() || self.to.is_some();
        Ok(is_bounded.then(|| self.from.unwrap_or(Day::BEFORE_ALL)..=self.to.unwrap_or(last)))
    }

    /// As many threads as are wanted.
    pub(super) fn threads(&self) -> anyhow::Result<ThreadPool> {
        // None is as many as the machine has.
        let builder = ThreadPoolBuilder::new().num_threads(self.threads.map_or(0, usize::from));
        builder.thread_name(|_| "tidegate".to_owned()).build().context("can't start threads")
    }

    /// Reads the history and what is proposed, which `set` changes; a ledger without anything proposed is to be checked. With
    /// `by_groups`, customers' groups are read even if nothing that is proposed decides by them.
    ///
    /// # Errors
    ///
    /// A configuration or usage error, or why the history can't be read.
    pub(super) fn open(&self, set: &[String], by_groups: bool, console: &Console) -> anyhow::Result<Opening> {
        let opening = match &self.store {
            Some(store) => self.open_ledger(store, set, console).map(|opened| Opening::Opened(Box::new(opened))),
            None => self.open_input(self.input.as_deref().unwrap_or(Path::new("-")), set, by_groups, console),
        };
        end_when_interrupted()?;
        opening
    }

    fn about(&self, source: String, head: Option<String>) -> About {
        About { source, head, from: self.from, to: self.to, first: None, last: None }
    }

    fn open_ledger(&self, store: &Path, set: &[String], console: &Console) -> anyhow::Result<Opened> {
        let config = self.config.as_deref().map(|path| load("--config", Some(path), set)).transpose()?;
        if !self.quiet {
            console.show_work(&format!("reading {}", printable_path(store)));
        }
        let read = read_ledger(store);
        console.hide_progress();
        let (history, head) = read.map_err(|error| refused(store, error))?;
        let last = history.spans().last().map(|span| &span.policy);
        let (proposed, members) = match (config, last) {
            (Some(config), _) => (Some(config.policy), config.members),
            (None, _) if set.is_empty() => (None, None),
            (None, Some(last)) => (Some(with_changes(last, "--set", set)?), None),
            (None, None) => {
                let why = "--set: the ledger has no policy that could be changed; name one with --config FILE";
                return Err(UsageError(why.to_owned()).into());
            }
        };
        let told = Arc::new(Groups::new(&history, &GroupsOf::History));
        let groups = match members {
            Some(members) => Arc::new(Groups::new(&history, &GroupsOf::HistoryBelow(members))),
            None => Arc::clone(&told),
        };
        let then = Candidate::of_history(&history, told);
        let notes = notes(&history, proposed.as_ref(), &groups);
        let about = self.about(printable_path(store), Some(head.to_string()));
        Ok(Opened { history, then, proposed, groups, about, notes, rejected: 0 })
    }

    fn open_input(&self, input: &Path, set: &[String], by_groups: bool, console: &Console) -> anyhow::Result<Opening> {
        let baseline = load("--baseline", self.baseline.as_deref(), &[])?;
        let proposed = load("--config", self.config.as_deref(), set)?;
        let source = Source::open(input)?;
        let name = source.name().to_owned();
        let collector = Collector::default();
        let groups = by_groups || baseline.policy.decides_by_groups() || proposed.policy.decides_by_groups();
        let job = self.job(source, input, &baseline, collector.clone(), groups, console)?;
        if !self.quiet {
            console.show_progress(job.source.size());
        }
        let Report { outcome, totals, .. } = runner::run(job)?;
        if outcome == Outcome::Ended(Ending::Interrupted) {
            if !self.quiet {
                console.print("interrupted: nothing is decided anew\n");
            }
            return Ok(Opening::Interrupted);
        }
        let mut history = History::of(vec![collector.take()])?;
        let groups_by = |members: Option<Arc<Membership>>| {
            let of = members.map_or(GroupsOf::History, GroupsOf::HistoryAbove);
            if groups { Groups::new(&history, &of) } else { Groups::none() }
        };
        let (groups_then, groups_now) = (groups_by(baseline.members), Arc::new(groups_by(proposed.members)));
        let text = policy_text(&baseline.policy);
        history.set_policy(Arc::new(baseline.policy), text);
        let then = Candidate::of_history(&history, Arc::new(groups_then));
        history.decide(&then);
        Ok(Opening::Opened(Box::new(Opened {
            then,
            proposed: Some(proposed.policy),
            groups: groups_now,
            about: self.about(name, None),
            notes: Vec::new(),
            rejected: totals.rejected,
            history,
        })))
    }

    /// What reads an input and gathers its transactions; whatever is decided on them meanwhile is of no interest.
    fn job(
        &self,
        source: Source,
        input: &Path,
        baseline: &Config,
        collector: Collector,
        groups_as_named: bool,
        console: &Console,
    ) -> anyhow::Result<Job> {
        let nothing = PolicyParts { limits: Vec::new(), ..PolicyParts::default() };
        let policy = Policy::new(nothing).map_err(|_| anyhow::anyhow!("no limits are no policy"))?;
        let machine = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Ok(Job {
            source,
            start: Start::default(),
            recorded: None,
            input_format: self.input_format.map(Format::from).or_else(|| Format::of_path(input)),
            time_format: baseline.io.time_format.clone(),
            strict: false,
            policy: Arc::new(policy),
            members: None,
            groups_as_named,
            store: Box::new(collector),
            verdicts: VerdictFormat { format: Format::JsonLines, reasons: false },
            output: open_output(&Target::new(Path::new("/dev/null")), &[])?,
            rejects: None,
            fingerprinted: false,
            threads: self.threads.and_then(|threads| NonZeroUsize::new(threads.into())).unwrap_or(machine),
            console: console.clone(),
        })
    }
}

/// Lets an interrupt end the program at once, which it no longer does by itself after an input was read. Nothing but the
/// work is lost: results take their names only when they are whole.
fn end_when_interrupted() -> anyhow::Result<()> {
    for signal in [SIGINT, SIGTERM] {
        let always = Arc::new(AtomicBool::new(true));
        register_conditional_shutdown(signal, Exit::Interrupted.code().into(), always)
            .context("can't wait for signals")?;
    }
    Ok(())
}

/// The configuration that a flag names, or that `run` finds without it.
fn load(given_as: &'static str, path: Option<&Path>, set: &[String]) -> anyhow::Result<Config> {
    let named = path.map(|path| NamedFile { given_as, path });
    Ok(config::load(&Sources::of_process(named, set))?.0)
}

/// What a reader must know who takes the figures for more than they are.
fn notes(history: &History, proposed: Option<&Policy>, groups: &Groups) -> Vec<String> {
    let mut notes = Vec::new();
    if proposed.is_some_and(Policy::decides_by_groups) && !groups.are_told() {
        notes.push(GROUPS_UNTOLD.to_owned());
    }
    let mut zones: Vec<_> = history.spans().iter().filter_map(|span| span.policy.zones()).collect();
    zones.retain(|zones| *zones != Zone::VERSION);
    zones.dedup();
    for zones in zones {
        notes.push(format!(
            "policies decided by the time zones of {zones}, and this program has those of {}",
            Zone::VERSION
        ));
    }
    notes
}
