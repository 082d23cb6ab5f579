//! Sorting all rows by a text, from nothing: eight bytes at a time as numbers, so that most comparisons never look at a
//! text; halves on two threads.

use crate::directory::chunk::ROWS;

/// Set in an entry of a permutation when its text equals that of the entry before.
pub(super) const SAME: u32 = 1 << 31;

/// Bytes compared as numbers; texts that agree so far are compared as they are.
const DEEP: usize = 64;

/// A row with the eight bytes of its text that are being compared.
type Entry = (u64, u32);

/// The rows of chunks of these lengths (numbered by chunk and row there) in the order of their keys; equal keys in the
/// order of their numbers, all but the first of them marked [`SAME`].
pub(super) fn sorted<'a, F>(lens: &[usize], key: F) -> Vec<u32>
where
    F: Fn(usize, usize) -> &'a [u8] + Sync,
{
    let key_of = |row: u32| key(row as usize / ROWS, row as usize % ROWS);
    let chunks = lens.iter().enumerate();
    let rows = chunks.flat_map(|(at, len)| (0..*len).map(move |row| at * ROWS + row));
    // One list of a known length: what is put together of many stays with the allocator when it is done.
    let mut entries: Vec<Entry> = Vec::with_capacity(lens.iter().sum());
    entries.extend(rows.map(|row| (0, row as u32)));
    let middle = entries.len() / 2;
    let (near, far) = entries.split_at_mut(middle);
    let sort = |entries: &mut [Entry]| {
        for (first, row) in &mut *entries {
            *first = word(key_of(*row), 0);
        }
        entries.sort_unstable();
    };
    std::thread::scope(|scope| {
        scope.spawn(|| sort(far));
        sort(near);
    });
    // Two sorted runs: a stable sort merges them in one pass.
    entries.sort();
    // Cut where two words differ, so that each half can be refined for itself.
    let differ = |at: &usize| *at > 0 && entries[*at].0 != entries[at - 1].0;
    let cut = (middle..entries.len())
        .find(differ)
        .unwrap_or(entries.len());
    let (near, far) = entries.split_at_mut(cut);
    std::thread::scope(|scope| {
        scope.spawn(|| refine(far, 0, &key_of));
        refine(near, 0, &key_of);
    });
    entries.into_iter().map(|(_, row)| row).collect()
}

/// Eight bytes of a text as a number that sorts like them; past its end stand zeros.
fn word(key: &[u8], from: usize) -> u64 {
    let mut bytes = [0; 8];
    let rest = key.get(from..).unwrap_or_default();
    let len = rest.len().min(8);
    bytes[..len].copy_from_slice(&rest[..len]);
    u64::from_be_bytes(bytes)
}

/// Sorts on inside each group of equal words; the entries are sorted by the word that stands at `depth`.
fn refine<'a>(entries: &mut [Entry], depth: usize, key: &impl Fn(u32) -> &'a [u8]) {
    for group in entries.chunk_by_mut(|a, b| a.0 == b.0) {
        if group.len() > 1 {
            deepen(group, depth + 8, key);
        }
    }
}

/// Sorts texts that agree up to `depth`, but for zeros at their ends.
fn deepen<'a>(group: &mut [Entry], depth: usize, key: &impl Fn(u32) -> &'a [u8]) {
    let longest = group.iter().map(|(_, row)| key(*row).len()).max();
    if longest <= Some(depth) {
        group.sort_unstable_by_key(|(_, row)| (key(*row).len(), *row));
        mark(group, |a, b| key(a).len() == key(b).len());
    } else if depth >= DEEP {
        group.sort_unstable_by(|a, b| key(a.1).cmp(key(b.1)).then(a.1.cmp(&b.1)));
        mark(group, |a, b| key(a) == key(b));
    } else {
        for (next, row) in &mut *group {
            *next = word(key(*row), depth);
        }
        group.sort_unstable();
        refine(group, depth, key);
    }
}

/// Marks those that equal the one before, from the last to the first, so that what is compared has no mark yet.
fn mark(group: &mut [Entry], same: impl Fn(u32, u32) -> bool) {
    for at in (1..group.len()).rev() {
        if same(group[at - 1].1, group[at].1) {
            group[at].1 |= SAME;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sorts_like_the_texts(
            keys in prop::collection::vec("[ab\u{0}]{0,3}(abcdefgh|\u{0}{8}){0,10}[ab\u{0}]{0,2}", 0..60)
        ) {
            let rows = sorted(&[keys.len()], |_, row| keys[row].as_bytes());
            let mut expected: Vec<(&str, u32)> = keys.iter().map(String::as_str).zip(0..).collect();
            expected.sort_unstable();
            let marked = expected.iter().enumerate().map(|(at, (key, row))| {
                let same = at > 0 && expected[at - 1].0 == *key;
                row | if same { SAME } else { 0 }
            });
            prop_assert_eq!(rows, marked.collect::<Vec<u32>>());
        }
    }
}
