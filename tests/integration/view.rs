//! The screen of `tidegate view`, on a terminal.

use std::os::fd::{AsFd, OwnedFd};

use rustix::process::Signal;
use rustix::termios::{LocalModes, Termios, tcgetattr};

use crate::ledger::{Ledger, NAME};
use crate::running::Running;
use crate::screen::Screen;
use crate::support::{code, stderr, stdout, tidegate};
use crate::transactions::{load, load_of, loads};

/// What makes a terminal show what it showed before.
const LEAVE: &str = "\u{1b}[?1049l";

/// A ledger of one batch, with customers `c1` to `c5`.
fn ledger() -> Ledger {
    let ledger = Ledger::new();
    ledger.must_feed(0, "- --batch monday", loads(1..=5));
    ledger
}

/// `tidegate view` on a new terminal.
fn view(ledger: &Ledger) -> (Running, Screen, OwnedFd) {
    let (screen, terminal) = Screen::open();
    let end = || terminal.try_clone().expect("there are descriptors left");
    let mut command = tidegate(ledger.directory());
    command.args(["view", "--store", NAME]).env("TERM", "xterm").stdin(end()).stdout(end()).stderr(end());
    (Running::start_as_it_is(command), screen, terminal)
}

/// The modes that a terminal is in.
fn modes(terminal: impl AsFd) -> impl PartialEq + std::fmt::Debug {
    let Termios { input_modes, output_modes, control_modes, local_modes, .. } =
        tcgetattr(terminal).expect("terminals have modes");
    (input_modes, output_modes, control_modes, local_modes)
}

#[test]
fn screen_is_browsed_with_keys_and_the_terminal_is_left_as_it_was() {
    let ledger = ledger();
    let (mut running, mut screen, terminal) = view(&ledger);
    screen.wait_for("monday");
    screen.wait_for("complete");
    assert!(!tcgetattr(&terminal).unwrap().local_modes.contains(LocalModes::ICANON), "keys come one by one");
    screen.type_in("3");
    screen.wait_for("following");
    screen.wait_for("c5");
    screen.type_in("\r");
    screen.wait_for("weekly-amount");
    screen.type_in("q");
    assert_eq!(running.wait().code(), Some(0));
    let (_, new) = Screen::open();
    assert_eq!(modes(&terminal), modes(&new));
    drop(terminal);
    let shown = screen.rest();
    let (_, after) = shown.rsplit_once(LEAVE).expect("the screen is left");
    assert!(!after.contains("monday"), "{after:?}");
}

#[test]
fn screen_follows_while_a_run_writes() {
    let ledger = ledger();
    let (mut running, mut screen, _terminal) = view(&ledger);
    screen.type_in("3");
    screen.wait_for("following");
    let mut writer = ledger.start("- --batch tuesday");
    for customer in ["newcomer", "latecomer"] {
        writer.write(load_of(1, customer).as_bytes());
        writer.stdout.next();
        screen.wait_for(customer);
    }
    assert_eq!(code(&writer.finish()), 0);
    screen.type_in("\u{3}");
    assert_eq!(running.wait().code(), Some(0));
}

#[test]
fn signal_ends_it_and_the_terminal_is_left_as_it_was() {
    let ledger = ledger();
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let (mut running, mut screen, terminal) = view(&ledger);
        screen.wait_for("monday");
        running.signal(signal);
        assert_eq!(running.wait().code(), Some(130), "{signal:?}");
        let (_, new) = Screen::open();
        assert_eq!(modes(&terminal), modes(&new), "{signal:?}");
        drop(terminal);
        assert!(screen.rest().contains(LEAVE), "{signal:?}");
    }
}

#[test]
fn terminal_that_goes_away_ends_it() {
    let ledger = ledger();
    let (mut running, mut screen, terminal) = view(&ledger);
    screen.wait_for("monday");
    drop((screen, terminal));
    assert_ne!(running.wait().code(), Some(0));
}

#[test]
fn without_a_terminal_there_is_no_screen() {
    let ledger = ledger();
    let output = ledger.command(&format!("view --store {NAME}"));
    assert_eq!((code(&output), stdout(&output)), (2, ""));
    let expected = "tidegate: view needs a terminal; `tidegate events` and `tidegate accounts` write to pipes\n";
    assert_eq!(stderr(&output), expected);
    let (_screen, terminal) = Screen::open();
    let mut command = tidegate(ledger.directory());
    command.args(["view", "--store", NAME]).stdin(terminal);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let output = Running::start_as_it_is(command).finish();
    assert_eq!((code(&output), stdout(&output), stderr(&output)), (2, "", expected));
}

#[test]
fn ledger_that_there_is_not_is_named() {
    let ledger = ledger();
    let output = ledger.command("view --store none.db");
    assert_eq!((code(&output), stdout(&output)), (2, ""));
    assert!(stderr(&output).contains("--store none.db: "), "{}", stderr(&output));
    assert!(!ledger.path("none.db").exists());
}

#[test]
fn ledger_that_is_rebuilt_and_gone_on_with_stays_on_the_screen() {
    let ledger = ledger();
    let (mut running, mut screen, _terminal) = view(&ledger);
    screen.type_in("3");
    screen.wait_for("following");
    ledger.ask("rebuild");
    ledger.must_feed(0, "- --batch tuesday", load(77));
    screen.wait_for("c77");
    screen.type_in("q");
    assert_eq!(running.wait().code(), Some(0));
}
