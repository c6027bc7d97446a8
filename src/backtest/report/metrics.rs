//! All metrics by their names.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::backtest::{Metric, Summary};

/// All metrics of a summary, an object with a key for each.
#[derive(Clone, Copy, Debug)]
pub struct Metrics(pub Summary);

impl Serialize for Metrics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(Metric::ALL.len()))?;
        for metric in Metric::ALL {
            map.serialize_entry(metric.as_str(), &metric.value(&self.0))?;
        }
        map.end()
    }
}
