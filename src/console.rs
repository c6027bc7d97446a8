//! The one door to standard error: reject lines, logs, the progress bar and the summary.

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tracing_subscriber::fmt::MakeWriter;

/// How often a sign of life moves.
const TICK: Duration = Duration::from_millis(100);

/// Standard error, on which a progress bar may be standing; clones are the same.
///
/// Everything that goes there passes through here, so that lines and bar don't run into each other.
#[derive(Clone, Debug)]
pub struct Console {
    bar: ProgressBar,
    is_silent: bool,
}

impl Console {
    /// Standard error without a progress bar.
    pub fn new() -> Self {
        Self { bar: ProgressBar::hidden(), is_silent: false }
    }

    /// Nothing that anyone sees, for work of which nobody is to hear but its outcome.
    pub fn silent() -> Self {
        Self { is_silent: true, ..Self::new() }
    }

    /// Shows a progress bar, if standard error is a terminal: over an input of so many bytes, or of unknown size.
    pub fn show_progress(&self, input_len: Option<u64>) {
        if self.is_silent || !io::stderr().is_terminal() {
            return;
        }
        let template = match input_len {
            Some(_) => "{bar:30} {percent:>3} %  {msg}, {eta} left",
            None => "{spinner} {elapsed}  {msg}",
        };
        match input_len {
            Some(len) => self.bar.set_length(len),
            None => self.bar.unset_length(),
        }
        self.bar.set_style(style(template));
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
    }

    /// Moves the progress bar on by so many bytes of input and transactions written so far.
    pub fn advance(&self, bytes: u64, transactions_so_far: u64) {
        if self.bar.is_hidden() {
            return;
        }
        let seconds = self.bar.elapsed().as_secs_f64().max(1e-3);
        let rate = HumanCount((transactions_so_far as f64 / seconds) as u64);
        self.bar.set_message(format!("{} transactions, {rate}/s", HumanCount(transactions_so_far)));
        self.bar.inc(bytes);
    }

    /// Shows a progress bar over so many steps of some work, if standard error is a terminal.
    pub fn show_steps(&self, steps: u64, work: &str) {
        if !io::stderr().is_terminal() {
            return;
        }
        self.bar.reset();
        self.bar.set_length(steps);
        self.bar.set_style(style("{bar:30} {percent:>3} %  {msg}, {eta} left"));
        self.bar.set_message(work.to_owned());
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
    }

    /// Shows that some work goes on of which nobody knows how long it takes, if standard error is a terminal.
    pub fn show_work(&self, work: &str) {
        if !io::stderr().is_terminal() {
            return;
        }
        self.bar.reset();
        self.bar.unset_length();
        self.bar.set_style(style("{spinner} {elapsed}  {msg}"));
        self.bar.set_message(work.to_owned());
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
        self.bar.enable_steady_tick(TICK);
    }

    /// Moves the progress bar on by so many steps.
    pub fn step(&self, steps: u64) {
        self.bar.inc(steps);
    }

    /// Takes the progress bar away.
    pub fn hide_progress(&self) {
        self.bar.disable_steady_tick();
        self.bar.finish_and_clear();
    }

    /// Writes text as it is. A standard error that can't be written to is no reason to stop deciding.
    pub fn print(&self, text: &str) {
        if !text.is_empty() && !self.is_silent {
            self.bar.suspend(|| {
                let _ = io::stderr().write_all(text.as_bytes());
            });
        }
    }
}

/// The looks of a template; they are this program's own, and if one were wrong, the bar would merely look plain.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}

impl Write for Console {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_silent { Ok(bytes.len()) } else { self.bar.suspend(|| io::stderr().write(bytes)) }
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

impl<'a> MakeWriter<'a> for Console {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// A text as it is where it is safe to print, or else in quotes and escaped, so that it can't steer a terminal.
pub fn printable(text: &str) -> String {
    let quoted = format!("{text:?}");
    if quoted == format!("\"{text}\"") { text.to_owned() } else { quoted }
}

/// A text that may hold quotes, with all in it escaped that could steer a terminal, line ends too.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\'' | '\\' => out.push(character),
            other => out.extend(other.escape_debug()),
        }
    }
    out
}

/// Whether colours are wanted, by the value of `NO_COLOR`: any text at all forbids them (no-color.org).
pub fn wants_colours(no_color: Option<&OsStr>) -> bool {
    no_color.is_none_or(OsStr::is_empty)
}

/// A path as [`printable`] text.
pub fn printable_path(path: &Path) -> String {
    printable(&path.to_string_lossy())
}

/// A number without a sign, with commas between the thousands: `1234567.89` as `1,234,567.89`.
pub fn grouped(number: &str) -> String {
    let (whole, fraction) = number.split_at(number.find('.').unwrap_or(number.len()));
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text + fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_in_no_color_takes_the_colours_away() {
        for (no_color, expected) in [(None, true), (Some(""), true), (Some("1"), false), (Some("0"), false)] {
            assert_eq!(wants_colours(no_color.map(OsStr::new)), expected, "{no_color:?}");
        }
    }

    #[test]
    fn text_that_could_steer_a_terminal_is_escaped() {
        assert_eq!(printable("daily-amount.amount=ä"), "daily-amount.amount=ä");
        assert_eq!(printable("a\u{1b}[31m"), r#""a\u{1b}[31m""#);
        assert_eq!(printable("a\u{202e}b"), r#""a\u{202e}b""#);
        assert_eq!(escaped("a \"ä\" '\\' \u{1b}[31m\n\u{202e}"), r#"a "ä" '\' \u{1b}[31m\n\u{202e}"#);
    }
}
