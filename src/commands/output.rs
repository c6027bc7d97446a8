//! Standard output, whose reader may go at any time and has then seen what it wanted.

use std::io::{self, ErrorKind};

use anyhow::Context;

use crate::exit::Exit;
use crate::files::{Sink, Target, open_output};

/// How a command ends that wrote its results: well, if it wrote them all or its reader went away before.
///
/// # Errors
///
/// Every other error.
pub fn written<E: Into<anyhow::Error>>(result: Result<(), E>) -> anyhow::Result<Exit> {
    match result.map_err(Into::into) {
        Err(error) if !is_broken_pipe(&error) => Err(error),
        _ => Ok(Exit::Done),
    }
}

/// Writes a text to standard output.
///
/// # Errors
///
/// If it can't be written; a reader that has gone is no error.
pub fn print(text: &str) -> anyhow::Result<Exit> {
    written(open_output(&Target::Stdout, &[]).and_then(|mut output| write(&mut output, text.as_bytes())))
}

/// Writes bytes to an output.
pub(super) fn write(output: &mut Sink, bytes: &[u8]) -> anyhow::Result<()> {
    output.write_all(bytes).with_context(|| format!("can't write {}", output.name()))
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(kind: ErrorKind) -> anyhow::Result<()> {
        Err(io::Error::from(kind)).context("can't write standard output")
    }

    #[test]
    fn reader_that_goes_away_is_no_error_and_a_full_disk_is_one() {
        assert_eq!(written(failed(ErrorKind::BrokenPipe)).unwrap(), Exit::Done);
        assert_eq!(written(Err::<(), _>(io::Error::from(ErrorKind::BrokenPipe))).unwrap(), Exit::Done);
        assert_eq!(written(anyhow::Ok(())).unwrap(), Exit::Done);
        let error = written(failed(ErrorKind::StorageFull)).unwrap_err();
        assert!(error.to_string().starts_with("can't write standard output"), "{error}");
    }
}
