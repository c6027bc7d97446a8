//! The supervisor: starts the actors, watches them, stops them, and says how the run ended.

mod graph;
mod interrupts;
mod supervisor;
#[cfg(test)]
mod tests;

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use graph::{Inboxes, Told};
use interrupts::Interrupts;

pub use crate::actors::Start;
use crate::bus::Ending;
use crate::console::Console;
use crate::domain::{Membership, Policy, Totals};
use crate::files::{Sink, Source, stop_switch};
use crate::formats::verdict::VerdictFormat;
use crate::formats::{Format, TimeFormat};
use crate::results::{Fingerprints, Recorded};
use crate::store::EventStore;

/// One run: everything opened and checked, nothing begun.
pub struct Job {
    /// Where lines come from, positioned at the start.
    pub source: Source,
    /// Where in the input that is.
    pub start: Start,
    /// What was decided on the lines before it in an earlier run, to be written again; none if nothing was, or the
    /// results are to begin with the start.
    pub recorded: Option<Box<dyn Recorded>>,
    /// The input's format, if it is known without looking.
    pub input_format: Option<Format>,
    /// The format of times that carry none of their own, if it is not RFC 3339.
    pub time_format: Option<TimeFormat>,
    /// Whether the first rejected line ends the run.
    pub strict: bool,
    /// What decides.
    pub policy: Arc<Policy>,
    /// Which groups customers are in whose transactions do not say, if the policy asks.
    pub members: Option<Arc<Membership>>,
    /// Whether groups are read just as transactions name them, the default one too, whatever the policy.
    pub groups_as_named: bool,
    /// Where decisions are kept.
    pub store: Box<dyn EventStore>,
    /// What verdicts look like.
    pub verdicts: VerdictFormat,
    /// Where verdicts go.
    pub output: Sink,
    /// Where rejected lines go, beside standard error.
    pub rejects: Option<Sink>,
    /// Whether fingerprints are to be taken; the start must have a hasher then.
    pub fingerprinted: bool,
    /// How many threads work, beside the three that read, commit and write.
    pub threads: NonZeroUsize,
    /// Standard error.
    pub console: Console,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Why it ended.
    pub outcome: Outcome,
    /// What was decided, in this run and before it if that was written again.
    pub totals: Totals,
    /// What tells input and output apart from any others, if that was asked for and the work is complete.
    pub fingerprints: Option<Fingerprints>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Why a run ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The work came to an end.
    Ended(Ending),
    /// The reader of the output went away.
    OutputClosed,
}

/// Runs a job to its end, on threads of its own.
///
/// # Errors
///
/// The error of the first actor that failed, with the actor's name; all others have been stopped by then. Or the error of
/// the store, if it can't begin.
pub fn run(job: Job) -> anyhow::Result<Report> {
    run_through(job, |inboxes| inboxes)
}

/// Runs a job whose actors get their inboxes back from `rewire`, where tests put faults into them.
fn run_through(mut job: Job, rewire: impl FnOnce(Inboxes) -> Inboxes) -> anyhow::Result<Report> {
    let begun = Instant::now();
    let shards = job.threads.get();
    let histories = job.store.begin(shards, job.policy.memory()).context("can't begin with the store")?;
    ensure!(histories.len() == shards, "the store has {} histories for {shards} shards", histories.len());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(job.threads.get())
        .thread_name("tidegate")
        .enable_io()
        .enable_time()
        .build()
        .context("can't start threads")?;
    let (switch, listener) = stop_switch().context("can't open a pipe")?;
    let console = job.console.clone();
    let totals = Arc::new(Mutex::new(Totals::default()));
    let fingerprints = Arc::new(Mutex::new(None));
    let outcome = runtime.block_on(async {
        // Before the first actor starts, so that whoever has seen a verdict can rely on how an interrupt ends the run.
        let interrupts = Interrupts::listen().context("can't listen for signals")?;
        let (inlets, inboxes) = graph::queues(shards);
        let told = Told { totals: Arc::clone(&totals), fingerprints: Arc::clone(&fingerprints) };
        let actors = graph::start(job, histories, inlets, rewire(inboxes), (&switch, listener), told);
        supervisor::watch(actors, interrupts, &switch).await
    });
    // An actor that is late, because a write of its own does not return, is left behind rather than waited for.
    runtime.shutdown_background();
    console.hide_progress();
    let totals = totals.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let fingerprints = *fingerprints.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(Report { outcome: outcome?, totals, fingerprints, elapsed: begun.elapsed() })
}
