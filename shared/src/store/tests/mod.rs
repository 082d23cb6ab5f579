//! Tests of both forms of the store, and what they share: batches, and heads computed by other code than the store's.

mod backup;
mod disk;
mod file;
mod port;
mod power_cut;
mod redact;

use super::{Append, Port, Reader, StoreError, TreeHead};
use crate::domain::codec::{self, RawPersonal};
use crate::domain::why::Rule;
use crate::domain::{
    AccountId, Actor, Batch, Entry, Field, FieldChange, Header, JournalId, Micros, Seal, Value, Why,
};
use sha2::{Digest, Sha256};

/// An encoded batch of `entries` entries; every third has no personal part, every seventh is redacted.
fn batch(journal: u32, number: u64, entries: u32) -> Vec<u8> {
    let entry = |n: u32| {
        let mut salt = [0; 16];
        salt[..4].copy_from_slice(&n.to_be_bytes());
        let field = match n % 3 {
            0 => Field::Department,
            _ => Field::Email,
        };
        let change = FieldChange {
            field,
            old: Value::Null,
            new: Value::Text(format!("person-{number}-{n}@example.org")),
        };
        let mut entry = Entry::account(AccountId(n), vec![change], Why::rule(Rule::Demo), salt);
        if n % 7 == 1 {
            entry.redacted = Some([n as u8; 32]);
        }
        entry
    };
    codec::encode(&Batch {
        header: Header {
            journal: JournalId(journal),
            at: Micros(1_000_000 * number as i64),
            actor: Actor::daemon(),
            verb: "import people".into(),
            request: None,
            run: None,
            reason: None,
            answer: None,
            break_glass: None,
            seal: Seal::default(),
        },
        entries: (0..entries).map(entry).collect(),
    })
}

/// An append whose batch id is told by journal and number.
fn ask(journal: u32, seq: u64, entries: u32) -> Append {
    append_of(journal, seq, batch(journal, seq, entries))
}

/// The same for an encoded batch.
fn append_of(journal: u32, seq: u64, bytes: Vec<u8>) -> Append {
    let mut batch_id = [0xab; 16];
    batch_id[..4].copy_from_slice(&journal.to_be_bytes());
    batch_id[8..].copy_from_slice(&seq.to_be_bytes());
    Append {
        journal: JournalId(journal),
        seq,
        batch_id,
        bytes,
    }
}

fn sha(parts: &[&[u8]]) -> [u8; 32] {
    Sha256::digest(parts.concat()).into()
}

/// The root of RFC 6962, section 2.1, word for word.
fn root_of(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => sha(&[]),
        [one] => *one,
        many => {
            let k = many.len().next_power_of_two() / 2;
            let (left, right) = many.split_at(k);
            sha(&[&[1], &root_of(left), &root_of(right)])
        }
    }
}

/// The heads that a journal of these batches must have, one for each, computed without `store::tree`.
fn expected_heads(journal: u32, batches: &[&[u8]]) -> Vec<TreeHead> {
    let mut leaves = Vec::new();
    let mut heads = Vec::new();
    for (seq, bytes) in (1..).zip(batches) {
        let raw = codec::split(bytes).unwrap();
        let personal = |of: RawPersonal<'_>| match of {
            RawPersonal::None => sha(&[]),
            RawPersonal::Salted(salt, bytes) => sha(&[salt, bytes]),
            RawPersonal::Redacted(hash) => hash.try_into().unwrap(),
        };
        let header = sha(&[raw.header]);
        let head = match raw.schema {
            1 => header,
            _ => sha(&[&header, &personal(raw.personal)]),
        };
        for entry in &raw.entries {
            let facts = sha(&[&head, entry.facts]);
            leaves.push(sha(&[&[0], &facts, &personal(entry.personal)]));
        }
        heads.push(TreeHead {
            journal: JournalId(journal),
            seq,
            leaves: leaves.len() as u64,
            root: root_of(&leaves),
        });
    }
    heads
}

/// All batches of a journal.
fn all(reader: &dyn Reader, journal: u32) -> Vec<(u64, Vec<u8>)> {
    reader.read(JournalId(journal), 1, usize::MAX).unwrap()
}

/// Ends a checkpoint of these chunks as the daemon does.
fn settle(store: &mut dyn Port, manifest: &[u8], keep: &[Vec<u8>]) -> Result<(), StoreError> {
    let gone = store.reader().chunks_beside(keep)?;
    store.put_manifest(manifest)?;
    store.remove_chunks(&gone)
}
