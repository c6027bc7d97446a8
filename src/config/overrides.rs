//! The layers above the file: environment variables, and `--set` above those.

use std::ffi::{OsStr, OsString};

use super::errors::{ConfigError, Place, closest, unknown};
use super::settings::{Setting, Settings};
use crate::domain::LimitKey;

/// How the variables begin; those that also hold `__` are settings.
const PREFIX: &str = "TIDEGATE_";

/// Sets whatever the environment sets and gives the places of it, by name; `errors` gains everything that is wrong.
///
/// An empty variable counts as unset, and so does one without `__` after the prefix.
pub(super) fn apply_environment(
    environment: &[(OsString, OsString)],
    settings: &mut Settings,
    errors: &mut Vec<ConfigError>,
) -> Vec<Place> {
    let mut variables: Vec<(String, &OsStr)> = environment
        .iter()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.as_os_str()))
        .filter(|(name, value)| name.strip_prefix(PREFIX).is_some_and(|rest| rest.contains("__")) && !value.is_empty())
        .collect();
    variables.sort_unstable();
    let mut places = Vec::new();
    for (name, value) in variables {
        let place = Place::Variable(name.clone());
        let set = match value.to_str() {
            Some(value) => set_variable(&name, value, settings),
            None => Err("must be UTF-8".to_owned()),
        };
        note(place, set, &mut places, errors);
    }
    places
}

/// Sets whatever flags of one name set, such as `--set`, in their order, and gives their places; `errors` gains everything
/// that is wrong.
pub(super) fn apply_flags(
    flag: &'static str,
    texts: &[String],
    settings: &mut Settings,
    errors: &mut Vec<ConfigError>,
) -> Vec<Place> {
    let mut places = Vec::new();
    for text in texts {
        let place = Place::Flag { flag, text: text.clone() };
        let set = match split_flag(text) {
            Some((limit, key, value)) => change_limit(settings, limit, key, value, place.clone()),
            None => Err("must be NAME.KEY=VALUE, such as daily-amount.amount=3000".to_owned()),
        };
        note(place, set, &mut places, errors);
    }
    places
}

fn note(place: Place, set: Result<(), String>, places: &mut Vec<Place>, errors: &mut Vec<ConfigError>) {
    match set {
        Ok(()) => places.push(place),
        Err(why) => errors.push(ConfigError { place, why }),
    }
}

fn set_variable(variable: &str, value: &str, settings: &mut Settings) -> Result<(), String> {
    let place = Place::Variable(variable.to_owned());
    if let Some(setting) = Setting::OF_USER.iter().find(|setting| variable_of(**setting) == variable) {
        return settings.set(*setting, value, &place);
    }
    if let Some((limit, key)) = split_variable(variable) {
        return change_limit(settings, &limit, &key, value, place);
    }
    let known: Vec<_> = Setting::OF_USER.iter().map(|setting| variable_of(*setting)).collect();
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    Err(match closest(variable, &known) {
        Some(_) => unknown("variable", variable, &known),
        None => format!("unknown variable; there are {} and {PREFIX}LIMITS__NAME__KEY", known.join(", ")),
    })
}

fn variable_of(setting: Setting) -> String {
    format!("{PREFIX}{}__{}", setting.section(), setting.key()).to_ascii_uppercase()
}

/// The limit and its key that a variable of capitals stands for: no name of a limit holds an underscore, which may thus
/// stand for its hyphens.
fn split_variable(variable: &str) -> Option<(String, String)> {
    let (limit, key) = variable.strip_prefix(PREFIX)?.strip_prefix("LIMITS__")?.rsplit_once("__")?;
    let capitals = !variable.bytes().any(|byte| byte.is_ascii_lowercase());
    capitals.then(|| (limit.to_ascii_lowercase().replace('_', "-"), key.to_ascii_lowercase()))
}

fn split_flag(text: &str) -> Option<(&str, &str, &str)> {
    let (path, value) = text.split_once('=')?;
    let (limit, key) = split_path(path)?;
    Some((limit, key, value))
}

/// The limit and its key in `NAME.KEY`.
pub(super) fn split_path(path: &str) -> Option<(&str, &str)> {
    path.rsplit_once('.')
}

fn change_limit(settings: &mut Settings, name: &str, key: &str, value: &str, place: Place) -> Result<(), String> {
    match settings.limits.iter_mut().find(|limit| limit.name() == Some(name)) {
        Some(limit) => limit.set(changeable_key(key)?, value, place),
        None => Err(unknown_limit(name, key, &settings.limit_names())),
    }
}

/// The key of a limit that a text names, if it may be changed: a limit of another name would be another limit.
pub(super) fn changeable_key(key: &str) -> Result<LimitKey, String> {
    let changeable = || LimitKey::ALL.into_iter().filter(|known| *known != LimitKey::Name);
    changeable()
        .find(|known| known.as_str() == key)
        .ok_or_else(|| unknown("key", key, &changeable().map(LimitKey::as_str).collect::<Vec<_>>()))
}

/// Says that none of the limits has a name.
pub(super) fn unknown_limit(name: &str, key: &str, known: &[&str]) -> String {
    of_policy(name, key).unwrap_or_else(|| unknown("limit", name, known))
}

/// What helps those who set a key of the policy, or of the input and output, as if it were a limit's.
fn of_policy(section: &str, key: &str) -> Option<String> {
    let setting = Setting::OF_USER.iter().find(|setting| (setting.section(), setting.key()) == (section, key))?;
    Some(format!("not a key of a limit; set it in the file or as {}", variable_of(*setting)))
}
