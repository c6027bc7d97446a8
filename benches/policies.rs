//! What each kind of limit costs, beside the default policy on the same lines.
//!
//! `cargo bench --bench policies` on a million lines. Each policy is a process of its own, in turn with the others; the
//! ratio is to the default policy. `-- --before PATH` runs another binary, such as that of an earlier version, under the
//! default policy too. `-- --busy` shows what one customer's transactions cost, by how many there are of them, under a
//! trailing window that holds them all.

#[path = "common/median.rs"]
mod median;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Result, ensure};
use clap::Parser;
use tidegate::workload::Workload;

use median::median;

const SEED: u64 = 7;

/// How many transactions the one customer of `--busy` sends.
const BUSY: [u64; 5] = [100, 1_000, 10_000, 100_000, 1_000_000];

/// Limits of one kind each, so wide that nearly everything passes and windows are full.
const KINDS: [(&str, &str); 14] = [
    ("day in UTC", "window = 'day'\ndirection = 'load'\namount = '900000'"),
    ("day in a zone", "window = 'day'\ndirection = 'load'\namount = '900000'\nzone = 'America/Toronto'"),
    ("week from Sunday", "window = 'week'\ncount = 900000\nweek_starts = 'sunday'"),
    ("month in a zone", "window = 'month'\ncount = 900000\nzone = 'Europe/Berlin'"),
    ("quarter", "window = 'quarter'\ndirection = 'load'\namount = '9000000'"),
    ("year", "window = 'year'\ndirection = 'load'\namount = '9000000'"),
    ("lifetime", "window = 'lifetime'\ncount = 900000"),
    ("trailing day", "window = '24h'\ndirection = 'load'\namount = '900000'"),
    ("trailing 90 days", "window = '90d'\ndirection = 'load'\namount = '9000000'"),
    ("net month", "window = 'month'\ndirection = 'load'\nmeasure = 'net'\namount = '9000000'"),
    ("cooldown", "direction = 'load'\ncooldown = '1s'"),
    ("one transaction and balance", "minimum_amount = '0.01'\nmaximum_amount = '90000'\nmaximum_balance = '90000000'"),
    ("dates and a flag", "window = 'day'\ncount = 2\nfrom = '2000-01-01'\nuntil = '2100-01-01'\noutcome = 'flag'"),
    ("a group", "window = 'day'\ncount = 2\ngroups = ['gold']"),
];

/// The places in [`KINDS`] of the ten limits of all kinds in one policy.
const TEN: [usize; 10] = [0, 1, 2, 5, 6, 8, 9, 10, 11, 12];

/// Measures what each kind of limit costs.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many generated lines to work on
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    lines: u64,

    /// How often to run each policy
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,

    /// Another binary to run under the default policy
    #[arg(long, value_name = "PATH")]
    before: Option<PathBuf>,

    /// Measure one customer's transactions by how many there are of them, instead of policies
    #[arg(long)]
    busy: bool,

    /// What `cargo bench` says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// A program under a policy, and how long its runs took, in seconds.
struct Contender {
    name: String,
    program: PathBuf,
    config: PathBuf,
    input: PathBuf,
    lines: u64,
    seconds: Vec<f64>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let directory = tempfile::tempdir()?;
    let mut contenders = if arguments.busy {
        busy(directory.path())?
    } else {
        policies(directory.path(), arguments.lines, arguments.before.as_deref())?
    };
    for round in 0..=arguments.runs {
        eprintln!("round {round} of {}", arguments.runs);
        for contender in &mut contenders {
            let seconds = contender.run(directory.path())?;
            // The first round fills the system's caches.
            if round > 0 {
                contender.seconds.push(seconds);
            }
        }
    }
    println!("| policy | lines | seconds | ns a line | times the first |\n| --- | ---: | ---: | ---: | ---: |");
    let mut first = None;
    for contender in &mut contenders {
        let seconds = median(&mut contender.seconds);
        let per_line = seconds / contender.lines as f64;
        let first = *first.get_or_insert(per_line);
        let (name, lines, nanos) = (&contender.name, contender.lines, per_line * 1e9);
        println!("| {name} | {lines} | {seconds:.3} | {nanos:.0} | {:.2} |", per_line / first);
    }
    Ok(())
}

