//! Which configuration file there is.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::Sources;
use super::errors::{ConfigError, ConfigErrors, Place};
use crate::console::printable_path;

/// The size from which on a file is refused unread: far more than 65,535 limits need.
const FILE_LEN_MAX: u64 = 64 * 1024 * 1024;

/// A configuration file and what it holds.
#[derive(Debug)]
pub(super) struct FoundFile {
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

/// Reads the file that was named, else the first there is of `tidegate.toml` in the working directory and
/// `tidegate/config.toml` in the user's configuration directory.
///
/// # Errors
///
/// The named file can't be read, or one of the others exists and can't be read.
pub(super) fn find(sources: &Sources<'_>) -> Result<Option<FoundFile>, ConfigErrors> {
    if let Some(named) = sources.file {
        let flag = |text| Place::Flag { flag: named.given_as, text };
        return match read(named.path) {
            Ok(bytes) => Ok(Some(FoundFile { path: named.path.to_owned(), bytes })),
            Err(error) => Err(unreadable(flag(named.path.to_string_lossy().into_owned()), &error)),
        };
    }
    let in_working_dir = Some(sources.working_dir.join("tidegate.toml"));
    let of_user = user_dir(sources).map(|dir| dir.join("tidegate").join("config.toml"));
    for path in [in_working_dir, of_user].into_iter().flatten() {
        match read(&path) {
            Ok(bytes) => return Ok(Some(FoundFile { path, bytes })),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Err(error) => return Err(unreadable(Place::File(printable_path(&path).into()), &error)),
        }
    }
    Ok(None)
}

/// The user's configuration directory by the XDG Base Directory Specification, which has relative paths ignored.
fn user_dir(sources: &Sources<'_>) -> Option<PathBuf> {
    let absolute = |name| sources.variable(name).map(Path::new).filter(|path| path.is_absolute());
    match absolute("XDG_CONFIG_HOME") {
        Some(dir) => Some(dir.to_owned()),
        None => absolute("HOME").map(|home| home.join(".config")),
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(FILE_LEN_MAX).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == FILE_LEN_MAX {
        return Err(io::Error::new(ErrorKind::FileTooLarge, "64 MiB or more are no configuration"));
    }
    Ok(bytes)
}

fn unreadable(place: Place, error: &io::Error) -> ConfigErrors {
    ConfigError { place, why: format!("can't be read: {error}") }.into()
}

impl Sources<'_> {
    /// The value of an environment variable; an empty one counts as unset.
    fn variable(&self, name: &str) -> Option<&OsStr> {
        let found = self.environment.iter().find(|(key, value)| key == name && !value.is_empty());
        found.map(|(_, value)| value.as_os_str())
    }
}
