use std::sync::Mutex;

use super::*;
use crate::bus::fan_in;
use crate::store::{HookedStore, StoreError};

const SHARDS: usize = 2;

/// By commit, the numbers and the first positions of its batches.
type Commits = Arc<Mutex<Vec<Vec<(u64, u64)>>>>;

/// A store that notes what it is given, and fails with the commit of a number.
fn noting(commits: &Commits, fails_at: Option<usize>) -> Box<HookedStore> {
    let commits = Arc::clone(commits);
    // Positions are the store's to give, and this one has events of its own.
    let store = HookedStore::new(move |commit| {
        let mut commits = commits.lock().unwrap();
        commits.push(commit.batches.iter().map(|batch| (batch.number, batch.first_position)).collect());
        match fails_at {
            Some(number) if number == commits.len() => Err(StoreError::Failed("the disk is on fire".to_owned())),
            _ => Ok(()),
        }
    });
    Box::new(store.with_own_events(100))
}

/// A recorder that has been sent so many batches of one line each by every shard, and one more by some.
struct Bench {
    recorder: Recorder,
    commits: Commits,
    view: Inbox<EventsCommitted>,
}

fn bench(batches: u64, fails_at: Option<usize>) -> Bench {
    let commits = Commits::default();
    let (to_recorder, inbox) = fan_in(100);
    let (to_view, view) = fan_in(100);
    let store = noting(&commits, fails_at);
    let recorder = Recorder::new(store, Arc::new(Policy::default()), SHARDS, inbox, to_view);
    for number in 0..=batches {
        let mut batch = Batch::new(SHARDS);
        (batch.number, batch.first_line, batch.line_count) = (number, number + 1, 1);
        let batch = Arc::new(batch);
        let shards = if number == batches { SHARDS - 1 } else { SHARDS };
        for _ in 0..shards {
            to_recorder.send(TxnProcessed(Arc::clone(&batch))).unwrap();
        }
    }
    Bench { recorder, commits, view }
}

fn passed_on(view: &mut Inbox<EventsCommitted>) -> Vec<u64> {
    std::iter::from_fn(|| view.try_recv()).map(|EventsCommitted(batch)| batch.number).collect()
}

#[test]
fn all_batches_that_wait_are_one_commit_and_go_on_in_order() {
    let Bench { recorder, commits, mut view } = bench(3, None);
    recorder.run().unwrap();
    assert_eq!(*commits.lock().unwrap(), [[(0, 1), (1, 1), (2, 1)]], "the fourth batch is not complete");
    assert_eq!(passed_on(&mut view), [0, 1, 2]);
}

#[test]
fn what_was_decided_is_committed_though_the_view_is_gone() {
    let Bench { recorder, commits, view } = bench(3, None);
    drop(view);
    assert!(matches!(recorder.run(), Err(Stop::Closed)));
    assert_eq!(commits.lock().unwrap().iter().map(Vec::len).sum::<usize>(), 3);
}

#[test]
fn failing_store_ends_the_recorder_at_once_and_nothing_is_passed_on() {
    let Bench { recorder, commits, mut view } = bench(3, Some(1));
    let Err(Stop::Failed(error)) = recorder.run() else { panic!("the store has failed") };
    assert_eq!(format!("{error:#}"), "can't commit the decisions of lines 1 to 3: the disk is on fire");
    assert_eq!(commits.lock().unwrap().len(), 1);
    assert_eq!(passed_on(&mut view), [0; 0]);
}

#[test]
fn batch_that_comes_alone_is_committed_alone() {
    const BATCHES: u64 = 3;
    let (to_recorder, inbox) = fan_in(BATCHES as usize);
    let (to_view, mut view) = fan_in(BATCHES as usize);
    let send = |to_recorder: &Inlet<TxnProcessed>, number| {
        let mut batch = Batch::new(1);
        batch.number = number;
        to_recorder.send(TxnProcessed(Arc::new(batch))).unwrap();
    };
    send(&to_recorder, 0);
    let mut to_recorder = Some(to_recorder);
    // Each batch comes only once the one before it is on its way into the store.
    let store = HookedStore::new(move |commit| {
        let [batch] = commit.batches else { panic!("{} batches came alone", commit.batches.len()) };
        if batch.number + 1 == BATCHES {
            to_recorder = None;
        }
        if let Some(to_recorder) = &to_recorder {
            send(to_recorder, batch.number + 1);
        }
        Ok(())
    });
    Recorder::new(Box::new(store), Arc::new(Policy::default()), 1, inbox, to_view).run().unwrap();
    assert_eq!(passed_on(&mut view), [0, 1, 2]);
}
