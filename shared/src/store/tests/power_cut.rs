//! The power is cut at any instant of a recorded run: whatever the disk then holds opens, and holds every append that
//! was acknowledged, nothing by half, and nothing that was not asked for; and its checkpoint with the batches behind it
//! folds to the state that the journals alone fold to.
//!
//! `ROLLCALL_POWER_CUTS` sets how many instants are tried.

use super::disk::{Cut, Disk, Done, Image, Recording, Seeded};
use super::{all, append_of, expected_heads, settle};
use crate::directory::State;
use crate::directory::checkpoint::{self, Manifest};
use crate::directory::tests::dice::{self, Dice};
use crate::directory::tests::{adopted, batch, changed, tenant};
use crate::domain::{
    Account, AccountId, Authority, Entry, Fact, JournalId, Micros, Sweep, TenantId, codec,
};
use crate::store::redb_store::RedbStore;
use crate::store::{Append, Port, TreeHead, verify};
use std::collections::BTreeMap;

const CUTS: usize = 10_000;

/// Writes the journals of a platform with two tenants, as the daemon would: folded, linked, encoded.
struct Author {
    state: State,
    dice: Dice,
    now: i64,
}

impl Author {
    fn batch(&mut self, journal: u32, entries: Vec<Entry>) -> Append {
        self.now += 1_000_000;
        let mut batch = batch(journal, self.now, entries);
        self.state.link(&mut batch);
        let seq = self.state.journal_seq(JournalId(journal)) + 1;
        self.state.apply(seq, &batch).unwrap();
        append_of(journal, seq, codec::encode(&batch))
    }

    /// What the platform's journal begins with, and each tenant's.
    fn begin(&mut self) -> Vec<Append> {
        let tenants = [
            tenant(1, "acme", Authority::Rollcall),
            tenant(2, "beta", Authority::Vendor),
        ];
        let created = tenants.map(|t| Entry::plain(Fact::TenantCreated(Box::new(t))));
        let first = || [vec![adopted("iusign")], dice::scopes()].concat();
        vec![
            self.batch(0, created.to_vec()),
            self.batch(1, first()),
            self.batch(2, first()),
        ]
    }

    fn accounts(&self, journal: u32) -> u32 {
        self.state.tenant(TenantId(journal)).unwrap().accounts()
    }

    /// A batch of whatever happens in a journal.
    fn next(&mut self, journal: u32, entries: u32) -> Append {
        let entries = match journal {
            0 => (0..entries).map(|planned| self.fired(planned)).collect(),
            _ => {
                let mut accounts = self.accounts(journal);
                (0..entries)
                    .map(|_| {
                        let entry = dice::entry(&mut self.dice, accounts);
                        if let Fact::Account { account, .. } = entry.fact {
                            accounts = accounts.max(account.0 + 1);
                        }
                        entry
                    })
                    .collect()
            }
        };
        self.batch(journal, entries)
    }

    fn fired(&mut self, planned: u32) -> Entry {
        Entry::plain(Fact::ScheduleFired {
            sweep: self.dice.pick(Sweep::ALL),
            tenant: TenantId(1 + self.dice.roll(2) as u32),
            due: Micros(self.now),
            planned,
        })
    }

    /// A batch too large for one row of the store.
    fn large(&mut self, journal: u32) -> Append {
        let from = self.accounts(journal);
        let people = (from..from + 80).map(|id| {
            let mut account = Account::new(AccountId(id), format!("u{id}@x.org"), Micros(self.now));
            account.department = "d".repeat(4_000);
            changed(id, account.creation())
        });
        let people = people.collect();
        self.batch(journal, people)
    }
}

/// The groups of the run: one or more batches each, some over several journals, one too large for one row; and the
/// state after each, the empty one first.
fn groups() -> (Vec<Vec<Append>>, Vec<State>) {
    let mut author = Author {
        state: State::default(),
        dice: Dice(7),
        now: 0,
    };
    let mut states = vec![author.state.clone()];
    let groups = (0..40)
        .map(|n| {
            let group = match n {
                0 => author.begin(),
                17 => vec![author.large(1)],
                n if n % 5 == 0 => vec![
                    author.next(0, 1),
                    author.next(1, 20),
                    author.next(1, 1),
                    author.next(2, 3),
                ],
                n => vec![author.next(n % 3, n % 4)],
            };
            states.push(author.state.clone());
            group
        })
        .collect();
    (groups, states)
}

/// What the store must hold after so many groups: for each journal how many batches.
fn ends_after(groups: &[Vec<Append>]) -> BTreeMap<JournalId, u64> {
    let all = groups.iter().flatten();
    all.map(|batch| (batch.journal, batch.seq)).collect()
}

struct Asked {
    groups: Vec<Vec<Append>>,
    states: Vec<State>,
    /// The digest of what the journals alone fold to after so many groups.
    digests: Vec<[u8; 32]>,
    batches: BTreeMap<JournalId, Vec<Append>>,
    heads: BTreeMap<JournalId, Vec<TreeHead>>,
}

impl Asked {
    fn new() -> Asked {
        let (groups, states) = groups();
        let mut folded = State::default();
        let mut digests = vec![folded.digest()];
        for group in &groups {
            for batch in group {
                let decoded = codec::decode(&batch.bytes).unwrap();
                folded.apply(batch.seq, &decoded).unwrap();
            }
            digests.push(folded.digest());
        }
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
            states,
            digests,
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
        let mut previous = None;
        for (n, group) in self.groups.iter().enumerate() {
            disk.mark(Done::Begun(n + 1));
            store.append(store.epoch(), group).unwrap();
            disk.mark(Done::Acknowledged(n + 1));
            if n % 9 == 4 {
                let written = checkpoint::encode(&self.states[n + 1], previous.as_ref());
                store.put_chunks(&written.chunks).unwrap();
                settle(&mut store, &written.manifest, &written.keep).unwrap();
                previous = Some(Manifest::decode(&written.manifest).unwrap());
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
        // The batches are byte for byte what was asked, so the journals alone fold to what was folded of it; the
        // checkpoint, whichever the cut left, with the batches behind it must fold to the same.
        let loaded = checkpoint::load_or_replay(&*reader, |why| panic!("{why}")).unwrap();
        assert_eq!(
            loaded.digest(),
            self.digests[held],
            "other than {held} groups"
        );
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
