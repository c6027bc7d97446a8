//! What the user sends to end a run early.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGINT and SIGTERM, which no longer end the process by themselves once this exists.
pub(super) struct Interrupts {
    int: Signal,
    term: Signal,
    count: u32,
}

impl Interrupts {
    /// Begins to listen.
    ///
    /// # Errors
    ///
    /// If the operating system refuses.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { int: signal(SignalKind::interrupt())?, term: signal(SignalKind::terminate())?, count: 0 })
    }

    /// Waits for the next interrupt and says how many there were.
    pub(super) async fn next(&mut self) -> u32 {
        tokio::select! {
            _ = self.int.recv() => {}
            _ = self.term.recv() => {}
        }
        self.count += 1;
        self.count
    }
}
