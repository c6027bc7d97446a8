//! A program that runs beside its test.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, ChildStdin, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// How long anything may hang before its test fails; what does not hang takes far less.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running program; dropped, it is killed.
pub struct Running {
    pid: Pid,
    input: Option<ChildStdin>,
    /// What it writes to standard output.
    pub stdout: Lines,
    /// What it writes to standard error.
    pub stderr: Lines,
    ended: Receiver<ExitStatus>,
    status: Option<ExitStatus>,
}

/// Lines that arrive one by one, each with its line end.
pub struct Lines(Receiver<Vec<u8>>);

impl Running {
    /// Starts a program with pipes at all three ends.
    pub fn start(command: &mut Command) -> Self {
        Self::spawn(command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()))
    }

    /// Starts a program; an end that is no pipe of its own stays silent here.
    ///
    /// The command is taken because it keeps the descriptors it was given, and a pipe would stay open with them.
    pub fn start_as_it_is(mut command: Command) -> Self {
        Self::spawn(&mut command)
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("the program starts");
        let pid = Pid::from_child(&child);
        let (input, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let stdout = stdout.map_or_else(Lines::none, Lines::of);
        let stderr = stderr.map_or_else(Lines::none, Lines::of);
        Self { pid, input, stdout, stderr, ended: wait(child), status: None }
    }

    /// The program's process id.
    pub fn id(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Gives the program input. That it no longer reads any is no mistake of the test's.
    pub fn write(&mut self, bytes: &[u8]) {
        let _ = self.input.as_mut().expect("the input is open").write_all(bytes);
    }

    /// Ends the program's input.
    pub fn close_input(&mut self) {
        self.input = None;
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).expect("the program runs");
    }

    /// Waits for the program to end, its input as it is.
    pub fn wait(&mut self) -> ExitStatus {
        let status = self.ended.recv_timeout(PATIENCE).expect("the program hangs");
        self.status = Some(status);
        status
    }

    /// Ends the program's input and waits for it to end; what was not read of its output yet comes back.
    pub fn finish(mut self) -> Output {
        self.close_input();
        let status = self.wait();
        Output { status, stdout: self.stdout.rest(), stderr: self.stderr.rest() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.status.is_none() && self.ended.try_recv().is_err() {
            let _ = kill_process(self.pid, Signal::KILL);
        }
    }
}

impl Lines {
    /// The lines of a stream, read as they come.
    pub fn of(stream: impl Read + Send + 'static) -> Self {
        let (sender, lines) = channel();
        thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            loop {
                let mut line = Vec::new();
                // A terminal whose other end has closed reads as an error.
                let ended = stream.read_until(b'\n', &mut line).is_err();
                if line.is_empty() || sender.send(line).is_err() || ended {
                    break;
                }
            }
        });
        Self(lines)
    }

    fn none() -> Self {
        Self(channel().1)
    }

    /// The next line, without its line end.
    pub fn next(&self) -> String {
        let line = self.0.recv_timeout(PATIENCE).expect("a line comes");
        String::from_utf8(line).expect("a line is text").trim_end().to_owned()
    }

    /// Reads on to a line that holds a text, and gives that line.
    pub fn find(&self, text: &str) -> String {
        loop {
            let line = self.next();
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Everything that still comes, to the end.
    pub fn rest(&self) -> Vec<u8> {
        let mut rest = Vec::new();
        while let Ok(line) = self.0.recv_timeout(PATIENCE) {
            rest.extend_from_slice(&line);
        }
        rest
    }
}

fn wait(mut child: Child) -> Receiver<ExitStatus> {
    let (sender, ended) = channel();
    thread::spawn(move || sender.send(child.wait().expect("a child can be waited for")));
    ended
}

/// A pipe: where it is read, and where it is written.
pub fn pipe() -> (File, OwnedFd) {
    let (read, write) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).expect("there are descriptors left");
    (File::from(read), write)
}
