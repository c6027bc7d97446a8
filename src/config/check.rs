//! A configuration looked through.

use super::errors::ConfigError;
use super::lint::{GroupSizes, Warning, lint};
use super::settings::Settings;
use super::{Config, ConfigErrors, Finding, Origin, Sources, read};

/// A configuration that was looked through.
#[derive(Debug)]
pub struct Checked {
    /// What it was made from.
    pub origin: Origin,
    /// The configuration and what its author can hardly mean, in the order of errors; or what is wrong with it.
    pub result: Result<(Config, Vec<Finding>), ConfigErrors>,
}

/// Reads the configuration as [`super::load`] does, and looks it through.
pub fn check(sources: &Sources<'_>) -> Checked {
    let mut origin = Origin::default();
    let result = read(sources, &mut origin).map(|(config, settings)| {
        let warnings = warnings(&config, &settings);
        (config, warnings)
    });
    Checked { origin, result }
}

fn warnings(config: &Config, settings: &Settings) -> Vec<Finding> {
    let sizes: Option<GroupSizes> = config
        .members
        .as_ref()
        .map(|members| members.groups().map(|(group, customers)| (group.clone(), customers)).collect());
    let found = lint(&config.policy, sizes.as_ref()).into_iter();
    let mut placed: Vec<_> = found.filter_map(|warning| Some((settings.place(warning.about)?, warning))).collect();
    placed.sort_by_key(|(place, _)| place.rank());
    let finding = |(place, Warning { about, why })| {
        // A variable or flag says its key in its own form only.
        let key = Some(about.key(&config.policy));
        Finding { key, ..ConfigError { place, why }.finding() }
    };
    placed.into_iter().map(finding).collect()
}
