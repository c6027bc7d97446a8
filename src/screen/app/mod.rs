//! What is looked at, and what keys do to it.

mod asked;
mod detail;
mod events;
mod keys;
mod list;

use ratatui::crossterm::event::{KeyCode, KeyEvent};

pub(crate) use self::asked::Asked;
pub(crate) use self::detail::{AccountDetail, Detail, ExplanationDetail, PolicyDetail};
pub(crate) use self::events::EventList;
pub use self::keys::KEYS;
pub(crate) use self::keys::Tab;
pub(crate) use self::list::List;

use self::keys::{Action, action, is_interrupt, is_shortcut};
use self::list::Motion;
use super::session::Step;
use super::source::{AccountsPage, Pulse, Source};
use crate::inquiry::Order;
use crate::store::{BatchRecord, StoredEvent};

/// How much may be typed.
const PROMPT_LEN_MAX: usize = 256;

/// Logs that are longer than this may take longer to ask than anybody would wait without a word.
const LONG_LOG: u64 = 100_000;

/// All that the screen shows, and where one is in it.
#[derive(Debug)]
pub(crate) struct App {
    /// What the ledger is called.
    pub(crate) name: String,
    pub(crate) pulse: Option<Pulse>,
    /// Why the ledger could not be asked for its head just now.
    pub(crate) trouble: Option<String>,
    pub(crate) tab: Tab,
    pub(crate) batches: Asked<Vec<BatchRecord>>,
    pub(crate) batches_list: List,
    pub(crate) order: Order,
    pub(crate) accounts: Asked<AccountsPage>,
    pub(crate) accounts_list: List,
    pub(crate) events: EventList,
    /// What was opened, one from the other.
    pub(crate) details: Vec<Detail>,
    /// What is being typed, if something is.
    pub(crate) prompt: Option<String>,
    pub(crate) shows_help: bool,
    /// What the last key came to, if that is not to be seen.
    pub(crate) notice: Option<String>,
}

impl App {
    pub(crate) fn new(name: String) -> Self {
        Self {
            name,
            pulse: None,
            trouble: None,
            tab: Tab::default(),
            batches: Asked::new(),
            batches_list: List::default(),
            order: Order::default(),
            accounts: Asked::new(),
            accounts_list: List::default(),
            events: EventList::all(),
            details: Vec::new(),
            prompt: None,
            shows_help: false,
            notice: None,
        }
    }

    /// Does what a key means. What has to be asked of the ledger for it is left to [`App::settle`].
    pub(crate) fn handle(&mut self, key: KeyEvent) -> Step {
        self.notice = None;
        if let Some(text) = self.prompt.take() {
            return self.type_on(text, key);
        }
        let Some(action) = action(key) else { return Step::GoOn };
        if std::mem::take(&mut self.shows_help) && action != Action::Quit {
            return Step::GoOn;
        }
        match action {
            Action::Quit => return Step::Quit,
            Action::Help => self.shows_help = true,
            Action::Back => drop(self.details.pop()),
            Action::Open => self.open(),
            Action::OpenAccount => self.open_account(),
            Action::Tab(tab) => self.turn_to(tab),
            Action::NextTab => self.turn_to(self.tab.next()),
            Action::PreviousTab => self.turn_to(self.tab.previous()),
            Action::Go(motion) => self.go(motion),
            Action::Find => self.prompt = Some(String::new()),
            Action::Follow => self.toggle_follow(),
            Action::Order => self.change_order(),
            Action::Reload => self.reload(),
        }
        Step::GoOn
    }

    /// Looks whether the ledger has changed, and lets what is cheap to ask be asked again if it has.
    pub(crate) fn look(&mut self, source: &Source) {
        match source.pulse() {
            Ok(pulse) => {
                if self.pulse.as_ref().is_none_or(|last| last.head != pulse.head) {
                    self.batches.want();
                    self.events.want();
                    self.details.iter_mut().for_each(Detail::want);
                }
                (self.pulse, self.trouble) = (Some(pulse), None);
            }
            Err(error) => self.trouble = Some(error.to_string()),
        }
    }

    /// Asks the ledger for what is looked at and not known yet.
    pub(crate) fn settle(&mut self, source: &mut Source) {
        let size = self.size();
        match (self.details.last_mut(), self.tab) {
            (Some(detail), _) => detail.settle(source, size),
            (None, Tab::Batches) => {
                self.batches.ask(|| source.batches());
                self.batches_list.set_len(self.batches.value().map_or(0, Vec::len));
            }
            (None, Tab::Accounts) => {
                self.accounts.ask(|| source.accounts(self.order));
                self.accounts_list.set_len(self.accounts.value().map_or(0, |page| page.rows.len()));
            }
            (None, Tab::Events) => self.events.settle(source, size),
        }
    }

    /// Whether [`App::settle`] may take so long that one should be told before.
    pub(crate) fn is_slow_to_settle(&self) -> bool {
        self.size() > LONG_LOG
            && match self.details.last() {
                Some(detail) => detail.is_to_be_asked(),
                None => self.tab == Tab::Accounts && self.accounts.is_wanted(),
            }
    }

    /// How many events there are.
    pub(crate) fn size(&self) -> u64 {
        self.pulse.as_ref().map_or(0, |pulse| pulse.head.size)
    }

