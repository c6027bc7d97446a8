//! Moves batches from one actor to the next.

use std::collections::BTreeMap;
use std::sync::Arc;

use tracing::{debug, trace};

use super::Stop;
use crate::batch::Batch;
use crate::bus::{CreateTxn, Ending, Event, FanOut, Inbox, Inlet, ProcessTxn, WriteData};
use crate::files::StopSwitch;

/// Knows the way of a batch and how many are under way; never looks at a transaction.
///
/// It closes a loop, as it listens to those it commands, so the end of the work can't be told from a closed queue. It is
/// counted instead: the work is over when the input has ended and every batch that was read has come back. If all of the
/// input was read, one more batch follows then, alone, which says so and is counted like the others.
#[derive(Debug)]
pub struct ProcessManager {
    inbox: Inbox<Event>,
    outlets: Outlets,
    reading: StopSwitch,
    /// Batches that creators finished ahead of their turn.
    early: BTreeMap<u64, Box<Batch>>,
    next_created: u64,
    /// How the reading ended, once it has.
    input_ended: Option<InputEnd>,
    batches_done: u64,
    /// Whether a rejected line has ended the run; what was read behind it is dropped.
    rejected_line: bool,
}

#[derive(Debug)]
struct InputEnd {
    ending: Ending,
    /// How many batches there are in all.
    batches: u64,
    /// The batch that completes the input, until it is sent.
    closing: Option<Box<Batch>>,
}

/// Whom the process manager commands.
#[derive(Debug)]
pub struct Outlets {
    /// Where empty batches are handed back.
    pub credits: Inlet<Box<Batch>>,
    /// The creators, who share the work.
    pub creators: FanOut<CreateTxn>,
    /// The account shards, who each get every batch.
    pub shards: FanOut<ProcessTxn>,
    /// The writer.
    pub writer: Inlet<WriteData>,
}

impl ProcessManager {
    /// A process manager; `reading` stops the reader.
    pub const fn new(inbox: Inbox<Event>, outlets: Outlets, reading: StopSwitch) -> Self {
        Self {
            inbox,
            outlets,
            reading,
            early: BTreeMap::new(),
            next_created: 0,
            input_ended: None,
            batches_done: 0,
            rejected_line: false,
        }
    }

    /// Moves batches until all are done, tells the writer to finish, and says how the work ended.
    ///
    /// # Errors
    ///
    /// [`Stop`] if another actor is gone.
    pub async fn run(mut self) -> Result<Ending, Stop> {
        while let Some(event) = self.inbox.recv().await {
            self.handle(event)?;
            if let Some(ending) = self.end()? {
                return Ok(ending);
            }
        }
        Err(Stop::Closed)
    }

    /// Once all batches are done, sends the one that completes the input, if there is one still, or else ends the work.
    fn end(&mut self) -> Result<Option<Ending>, Stop> {
        let Some(InputEnd { ending, batches, closing }) = &mut self.input_ended else {
            return Ok(None);
        };
        if *batches != self.batches_done {
            return Ok(None);
        }
        let ending = if self.rejected_line { Ending::RejectedLine } else { *ending };
        if let Some(closing) = closing.take()
            && ending == Ending::Complete
        {
            *batches += 1;
            self.process(closing)?;
            return Ok(None);
        }
        debug!(batches, ?ending, "all batches are done");
        self.outlets.writer.send(WriteData::Finish(ending))?;
        Ok(Some(ending))
    }

    fn handle(&mut self, event: Event) -> Result<(), Stop> {
        match event {
            Event::TxnRead(batch) => self.outlets.creators.send_in_turn(CreateTxn(batch))?,
            Event::InputEnded { ending, batches, closing } => {
                self.input_ended = Some(InputEnd { ending, batches, closing });
            }
            Event::TxnCreated(batch) => {
                self.early.insert(batch.number, batch);
                while let Some(batch) = self.early.remove(&self.next_created) {
                    self.next_created += 1;
                    self.process(batch)?;
                }
            }
            Event::AccountViewed(batch) => self.outlets.writer.send(WriteData::Batch(batch))?,
            Event::DataWritten(batch) => self.hand_back(batch),
        }
        Ok(())
    }

    /// Sends a batch to the accounts, in input order: that is what makes verdicts the same on any number of threads.
    fn process(&mut self, batch: Box<Batch>) -> Result<(), Stop> {
        if self.rejected_line {
            self.hand_back(batch);
            return Ok(());
        }
        if batch.stops_run {
            self.rejected_line = true;
            self.reading.stop();
        }
        trace!(batch = batch.number, line = batch.first_line, lines = batch.line_count, "to the accounts");
        self.outlets.shards.send_to_all(ProcessTxn(Arc::from(batch)))?;
        Ok(())
    }

