//! The columns that a header names.

use crate::formats::fields;

/// The cells of a header, without white space around them.
pub(super) struct Names(Vec<String>);

impl Names {
    /// Reads a header.
    pub(super) fn read(header: &[u8]) -> Result<Self, String> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(header);
        let record = reader.records().next().and_then(Result::ok).ok_or("the CSV header can't be read")?;
        Ok(Self(record.iter().map(|name| name.trim_ascii().to_owned()).collect()))
    }

    /// How many columns there are.
    pub(super) const fn width(&self) -> usize {
        self.0.len()
    }

    /// Whether there is a column of a name.
    pub(super) fn has(&self, wanted: &str) -> bool {
        self.0.iter().any(|name| name == wanted)
    }

    /// The place of a column from 0, if there is one of the name; an error if there are two.
    pub(super) fn place(&self, wanted: &str) -> Result<Option<usize>, String> {
        let mut places = self.0.iter().enumerate().filter(|(_, name)| *name == wanted).map(|(place, _)| place);
        match (places.next(), places.next()) {
            (_, Some(_)) => Err(format!("the CSV header has {wanted} twice")),
            (place, None) => Ok(place),
        }
    }

    /// The places of columns that there have to be.
    pub(super) fn required<const N: usize>(&self, wanted: [&str; N]) -> Result<[usize; N], String> {
        let mut places = [0; N];
        for (place, name) in places.iter_mut().zip(wanted) {
            *place = self.place(name)?.ok_or_else(|| {
                let missing: Vec<_> = wanted.into_iter().filter(|name| !self.has(name)).collect();
                let found: Vec<_> = self.0.iter().map(|name| fields::quoted(name)).collect();
                format!("the CSV header has no {}; it has {}", missing.join(", "), found.join(", "))
            })?;
        }
        Ok(places)
    }
}
