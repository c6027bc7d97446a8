//! The values as the layers set them, one over the other, each limit's with its place.

use std::collections::HashMap;
use std::path::PathBuf;

use super::errors::{ConfigError, Place};
use super::{Io, values};
use crate::domain::{Amount, Duplicates, Limit, LimitDirection, LimitKey, LimitName, Policy, PolicyProblem, Window};

/// Everything that can be set; at first the defaults.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) io: Io,
    pub(super) duplicates: Duplicates,
    /// The limits that have a name, in order.
    pub(super) limits: Vec<LimitSetting>,
}

/// A key outside the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    Input,
    Output,
    TimeFormat,
    Duplicates,
}

/// One limit's values and where each of them was set.
#[derive(Debug)]
pub(super) struct LimitSetting {
    name: Option<LimitName>,
    window: Option<Window>,
    direction: LimitDirection,
    amount: Option<Amount>,
    count: Option<u32>,
    /// Where the limit begins.
    entry: Place,
    /// Where each key was set last.
    places: HashMap<LimitKey, Place>,
    /// Whether an error about this limit alone was reported.
    at_fault: bool,
}

impl Default for Settings {
    fn default() -> Self {
        let policy = Policy::default();
        Self {
            io: Io { input: PathBuf::from("input.txt"), output: PathBuf::from("output.txt"), time_format: None },
            duplicates: policy.duplicates(),
            limits: policy.limits().iter().map(LimitSetting::default_of).collect(),
        }
    }
}

impl Settings {
    /// Sets a key outside the limits.
    pub(super) fn set(&mut self, setting: Setting, text: &str) -> Result<(), String> {
        match setting {
            Setting::Input => self.io.input = values::path(text)?,
            Setting::Output => self.io.output = values::path(text)?,
            Setting::TimeFormat => self.io.time_format = Some(values::time_format(text)?),
            Setting::Duplicates => self.duplicates = values::duplicates(text)?,
        }
        Ok(())
    }

    /// The names of the limits, in order.
    pub(super) fn limit_names(&self) -> Vec<&str> {
        self.limits.iter().filter_map(LimitSetting::name).collect()
    }

    /// The policy that the settings make, or what keeps them from being one, each problem at the place of its key.
    pub(super) fn policy(&self) -> Result<Policy, Vec<ConfigError>> {
        let (places, limits): (Vec<_>, Vec<_>) =
            self.limits.iter().filter_map(|setting| Some((setting, setting.limit()?))).unzip();
        Policy::new(limits, self.duplicates).map_err(|problems| {
            let error = |PolicyProblem { limit, key, why }| {
                let setting: &&LimitSetting = places.get(limit)?;
                Some(ConfigError { place: setting.place(key).clone(), why })
            };
            problems.into_iter().filter_map(error).collect()
        })
    }
}

impl Setting {
    pub(super) const ALL: [Self; 4] = [Self::Input, Self::Output, Self::TimeFormat, Self::Duplicates];

    /// The table in which the file keeps it.
    pub(super) const fn section(self) -> &'static str {
        match self {
            Self::Input | Self::Output | Self::TimeFormat => "io",
            Self::Duplicates => "policy",
        }
    }

    /// The key in that table.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
            Self::TimeFormat => "time_format",
            Self::Duplicates => "duplicates",
        }
    }
}

impl LimitSetting {
    /// A limit that begins at a place, with nothing set.
    pub(super) fn new(entry: Place) -> Self {
        Self {
            name: None,
            window: None,
            direction: LimitDirection::Any,
            amount: None,
            count: None,
            entry,
            places: HashMap::new(),
            at_fault: false,
        }
    }

    fn default_of(limit: &Limit) -> Self {
        let Limit { name, window, direction, amount, count } = limit.clone();
        let entry = format!("limits.{}", name.as_str());
        let places = LimitKey::ALL.map(|key| (key, Place::Default(format!("{entry}.{key}"))));
        Self {
            name: Some(name),
            window: Some(window),
            direction,
            amount,
            count,
            entry: Place::Default(entry),
            places: HashMap::from(places),
            at_fault: false,
        }
    }

    /// The limit's name, if it has a valid one.
    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_ref().map(LimitName::as_str)
    }

    /// Sets a key. If the text is wrong for it, the limit is at fault.
    pub(super) fn set(&mut self, key: LimitKey, text: &str, place: Place) -> Result<(), String> {
        self.places.insert(key, place);
        let set = match key {
            LimitKey::Name => values::name(text).map(|name| self.name = Some(name)),
            LimitKey::Window => values::window(text).map(|window| self.window = Some(window)),
            LimitKey::Direction => values::direction(text).map(|direction| self.direction = direction),
            LimitKey::Amount => values::amount(text).map(|amount| self.amount = Some(amount)),
            LimitKey::Count => values::count(text).map(|count| self.count = Some(count)),
        };
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

    fn place(&self, key: LimitKey) -> &Place {
        self.places.get(&key).unwrap_or(&self.entry)
    }

    /// The limit, if it has a name. One at fault takes part in the checks of all limits together by its name only, so
    /// that nothing is reported which its own mending will settle.
    fn limit(&self) -> Option<Limit> {
        let name = self.name.clone()?;
        Some(match self.window {
            Some(window) if !self.at_fault => {
                Limit { name, window, direction: self.direction, amount: self.amount, count: self.count }
            }
            _ => Limit {
                name,
                window: Window::Transaction,
                direction: LimitDirection::Any,
                amount: None,
                count: Some(1),
            },
        })
    }
}
