//! `tidegate completions`.

use std::io::{self, Write};

use clap::{Args, Command};
use clap_complete::Shell;

/// What `tidegate completions` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tidegate completions bash > ~/.local/share/bash-completion/completions/tidegate
  tidegate completions zsh > ~/.zfunc/_tidegate")]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Writes the completion script of a command line for a shell.
///
/// # Errors
///
/// If it can't be written.
pub fn run(args: &CompletionsArgs, mut command: Command, out: &mut impl Write) -> io::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "tidegate", &mut script);
    out.write_all(&script)
}
