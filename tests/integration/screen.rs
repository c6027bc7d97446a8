//! A terminal that the program believes to be one.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use rustix::io::{FdFlags, fcntl_setfd};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::running::PATIENCE;

/// What is shown on a terminal.
pub struct Screen {
    arriving: Receiver<Vec<u8>>,
    shown: String,
    /// The beginning of a letter whose end has not arrived yet.
    begun: Vec<u8>,
    keyboard: File,
}

impl Screen {
    /// A new screen of 100 columns, and the terminal that programs write to.
    pub fn open() -> (Self, OwnedFd) {
        Self::with_columns(100)
    }

    /// A new screen of so many columns, or that does not say how many, and the terminal that programs write to.
    pub fn with_columns(columns: u16) -> (Self, OwnedFd) {
        let mut screen = File::from(openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("there are terminals left"));
        // A program that had this end, too, would keep its own terminal open.
        fcntl_setfd(&screen, FdFlags::CLOEXEC).expect("the terminal is ours");
        grantpt(&screen).expect("the terminal is ours");
        unlockpt(&screen).expect("the terminal is ours");
        let name = ptsname(&screen, Vec::new()).expect("the terminal has a name");
        let name = name.to_str().expect("names of terminals are ASCII");
        let terminal = File::options().read(true).write(true).open(name).expect("the terminal can be opened");
        let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&terminal, size).expect("terminals have sizes");
        let keyboard = screen.try_clone().expect("there are descriptors left");
        let (sender, arriving) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            // Once nobody has the terminal open any more, reading it is an error.
            while let Ok(read @ 1..) = screen.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        (Self { arriving, shown: String::new(), begun: Vec::new(), keyboard }, terminal.into())
    }

    /// Types on the terminal's keyboard.
    pub fn type_in(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("the terminal takes keys");
    }

    /// Waits until a text has been shown, and gives all that was shown so far.
    pub fn wait_for(&mut self, text: &str) -> &str {
        while !self.shown.contains(text) {
            let bytes = self.arriving.recv_timeout(PATIENCE).expect("the text is shown");
            self.show(&bytes);
        }
        &self.shown
    }

    /// All that is shown until every program has closed the terminal.
    pub fn rest(mut self) -> String {
        while let Ok(bytes) = self.arriving.recv_timeout(PATIENCE) {
            self.show(&bytes);
        }
        self.shown
    }

    fn show(&mut self, bytes: &[u8]) {
        self.begun.extend_from_slice(bytes);
        let len = match std::str::from_utf8(&self.begun) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.begun.len(),
        };
        let whole: Vec<u8> = self.begun.drain(..len).collect();
        self.shown += &String::from_utf8_lossy(&whole);
    }
}
