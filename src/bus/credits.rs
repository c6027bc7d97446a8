//! The pool that bounds the work in flight.

use super::{Inbox, Inlet, fan_in};
use crate::batch::Batch;

/// A pool of so many empty batches: where they are handed back, and where they are taken from.
///
/// A batch is a credit. It travels from the reader through every actor and back, so that there is never more in memory
/// or in any queue than the pool holds, and the work has ended when all that were read have come back.
pub fn credits(count: usize, shards: usize) -> (Inlet<Box<Batch>>, Inbox<Box<Batch>>) {
    let (give, take) = fan_in(count);
    for _ in 0..count {
        // The queue was made for this very number.
        let handed_in = give.send(Box::new(Batch::new(shards)));
        debug_assert_eq!(handed_in, Ok(()));
    }
    (give, take)
}
