//! The cases of a part, run side by side.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::Result;

use crate::random::Random;
use crate::tally::{Outcome, Tally};

/// A part is given up after so many violations: more of them say no more.
const VIOLATIONS_MAX: usize = 10;

/// What all parts have in common.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) seed: u64,
    pub(crate) jobs: usize,
    /// When no further case is begun.
    pub(crate) deadline: Option<Instant>,
    /// The one case to run, if it is only one.
    pub(crate) only: Option<String>,
    /// Where everything is written.
    pub(crate) scratch: PathBuf,
    /// The size that a case depends on, as arguments.
    pub(crate) sizes: String,
}

/// One case.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// Its place among the cases of its part.
    pub(crate) index: usize,
    pub(crate) random: Random,
    /// An empty directory of its own, which stays if the case fails.
    pub(crate) directory: PathBuf,
    /// What was done, for the message if it fails.
    pub(crate) steps: Vec<String>,
}

impl Setup {
    /// An empty directory for what a part's cases have in common.
    pub(crate) fn common(&self, part: &str) -> Result<PathBuf> {
        let directory = self.scratch.join(format!("{part}-{}", self.seed));
        fs::create_dir_all(&directory)?;
        Ok(directory)
    }

    /// Whether no time is left.
    pub(crate) fn is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// One case of a part, from `check`, in a directory of its own.
    pub(crate) fn case(&self, part: &str, index: usize, name: &str) -> Result<Case> {
        let directory = self.scratch.join(format!("{part}-{}-{}", self.seed, name.replace('/', "_")));
        // Left over if a case of the same name failed in an earlier round.
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory)?;
        let random = Random::new(self.seed, &format!("{part}:{name}"));
        Ok(Case { name: name.to_owned(), index, random, directory, steps: Vec::new() })
    }

    /// Runs the cases of these names, several at once, and counts what they show.
    pub(crate) fn run_all(
        &self,
        part: &'static str,
        names: &[String],
        check: impl Fn(&mut Case) -> Result<Outcome> + Sync,
    ) -> Tally {
        let only = self.only.as_ref().map(std::slice::from_ref);
        let names = only.unwrap_or(names);
        let next = AtomicUsize::new(0);
        let tally = Mutex::new(Tally::new(part));
        let work = || {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(name) = names.get(index) else { return };
                let given_up = locked(&tally).violations.len() >= VIOLATIONS_MAX;
                if given_up || self.is_over() {
                    return;
                }
                let index = name.parse().unwrap_or(index);
                self.run_one(part, index, name, &check, &tally);
            }
        };
        thread::scope(|scope| {
            for _ in 0..self.jobs.clamp(1, names.len().max(1)) {
                scope.spawn(work);
            }
        });
        tally.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn run_one(
        &self,
        part: &'static str,
        index: usize,
        name: &str,
        check: impl Fn(&mut Case) -> Result<Outcome>,
        tally: &Mutex<Tally>,
    ) {
        let mut steps = Vec::new();
        let mut directory = PathBuf::new();
        let checked = self.case(part, index, name).and_then(|mut case| {
            let checked = check(&mut case);
            steps = case.steps;
            directory = case.directory;
            checked
        });
        match checked {
            Ok(outcome) => {
                let _ = fs::remove_dir_all(&directory);
                locked(tally).count(outcome);
            }
            Err(error) => locked(tally).violations.push(self.violation(part, name, &directory, &steps, &error)),
        }
    }

    /// Says what went wrong, and how to repeat it.
    pub(crate) fn violation(
        &self,
        part: &str,
        name: &str,
        directory: &Path,
        steps: &[String],
        error: &anyhow::Error,
    ) -> String {
        let (seed, sizes) = (self.seed, &self.sizes);
        eprintln!("VIOLATION, told in full at the end: {part}:{name}, --seed {seed}");
        format!(
            "{part}, case {name}: {error:#}\n    steps: {}\n    left: {}\n    \
             repeat: cargo test --release --test crash -- --seed {seed}{sizes} --only {part}:{name}",
            steps.join("; "),
            directory.display()
        )
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
