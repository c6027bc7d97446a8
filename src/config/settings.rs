//! The values as the layers set them, one over the other.

use std::path::PathBuf;

use super::errors::{ConfigError, Place};
use super::limit_setting::LimitSetting;
use super::lint::About;
use super::{Io, values};
use crate::domain::{Calendar, Duplicates, Policy, PolicyParts, PolicyProblem, TimeSpan};

/// Everything that can be set; at first the defaults.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) io: Io,
    /// The limits that have a name, in order.
    pub(super) limits: Vec<LimitSetting>,
    /// The file of groups and where it was set.
    pub(super) groups_file: Option<(PathBuf, Place)>,
    duplicates: Duplicates,
    late_after: Option<TimeSpan>,
    /// The calendar of limits that have none of their own.
    calendar: Calendar,
    /// The hash of the membership, where a policy's text tells it.
    members: Option<[u8; 32]>,
    /// The version of the zone database, where a policy's text tells it.
    zones: Option<String>,
}

/// A key outside the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    Input,
    Output,
    TimeFormat,
    Duplicates,
    Zone,
    WeekStarts,
    LateAfter,
    GroupsFile,
    Members,
    Zones,
}

impl Default for Settings {
    fn default() -> Self {
        let policy = Policy::default();
        Self {
            io: Io { input: PathBuf::from("input.txt"), output: PathBuf::from("output.txt"), time_format: None },
            limits: policy.limits().iter().map(LimitSetting::default_of).collect(),
            groups_file: None,
            duplicates: policy.duplicates(),
            late_after: None,
            calendar: Calendar::default(),
            members: None,
            zones: None,
        }
    }
}

impl Settings {
    /// Sets a key outside the limits.
    pub(super) fn set(&mut self, setting: Setting, text: &str, place: &Place) -> Result<(), String> {
        match setting {
            Setting::Input => self.io.input = values::path(text)?,
            Setting::Output => self.io.output = values::path(text)?,
            Setting::TimeFormat => self.io.time_format = Some(values::time_format(text)?),
            Setting::Duplicates => self.duplicates = values::duplicates(text)?,
            Setting::Zone => self.calendar.zone = values::zone(text)?,
            Setting::WeekStarts => self.calendar.week_starts = values::week_starts(text)?,
            Setting::LateAfter => self.late_after = Some(values::span(text)?),
            Setting::GroupsFile => self.groups_file = Some((values::groups_file(text)?, place.clone())),
            Setting::Members => self.members = Some(values::members(text)?),
            Setting::Zones => self.zones = Some(values::zones(text)?),
        }
        Ok(())
    }

    /// Lets the policy decide by the time zones of this program, whatever its text told.
    pub(super) fn take_own_zones(&mut self) {
        self.zones = None;
    }

    /// The names of the limits, in order.
    pub(super) fn limit_names(&self) -> Vec<&str> {
        self.limits.iter().filter_map(LimitSetting::name).collect()
    }

    /// Where a key was set last, or the limit begins that has it from elsewhere.
    pub(super) fn place(&self, about: About) -> Option<Place> {
        match about {
            About::GroupsFile => self.groups_file.as_ref().map(|(_, place)| place.clone()),
            About::Limit(limit, key) => self.limits.get(limit).map(|limit| limit.place_for(key)),
        }
    }

    /// The policy that the settings make, deciding by the membership of a hash if not by one that they tell themselves; or
    /// what keeps them from being one, each problem at the place of its key.
    pub(super) fn policy(&self, members: Option<[u8; 32]>) -> Result<Policy, Vec<ConfigError>> {
        let (places, limits): (Vec<_>, Vec<_>) =
            self.limits.iter().filter_map(|setting| Some((setting, setting.limit(&self.calendar)?))).unzip();
        let mut errors: Vec<_> = self.limits.iter().filter_map(LimitSetting::missing_window).collect();
        let parts = PolicyParts {
            limits,
            duplicates: self.duplicates,
            late_after: self.late_after,
            members: members.or(self.members),
            zones: self.zones.clone(),
        };
        let problems = match Policy::new(parts) {
            Ok(policy) if errors.is_empty() => return Ok(policy),
            Ok(_) => Vec::new(),
            Err(problems) => problems,
        };
        let error = |PolicyProblem { limit, key, why }| {
            let setting: &&LimitSetting = places.get(limit)?;
            Some(ConfigError { place: setting.place(key).clone(), why })
        };
        errors.extend(problems.into_iter().filter_map(error));
        Err(errors)
    }
}

impl Setting {
    /// Those of a user's configuration.
    pub(super) const OF_USER: &[Self] = &[
        Self::Input,
        Self::Output,
        Self::TimeFormat,
        Self::Duplicates,
        Self::Zone,
        Self::WeekStarts,
        Self::LateAfter,
        Self::GroupsFile,
    ];

    /// Those that may stand in a policy's text, where limits tell their calendars; and those of `[io]`, which is refused as
    /// a whole.
    pub(super) const OF_POLICY_TEXT: &[Self] =
        &[Self::Input, Self::Output, Self::TimeFormat, Self::Duplicates, Self::LateAfter, Self::Members, Self::Zones];

    /// The table in which the file keeps it.
    pub(super) const fn section(self) -> &'static str {
        match self {
            Self::Input | Self::Output | Self::TimeFormat => "io",
            Self::Duplicates
            | Self::Zone
            | Self::WeekStarts
            | Self::LateAfter
            | Self::GroupsFile
            | Self::Members
            | Self::Zones => "policy",
        }
    }

    /// The key in that table.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
            Self::TimeFormat => "time_format",
            Self::Duplicates => "duplicates",
            Self::Zone => "zone",
            Self::WeekStarts => "week_starts",
            Self::LateAfter => "late_after",
            Self::GroupsFile => "groups_file",
            Self::Members => "members",
            Self::Zones => "zones",
        }
    }
}
