//! What the port promises, held against both of its forms; and what each form does when a commit fails.

use super::disk::Disk;
use super::{all, ask, batch, expected_heads, settle};
use crate::domain::{JournalId, codec};
use crate::store::memory::{CommitFault, MemoryStore};
use crate::store::redb_store::RedbStore;
use crate::store::{Append, AppendError, Epoch, Port, StoreError, TreeHead, tree, verify};
use proptest::prelude::*;

fn redb_on(disk: &Disk) -> RedbStore {
    let disk = disk.clone();
    RedbStore::open_with_backend(move || disk.clone()).unwrap()
}

fn both() -> [Box<dyn Port>; 2] {
    [
        Box::new(MemoryStore::new()),
        Box::new(redb_on(&Disk::default())),
    ]
}

fn add(store: &mut dyn Port, group: &[Append]) -> Result<Vec<TreeHead>, AppendError> {
    store.append(store.epoch(), group)
}

#[test]
fn what_was_appended_is_read_back_with_its_heads() {
    for mut store in both() {
        let reader = store.reader();
        let batches: Vec<_> = (1..=5).map(|seq| ask(7, seq, seq as u32)).collect();
        let bytes: Vec<&[u8]> = batches.iter().map(|b| b.bytes.as_slice()).collect();
        let expected = expected_heads(7, &bytes);
        assert_eq!(add(&mut *store, &batches[..2]).unwrap(), expected[..2]);
        assert_eq!(add(&mut *store, &batches[2..]).unwrap(), expected[2..]);
        assert_eq!(add(&mut *store, &[]).unwrap(), []);
        let other = add(&mut *store, &[ask(0, 1, 2)]).unwrap()[0];

        assert_eq!(reader.journals().unwrap(), [JournalId(0), JournalId(7)]);
        assert_eq!(reader.head(JournalId(7)).unwrap(), expected[4]);
        assert_eq!(reader.heads().unwrap(), [other, expected[4]]);
        for (batch, head) in batches.iter().zip(&expected) {
            let committed = reader.committed(batch.journal, batch.seq).unwrap().unwrap();
            assert_eq!(
                (committed.head, committed.batch_id),
                (*head, batch.batch_id)
            );
            let found = reader.find(batch.batch_id).unwrap();
            assert_eq!(found, Some((batch.journal, batch.seq)));
        }
        assert_eq!(reader.committed(JournalId(7), 6).unwrap(), None);
        assert_eq!(reader.committed(JournalId(7), 0).unwrap(), None);
        assert_eq!(reader.find([0; 16]).unwrap(), None);
        assert!(verify(&*reader).is_empty());
    }
}

#[test]
fn a_read_stops_after_the_bytes_asked_for_and_always_gives_one() {
    for mut store in both() {
        let batches: Vec<_> = (1..=6).map(|seq| ask(1, seq, 30)).collect();
        add(&mut *store, &batches).unwrap();
        let reader = store.reader();
        let seqs = |from, bytes| -> Vec<u64> {
            let read = reader.read(JournalId(1), from, bytes).unwrap();
            read.iter().map(|(seq, _)| *seq).collect()
        };
        let one = batches[0].bytes.len();
        assert_eq!(seqs(1, 0), [1]);
        assert_eq!(seqs(4, one + 1), [4, 5]);
        assert_eq!(seqs(0, usize::MAX), [1, 2, 3, 4, 5, 6]);
        assert_eq!(seqs(7, usize::MAX), [0; 0]);
        assert!(all(&*reader, 2).is_empty());
    }
}

#[test]
fn an_absent_journal_has_the_head_of_the_empty_tree() {
    for store in both() {
        let head = store.reader().head(JournalId(3)).unwrap();
        assert_eq!((head.seq, head.leaves), (0, 0));
        assert_eq!(head.root, super::sha(&[]));
        assert_eq!(store.reader().heads().unwrap(), []);
    }
}