impl Contender {
    /// The time from the start of the program to its end.
    fn run(&self, directory: &Path) -> Result<f64> {
        let mut command = Command::new(&self.program);
        command.arg("run").arg(&self.input).arg("-o").arg(directory.join("output.jsonl")).arg("--quiet");
        command.arg("--config").arg(&self.config).stdout(Stdio::null());
        let start = Instant::now();
        let status = command.status()?;
        let seconds = start.elapsed().as_secs_f64();
        ensure!(status.success(), "{} failed", self.name);
        Ok(seconds)
    }
}

/// The default policy, the same under another binary, each kind of limit by itself, and ten limits together.
fn policies(directory: &Path, lines: u64, before: Option<&Path>) -> Result<Vec<Contender>> {
    let input = directory.join("input.jsonl");
    Workload { lines, seed: SEED, mix: true }.write(&mut BufWriter::new(File::create(&input)?))?;
    let this = PathBuf::from(env!("CARGO_BIN_EXE_tidegate"));
    let mut contenders = Vec::new();
    let mut add = |name: &str, program: &Path, limits: &[&str]| -> Result<()> {
        let config = directory.join(format!("{}.toml", contenders.len()));
        fs::write(&config, config_of(limits))?;
        let (name, program, input) = (name.to_owned(), program.to_owned(), input.clone());
        contenders.push(Contender { name, program, config, input, lines, seconds: Vec::new() });
        Ok(())
    };
    add("default policy", &this, &[])?;
    if let Some(before) = before {
        add("default policy, the other binary", before, &[])?;
    }
    for (name, limit) in KINDS {
        add(name, &this, &[limit])?;
    }
    let ten: Vec<&str> = TEN.iter().filter_map(|place| KINDS.get(*place)).map(|(_, limit)| *limit).collect();
    add("ten limits of all kinds", &this, &ten)?;
    Ok(contenders)
}

/// One customer with more and more transactions, all of them in one window.
fn busy(directory: &Path) -> Result<Vec<Contender>> {
    let config = directory.join("busy.toml");
    fs::write(&config, config_of(&["window = '90d'\ndirection = 'load'\namount = '9000000'"]))?;
    let contender = |lines: u64| {
        let input = directory.join(format!("{lines}.jsonl"));
        let mut output = BufWriter::new(File::create(&input)?);
        let most = BUSY.iter().max().copied().unwrap_or(lines);
        // As many lines as the longest has, so that starting the program costs each the same: by as many customers.
        for number in 0..most {
            let (customer, second) = (number % (most / lines), number / (most / lines));
            let time = format!(
                "2000-01-{:02}T{:02}:{:02}:{:02}Z",
                1 + second / 86_400,
                second / 3_600 % 24,
                second / 60 % 60,
                second % 60
            );
            writeln!(
                output,
                r#"{{"id":"{number}","customer_id":"{customer}","load_amount":"$0.01","time":"{time}"}}"#
            )?;
        }
        output.flush()?;
        let (name, program) = (format!("{lines} transactions a customer"), env!("CARGO_BIN_EXE_tidegate").into());
        Ok(Contender { name, program, config: config.clone(), input, lines: most, seconds: Vec::new() })
    };
    BUSY.into_iter().map(contender).collect()
}

/// A configuration of these limits; the default one if there are none.
fn config_of(limits: &[&str]) -> String {
    let entry = |(place, limit): (usize, &&str)| format!("[[limits]]\nname = 'limit-{place}'\n{limit}\n\n");
    limits.iter().enumerate().map(entry).collect()
}
