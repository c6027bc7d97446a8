//! Ids as keys of the derived index.

use siphasher::sip::SipHasher13;

/// Makes keys of ids by SipHash-1-3 under the file's own secret key, so that nobody can prepare ids whose keys collide.
///
/// Keys only narrow a search down: what they find is compared by the ids themselves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IndexKeys {
    hasher: SipHasher13,
    /// How many of a hash's lowest bits are set to zero, so that tests meet collisions.
    #[cfg(test)]
    blunt: u32,
}

/// A customer's key: 63 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CustomerKey(u64);

impl IndexKeys {
    /// The keys of a file with this hash key.
    pub(crate) fn new(hash_key: [u8; 16]) -> Self {
        Self {
            hasher: SipHasher13::new_with_key(&hash_key),
            #[cfg(test)]
            blunt: 0,
        }
    }

    /// The key of a customer.
    pub(crate) fn customer(&self, customer_id: &[u8]) -> CustomerKey {
        CustomerKey(self.hash(customer_id) >> 1)
    }

    /// The key of a customer's transaction: 31 bits of the customer's above 32 of the transaction id's.
    ///
    /// All transactions of a customer are neighbours therefore, and one page mostly holds them.
    pub(crate) fn transaction(&self, customer: CustomerKey, transaction_id: &[u8]) -> u64 {
        customer.transactions() | u64::from(self.transaction_half(transaction_id))
    }

    /// The lower half of the keys of all transactions of an id.
    pub(super) fn transaction_half(&self, transaction_id: &[u8]) -> u32 {
        (self.hash(transaction_id) >> 32) as u32
    }

    #[cfg(not(test))]
    fn hash(&self, id: &[u8]) -> u64 {
        self.hasher.hash(id)
    }

    #[cfg(test)]
    fn hash(&self, id: &[u8]) -> u64 {
        self.hasher.hash(id) >> self.blunt << self.blunt
    }

    /// Keys of which only so many of a hash's 64 bits are left.
    #[cfg(test)]
    pub(super) fn of_few_bits(bits: u32) -> Self {
        Self { blunt: 64 - bits, ..Self::new([7; 16]) }
    }
}

impl CustomerKey {
    /// How many bits a key has.
    pub(super) const BITS: u32 = 63;

    /// The lowest key of a customer who can have a transaction of this key.
    pub(super) const fn of_transaction(key: u64) -> Self {
        Self(key >> 32 << 32)
    }

    /// The key as a number below 2^63.
    pub(crate) const fn number(self) -> u64 {
        self.0
    }

    /// The lowest key that a transaction of the customer can have.
    pub(super) const fn transactions(self) -> u64 {
        self.0 >> 32 << 32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_fit_into_63_bits_and_transactions_of_a_customer_are_neighbours() {
        let keys = IndexKeys::new([1; 16]);
        for id in 0..1_000 {
            let customer = keys.customer(format!("c{id}").as_bytes());
            assert!(customer.number() < 1 << 63);
            let transaction = keys.transaction(customer, b"t");
            assert_eq!(transaction >> 32, customer.number() >> 32);
            assert_eq!(transaction as u32, keys.transaction(keys.customer(b"x"), b"t") as u32);
        }
    }

    #[test]
    fn keys_are_the_published_hash_under_the_files_own_key() {
        // SipHash-1-3 of nothing under 00 01 .. 0f is abac0158050fc4dc.
        let key = std::array::from_fn(|place| place as u8);
        assert_eq!(IndexKeys::new(key).customer(b"").number(), 0xabac_0158_050f_c4dc >> 1);
        assert_ne!(IndexKeys::new([0; 16]).customer(b""), IndexKeys::new([1; 16]).customer(b""));
    }
}
