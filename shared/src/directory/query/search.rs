//! Finding a text in the folded records of a chunk.

use super::rows::Rows;
use crate::directory::bits::{WORD, packed, places};
use crate::directory::column::heap::Heap;
use memchr::memmem::Finder;

/// Of the rows left, one in this many is few enough to be looked at each for itself.
const FEW: usize = 16;
/// Hits after which it shows whether many rows hit.
const TRIED: usize = 32;
/// When one row in this many hits, a search that starts anew behind each hit costs more than comparing every byte.
const MANY: usize = 4;

/// Keeps the rows whose record contains the text. No text holds the byte that ends a record.
pub(super) fn search(records: &Heap, finder: &Finder<'_>, rows: &mut Rows) {
    if rows.count() * FEW < records.len() {
        rows.retain(|row| finder.find(records.record(row)).is_some());
        return;
    }
    let (mut found, mut from, mut row, mut hits) = (Rows::none(), 0, 0, 0);
    while let Some(at) = finder.find(&records.bytes[from..]) {
        let at = from + at;
        while records.ends[row] as usize <= at {
            row += 1;
        }
        found.add(row);
        hits += 1;
        from = records.ends[row] as usize;
        if hits >= TRIED && hits * MANY > row {
            compare(records, row + 1, finder.needle(), &mut found);
            break;
        }
    }
    rows.intersect(&found);
}

/// Adds the rows from `first` on whose record contains the text.
fn compare(records: &Heap, first: usize, text: &[u8], found: &mut Rows) {
    let mut start = records.ends[first - 1] as usize;
    for (row, end) in (first..).zip(&records.ends[first..]) {
        let end = *end as usize;
        let mut hit = false;
        while start < end && !hit {
            let len = (end - start).min(WORD);
            hit = begins(&records.bytes[start..], len, text);
            start += len;
        }
        found.put(row, hit);
        start = end;
    }
}

/// Ones, then zeros: from 64 less `len` on stand `len` ones.
const ONES: [u8; 2 * WORD] = {
    let mut ones = [0; 2 * WORD];
    let mut at = 0;
    while at < WORD {
        ones[at] = u8::MAX;
        at += 1;
    }
    ones
};

/// Whether the text begins in the first `len` bytes, at most 64: its first and last byte are compared at all places at
/// once, the rest of it where they agree. No text is empty.
#[inline]
fn begins(bytes: &[u8], len: usize, text: &[u8]) -> bool {
    let (first, last) = (text[0], text[text.len() - 1]);
    let ahead = bytes.get(text.len() - 1..).unwrap_or_default();
    let (Some(firsts), Some(lasts), Some(ones)) = (
        bytes.first_chunk::<WORD>(),
        ahead.first_chunk::<WORD>(),
        ONES[WORD - len..].first_chunk::<WORD>(),
    ) else {
        // Where all records end.
        return (0..len).any(|at| bytes[at..].starts_with(text));
    };
    let mut agree = *ones;
    for ((agree, one), other) in agree.iter_mut().zip(firsts).zip(lasts) {
        *agree &= if *one == first { u8::MAX } else { 0 };
        *agree &= if *other == last { u8::MAX } else { 0 };
    }
    if agree.iter().fold(0, |any, agree| any | agree) == 0 {
        return false;
    }
    text.len() <= 2 || places(packed(&agree)).any(|at| bytes[at..].starts_with(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn heap(records: &[String]) -> Heap {
        let mut heap = Heap::default();
        heap.extend(records.len(), |at, out| {
            out.extend_from_slice(records[at].as_bytes());
            out.push(b'\n');
        });
        heap
    }

    proptest! {
        #[test]
        fn rows_found_are_those_that_contain_the_text(
            records in prop::collection::vec("[ab@]{0,12}(abcd){0,40}[ab@]{0,3}", 1..300),
            left in prop::collection::vec(any::<bool>(), 300),
            text in "[abcd@]{1,8}",
        ) {
            let heap = heap(&records);
            let mut rows = Rows::first(records.len());
            rows.retain(|row| left[row] || left[0]);
            let mut expected = rows;
            expected.retain(|row| records[row].contains(&text));
            search(&heap, &Finder::new(&text), &mut rows);
            prop_assert_eq!(rows, expected);
        }

        #[test]
        fn a_text_begins_among_so_many_bytes(
            bytes in "[ab]{1,200}",
            len in 0usize..=64,
            text in "[ab]{1,6}",
        ) {
            let len = len.min(bytes.len());
            let expected = (0..len).any(|at| bytes[at..].starts_with(&text));
            prop_assert_eq!(begins(bytes.as_bytes(), len, text.as_bytes()), expected);
        }
    }
}
