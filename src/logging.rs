//! Logs, on standard error.

use std::io::{self, IsTerminal};

use clap::{Args, ValueEnum};
use tracing::Metadata;
use tracing_subscriber::filter::{FilterFn, LevelFilter, Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{fmt, registry};

use crate::console::{Console, wants_colours};
use crate::exit::UsageError;

/// The environment variable that stands in for `--log`.
const VARIABLE: &str = "TIDEGATE_LOG";

/// How the program logs.
#[derive(Args, Debug)]
#[command(next_help_heading = "Logging")]
pub struct LogArgs {
    /// What to log: error, warn, info, debug or trace, for all or as MODULE=LEVEL [env: TIDEGATE_LOG] [default: warn]
    #[arg(long, global = true, value_name = "FILTER")]
    pub log: Option<String>,
    /// What log lines look like
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
}

/// What log lines look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// A JSON object a line, for programs.
    Json,
}

/// Begins to log through the console.
///
/// # Errors
///
/// A [`UsageError`] if the filter can't be read, or names a module that can't be one of this program's.
pub fn init(args: &LogArgs, console: &Console) -> Result<(), UsageError> {
    let (origin, filter) = match (&args.log, std::env::var_os(VARIABLE)) {
        (Some(flag), _) => ("--log", flag.clone()),
        (None, Some(variable)) => (VARIABLE, variable.to_string_lossy().into_owned()),
        (None, None) => (VARIABLE, String::new()),
    };
    let levels = Levels::parse(&filter).map_err(|why| UsageError(format!("{origin}: can't read {filter:?}: {why}")))?;
    let colour = io::stderr().is_terminal() && wants_colours(std::env::var_os("NO_COLOR").as_deref());
    let lines = fmt::layer().with_ansi(colour).with_writer(console.clone());
    match args.log_format {
        LogFormat::Text => registry().with(levels.into_filter()).with(lines).init(),
        LogFormat::Json => registry().with(levels.into_filter()).with(lines.json()).init(),
    }
    Ok(())
}

/// The levels that a filter sets, and for which modules; below an empty one, warnings and errors are logged.
struct Levels {
    modules: Vec<(String, LevelFilter)>,
    elsewhere: LevelFilter,
}

impl Levels {
    /// A word that is no level would pass for a module, and a misspelt one would silence what was asked for; so modules
    /// must be this program's own.
    fn parse(filter: &str) -> Result<Self, String> {
        let targets: Targets = match filter {
            "" => Targets::new(),
            filter => filter.parse().map_err(|error| format!("{error}"))?,
        };
        if let Some((word, _)) = targets.iter().find(|(module, _)| !is_within(module, env!("CARGO_CRATE_NAME"))) {
            return Err(format!("{word:?} is neither a level nor a module of this program, such as tidegate::actors"));
        }
        Ok(Self {
            elsewhere: targets.default_level().unwrap_or(LevelFilter::WARN),
            modules: targets.iter().map(|(module, level)| (module.to_owned(), level)).collect(),
        })
    }

    /// The level of a module: that of the innermost named module which it is or is within.
    fn of(&self, module: &str) -> LevelFilter {
        let named = self.modules.iter().filter(|(outer, _)| is_within(module, outer));
        named.max_by_key(|(outer, _)| outer.len()).map_or(self.elsewhere, |(_, level)| *level)
    }

    fn into_filter(self) -> FilterFn<impl Fn(&Metadata<'_>) -> bool> {
        let most = self.modules.iter().map(|(_, level)| *level).fold(self.elsewhere, LevelFilter::max);
        filter_fn(move |event| *event.level() <= self.of(event.target())).with_max_level_hint(most)
    }
}

/// Whether a module is another one or within it; `account_view` is not within `account`.
fn is_within(module: &str, outer: &str) -> bool {
    module.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}
