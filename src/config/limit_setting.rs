//! One limit's values as the layers set them, with their places.

use std::collections::HashMap;
use std::sync::Arc;

use super::errors::{ConfigError, Place};
use super::values;
use crate::domain::{
    Amount, Calendar, Day, GroupName, Limit, LimitDirection, LimitKey, LimitName, LimitOutcome, Measure, TimeSpan,
    Weekday, Window, Zone,
};

/// What a limit that sums or counts lacks without a window.
pub(super) const WINDOW_MISSING: &str =
    "missing; must be \"day\", \"week\", \"month\", ... where there is an amount or a count";

/// One limit's values and where each of them was set.
#[derive(Debug)]
pub(super) struct LimitSetting {
    values: Values,
    /// Where the limit begins.
    entry: Place,
    /// Where each key was set last.
    places: HashMap<LimitKey, Place>,
    /// Whether an error about this limit alone was reported.
    at_fault: bool,
}

/// What is set of a limit.
#[derive(Debug, Default)]
struct Values {
    name: Option<LimitName>,
    window: Option<Window>,
    direction: Option<LimitDirection>,
    measure: Measure,
    amount: Option<Amount>,
    count: Option<u32>,
    minimum_amount: Option<Amount>,
    maximum_amount: Option<Amount>,
    maximum_balance: Option<Amount>,
    cooldown: Option<TimeSpan>,
    zone: Option<Zone>,
    week_starts: Option<Weekday>,
    groups: Vec<GroupName>,
    from: Option<Day>,
    until: Option<Day>,
    outcome: LimitOutcome,
}

impl LimitSetting {
    /// A limit that begins at a place, with nothing set.
    pub(super) fn new(entry: Place) -> Self {
        Self { values: Values::default(), entry, places: HashMap::new(), at_fault: false }
    }

    /// A limit of the default policy, which has the calendar that the policy's keys set.
    pub(super) fn default_of(limit: &Limit) -> Self {
        let Limit { name, window, direction, amount, count, .. } = limit.clone();
        let entry = format!("limits.{}", name.as_str());
        let places = LimitKey::ALL.map(|key| (key, Place::Default(format!("{entry}.{key}"))));
        let values = Values {
            name: Some(name),
            window: Some(window),
            direction: Some(direction),
            amount,
            count,
            ..Values::default()
        };
        Self { values, entry: Place::Default(entry), places: HashMap::from(places), at_fault: false }
    }

    /// The limit's name, if it has a valid one.
    pub(super) fn name(&self) -> Option<&str> {
        self.values.name.as_ref().map(LimitName::as_str)
    }

    /// Sets a key. If the text is wrong for it, the limit is at fault. Groups are written with commas.
    pub(super) fn set(&mut self, key: LimitKey, text: &str, place: Place) -> Result<(), String> {
        self.note(key, place, |values| values.set(key, text))
    }

    /// Sets the groups. If the names are wrong, the limit is at fault.
    pub(super) fn set_groups(&mut self, names: &[&str], place: Place) -> Result<(), String> {
        self.note(LimitKey::Groups, place, |values| {
            values.groups = values::groups(names.iter().copied())?;
            Ok(())
        })
    }

    fn note(
        &mut self,
        key: LimitKey,
        place: Place,
        set: impl FnOnce(&mut Values) -> Result<(), String>,
    ) -> Result<(), String> {
        self.places.insert(key, place);
        let set = set(&mut self.values);
        self.at_fault |= set.is_err();
        set
    }

    /// Notes that a key is there but of no use, so that it will not be missed as well.
    pub(super) fn refuse(&mut self, key: LimitKey, place: Place) {
        self.places.insert(key, place);
        self.at_fault = true;
    }

    /// Notes that an error about this limit was reported.
    pub(super) const fn blame(&mut self) {
        self.at_fault = true;
    }

    /// Whether a key was set, be it to something wrong.
    pub(super) fn has(&self, key: LimitKey) -> bool {
        self.places.contains_key(&key)
    }

