//! A policy with changes laid over it, as flags lay them over a file.

use super::errors::{ConfigError, ConfigErrors, Place};
use super::overrides::{apply_flags, changeable_key, split_path, unknown_limit};
use super::policy_text::{self, policy_text};
use crate::domain::Policy;

/// A policy with changes of its limits, each `NAME.KEY=VALUE`, where the last one of a key holds; `flag` is how the user
/// gave them, such as `--set`.
///
/// The membership of groups stays that of the policy. Its time zones become this program's, which are those that it will be
/// decided by.
///
/// # Errors
///
/// [`ConfigErrors`] holds everything that is wrong, each with the flag before it.
pub fn with_changes(policy: &Policy, flag: &'static str, changes: &[String]) -> Result<Policy, ConfigErrors> {
    let mut errors = Vec::new();
    let mut settings = policy_text::read(&policy_text(policy), &mut errors)?;
    settings.take_own_zones();
    apply_flags(flag, changes, &mut settings, &mut errors);
    let changed = settings.policy(None).map_err(|problems| errors.extend(problems));
    match changed {
        Ok(policy) if errors.is_empty() => Ok(policy),
        _ => Err(ConfigErrors::new(errors.into_iter().map(|error| of_flag(error, flag, changes)).collect())),
    }
}

/// Checks `NAME.KEY`: whether the policy has such a limit, and a limit such a key that can be changed.
///
/// # Errors
///
/// What is wrong, as half a sentence.
pub fn check_path(policy: &Policy, path: &str) -> Result<(), String> {
    let (name, key) = split_path(path).ok_or("must be NAME.KEY, such as daily-amount.amount")?;
    let names: Vec<_> = policy.limits().iter().map(|limit| limit.name.as_str()).collect();
    if !names.contains(&name) {
        return Err(unknown_limit(name, key, &names));
    }
    changeable_key(key).map(|_| ())
}

/// An error about a line of the policy's text, which the user never saw, as one about the changes that led to it.
fn of_flag(error: ConfigError, flag: &'static str, changes: &[String]) -> ConfigError {
    let ConfigError { place, why } = error;
    match place {
        Place::Line { key: Some(key), .. } => {
            let text = changes.join(&format!(" {flag} "));
            ConfigError { place: Place::Flag { flag, text }, why: format!("{key}: {why}") }
        }
        place => ConfigError { place, why },
    }
}
