//! Events as rows of columns.

use std::io::Write;

use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, FixedLenByteArray, FixedLenByteArrayType, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedRowGroupWriter;

use crate::domain::Timestamp;
use crate::export::damaged;
use crate::formats::event::{Decision, RecordedEvent, Used, What};
use crate::store::StoreError;

/// The columns, in the order in which [`Rows::write`] writes them. Decimals of more than 18 digits have bytes of their
/// own in Parquet: nine hold 21.
pub(super) const SCHEMA: &str = "message events {
    required int64 position;
    required binary type (STRING);
    required binary batch (STRING);
    optional int64 line;
    optional binary account (STRING);
    optional int64 version;
    optional binary transaction_id (STRING);
    optional fixed_len_byte_array(9) amount (DECIMAL(19,2));
    optional int64 time (TIMESTAMP(MICROS,true));
    optional boolean accepted;
    optional binary reason (STRING);
    optional binary measure (STRING);
    optional fixed_len_byte_array(9) used_amount (DECIMAL(20,2));
    optional int64 used_count;
    required int64 policy;
    required int64 recorded_at (TIMESTAMP(MICROS,true));
    optional binary policy_text (STRING);
    optional int64 used_time (TIMESTAMP(MICROS,true));
    optional binary group (STRING);
    optional binary flags (STRING);
    optional binary shadow (STRING);
}";

/// Rows on their way into a row group, column by column.
#[derive(Debug, Default)]
pub(super) struct Rows {
    position: Vec<i64>,
    event_type: Vec<ByteArray>,
    batch: Vec<ByteArray>,
    line: Nullable<i64>,
    account: Nullable<ByteArray>,
    version: Nullable<i64>,
    transaction_id: Nullable<ByteArray>,
    amount: Nullable<FixedLenByteArray>,
    time: Nullable<i64>,
    accepted: Nullable<bool>,
    reason: Nullable<ByteArray>,
    measure: Nullable<ByteArray>,
    used_amount: Nullable<FixedLenByteArray>,
    used_count: Nullable<i64>,
    policy: Vec<i64>,
    recorded_at: Vec<i64>,
    policy_text: Nullable<ByteArray>,
    used_time: Nullable<i64>,
    group: Nullable<ByteArray>,
    /// Codes with a space between them, as in CSV.
    flags: Nullable<ByteArray>,
    shadow: Nullable<ByteArray>,
}

/// A column that may be empty in a row.
#[derive(Debug)]
struct Nullable<T> {
    values: Vec<T>,
    /// For each row 1, or 0 if it is empty there.
    levels: Vec<i16>,
}

impl<T> Default for Nullable<T> {
    fn default() -> Self {
        Self { values: Vec::new(), levels: Vec::new() }
    }
}

impl<T> Nullable<T> {
    fn push(&mut self, value: Option<T>) {
        self.levels.push(i16::from(value.is_some()));
        self.values.extend(value);
    }
}

impl Rows {
    /// How many rows there are.
    pub(super) const fn len(&self) -> usize {
        self.position.len()
    }

    /// Adds an event as a row.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] if a number or time of it is none that an event can have.
    pub(super) fn push(&mut self, event: &RecordedEvent<'_>) -> Result<(), StoreError> {
        let (text, decision) = match &event.what {
            What::PolicyActivated { text } => (Some(ByteArray::from(*text)), None),
            What::Decision(decision) => (None, Some(decision)),
        };
        self.push_decision(decision)?;
        self.position.push(signed(event.position)?);
        self.event_type.push(ByteArray::from(event.type_name()));
        self.batch.push(ByteArray::from(event.batch));
        self.policy.push(signed(event.policy)?);
        self.recorded_at.push(micros(event.recorded_at)?);
        self.policy_text.push(text);
        Ok(())
    }

