//! The events of a ledger, one behind the other.

use super::{Export, damaged};
use crate::formats::event::RecordedEvent;
use crate::store::{Origins, StoreError};

/// How many events are read at a time.
const PAGE_LEN: usize = 8_192;

/// Visits every event that counts, in order of position; none may be missing.
///
/// # Errors
///
/// The first that `visit` gives, or [`StoreError`] if the ledger can't be read or is damaged.
pub(super) fn visit(
    export: &Export<'_>,
    mut visit: impl FnMut(&RecordedEvent<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut origins = Origins::new(false);
    let mut after = 0;
    while after < export.to_position {
        let wanted = usize::try_from(export.to_position - after).unwrap_or(PAGE_LEN).min(PAGE_LEN);
        let page = export.ledger.events(after, wanted)?;
        if page.is_empty() {
            return Err(missing(after + 1).into());
        }
        for event in &page {
            if event.position() != after + 1 {
                return Err(missing(after + 1).into());
            }
            after = event.position();
            visit(&origins.of(export.ledger, event)?)?;
        }
    }
    Ok(())
}

fn missing(position: u64) -> StoreError {
    damaged(&format!("there is no event at position {position}"))
}
