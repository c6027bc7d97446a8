//! A screen with the ledger that it shows and the terminal that it is drawn on.

use std::mem::ManuallyDrop;

use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::crossterm::event::KeyEvent;

use super::app::App;
use super::draw::{self, Theme};
use super::source::Source;
use crate::store::Ledger;

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// On it goes.
    GoOn,
    /// Somebody wants to leave.
    Quit,
}

/// A ledger browsed on a terminal.
#[derive(Debug)]
pub struct Session<B: Backend> {
    app: App,
    source: Source,
    /// Never dropped: it would write to standard error if its cursor can't be shown, and panic if that can't be written
    /// either, as when both are a terminal that is gone. Whoever has set the terminal up shows the cursor again.
    terminal: ManuallyDrop<Terminal<B>>,
    theme: Theme,
}

impl<B: Backend> Session<B> {
    /// A ledger of a name on a terminal, in colours or without. The ledger must not be pinned, since it would then never
    /// be seen to grow.
    pub fn new(ledger: Ledger, name: String, terminal: Terminal<B>, in_colours: bool) -> Self {
        let (app, source, terminal) = (App::new(name), Source::new(ledger), ManuallyDrop::new(terminal));
        Self { app, source, terminal, theme: Theme { in_colours } }
    }

    /// Does what a key means; what comes of it is seen when the screen is drawn.
    ///
    /// # Errors
    ///
    /// If the terminal can't be drawn on, which happens where the ledger may take a while to answer.
    pub fn press(&mut self, key: KeyEvent) -> Result<Step, B::Error> {
        let step = self.app.handle(key);
        if step == Step::GoOn {
            self.settle()?;
        }
        Ok(step)
    }

    /// Looks whether the ledger has changed.
    ///
    /// # Errors
    ///
    /// As for [`Session::press`].
    pub fn look(&mut self) -> Result<(), B::Error> {
        self.app.look(&self.source);
        self.settle()
    }

    /// Draws the screen, as large as the terminal is now.
    ///
    /// # Errors
    ///
    /// If the terminal can't be drawn on.
    pub fn draw(&mut self) -> Result<(), B::Error> {
        let (app, theme) = (&mut self.app, self.theme);
        self.terminal.draw(|frame| draw::draw(frame, app, theme))?;
        Ok(())
    }

    /// The terminal.
    pub fn terminal(&mut self) -> &mut Terminal<B> {
        &mut self.terminal
    }

    fn settle(&mut self) -> Result<(), B::Error> {
        if self.app.is_slow_to_settle() {
            self.draw()?;
        }
        self.app.settle(&mut self.source);
        Ok(())
    }
}
