//! The store as a file: made and opened, held, refused, brought up to date.

use super::disk::Seeded;
use super::{all, ask, settle, sha};
use crate::store::redb_store::{self, RedbStore};
use crate::store::tables::{self, HEAD, JOURNAL, META, MigrationError, SCHEMA, Step};
use crate::store::{Port, Problem, StoreError, verify};
use redb::{Database, ReadableTable};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tempfile::TempDir;

fn made() -> (TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rollcall.redb");
    let mut store = RedbStore::create(&path).unwrap();
    store
        .append(store.epoch(), &[ask(1, 1, 50), ask(1, 2, 5)])
        .unwrap();
    (dir, path)
}

fn hash(path: &Path) -> [u8; 32] {
    sha(&[&std::fs::read(path).unwrap()])
}

/// Changes a closed store behind its back.
fn meddle(path: &Path, how: impl FnOnce(&redb::WriteTransaction)) {
    let db = Database::open(path).unwrap();
    let txn = tables::begin(&db).unwrap();
    how(&txn);
    txn.commit().unwrap();
}

fn set_schema(path: &Path, schema: u32) {
    meddle(path, |txn| {
        let mut meta = txn.open_table(META).unwrap();
        meta.insert("schema", u64::from(schema)).unwrap();
    });
}

/// Copies the file while it is open, as a kill would leave it.
fn killed(path: &Path) -> (TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("killed.redb");
    std::fs::copy(path, &copy).unwrap();
    (dir, copy)
}

#[test]
fn a_store_is_made_for_its_owner_only_and_opened_again() {
    let (dir, path) = made();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut names: Vec<_> = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["rollcall.redb", "rollcall.redb.lock"]);
    let first = RedbStore::open(&path).unwrap().epoch();
    let store = RedbStore::open(&path).unwrap();
    assert!(store.epoch() > first);
    assert_eq!(all(&*store.reader(), 1).len(), 2);
}

#[test]
fn nothing_is_made_over_what_is_there_nor_opened_where_nothing_is() {
    let (dir, path) = made();
    let before = hash(&path);
    let there = RedbStore::create(&path).err().unwrap();
    assert!(matches!(there, StoreError::Io { .. }), "{there}");
    assert_eq!(hash(&path), before);

    let absent = dir.path().join("absent.redb");
    let gone = RedbStore::open(&absent).err().unwrap();
    assert!(matches!(gone, StoreError::Io { .. }), "{gone}");
    assert!(!absent.exists() && !dir.path().join("absent.redb.lock").exists());
}

#[test]
fn a_store_is_never_put_in_the_place_of_one_made_meanwhile() {
    let (dir, path) = made();
    let before = hash(&path);
    let finished = dir.path().join("finished");
    std::fs::write(&finished, b"restored").unwrap();
    let there = redb_store::place(&finished, &path).unwrap_err();
    assert_eq!(there.kind(), std::io::ErrorKind::AlreadyExists);
    assert_eq!(hash(&path), before);
    assert!(finished.exists());
    std::fs::remove_file(&path).unwrap();
    redb_store::place(&finished, &path).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"restored");
    assert!(!finished.exists());
}

#[test]
fn an_unfinished_store_is_no_hindrance() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.redb");
    std::fs::write(dir.path().join("s.redb.new"), b"half").unwrap();
    drop(RedbStore::create(&path).unwrap());
    RedbStore::open(&path).unwrap();
}

#[test]
fn a_second_holder_is_refused_and_told_who_the_first_is() {
    let (_dir, path) = made();
    let store = RedbStore::open(&path).unwrap();
    for refused in [RedbStore::open(&path), RedbStore::create(&path)] {
        let StoreError::Held { holder, .. } = refused.err().unwrap() else {
            panic!("not held");
        };
        let me = std::env::current_exe().unwrap();
        let me = me.file_name().unwrap().to_str().unwrap();
        assert_eq!(holder, format!("{me} (pid {})", std::process::id()));
    }
    assert!(matches!(
        RedbStore::check(&path),
        Err(StoreError::Held { .. })
    ));
    let reader = store.reader();
    drop(store);
    // A reader that lives on holds neither the lock nor the file.
    RedbStore::open(&path).unwrap();
    assert!(reader.heads().is_err());
}

#[test]
fn a_program_that_ignores_the_lock_file_is_noticed() {
    let (_dir, path) = made();
    let other = Database::open(&path).unwrap();
    let held = RedbStore::open(&path).err().unwrap();
    assert!(matches!(held, StoreError::Held { .. }), "{held}");
    drop(other);
    RedbStore::open(&path).unwrap();
}

