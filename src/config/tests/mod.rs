//! Tests of the configuration as a whole: what each layer sets, and what each mistake is told.

mod change;
mod groups;
mod kinds;
mod layers;
mod mistakes;
mod policy_text;
mod words;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{Config, NamedFile, Origin, Sources, load};

/// A home of its own for one test: a working directory and a user's directory.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn with(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// Loads with `work` as the working directory; errors name files as if the home were the root's.
    fn load(&self, named: Option<&Path>, env: &[(&str, &str)], set: &[&str]) -> Result<(Config, Origin), String> {
        let set: Vec<_> = set.iter().map(ToString::to_string).collect();
        let sources = Sources {
            file: named.map(|path| NamedFile { given_as: "--config", path }),
            set: &set,
            environment: env.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect(),
            working_dir: &self.path("work"),
        };
        load(&sources).map_err(|errors| errors.to_string().replace(&format!("{}/", self.0.path().display()), ""))
    }
}

/// Loads a file's content as the working directory's `tidegate.toml`, below the environment and the `--set` flags.
fn layered(file: impl AsRef<[u8]>, env: &[(&str, &str)], set: &[&str]) -> Result<Config, String> {
    let home = Home::new().with("work/tidegate.toml", file);
    home.load(None, env, set).map(|(config, _)| config).map_err(|errors| errors.replace("work/", ""))
}

/// What is wrong with a file, one error a line.
fn errors_of(file: impl AsRef<[u8]>) -> String {
    layered(file, &[], &[]).unwrap_err()
}
