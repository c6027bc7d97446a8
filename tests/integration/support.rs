//! Running the program to its end.

use std::path::Path;
use std::process::{Command, Output};

use crate::running::Running;

/// The program in a directory, knowing neither the tester's configuration nor the tester's environment.
pub(crate) fn tidegate(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    let own = std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("TIDEGATE_"));
    for name in own {
        command.env_remove(name);
    }
    command.current_dir(directory).env("HOME", directory).env_remove("XDG_CONFIG_HOME").env("NO_COLOR", "1");
    command
}

/// Runs the program in a directory with these arguments, separated by spaces, and nothing on standard input.
pub fn run(directory: &Path, arguments: &str) -> Output {
    feed(directory, arguments, b"")
}

/// As [`run`], with this on standard input.
pub fn feed(directory: &Path, arguments: &str, input: &[u8]) -> Output {
    let mut running = Running::start(tidegate(directory).args(arguments.split_whitespace()));
    running.write(input);
    running.finish()
}

/// What a run wrote to standard output.
pub(crate) fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("standard output is text")
}

/// What a run wrote to standard error.
pub(crate) fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("standard error is text")
}

/// The status that a run exited with.
pub fn code(output: &Output) -> i32 {
    output.status.code().expect("the run was not killed")
}
