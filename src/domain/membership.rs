//! Which customer is in which group.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::GroupName;
use super::id_key::{IdKey, IdTexts};

/// The groups of those customers who are in one.
///
/// A customer takes 19 to 34 bytes, by how full the directory is; where the id is no number, its length and four more.
#[derive(Debug, Default)]
pub struct Membership {
    hasher: RandomState,
    directory: HashTable<Member>,
    texts: IdTexts,
    /// By the member's slot, the group by its place in `groups`.
    group_of: Vec<u32>,
    groups: Vec<Group>,
    by_name: HashMap<GroupName, u32, RandomState>,
}

#[derive(Clone, Copy, Debug)]
struct Member {
    key: IdKey,
    /// The member's place in the order in which they came.
    slot: u32,
}

#[derive(Clone, Debug)]
struct Group {
    name: GroupName,
    customers: u64,
}

/// What became of a customer who was put into a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined<'a> {
    /// The customer was in no group before.
    New,
    /// The customer was in this group already.
    Again,
    /// The customer is in another group and stays there.
    Elsewhere {
        /// The customer's place from 0 in the order in which customers came.
        slot: usize,
        /// The group's name.
        group: &'a str,
    },
}

impl Membership {
    /// Puts a customer into a group, unless the customer is in one already.
    pub fn join(&mut self, customer_id: &[u8], group: &GroupName) -> Joined<'_> {
        if let Some(slot) = self.slot(customer_id) {
            return match self.name_at(slot) {
                Some(name) if name == group.as_str() => Joined::Again,
                name => Joined::Elsewhere { slot, group: name.unwrap_or_default() },
            };
        }
        let place = self.place_of(group);
        let key = IdKey::of_number(customer_id).unwrap_or_else(|| self.texts.keep(customer_id));
        // Memory ends long before four billion customers.
        let member = Member { key, slot: self.group_of.len() as u32 };
        self.group_of.push(place);
        if let Some(group) = self.groups.get_mut(place as usize) {
            group.customers += 1;
        }
        let Self { hasher, directory, texts, .. } = self;
        let hash = hash_of(hasher, texts, key);
        directory.insert_unique(hash, member, |member| hash_of(hasher, texts, member.key));
        Joined::New
    }

    /// The place of a group, which is added if it is a new one.
    fn place_of(&mut self, group: &GroupName) -> u32 {
        if let Some(place) = self.by_name.get(group) {
            return *place;
        }
        // There are at most as many as customers.
        let place = self.groups.len() as u32;
        self.groups.push(Group { name: group.clone(), customers: 0 });
        self.by_name.insert(group.clone(), place);
        place
    }

    /// Gives back the memory that is held for more customers.
    pub fn shrink(&mut self) {
        let Self { hasher, directory, texts, group_of, .. } = self;
        directory.shrink_to_fit(|member| hash_of(hasher, texts, member.key));
        group_of.shrink_to_fit();
        texts.shrink();
    }

    /// The group of a customer, if the customer is in one.
    #[inline]
    pub fn group(&self, customer_id: &[u8]) -> Option<&str> {
        self.name_at(self.slot(customer_id)?)
    }

    /// How many customers are in a group.
    pub const fn len(&self) -> usize {
        self.group_of.len()
    }

    /// Whether nobody is in any group.
    pub const fn is_empty(&self) -> bool {
        self.group_of.is_empty()
    }

    /// The groups in which somebody is, each with how many customers, in the order in which they came.
    pub fn groups(&self) -> impl Iterator<Item = (&GroupName, u64)> {
        self.groups.iter().map(|group| (&group.name, group.customers))
    }

    /// The customers and the names of their groups, in the order of the customers' ids, byte by byte.
    pub fn in_order(&self) -> impl Iterator<Item = (Cow<'_, [u8]>, &str)> {
        let mut members: Vec<_> = self.directory.iter().copied().collect();
        members.sort_unstable_by(|a, b| self.order(a.key, b.key));
        members.into_iter().filter_map(|member| Some((self.id(member.key), self.name_at(member.slot as usize)?)))
    }

    fn order(&self, a: IdKey, b: IdKey) -> Ordering {
        match (a.number(), b.number()) {
            (Some(a), Some(b)) => as_digits(a).cmp(&as_digits(b)),
            _ => self.id(a).cmp(&self.id(b)),
        }
    }

    fn slot(&self, customer_id: &[u8]) -> Option<usize> {
        let number = IdKey::of_number(customer_id);
        let hash = number.map_or_else(|| self.hasher.hash_one(customer_id), |key| self.hasher.hash_one(key.word()));
        let found = self.directory.find(hash, |member| match number {
            Some(number) => member.key == number,
            None => self.texts.text(member.key) == Some(customer_id),
        });
        found.map(|member| member.slot as usize)
    }

    fn name_at(&self, slot: usize) -> Option<&str> {
        let place = self.group_of.get(slot)?;
        self.groups.get(*place as usize).map(|group| group.name.as_str())
    }

    fn id(&self, key: IdKey) -> Cow<'_, [u8]> {
        match key.number() {
            Some(number) => Cow::Owned(number.to_string().into_bytes()),
            None => Cow::Borrowed(self.texts.text(key).unwrap_or_default()),
        }
    }
}

