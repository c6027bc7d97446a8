//! Runs killed at each system call that matters, and runs in which each of them fails.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail, ensure};

use crate::cases::{Case, Setup};
use crate::day::{
    Day, REJECTS, VERDICTS, Way, check_ledger, check_same, copy_ledger, head, ledger, on_ledger, without_chain,
};
use crate::program::{Ended, finish};
use crate::random::Random;
use crate::strace::{self, READS};
use crate::tally::{Outcome, Tally};

/// The part's name.
pub(crate) const SYSCALLS: &str = "syscalls";

/// How much is run: every call counts, so a few lines do.
const LINES: u64 = 30;
const BAD: u64 = 2;

/// How many calls more than were counted are tried, since the count differs a little from run to run.
const MORE: u64 = 1;

/// What is done to a call, and how `strace` is told.
const FAULTS: [(&str, &str, &str); 4] = [
    ("kill", "signal=SIGKILL", ""),
    ("eio", "error=EIO", ""),
    ("enospc", "error=ENOSPC", ""),
    // The disk is full and stays so.
    ("enospc-on", "error=ENOSPC", "+"),
];

/// Words of which one stands in a message that says what failed, if no file is named.
const REASONS: [&str; 6] = ["i/o", "input/output", "no space", "full", "os error", "disk"];

/// What a run finds in its directory.
struct Scenario {
    name: &'static str,
    way: Way,
    /// The files of a ledger to begin with.
    template: Option<PathBuf>,
    /// Size and root when all is done.
    root: String,
}

/// A kind of call on a file, what is done to it, and how often it was counted.
struct Point {
    prefix: String,
    count: u64,
}

/// Tries every call and every fault, or so many of them at random.
pub(crate) fn run(setup: &Setup, cases_max: u64) -> Result<Tally> {
    let common = setup.common(SYSCALLS)?;
    if let Some(why) = strace::missing(&common) {
        return Ok(Tally::skipped(SYSCALLS, &why));
    }
    let day = Day::make(&common, "day.jsonl", LINES, BAD, setup.seed)?;
    let scenarios = scenarios(setup, &common, &day)?;
    let mut points = Vec::new();
    for scenario in &scenarios {
        points.extend(points_of(setup, &day, scenario)?);
    }
    let possible: u64 = points.iter().map(|point| point.count).sum();
    let sampled = possible > cases_max;
    let mut names: Vec<String> = Vec::new();
    for Point { prefix, count } in &points {
        let last = if sampled { *count } else { count + MORE };
        names.extend((1..=last).map(|nth| format!("{prefix}/{nth}")));
    }
    if sampled {
        let mut random = Random::new(setup.seed, SYSCALLS);
        names = (0..cases_max).map(|_| names.swap_remove(random.below(names.len() as u64) as usize)).collect();
    }
    let met = Mutex::new(BTreeMap::<String, u64>::new());
    let check = |case: &mut Case| {
        let outcome = check(case, &day, &scenarios)?;
        if !outcome.void
            && let Some((prefix, nth)) = case.name.rsplit_once('/')
        {
            let mut met = met.lock().unwrap_or_else(PoisonError::into_inner);
            let latest = met.entry(prefix.to_owned()).or_default();
            *latest = nth.parse().unwrap_or(0).max(*latest);
        }
        Ok(outcome)
    };
    let mut tally = setup.run_all(SYSCALLS, &names, check);
    // On to where nothing is met any more.
    while !sampled && setup.only.is_none() {
        let met = met.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut more = Vec::new();
        for point in &mut points {
            if met.get(&point.prefix).is_some_and(|nth| *nth == point.count + MORE) {
                point.count += MORE;
                more.extend((1..=MORE).map(|step| format!("{}/{}", point.prefix, point.count + step)));
            }
        }
        if more.is_empty() || !tally.violations.is_empty() {
            break;
        }
        tally.add(setup.run_all(SYSCALLS, &more, check));
    }
    let (tried, kinds) = (names.len(), points.len());
    tally.notes.push(format!(
        "{tried} of {possible} (scenario, file, call, fault, nth), {kinds} kinds; calls that were not made are not counted"
    ));
    Ok(tally)
}

/// A ledger that does not exist, from files and through pipes; one that holds a batch; one whose writer was killed in the
/// middle of this batch; and those of earlier releases, whose tables become this release's as they are opened.
fn scenarios(setup: &Setup, common: &Path, day: &Day) -> Result<Vec<Scenario>> {
    let second = common.join("second");
    fs::create_dir_all(&second)?;
    Day::make(common, "before.jsonl", LINES, BAD, setup.seed + 1)?.complete(Way::File, &second)?;
    let broken = common.join("broken-off");
    fs::create_dir_all(&broken)?;
    day.break_off(&broken)?;
    let of_old = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ledgers").join(name);
    let templates = [
        ("fresh", Way::File, None),
        ("piped", Way::Pipe, None),
        ("second", Way::File, Some(second)),
        ("broken-off", Way::File, Some(broken)),
        ("of-the-first", Way::File, Some(of_old("schema-1"))),
        ("of-the-second", Way::File, Some(of_old("schema-2"))),
    ];
    let mut scenarios = Vec::new();
    for (name, way, template) in templates {
        let mut scenario = Scenario { name, way, template, root: String::new() };
        let case = setup.case(SYSCALLS, 0, &format!("{name}-whole"))?;
        scenario.prepare(&case.directory)?;
        day.complete(way, &case.directory).with_context(|| format!("{name}, without any fault"))?;
        scenario.root = without_chain(&head(&case.directory)?).to_owned();
        check_ledger(&case.directory, &scenario.root)?;
        scenarios.push(scenario);
    }
    Ok(scenarios)
}

