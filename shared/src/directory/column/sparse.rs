//! Optional values of up to 4,096 rows: a bit a row, and the values that are there packed together.

/// Rows a word of bits covers.
const WORD: usize = 64;

/// An optional value a row. Takes next to nothing while no row has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sparse<T> {
    /// Which rows have a value; empty or as many words as the highest row needed.
    bits: Vec<u64>,
    /// Values before each word.
    before: Vec<u16>,
    values: Vec<T>,
}

impl<T> Default for Sparse<T> {
    fn default() -> Self {
        Sparse {
            bits: Vec::new(),
            before: Vec::new(),
            values: Vec::new(),
        }
    }
}

impl<T: Copy> Sparse<T> {
    /// The value of a row.
    #[inline]
    pub fn get(&self, row: usize) -> Option<T> {
        let word = *self.bits.get(row / WORD)?;
        let bit = 1u64 << (row % WORD);
        if word & bit == 0 {
            return None;
        }
        let below = word & (bit - 1);
        let before = usize::from(*self.before.get(row / WORD)?);
        self.values
            .get(before + below.count_ones() as usize)
            .copied()
    }

    #[inline]
    fn index(&self, row: usize) -> usize {
        let below = self.bits[row / WORD] & ((1u64 << (row % WORD)) - 1);
        usize::from(self.before[row / WORD]) + below.count_ones() as usize
    }

    /// Sets or removes the value of a row.
    pub fn set(&mut self, row: usize, value: Option<T>) {
        let (word, bit) = (row / WORD, 1u64 << (row % WORD));
        if self.bits.len() <= word {
            if value.is_none() {
                return;
            }
            let all = u16::try_from(self.values.len()).unwrap_or(u16::MAX);
            self.bits.resize(word + 1, 0);
            self.before.resize(word + 1, all);
        }
        let index = self.index(row);
        let there = self.bits[word] & bit != 0;
        match value {
            Some(value) if there => self.values[index] = value,
            Some(value) => {
                self.bits[word] |= bit;
                self.values.insert(index, value);
                self.before[word + 1..].iter_mut().for_each(|n| *n += 1);
            }
            None if there => {
                self.bits[word] &= !bit;
                self.values.remove(index);
                self.before[word + 1..].iter_mut().for_each(|n| *n -= 1);
            }
            None => {}
        }
    }

    /// Shows every row that has a value, ascending, with its value.
    #[inline]
    pub fn for_each(&self, mut see: impl FnMut(usize, T)) {
        let mut values = self.values.iter();
        for (word, bits) in self.bits.iter().enumerate() {
            let mut left = *bits;
            while left != 0
                && let Some(value) = values.next()
            {
                see(word * WORD + left.trailing_zeros() as usize, *value);
                left &= left - 1;
            }
        }
    }

    /// The bits and the values, as they are stored.
    pub fn parts(&self) -> (&[u64], &[T]) {
        (&self.bits, &self.values)
    }

    /// Puts bits and values together again; none when they do not fit.
    pub fn from_parts(bits: Vec<u64>, values: Vec<T>) -> Option<Self> {
        let mut before = Vec::with_capacity(bits.len());
        let mut sum = 0u16;
        for word in &bits {
            before.push(sum);
            sum = sum.checked_add(u16::try_from(word.count_ones()).ok()?)?;
        }
        (usize::from(sum) == values.len()).then_some(Sparse {
            bits,
            before,
            values,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn behaves_like_a_map(steps in prop::collection::vec((0usize..300, prop::option::of(0i64..9)), 0..200)) {
            let (mut sparse, mut map) = (Sparse::default(), BTreeMap::new());
            for (row, value) in steps {
                sparse.set(row, value);
                match value {
                    Some(v) => map.insert(row, v),
                    None => map.remove(&row),
                };
            }
            let mut shown = Vec::new();
            sparse.for_each(|row, value| shown.push((row, value)));
            prop_assert!(shown.into_iter().eq(map.clone()));
            for row in 0..300 {
                prop_assert_eq!(sparse.get(row), map.get(&row).copied());
            }
            let (bits, values) = sparse.parts();
            prop_assert_eq!(Sparse::from_parts(bits.to_vec(), values.to_vec()), Some(sparse.clone()));
        }
    }
}
