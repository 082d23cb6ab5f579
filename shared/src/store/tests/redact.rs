//! Redaction: what is taken out is gone from batches and file, and no head is another one.

use super::disk::Disk;
use super::{all, append_of, ask, expected_heads, sha};
use crate::domain::codec::{self, RawPersonal};
use crate::domain::{
    AccountId, Actor, Batch, Entry, Field, FieldChange, Gone, Header, JournalId, Micros, Pos, Rule,
    Seal, Value, Why,
};
use crate::store::memory::MemoryStore;
use crate::store::redb_store::RedbStore;
use crate::store::{AppendError, Epoch, Port, tree, verify};
use minicbor::Encoder;

const JOURNAL: JournalId = JournalId(1);

fn both() -> [Box<dyn Port>; 2] {
    let disk = Disk::default();
    [
        Box::new(MemoryStore::new()),
        Box::new(RedbStore::open_with_backend(move || disk.clone()).unwrap()),
    ]
}

/// A batch of people whose names say which they are, with a note and a reason that do as well.
fn people(number: u64, count: u32) -> Vec<u8> {
    let entry = |n: u32| {
        let change = FieldChange {
            field: Field::Email,
            old: Value::Null,
            new: Value::Text(format!("person-{number}-{n}@example.org")),
        };
        let why = Why {
            note: Some(format!("note-{number}-{n}.")),
            ..Why::rule(Rule::Request)
        };
        Entry::account(AccountId(n), vec![change], why, [n as u8; 16])
    };
    codec::encode(&Batch {
        header: Header {
            journal: JOURNAL,
            at: Micros(number as i64),
            actor: Actor::daemon(),
            verb: "user edit".into(),
            request: None,
            run: None,
            reason: Some(format!("reason-{number}.")),
            answer: None,
            break_glass: None,
            seal: Seal {
                asked: Some(format!("asked-{number}.")),
                salt: Some([9; 16]),
                redacted: None,
            },
        },
        entries: (0..count).map(entry).collect(),
    })
}

fn gone(entries: &[(u64, u32)], headers: &[u64]) -> Gone {
    Gone {
        entries: entries
            .iter()
            .map(|(seq, index)| Pos {
                seq: *seq,
                index: *index,
            })
            .collect(),
        headers: headers.to_vec(),
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}

#[test]
fn what_is_redacted_is_gone_and_every_head_stays() {
    for mut store in both() {
        let batches = [people(1, 3), people(2, 2)];
        let group = [
            append_of(1, 1, batches[0].clone()),
            append_of(1, 2, batches[1].clone()),
        ];
        store.append(store.epoch(), &group).unwrap();
        let reader = store.reader();
        let heads = expected_heads(1, &[&batches[0], &batches[1]]);
        assert!(!store.stale().unwrap());

        let named = gone(&[(1, 1), (2, 0)], &[2]);
        store.redact(store.epoch(), JOURNAL, &named).unwrap();
        let read = all(&*reader, 1);
        for text in [
            "person-1-1@",
            "note-1-1.",
            "person-2-0@",
            "note-2-0.",
            "reason-2.",
            "asked-2.",
        ] {
            assert!(!read.iter().any(|(_, b)| holds(b, text)), "{text}");
        }
        for text in [
            "person-1-0@",
            "note-1-2.",
            "person-2-1@",
            "reason-1.",
            "asked-1.",
        ] {
            assert!(read.iter().any(|(_, b)| holds(b, text)), "{text}");
        }
        let after: Vec<&[u8]> = read.iter().map(|(_, b)| b.as_slice()).collect();
        assert_eq!(expected_heads(1, &after), heads);
        assert_eq!(reader.head(JOURNAL).unwrap(), heads[1]);
        assert!(verify(&*reader).is_empty());
        let batch = codec::decode(&read[1].1).unwrap();
        assert!(batch.header.reason.is_none() && batch.header.seal.redacted.is_some());
        assert!(batch.entries[0].personal.is_empty() && batch.entries[0].redacted.is_some());

        // Again, and with what never had a personal part: nothing is another.
        store.redact(store.epoch(), JOURNAL, &named).unwrap();
        assert_eq!(all(&*reader, 1), read);
        assert!(store.stale().unwrap());
        store.reopen().unwrap();
        assert!(store.stale().unwrap(), "it is not forgotten by a restart");
        store.renew().unwrap();
        assert!(!store.stale().unwrap());
        assert_eq!(all(&*reader, 1), read);
        store.redact(store.epoch(), JOURNAL, &named).unwrap();
        assert!(
            !store.stale().unwrap(),
            "there was nothing left to take out"
        );
        store.append(store.epoch(), &[ask(1, 3, 4)]).unwrap();
        assert!(verify(&*reader).is_empty());
    }
}

#[test]
fn a_redaction_that_is_refused_takes_nothing_out() {
    for mut store in both() {
        let group = [append_of(1, 1, people(1, 3))];
        store.append(store.epoch(), &group).unwrap();
        let before = all(&*store.reader(), 1);
        let named = gone(&[(1, 0)], &[]);
        let old = Epoch(store.epoch().0 - 1);
        let fenced = store.redact(old, JOURNAL, &named);
        assert!(matches!(fenced, Err(AppendError::Fenced)), "{fenced:?}");
        for absent in [gone(&[(1, 0), (1, 3)], &[]), gone(&[(1, 0), (2, 0)], &[])] {
            let refused = store.redact(store.epoch(), JOURNAL, &absent);
            assert!(
                matches!(refused, Err(AppendError::Unknown(_))),
                "{refused:?}"
            );
            let stopped = store.append(store.epoch(), &[ask(1, 2, 1)]);
            assert!(matches!(stopped, Err(AppendError::Unknown(_))));
            store.reopen().unwrap();
        }
        assert_eq!(all(&*store.reader(), 1), before);
        assert!(!store.stale().unwrap());
    }
}

#[test]
fn a_redaction_ordered_to_fail_leaves_everything_as_it_was() {
    let mut store = MemoryStore::new();
    store
        .append(store.epoch(), &[append_of(1, 1, people(1, 1))])
        .unwrap();
    let before = all(&*store.reader(), 1);
    let named = gone(&[(1, 0)], &[1]);
    store.faults().fail_redactions(true);
    assert!(store.redact(store.epoch(), JOURNAL, &named).is_err());
    store.reopen().unwrap();
    assert!(store.renew().is_err());
    assert_eq!(all(&*store.reader(), 1), before);
    store.faults().fail_redactions(false);
    store.redact(store.epoch(), JOURNAL, &named).unwrap();
    assert_ne!(all(&*store.reader(), 1), before);
}

#[test]
fn a_file_written_anew_holds_nothing_of_what_was_taken_out() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rollcall.redb");
    let link = dir.path().join("link.redb");
    let mut store = RedbStore::create(&path).unwrap();
    // Long enough for several rows a batch, and the texts move about in the file meanwhile.
    for seq in 1..=4 {
        let append = append_of(1, seq, people(seq, 4_000));
        store.append(store.epoch(), &[append]).unwrap();
    }
    store
        .put_chunks(&[(vec![1], b"person-3-3999@ in a checkpoint".to_vec())])
        .unwrap();
    store.put_manifest(b"m").unwrap();
    store.remove_chunks(&[vec![1]]).unwrap();
    drop(store);
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let mut store = RedbStore::open(&link).unwrap();
    let reader = store.reader();
    let heads = reader.heads().unwrap();
    let file = || std::fs::read(&path).unwrap();
    assert!(holds(&file(), "person-3-3999@"));
    let entries: Vec<(u64, u32)> = (0..4_000).map(|n| (3, n)).collect();
    store
        .redact(store.epoch(), JOURNAL, &gone(&entries, &[3]))
        .unwrap();
    store.renew().unwrap();
    for text in ["person-3-", "note-3-", "reason-3.", "asked-3."] {
        assert!(!holds(&file(), text), "{text}");
    }
    assert!(holds(&file(), "person-2-3999@"));
    assert!(link.is_symlink(), "a link stays one");
    assert_eq!(reader.heads().unwrap(), heads);
    assert!(verify(&*reader).is_empty());
    assert_eq!(reader.manifest().unwrap().unwrap(), b"m");
    let mut names: Vec<_> = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["link.redb", "rollcall.redb", "rollcall.redb.lock"]);
    store.append(store.epoch(), &[ask(1, 5, 2)]).unwrap();
    drop(store);
    RedbStore::check(&path).unwrap();
    assert_eq!(
        RedbStore::open(&path).unwrap().reader().heads().unwrap()[0].seq,
        5
    );
}

