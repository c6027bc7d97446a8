//! The terminal screen: a ledger's batches, accounts, events and explanations, browsed with the keyboard.
//!
//! | module | does |
//! | --- | --- |
//! | `run` | sets the terminal up and back, waits for keys and looks whether the ledger has grown |
//! | `session` | an `app` with the ledger that it asks and the terminal that it is drawn on |
//! | `app` | what is looked at, and what keys do to it |
//! | `source` | the questions to the ledger; never more of the log than stands around the cursor |
//! | `draw` | how it looks |
//!
//! It all runs in the thread of its caller. No transaction is held open between two questions, since a long reader keeps
//! the ledger's write-ahead log from being emptied.

mod app;
mod draw;
mod run;
mod session;
mod source;

pub use app::KEYS;
pub use run::run;
pub use session::{Session, Step};
