//! Backups: what goes in comes out, and what was changed on the way is refused.

use super::{all, ask};
use crate::domain::JournalId;
use crate::store::backup::{self, BackupError, Summary};
use crate::store::memory::MemoryStore;
use crate::store::redb_store::RedbStore;
use crate::store::{Append, Port, StoreError, verify};
use sha2::{Digest, Sha256};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn filled() -> (MemoryStore, Vec<Append>) {
    let mut store = MemoryStore::new();
    let batches = vec![
        ask(0, 1, 1),
        ask(2, 1, 40),
        ask(2, 2, 0),
        ask(2, 3, 7),
        ask(5, 1, 2),
    ];
    store.append(store.epoch(), &batches).unwrap();
    (store, batches)
}

fn saved() -> (TempDir, PathBuf, Summary, Vec<Append>) {
    let (store, batches) = filled();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rollcall.backup");
    let summary = backup::save(&*store.reader(), &path).unwrap();
    (dir, path, summary, batches)
}

/// Writes bytes as a backup with a trailer that fits them.
fn sealed(path: &Path, mut bytes: Vec<u8>) {
    let sha256 = Sha256::digest(&bytes);
    bytes.extend_from_slice(&sha256);
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_backup_holds_everything_and_says_what() {
    let (_dir, path, summary, batches) = saved();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(summary.batches, 5);
    assert_eq!(summary.bytes, std::fs::metadata(&path).unwrap().len());
    assert_eq!(backup::verify(&path).unwrap(), summary);
    let read: Vec<Append> = backup::read(&path).unwrap().map(Result::unwrap).collect();
    assert_eq!(read, batches);
}

#[test]
fn a_restored_store_has_the_same_trees_and_ids_and_goes_on() {
    let (dir, path, summary, batches) = saved();
    let at = dir.path().join("restored.redb");
    let mut store = backup::restore(&path, &at).unwrap();
    let reader = store.reader();
    assert_eq!(reader.heads().unwrap(), summary.heads);
    assert!(verify(&*reader).is_empty());
    for batch in &batches {
        let found = reader.find(batch.batch_id).unwrap();
        assert_eq!(found, Some((batch.journal, batch.seq)));
    }
    store.append(store.epoch(), &[ask(2, 4, 1)]).unwrap();
    drop(store);
    let again = RedbStore::open(&at).unwrap();
    assert_eq!(all(&*again.reader(), 2).len(), 4);
}

#[test]
fn an_empty_store_can_be_backed_up() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b");
    let summary = backup::save(&*MemoryStore::new().reader(), &path).unwrap();
    assert_eq!((summary.batches, summary.heads.len()), (0, 0));
    let store = backup::restore(&path, &dir.path().join("s")).unwrap();
    assert_eq!(store.reader().heads().unwrap(), []);
}

#[test]
fn what_is_appended_meanwhile_is_left_out() {
    struct Appending<'a>(Vec<u8>, &'a mut dyn FnMut());
    impl std::io::Write for Appending<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            (self.1)();
            self.0.write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (mut store, batches) = filled();
    let reader = store.reader();
    let mut seq = 1;
    let mut append = || {
        seq += 1;
        store
            .append(store.epoch(), &[ask(5, seq, 1), ask(6, seq - 1, 1)])
            .unwrap();
    };
    let mut out = Appending(Vec::new(), &mut append);
    let summary = backup::write(&*reader, &mut out).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b");
    std::fs::write(&path, out.0).unwrap();
    assert_eq!(backup::verify(&path).unwrap(), summary);
    assert_eq!(summary.batches, batches.len() as u64);
    assert!(reader.head(JournalId(5)).unwrap().seq > 1);
}

#[test]
fn existing_files_are_never_written_over() {
    let (dir, path, _, _) = saved();
    let (store, _) = filled();
    let before = std::fs::read(&path).unwrap();
    let there = backup::save(&*store.reader(), &path);
    assert!(matches!(there, Err(BackupError::Io { .. })), "{there:?}");
    assert!(std::fs::read(&path).unwrap() == before);

    let at = dir.path().join("taken.redb");
    std::fs::write(&at, b"somebody's").unwrap();
    let taken = backup::restore(&path, &at).err();
    assert!(
        matches!(taken, Some(BackupError::Store(StoreError::Io { .. }))),
        "{taken:?}"
    );
    assert_eq!(std::fs::read(&at).unwrap(), b"somebody's");
}

#[test]
fn a_store_that_cannot_be_read_leaves_no_backup() {
    let (store, _) = filled();
    store.faults().fail_reads(true);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b");
    assert!(backup::save(&*store.reader(), &path).is_err());
    assert!(!path.exists());
}

#[test]
fn every_truncation_and_every_flipped_bit_is_refused() {
    let (dir, path, _, _) = saved();
    let whole = std::fs::read(&path).unwrap();
    let bad = dir.path().join("bad");
    let refused = |bytes: &[u8]| {
        std::fs::write(&bad, bytes).unwrap();
        backup::verify(&bad).is_err()
    };
    for len in (0..whole.len()).step_by(7) {
        assert!(refused(&whole[..len]), "cut to {len} bytes");
    }
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        assert!(refused(&bytes), "bit flipped in byte {at}");
    }
    assert!(
        refused(&[&whole[..], &[0]].concat()),
        "a byte behind the end"
    );
    let at = dir.path().join("s.redb");
    assert!(backup::restore(&bad, &at).is_err() && !at.exists());
}

#[test]
fn a_forged_backup_with_a_fitting_trailer_is_refused() {
    let (dir, path, _, _) = saved();
    let whole = std::fs::read(&path).unwrap();
    let body = &whole[..whole.len() - 32];
    let forged = dir.path().join("forged");
    sealed(&forged, body.to_vec());
    backup::verify(&forged).unwrap();
    // The first batch is of 1 journal's 1 entry: magic 16, schema 4, record head 37, batch, then its journal's head.
    let batch = 20;
    let len = 37 + u64::from_le_bytes(body[49..57].try_into().unwrap()) as usize;
    let head = batch + len;
    let (first, rest) = (&body[batch..head], &body[head..]);
    let text = b"@example.org";
    let at = body.windows(text.len()).position(|w| w == text).unwrap();
    let mut altered = body.to_vec();
    altered[at + 1] ^= 1;
    let twice = [&body[..head], first, rest].concat();
    let without = [&body[..batch], rest].concat();
    let headless = [&body[..head], &body[head + 53..]].concat();
    let mut other_id = body.to_vec();
    let second = head + 53;
    other_id.copy_within(batch + 13..batch + 29, second + 13);
    for (what, bytes, says) in [
        ("altered", altered, "is not its tree's"),
        ("twice", twice, "out of order"),
        ("without its batch", without, "is not its tree's"),
        ("without its head", headless, "out of order"),
        ("under another's id", other_id, "a repetition"),
        (
            "without end",
            body[..body.len() - 1].to_vec(),
            "not a whole backup",
        ),
    ] {
        sealed(&forged, bytes);
        let said = backup::verify(&forged).unwrap_err().to_string();
        assert!(said.contains(says), "{what}: {said}");
    }
}

#[test]
fn a_newer_backup_is_refused() {
    let (_dir, path, _, _) = saved();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[16] += 1;
    bytes.truncate(bytes.len() - 32);
    sealed(&path, bytes);
    let newer = backup::verify(&path);
    assert!(
        matches!(newer, Err(BackupError::Newer { found: 2, .. })),
        "{newer:?}"
    );
}
