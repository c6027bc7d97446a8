//! The command line.

use std::path::PathBuf;

use clap::Parser;

use crate::flips::FLIPS;
use crate::kills::KILLS;
use crate::power::POWER;
use crate::syscalls::SYSCALLS;

/// Breaks runs off in every way there is, and checks that nothing is lost or made up.
///
/// Without sizes a small slice of everything is done. With sizes the parts that have one are done.
#[derive(Debug, Parser)]
#[command(name = "crash")]
#[command(after_help = "Examples:
  cargo test --release --test crash -- --kills 500 --syscalls --power-losses 100 --flips 2000 --oracle-kills 40
  cargo test --release --test crash -- --all
  cargo test --release --test crash -- --minutes 5
  cargo test --test crash flips")]
pub(crate) struct Args {
    /// Parts whose name holds one of these, if any is given
    pub(crate) filters: Vec<String>,
    /// Runs killed at a random moment
    #[arg(long, value_name = "N")]
    pub(crate) kills: Option<u64>,
    /// Runs killed at, or failing at, a system call: so many at random, or each of them
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "18446744073709551615")]
    pub(crate) syscalls: Option<u64>,
    /// Copies of a block device under a run
    #[arg(long, value_name = "N")]
    pub(crate) power_losses: Option<u64>,
    /// Flipped bits and truncations of a closed ledger
    #[arg(long, value_name = "N")]
    pub(crate) flips: Option<u64>,
    /// Kills of long runs that are killed over and over
    #[arg(long, value_name = "N")]
    pub(crate) oracle_kills: Option<u64>,
    /// All parts, at full size where none is given
    #[arg(long)]
    pub(crate) all: bool,
    /// Slices of all parts with ever new seeds, until so many minutes are over
    #[arg(long, value_name = "M")]
    pub(crate) minutes: Option<f64>,
    /// Which of all the random choices; slices of --minutes count on from it
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Lines of each run that is killed [default: 20000, in a slice 5000]
    #[arg(long, value_name = "N")]
    pub(crate) lines: Option<u64>,
    /// Lines of each run that is killed over and over [default: 200000, in a slice 20000]
    #[arg(long, value_name = "N")]
    pub(crate) oracle_lines: Option<u64>,
    /// How many cases run at once
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) jobs: usize,
    /// One case alone, as a violation names it
    #[arg(long, value_name = "PART:CASE")]
    pub(crate) only: Option<String>,
    /// Another program than the one built along, such as one with a known fault
    #[arg(long, value_name = "FILE")]
    pub(crate) program: Option<PathBuf>,
    /// Names the parts and does nothing
    #[arg(long)]
    pub(crate) list: bool,

    // What `cargo test` passes on to every test.
    #[arg(long, hide = true)]
    pub(crate) ignored: bool,
    #[arg(long, hide = true)]
    pub(crate) skip: Vec<String>,
    #[arg(long, hide = true)]
    pub(crate) exact: bool,
    #[arg(short, long, hide = true)]
    quiet: bool,
    #[arg(long, hide = true, visible_alias = "no-capture")]
    nocapture: bool,
    #[arg(long, hide = true)]
    include_ignored: bool,
    #[arg(long, hide = true)]
    show_output: bool,
    #[arg(long, hide = true)]
    bench: bool,
    #[arg(long, hide = true)]
    test: bool,
    #[arg(long, hide = true)]
    force_run_in_process: bool,
    #[arg(long, hide = true)]
    exclude_should_panic: bool,
    #[arg(long, hide = true)]
    test_threads: Option<String>,
    #[arg(long, hide = true)]
    color: Option<String>,
    #[arg(long, hide = true)]
    format: Option<String>,
    #[arg(long, hide = true)]
    logfile: Option<String>,
    #[arg(long, hide = true, num_args = 0..=1)]
    report_time: Option<String>,
    #[arg(long, hide = true)]
    ensure_time: bool,
    #[arg(long, hide = true)]
    shuffle: bool,
    #[arg(long, hide = true)]
    shuffle_seed: Option<String>,
    #[arg(short = 'Z', hide = true)]
    unstable: Vec<String>,
}

/// How much of each part is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) kills: u64,
    pub(crate) syscalls: u64,
    pub(crate) power_losses: u64,
    pub(crate) flips: u64,
    pub(crate) oracle_kills: u64,
    pub(crate) lines: u64,
    pub(crate) oracle_lines: u64,
}

/// What `cargo test` does: well under a minute.
const SLICE: Sizes =
    Sizes { kills: 8, syscalls: 24, power_losses: 4, flips: 40, oracle_kills: 4, lines: 5_000, oracle_lines: 20_000 };

const FULL: Sizes = Sizes {
    kills: 500,
    syscalls: u64::MAX,
    power_losses: 100,
    flips: 2_000,
    oracle_kills: 40,
    lines: 20_000,
    oracle_lines: 200_000,
};

impl Sizes {
    /// How much of a part is done.
    pub(crate) fn of(&self, part: &str) -> u64 {
        match part {
            KILLS => self.kills,
            SYSCALLS => self.syscalls,
            POWER => self.power_losses,
            FLIPS => self.flips,
            _ => self.oracle_kills,
        }
    }
}

impl Args {
    /// How much is asked for.
    pub(crate) fn sizes(&self) -> Sizes {
        let given = [self.kills, self.syscalls, self.power_losses, self.flips, self.oracle_kills];
        let any = given.iter().any(Option::is_some);
        let mut sizes = if self.all || any { FULL } else { SLICE };
        if any && !self.all {
            sizes = Sizes { kills: 0, syscalls: 0, power_losses: 0, flips: 0, oracle_kills: 0, ..sizes };
        }
        sizes.kills = self.kills.unwrap_or(sizes.kills);
        sizes.syscalls = self.syscalls.unwrap_or(sizes.syscalls);
        sizes.power_losses = self.power_losses.unwrap_or(sizes.power_losses);
        sizes.flips = self.flips.unwrap_or(sizes.flips);
        sizes.oracle_kills = self.oracle_kills.unwrap_or(sizes.oracle_kills);
        sizes.lines = self.lines.unwrap_or(sizes.lines);
        sizes.oracle_lines = self.oracle_lines.unwrap_or(sizes.oracle_lines);
        sizes
    }

    /// Whether a part was asked for.
    pub(crate) fn wants(&self, part: &str) -> bool {
        let names = |words: &[String]| {
            words.iter().any(|word| if self.exact { word == part } else { part.contains(word.as_str()) })
        };
        match &self.only {
            Some(only) => only.split_once(':').is_some_and(|(name, _)| name == part),
            None => {
                !self.ignored
                    && self.sizes().of(part) > 0
                    && (self.filters.is_empty() || names(&self.filters))
                    && !names(&self.skip)
            }
        }
    }
}