    fn push_decision(&mut self, decision: Option<&Decision<'_>>) -> Result<(), StoreError> {
        let event = decision.map(|decision| decision.event);
        self.line.push(decision.map(|decision| signed(decision.line)).transpose()?);
        self.account.push(decision.map(|decision| ByteArray::from(decision.account)));
        self.version.push(event.map(|event| i64::from(event.version)));
        self.transaction_id.push(decision.map(|decision| ByteArray::from(decision.transaction_id)));
        self.amount.push(event.map(|event| decimal(event.amount.minor().into())));
        self.time.push(event.map(|event| event.time.micros()));
        self.accepted.push(event.map(|event| event.kind.is_accepted()));
        self.reason.push(decision.and_then(|decision| decision.reason).map(ByteArray::from));
        let measured = decision.and_then(Decision::measured);
        self.measure.push(measured.map(|(measure, _)| ByteArray::from(measure)));
        let (amount, count, time) = match measured {
            None => (None, None, None),
            Some((_, Used::Amount(minor))) => (Some(decimal(minor.into())), None, None),
            Some((_, Used::Count(count))) => (None, Some(signed(count)?), None),
            Some((_, Used::Time(time))) => (None, None, Some(time.micros())),
        };
        self.used_amount.push(amount);
        self.used_count.push(count);
        self.used_time.push(time);
        self.group.push(decision.and_then(|decision| decision.group).map(ByteArray::from));
        self.flags.push(decision.and_then(|decision| joined(&decision.flags)));
        self.shadow.push(decision.and_then(|decision| joined(&decision.shadow)));
        Ok(())
    }

    /// Writes the rows as a row group.
    ///
    /// # Errors
    ///
    /// [`ParquetError`] if they can't be written.
    pub(super) fn write<W: Write + Send>(
        &self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<(), ParquetError> {
        column::<Int64Type, W>(group, &self.position, None)?;
        column::<ByteArrayType, W>(group, &self.event_type, None)?;
        column::<ByteArrayType, W>(group, &self.batch, None)?;
        nullable::<Int64Type, W>(group, &self.line)?;
        nullable::<ByteArrayType, W>(group, &self.account)?;
        nullable::<Int64Type, W>(group, &self.version)?;
        nullable::<ByteArrayType, W>(group, &self.transaction_id)?;
        nullable::<FixedLenByteArrayType, W>(group, &self.amount)?;
        nullable::<Int64Type, W>(group, &self.time)?;
        nullable::<BoolType, W>(group, &self.accepted)?;
        nullable::<ByteArrayType, W>(group, &self.reason)?;
        nullable::<ByteArrayType, W>(group, &self.measure)?;
        nullable::<FixedLenByteArrayType, W>(group, &self.used_amount)?;
        nullable::<Int64Type, W>(group, &self.used_count)?;
        column::<Int64Type, W>(group, &self.policy, None)?;
        column::<Int64Type, W>(group, &self.recorded_at, None)?;
        nullable::<ByteArrayType, W>(group, &self.policy_text)?;
        nullable::<Int64Type, W>(group, &self.used_time)?;
        nullable::<ByteArrayType, W>(group, &self.group)?;
        nullable::<ByteArrayType, W>(group, &self.flags)?;
        nullable::<ByteArrayType, W>(group, &self.shadow)
    }
}

/// Codes as one text, if there are any.
fn joined(codes: &[&str]) -> Option<ByteArray> {
    (!codes.is_empty()).then(|| ByteArray::from(codes.join(" ").into_bytes()))
}

fn nullable<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    column: &Nullable<T::T>,
) -> Result<(), ParquetError> {
    self::column::<T, W>(group, &column.values, Some(&column.levels))
}

/// Writes the group's next column.
fn column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("there are more columns than the schema has".to_owned()));
    };
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()
}

/// Minor units as a decimal of nine bytes, which hold every 64-bit number, signed or not.
fn decimal(minor: i128) -> FixedLenByteArray {
    let [_, _, _, _, _, _, _, bytes @ ..] = minor.to_be_bytes();
    FixedLenByteArray::from(bytes.to_vec())
}

fn signed(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| damaged(&format!("no event has the number {number}")))
}

fn micros(recorded_at: &str) -> Result<i64, StoreError> {
    let time = Timestamp::parse_rfc3339(recorded_at.as_bytes());
    time.map(Timestamp::micros).map_err(|why| damaged(&format!("{recorded_at:?}: {why}")))
}