/// Equal are those that put the same customers into the same groups.
impl PartialEq for Membership {
    fn eq(&self, other: &Self) -> bool {
        let mine = |member: &Member| self.name_at(member.slot as usize);
        self.len() == other.len()
            && self.directory.iter().all(|member| other.group(&self.id(member.key)) == mine(member))
    }
}

impl Eq for Membership {}

fn hash_of(hasher: &RandomState, texts: &IdTexts, key: IdKey) -> u64 {
    match key.number() {
        Some(number) => hasher.hash_one(number),
        None => hasher.hash_one(texts.text(key).unwrap_or_default()),
    }
}

/// A number of at most 18 digits as something that is ordered like the text of its digits.
const fn as_digits(number: u64) -> (u64, u32) {
    let len = match number.checked_ilog10() {
        Some(log) => log + 1,
        None => 1,
    };
    // Below 10^18 whatever the number is, as all of them get as many digits.
    (number * 10u64.pow(18u32.saturating_sub(len)), len)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> GroupName {
        GroupName::new(text).unwrap()
    }

    #[test]
    fn customer_stays_in_the_first_group() {
        let mut members = Membership::default();
        assert!(members.is_empty());
        for (id, group) in [("7", "gold"), ("a", "silver"), ("007", "gold")] {
            assert_eq!(members.join(id.as_bytes(), &name(group)), Joined::New, "{id}");
        }
        assert_eq!(members.join(b"a", &name("silver")), Joined::Again);
        assert_eq!(members.join(b"a", &name("gold")), Joined::Elsewhere { slot: 1, group: "silver" });
        assert_eq!(members.join(b"7", &name("none")), Joined::Elsewhere { slot: 0, group: "gold" });
        members.shrink();
        for (id, group) in [("7", Some("gold")), ("a", Some("silver")), ("007", Some("gold")), ("07", None), ("", None)]
        {
            assert_eq!(members.group(id.as_bytes()), group, "{id}");
        }
        assert_eq!(members.len(), 3);
        assert_eq!(members.groups().collect::<Vec<_>>(), [(&name("gold"), 2), (&name("silver"), 1)]);
    }

    proptest! {
        #[test]
        fn everyone_is_found_and_stands_in_order(ids in proptest::collection::vec("[0-9]{1,19}|[a-c0-1]{1,3}", 0..200)) {
            let group = |id: &str| name(["gold", "silver", "default"][id.len() % 3]);
            let (mut members, mut turned) = (Membership::default(), Membership::default());
            for id in &ids {
                members.join(id.as_bytes(), &group(id));
            }
            for id in ids.iter().rev() {
                turned.join(id.as_bytes(), &group(id));
            }
            prop_assert_eq!(&members, &turned);
            let mut sorted = ids;
            sorted.sort_unstable();
            sorted.dedup();
            let found: Vec<_> = members.in_order().collect();
            let groups: Vec<_> = sorted.iter().map(|id| group(id)).collect();
            let expected: Vec<_> =
                sorted.iter().zip(&groups).map(|(id, group)| (Cow::Borrowed(id.as_bytes()), group.as_str())).collect();
            prop_assert_eq!(found, expected);
            turned.join(b"x", &name("gold"));
            prop_assert_ne!(&members, &turned);
            members.join(b"x", &name("silver"));
            prop_assert_ne!(&members, &turned);
        }
    }
}
