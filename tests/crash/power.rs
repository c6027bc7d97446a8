//! Losses of power: copies of the block device under a running program, with nothing of what the kernel still held back.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::cases::{Case, Setup};
use crate::day::{Day, Way, check_ledger, head, ledger, without_chain};
use crate::image::{Image, Stopped};
use crate::program::finish;
use crate::tally::{Outcome, Tally};

/// The part's name.
pub(crate) const POWER: &str = "power-losses";

/// How many copies are taken of one run.
const COPIES_A_RUN: u64 = 5;

/// What is fed at a time to a run that reads a pipe, and the pause behind it: many commits, spread over a second or two.
const PIECE: usize = 8 * 1024;
const PAUSE: Duration = Duration::from_millis(2);

const LINES: u64 = 20_000;
const BAD: u64 = 20;

/// A copy of the device.
struct Copy {
    file: PathBuf,
    /// How many bytes of verdicts had been received before.
    emitted: usize,
    /// Whether the run had reported its end before.
    ended: bool,
    when: String,
}

/// The day on a file system of its own, and what an uninterrupted run of it is like.
struct Whole {
    day: Day,
    root: String,
    file: Duration,
    pipe: Duration,
}

/// Takes so many copies, or a few more, and brings each to its end.
pub(crate) fn run(setup: &Setup, losses: u64) -> Result<Tally> {
    if !rustix::process::getuid().is_root() {
        return Ok(Tally::skipped(POWER, "mounting needs root"));
    }
    let common = setup.common(POWER)?;
    match page_cache_stays_out(&common) {
        Err(error) => return Ok(Tally::skipped(POWER, &format!("no loop-mounted ext4 here: {error:#}"))),
        Ok(false) => return Ok(Tally::skipped(POWER, "a copy of the image holds what was never synced")),
        Ok(true) => {}
    }
    let image = Image::create(&common.join("whole.img"))?;
    let day = Day::make(&common, "day.jsonl", LINES, BAD, setup.seed)?;
    let mut whole = Whole { day, root: String::new(), file: Duration::ZERO, pipe: Duration::ZERO };
    for way in [Way::File, Way::Pipe] {
        let _ = fs::remove_file(ledger(&image.mounted));
        let ended = whole.day.start(way, &image.mounted, PIECE, PAUSE)?.wait()?;
        whole.day.check_run(way, &image.mounted, &ended)?;
        *(if way == Way::File { &mut whole.file } else { &mut whole.pipe }) = ended.took;
    }
    whole.root = without_chain(&head(&image.mounted)?).to_owned();
    check_ledger(&image.mounted, &whole.root)?;
    drop(image);
    let runs: Vec<String> = (0..losses.div_ceil(COPIES_A_RUN)).map(|index| index.to_string()).collect();
    let checked = std::sync::Mutex::new(Tally::new(POWER));
    let mut tally = setup.run_all(POWER, &runs, |case| {
        for outcome in lose_power(case, &whole)? {
            checked.lock().unwrap_or_else(std::sync::PoisonError::into_inner).count(outcome);
        }
        // What counts are the copies, not the runs.
        Ok(Outcome { void: true, ..Outcome::default() })
    });
    tally.add(checked.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner));
    tally.notes.push(format!("{LINES} lines a run, {COPIES_A_RUN} copies of each; unsynced writes stay out of copies"));
    Ok(tally)
}

/// Whether a copy of an image holds what was synced and not what was only written.
fn page_cache_stays_out(common: &Path) -> Result<bool> {
    let image = Image::create(&common.join("cache.img"))?;
    let mut synced = File::create(image.mounted.join("synced"))?;
    synced.write_all(&[b's'; 9_000])?;
    synced.sync_all()?;
    File::open(&image.mounted)?.sync_all()?;
    fs::write(image.mounted.join("written"), [b'w'; 9_000])?;
    image.copy(&common.join("cache-copy.img"))?;
    let copy = Image::mount(&common.join("cache-copy.img"))?;
    let held = fs::read(copy.mounted.join("synced")).context("a copy of the image lacks what was synced")?;
    ensure!(held == [b's'; 9_000], "a copy of the image holds something else than was synced");
    Ok(fs::read(copy.mounted.join("written")).map_or(true, |held| held != [b'w'; 9_000]))
}

