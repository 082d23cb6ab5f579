//! Sorting by texts: one permutation of all rows a column, kept between queries and mended where texts changed.

use super::rows::Rows;
use super::sort::{self, SAME};
use super::texts::{By, Group, Print, Source};
use super::{Frame, Place, frames};
use crate::directory::chunk::ROWS;
use crate::directory::parallel;
use crate::directory::state::State;
use crate::directory::tenant::TenantView;
use crate::domain::TenantId;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Matches up to this many are sorted by themselves.
const FEW: usize = 2_048;

/// Permutations by texts, of each [`Group`] of columns, shared by all clones of a state.
#[derive(Debug, Clone, Default)]
pub(in crate::directory) struct Orders(Arc<[Mutex<Order>; 2]>);

/// All rows in the order of their texts. Rows are numbered by slots: a slot, once given to a chunk, stays its own.
#[derive(Debug, Default)]
struct Order {
    slots: Vec<Slot>,
    /// By each column of the group; made when first asked for.
    rows: [Option<Arc<Vec<u32>>>; 2],
}

/// A chunk as the permutations know it.
#[derive(Debug)]
struct Slot {
    tenant: TenantId,
    chunk: usize,
    print: Print,
    /// The hash of each row's texts: tells which have changed.
    hashes: Vec<u64>,
}

impl Slot {
    fn new(frame: &Frame<'_>, group: Group) -> Self {
        let source = Source::new(frame);
        let hashes = (0..source.len()).map(|row| source.hash(group, row));
        Slot {
            tenant: frame.view.tenant.id,
            chunk: frame.index,
            print: source.print(group),
            hashes: hashes.collect(),
        }
    }
}

/// The rows `offset..offset + take` of what matched, by a column of texts, with the largest first or not.
pub(super) fn page(
    state: &State,
    frames: &[Frame<'_>],
    matched: &[Rows],
    (by, descending): (By, bool),
    offset: usize,
    take: usize,
) -> Vec<Place> {
    if matched.iter().map(Rows::count).sum::<usize>() <= FEW {
        return few(frames, matched, by, descending, offset, take);
    }
    let (rows, slots) = state.orders.current(state, by);
    let wanted = frames.iter().enumerate();
    let wanted = wanted.map(|(at, f)| ((f.view.tenant.id, f.index), at));
    let wanted: HashMap<(TenantId, usize), usize> = wanted.collect();
    let frame_of: Vec<Option<usize>> = slots.iter().map(|slot| wanted.get(slot).copied()).collect();
    let place = |entry: u32| {
        let row = (entry & !SAME) as usize;
        let frame = frame_of[row / ROWS]?;
        let row = row % ROWS;
        matched[frame].has(row).then_some((frame, row))
    };
    if descending {
        // Backwards by groups of equal texts, forwards inside each.
        let groups = Groups(&rows);
        let rows = groups.flatten().filter_map(|entry| place(*entry));
        rows.skip(offset).take(take).collect()
    } else {
        let rows = rows.iter().filter_map(|entry| place(*entry));
        rows.skip(offset).take(take).collect()
    }
}

fn few(
    frames: &[Frame<'_>],
    matched: &[Rows],
    by: By,
    descending: bool,
    offset: usize,
    take: usize,
) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for (at, rows) in matched.iter().enumerate() {
        places.extend(rows.iter().map(|row| (at, row)));
    }
    let sources: Vec<Source<'_>> = frames.iter().map(Source::new).collect();
    let key = |(frame, row): Place| sources[frame].key(by, row);
    places.sort_unstable_by(|a, b| {
        let order = key(*a).cmp(key(*b));
        let order = if descending { order.reverse() } else { order };
        order.then(a.cmp(b))
    });
    places.into_iter().skip(offset).take(take).collect()
}

/// Runs of entries with equal texts, from the last to the first.
struct Groups<'a>(&'a [u32]);

impl<'a> Iterator for Groups<'a> {
    type Item = &'a [u32];

    fn next(&mut self) -> Option<&'a [u32]> {
        let from = self.0.iter().rposition(|entry| entry & SAME == 0)?;
        let (rest, group) = self.0.split_at(from);
        self.0 = rest;
        Some(group)
    }
}

/// A permutation, and the tenant and chunk of each slot it speaks of.
type Current = (Arc<Vec<u32>>, Vec<(TenantId, usize)>);

impl Orders {
    /// The permutation of a state's rows, made or mended when it is not at hand.
    fn current(&self, state: &State, by: By) -> Current {
        let tenants: Vec<&TenantView> = state.tenants().collect();
        let frames = frames(&tenants);
        let group = by.group();
        let order = &self.0[group as usize];
        let mut order = order.lock().unwrap_or_else(PoisonError::into_inner);
        if !order.mend(&frames, group) {
            *order = Order {
                slots: parallel::map(&frames, |_, frame| Slot::new(frame, group)),
                rows: [None, None],
            };
        }
        let rows = match &order.rows[by.place()] {
            Some(rows) => Arc::clone(rows),
            None => {
                let rows = Arc::new(order.sorted(&frames, by));
                Arc::clone(order.rows[by.place()].insert(rows))
            }
        };
        let slots = order.slots.iter().map(|slot| (slot.tenant, slot.chunk));
        (rows, slots.collect())
    }

    /// Makes the permutations of a state by name and by email.
    pub fn warm(&self, state: &State) {
        self.current(state, By::Name);
        self.current(state, By::Email);
    }
}

/// The texts that rows of an order stand for.
struct Keys<'a> {
    by: By,
    /// By slot.
    sources: Vec<Source<'a>>,
    /// Where each slot stands in the order of tenants and accounts.
    ranks: Vec<usize>,
}

