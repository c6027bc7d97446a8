//! The terminal: set up, watched for keys, and left as it was.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use ratatui::backend::Backend;
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::event::{self, Event, KeyEventKind};
use ratatui::crossterm::execute;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::session::{Session, Step};
use crate::exit::Exit;
use crate::store::Ledger;

/// How long to wait between two looks at the ledger.
const INTERVAL: Duration = Duration::from_millis(250);

/// What part of the time may be spent on looking, as a divisor, where looking takes long.
const LOOKING_SHARE: u32 = 5;

/// The terminal as it was, once this is dropped: at a normal end, behind an error and in a panic.
struct Restored;

/// What waiting for a key came to.
enum Waited {
    /// There may be keys, or the terminal may have another size.
    Look,
    /// The terminal is gone.
    Gone,
}

impl Drop for Restored {
    fn drop(&mut self) {
        // There is nobody left to tell if it fails.
        let _ = execute!(io::stdout(), Show);
        let _ = ratatui::try_restore();
    }
}

/// Shows a ledger of a name on the terminal until somebody leaves. Standard input and output must be a terminal.
///
/// # Errors
///
/// If the terminal fails; what the ledger fails in is shown.
pub fn run(ledger: Ledger, name: String, in_colours: bool) -> anyhow::Result<Exit> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&stop)).context("can't wait for signals")?;
    }
    let _restored = Restored;
    let terminal = ratatui::try_init().context("can't set up the terminal")?;
    let session = Session::new(ledger, name, terminal, in_colours);
    browse(session, &stop).context("the terminal failed")
}

fn browse<B: Backend<Error = io::Error>>(mut session: Session<B>, stop: &AtomicBool) -> io::Result<Exit> {
    let mut next_look = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        if Instant::now() >= next_look {
            let start = Instant::now();
            session.look()?;
            next_look = Instant::now() + INTERVAL.max(start.elapsed() * LOOKING_SHARE);
        }
        session.draw()?;
        let wait = next_look.saturating_duration_since(Instant::now()).min(INTERVAL);
        if let Waited::Gone = wait_for_key(wait)? {
            break;
        }
        while event::poll(Duration::ZERO)? {
            let Event::Key(key) = event::read()? else { continue };
            if key.kind != KeyEventKind::Release && session.press(key)? == Step::Quit {
                return Ok(Exit::Done);
            }
        }
    }
    Ok(Exit::Interrupted)
}

/// Waits for a key, so long at most. A terminal that is gone must be found here: whoever reads keys from it afterwards
/// would try for ever.
fn wait_for_key(timeout: Duration) -> io::Result<Waited> {
    let stdin = io::stdin();
    let mut waiting = [PollFd::new(&stdin, PollFlags::IN)];
    let timeout = Timespec::try_from(timeout).map_err(io::Error::other)?;
    match rustix::event::poll(&mut waiting, Some(&timeout)) {
        // Another size of the terminal comes as a signal.
        Ok(_) | Err(Errno::INTR) => {}
        Err(error) => return Err(error.into()),
    }
    let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    Ok(if waiting.iter().any(|end| end.revents().intersects(gone)) { Waited::Gone } else { Waited::Look })
}
