//! Runs killed at any moment, and run again.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::cases::{Case, Setup};
use crate::day::{Day, Way, check_ledger, copy_ledger, head, without_chain};
use crate::tally::{Outcome, Tally};

/// The part's name.
pub(crate) const KILLS: &str = "kills";

/// One line in so many is bad.
const BAD_IN: u64 = 500;

/// Kills come up to so much later than a run takes, so that the moment of its end is among them.
const LATEST: f64 = 1.1;

/// What is fed at a time to a run that reads a pipe.
const PIECE: usize = 16 * 1024;

/// A day, and what an uninterrupted run of it is like.
pub(crate) struct Whole {
    pub(crate) day: Day,
    pub(crate) root: String,
    file: Duration,
    pipe: Duration,
}

/// Makes a day of a part.
type Make = fn(&Path, &str, u64, u64, u64) -> Result<Day>;

/// Runs a day without interruption, both ways, several at once as the cases will be.
pub(crate) fn whole(setup: &Setup, part: &str, lines: u64, make: Make) -> Result<Whole> {
    let common = setup.common(part)?;
    let day = make(&common, "day.jsonl", lines, (lines / BAD_IN).max(4), setup.seed)?;
    let took = |way: Way| -> Result<(Duration, String)> {
        let run = |job: usize| -> Result<(Duration, String)> {
            let case = setup.case(part, job, &format!("whole-{way:?}-{job}"))?;
            let took = day.complete(way, &case.directory)?;
            let head = head(&case.directory)?;
            check_ledger(&case.directory, without_chain(&head))?;
            Ok((took, without_chain(&head).to_owned()))
        };
        let all: Vec<Result<(Duration, String)>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..setup.jobs).map(|job| scope.spawn(move || run(job))).collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
        });
        let all = all.into_iter().collect::<Result<Vec<_>>>()?;
        all.into_iter().max().ok_or_else(|| anyhow::anyhow!("no run"))
    };
    let (file, root) = took(Way::File)?;
    let (pipe, root_by_pipe) = took(Way::Pipe)?;
    ensure!(root == root_by_pipe, "the root depends on where lines come from: {root} and {root_by_pipe}");
    Ok(Whole { day, root, file, pipe })
}

/// Kills runs of `lines` lines under limits of all kinds, each once, every tenth again while it resumes.
pub(crate) fn run(setup: &Setup, kills: u64, lines: u64) -> Result<Tally> {
    let whole = whole(setup, KILLS, lines, Day::make_of_all_kinds)?;
    let names: Vec<String> = (0..kills).map(|index| index.to_string()).collect();
    let mut tally = setup.run_all(KILLS, &names, |case| {
        let again = if case.index.is_multiple_of(10) { 1 + case.random.below(3) } else { 0 };
        let way = if case.random.percent(25) { Way::Pipe } else { Way::File };
        let killed = kill_and_complete(case, &whole, way, 1 + again, LATEST)?;
        Ok(Outcome { right: true, resumed: killed > 0, ..Outcome::default() })
    });
    tally.notes.push(format!("{lines} lines a run; every tenth killed again, one to three times, while it resumes"));
    Ok(tally)
}

/// Kills a run so often, then lets it come to its end and checks everything; gives how many kills met a run.
pub(crate) fn kill_and_complete(case: &mut Case, whole: &Whole, way: Way, kills: u64, latest: f64) -> Result<u64> {
    let Whole { day, root, file, pipe } = whole;
    let takes = if way == Way::Pipe { *pipe } else { *file };
    let mut killed = 0;
    for nth in 1..=kills {
        let after = takes.mul_f64(latest * case.random.fraction());
        let running = day.start(way, &case.directory, PIECE, Duration::ZERO)?;
        thread::sleep(after);
        let ended = running.kill()?;
        case.steps.push(format!("{way:?} killed after {after:?} of about {takes:?}: {}", ended.status));
        if ended.was_killed() {
            killed += 1;
            day.check_no_broken_files(&case.directory)?;
            ensure!(day.verdicts.starts_with(&ended.stdout), "what was written is no beginning of the right output");
        } else {
            day.check_run(way, &case.directory, &ended)?;
        }
        copy_ledger(&case.directory, &case.directory.join(format!("as-left-{nth}")))?;
        // Not always, since a look at a ledger may change what the next run finds.
        if case.random.percent(50) {
            let kept = day.check_kept(&case.directory, ended.stdout.len())?;
            case.steps.push(format!("looked: {kept} bytes of verdicts are kept"));
        }
    }
    let took = day.complete(way, &case.directory)?;
    case.steps.push(format!("completed in {took:?}"));
    check_ledger(&case.directory, root)?;
    let kept = day.check_kept(&case.directory, day.verdicts.len())?;
    ensure!(kept == day.verdicts.len(), "the ledger gives more verdicts than there are");
    Ok(killed)
}
