//! The audit tree of a journal: RFC 6962 hashing over one leaf for each entry.
//!
//! A leaf is `H(0x00 ‖ H(head ‖ facts) ‖ p)` where `head` is `H(H(header) ‖ p of the header)` (in batches of schema 1
//! `H(header)`), and `p` is `H(salt ‖ personal)`, `H("")` when there is no personal part, or the stored hash when it was
//! redacted. An interior node is `H(0x01 ‖ l ‖ r)`. The header is hashed into every leaf, so that no entry can be given
//! another time, actor or journal.

use crate::domain::codec::{self, CodecError, RawBatch, RawEntry, RawPersonal};
use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// Below this many entries a second thread costs more than it saves.
const TWO_THREADS_FROM: usize = 4_096;

/// Leaves whose subtree one thread folds on its own. A power of two.
const BLOCK: usize = 256;

/// The root of the tree without leaves, and what stands for a personal part that is not there: the hash of nothing.
pub const EMPTY: Hash = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// The leaf hashes of an encoded batch, one for each entry, in order.
///
/// # Errors
/// When the bytes are not a batch, or one of a newer schema.
pub fn leaves(bytes: &[u8]) -> Result<Vec<Hash>, CodecError> {
    let batch = codec::split(bytes)?;
    // Salt and personal part are hashed as one text: only fixed lengths keep the border between them.
    let odd = |personal: RawPersonal<'_>| match personal {
        RawPersonal::None => false,
        RawPersonal::Salted(salt, _) => salt.len() != 16,
        RawPersonal::Redacted(hash) => hash.len() != 32,
    };
    if odd(batch.personal) || batch.entries.iter().any(|entry| odd(entry.personal)) {
        return Err(minicbor::decode::Error::message("a salt is 16 bytes, a hash is 32").into());
    }
    Ok(leaves_of(&batch, &head(&batch)))
}

/// What of the header is hashed into every leaf.
fn head(batch: &RawBatch<'_>) -> Hash {
    let header: Hash = Sha256::digest(batch.header).into();
    match batch.schema {
        1 => header,
        _ => Sha256::new()
            .chain_update(header)
            .chain_update(personal_hash(&batch.personal))
            .finalize()
            .into(),
    }
}

/// The hash of a personal part, which is what stands in for it once it is redacted.
fn personal_hash(personal: &RawPersonal<'_>) -> Hash {
    match *personal {
        RawPersonal::None => EMPTY,
        // Checked before: it is as long as a hash.
        RawPersonal::Redacted(stored) => stored.try_into().unwrap_or(EMPTY),
        RawPersonal::Salted(salt, personal) => Sha256::new()
            .chain_update(salt)
            .chain_update(personal)
            .finalize()
            .into(),
    }
}

/// Why personal parts could not be taken out of a batch.
#[derive(Debug, thiserror::Error)]
pub enum RedactError {
    /// It is no batch.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// There is no entry of this index in it.
    #[error("there is no entry {0}")]
    NoEntry(u32),
    /// The batch would have other leaves without them.
    #[error("its leaves would not be the same")]
    Leaves,
}

/// A batch with hashes in place of the personal parts of these entries, and of its header's when `header` says so; none
/// when they are gone already. Its leaves stay the same.
///
/// # Errors
/// See [`RedactError`].
pub fn redacted(
    bytes: &[u8],
    entries: &[u32],
    header: bool,
) -> Result<Option<Vec<u8>>, RedactError> {
    let before = leaves(bytes)?;
    let mut batch = codec::split(bytes)?;
    let salted = |personal: &RawPersonal<'_>| matches!(personal, RawPersonal::Salted(..));
    let mut hashes = Vec::new();
    for index in entries {
        let entry = batch.entries.get(*index as usize);
        let entry = entry.ok_or(RedactError::NoEntry(*index))?;
        if salted(&entry.personal) {
            hashes.push((*index as usize, personal_hash(&entry.personal)));
        }
    }
    let own = (header && salted(&batch.personal)).then(|| personal_hash(&batch.personal));
    if hashes.is_empty() && own.is_none() {
        return Ok(None);
    }
    for (index, hash) in &hashes {
        batch.entries[*index].personal = RawPersonal::Redacted(hash);
    }
    if let Some(hash) = &own {
        batch.personal = RawPersonal::Redacted(hash);
    }
    let after = codec::join(&batch);
    match leaves(&after)? == before {
        true => Ok(Some(after)),
        false => Err(RedactError::Leaves),
    }
}

