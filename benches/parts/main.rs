//! What the parts of a run cost by themselves, in one thread: `cargo bench --bench parts`.
//!
//! Each is measured on the same generated transactions, in input order. `-- NAME` measures only those whose name has that in
//! it, and `-- --help` says what else Criterion can do.

mod work;

use std::hint::black_box;
use std::iter;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup, Criterion, SamplingMode, Throughput};
use tidegate::domain::RecentDate;
use tidegate::formats::Format;
use tidegate::formats::csv::{self, CsvParser};
use tidegate::formats::jsonl::{careful, fast};
use tidegate::formats::verdict::VerdictFormat;
use tidegate::store::merkle::{Frontier, leaf_hashes};
use tidegate::store::{Commit, EventStore};
use work::{LINES, Work, new_store};

fn main() -> Result<()> {
    let usual = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(3));
    let mut criterion = usual.configure_from_args();
    let work = Work::new()?;
    let mut group = criterion.benchmark_group("parts");
    group.throughput(Throughput::Elements(LINES)).sampling_mode(SamplingMode::Flat);
    parse(&mut group, &work)?;
    decide(&mut group, &work);
    format(&mut group, &work);
    hash(&mut group, &work);
    append(&mut group, &work)?;
    group.finish();
    criterion.final_summary();
    Ok(())
}

/// Lines to transactions, by each of the readers; all of them can read every line.
fn parse(group: &mut BenchmarkGroup<'_, WallTime>, work: &Work) -> Result<()> {
    let mut dates = RecentDate::default();
    let mut usual = |line| fast::parse(line, &mut dates).map(black_box).is_some();
    let any = |line| careful::parse(line, None, false).map(black_box).is_ok();
    let columns = csv::columns(work::CSV_HEADER, false).map_err(|why| anyhow!(why))?;
    let mut parser = CsvParser::new();
    let mut of_csv = |line| parser.parse(line, &columns, None).map(black_box).is_ok();
    ensure!(work.json_lines().all(&mut usual) && work.json_lines().all(any), "a JSON line can't be read");
    ensure!(work.csv_lines().all(&mut of_csv), "a CSV line can't be read");
    group.bench_function("parse a usual JSON line", |bencher| bencher.iter(|| work.json_lines().all(&mut usual)));
    group.bench_function("parse any JSON line", |bencher| bencher.iter(|| work.json_lines().all(any)));
    group.bench_function("parse a CSV line", |bencher| bencher.iter(|| work.csv_lines().all(&mut of_csv)));
    Ok(())
}

/// Transactions to decisions, and the question whether an id came before by itself.
fn decide(group: &mut BenchmarkGroup<'_, WallTime>, work: &Work) {
    group.bench_function("decide", |bencher| {
        bencher.iter_batched(|| work.undecided(), |mut shard| shard.decide_all(work), BatchSize::PerIteration);
    });
    let mut shard = work.undecided();
    shard.decide_all(work);
    group.bench_function("find a duplicate", |bencher| bencher.iter(|| shard.count_seen(work)));
}

/// Decisions to verdicts.
fn format(group: &mut BenchmarkGroup<'_, WallTime>, work: &Work) {
    let writer = VerdictFormat { format: Format::JsonLines, reasons: false }.under(&work.policy);
    let mut out = Vec::new();
    group.bench_function("write a verdict", |bencher| {
        bencher.iter(|| {
            out.clear();
            for (transaction, ids, decision) in work.decided() {
                writer.write(&mut out, &transaction, ids, decision.event.kind.is_accepted(), None, iter::empty());
            }
            out.len()
        });
    });
}

/// Decisions, as a ledger keeps them, to the hash of all.
fn hash(group: &mut BenchmarkGroup<'_, WallTime>, work: &Work) {
    group.bench_function("hash into the tree", |bencher| {
        bencher.iter(|| {
            let mut tree = Frontier::default();
            for leaves in work.leaves() {
                tree.extend(leaf_hashes(leaves.iter().map(|(leaf, _)| leaf)), |_, _, hash| {
                    black_box(hash);
                });
            }
            tree.root()
        });
    });
}

/// Decisions, hashed already, to a new ledger, in synced commits.
fn append(group: &mut BenchmarkGroup<'_, WallTime>, work: &Work) -> Result<()> {
    let directory = tempfile::tempdir()?;
    let mut number = 0;
    let mut failure = None;
    group.bench_function("append to a ledger", |bencher| {
        bencher.iter_batched(
            || {
                number += 1;
                new_store(&directory.path().join(format!("{number}.db")), &work.policy)
            },
            |store| {
                let appended = store.and_then(|mut store| {
                    for batch in work.batches.chunks(1) {
                        store.append(&Commit { batches: batch, policy: &work.policy }).context("can't append")?;
                    }
                    Ok(store)
                });
                // What is given back is closed behind the clock.
                appended.map_err(|why| failure = Some(why))
            },
            BatchSize::PerIteration,
        );
    });
    failure.map_or(Ok(()), Err)
}