impl Scenario {
    /// Puts the files to begin with into a directory.
    fn prepare(&self, directory: &Path) -> Result<()> {
        self.template.as_ref().map_or(Ok(()), |template| copy_ledger(template, directory))
    }
}

/// All calls that a run makes on its files, by the faults they can meet.
fn points_of(setup: &Setup, day: &Day, scenario: &Scenario) -> Result<Vec<Point>> {
    let traced = |name: &str| -> Result<PathBuf> {
        let directory = setup.case(SYSCALLS, 0, &format!("{}-{name}", scenario.name))?.directory;
        scenario.prepare(&directory)?;
        Ok(directory)
    };
    let directory = traced("paths")?;
    let mut files: Vec<PathBuf> = Vec::new();
    for path in strace::paths(day, scenario.way, &directory)? {
        // A configuration that can't be read is another matter.
        if path.extension().is_none_or(|extension| extension != "toml") {
            files.push(path.strip_prefix(&directory)?.to_path_buf());
        }
    }
    ensure!(files.len() >= 3, "a run has to do with no more files than {files:?}");
    let mut points = Vec::new();
    let input = (day.input.clone(), "input".to_owned());
    let named = files.into_iter().map(|file| {
        let name = file.to_string_lossy().into_owned();
        (file, if name.is_empty() { "directory".to_owned() } else { name })
    });
    // What comes through a pipe has no path.
    let input = (scenario.way == Way::File).then_some(input);
    for (file, name) in named.chain(input) {
        let directory = traced("counts")?;
        for (call, count) in strace::counts(day, scenario.way, &directory, &path_of(&directory, &file))? {
            for (fault, ..) in FAULTS {
                let reading = READS.contains(&call.as_str()) || name == "input";
                if !reading || fault == "eio" {
                    points.push(Point { prefix: format!("{}/{name}/{call}/{fault}", scenario.name), count });
                }
            }
        }
    }
    Ok(points)
}

/// A file of a directory; the directory itself if there is no name.
fn path_of(directory: &Path, file: &Path) -> PathBuf {
    if file.as_os_str().is_empty() { directory.to_path_buf() } else { directory.join(file) }
}

fn check(case: &mut Case, day: &Day, scenarios: &[Scenario]) -> Result<Outcome> {
    let directory = case.directory.clone();
    let parts: Vec<&str> = case.name.split('/').collect();
    let [scenario, file, call, fault, nth] = parts[..] else { bail!("no such case: {}", case.name) };
    let scenario = scenarios.iter().find(|known| known.name == scenario).context("no such scenario")?;
    let (_, how, on) = FAULTS.iter().find(|known| known.0 == fault).context("no such fault")?;
    let path = match file {
        "input" => day.input.clone(),
        "directory" => directory.clone(),
        _ => directory.join(file),
    };
    let Scenario { way, root, .. } = scenario;
    scenario.prepare(&directory)?;
    let inject = format!("{call}:{how}:when={nth}{on}");
    case.steps.push(format!("strace -f -P {} -e inject={inject}", path.display()));
    let traced = strace::run(day, *way, &directory, &[&path], &[call], Some(&inject))?;
    let ended = traced.ended;
    case.steps.push(ended.status.to_string());
    let met = if fault == "kill" { ended.was_killed() } else { traced.log.contains("(INJECTED)") };
    copy_ledger(&directory, &directory.join("as-left"))?;
    let killed = fault == "kill" && met;
    let clean_error = broken_off_well(day, *way, &directory, &ended, killed)?;
    // Not always, since a look at a ledger may change what the next run finds.
    if *way == Way::Pipe || case.random.percent(30) {
        day.check_kept(&directory, ended.stdout.len())?;
    }
    day.complete(*way, &directory).context("the run after it")?;
    check_ledger(&directory, root)?;
    Ok(Outcome {
        void: !met,
        right: true,
        clean_error,
        resumed: clean_error || ended.was_killed(),
        ..Outcome::default()
    })
}

/// That a run with a fault did all its work, or said why it did not; whether it was the latter.
fn broken_off_well(day: &Day, way: Way, directory: &Path, ended: &Ended, killed: bool) -> Result<bool> {
    day.check_no_broken_files(directory)?;
    ensure!(day.verdicts.starts_with(&ended.stdout), "what was written is no beginning of the right output");
    if killed {
        return Ok(false);
    }
    if ended.status.code() == Some(day.status()) {
        day.check_run(way, directory, ended)?;
        let kept = finish(on_ledger(directory, &["verdicts", "--batch", &day.name, "--reasons"]))?;
        kept.expect(&[0, 3])?;
        check_same("what the ledger kept of a run that reported success", &kept.stdout, &day.verdicts)?;
        return Ok(false);
    }
    ended.expect(&[1])?;
    let told = ended.stderr.to_lowercase();
    let ledger = ledger(Path::new(""));
    let names = [&*ledger.to_string_lossy(), VERDICTS, REJECTS, &day.name].iter().any(|name| told.contains(*name));
    let says_why = names || REASONS.iter().any(|reason| told.contains(reason));
    ensure!(says_why, "the message names neither a file nor a reason: {}", ended.told());
    Ok(true)
}