fn leaves_of(batch: &RawBatch<'_>, head: &Hash) -> Vec<Hash> {
    if batch.entries.len() < TWO_THREADS_FROM {
        let entries = batch.entries.iter();
        return entries.map(|entry| leaf(head, entry)).collect();
    }
    on_two_threads(&batch.entries, |entry| leaf(head, entry))
}

/// Maps every item, in order, the second half beside the first.
fn on_two_threads<T: Sync>(items: &[T], hash: impl Fn(&T) -> Hash + Sync) -> Vec<Hash> {
    let (first, second) = items.split_at(items.len() / 2);
    let all_of = |part: &[T]| -> Vec<Hash> { part.iter().map(&hash).collect() };
    std::thread::scope(|scope| {
        let other = std::thread::Builder::new().spawn_scoped(scope, || all_of(second));
        let mut all = all_of(first);
        // A machine that gives us no second thread gets the same hashes later.
        let rest = other.ok().and_then(|thread| thread.join().ok());
        all.extend(rest.unwrap_or_else(|| all_of(second)));
        all
    })
}

fn leaf(head: &Hash, entry: &RawEntry<'_>) -> Hash {
    let facts = Sha256::new()
        .chain_update(head)
        .chain_update(entry.facts)
        .finalize();
    let mut hash = Sha256::new();
    hash.update([0x00]);
    hash.update(facts);
    hash.update(personal_hash(&entry.personal));
    hash.finalize().into()
}

/// The root over a block of leaves.
fn block_root(block: &[Hash; BLOCK]) -> Hash {
    let mut row = *block;
    let mut len = BLOCK;
    while len > 1 {
        len /= 2;
        for i in 0..len {
            row[i] = interior(&row[2 * i], &row[2 * i + 1]);
        }
    }
    row[0]
}