    /// Where a key was set last, or the limit begins; either place names the key.
    pub(super) fn place_for(&self, key: LimitKey) -> Place {
        match (self.place(key), self.name()) {
            (Place::Line { file, line, .. }, Some(name)) => {
                Place::Line { file: Arc::clone(file), line: *line, key: Some(format!("limits.{name}.{key}")) }
            }
            (place, _) => place.clone(),
        }
    }

    /// Where a key was set last, or the limit begins.
    pub(super) fn place(&self, key: LimitKey) -> &Place {
        self.places.get(&key).unwrap_or(&self.entry)
    }

    /// The key that a window is needed for and the limit has none, where no error about it was reported.
    pub(super) fn missing_window(&self) -> Option<ConfigError> {
        if self.at_fault || self.values.window.is_some() {
            return None;
        }
        let sums = [(self.values.amount.is_some(), LimitKey::Amount), (self.values.count.is_some(), LimitKey::Count)];
        let (_, key) = sums.into_iter().find(|(is_set, _)| *is_set)?;
        let why = format!("the limit needs a window for its {key}, such as window = \"day\"");
        Some(ConfigError { place: self.place(key).clone(), why })
    }

    /// The limit, if it has a name; the calendar is that of limits which say nothing else. One at fault takes part in the
    /// checks of all limits together by its name only, so that nothing is reported which its own mending will settle.
    pub(super) fn limit(&self, calendar: &Calendar) -> Option<Limit> {
        let name = self.values.name.clone()?;
        if self.at_fault {
            return Some(Limit { count: Some(1), ..Limit::new(name, Window::Transaction) });
        }
        Some(self.values.limit(name, calendar))
    }
}

impl Values {
    fn set(&mut self, key: LimitKey, text: &str) -> Result<(), String> {
        match key {
            LimitKey::Name => self.name = Some(values::name(text)?),
            LimitKey::Window => self.window = Some(values::window(text)?),
            LimitKey::Direction => self.direction = Some(values::direction(text)?),
            LimitKey::Measure => self.measure = values::measure(text)?,
            LimitKey::Amount => self.amount = Some(values::amount(text)?),
            LimitKey::Count => self.count = Some(values::count(text)?),
            LimitKey::MinimumAmount => self.minimum_amount = Some(values::amount(text)?),
            LimitKey::MaximumAmount => self.maximum_amount = Some(values::amount(text)?),
            LimitKey::MaximumBalance => self.maximum_balance = Some(values::amount(text)?),
            LimitKey::Cooldown => self.cooldown = Some(values::span(text)?),
            LimitKey::Zone => self.zone = Some(values::zone(text)?),
            LimitKey::WeekStarts => self.week_starts = Some(values::week_starts(text)?),
            LimitKey::Groups => self.groups = values::groups_of_text(text)?,
            LimitKey::From => self.from = Some(values::date(text)?),
            LimitKey::Until => self.until = Some(values::date(text)?),
            LimitKey::Outcome => self.outcome = values::outcome(text)?,
        }
        Ok(())
    }

    fn limit(&self, name: LimitName, calendar: &Calendar) -> Limit {
        Limit {
            name,
            window: self.window.unwrap_or(Window::Transaction),
            direction: self.direction.unwrap_or(LimitDirection::Any),
            measure: self.measure,
            amount: self.amount,
            count: self.count,
            minimum_amount: self.minimum_amount,
            maximum_amount: self.maximum_amount,
            maximum_balance: self.maximum_balance,
            cooldown: self.cooldown,
            calendar: Calendar {
                zone: self.zone.as_ref().unwrap_or(&calendar.zone).clone(),
                week_starts: self.week_starts.unwrap_or(calendar.week_starts),
            },
            groups: self.groups.clone(),
            from: self.from,
            until: self.until,
            outcome: self.outcome,
        }
    }
}