#[test]
fn a_newer_store_is_refused_and_not_touched() {
    let (_dir, path) = made();
    set_schema(&path, SCHEMA + 1);
    // Once closed in good order, once as a kill leaves it.
    let open = Database::open(&path).unwrap();
    let (_killed, copy) = killed(&path);
    drop(open);
    for path in [&path, &copy] {
        let before = hash(path);
        let newer = RedbStore::open(path).err().unwrap();
        let StoreError::Newer { found, known } = newer else {
            panic!("{newer}");
        };
        assert_eq!((found, known), (SCHEMA + 1, SCHEMA));
        assert_eq!(hash(path), before);
    }
}

#[test]
fn what_is_no_store_is_refused_and_not_touched() {
    let (dir, path) = made();
    let whole = std::fs::read(&path).unwrap();
    let empty_redb = dir.path().join("other.redb");
    drop(Database::create(&empty_redb).unwrap());
    let headless = [&[0; 4096][..], &whole[4096..]].concat();
    let cases = [
        Vec::new(),
        b"name,email\nAda,ada@example.org\n".to_vec(),
        vec![0; 100_000],
        whole[..5_000].to_vec(),
        whole[..whole.len() / 2].to_vec(),
        headless,
        std::fs::read(&empty_redb).unwrap(),
    ];
    for (n, bytes) in cases.into_iter().enumerate() {
        let path = dir.path().join(format!("{n}.redb"));
        std::fs::write(&path, &bytes).unwrap();
        let refused = RedbStore::open(&path).err();
        assert!(
            matches!(refused, Some(StoreError::Unreadable { .. })),
            "case {n}: {refused:?}"
        );
        assert!(
            std::fs::read(&path).unwrap() == bytes,
            "case {n} was changed"
        );
    }
}

#[test]
fn a_damaged_store_opens_or_is_refused_untouched_and_never_panics() {
    let (dir, path) = made();
    let whole = std::fs::read(&path).unwrap();
    let damaged = dir.path().join("damaged.redb");
    let mut seeded = Seeded(1);
    let mut refused = 0;
    for _ in 0..300 {
        let mut bytes = whole.clone();
        let at = seeded.below(bytes.len());
        let end = bytes.len().min(at + 1 + seeded.below(600));
        bytes[at..end]
            .iter_mut()
            .for_each(|byte| *byte ^= 1 + seeded.next() as u8 % 255);
        std::fs::write(&damaged, &bytes).unwrap();
        if let Err(error) = RedbStore::open(&damaged) {
            assert!(
                matches!(
                    error,
                    StoreError::Unreadable { .. } | StoreError::Newer { .. }
                ),
                "{error}"
            );
            assert!(std::fs::read(&damaged).unwrap() == bytes);
            refused += 1;
        }
    }
    assert!(refused > 0);
}

#[test]
fn a_killed_store_opens_with_all_it_had() {
    let (_dir, path) = made();
    let mut store = RedbStore::open(&path).unwrap();
    store.append(store.epoch(), &[ask(2, 1, 3)]).unwrap();
    let (_killed, copy) = killed(&path);
    let heads = store.reader().heads().unwrap();
    RedbStore::check(&copy).unwrap();
    let again = RedbStore::open(&copy).unwrap();
    assert_eq!(again.reader().heads().unwrap(), heads);
    assert!(verify(&*again.reader()).is_empty());
}

#[test]
fn a_check_finds_a_changed_byte_and_changes_none() {
    let (_dir, path) = made();
    RedbStore::check(&path).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let text = b"person-1-40@example.org";
    let at = bytes.windows(text.len()).position(|w| w == text).unwrap();
    bytes[at] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let damaged = RedbStore::check(&path);
    assert!(
        matches!(damaged, Err(StoreError::Unreadable { .. })),
        "{damaged:?}"
    );
    assert!(std::fs::read(&path).unwrap() == bytes);
}

