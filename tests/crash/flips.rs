//! Ledgers of which a bit was flipped, or the end is missing.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::cases::{Case, Setup};
use crate::day::{Day, Way, check_ledger, check_same, copy_ledger, head, ledger, on_ledger, without_chain};
use crate::program::{finish, tidegate};
use crate::random::Random;
use crate::tally::{Outcome, Tally};

/// The part's name.
pub(crate) const FLIPS: &str = "flips";

/// What the ledger is made of.
const DAYS: [(&str, u64, u64); 3] =
    [("monday.jsonl", 2_000, 5), ("tuesday.jsonl", 1_500, 0), ("wednesday.jsonl", 1_000, 9)];
const FURTHER: (&str, u64, u64) = ("thursday.jsonl", 600, 4);

/// So many of a hundred damages are truncations.
const TRUNCATIONS: u64 = 20;

/// Each so manieth damaged ledger is written to.
const WRITTEN: usize = 10;

/// For each so many damages of a closed ledger, one of the write-ahead log of a killed writer.
const CLOSED_FOR_EACH_LOG: u64 = 5;

/// A sound ledger and everything it says.
struct Sound {
    directory: PathBuf,
    /// The file that is damaged.
    damaged: OsString,
    bytes: Vec<u8>,
    head: String,
    said: Vec<(Vec<&'static str>, Vec<u8>)>,
}

/// Damages a closed ledger so many times, and logs of one that was not closed besides.
pub(crate) fn run(setup: &Setup, flips: u64) -> Result<Tally> {
    let common = setup.common(FLIPS)?;
    for (offset, (name, lines, bad)) in (0..).zip(DAYS) {
        Day::make(&common, name, lines, bad, setup.seed + offset)?.complete(Way::File, &common)?;
    }
    let (name, lines, bad) = FURTHER;
    let further = Day::make(&common, name, lines, bad, setup.seed + 9)?;
    let closed = sound(&common, "", &DAYS.map(|(name, ..)| name))?;
    let unclosed = common.join("unclosed");
    copy_ledger(&common, &unclosed)?;
    further.break_off(&unclosed)?;
    let logged = sound(&unclosed, "-wal", &[name])?;

    let of_closed = (0..flips).map(|index| index.to_string());
    let of_log = (0..flips / CLOSED_FOR_EACH_LOG).map(|index| format!("log-{index}"));
    let names: Vec<String> = of_closed.chain(of_log).collect();
    let mut tally = setup.run_all(FLIPS, &names, |case| {
        let sound = if case.name.starts_with("log-") { &logged } else { &closed };
        check(case, sound, &further)
    });
    tally.notes.push(format!(
        "a ledger of {} bytes, {TRUNCATIONS} % truncations; then {} damages of a killed writer's log of {} bytes; \
         right output: the damage changed nothing that is said",
        closed.bytes.len(),
        flips / CLOSED_FOR_EACH_LOG,
        logged.bytes.len()
    ));
    Ok(tally)
}

/// What a directory's ledger says; a copy is asked, since that may change the files.
fn sound(directory: &Path, damaged: &str, batches: &[&'static str]) -> Result<Sound> {
    let asked = directory.join("asked");
    copy_ledger(directory, &asked)?;
    let head = head(&asked)?;
    check_ledger(&asked, without_chain(&head))?;
    let mut words = vec![vec!["events", "--format", "jsonl"], vec!["batches", "--json"], vec!["head"]];
    words.extend(batches.iter().map(|name| vec!["verdicts", "--reasons", "--batch", name]));
    let mut said = Vec::new();
    for words in words {
        let ended = finish(on_ledger(&asked, &words))?;
        ensure!(!ended.expect(&[0, 3])?.stdout.is_empty(), "nothing was said: {}", ended.told());
        said.push((words, ended.stdout));
    }
    let mut name = ledger(Path::new("")).into_os_string();
    name.push(damaged);
    let bytes = fs::read(directory.join(&name)).with_context(|| format!("{}", name.display()))?;
    Ok(Sound { directory: directory.to_path_buf(), damaged: name, bytes, head, said })
}

/// Flips a bit or cuts the end off; says which.
fn damage(bytes: &mut Vec<u8>, random: &mut Random) -> String {
    let length = bytes.len() as u64;
    if random.percent(TRUNCATIONS) {
        let kept = random.below(length);
        bytes.truncate(kept as usize);
        return format!("truncated to {kept} of {length} bytes");
    }
    let (at, bit) = (random.below(length), random.below(8));
    bytes[at as usize] ^= 1 << bit;
    format!("bit {bit} of byte {at} of {length} flipped, page of 4 KiB {}", at / 4096 + 1)
}

fn check(case: &mut Case, sound: &Sound, further: &Day) -> Result<Outcome> {
    let directory = case.directory.clone();
    copy_ledger(&sound.directory, &directory)?;
    let mut bytes = sound.bytes.clone();
    let what = damage(&mut bytes, &mut case.random);
    case.steps.push(what.clone());
    fs::write(directory.join(&sound.damaged), &bytes)?;
    copy_ledger(&directory, &directory.join("as-damaged"))?;
    let verified = finish(on_ledger(&directory, &["verify", "--head", &sound.head]))?;
    let detected = verified.expect(&[0, 4])?.status.code() == Some(4);
    let everything = case.index.is_multiple_of(WRITTEN);
    for (words, right) in &sound.said {
        if detected && !everything {
            break;
        }
        let said = finish(on_ledger(&directory, words))?;
        said.sane()?;
        if !detected {
            check_same(&format!("verify found nothing, but {words:?}"), &said.stdout, right)
                .with_context(|| what.clone())?;
        }
    }
    if everything {
        write_on(&directory, further)?;
    }
    Ok(Outcome { right: !detected, detected, ..Outcome::default() })
}

/// That a run which writes to a damaged ledger does not crash, and neither does who looks at what it left.
fn write_on(directory: &Path, further: &Day) -> Result<()> {
    let mut command = tidegate(directory);
    further.arguments(Way::File, directory, &mut command);
    finish(command)?.expect(&[0, 1, 2, 3, 4]).context("a further run")?;
    finish(on_ledger(directory, &["verify"]))?.expect(&[0, 1, 2, 4]).context("verify after a further run")?;
    Ok(())
}
