//! Where charts can be drawn.

use std::env;
use std::ffi::OsStr;
use std::io::{self, IsTerminal};

use rustix::termios::tcgetwinsize;

use crate::console::wants_colours;

/// The columns of a terminal that does not say how many it has.
const COLUMNS: u16 = 80;

/// How long bars are, in places.
const BAR_LEN_MIN: usize = 6;
const BAR_LEN_MAX: usize = 24;

/// A terminal that charts can be drawn on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Canvas {
    /// How many columns it has.
    pub(super) columns: usize,
    /// Whether colours are wanted.
    pub(super) is_coloured: bool,
}

impl Canvas {
    /// Standard output, if it is a terminal, and one that can do more than print.
    pub(super) fn of_stdout() -> Option<Self> {
        let stdout = io::stdout();
        if !stdout.is_terminal() {
            return None;
        }
        let columns = tcgetwinsize(&stdout).map_or(0, |size| size.ws_col);
        Self::new(columns, env::var_os("TERM").as_deref(), env::var_os("NO_COLOR").as_deref())
    }

    /// A terminal of so many columns, 0 if it does not say, and of a type, where a user may want no colours.
    fn new(columns: u16, term: Option<&OsStr>, no_color: Option<&OsStr>) -> Option<Self> {
        let is_able = term.is_some_and(|term| !term.is_empty() && term != "dumb");
        let columns = usize::from(if columns == 0 { COLUMNS } else { columns });
        let is_coloured = wants_colours(no_color);
        is_able.then_some(Self { columns, is_coloured })
    }

    /// How long a bar can be behind so many columns of text; none where it would say nothing.
    pub(super) fn bar_len(&self, text_len: usize) -> Option<usize> {
        // The last column stays empty, since some terminals begin a new line once it is written to.
        let room = self.columns.saturating_sub(text_len.saturating_add(1));
        (room >= BAR_LEN_MIN).then_some(room.min(BAR_LEN_MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canvas(columns: u16, term: &str, no_color: Option<&str>) -> Option<Canvas> {
        Canvas::new(columns, Some(OsStr::new(term)), no_color.map(OsStr::new))
    }

    #[test]
    fn terminal_without_abilities_or_a_name_is_no_canvas() {
        assert_eq!(canvas(100, "dumb", None), None);
        assert_eq!(canvas(100, "", None), None);
        assert_eq!(Canvas::new(100, None, None), None);
        assert_eq!(canvas(100, "xterm", None), Some(Canvas { columns: 100, is_coloured: true }));
        assert_eq!(canvas(0, "xterm", None), Some(Canvas { columns: 80, is_coloured: true }));
    }

    #[test]
    fn colours_go_if_they_are_not_wanted() {
        assert_eq!(canvas(9, "xterm", Some("1")).map(|canvas| canvas.is_coloured), Some(false));
    }

    #[test]
    fn bars_take_what_room_there_is_within_bounds() {
        let canvas = Canvas { columns: 100, is_coloured: false };
        for (text_len, expected) in
            [(0, Some(24)), (75, Some(24)), (76, Some(23)), (93, Some(6)), (94, None), (100, None), (usize::MAX, None)]
        {
            assert_eq!(canvas.bar_len(text_len), expected, "{text_len}");
        }
    }
}
