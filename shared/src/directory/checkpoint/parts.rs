//! The parts of a chunk of accounts as bytes, and back.

use super::bytes::{Plain, put, take};
use crate::directory::chunk::{Chunk, Part, ROWS};
use crate::directory::column::heap::Heap;
use crate::directory::column::hot::{Hot, PAGE, Pages};
use crate::directory::column::sparse::Sparse;
use crate::directory::column::texts::Texts;
use std::sync::Arc;

impl Chunk {
    /// One part as bytes.
    pub(super) fn part(&self, part: Part) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 << 10);
        match part {
            Part::Core => {
                put(&self.codes, &mut out);
                put(&self.status_since, &mut out);
                put(&self.created, &mut out);
                put(&self.roles, &mut out);
                put(&self.manifest, &mut out);
                put(&self.pos, &mut out);
            }
            Part::Rare => {
                self.times.iter().for_each(|c| put_sparse(c, &mut out));
                self.dates.iter().for_each(|c| put_sparse(c, &mut out));
                self.numbers.iter().for_each(|c| put_sparse(c, &mut out));
            }
            Part::Hot => {
                for page in &self.hot.0 {
                    put(&page.last_sign_in, &mut out);
                    put(&page.last_use, &mut out);
                    put(&page.last_day, &mut out);
                    put(page.uses.as_flattened(), &mut out);
                }
            }
            Part::Texts => {
                let (folded, spelt) = self.texts.parts();
                put_heap(folded, &mut out);
                put_heap(spelt, &mut out);
            }
            Part::Ids => put_heap(&self.ids, &mut out),
        }
        out
    }

    /// Takes one part in; none when the bytes are not what it looks like.
    pub(super) fn set_part(&mut self, part: Part, version: u64, bytes: &[u8]) -> Option<()> {
        let mut bytes = bytes;
        let from = &mut bytes;
        self.versions[part as usize] = version;
        match part {
            Part::Core => {
                self.codes = Arc::new(take(from)?);
                self.status_since = Arc::new(take(from)?);
                self.created = Arc::new(take(from)?);
                self.roles = Arc::new(take(from)?);
                self.manifest = Arc::new(take(from)?);
                self.pos = Arc::new(take(from)?);
            }
            Part::Rare => {
                for column in &mut self.times {
                    *column = Arc::new(take_sparse(from)?);
                }
                for column in &mut self.dates {
                    *column = Arc::new(take_sparse(from)?);
                }
                for column in &mut self.numbers {
                    *column = Arc::new(take_sparse(from)?);
                }
            }
            Part::Hot => {
                self.hot = Pages::default();
                while !from.is_empty() {
                    let mut page = Hot {
                        last_sign_in: take::<i64>(from)?.try_into().ok()?,
                        last_use: take::<i64>(from)?.try_into().ok()?,
                        last_day: take::<i32>(from)?.try_into().ok()?,
                        ..Hot::default()
                    };
                    let uses = take::<u8>(from)?;
                    let slots = page.uses.as_flattened_mut();
                    (uses.len() == slots.len()).then(|| slots.copy_from_slice(&uses))?;
                    self.hot.0.push(Arc::new(page));
                }
            }
            Part::Texts => {
                let folded = take_heap(from)?;
                self.texts = Arc::new(Texts::of(folded, take_heap(from)?)?);
            }
            Part::Ids => self.ids = Arc::new(take_heap(from)?),
        }
        from.is_empty().then_some(())
    }

    /// Whether all columns are of one length and speak of sets of roles that exist.
    pub(super) fn fits(&self, role_sets: usize) -> bool {
        let len = self.len();
        let lengths = [
            self.status_since.len(),
            self.created.len(),
            self.roles.len(),
            self.manifest.len(),
            self.pos.len(),
            self.texts.len(),
            self.ids.len(),
        ];
        (1..=ROWS).contains(&len)
            && lengths.iter().all(|l| *l == len)
            && self.hot.0.len() == len.div_ceil(PAGE)
            && self.roles.iter().all(|set| (*set as usize) < role_sets)
    }
}

fn put_sparse<T: Plain>(column: &Sparse<T>, out: &mut Vec<u8>) {
    let (bits, values) = column.parts();
    put(bits, out);
    put(values, out);
}

fn take_sparse<T: Plain>(from: &mut &[u8]) -> Option<Sparse<T>> {
    let bits: Vec<u64> = take(from)?;
    let values = take(from)?;
    (bits.len() <= ROWS / 64).then(|| Sparse::from_parts(bits, values))?
}

fn put_heap(heap: &Heap, out: &mut Vec<u8>) {
    put(&heap.ends, out);
    put(&heap.bytes, out);
}

fn take_heap(from: &mut &[u8]) -> Option<Heap> {
    let ends: Vec<u32> = take(from)?;
    let bytes: Vec<u8> = take(from)?;
    let whole = ends.last().map_or(0, |end| *end as usize) == bytes.len();
    (whole && ends.is_sorted()).then_some(Heap { bytes, ends })
}