fn interior(left: &Hash, right: &Hash) -> Hash {
    Sha256::new()
        .chain_update([0x01])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// Bytes that are not a frontier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a frontier is 8 bytes of count and 32 bytes for each bit set in it")]
pub struct BadFrontier;

/// The right edge of a tree: the roots of its perfect subtrees, largest first. All that is needed to append.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    leaves: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// Leaves in the tree.
    pub fn leaves(&self) -> u64 {
        self.leaves
    }

    /// Appends leaves, given as their hashes.
    pub fn extend(&mut self, leaves: &[Hash]) {
        let mut rest = leaves;
        if leaves.len() >= TWO_THREADS_FROM {
            // Blocks that begin at a multiple of their size are perfect subtrees: their roots need nothing else.
            let unaligned = self.leaves.wrapping_neg() % BLOCK as u64;
            let (before, aligned) = leaves.split_at(unaligned as usize);
            let (blocks, behind) = aligned.as_chunks::<BLOCK>();
            before.iter().for_each(|leaf| self.push(*leaf, 1));
            for root in on_two_threads(blocks, block_root) {
                self.push(root, BLOCK as u64);
            }
            rest = behind;
        }
        rest.iter().for_each(|leaf| self.push(*leaf, 1));
    }

    /// Appends a perfect subtree of `size` leaves (a power of two that divides the leaves so far), given as its root.
    fn push(&mut self, root: Hash, size: u64) {
        let mut node = root;
        // Every perfect subtree that the new one completes is a bit set at the low end of the count.
        for _ in 0..(self.leaves / size).trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                node = interior(&left, &node);
            }
        }
        self.peaks.push(node);
        self.leaves += size;
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else {
            return EMPTY;
        };
        peaks.fold(*last, |right, left| interior(left, &right))
    }

    /// As bytes: the count (big endian), then the roots of the perfect subtrees, largest first.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(8 + self.peaks.len() * 32);
        out.extend_from_slice(&self.leaves.to_be_bytes());
        self.peaks
            .iter()
            .for_each(|peak| out.extend_from_slice(peak));
        out
    }

    /// Reads what [`Frontier::encode`] wrote.
    ///
    /// # Errors
    /// When the length does not fit the count.
    pub fn decode(bytes: &[u8]) -> Result<Self, BadFrontier> {
        let (count, rest) = bytes.split_first_chunk::<8>().ok_or(BadFrontier)?;
        let leaves = u64::from_be_bytes(*count);
        let (peaks, tail) = rest.as_chunks::<32>();
        if !tail.is_empty() || peaks.len() != leaves.count_ones() as usize {
            return Err(BadFrontier);
        }
        Ok(Frontier {
            leaves,
            peaks: peaks.to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 6962, section 2.1, word for word: split at the largest power of two smaller than n.
    fn naive(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [one] => *one,
            many => {
                let mut k = 1;
                while k * 2 < many.len() {
                    k *= 2;
                }
                let mut bytes = vec![0x01];
                bytes.extend_from_slice(&naive(&many[..k]));
                bytes.extend_from_slice(&naive(&many[k..]));
                Sha256::digest(bytes).into()
            }
        }
    }

    fn numbered(count: u64) -> Vec<Hash> {
        (0..count)
            .map(|n| Sha256::digest(n.to_be_bytes()).into())
            .collect()
    }

    #[test]
    fn every_small_tree_has_the_root_of_the_rfc() {
        let all = numbered(130);
        let mut frontier = Frontier::default();
        assert_eq!(frontier.root(), naive(&[]));
        for (n, leaf) in all.iter().enumerate() {
            frontier.extend(&[*leaf]);
            assert_eq!(frontier.root(), naive(&all[..=n]), "{} leaves", n + 1);
        }
    }

    #[test]
    fn the_hash_of_nothing() {
        assert_eq!(EMPTY, <Hash>::from(Sha256::digest([])));
    }

    #[test]
    fn the_known_root_of_the_rfc_test_vectors() {
        // The eight leaves used by the test vectors of Certificate Transparency.
        let inputs = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        let mut frontier = Frontier::default();
        for input in inputs {
            let mut bytes = vec![0x00];
            bytes.extend(
                (0..input.len())
                    .step_by(2)
                    .map(|i| u8::from_str_radix(&input[i..i + 2], 16).unwrap()),
            );
            frontier.extend(&[Sha256::digest(bytes).into()]);
        }
        let hex: String = frontier.root().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(
            hex,
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn cutting_a_tree_anywhere_and_going_on_changes_nothing(count in 0u64..700, cut in 0u64..700) {
            let all = numbered(count);
            let cut = cut.min(count) as usize;
            let mut frontier = Frontier::default();
            frontier.extend(&all[..cut]);
            let mut frontier = Frontier::decode(&frontier.encode()).unwrap();
            frontier.extend(&all[cut..]);
            prop_assert_eq!(frontier.leaves(), count);
            prop_assert_eq!(frontier.root(), naive(&all));
        }

        #[test]
        fn many_leaves_at_once_are_the_same_tree(before in 0usize..600, count in 0usize..9_000) {
            let all = numbered((before + count) as u64);
            let mut frontier = Frontier::default();
            frontier.extend(&all[..before]);
            frontier.extend(&all[before..]);
            prop_assert_eq!(frontier.root(), naive(&all));
        }

        #[test]
        fn a_frontier_of_another_length_is_refused(count in 0u64..300, change in 1usize..40) {
            let mut frontier = Frontier::default();
            frontier.extend(&numbered(count));
            let mut bytes = frontier.encode();
            let whole = bytes.len();
            bytes.truncate(whole.saturating_sub(change));
            prop_assert_eq!(Frontier::decode(&bytes), Err(BadFrontier));
            bytes.resize(whole + change, 7);
            prop_assert_eq!(Frontier::decode(&bytes), Err(BadFrontier));
        }
    }
}
