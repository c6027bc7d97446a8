//! Input lines and what becomes of them.

use std::ops::RangeInclusive;

/// A line whose amount is none.
pub const BAD: &str =
    "{\"id\":\"x\",\"customer_id\":\"x\",\"load_amount\":\"$1,0\",\"time\":\"2000-01-01T00:00:00Z\"}\n";

/// What is said of [`BAD`] behind its place.
pub const WHY_BAD: &str = "load_amount: not an amount: \"$1,0\"";

/// A load of one dollar, the only one of its customer: always accepted.
pub fn load(id: u64) -> String {
    load_of(id, &format!("c{id}"))
}

/// A load of one dollar for a customer, always at the same time.
pub fn load_of(id: u64, customer_id: &str) -> String {
    let load_and_time = "\"load_amount\":\"$1.00\",\"time\":\"2000-01-01T00:00:00Z\"";
    format!("{{\"id\":\"{id}\",\"customer_id\":\"{customer_id}\",{load_and_time}}}\n")
}

/// The verdict of [`load`].
pub fn accepted(id: u64) -> String {
    format!("{{\"id\":\"{id}\",\"customer_id\":\"c{id}\",\"accepted\":true}}\n")
}

/// The loads of a range of ids.
pub fn loads(ids: RangeInclusive<u64>) -> String {
    ids.map(load).collect()
}

/// The verdicts of [`loads`].
pub fn all_accepted(ids: RangeInclusive<u64>) -> String {
    ids.map(accepted).collect()
}

/// A transaction, whole.
pub fn transaction(id: &str, customer_id: &str, amount: &str, time: &str) -> String {
    format!("{{\"id\":\"{id}\",\"customer_id\":\"{customer_id}\",\"load_amount\":\"{amount}\",\"time\":\"{time}\"}}\n")
}