    /// The list of events that is looked at, if it is one.
    pub(crate) fn event_list(&self) -> Option<&EventList> {
        match (self.details.last(), self.tab) {
            (Some(Detail::Events(events)), _) => Some(events),
            (None, Tab::Events) => Some(&self.events),
            _ => None,
        }
    }

    fn event_list_mut(&mut self) -> Option<&mut EventList> {
        match (self.details.last_mut(), self.tab) {
            (Some(Detail::Events(events)), _) => Some(events),
            (None, Tab::Events) => Some(&mut self.events),
            _ => None,
        }
    }

    /// Why what is looked at can't be shown, or not as it is now.
    pub(crate) fn failure(&self) -> Option<&str> {
        self.trouble.as_deref().or_else(|| match (self.details.last(), self.tab) {
            (Some(detail), _) => detail.failure(),
            (None, Tab::Batches) => self.batches.failure(),
            (None, Tab::Accounts) => self.accounts.failure(),
            (None, Tab::Events) => self.events.failure(),
        })
    }

    fn turn_to(&mut self, tab: Tab) {
        self.tab = tab;
        self.details.clear();
    }

    fn go(&mut self, motion: Motion) {
        match (self.details.last_mut(), self.tab) {
            (Some(detail), _) => detail.go(motion),
            (None, Tab::Batches) => self.batches_list.go(motion),
            (None, Tab::Accounts) => self.accounts_list.go(motion),
            (None, Tab::Events) => self.events.go(motion),
        }
    }

    fn open(&mut self) {
        let opened = match (self.details.last(), self.tab) {
            (Some(detail), _) => detail.open(),
            (None, Tab::Batches) => row_of(self.batches.value().map(Vec::as_slice), &self.batches_list)
                .map(|batch| Detail::Events(EventList::of_batch(batch.number, batch.name.clone(), batch.complete))),
            (None, Tab::Accounts) => {
                let rows = self.accounts.value().map(|page| page.rows.as_slice());
                row_of(rows, &self.accounts_list).map(|row| Detail::account(row.account.clone()))
            }
            (None, Tab::Events) => self.events.current().map(|row| Detail::of_event(&row.event)),
        };
        self.details.extend(opened);
    }

    fn open_account(&mut self) {
        let decided = match (self.details.last(), self.tab) {
            (Some(Detail::Explanation(detail)), _) => Some(detail.decision.customer_id.clone()),
            _ => self.event_list().and_then(EventList::current).and_then(|row| match &row.event {
                StoredEvent::Decision(decision) => Some(decision.customer_id.clone()),
                StoredEvent::PolicyActivated(_) => None,
            }),
        };
        self.details.extend(decided.map(Detail::account));
    }

    fn toggle_follow(&mut self) {
        match self.event_list_mut() {
            Some(events) => events.toggle_follow(),
            None => self.notice = Some("only lists of events follow a run".to_owned()),
        }
    }

    fn change_order(&mut self) {
        if self.details.is_empty() && self.tab == Tab::Accounts {
            self.order = match self.order {
                Order::Id => Order::Balance,
                Order::Balance => Order::Accepted,
                Order::Accepted => Order::Declined,
                Order::Declined => Order::Id,
            };
            self.accounts.want();
            self.accounts_list.go(Motion::First);
        }
    }

    fn reload(&mut self) {
        self.batches.want();
        self.accounts.want();
        self.events.want_all();
        self.details.iter_mut().for_each(Detail::want_all);
    }

    /// Takes a key in while something is being typed.
    fn type_on(&mut self, mut text: String, key: KeyEvent) -> Step {
        if is_interrupt(key) {
            return Step::Quit;
        }
        match key.code {
            KeyCode::Esc => return Step::GoOn,
            KeyCode::Enter => {
                self.find(&text);
                return Step::GoOn;
            }
            // On nothing, it is the way back.
            KeyCode::Backspace if text.pop().is_none() => return Step::GoOn,
            KeyCode::Char(letter) if !is_shortcut(key) && text.len() < PROMPT_LEN_MAX => text.push(letter),
            _ => {}
        }
        self.prompt = Some(text);
        Step::GoOn
    }

    /// Goes to what was typed: a position in a list of events, or else an account.
    fn find(&mut self, text: &str) {
        let size = self.size();
        if text.is_empty() {
            return;
        }
        if let Some(events) = self.event_list_mut() {
            match text.trim().parse() {
                Ok(position) if (1..=size).contains(&position) => events.find(position),
                Ok(_) => self.notice = Some(format!("the log ends at position {size}")),
                Err(_) => self.notice = Some("a position is a number".to_owned()),
            }
            return;
        }
        let known = self.accounts.value().filter(|_| self.details.is_empty() && self.tab == Tab::Accounts);
        let place = known.and_then(|page| page.rows.iter().position(|row| row.account == text.as_bytes()));
        match place {
            Some(place) => self.accounts_list.go_to(place as u64),
            None => self.details.push(Detail::account(text.as_bytes().to_vec())),
        }
    }
}

/// The row of a list that the cursor is on.
fn row_of<'a, T>(rows: Option<&'a [T]>, list: &List) -> Option<&'a T> {
    rows?.get(usize::try_from(list.cursor()).ok()?)
}
