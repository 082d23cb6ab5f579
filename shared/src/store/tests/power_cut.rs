//! The power is cut at any instant of a recorded run: whatever the disk then holds opens, and holds every append that
//! was acknowledged, nothing by half, and nothing that was not asked for.
//!
//! `ROLLCALL_POWER_CUTS` sets how many instants are tried.

use super::disk::{Cut, Disk, Done, Image, Recording, Seeded};
use super::{all, ask, expected_heads};
use crate::domain::JournalId;
use crate::store::redb_store::RedbStore;
use crate::store::{Append, Port, TreeHead, verify};
use std::collections::BTreeMap;

const CUTS: usize = 10_000;

/// The groups of the run: one or more batches each, some over several journals, one too large for one row.
fn groups() -> Vec<Vec<Append>> {
    let mut ends: BTreeMap<u32, u64> = BTreeMap::new();
    let mut next = |journal: u32, entries: u32| {
        let end = ends.entry(journal).or_default();
        *end += 1;
        ask(journal, *end, entries)
    };
    (0..40)
        .map(|n| match n {
            17 => vec![next(1, 3_000)],
            n if n % 5 == 0 => vec![next(0, 1), next(1, 20), next(1, 1), next(2, 3)],
            n => vec![next(n % 3, n % 4)],
        })
        .collect()
}

/// What the store must hold after so many groups: for each journal how many batches.
fn ends_after(groups: &[Vec<Append>]) -> BTreeMap<JournalId, u64> {
    let all = groups.iter().flatten();
    all.map(|batch| (batch.journal, batch.seq)).collect()
}

struct Asked {
    groups: Vec<Vec<Append>>,
    batches: BTreeMap<JournalId, Vec<Append>>,
    heads: BTreeMap<JournalId, Vec<TreeHead>>,
}

impl Asked {
    fn new() -> Asked {
        let groups = groups();
        let mut batches: BTreeMap<JournalId, Vec<Append>> = BTreeMap::new();
        for batch in groups.iter().flatten() {
            batches
                .entry(batch.journal)
                .or_default()
                .push(batch.clone());
        }
        let heads = batches
            .iter()
            .map(|(journal, batches)| {
                let bytes: Vec<&[u8]> = batches.iter().map(|b| b.bytes.as_slice()).collect();
                (*journal, expected_heads(journal.0, &bytes))
            })
            .collect();
        Asked {
            groups,
            batches,
            heads,
        }
    }

    /// Runs everything on a disk that records, closing and opening the store and writing checkpoints on the way.
    fn record(&self) -> Recording {
        let disk = Disk::default();
        let open = || {
            let disk = disk.clone();
            RedbStore::open_with_backend(move || disk.clone()).unwrap()
        };
        drop(open());
        let start = disk.image();
        disk.record();
        let mut store = open();
        for (n, group) in self.groups.iter().enumerate() {
            disk.mark(Done::Begun(n + 1));
            store.append(store.epoch(), group).unwrap();
            disk.mark(Done::Acknowledged(n + 1));
            if n % 9 == 4 {
                let chunks = [
                    (vec![n as u8, 0], vec![1; 5_000]),
                    (vec![n as u8, 1], vec![2; 70]),
                ];
                store.put_chunks(&chunks).unwrap();
                let keep = chunks.map(|(key, _)| key);
                store.put_manifest(&keep.concat(), &keep).unwrap();
            }
            if n % 13 == 12 {
                drop(store);
                store = open();
            }
        }
        store.compact().unwrap();
        drop(store);
        Recording::new(start, disk.stop())
    }

    /// Opens what a cut left and checks it; answers how many groups it holds.
    fn check(&self, disk: &Disk, acknowledged: usize, begun: usize) -> usize {
        let make = disk.clone();
        let mut store = RedbStore::open_with_backend(move || make.clone()).unwrap();
        let reader = store.reader();
        let ends: BTreeMap<_, _> = reader
            .heads()
            .unwrap()
            .iter()
            .map(|head| (head.journal, head.seq))
            .collect();
        let held = (acknowledged..=begun)
            .find(|n| ends_after(&self.groups[..*n]) == ends)
            .unwrap_or_else(|| panic!("{acknowledged}..={begun} groups asked, found {ends:?}"));
        for (journal, end) in &ends {
            let end = *end as usize;
            let asked = &self.batches[journal][..end];
            let found = all(&*reader, journal.0);
            assert_eq!(found.len(), end);
            for ((batch, (seq, bytes)), head) in asked.iter().zip(&found).zip(&self.heads[journal])
            {
                assert!(batch.seq == *seq && batch.bytes == *bytes);
                let committed = reader.committed(*journal, *seq).unwrap().unwrap();
                assert_eq!(committed.head, *head);
                assert_eq!(committed.batch_id, batch.batch_id);
                assert_eq!(reader.find(batch.batch_id).unwrap(), Some((*journal, *seq)));
            }
        }
        if let Some(manifest) = reader.manifest().unwrap() {
            for key in manifest.chunks(2) {
                assert!(reader.chunk(key).unwrap().is_some(), "a chunk is gone");
            }
        }
        if let Some(next) = self.groups.get(held) {
            let heads = store.append(store.epoch(), next).unwrap();
            for head in heads {
                assert_eq!(head, self.heads[&head.journal][head.seq as usize - 1]);
            }
        }
        held
    }

    /// One cut of the run; every third time the power is cut a second time, while the store is being opened.
    fn cut(&self, recording: &Recording, seed: u64) {
        let mut seeded = Seeded(seed);
        let Cut {
            image,
            acknowledged,
            begun,
        } = recording.cut(&mut seeded);
        if seed.is_multiple_of(3) {
            let disk = Disk::of(image.clone());
            let make = disk.clone();
            disk.record();
            drop(RedbStore::open_with_backend(move || make.clone()).unwrap());
            let again = Recording::new(image, disk.stop()).cut(&mut seeded);
            self.check(&Disk::of(again.image), acknowledged, begun);
        } else {
            self.check(&Disk::of(image), acknowledged, begun);
        }
    }
}

#[test]
fn a_power_cut_loses_nothing_that_was_acknowledged() {
    let cuts = match std::env::var("ROLLCALL_POWER_CUTS") {
        Ok(cuts) => cuts.parse().unwrap(),
        Err(_) => CUTS,
    };
    let asked = Asked::new();
    let recording = asked.record();
    std::thread::scope(|scope| {
        for half in 0..2 {
            let (asked, recording) = (&asked, &recording);
            scope.spawn(move || {
                (0..cuts as u64)
                    .filter(|seed| seed % 2 == half)
                    .for_each(|seed| {
                        let cut = || asked.cut(recording, seed);
                        let cut = std::panic::AssertUnwindSafe(cut);
                        if std::panic::catch_unwind(cut).is_err() {
                            panic!("the cut with seed {seed} broke the store");
                        }
                    });
            });
        }
    });
}

#[test]
fn the_whole_run_is_there_when_the_power_stays_on() {
    let asked = Asked::new();
    let disk = Disk::of(Image::default());
    let make = disk.clone();
    let mut store = RedbStore::open_with_backend(move || make.clone()).unwrap();
    for group in &asked.groups {
        store.append(store.epoch(), group).unwrap();
    }
    assert!(verify(&*store.reader()).is_empty());
    drop(store);
    let whole = asked.groups.len();
    assert_eq!(asked.check(&disk, whole, whole), whole);
}
