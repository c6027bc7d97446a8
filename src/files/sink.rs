//! Where results go.

use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::Source;
use super::identity::Identity;
use super::replacement::{Place, Replacement};
use crate::console::printable_path;
use crate::exit::UsageError;

/// What the user named as an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// A file, new or regular, or a device or pipe.
    Path(PathBuf),
}

/// An opened output.
///
/// What is new or a regular file is written beside its final name and takes that name only in [`Sink::commit`];
/// dropped before, it leaves no trace. Anything else is written directly.
#[derive(Debug)]
pub struct Sink {
    name: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Direct(File),
    Replacement(Replacement),
}

/// How a target will be written, found out before anything is opened for writing.
#[derive(Debug)]
enum Plan {
    Stdout(File),
    Device(PathBuf),
    Replace(Place),
}

impl Target {
    /// The target that a path names; `-` is standard output.
    pub fn new(path: &Path) -> Self {
        if path == Path::new("-") { Self::Stdout } else { Self::Path(path.to_path_buf()) }
    }

    /// What messages call the target.
    pub fn name(&self) -> String {
        match self {
            Self::Stdout => "standard output".to_owned(),
            Self::Path(path) => printable_path(path),
        }
    }

    fn plan(&self) -> io::Result<Plan> {
        let path = match self {
            Self::Stdout => return Ok(Plan::Stdout(File::from(io::stdout().as_fd().try_clone_to_owned()?))),
            Self::Path(path) => path,
        };
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            // What ends like a directory is never meant to become a file.
            Err(_) if path.as_os_str().as_encoded_bytes().ends_with(b"/") => Err(io::ErrorKind::IsADirectory.into()),
            Ok(metadata) if !metadata.is_file() => Ok(Plan::Device(path.clone())),
            _ => Place::of(path).map(Plan::Replace),
        }
    }
}

impl Plan {
    /// The regular files that writing would change or remove.
    fn identities(&self) -> Vec<Identity> {
        match self {
            Self::Stdout(file) => file.metadata().ok().as_ref().and_then(Identity::of_regular).into_iter().collect(),
            Self::Device(_) => Vec::new(),
            Self::Replace(place) => place.identities().collect(),
        }
    }

    /// Whether two targets would be written over each other.
    fn collides_with(&self, other: &Self) -> bool {
        let same_path = match (self, other) {
            (Self::Stdout(_), Self::Stdout(_)) => true,
            (Self::Replace(one), Self::Replace(two)) => {
                one.path == two.path || one.path == two.partial || one.partial == two.path
            }
            _ => false,
        };
        let files = other.identities();
        same_path || self.identities().iter().any(|file| files.contains(file))
    }
}

/// What the user named as the outputs of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    /// Where verdicts go.
    pub output: Target,
    /// Where rejected lines go, if they are wanted.
    pub rejects: Option<Target>,
    /// Where the certificate goes, if one is wanted.
    pub certificate: Option<Target>,
}

/// The opened outputs of a run.
#[derive(Debug)]
pub struct Sinks {
    /// Where verdicts go.
    pub output: Sink,
    /// Where rejected lines go, if they are wanted.
    pub rejects: Option<Sink>,
    /// Where the certificate goes, if one is wanted.
    pub certificate: Option<Sink>,
}

/// Opens the outputs of a run.
///
/// # Errors
///
/// A [`UsageError`] if an output is the input or two are the same, by device and inode, before anything is opened for
/// writing; otherwise an error that names the path that can't be written.
pub fn open_sinks(source: &Source, targets: &Targets) -> anyhow::Result<Sinks> {
    let Targets { output, rejects, certificate } = targets;
    let planned = |target| Ok::<_, anyhow::Error>((target, plan(source, target)?));
    let output = planned(output)?;
    let rejects = rejects.as_ref().map(planned).transpose()?;
    let certificate = certificate.as_ref().map(planned).transpose()?;
    check_apart("rejects", rejects.as_ref(), "the verdicts go", Some(&output))?;
    check_apart("the certificate", certificate.as_ref(), "the verdicts go", Some(&output))?;
    check_apart("the certificate", certificate.as_ref(), "rejects go", rejects.as_ref())?;
    let open = |(target, plan)| Sink::open(target, plan);
    Ok(Sinks {
        rejects: rejects.map(open).transpose()?,
        certificate: certificate.map(open).transpose()?,
        output: open(output)?,
    })
}

