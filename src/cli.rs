//! The command line as it is typed.

use clap::{Parser, Subcommand};

use crate::commands::account::AccountArgs;
use crate::commands::accounts::AccountsArgs;
use crate::commands::backtest::BacktestArgs;
use crate::commands::backup::BackupArgs;
use crate::commands::batches::BatchesArgs;
use crate::commands::check_config::CheckConfigArgs;
use crate::commands::check_consistency::CheckConsistencyArgs;
use crate::commands::check_receipt::CheckReceiptArgs;
use crate::commands::completions::CompletionsArgs;
use crate::commands::consistency::ConsistencyArgs;
use crate::commands::days::DaysArgs;
use crate::commands::events::EventsArgs;
use crate::commands::explain::ExplainArgs;
use crate::commands::export::ExportArgs;
use crate::commands::generate::GenerateArgs;
use crate::commands::head::HeadArgs;
use crate::commands::prove::ProveArgs;
use crate::commands::rebuild::RebuildArgs;
use crate::commands::replay::ReplayArgs;
use crate::commands::run::RunArgs;
use crate::commands::sweep::SweepArgs;
use crate::commands::verdicts::VerdictsArgs;
use crate::commands::verify::VerifyArgs;
use crate::commands::verify_certificate::VerifyCertificateArgs;
use crate::commands::view::ViewArgs;
use crate::commands::views::ViewsArgs;
use crate::logging::LogArgs;

const EXAMPLES: &str = "\
Examples:
  tidegate run                                  input.txt -> output.txt, under the default limits
  producer | tidegate run - | consumer          verdicts appear as lines arrive";

const EXIT_STATUS: &str = "\
Exit status:
  0    done; declined transactions are no error
  1    a failure of the world: input, output, an actor that crashed
  2    usage, configuration, or input that does not match what it claims to be
  3    done, but some lines were rejected; or stopped at the first, with --strict
  4    verification, or a backtest that only checks, found something; or a proof does not hold
  5    a gate failed: --fail-if of a backtest, or of all candidates of a sweep
  130  interrupted

Standard output carries results alone; everything else goes to standard error.
Logs: --log or TIDEGATE_LOG, such as debug, or tidegate::actors::account=trace for one module.";

/// Accepts or declines card and wallet transactions under the limits of their programme.
///
/// Loads and withdrawals come in as lines of a file or a pipe; each gets a verdict, exactly once and in order.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{EXIT_STATUS}"), max_term_width = 100)]
pub struct Cli {
    /// How the program logs.
    #[command(flatten)]
    pub log: LogArgs,
    /// What it is to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Decide on the transactions of a file or a pipe.
    Run(RunArgs),
    /// List the batches of a ledger.
    Batches(BatchesArgs),
    /// Say how an account stands, or stood at any moment.
    Account(AccountArgs),
    /// List the accounts of a ledger.
    Accounts(AccountsArgs),
    /// List what was decided on each day, over all accounts.
    Days(DaysArgs),
    /// Explain why a transaction was accepted or declined, or would be.
    Explain(ExplainArgs),
    /// List the events of a ledger, and follow it as it grows.
    Events(EventsArgs),
    /// Write the verdicts of a batch again.
    Verdicts(VerdictsArgs),
    /// Browse a ledger on the terminal.
    View(ViewArgs),
    /// Write the head of a ledger, which stands for all of it.
    Head(HeadArgs),
    /// Check that a ledger is what it must be.
    Verify(VerifyArgs),
    /// Write a receipt: the proof that an event is in a ledger.
    Prove(ProveArgs),
    /// Check a receipt against a head, without the ledger.
    CheckReceipt(CheckReceiptArgs),
    /// Write the proof that a ledger has only grown since an earlier head.
    Consistency(ConsistencyArgs),
    /// Check the proof that a ledger has only grown, without the ledger.
    CheckConsistency(CheckConsistencyArgs),
    /// Check a run's certificate by deciding on its input again.
    VerifyCertificate(VerifyCertificateArgs),
    /// Fold a ledger's log again from its first event, and print the hash of its state.
    Replay(ReplayArgs),
    /// List the views that are folded from the log, and how far each has been.
    Views(ViewsArgs),
    /// Make the index of a ledger anew.
    Rebuild(RebuildArgs),
    /// Write a ledger for hledger, Beancount, or anything that reads Parquet or CSV.
    Export(ExportArgs),
    /// Say what other limits would have decided, in every detail.
    Backtest(BacktestArgs),
    /// Try many limits on what was decided, and find those that nothing beats.
    Sweep(SweepArgs),
    /// Copy a ledger, even while a run writes to it.
    Backup(BackupArgs),
    /// Write a realistic workload to try things on.
    Generate(GenerateArgs),
    /// Say in words what a configuration's limits mean, or what is wrong with it.
    CheckConfig(CheckConfigArgs),
    /// Write a shell's completion script.
    Completions(CompletionsArgs),
    /// Write the manual page.
    #[command(after_help = "\
Examples:
  tidegate man > ~/.local/share/man/man1/tidegate.1
  tidegate man | man -l -")]
    Man,
}