    fn hand_back(&mut self, mut batch: Box<Batch>) {
        self.batches_done += 1;
        batch.clear();
        // A reader that has reached the end of its input takes at most one more.
        let _ = self.outlets.credits.send(batch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::fan_in;
    use crate::files::stop_switch;

    /// A process manager that has been told of these events and then of nothing more, and the queues of the one shard
    /// and of the writer.
    fn told(events: Vec<Event>) -> (Result<Ending, Stop>, Inbox<ProcessTxn>, Inbox<WriteData>) {
        let room = events.len() + 1;
        let (to_manager, inbox) = fan_in(room);
        let (to_shard, shard) = fan_in(room);
        let (to_creator, _creator) = fan_in(1);
        let (to_writer, writer) = fan_in(room);
        let (to_reader, _reader) = fan_in(room);
        let (reading, _listener) = stop_switch().unwrap();
        let outlets = Outlets {
            credits: to_reader,
            creators: FanOut::new(vec![to_creator]),
            shards: FanOut::new(vec![to_shard]),
            writer: to_writer,
        };
        for event in events {
            to_manager.send(event).unwrap();
        }
        drop(to_manager);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        (runtime.block_on(ProcessManager::new(inbox, outlets, reading).run()), shard, writer)
    }

    fn batch(number: u64) -> Box<Batch> {
        let mut batch = Box::new(Batch::new(1));
        batch.number = number;
        batch
    }

    fn stopping(number: u64) -> Box<Batch> {
        let mut batch = batch(number);
        batch.stops_run = true;
        batch
    }

    fn sent(mut shard: Inbox<ProcessTxn>) -> Vec<u64> {
        std::iter::from_fn(|| shard.blocking_recv()).map(|ProcessTxn(batch)| batch.number).collect()
    }

    /// What the one shard is sent once the batches of these numbers have been created in this order.
    fn processed(created: &[u64], stops_run: Option<u64>) -> Vec<u64> {
        let created =
            created.iter().map(|number| if stops_run == Some(*number) { stopping(*number) } else { batch(*number) });
        let (ended, shard, _writer) = told(created.map(Event::TxnCreated).collect());
        assert!(matches!(ended, Err(Stop::Closed)), "{ended:?}");
        sent(shard)
    }

    /// The end of an input of so many batches.
    fn input_ended(ending: Ending, batches: u64) -> Event {
        let closing = (ending == Ending::Complete).then(|| {
            let mut closing = batch(batches);
            closing.completes_input = true;
            closing
        });
        Event::InputEnded { ending, batches, closing }
    }

    #[test]
    fn accounts_get_batches_in_input_order_whichever_is_created_first() {
        assert_eq!(processed(&[2, 0, 1, 4, 3], None), [0, 1, 2, 3, 4]);
        assert_eq!(processed(&[1, 3, 0], None), [0, 1]);
    }

    #[test]
    fn nothing_behind_a_batch_that_stops_the_run_gets_to_the_accounts() {
        assert_eq!(processed(&[2, 1, 0], Some(1)), [0, 1]);
    }

    #[test]
    fn batch_that_completes_the_input_follows_when_all_others_are_done_and_the_end_when_it_is_too() {
        let created = || vec![Event::TxnCreated(batch(0)), input_ended(Ending::Complete, 1)];
        let (ended, shard, mut writer) = told(created());
        assert!(matches!(ended, Err(Stop::Closed)), "{ended:?}");
        assert_eq!(sent(shard), [0], "batch 0 is under way still");
        assert!(writer.blocking_recv().is_none());

        let mut events = created();
        events.push(Event::DataWritten(batch(0)));
        let (ended, shard, mut writer) = told(events);
        assert!(matches!(ended, Err(Stop::Closed)), "{ended:?}");
        assert_eq!(sent(shard), [0, 1]);
        assert!(writer.blocking_recv().is_none(), "the batch that completes the input is under way still");

        let mut events = created();
        events.extend([Event::DataWritten(batch(0)), Event::DataWritten(batch(1))]);
        let (ended, _shard, mut writer) = told(events);
        assert!(matches!(ended, Ok(Ending::Complete)), "{ended:?}");
        assert!(matches!(writer.blocking_recv(), Some(WriteData::Finish(Ending::Complete))));
    }

    #[test]
    fn input_that_is_not_decided_to_its_end_is_not_completed() {
        let events =
            |created, ending| vec![Event::TxnCreated(created), input_ended(ending, 1), Event::DataWritten(batch(0))];
        for (events, expected) in [
            (events(batch(0), Ending::Interrupted), Ending::Interrupted),
            (events(stopping(0), Ending::Complete), Ending::RejectedLine),
        ] {
            let (ended, shard, _writer) = told(events);
            assert!(matches!(ended, Ok(ending) if ending == expected), "{ended:?}");
            assert_eq!(sent(shard), [0]);
        }
    }
}
