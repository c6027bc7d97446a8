//! Reports as pages: one HTML file each, which draws itself from the JSON in it and asks nothing of any network.
//!
//! The scripts are plain and share one scope, a function around all of them. What comes from a ledger or a user reaches
//! the page as text nodes only.

mod digest;
mod template;
#[cfg(test)]
mod tests;

use template::fill;

/// Says what went wrong, in an element of its own: a script that can't be read takes no other with it.
const FAILURE: &str = include_str!("failure.js");

const STYLE: &str = include_str!("page.css");

const BACKTEST: &str = concat!(
    "(() => {\n",
    include_str!("base.js"),
    include_str!("charts.js"),
    include_str!("time_charts.js"),
    include_str!("tables.js"),
    include_str!("backtest_charts.js"),
    include_str!("backtest.js"),
    "})();\n"
);

const SWEEP: &str = concat!(
    "(() => {\n",
    include_str!("base.js"),
    include_str!("charts.js"),
    include_str!("time_charts.js"),
    include_str!("tables.js"),
    include_str!("sweep_charts.js"),
    include_str!("sweep.js"),
    "})();\n"
);

/// The page of a backtest, of its report as one JSON object.
pub fn backtest(json: &str) -> String {
    page("Backtest", BACKTEST, json)
}

/// The page of a sweep, of its report as one JSON object.
pub fn sweep(json: &str) -> String {
    page("Sweep", SWEEP, json)
}

fn page(kind: &str, script: &str, json: &str) -> String {
    let script_hashes = format!("{} {}", digest::source(FAILURE), digest::source(script));
    fill(&[
        ("title", &format!("{kind} · Tidegate")),
        ("kind", kind),
        ("style", STYLE),
        ("style hash", &digest::source(STYLE)),
        ("failure script", FAILURE),
        ("script", script),
        ("script hashes", &script_hashes),
        ("data", &harmless(json)),
    ])
}

/// The same JSON without a `<`, so that nothing in it ends the element around it. Outside of strings JSON has none.
fn harmless(json: &str) -> String {
    json.replace('<', "\\u003c")
}
