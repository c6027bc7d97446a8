//! What keys mean.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::list::Motion;

/// What somebody wants who presses a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Quit,
    Help,
    Back,
    Open,
    OpenAccount,
    Tab(Tab),
    NextTab,
    PreviousTab,
    Go(Motion),
    Find,
    Follow,
    Order,
    Reload,
}

/// The lists that there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    #[default]
    Batches,
    Accounts,
    Events,
}

/// The keys and what they do, for people.
pub const KEYS: &[(&str, &str)] = &[
    ("1 2 3, Tab", "batches, accounts, events"),
    ("arrows, k j", "up and down"),
    ("PgUp PgDn", "a page up and down"),
    ("Home End, g G", "to the first and the last"),
    ("Enter", "open: the events of a batch, an account, why an event"),
    ("a", "the account of the event"),
    ("Esc, Backspace", "back"),
    ("/", "find an account, or a position among events"),
    ("f", "follow a run, or stay"),
    ("s", "another order of the accounts"),
    ("r", "ask the ledger again"),
    ("?", "these keys"),
    ("q, Ctrl-C", "quit"),
];

impl Tab {
    /// All tabs, in order.
    pub(crate) const ALL: [Self; 3] = [Self::Batches, Self::Accounts, Self::Events];

    /// What the tab is called.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Batches => "Batches",
            Self::Accounts => "Accounts",
            Self::Events => "Events",
        }
    }

    pub(super) const fn next(self) -> Self {
        match self {
            Self::Batches => Self::Accounts,
            Self::Accounts => Self::Events,
            Self::Events => Self::Batches,
        }
    }

    pub(super) const fn previous(self) -> Self {
        self.next().next()
    }
}

/// What a key means where no text is being typed.
pub(super) fn action(key: KeyEvent) -> Option<Action> {
    if is_interrupt(key) {
        return Some(Action::Quit);
    }
    if is_shortcut(key) {
        return None;
    }
    Some(match key.code {
        KeyCode::Char('q') => Action::Quit,
        KeyCode::Char('?') => Action::Help,
        KeyCode::Esc | KeyCode::Backspace => Action::Back,
        KeyCode::Enter => Action::Open,
        KeyCode::Char('a') => Action::OpenAccount,
        KeyCode::Char('1') => Action::Tab(Tab::Batches),
        KeyCode::Char('2') => Action::Tab(Tab::Accounts),
        KeyCode::Char('3') => Action::Tab(Tab::Events),
        KeyCode::Tab => Action::NextTab,
        KeyCode::BackTab => Action::PreviousTab,
        KeyCode::Up | KeyCode::Char('k') => Action::Go(Motion::Up),
        KeyCode::Down | KeyCode::Char('j') => Action::Go(Motion::Down),
        KeyCode::PageUp => Action::Go(Motion::PageUp),
        KeyCode::PageDown => Action::Go(Motion::PageDown),
        KeyCode::Home | KeyCode::Char('g') => Action::Go(Motion::First),
        KeyCode::End | KeyCode::Char('G') => Action::Go(Motion::Last),
        KeyCode::Char('/') => Action::Find,
        KeyCode::Char('f') => Action::Follow,
        KeyCode::Char('s') => Action::Order,
        KeyCode::Char('r') => Action::Reload,
        _ => return None,
    })
}

/// Whether a key is no letter for being pressed with another.
pub(super) const fn is_shortcut(key: KeyEvent) -> bool {
    key.modifiers.intersects(KeyModifiers::CONTROL.union(KeyModifiers::ALT))
}

/// Whether a key is Ctrl-C, which quits whatever is going on.
pub(super) fn is_interrupt(key: KeyEvent) -> bool {
    key.modifiers.contains(KeyModifiers::CONTROL) && matches!(key.code, KeyCode::Char('c' | 'C'))
}
