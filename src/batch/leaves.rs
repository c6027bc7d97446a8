//! Decisions as a store keeps them.

/// Decisions in the form in which a store keeps them, one behind the other, each with its hash.
///
/// They are made beside the deciding, on as many threads, since making and hashing them takes longer than to decide.
#[derive(Debug, Default)]
pub struct Leaves {
    bytes: Vec<u8>,
    /// Where each leaf ends.
    ends: Vec<u32>,
    /// The hash of each leaf, which comes later than the leaf.
    hashes: Vec<[u8; 32]>,
}

impl Leaves {
    /// What stands before each leaf, as it does where they stand together in the store: copied with them in one go.
    pub const BEFORE: &[u8; 2] = b"\n,";

    /// Adds a leaf, which counts once its hash is there too, and shows it.
    #[inline]
    pub fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> &[u8] {
        self.bytes.extend_from_slice(Self::BEFORE);
        let start = self.bytes.len();
        write(&mut self.bytes);
        // A batch's leaves are about as long as its text, far below 4 GiB.
        self.ends.push(self.bytes.len() as u32);
        self.bytes.get(start..).unwrap_or_default()
    }

    /// Adds the hash of the first leaf that has none.
    #[inline]
    pub fn push_hash(&mut self, hash: [u8; 32]) {
        self.hashes.push(hash);
    }

    /// The leaves with their hashes, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8; 32])> {
        self.framed().map(|(framed, hash)| (framed.get(Self::BEFORE.len()..).unwrap_or_default(), hash))
    }

    /// The leaves, each with what stands before it, and their hashes, in order.
    pub fn framed(&self) -> impl Iterator<Item = (&[u8], &[u8; 32])> {
        let mut start = 0;
        self.ends.iter().zip(&self.hashes).map(move |(end, hash)| {
            let framed = self.bytes.get(start..*end as usize).unwrap_or_default();
            start = *end as usize;
            (framed, hash)
        })
    }

    /// The number of leaves.
    pub const fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Forgets all leaves and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.hashes.clear();
    }
}