/// Refuses two outputs that would be written over each other; what is not wanted is in nobody's way.
fn check_apart(
    what: &str,
    one: Option<&(&Target, Plan)>,
    others_go: &str,
    other: Option<&(&Target, Plan)>,
) -> anyhow::Result<()> {
    let (Some((one, one_plan)), Some((other, other_plan))) = (one, other) else { return Ok(()) };
    if !one_plan.collides_with(other_plan) {
        return Ok(());
    }
    Err(UsageError(format!("{what} can't go to {}: {others_go} to {}", one.name(), other.name())).into())
}

/// Opens an output beside which some files, be there any of these names or not, must stay as they are.
///
/// # Errors
///
/// A [`UsageError`] if the output is one of them, before anything is opened for writing; otherwise an error that names
/// the path that can't be written.
pub fn open_output(target: &Target, kept: &[PathBuf]) -> anyhow::Result<Sink> {
    let plan = target.plan().with_context(|| format!("can't write {}", target.name()))?;
    for path in kept {
        let place = Place::of(path).with_context(|| printable_path(path))?;
        if plan.collides_with(&Plan::Replace(place)) {
            let (output, kept) = (target.name(), printable_path(path));
            return Err(UsageError(format!("{output} would overwrite {kept}: name another output")).into());
        }
    }
    Sink::open(target, plan)
}

/// How a target will be written, unless that would overwrite the input.
fn plan(source: &Source, target: &Target) -> anyhow::Result<Plan> {
    let plan = target.plan().with_context(|| format!("can't write {}", target.name()))?;
    if source.identity.is_some_and(|input| plan.identities().contains(&input)) {
        let (input, output) = (source.name(), target.name());
        return Err(UsageError(format!("{output} would overwrite the input {input}: name another output")).into());
    }
    Ok(plan)
}

impl Sink {
    fn open(target: &Target, plan: Plan) -> anyhow::Result<Self> {
        let name = target.name();
        let kind = match plan {
            Plan::Stdout(file) => Kind::Direct(file),
            Plan::Device(path) => {
                let opened = OpenOptions::new().write(true).open(path);
                Kind::Direct(opened.with_context(|| format!("can't write {name}"))?)
            }
            Plan::Replace(place) => {
                let opened = Replacement::open(place);
                Kind::Replacement(opened.with_context(|| format!("can't write {name}"))?)
            }
        };
        Ok(Self { name, kind })
    }

    /// What messages call the output.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the output appears under its name only at the end.
    pub const fn is_replacement(&self) -> bool {
        matches!(self.kind, Kind::Replacement(_))
    }

    /// Whether the output is a terminal.
    pub fn is_terminal(&self) -> bool {
        matches!(&self.kind, Kind::Direct(file) if file.is_terminal())
    }

    /// Writes all bytes, waiting for a slow reader as long as it takes.
    ///
    /// # Errors
    ///
    /// What the operating system says; [`io::ErrorKind::BrokenPipe`] if the reader of a pipe has gone.
    pub fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_out(bytes)?;
        if let Kind::Replacement(replacement) = &mut self.kind {
            replacement.note_written(bytes.len());
        }
        Ok(())
    }

    fn write_out(&self, mut bytes: &[u8]) -> io::Result<()> {
        let mut file = match &self.kind {
            Kind::Direct(file) => file,
            Kind::Replacement(replacement) => replacement.file(),
        };
        while !bytes.is_empty() {
            match file.write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Whoever shares the terminal or pipe may have made it non-blocking.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    poll(&mut [PollFd::new(file, PollFlags::OUT)], None)?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The file beside its name that an output is written to until it is whole, if it is written so.
    pub fn partial(&self) -> Option<&Path> {
        match &self.kind {
            Kind::Direct(_) => None,
            Kind::Replacement(replacement) => Some(replacement.partial()),
        }
    }

    /// Waits for a while, or until the reader of a pipe or terminal goes; tells whether it has gone.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn is_abandoned_within(&self, wait: Duration) -> io::Result<bool> {
        let file = match &self.kind {
            Kind::Direct(file) => file,
            Kind::Replacement(replacement) => replacement.file(),
        };
        // No events are asked for: a reader that goes is told of all the same, and room to write is not.
        let mut fds = [PollFd::new(file, PollFlags::empty())];
        let wait = Timespec::try_from(wait).map_err(io::Error::other)?;
        match poll(&mut fds, Some(&wait)) {
            Ok(_) => Ok(fds.iter().any(|fd| fd.revents().intersects(PollFlags::ERR | PollFlags::HUP))),
            Err(Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives a file that was written beside its name that name, durably.
    ///
    /// # Errors
    ///
    /// What the operating system says; the file that had the name before is then untouched.
    pub fn commit(self) -> io::Result<()> {
        match self.kind {
            Kind::Direct(_) => Ok(()),
            Kind::Replacement(replacement) => replacement.commit(),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