impl<'a> Keys<'a> {
    fn of(&self, row: u32) -> &'a [u8] {
        let row = (row & !SAME) as usize;
        self.sources[row / ROWS].key(self.by, row % ROWS)
    }

    /// By text, then by tenant and account number.
    fn compare(&self, a: u32, b: u32) -> Ordering {
        let place = |row: u32| (self.ranks[row as usize / ROWS], row as usize % ROWS);
        let texts = self.of(a).cmp(self.of(b));
        texts.then_with(|| place(a & !SAME).cmp(&place(b & !SAME)))
    }

    /// Adds a row behind the last, marked when its text is the same.
    fn push(&self, rows: &mut Vec<u32>, row: u32) {
        let row = row & !SAME;
        let same = rows
            .last()
            .is_some_and(|last| self.of(*last) == self.of(row));
        rows.push(if same { row | SAME } else { row });
    }
}

impl Order {
    /// All rows, sorted from nothing.
    fn sorted(&self, frames: &[Frame<'_>], by: By) -> Vec<u32> {
        let sources: Vec<Source<'_>> = frames.iter().map(Source::new).collect();
        let lens: Vec<usize> = sources.iter().map(Source::len).collect();
        let mut rows = sort::sorted(&lens, |chunk, row| sources[chunk].key(by, row));
        let slots = self.slots.iter().enumerate();
        let slots: HashMap<_, _> = slots.map(|(at, s)| ((s.tenant, s.chunk), at)).collect();
        let slot_of = |f: &Frame<'_>| slots.get(&(f.view.tenant.id, f.index)).copied();
        let slots: Vec<usize> = frames.iter().filter_map(slot_of).collect();
        for entry in &mut rows {
            let row = (*entry & !SAME) as usize;
            *entry = *entry & SAME | (slots[row / ROWS] * ROWS + row % ROWS) as u32;
        }
        rows
    }

    /// Takes in what changed since; false when too much did, or when another state is asked about.
    fn mend(&mut self, frames: &[Frame<'_>], group: Group) -> bool {
        if self.rows.iter().all(Option::is_none) {
            return false;
        }
        let slots = self.slots.iter().enumerate();
        let slots: HashMap<_, _> = slots.map(|(at, s)| ((s.tenant, s.chunk), at)).collect();
        let place = |frame: &Frame<'_>| (frame.view.tenant.id, frame.index);
        // A slot whose chunk is not there belongs to another state: an older one, or one as of a date.
        if frames
            .iter()
            .filter(|f| slots.contains_key(&place(f)))
            .count()
            < self.slots.len()
        {
            return false;
        }
        let mut keys = Keys {
            by: group.columns()[0],
            sources: frames.iter().map(Source::new).collect(),
            ranks: (0..frames.len()).collect(),
        };
        let (mut gone, mut new) = (Vec::new(), Vec::new());
        for (rank, frame) in frames.iter().enumerate() {
            let at = slots
                .get(&place(frame))
                .copied()
                .unwrap_or(self.slots.len());
            let source = Source::new(frame);
            keys.sources[at] = source;
            keys.ranks[at] = rank;
            let before = self.slots.get(at);
            if before.is_some_and(|slot| slot.print.is_of(&source)) {
                continue;
            }
            let slot = Slot::new(frame, group);
            let hashes = before.map_or(&[][..], |slot| &slot.hashes);
            if hashes.len() > slot.hashes.len() {
                return false;
            }
            for (row, hash) in slot.hashes.iter().enumerate() {
                if hashes.get(row) != Some(hash) {
                    new.push((at * ROWS + row) as u32);
                    gone.extend((row < hashes.len()).then_some((at * ROWS + row) as u32));
                }
            }
            match self.slots.get_mut(at) {
                Some(before) => *before = slot,
                None => self.slots.push(slot),
            }
        }
        let all: usize = self.slots.iter().map(|slot| slot.hashes.len()).sum();
        if new.len() > all / 4 {
            return false;
        }
        for by in group.columns() {
            if let Some(rows) = self.rows[by.place()].as_mut().filter(|_| !new.is_empty()) {
                keys.by = by;
                *rows = Arc::new(merged(rows, &keys, &gone, &new));
            }
        }
        true
    }
}

/// Rows in their order without those that are gone and with the new ones, each in its place.
fn merged(rows: &[u32], keys: &Keys<'_>, gone: &[u32], new: &[u32]) -> Vec<u32> {
    let mut removed = vec![Rows::none(); keys.sources.len()];
    for row in gone {
        removed[*row as usize / ROWS].add(*row as usize % ROWS);
    }
    let mut stay: Vec<u32> = Vec::with_capacity(rows.len());
    // The mark of a row that followed one that is gone says nothing any more.
    let mut sure = true;
    for entry in rows {
        let row = (entry & !SAME) as usize;
        if removed[row / ROWS].has(row % ROWS) {
            sure = false;
        } else if sure {
            stay.push(*entry);
        } else {
            keys.push(&mut stay, *entry);
            sure = true;
        }
    }
    let mut new = new.to_vec();
    new.sort_unstable_by(|a, b| keys.compare(*a, *b));
    let mut merged = Vec::with_capacity(stay.len() + new.len());
    let mut from = 0;
    for row in new {
        let ahead = stay[from..].partition_point(|entry| keys.compare(*entry, row).is_lt());
        if ahead > 0 {
            // The first of them may follow a new row.
            keys.push(&mut merged, stay[from]);
            merged.extend_from_slice(&stay[from + 1..from + ahead]);
            from += ahead;
        }
        keys.push(&mut merged, row);
    }
    if let Some((first, rest)) = stay[from..].split_first() {
        keys.push(&mut merged, *first);
        merged.extend_from_slice(rest);
    }
    merged
}
