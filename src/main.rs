//! The program: parses the command line, logs to standard error, runs a subcommand and exits with its status.

use std::io;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use tidegate::allocator::HugePages;
use tidegate::cli::{Cli, Command};
use tidegate::commands::output::written;
use tidegate::commands::{
    account, accounts, backtest, backup, batches, check_config, check_consistency, check_receipt, completions,
    consistency, days, events, explain, export, generate, head, man, prove, rebuild, replay, run, sweep, verdicts,
    verify, verify_certificate, view, views,
};
use tidegate::config::ConfigErrors;
use tidegate::console::Console;
use tidegate::exit::{Exit, UsageError};
use tidegate::logging;

#[global_allocator]
static ALLOCATOR: HugePages = HugePages;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let console = Console::new();
    let exit = perform(&cli, &console).unwrap_or_else(|error| {
        let (message, exit) = told(&error);
        console.print(&message);
        exit
    });
    ExitCode::from(exit.code())
}

fn perform(cli: &Cli, console: &Console) -> anyhow::Result<Exit> {
    logging::init(&cli.log, console)?;
    match &cli.command {
        Some(Command::Run(args)) => run::run(args, console),
        Some(Command::Batches(args)) => batches::run(args),
        Some(Command::Account(args)) => account::run(args),
        Some(Command::Accounts(args)) => accounts::run(args),
        Some(Command::Days(args)) => days::run(args),
        Some(Command::Explain(args)) => explain::run(args),
        Some(Command::Events(args)) => events::run(args),
        Some(Command::Verdicts(args)) => verdicts::run(args),
        Some(Command::View(args)) => view::run(args),
        Some(Command::Head(args)) => head::run(args),
        Some(Command::Verify(args)) => verify::run(args),
        Some(Command::Prove(args)) => prove::run(args, console),
        Some(Command::CheckReceipt(args)) => check_receipt::run(args, console),
        Some(Command::Consistency(args)) => consistency::run(args, console),
        Some(Command::CheckConsistency(args)) => check_consistency::run(args, console),
        Some(Command::VerifyCertificate(args)) => verify_certificate::run(args, console),
        Some(Command::Replay(args)) => replay::run(args),
        Some(Command::Views(args)) => views::run(args),
        Some(Command::Rebuild(args)) => rebuild::run(args),
        Some(Command::Export(args)) => export::run(args),
        Some(Command::Backtest(args)) => backtest::run(args, console),
        Some(Command::Sweep(args)) => sweep::run(args, console),
        Some(Command::Backup(args)) => backup::run(args),
        Some(Command::Generate(args)) => generate::run(args),
        Some(Command::CheckConfig(args)) => check_config::run(args),
        Some(Command::Completions(args)) => written(completions::run(args, Cli::command(), &mut io::stdout())),
        Some(Command::Man) => written(man::run(Cli::command(), &mut io::stdout())),
        None => written(Cli::command().print_help()),
    }
}

/// What the user is told of an error, and what the operating system is.
fn told(error: &anyhow::Error) -> (String, Exit) {
    if let Some(errors) = error.downcast_ref::<ConfigErrors>() {
        return (format!("{errors}\n"), Exit::Usage);
    }
    let exit = if error.is::<UsageError>() { Exit::Usage } else { Exit::Failure };
    (format!("tidegate: {error:#}\n"), exit)
}