fn lose_power(case: &mut Case, whole: &Whole) -> Result<Vec<Outcome>> {
    let directory = case.directory.clone();
    let image = Image::create(&directory.join("run.img"))?;
    let way = if case.random.percent(70) { Way::Pipe } else { Way::File };
    // The input lies on the same file system, and durably so.
    let input = image.mounted.join(&whole.day.name);
    fs::write(&input, &whole.day.text)?;
    image.sync()?;
    let day = Day { input, ..whole.day.clone() };
    let copies = take(case, &day, way, &image, if way == Way::Pipe { whole.pipe } else { whole.file })?;
    drop(image);
    let mut outcomes = Vec::new();
    for copy in copies {
        case.steps.push(copy.when.clone());
        outcomes.push(check(whole, way, &copy).with_context(|| copy.when.clone())?);
        fs::remove_file(&copy.file)?;
    }
    Ok(outcomes)
}

/// Runs the day, copying the device at random moments and once right after the end.
fn take(case: &mut Case, day: &Day, way: Way, image: &Image, takes: Duration) -> Result<Vec<Copy>> {
    let mut taken = Vec::new();
    let mut running = day.start(way, &image.mounted, PIECE, PAUSE)?;
    for number in 0..COPIES_A_RUN {
        let file = case.directory.join(format!("copy-{number}.img"));
        if number + 1 == COPIES_A_RUN {
            let ended = running.wait()?;
            day.check_run(way, &image.mounted, &ended)?;
            let emitted = day.verdicts.len();
            image.copy(&file)?;
            taken.push(Copy { file, emitted, ended: true, when: format!("{way:?}, copied right after the end") });
            return Ok(taken);
        }
        thread::sleep(takes.mul_f64(1.6 * case.random.fraction() / COPIES_A_RUN as f64));
        let stopped = Stopped::stop(running.id())?;
        // Now and then the kernel has written back more than was asked for, which it may at any moment.
        let written_back = case.random.percent(40);
        if written_back {
            written_back_early(&image.mounted)?;
        }
        // What arrived before the process stood still was given out before the loss of power.
        let emitted = running.emitted();
        image.copy(&file)?;
        drop(stopped);
        let when = format!("{way:?}, copy {number} with {emitted} bytes given out, written back early: {written_back}");
        taken.push(Copy { file, emitted, ended: running.has_ended()? && emitted == day.verdicts.len(), when });
    }
    running.kill()?;
    Ok(taken)
}

/// Writes back the data of the ledger and what stands beside it.
fn written_back_early(directory: &Path) -> Result<()> {
    for entry in fs::read_dir(directory)? {
        let mut command = Command::new("sync");
        command.arg("-d").arg(entry?.path());
        finish(command)?;
    }
    Ok(())
}

fn check(whole: &Whole, way: Way, copy: &Copy) -> Result<Outcome> {
    // The copy itself stays as it is, for whoever has to find out what went wrong with it.
    let tried = copy.file.with_extension("tried");
    fs::copy(&copy.file, &tried)?;
    let image = Image::mount(&tried)?;
    let directory = &image.mounted;
    let day = Day { input: directory.join(&whole.day.name), ..whole.day.clone() };
    let kept = day.check_kept(directory, copy.emitted)?;
    if way == Way::File {
        day.check_no_broken_files(directory)?;
        if copy.ended {
            day.check_files(directory).context("the run had reported its end")?;
        }
    }
    day.complete(way, directory).context("the run after it")?;
    check_ledger(directory, &whole.root)?;
    drop(image);
    fs::remove_file(tried)?;
    Ok(Outcome { right: true, resumed: kept < day.verdicts.len(), ..Outcome::default() })
}
