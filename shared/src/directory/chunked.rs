//! A list that grows at its end, in chunks behind `Arc`: a clone shares them, a change copies one.

use std::sync::Arc;

/// A list of records in chunks of `N`.
#[derive(Debug)]
pub(crate) struct Chunked<T, const N: usize> {
    /// Each with the batch that touched it last.
    chunks: Vec<(u64, Arc<Vec<T>>)>,
}

impl<T, const N: usize> Clone for Chunked<T, N> {
    fn clone(&self) -> Self {
        Chunked {
            chunks: self.chunks.clone(),
        }
    }
}

impl<T, const N: usize> Default for Chunked<T, N> {
    fn default() -> Self {
        Chunked { chunks: Vec::new() }
    }
}

impl<T: Clone, const N: usize> Chunked<T, N> {
    /// How many items there are.
    pub fn len(&self) -> usize {
        self.chunks
            .last()
            .map_or(0, |(_, last)| (self.chunks.len() - 1) * N + last.len())
    }

    /// One item.
    pub fn get(&self, index: usize) -> Option<&T> {
        self.chunks.get(index / N)?.1.get(index % N)
    }

    /// One item to be changed by a batch; its chunk is copied when it is shared.
    pub fn get_mut(&mut self, seq: u64, index: usize) -> Option<&mut T> {
        let (version, chunk) = self.chunks.get_mut(index / N)?;
        *version = seq;
        Arc::make_mut(chunk).get_mut(index % N)
    }

    /// Adds an item of a batch behind the last.
    pub fn push(&mut self, seq: u64, item: T) {
        match self.chunks.last_mut() {
            Some((version, last)) if last.len() < N => {
                *version = seq;
                Arc::make_mut(last).push(item);
            }
            _ => self.chunks.push((seq, Arc::new(vec![item]))),
        }
    }

    /// All items, first to last.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.chunks.iter().flat_map(|(_, c)| c.iter())
    }

    /// The chunks, each with the batch that touched it last.
    pub fn chunks(&self) -> &[(u64, Arc<Vec<T>>)] {
        &self.chunks
    }

    /// A list of chunks that are all full but the last; none when they are not.
    pub fn from_chunks(chunks: Vec<(u64, Vec<T>)>) -> Option<Self> {
        let full = chunks.iter().rev().skip(1).all(|(_, c)| c.len() == N);
        let last = chunks
            .last()
            .is_none_or(|(_, c)| (1..=N).contains(&c.len()));
        let share = |(version, items)| (version, Arc::new(items));
        (full && last).then(|| Chunked {
            chunks: chunks.into_iter().map(share).collect(),
        })
    }
}