/// A batch as schema 1 wrote it.
fn old_batch() -> Vec<u8> {
    let new = codec::decode(&people(1, 2)).unwrap();
    let mut header = new.header.clone();
    header.seal = Seal::default();
    let cbor = |value: &dyn Fn(&mut Vec<u8>)| {
        let mut out = Vec::new();
        value(&mut out);
        out
    };
    let mut out = Vec::new();
    let mut e = Encoder::new(&mut out);
    e.array(3).unwrap().u16(1).unwrap();
    e.bytes(&cbor(&|out| minicbor::encode(&header, out).unwrap()))
        .unwrap();
    e.array(2).unwrap();
    for entry in &new.entries {
        e.array(2).unwrap();
        e.bytes(&cbor(&|out| minicbor::encode(&entry.fact, out).unwrap()))
            .unwrap();
        e.array(2).unwrap().bytes(&entry.salt.unwrap()).unwrap();
        e.bytes(&cbor(&|out| {
            minicbor::encode(&entry.personal, out).unwrap()
        }))
        .unwrap();
    }
    out
}

#[test]
fn a_batch_of_the_first_schema_is_read_keeps_its_leaves_and_can_be_redacted() {
    let old = old_batch();
    let new = codec::decode(&people(1, 2)).unwrap();
    let mut read = codec::decode(&old).unwrap();
    assert_eq!(read.header.seal, Seal::default());
    read.header.seal = new.header.seal.clone();
    assert_eq!(read, new);
    let raw = codec::split(&old).unwrap();
    let leaves: Vec<[u8; 32]> = raw
        .entries
        .iter()
        .map(|entry| {
            let RawPersonal::Salted(salt, personal) = entry.personal else {
                panic!("no personal part");
            };
            let facts = sha(&[&sha(&[raw.header]), entry.facts]);
            sha(&[&[0], &facts, &sha(&[salt, personal])])
        })
        .collect();
    assert_eq!(tree::leaves(&old).unwrap(), leaves);
    let redacted = tree::redacted(&old, &[1], true).unwrap().unwrap();
    assert_eq!(tree::leaves(&redacted).unwrap(), leaves);
    assert!(holds(&old, "person-1-1@") && !holds(&redacted, "person-1-1@"));
    assert_eq!(codec::split(&redacted).unwrap().schema, 1);
}

#[test]
fn a_batch_comes_back_as_it_was_written() {
    let mut batch = codec::decode(&people(1, 3)).unwrap();
    batch.entries[1].redacted = None;
    batch.entries[2] = Entry::plain(batch.entries[2].fact.clone());
    let again = codec::decode(&codec::encode(&batch)).unwrap();
    assert_eq!(again, batch);
    assert_eq!(
        codec::join(&codec::split(&people(2, 3)).unwrap()),
        people(2, 3)
    );
}
