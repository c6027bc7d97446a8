//! Watches the actors until all have ended, and stops them if one fails.

use std::collections::HashMap;
use std::fmt::Write;
use std::time::Duration;

use anyhow::anyhow;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};
use tracing::{debug, info};

use super::Outcome;
use super::interrupts::Interrupts;
use crate::actors::{Role, Stop};
use crate::bus::Ending;
use crate::exit::Exit;
use crate::files::StopSwitch;

/// How long actors may take to stop after one has failed; who takes longer is named and left behind.
const STOPPING_MAX: Duration = Duration::from_millis(500);

/// The actors that are running.
#[derive(Debug, Default)]
pub(super) struct Actors {
    running: JoinSet<Result<Option<Ending>, Stop>>,
    roles: HashMap<Id, Role>,
}

impl Actors {
    /// Starts an actor that never blocks.
    pub(super) fn spawn(&mut self, role: Role, actor: impl Future<Output = Result<(), Stop>> + Send + 'static) {
        let handle = self.running.spawn(async { actor.await.map(|()| None) });
        self.roles.insert(handle.id(), role);
    }

    /// Starts the process manager, who alone knows how the work ended.
    pub(super) fn spawn_manager(&mut self, actor: impl Future<Output = Result<Ending, Stop>> + Send + 'static) {
        let handle = self.running.spawn(async { actor.await.map(Some) });
        self.roles.insert(handle.id(), Role::ProcessManager);
    }

    /// Starts an actor on a thread of its own, which it may block.
    pub(super) fn spawn_thread(&mut self, role: Role, actor: impl FnOnce() -> Result<(), Stop> + Send + 'static) {
        let handle = self.running.spawn_blocking(|| actor().map(|()| None));
        self.roles.insert(handle.id(), role);
    }

    /// The roles still running, each once.
    fn late(&self) -> String {
        let mut names = String::new();
        for role in self.roles.values() {
            let separator = if names.is_empty() { "" } else { ", " };
            let _ = write!(names, "{separator}{role}");
        }
        names
    }
}

/// What is known of how a run ends.
#[derive(Debug, Default)]
struct End {
    ending: Option<Ending>,
    output_closed: bool,
    failure: Option<anyhow::Error>,
    /// An actor lost another and no more is known.
    orphaned: Option<Role>,
}

/// Watches until every actor has ended.
///
/// The first that fails stops the others. The first interrupt stops the reading and lets the rest end by itself; the
/// second quits at once.
pub(super) async fn watch(
    mut actors: Actors,
    mut interrupts: Interrupts,
    reading: &StopSwitch,
) -> anyhow::Result<Outcome> {
    let mut end = End::default();
    let mut deadline: Option<Instant> = None;
    loop {
        tokio::select! {
            ended = actors.running.join_next_with_id() => {
                let Some(ended) = ended else { break };
                if end.note(&mut actors.roles, ended) && deadline.is_none() {
                    reading.stop();
                    actors.running.abort_all();
                    deadline = Some(Instant::now() + STOPPING_MAX);
                }
            }
            count = interrupts.next() => {
                reading.stop();
                info!("interrupted: what was read is finished; interrupt again to quit at once");
                if count > 1 {
                    std::process::exit(i32::from(Exit::Interrupted.code()));
                }
            }
            () = async { sleep_until(deadline.unwrap_or_else(Instant::now)).await }, if deadline.is_some() => {
                let late = actors.late();
                end.failure = end.failure.map(|failure| failure.context(format!("not stopped in time: {late}")));
                break;
            }
        }
    }
    end.outcome()
}

impl End {
    /// Takes in how an actor ended; whether the others are to be stopped for it.
    fn note(
        &mut self,
        roles: &mut HashMap<Id, Role>,
        ended: Result<(Id, Result<Option<Ending>, Stop>), JoinError>,
    ) -> bool {
        let id = ended.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let Some(role) = roles.remove(&id) else { return false };
        let failure = match ended {
            Ok((_, Ok(ending))) => {
                debug!(%role, "ended");
                self.ending = self.ending.or(ending);
                return false;
            }
            Ok((_, Err(Stop::Closed))) => {
                self.orphaned.get_or_insert(role);
                return true;
            }
            Ok((_, Err(Stop::OutputClosed))) => {
                self.output_closed = true;
                return true;
            }
            Ok((_, Err(Stop::Failed(error)))) => error.context(format!("the {role} failed")),
            Err(error) if error.is_cancelled() => return false,
            Err(error) => anyhow!(panic_text(error)).context(format!("the {role} crashed")),
        };
        self.failure.get_or_insert(failure);
        true
    }

    fn outcome(self) -> anyhow::Result<Outcome> {
        match (self.failure, self.output_closed, self.orphaned, self.ending) {
            (Some(failure), ..) => Err(failure),
            (None, true, ..) => Ok(Outcome::OutputClosed),
            (None, false, Some(role), _) => Err(anyhow!("the {role} lost its counterpart")),
            (None, false, None, Some(ending)) => Ok(Outcome::Ended(ending)),
            (None, false, None, None) => Err(anyhow!("the process manager ended without a word")),
        }
    }
}

/// What a crashed actor said last.
fn panic_text(error: JoinError) -> String {
    match error.try_into_panic() {
        Ok(panic) => panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "it left no message".to_owned()),
        Err(error) => error.to_string(),
    }
}
