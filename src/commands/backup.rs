//! `tidegate backup`: a copy of a ledger.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, anyhow};

use super::ledger::StoreArgs;
use super::output::print;
use crate::console::printable_path;
use crate::exit::{Exit, UsageError};
use crate::files::Target;
use crate::store::{StoreError, check_replaceable};

/// What `tidegate backup` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tidegate backup --store ledger.db ledger-copy.db
  tidegate backup --store ledger.db /mnt/elsewhere/ledger.db

A run may be writing to the ledger meanwhile. An older copy of the name is replaced whole, or not \
at all. The head of the copy and its size in bytes are written to standard output.")]
pub struct BackupArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// The copy, a new file or an older copy
    #[arg(value_name = "COPY")]
    copy: PathBuf,
}

/// Copies a ledger as it is at one moment, and says what the copy holds.
///
/// # Errors
///
/// A [`UsageError`] if the copy would replace what is no ledger or the ledger itself; otherwise why the ledger can't be
/// read or the copy can't be written.
pub fn run(args: &BackupArgs) -> anyhow::Result<Exit> {
    print(&copy(args)?)
}

/// Copies the ledger; gives what is to be said of the copy.
fn copy(args: &BackupArgs) -> anyhow::Result<String> {
    let ledger = args.store.open()?;
    let target = Target::Path(args.copy.clone());
    let sink = args.store.open_output(&target)?;
    let name = sink.name().to_owned();
    let Some(partial) = sink.partial() else {
        return Err(UsageError(format!("{name} is no file that could hold a copy")).into());
    };
    check_replaceable(&args.copy).map_err(|error| match error {
        StoreError::Refused(why) => UsageError(why).into(),
        other => anyhow!(other),
    })?;
    if !args.copy.exists() {
        // Whoever may not read the ledger may not read its copy.
        let mode = fs::metadata(&args.store.store).with_context(|| printable_path(&args.store.store))?.permissions();
        fs::set_permissions(partial, mode).with_context(|| format!("can't write {name}"))?;
    }
    let head = ledger.copy_to(partial).with_context(|| format!("can't write {name}"))?;
    let bytes = fs::metadata(partial).with_context(|| format!("can't read {name}"))?.len();
    sink.commit().with_context(|| format!("can't finish {name}"))?;
    Ok(format!("head {head}\nbytes {bytes}\n"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::commands::fixture::{Fixture, input, policy};
    use crate::domain::Duplicates;
    use crate::formats::Format;
    use crate::formats::verdict::VerdictFormat;
    use crate::store::Ledger;

    const VERDICTS: VerdictFormat = VerdictFormat { format: Format::JsonLines, reasons: false };

    fn fixture() -> Fixture {
        let fixture = Fixture::new();
        fixture.decide("first", &policy(Duplicates::Decline), VERDICTS, &input(1, 2_000));
        fixture
    }

    fn args(fixture: &Fixture, copy: &str) -> BackupArgs {
        BackupArgs { store: fixture.store(), copy: fixture.path(copy) }
    }

    fn usage(result: anyhow::Result<String>) -> String {
        result.unwrap_err().downcast::<UsageError>().unwrap().0
    }

    #[test]
    fn copy_is_a_ledger_that_holds_the_same_and_an_older_one_is_replaced() {
        let fixture = fixture();
        let args = args(&fixture, "copy.db");
        fs::set_permissions(fixture.path("ledger.db"), fs::Permissions::from_mode(0o600)).unwrap();
        for round in ["second", "third"] {
            let said = copy(&args).unwrap();
            let bytes = fs::metadata(&args.copy).unwrap().len();
            assert_eq!(said, format!("head {}\nbytes {bytes}\n", fixture.ledger().head().unwrap()));
            let (ledger, copied) = (fixture.ledger(), Ledger::open(&args.copy).unwrap());
            assert_eq!(copied.batches().unwrap(), ledger.batches().unwrap());
            assert_eq!(copied.events(0, usize::MAX).unwrap(), ledger.events(0, usize::MAX).unwrap());
            assert_eq!(copied.rejects(1, 0, 9).unwrap(), ledger.rejects(1, 0, 9).unwrap());
            assert_eq!(fs::metadata(&args.copy).unwrap().permissions().mode() & 0o777, 0o600);
            fixture.decide(round, &policy(Duplicates::Decline), VERDICTS, &input(2, 20));
        }
        assert!(!fixture.path("copy.db.partial").exists());
    }

    #[test]
    fn copy_can_be_written_to_as_a_ledger_of_its_own() {
        let (fixture, other) = (fixture(), Fixture::new());
        let args = BackupArgs { copy: other.path("ledger.db"), ..args(&fixture, "") };
        copy(&args).unwrap();
        let both = [&fixture, &other];
        let [one, two] = both.map(|it| it.decide("next", &policy(Duplicates::Decline), VERDICTS, &input(1, 3_000)));
        assert_eq!(one.verdicts, two.verdicts);
        assert_eq!(fixture.ledger().head().unwrap().root, other.ledger().head().unwrap().root);
    }

    #[test]
    fn ledger_itself_is_no_place_for_its_copy_whatever_it_is_called() {
        let fixture = fixture();
        let before = fs::read(fixture.path("ledger.db")).unwrap();
        std::os::unix::fs::symlink("ledger.db", fixture.path("link.db")).unwrap();
        fs::hard_link(fixture.path("ledger.db"), fixture.path("hard.db")).unwrap();
        for name in ["ledger.db", "link.db", "hard.db", "ledger.db-wal", "ledger.db-shm", "ledger.db-lock"] {
            let why = usage(copy(&args(&fixture, name)));
            assert!(why.contains(name) && why.contains("would overwrite"), "{why}");
        }
        assert_eq!(fs::read(fixture.path("ledger.db")).unwrap(), before);
    }

    #[test]
    fn what_is_no_ledger_or_is_in_use_is_left_as_it_is() {
        let fixture = fixture();
        fs::write(fixture.path("text"), "precious").unwrap();
        fs::write(fixture.path("empty"), "").unwrap();
        rusqlite::Connection::open(fixture.path("other.db")).unwrap().execute_batch("CREATE TABLE a (b)").unwrap();
        for name in ["text", "empty", "other.db"] {
            let before = fs::read(fixture.path(name)).unwrap();
            let why = usage(copy(&args(&fixture, name)));
            assert!(why.contains(name) && why.contains("is not a Tidegate ledger"), "{why}");
            assert_eq!(fs::read(fixture.path(name)).unwrap(), before);
        }
        copy(&args(&fixture, "copy.db")).unwrap();
        fs::write(fixture.path("copy.db-wal"), "frames").unwrap();
        let why = usage(copy(&args(&fixture, "copy.db")));
        assert!(why.contains("copy.db is in use"), "{why}");
        let left: Vec<_> = fs::read_dir(fixture.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".partial")), "{left:?}");
        assert!(usage(copy(&BackupArgs { copy: "/dev/null".into(), ..args(&fixture, "") })).contains("/dev/null"));
    }
}
