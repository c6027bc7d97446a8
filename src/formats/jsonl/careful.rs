//! Any JSON line, read by a general parser, or what is wrong with it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::batch::LineError;
use crate::domain::{Amount, Timestamp};
use crate::formats::fields::{
    self, CUSTOMER_ID, CarefulRecord, GROUP, ID, LINE, LOAD_AMOUNT, MemberRecord, TIME, TIME_FORMAT, error, quoted,
    quoting,
};
use crate::formats::time_format::TimeFormat;

/// Reads a line; its own `time_format` goes before the default one, and RFC 3339 is what remains.
///
/// `groups` says whether anybody asks for groups; if not, the field `group` is one that does not matter.
///
/// # Errors
///
/// The first field at fault, in the order id, customer, amount, time format, time, group, and what is wrong with it.
pub fn parse<'a>(
    line: &'a [u8],
    default_time_format: Option<&TimeFormat>,
    groups: bool,
) -> Result<CarefulRecord<'a>, LineError> {
    let raw = raw_fields(fields::text_of(line)?, "a transaction")?;
    let transaction_id = id(ID, raw.id)?;
    let customer_id = id(CUSTOMER_ID, raw.customer_id)?;
    let amount = amount(raw.load_amount)?;
    let own_time_format = own_time_format(raw.time_format)?;
    let time = time(raw.time, own_time_format.as_ref().or(default_time_format))?;
    let group = if groups { group(raw.group)? } else { None };
    Ok(CarefulRecord { id: transaction_id, customer_id, amount, time, group })
}

/// Reads a line of a file of groups.
///
/// # Errors
///
/// The first field at fault, in the order customer, group, and what is wrong with it.
pub fn parse_member(line: &[u8]) -> Result<MemberRecord<'_>, LineError> {
    let raw = raw_fields(fields::text_of(line)?, "a member of a group")?;
    let customer_id = string(CUSTOMER_ID, required(CUSTOMER_ID, raw.customer_id)?)?;
    let group = string(GROUP, required(GROUP, raw.group)?)?;
    MemberRecord::checked(customer_id, group)
}

/// What an object holds, each value as it stands in the line.
#[derive(Default)]
struct RawFields<'a> {
    id: Option<&'a RawValue>,
    customer_id: Option<&'a RawValue>,
    load_amount: Option<&'a RawValue>,
    time: Option<&'a RawValue>,
    time_format: Option<&'a RawValue>,
    group: Option<&'a RawValue>,
    repeated_key: Option<Cow<'a, str>>,
}

/// The fields of a line, which is to be an object and stands for something.
fn raw_fields<'a>(text: &'a str, what: &str) -> Result<RawFields<'a>, LineError> {
    if !text.trim_ascii_start().starts_with('{') {
        return Err(match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => error(LINE, format!("{what} is an object")),
            Err(why) => not_json(&why),
        });
    }
    let raw: RawFields<'_> = serde_json::from_str(text).map_err(|why| not_json(&why))?;
    match raw.repeated_key {
        Some(key) => Err(error(LINE, format!("the key {} stands twice", quoted(&key)))),
        None => Ok(raw),
    }
}

/// What serde_json says, with the column and without the line, which for it is always the first.
fn not_json(why: &serde_json::Error) -> LineError {
    error(LINE, format!("not JSON: {}", why.to_string().replacen(" at line 1 column ", " at column ", 1)))
}

impl<'de> Deserialize<'de> for RawFields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// Collects an object's values. A key that stands twice is remembered, so that broken JSON behind it is told first.
struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = RawFields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = RawFields::default();
        let mut other_keys = HashSet::new();
        while let Some((Text(key), value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
            let place = match &*key {
                ID => &mut fields.id,
                CUSTOMER_ID => &mut fields.customer_id,
                LOAD_AMOUNT => &mut fields.load_amount,
                TIME => &mut fields.time,
                TIME_FORMAT => &mut fields.time_format,
                GROUP => &mut fields.group,
                _ => {
                    if let Some(repeated) = other_keys.replace(key) {
                        fields.repeated_key.get_or_insert(repeated);
                    }
                    continue;
                }
            };
            if place.replace(value).is_some() {
                fields.repeated_key.get_or_insert(key);
            }
        }
        Ok(fields)
    }
}

/// A JSON string, borrowed where it holds no escapes.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

fn required<'a>(field: &'static str, value: Option<&'a RawValue>) -> Result<&'a str, LineError> {
    value.map(RawValue::get).ok_or_else(|| error(field, "missing"))
}

/// The text of a value that has to be a string.
fn string<'a>(field: &'static str, value: &'a str) -> Result<Cow<'a, str>, LineError> {
    if !value.starts_with('"') {
        return Err(error(field, "must be a string"));
    }
    // The value is known to be a JSON string, and only half a surrogate pair can still keep it from being a text.
    serde_json::from_str(value).map(|Text(text)| text).map_err(|_| quoting(field, "holds a lone surrogate", value))
}

fn id<'a>(field: &'static str, value: Option<&'a RawValue>) -> Result<Cow<'a, str>, LineError> {
    let id = string(field, required(field, value)?)?;
    fields::check_id(field, &id)?;
    Ok(id)
}

/// Reads an amount from a string, or from the digits of a number, which never becomes a float.
fn amount(value: Option<&RawValue>) -> Result<Amount, LineError> {
    let value = required(LOAD_AMOUNT, value)?;
    match value.as_bytes() {
        [b'"', ..] => fields::amount(&string(LOAD_AMOUNT, value)?),
        [b'-' | b'0'..=b'9', ..] => {
            Amount::parse(value.as_bytes()).map_err(|why| error(LOAD_AMOUNT, format!("{why}: {value}")))
        }
        _ => Err(error(LOAD_AMOUNT, "must be a string or a number")),
    }
}

fn own_time_format(value: Option<&RawValue>) -> Result<Option<TimeFormat>, LineError> {
    match value.map(RawValue::get) {
        None | Some("null") => Ok(None),
        Some(value) => fields::time_format(&string(TIME_FORMAT, value)?).map(Some),
    }
}

fn group(value: Option<&RawValue>) -> Result<Option<Cow<'_, str>>, LineError> {
    match value.map(RawValue::get) {
        None | Some("null") => Ok(None),
        Some(value) => {
            let name = string(GROUP, value)?;
            fields::check_group(&name)?;
            Ok(Some(name))
        }
    }
}

fn time(value: Option<&RawValue>, format: Option<&TimeFormat>) -> Result<Timestamp, LineError> {
    fields::time(&string(TIME, required(TIME, value)?)?, format)
}

#[cfg(test)]
mod tests;
