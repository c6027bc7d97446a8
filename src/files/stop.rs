//! How a thread that waits for input is woken.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};

/// Tells the reader to stop, from any thread, as often as one likes; clones are the same switch.
#[derive(Clone, Debug)]
pub struct StopSwitch(Arc<OwnedFd>);

/// The reader's side of a [`StopSwitch`].
#[derive(Debug)]
pub struct StopListener(OwnedFd);

/// What a wait for input ended with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// There is something to read, or the input has ended.
    Ready,
    /// There is nothing to read yet.
    Nothing,
    /// The switch was used.
    Stopped,
}

/// A switch that is not yet used, and its listener.
///
/// # Errors
///
/// If the process has no descriptors left for the pipe between them.
pub fn stop_switch() -> io::Result<(StopSwitch, StopListener)> {
    let (listener, switch) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
    Ok((StopSwitch(Arc::new(switch)), StopListener(listener)))
}

impl StopSwitch {
    /// Stops the reading.
    pub fn stop(&self) {
        // The pipe can only refuse a byte because it is full, or because its reader has ended: both mean stopped.
        let _ = rustix::io::write(&*self.0, &[0]);
    }
}

impl StopListener {
    /// Waits until an input can be read or the switch is used.
    ///
    /// # Errors
    ///
    /// If the operating system refuses to wait on the input.
    pub fn wait(&self, input: impl AsFd) -> io::Result<Wait> {
        self.poll(input.as_fd(), None)
    }

    /// Looks whether an input can be read, without waiting.
    ///
    /// # Errors
    ///
    /// As [`StopListener::wait`].
    pub fn look(&self, input: impl AsFd) -> io::Result<Wait> {
        self.poll(input.as_fd(), Some(&Timespec { tv_sec: 0, tv_nsec: 0 }))
    }

    fn poll(&self, input: BorrowedFd<'_>, timeout: Option<&Timespec>) -> io::Result<Wait> {
        loop {
            let mut fds = [PollFd::new(&self.0, PollFlags::IN), PollFd::from_borrowed_fd(input, PollFlags::IN)];
            match poll(&mut fds, timeout) {
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
                Ok(_) => {}
            }
            let [stop, input] = fds.map(|fd| !fd.revents().is_empty());
            return Ok(match (stop, input) {
                (true, _) => Wait::Stopped,
                (false, true) => Wait::Ready,
                (false, false) => Wait::Nothing,
            });
        }
    }
}
