//! Which actor talks to which.

use std::sync::{Arc, Mutex};

use super::Job;
use super::supervisor::Actors;
use crate::actors::{
    AccountShard, AccountView, Creator, Outlets, ProcessManager, Reader, Recorder, Rejects, Role, Writer,
};
use crate::bus::{FanOut, credits, fan_in};
use crate::domain::{CustomerHasher, Totals};
use crate::files::{StopListener, StopSwitch};

/// How many batches there are for each thread: enough that each actor finds one waiting when it is done with another.
const CREDITS_PER_THREAD: usize = 3;

/// Batches for the reader and the writer, who have threads of their own.
const CREDITS_MIN: usize = 4;

/// Messages that carry no batch: the end of the input, and the command to finish.
const CONTROL_MESSAGES_MAX: usize = 1;

/// Builds all queues and starts all actors. Whatever is spawned in this program is spawned here.
pub(super) fn start(job: Job, reading: &StopSwitch, stop: StopListener, totals: Arc<Mutex<Totals>>) -> Actors {
    let threads = job.threads.get();
    let shards = threads;
    let credit_count = CREDITS_MIN + CREDITS_PER_THREAD * threads;
    let room = credit_count + CONTROL_MESSAGES_MAX;

    let (give_credit, take_credit) = credits(credit_count, shards);
    let (to_manager, manager_inbox) = fan_in(room);
    let (to_creators, creator_inboxes): (Vec<_>, Vec<_>) = (0..threads).map(|_| fan_in(room)).unzip();
    let (to_shards, shard_inboxes): (Vec<_>, Vec<_>) = (0..shards).map(|_| fan_in(room)).unzip();
    let (to_recorder, recorder_inbox) = fan_in(room * shards);
    let (to_view, view_inbox) = fan_in(room);
    let (to_writer, writer_inbox) = fan_in(room);
    #[cfg(test)]
    let (take_credit, manager_inbox, creator_inboxes, shard_inboxes, recorder_inbox, view_inbox, writer_inbox) = (
        take_credit.with_fault(job.faults.get(&Role::Reader)),
        manager_inbox.with_fault(job.faults.get(&Role::ProcessManager)),
        creator_inboxes.into_iter().map(|inbox| inbox.with_fault(job.faults.get(&Role::Creator))),
        shard_inboxes.into_iter().map(|inbox| inbox.with_fault(job.faults.get(&Role::Account))),
        recorder_inbox.with_fault(job.faults.get(&Role::Recorder)),
        view_inbox.with_fault(job.faults.get(&Role::AccountView)),
        writer_inbox.with_fault(job.faults.get(&Role::Writer)),
    );

    let mut actors = Actors::default();
    let hasher = CustomerHasher::default();
    let time_format = job.time_format.map(Arc::new);

    let outlets = Outlets {
        credits: give_credit,
        creators: FanOut::new(to_creators),
        shards: FanOut::new(to_shards),
        writer: to_writer,
    };
    actors.spawn_manager(ProcessManager::new(manager_inbox, outlets, reading.clone()).run());
    for inbox in creator_inboxes {
        let creator = Creator::new(hasher.clone(), time_format.clone(), job.strict, inbox, to_manager.clone());
        actors.spawn(Role::Creator, creator.run());
    }
    for (shard, inbox) in shard_inboxes.into_iter().enumerate() {
        let policy = Arc::clone(&job.policy);
        let account = AccountShard::new(shard, hasher.clone(), policy, inbox, to_recorder.clone());
        actors.spawn(Role::Account, account.run());
    }
    actors.spawn(Role::Recorder, Recorder::new(job.store, shards, recorder_inbox, to_view).run());
    let view = AccountView::new(job.verdicts, job.policy, totals, view_inbox, to_manager.clone());
    actors.spawn(Role::AccountView, view.run());

    let rejects = Rejects { input_name: job.source.name().to_owned(), sink: job.rejects, count: 0 };
    let mut header = Vec::new();
    job.verdicts.header(&mut header);
    let writer = Writer::new(job.output, rejects, job.console, writer_inbox, to_manager.clone());
    actors.spawn_thread(Role::Writer, move || writer.run(&header));
    let reader = Reader::new(job.source, job.input_format, stop, take_credit, to_manager);
    actors.spawn_thread(Role::Reader, move || reader.run());
    actors
}