#[test]
fn a_refused_group_leaves_nothing_behind() {
    for mut store in both() {
        let first = add(&mut *store, &[ask(1, 1, 2)]).unwrap();
        let refusals = [
            (vec![ask(1, 2, 1), ask(1, 4, 1)], "conflict 3 2"),
            (vec![ask(2, 1, 1), ask(1, 1, 1)], "repeated 1"),
            (vec![ask(2, 1, 1), ask(2, 1, 1)], "repeated 1"),
            (vec![ask(2, 1, 1), ask(3, 0, 1)], "conflict 0 0"),
            (vec![ask(2, 2, 1)], "conflict 1 0"),
        ];
        for (group, refusal) in refusals {
            let said = match add(&mut *store, &group).unwrap_err() {
                AppendError::Conflict {
                    expected, found, ..
                } => format!("conflict {expected} {found}"),
                AppendError::Repeated { seq, .. } => format!("repeated {seq}"),
                other => format!("{other:?}"),
            };
            assert_eq!(said, refusal);
        }
        assert_eq!(store.reader().heads().unwrap(), first);
        assert_eq!(store.reader().find(ask(2, 1, 1).batch_id).unwrap(), None);
        add(&mut *store, &[ask(1, 2, 1), ask(2, 1, 1)]).unwrap();
    }
}

#[test]
fn bytes_that_are_no_batch_are_not_taken() {
    let mut salted = batch(1, 1, 3);
    // A salt is a byte string of 16 bytes (0x50); this one becomes one of 15, in a batch that can be taken apart.
    let salt = salted.windows(2).rposition(|w| w == [0x82, 0x50]).unwrap();
    salted[salt + 1] = 0x4f;
    salted.remove(salt + 2);
    codec::split(&salted).unwrap();
    for bytes in [Vec::new(), b"no batch".to_vec(), salted] {
        assert!(tree::leaves(&bytes).is_err());
        for mut store in both() {
            let bad = Append {
                bytes: bytes.clone(),
                ..ask(1, 2, 1)
            };
            let refused = add(&mut *store, &[ask(1, 1, 1), bad]);
            assert!(
                matches!(refused, Err(AppendError::Unknown(_))),
                "{refused:?}"
            );
            store.reopen().unwrap();
            assert_eq!(store.reader().heads().unwrap(), []);
        }
    }
}

#[test]
fn an_older_epoch_is_fenced_off() {
    for mut store in both() {
        let old = store.epoch();
        assert!(store.reopen().unwrap() > old);
        let fenced = store.append(old, &[ask(1, 1, 1)]);
        assert!(matches!(fenced, Err(AppendError::Fenced)), "{fenced:?}");
        let ahead = store.append(Epoch(store.epoch().0 + 1), &[ask(1, 1, 1)]);
        assert!(matches!(ahead, Err(AppendError::Fenced)), "{ahead:?}");
        add(&mut *store, &[ask(1, 1, 1)]).unwrap();
    }
}

#[test]
fn a_checkpoint_is_replaced_as_a_whole() {
    for mut store in both() {
        let reader = store.reader();
        assert_eq!(reader.manifest().unwrap(), None);
        let chunk = |key: u8, len| (vec![key], vec![key; len]);
        // More than fits in one transaction, and one chunk that is larger than that on its own.
        let chunks = [
            chunk(1, 5 << 20),
            chunk(2, 5 << 20),
            chunk(3, 9 << 20),
            chunk(4, 9),
        ];
        store.put_chunks(&chunks).unwrap();
        assert_eq!(reader.manifest().unwrap(), None);
        let keys: Vec<_> = chunks.iter().map(|(key, _)| key.clone()).collect();
        settle(&mut *store, b"first", &keys).unwrap();
        for (key, bytes) in &chunks {
            assert_eq!(reader.chunk(key).unwrap().as_ref(), Some(bytes));
        }

        store.put_chunks(&[chunk(5, 9)]).unwrap();
        let missing = settle(&mut *store, b"second", &[vec![4], vec![6]]);
        assert!(matches!(missing, Err(StoreError::Unreadable { .. })));
        assert_eq!(reader.manifest().unwrap().unwrap(), b"first");
        settle(&mut *store, b"second", &[vec![4], vec![5]]).unwrap();
        assert_eq!(reader.manifest().unwrap().unwrap(), b"second");
        let there = |key| reader.chunk(&[key]).unwrap().is_some();
        assert_eq!(
            [1, 2, 3, 4, 5].map(there),
            [false, false, false, true, true]
        );
    }
}

#[test]
fn a_lost_and_a_kept_commit_are_told_apart_after_reopening() {
    for (fault, durable) in [(CommitFault::Lost, 1), (CommitFault::Kept, 2)] {
        let mut store = MemoryStore::new();
        let reader = store.reader();
        add(&mut store, &[ask(1, 1, 1)]).unwrap();
        store.faults().fail_next_commit(fault);
        for _ in 0..2 {
            let unknown = add(&mut store, &[ask(1, 2, 1)]);
            assert!(matches!(unknown, Err(AppendError::Unknown(_))));
        }
        store.reopen().unwrap();
        assert_eq!(reader.head(JournalId(1)).unwrap().seq, durable);
        add(&mut store, &[ask(1, durable + 1, 1)]).unwrap();
        assert!(verify(&*reader).is_empty());
    }
}

