//! Sets of rows of one chunk.

use crate::directory::bits::{WORD, lowest, places};
use crate::directory::chunk::ROWS;

/// A set of rows of one chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rows([u64; ROWS / WORD]);

impl Rows {
    /// No row.
    pub fn none() -> Self {
        Rows([0; ROWS / WORD])
    }

    /// The first `len` rows.
    pub fn first(len: usize) -> Self {
        let mut rows = Rows::none();
        for (at, word) in rows.0.iter_mut().enumerate() {
            *word = lowest(len.saturating_sub(at * WORD));
        }
        rows
    }

    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.0.iter().map(|w| w.count_ones() as usize).sum()
    }

    #[inline]
    pub fn has(&self, row: usize) -> bool {
        self.0[row / WORD] & 1 << (row % WORD) != 0
    }

    /// Adds a row.
    pub fn add(&mut self, row: usize) {
        self.0[row / WORD] |= 1 << (row % WORD);
    }

    /// Adds a row that is not there yet, or not.
    #[inline]
    pub fn put(&mut self, row: usize, there: bool) {
        self.0[row / WORD] |= u64::from(there) << (row % WORD);
    }

    /// Every row with a multiple of `step` before it.
    pub fn thinned(&self, step: usize) -> Self {
        let (mut thin, mut skip) = (Rows::none(), 0);
        for (at, word) in self.0.iter().enumerate() {
            let here = word.count_ones() as usize;
            while skip < here {
                thin.add(at * WORD + nth_bit(*word, skip));
                skip += step;
            }
            skip -= here;
        }
        thin
    }

    /// Keeps those rows for which `keep` says so.
    #[inline]
    pub fn retain(&mut self, mut keep: impl FnMut(usize) -> bool) {
        for (at, word) in self.0.iter_mut().enumerate() {
            let mut left = *word;
            while left != 0 {
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                *word &= !(u64::from(!keep(at * WORD + bit)) << bit);
            }
        }
    }

    /// The rows, ascending.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        let words = self.0.iter().enumerate();
        words.flat_map(|(at, word)| places(*word).map(move |bit| at * WORD + bit))
    }

    /// Shows every row, ascending.
    #[inline]
    pub fn for_each(&self, mut see: impl FnMut(usize)) {
        for (at, word) in self.0.iter().enumerate() {
            if *word == u64::MAX {
                (at * WORD..at * WORD + WORD).for_each(&mut see);
                continue;
            }
            let mut left = *word;
            while left != 0 {
                see(at * WORD + left.trailing_zeros() as usize);
                left &= left - 1;
            }
        }
    }

    /// The row with this many before it.
    pub fn nth(&self, mut before: usize) -> Option<usize> {
        for (at, word) in self.0.iter().enumerate() {
            let here = word.count_ones() as usize;
            if before < here {
                return Some(at * WORD + nth_bit(*word, before));
            }
            before -= here;
        }
        None
    }

    pub fn intersect(&mut self, other: &Rows) {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word &= other;
        }
    }
}

/// The bit with this many set ones below it.
fn nth_bit(mut word: u64, below: usize) -> usize {
    for _ in 0..below {
        word &= word - 1;
    }
    word.trailing_zeros() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_are_counted_thinned_and_found_by_their_rank(
            there in prop::collection::vec(any::<bool>(), 0..300),
            step in 1usize..90,
        ) {
            let (mut rows, mut list) = (Rows::none(), Vec::new());
            for (row, there) in there.iter().enumerate() {
                rows.put(row, *there);
                list.extend(there.then_some(row));
            }
            prop_assert_eq!(rows.count(), list.len());
            prop_assert_eq!(rows.iter().collect::<Vec<_>>(), list.clone());
            for rank in 0..list.len() + 2 {
                prop_assert_eq!(rows.nth(rank), list.get(rank).copied());
            }
            let thin: Vec<usize> = rows.thinned(step).iter().collect();
            prop_assert_eq!(thin, list.into_iter().step_by(step).collect::<Vec<_>>());
        }
    }
}
