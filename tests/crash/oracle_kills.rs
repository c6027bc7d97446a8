//! A long run, killed over and over until it is done, against one without a store.

use anyhow::Result;

use crate::cases::Setup;
use crate::day::{Day, Way};
use crate::kills::{kill_and_complete, whole};
use crate::tally::{Outcome, Tally};

/// The part's name.
pub(crate) const ORACLE_KILLS: &str = "oracle-kills";

/// How often each run is killed.
const KILLS_A_RUN: u64 = 4;

/// Each kill comes within so much of the time a whole run takes, so that most leave work to the next.
const LATEST: f64 = 0.5;

/// Kills runs of `lines` lines, `kills` times in all.
pub(crate) fn run(setup: &Setup, kills: u64, lines: u64) -> Result<Tally> {
    let whole = whole(setup, ORACLE_KILLS, lines, Day::make)?;
    let names: Vec<String> = (0..kills.div_ceil(KILLS_A_RUN)).map(|index| index.to_string()).collect();
    let mut tally = setup.run_all(ORACLE_KILLS, &names, |case| {
        let way = if case.index.is_multiple_of(2) { Way::File } else { Way::Pipe };
        let killed = kill_and_complete(case, &whole, way, KILLS_A_RUN, LATEST)?;
        Ok(Outcome { right: true, resumed: killed > 0, ..Outcome::default() })
    });
    tally.notes.push(format!("{lines} lines a run, each killed {KILLS_A_RUN} times"));
    Ok(tally)
}