#[test]
fn a_disk_that_fails_is_survived_by_reopening() {
    let disk = Disk::default();
    let mut store = redb_on(&disk);
    let reader = store.reader();
    let first = add(&mut store, &[ask(1, 1, 1)]).unwrap();
    disk.fail_syncs(true);
    for _ in 0..2 {
        let unknown = add(&mut store, &[ask(1, 2, 1)]);
        assert!(
            matches!(unknown, Err(AppendError::Unknown(_))),
            "{unknown:?}"
        );
    }
    assert!(store.reopen().is_err());
    assert!(reader.heads().is_err());
    disk.fail_syncs(false);
    store.reopen().unwrap();
    let now = reader.head(JournalId(1)).unwrap();
    assert!(now.seq == 2 || reader.heads().unwrap() == first);
    add(&mut store, &[ask(1, now.seq + 1, 1)]).unwrap();
    assert!(verify(&*reader).is_empty());
}

#[test]
fn the_memory_store_waits_fails_and_is_taken_over_on_command() {
    let mut store = MemoryStore::new();
    let (faults, reader) = (store.faults(), store.reader());
    faults.hold();
    std::thread::scope(|scope| {
        let appending = scope.spawn(|| add(&mut store, &[ask(1, 1, 1)]));
        faults.until_waiting();
        assert_eq!(reader.heads().unwrap(), []);
        faults.release();
        appending.join().unwrap().unwrap();
    });
    assert_eq!(reader.heads().unwrap().len(), 1);

    faults.fail_reads(true);
    assert!(reader.read(JournalId(1), 1, 1).is_err() && store.reopen().is_err());
    faults.fail_reads(false);
    faults.fail_checkpoints(true);
    assert!(store.put_chunks(&[]).is_err() && store.put_manifest(b"").is_err());
    assert!(store.remove_chunks(&[]).is_err());
    faults.fail_checkpoints(false);
    store.put_chunks(&[]).unwrap();

    let mut second = store.take_over();
    assert!(matches!(
        add(&mut store, &[ask(1, 2, 1)]),
        Err(AppendError::Fenced)
    ));
    add(&mut second, &[ask(1, 2, 1)]).unwrap();
}

#[test]
fn readers_end_with_their_writer() {
    let store = redb_on(&Disk::default());
    let reader = store.reader();
    reader.heads().unwrap();
    drop(store);
    assert!(matches!(reader.heads(), Err(StoreError::Io { .. })));
}

#[test]
fn large_batches_are_cut_into_rows_and_hashed_by_two_threads() {
    let mut store = redb_on(&Disk::default());
    let batches = [ask(1, 1, 9_001), ask(1, 2, 3)];
    assert!(batches[0].bytes.len() > 2 * crate::store::tables::PART);
    let bytes: Vec<&[u8]> = batches.iter().map(|b| b.bytes.as_slice()).collect();
    assert_eq!(
        add(&mut store, &batches).unwrap(),
        expected_heads(1, &bytes)
    );
    let read = all(&*store.reader(), 1);
    assert!(read.len() == 2 && read[0].1 == batches[0].bytes && read[1].1 == batches[1].bytes);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Both forms answer any sequence of groups alike.
    #[test]
    fn both_forms_agree(groups in prop::collection::vec(
        prop::collection::vec((0u32..3, 0u64..4, 0u32..4), 1..4), 1..12,
    )) {
        let [mut memory, mut redb] = both();
        for group in groups {
            // A number that counts from where the journal is, so that most groups are taken and some are not.
            let group: Vec<Append> = group
                .into_iter()
                .map(|(journal, ahead, entries)| {
                    let seq = memory.reader().head(JournalId(journal)).unwrap().seq;
                    ask(journal, seq + ahead.min(2), entries)
                })
                .collect();
            let answers = [&mut memory, &mut redb].map(|store| format!("{:?}", add(&mut **store, &group)));
            prop_assert_eq!(&answers[0], &answers[1]);
        }
        prop_assert_eq!(memory.reader().heads().unwrap(), redb.reader().heads().unwrap());
        prop_assert!(verify(&*memory.reader()).is_empty() && verify(&*redb.reader()).is_empty());
    }
}
