//! Records of bytes of up to 4,096 rows in one run.

use std::sync::Arc;

/// One record of bytes a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Heap {
    /// All records, in the order of the rows.
    pub bytes: Vec<u8>,
    /// Where each record ends.
    pub ends: Vec<u32>,
}

impl Heap {
    /// How many records there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// One record.
    #[inline]
    pub fn record(&self, row: usize) -> &[u8] {
        let from = row.checked_sub(1).map_or(0, |r| self.ends[r]);
        &self.bytes[from as usize..self.ends[row] as usize]
    }

    /// Puts `record` behind the last; its bytes stand at the end of `bytes` already.
    pub fn end_here(&mut self) {
        self.ends
            .push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
    }

    /// Adds `count` records behind the last; `put` appends each.
    pub fn extend(&mut self, count: usize, mut put: impl FnMut(usize, &mut Vec<u8>)) {
        for place in 0..count {
            put(place, &mut self.bytes);
            self.end_here();
        }
    }

    /// The same with the records of `rows` (ascending; rows behind the last are added) rewritten: `put` gets the row's
    /// place in `rows` and the record as it was, and appends the new one.
    pub fn rewritten(
        &self,
        rows: &[usize],
        mut put: impl FnMut(usize, &[u8], &mut Vec<u8>),
    ) -> Heap {
        let mut new = Heap {
            bytes: Vec::with_capacity(self.bytes.len() + rows.len() * 32),
            ends: Vec::with_capacity(self.len().max(rows.last().map_or(0, |r| r + 1))),
        };
        let mut next = 0;
        for (place, row) in rows.iter().enumerate() {
            new.copy(self, next, *row);
            let old = if *row < self.len() {
                self.record(*row)
            } else {
                &[]
            };
            put(place, old, &mut new.bytes);
            new.end_here();
            next = row + 1;
        }
        new.copy(self, next, self.len());
        new
    }

    /// Appends the records `from..to` of another heap as one run of bytes.
    fn copy(&mut self, of: &Heap, from: usize, to: usize) {
        let to = to.min(of.len());
        if from >= to {
            return;
        }
        let start = from.checked_sub(1).map_or(0, |r| of.ends[r]);
        let here = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        self.bytes
            .extend_from_slice(&of.bytes[start as usize..of.ends[to - 1] as usize]);
        self.ends
            .extend(of.ends[from..to].iter().map(|end| end - start + here));
    }

    /// Gives back what growing has reserved in advance.
    pub fn fit(&mut self) {
        if self.bytes.capacity() > self.bytes.len() + self.bytes.len() / 8 {
            self.bytes.shrink_to_fit();
        }
    }
}

/// Takes a record of `N` fields apart; an empty record is `N` empty fields.
pub(crate) fn fields<const N: usize>(record: &[u8]) -> [&[u8]; N] {
    let mut out = [&record[..0]; N];
    let mut at = 0;
    let lengths: [usize; N] = std::array::from_fn(|_| length(record, &mut at));
    for (field, len) in out.iter_mut().zip(lengths) {
        let end = at.saturating_add(len).min(record.len());
        *field = &record[at.min(end)..end];
        at = end;
    }
    out
}

/// Appends a record of fields; nothing at all when every field is empty.
pub(crate) fn put_fields<const N: usize>(fields: [&[u8]; N], out: &mut Vec<u8>) {
    if fields.iter().all(|f| f.is_empty()) {
        return;
    }
    for field in fields {
        put_length(field.len(), out);
    }
    for field in fields {
        out.extend_from_slice(field);
    }
}

/// Reads a number in groups of seven bits, least first.
pub(crate) fn length(bytes: &[u8], at: &mut usize) -> usize {
    let (mut value, mut shift) = (0usize, 0u32);
    while let Some(byte) = bytes.get(*at) {
        *at += 1;
        value |= usize::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        if byte & 0x80 == 0 {
            break;
        }
        shift += 7;
    }
    value
}

/// Appends a number in groups of seven bits, least first.
pub(crate) fn put_length(mut value: usize, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The bytes of a text field; the journal held a text, so anything else cannot be.
pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// Rewrites records of a heap behind `Arc`. Where all of them are new and nobody shares the heap, it just grows.
pub(crate) fn rewrite(
    heap: &mut Arc<Heap>,
    rows: &[usize],
    full: bool,
    mut put: impl FnMut(usize, &[u8], &mut Vec<u8>),
) {
    let added = rows.first().is_some_and(|first| *first >= heap.len());
    match Arc::get_mut(heap).filter(|_| added) {
        Some(heap) => heap.extend(rows.len(), |place, out| put(place, &[], out)),
        None => *heap = Arc::new(heap.rewritten(rows, put)),
    }
    if let Some(heap) = Arc::get_mut(heap).filter(|_| full) {
        heap.fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_rewritten_in_their_place() {
        let mut heap = Heap::default();
        heap.extend(4, |place, out| out.extend_from_slice(&b"abcdef"[..place]));
        let shared = Arc::new(heap);
        let mut changed = Arc::clone(&shared);
        rewrite(&mut changed, &[0, 2, 4], false, |place, old, out| {
            out.extend_from_slice(old);
            out.push(b'0' + place as u8);
        });
        let records = |heap: &Heap| {
            (0..heap.len())
                .map(|r| heap.record(r).to_vec())
                .collect::<Vec<_>>()
        };
        assert_eq!(records(&shared), [&b""[..], b"a", b"ab", b"abc"]);
        assert_eq!(records(&changed), [&b"0"[..], b"a", b"ab1", b"abc", b"2"]);
        rewrite(&mut changed, &[5], true, |_, _, out| out.push(b'z'));
        assert_eq!(changed.record(5), b"z");
    }

    #[test]
    fn long_fields_keep_their_length() {
        let long = "x".repeat(70_000);
        let mut record = Vec::new();
        put_fields([long.as_bytes(), b"", b"y"], &mut record);
        assert_eq!(fields::<3>(&record), [long.as_bytes(), b"", b"y"]);
        assert_eq!(fields::<3>(&[]), [b"", b"", b""]);
    }
}
