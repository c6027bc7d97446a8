//! Styles: of the terminal's own sixteen colours, so that they suit light and dark ones, or without any.

use ratatui::style::{Color, Modifier, Style};

/// Whether there are colours. All that is told by a colour is told by a word, too.
#[derive(Clone, Copy, Debug)]
pub(in crate::screen) struct Theme {
    pub(in crate::screen) in_colours: bool,
}

impl Theme {
    fn coloured(self, colour: Color) -> Style {
        if self.in_colours { Style::new().fg(colour) } else { Style::new() }
    }

    /// What matters less.
    pub(super) const fn quiet(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    pub(super) const fn bold(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// Where one is.
    pub(super) fn title(self) -> Style {
        self.coloured(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    /// The row that the cursor is on.
    pub(super) const fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    pub(super) fn accepted(self) -> Style {
        self.coloured(Color::Green)
    }

    pub(super) fn declined(self) -> Style {
        self.coloured(Color::Red)
    }

    /// What is not yet as it will be, or nearly used up.
    pub(super) fn warning(self) -> Style {
        self.coloured(Color::Yellow)
    }

    /// A key in the footer.
    pub(super) fn key(self) -> Style {
        self.coloured(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    /// Something that went wrong.
    pub(super) fn failure(self) -> Style {
        self.coloured(Color::Red).add_modifier(Modifier::BOLD)
    }
}
