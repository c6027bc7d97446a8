//! The one door to standard error: reject lines, logs, the progress bar and the summary.

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tracing_subscriber::fmt::MakeWriter;

/// Standard error, on which a progress bar may be standing; clones are the same.
///
/// Everything that goes there passes through here, so that lines and bar don't run into each other.
#[derive(Clone, Debug)]
pub struct Console {
    bar: ProgressBar,
}

impl Console {
    /// Standard error without a progress bar.
    pub fn new() -> Self {
        Self { bar: ProgressBar::hidden() }
    }

    /// Shows a progress bar, if standard error is a terminal: over an input of so many bytes, or of unknown size.
    pub fn show_progress(&self, input_len: Option<u64>) {
        if !io::stderr().is_terminal() {
            return;
        }
        let template = match input_len {
            Some(_) => "{bar:30} {percent:>3} %  {msg}, {eta} left",
            None => "{spinner} {elapsed}  {msg}",
        };
        // The templates are this program's own; if one were wrong, the bar would merely look plain.
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        match input_len {
            Some(len) => self.bar.set_length(len),
            None => self.bar.unset_length(),
        }
        self.bar.set_style(style);
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

    /// Takes the progress bar away.
    pub fn hide_progress(&self) {
        self.bar.finish_and_clear();
    }

    /// Writes text as it is. A standard error that can't be written to is no reason to stop deciding.
    pub fn print(&self, text: &str) {
        if !text.is_empty() {
            self.bar.suspend(|| {
                let _ = io::stderr().write_all(text.as_bytes());
            });
        }
    }
}

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}

impl Write for Console {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bar.suspend(|| io::stderr().write(bytes))
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