#[test]
fn meddling_with_the_journal_shows_in_the_tree() {
    type Meddling = (&'static str, fn(&redb::WriteTransaction));
    let cases: [Meddling; 5] = [
        ("batch 1: the tree's head", |txn| {
            let mut rows = txn.open_table(JOURNAL).unwrap();
            let mut bytes = rows.get((1, 1, 0)).unwrap().unwrap().value().to_vec();
            let text = b"person-1-40@example.org";
            let at = bytes.windows(text.len()).position(|w| w == text).unwrap();
            bytes[at] ^= 1;
            rows.insert((1, 1, 0), bytes.as_slice()).unwrap();
        }),
        ("batch 2: the tree's head", |txn| {
            let mut heads = txn.open_table(HEAD).unwrap();
            heads
                .insert((1, 2), (55, &[9; 32], &ask(1, 2, 0).batch_id))
                .unwrap();
        }),
        ("batch 2: it is not found under its id", |txn| {
            let mut ids = txn.open_table(tables::BATCH).unwrap();
            ids.remove(&ask(1, 2, 0).batch_id).unwrap();
        }),
        ("batch 1 is missing", |txn| {
            txn.open_table(JOURNAL).unwrap().remove((1, 1, 0)).unwrap();
        }),
        ("batch 2: unreadable batch", |txn| {
            let mut rows = txn.open_table(JOURNAL).unwrap();
            rows.insert((1, 2, 0), &b"x"[..]).unwrap();
        }),
    ];
    for (shows, how) in cases {
        let (_dir, path) = made();
        meddle(&path, how);
        let store = RedbStore::open(&path).unwrap();
        let problems: Vec<Problem> = verify(&*store.reader());
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(
            said.iter().any(|said| said.contains(shows)),
            "{shows}: {said:?}"
        );
    }
}

#[test]
fn the_migration_chain_goes_step_by_step_and_stops_where_a_step_fails() {
    fn note(txn: &redb::WriteTransaction, what: &str) -> Result<(), redb::Error> {
        let mut meta = txn.open_table(META)?;
        let order = meta.get("order")?.map_or(0, |value| value.value());
        meta.insert(what, order + 1)?;
        meta.insert("order", order + 1)?;
        Ok(())
    }
    let first = Step {
        from: SCHEMA,
        run: |txn| note(txn, "first"),
    };
    let second = Step {
        from: SCHEMA + 1,
        run: |txn| note(txn, "second"),
    };
    let broken = Step {
        from: SCHEMA + 1,
        run: |txn| {
            note(txn, "broken")?;
            Err(redb::Error::Corrupted("no".into()))
        },
    };
    let (_dir, path) = made();
    let db = Database::open(&path).unwrap();
    let number = |key: &str| {
        let txn = redb::ReadableDatabase::begin_read(&db).unwrap();
        let meta = txn.open_table(META).unwrap();
        meta.get(key).unwrap().map(|value| value.value())
    };
    let target = SCHEMA + 2;

    let failed = tables::migrate(&db, SCHEMA, target, &[first, broken]);
    assert!(matches!(failed, Err(MigrationError::Failed(at, _)) if at == SCHEMA + 1));
    assert_eq!(number("schema"), Some(u64::from(SCHEMA + 1)));
    assert_eq!((number("first"), number("broken")), (Some(1), None));

    let no_step = tables::migrate(&db, SCHEMA + 1, target, &[first]);
    assert!(matches!(no_step, Err(MigrationError::NoStep(at)) if at == SCHEMA + 1));
    tables::migrate(&db, SCHEMA + 1, target, &[second, first]).unwrap();
    assert_eq!(number("schema"), Some(u64::from(target)));
    assert_eq!((number("first"), number("second")), (Some(1), Some(2)));
    let newer = tables::migrate(&db, target, SCHEMA, &[first, second]);
    assert!(matches!(newer, Err(MigrationError::Newer(found)) if found == target));
}

#[test]
fn a_store_of_the_first_schema_is_brought_up_to_this_one() {
    let (_dir, path) = made();
    set_schema(&path, 1);
    drop(RedbStore::open(&path).unwrap());
    let db = Database::open(&path).unwrap();
    assert_eq!(tables::schema(&db).unwrap(), Some(SCHEMA));
}

#[test]
fn compacting_gives_space_back_and_keeps_everything() {
    let (_dir, path) = made();
    let mut store = RedbStore::open(&path).unwrap();
    let heads = store.reader().heads().unwrap();
    store
        .put_chunks(&[(vec![1], vec![7; 4 << 20]), (vec![2], vec![8; 9])])
        .unwrap();
    settle(&mut store, b"m", &[vec![2]]).unwrap();
    let before = std::fs::metadata(&path).unwrap().len();
    assert!(store.compact().unwrap());
    assert!(std::fs::metadata(&path).unwrap().len() < before / 2);
    assert_eq!(store.reader().heads().unwrap(), heads);
    assert_eq!(store.reader().chunk(&[2]).unwrap().unwrap(), [8; 9]);
    store.append(store.epoch(), &[ask(1, 3, 1)]).unwrap();
}
