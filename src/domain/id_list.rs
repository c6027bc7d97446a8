//! Many ids, by the order in which they came.

use std::borrow::Cow;
use std::hash::BuildHasher;

use foldhash::fast::RandomState;

use super::id_key::{IdKey, IdTexts};
use super::id_table::{Entry, IdTable, Vacancy};

/// Ids in a row, any of them several times: eight bytes for each that is a number in canonical form, else eight more than
/// its length and four.
#[derive(Debug, Default)]
pub struct IdList {
    keys: Vec<IdKey>,
    texts: IdTexts,
}

impl IdList {
    /// Adds an id behind all others.
    #[inline]
    pub fn push(&mut self, id: &[u8]) {
        let key = IdKey::of_number(id).unwrap_or_else(|| self.texts.keep(id));
        self.keys.push(key);
    }

    /// The id at a place from 0.
    pub fn get(&self, place: usize) -> Option<Cow<'_, [u8]>> {
        let key = *self.keys.get(place)?;
        match key.number() {
            Some(number) => Some(Cow::Owned(number.to_string().into_bytes())),
            None => self.texts.text(key).map(Cow::Borrowed),
        }
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

/// Ids, each once, numbered from 0 in the order in which they first came.
///
/// Each stands in a random place. Who asks for many makes those that are numbers [ready](Self::sought) some time before.
#[derive(Debug, Default)]
pub struct IdDirectory {
    hasher: RandomState,
    table: IdTable,
    ids: IdList,
}

/// An id that is a number, made ready to be looked for.
#[derive(Clone, Copy, Debug)]
pub struct IdSought {
    hash: u64,
    key: IdKey,
}

impl IdDirectory {
    /// The number of an id, which is added if it is new.
    pub fn number(&mut self, id: &[u8]) -> u32 {
        match self.sought(id) {
            Some(sought) => self.number_of(sought),
            None => self.number_of_text(id),
        }
    }

    /// Makes an id ready to be looked for if it is a number, and asks the processor for where it stands.
    #[inline]
    pub fn sought(&self, id: &[u8]) -> Option<IdSought> {
        IdKey::of_number(id).map(|key| self.sought_key(key))
    }

    #[inline]
    fn sought_key(&self, key: IdKey) -> IdSought {
        let hash = self.hasher.hash_one(key.word());
        self.table.prefetch(hash);
        IdSought { hash, key }
    }

    /// The number of an id that was made ready, which is added if it is new.
    #[inline]
    pub fn number_of(&mut self, IdSought { hash, key }: IdSought) -> u32 {
        match self.table.find(hash, |entry| entry.key == key) {
            Ok(entry) => entry.number,
            Err(vacancy) => self.add(vacancy, key),
        }
    }

    fn number_of_text(&mut self, id: &[u8]) -> u32 {
        let texts = &self.ids.texts;
        match self.table.find(self.hasher.hash_one(id), |entry| texts.text(entry.key) == Some(id)) {
            Ok(entry) => entry.number,
            Err(vacancy) => {
                let key = self.ids.texts.keep(id);
                self.add(vacancy, key)
            }
        }
    }

    /// The numbers of all ids of another directory in its order, the new ones of which are added.
    pub fn take_over(&mut self, other: Self) -> Vec<u32> {
        if self.ids.is_empty() {
            *self = other;
            return (0..self.ids.len() as u32).collect();
        }
        let IdList { keys, texts } = other.ids;
        let number = |key: IdKey| match texts.text(key) {
            Some(id) => self.number_of_text(id),
            None => {
                let sought = self.sought_key(key);
                self.number_of(sought)
            }
        };
        keys.into_iter().map(number).collect()
    }

    #[inline(never)]
    fn add(&mut self, vacancy: Vacancy, key: IdKey) -> u32 {
        let Self { hasher, table, ids } = self;
        // Memory ends long before four billion ids.
        let number = ids.len() as u32;
        ids.keys.push(key);
        table.fill(vacancy, Entry { number, key }, |entry| match ids.texts.text(entry.key) {
            Some(text) => hasher.hash_one(text),
            None => hasher.hash_one(entry.key.word()),
        });
        number
    }

    /// The ids by their numbers.
    pub const fn ids(&self) -> &IdList {
        &self.ids
    }

    /// The ids alone.
    pub fn into_ids(self) -> IdList {
        self.ids
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: [&str; 9] = ["7", "007", "0", "00", "ann", "Ann", "1000000000000000000", "١", "7"];

    #[test]
    fn ids_come_back_as_they_came() {
        let mut list = IdList::default();
        assert!(list.is_empty());
        IDS.iter().for_each(|id| list.push(id.as_bytes()));
        let all: Vec<_> = (0..20).map_while(|place| list.get(place)).map(Cow::into_owned).collect();
        assert_eq!((all, list.len()), (IDS.map(|id| id.as_bytes().to_vec()).to_vec(), 9));
    }

    #[test]
    fn equal_ids_have_one_number_and_others_have_others() {
        let mut directory = IdDirectory::default();
        let numbers = IDS.map(|id| directory.number(id.as_bytes()));
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 0]);
        let many: Vec<_> = (0..20_000).map(|n| if n % 2 == 0 { n.to_string() } else { format!("c{n}") }).collect();
        let first: Vec<_> = many.iter().map(|id| directory.number(id.as_bytes())).collect();
        let again: Vec<_> = many.iter().map(|id| directory.number(id.as_bytes())).collect();
        assert_eq!(first, again);
        let ids = directory.ids();
        assert!(first.iter().zip(&many).all(|(number, id)| ids.get(*number as usize).unwrap() == id.as_bytes()));
    }

    #[test]
    fn ids_made_ready_have_the_same_numbers_though_others_came_meanwhile() {
        let mut directory = IdDirectory::default();
        let sought: Vec<_> = ["7", "8", "7", "9"].iter().map(|id| directory.sought(id.as_bytes()).unwrap()).collect();
        assert!(directory.sought(b"007").is_none() && directory.sought(b"ann").is_none());
        assert_eq!(directory.number(b"8"), 0);
        (0..1_000).for_each(|number| _ = directory.number(format!("c{number}").as_bytes()));
        assert_eq!(
            sought.iter().map(|sought| directory.number_of(*sought)).collect::<Vec<_>>(),
            [1_001, 0, 1_001, 1_002]
        );
    }

    #[test]
    fn directory_that_is_taken_over_keeps_its_order_behind_what_was_there() {
        let directory = |ids: &[&str]| {
            let mut directory = IdDirectory::default();
            ids.iter().for_each(|id| _ = directory.number(id.as_bytes()));
            directory
        };
        let mut all = IdDirectory::default();
        assert_eq!(all.take_over(directory(&["7", "x", "9"])), [0, 1, 2]);
        assert_eq!(all.take_over(directory(&["y", "9", "x", "007", "8"])), [3, 2, 1, 4, 5]);
        assert_eq!(all.take_over(directory(&[])), [0; 0]);
        let ids: Vec<_> = (0..9).map_while(|place| all.ids().get(place)).map(Cow::into_owned).collect();
        assert_eq!(ids, ["7", "x", "9", "y", "007", "8"].map(|id| id.as_bytes().to_vec()));
        assert_eq!(["7", "x", "8"].map(|id| all.number(id.as_bytes())), [0, 1, 5]);
    }
}
