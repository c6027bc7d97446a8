//! A policy with limits of all kinds, and who is in which group.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::random::Random;

/// Each kind of bound and outcome is among them, and windows of days, weeks, years and hours.
const LIMITS: &str = r#"
[[limits]]
name = "least"
minimum_amount = "40.00"

[[limits]]
name = "single"
maximum_amount = "5800.00"
groups = ["silver", "default"]

[[limits]]
name = "apart"
cooldown = "20m"

[[limits]]
name = "local-day"
window = "day"
count = 6
zone = "America/Toronto"

[[limits]]
name = "local-week"
window = "week"
direction = "load"
measure = "net"
amount = "9000.00"
zone = "Europe/Berlin"
week_starts = "sunday"
outcome = "flag"

[[limits]]
name = "while"
window = "36h"
direction = "load"
amount = "15000.00"

[[limits]]
name = "year"
window = "year"
count = 20
from = "2000-01-15"
outcome = "shadow"

[[limits]]
name = "gold-balance"
maximum_balance = "20000.00"
groups = ["gold"]
"#;

/// The customers in the file of groups are those of the lowest numbers.
const MEMBERS: u64 = 60;

/// So many lines are told of by every limit.
pub(crate) const ENOUGH_LINES: u64 = 5_000;

/// Writes the policy, and a file of groups for the customers of a day; gives the policy's file.
pub(crate) fn write(directory: &Path, day: &str) -> Result<PathBuf> {
    let (config, groups) = (directory.join(format!("{day}.toml")), directory.join(format!("{day}.groups.csv")));
    let member = |id: u64| format!("{day} {id},{}\n", if id.is_multiple_of(3) { "gold" } else { "silver" });
    fs::write(&groups, "customer_id,group\n".to_owned() + &(1..=MEMBERS).map(member).collect::<String>())?;
    fs::write(&config, format!("[policy]\nlate_after = \"12h\"\ngroups_file = {groups:?}\n{LIMITS}"))?;
    Ok(config)
}

/// A line of JSON, one in ten of which says itself which group its customer is in.
pub(crate) fn with_group(line: &[u8], random: &mut Random) -> Vec<u8> {
    match line.strip_suffix(b"}\n") {
        Some(body) if random.percent(10) => [body, b",\"group\":\"gold\"}\n"].concat(),
        _ => line.to_vec(),
    }
}

/// That verdicts tell of every limit that declines or flags, so that none of them is tried in vain.
pub(crate) fn check_told(verdicts: &[u8]) -> Result<()> {
    let verdicts = String::from_utf8_lossy(verdicts);
    for told in ["too_late", "least", "single", "apart", "local_day", "while", "gold_balance"] {
        ensure!(verdicts.contains(&format!("\"reason\":\"{told}\"")), "nothing was declined by {told}");
    }
    ensure!(verdicts.contains("\"flags\":[\"local_week\"]"), "nothing was flagged");
    Ok(())
}
