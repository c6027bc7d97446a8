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
/// counted instead: the work is over when the input has ended and every batch that was read has come back.
#[derive(Debug)]
pub struct ProcessManager {
    inbox: Inbox<Event>,
    outlets: Outlets,
    reading: StopSwitch,
    /// Batches that creators finished ahead of their turn.
    early: BTreeMap<u64, Box<Batch>>,
    next_created: u64,
    /// How the reading ended and how many batches were read in all, once that is known.
    input_ended: Option<(Ending, u64)>,
    batches_done: u64,
    /// Whether a rejected line has ended the run; what was read behind it is dropped.
    rejected_line: bool,
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
            if let Some((ending, batches)) = self.input_ended
                && batches == self.batches_done
            {
                let ending = if self.rejected_line { Ending::RejectedLine } else { ending };
                debug!(batches, ?ending, "all batches are done");
                self.outlets.writer.send(WriteData::Finish(ending))?;
                return Ok(ending);
            }
        }
        Err(Stop::Closed)
    }

    fn handle(&mut self, event: Event) -> Result<(), Stop> {
        match event {
            Event::TxnRead(batch) => self.outlets.creators.send_in_turn(CreateTxn(batch))?,
            Event::InputEnded { ending, batches } => self.input_ended = Some((ending, batches)),
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
        // A reader that has reached the end of its input takes no more of them.
        let _ = self.outlets.credits.send(batch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::fan_in;
    use crate::files::stop_switch;

    /// What the one shard is sent once the batches of these numbers have been created in this order.
    fn processed(created: &[u64], stops_run: Option<u64>) -> Vec<u64> {
        let (to_manager, inbox) = fan_in(created.len());
        let (to_shard, mut shard) = fan_in(created.len());
        let (to_creator, _creator) = fan_in(1);
        let (to_writer, _writer) = fan_in(1);
        let (to_reader, _reader) = fan_in(created.len());
        let (reading, _listener) = stop_switch().unwrap();
        let outlets = Outlets {
            credits: to_reader,
            creators: FanOut::new(vec![to_creator]),
            shards: FanOut::new(vec![to_shard]),
            writer: to_writer,
        };
        for number in created {
            let mut batch = Box::new(Batch::new(1));
            batch.number = *number;
            batch.stops_run = stops_run == Some(*number);
            to_manager.send(Event::TxnCreated(batch)).unwrap();
        }
        drop(to_manager);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let ended = runtime.block_on(ProcessManager::new(inbox, outlets, reading).run());
        assert!(matches!(ended, Err(Stop::Closed)), "{ended:?}");
        std::iter::from_fn(|| shard.blocking_recv()).map(|ProcessTxn(batch)| batch.number).collect()
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
}
