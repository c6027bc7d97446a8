//! Which actor talks to which.

use std::sync::{Arc, Mutex};

use super::Job;
use super::supervisor::Actors;
use crate::actors::{
    AccountShard, AccountView, Creator, Outlets, ProcessManager, Reader, Reading, Recorder, Role, Writer,
};
use crate::batch::Batch;
use crate::bus::{
    CreateTxn, Event, EventsCommitted, FanOut, Inbox, Inlet, ProcessTxn, TxnProcessed, WriteData, credits, fan_in,
};
use crate::domain::{Accounts, CustomerHasher, Totals};
use crate::files::{Source, StopListener, StopSwitch};
use crate::results::{Fingerprints, Rejects, Results};
use crate::store::History;

/// How many batches there are for each thread: enough that each actor finds one waiting when it is done with another.
const CREDITS_PER_THREAD: usize = 3;

/// Batches for the reader, the recorder and the writer, who have threads of their own.
const CREDITS_MIN: usize = 4;

/// About how long a line is, in bytes.
const USUAL_LINE_LEN: u64 = 96;

/// Messages that carry no batch: the end of the input, and the command to finish.
const CONTROL_MESSAGES_MAX: usize = 1;

/// Where each actor receives.
pub(super) struct Inboxes {
    pub(super) reader: Inbox<Box<Batch>>,
    pub(super) manager: Inbox<Event>,
    pub(super) creators: Vec<Inbox<CreateTxn>>,
    pub(super) shards: Vec<Inbox<ProcessTxn>>,
    pub(super) recorder: Inbox<TxnProcessed>,
    pub(super) view: Inbox<EventsCommitted>,
    pub(super) writer: Inbox<WriteData>,
}

/// Where each actor is reached; those that the process manager commands stand in its own [`Outlets`].
pub(super) struct Inlets {
    manager: Inlet<Event>,
    of_manager: Outlets,
    recorder: Inlet<TxnProcessed>,
    view: Inlet<EventsCommitted>,
}

/// What actors tell the runner.
pub(super) struct Told {
    pub(super) totals: Arc<Mutex<Totals>>,
    pub(super) fingerprints: Arc<Mutex<Option<Fingerprints>>>,
}

/// Builds all queues, each with room for every message that there can be credits for.
pub(super) fn queues(threads: usize) -> (Inlets, Inboxes) {
    let shards = threads;
    let credit_count = CREDITS_MIN + CREDITS_PER_THREAD * threads;
    let room = credit_count + CONTROL_MESSAGES_MAX;
    let (give_credit, take_credit) = credits(credit_count, shards);
    let (to_manager, manager) = fan_in(room);
    let (to_creators, creators) = (0..threads).map(|_| fan_in(room)).unzip();
    let (to_shards, shards): (_, Vec<_>) = (0..shards).map(|_| fan_in(room)).unzip();
    let (to_recorder, recorder) = fan_in(room * shards.len());
    let (to_view, view) = fan_in(room);
    let (to_writer, writer) = fan_in(room);
    let of_manager = Outlets {
        credits: give_credit,
        creators: FanOut::new(to_creators),
        shards: FanOut::new(to_shards),
        writer: to_writer,
    };
    let inlets = Inlets { manager: to_manager, of_manager, recorder: to_recorder, view: to_view };
    (inlets, Inboxes { reader: take_credit, manager, creators, shards, recorder, view, writer })
}

/// About how many transactions will come, if the length of the input tells.
fn expected_transactions(source: &Source, offset: u64) -> usize {
    let rest = source.size().unwrap_or_default().saturating_sub(offset);
    usize::try_from(rest / USUAL_LINE_LEN).unwrap_or(usize::MAX)
}

/// Starts all actors, a shard for each history. Whatever actor is spawned in this program is spawned here.
pub(super) fn start(
    job: Job,
    histories: Vec<Box<dyn History>>,
    inlets: Inlets,
    inboxes: Inboxes,
    (reading, stop): (&StopSwitch, StopListener),
    Told { totals, fingerprints }: Told,
) -> Actors {
    let Inlets { manager: to_manager, of_manager, recorder: to_recorder, view: to_view } = inlets;
    let mut actors = Actors::default();
    let hasher = CustomerHasher::default();
    let lines = Reading {
        format: job.input_format,
        time_format: job.time_format.map(Arc::new),
        groups: job.groups_as_named || job.policy.decides_by_groups(),
        keeps_default: job.groups_as_named,
        members: job.members,
        strict: job.strict,
    };

    actors.spawn_manager(ProcessManager::new(inboxes.manager, of_manager, reading.clone()).run());
    for inbox in inboxes.creators {
        let creator = Creator::new(hasher.clone(), lines.clone(), inbox, to_manager.clone());
        actors.spawn(Role::Creator, creator.run());
    }
    let shards = inboxes.shards.len();
    let expected = expected_transactions(&job.source, job.start.offset) / shards;
    let leaf_writer = job.store.leaf_writer();
    for (shard, (inbox, history)) in inboxes.shards.into_iter().zip(histories).enumerate() {
        let policy = Arc::clone(&job.policy);
        let accounts = Accounts::new(hasher.clone(), policy.memory()).expecting(expected);
        let account = AccountShard::new(shard, accounts, history, policy, leaf_writer, inbox, to_recorder.clone());
        actors.spawn(Role::Account, account.run());
    }
    let recorder = Recorder::new(job.store, Arc::clone(&job.policy), shards, inboxes.recorder, to_view);
    actors.spawn_thread(Role::Recorder, || recorder.run());
    let verdicts = job.verdicts.under(&job.policy);
    let view = AccountView::new(verdicts, job.policy, Arc::clone(&totals), inboxes.view, to_manager.clone());
    actors.spawn(Role::AccountView, view.run());

    let rejects = Rejects::new(job.source.name().to_owned(), job.rejects);
    let results = Results::new(job.output, rejects, job.console.clone());
    let results = if job.fingerprinted { results.fingerprinted() } else { results };
    let mut header = Vec::new();
    verdicts.header(&mut header);
    let recorded = job.recorded;
    let input_start = if recorded.is_some() { 0 } else { job.start.offset };
    let to_reader = to_manager.clone();
    let writer = Writer::new(results, input_start, totals, fingerprints, job.console, inboxes.writer, to_manager);
    actors.spawn_thread(Role::Writer, move || writer.run(&header, recorded));
    let reader = Reader::new(job.source, &lines, job.start, stop, inboxes.reader, to_reader);
    actors.spawn_thread(Role::Reader, move || reader.run());
    actors
}
