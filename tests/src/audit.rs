//! Recomputes the journals' heads from the raw tables, sharing no code with the store: only redb, CBOR and SHA-256.

use minicbor::Decoder;
use minicbor::data::Type;
use redb::{ReadableDatabase, ReadableTable, TableDefinition};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

/// The journal: (journal, sequence number, part) → a part of the batch.
const JOURNAL: TableDefinition<(u32, u64, u32), &[u8]> = TableDefinition::new("journal");

/// The root of each journal's tree with its number of leaves, from nothing but the batches.
///
/// # Panics
/// When the store cannot be read or a sequence number is missing.
pub fn heads(store: &Path) -> BTreeMap<u32, (u64, String)> {
    let mut leaves: BTreeMap<u32, (u64, Vec<[u8; 32]>)> = BTreeMap::new();
    for (journal, seq, bytes) in batches(store) {
        let own = leaves.entry(journal).or_default();
        assert_eq!(seq, own.0 + 1, "journal {journal} has a gap");
        own.0 = seq;
        own.1.extend(batch_leaves(&bytes));
    }
    leaves
        .into_iter()
        .map(|(journal, (_, leaves))| (journal, (leaves.len() as u64, hex(&root(&leaves)))))
        .collect()
}

/// Every batch of the store in order.
///
/// # Panics
/// When the store cannot be read.
pub fn batches(store: &Path) -> Vec<(u32, u64, Vec<u8>)> {
    let open = redb::Database::open(store).unwrap_or_else(|e| panic!("{}: {e}", store.display()));
    let read = open.begin_read().unwrap_or_else(|e| panic!("{e}"));
    let table = read.open_table(JOURNAL).unwrap_or_else(|e| panic!("{e}"));
    let rows = table.iter().unwrap_or_else(|e| panic!("{e}"));
    let mut batches: Vec<(u32, u64, Vec<u8>)> = Vec::new();
    for row in rows {
        let (key, value) = row.unwrap_or_else(|e| panic!("{e}"));
        let (journal, seq, part) = key.value();
        match batches.last_mut() {
            Some((j, s, bytes)) if part > 0 && (*j, *s) == (journal, seq) => {
                bytes.extend_from_slice(value.value())
            }
            _ => batches.push((journal, seq, value.value().to_vec())),
        }
    }
    batches
}

fn sha(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    parts.iter().for_each(|p| hash.update(p));
    hash.finalize().into()
}

fn batch_leaves(bytes: &[u8]) -> Vec<[u8; 32]> {
    let mut d = Decoder::new(bytes);
    let fail = |e: minicbor::decode::Error| -> ! { panic!("a batch cannot be read: {e}") };
    d.array().unwrap_or_else(|e| fail(e));
    let schema = d.u16().unwrap_or_else(|e| fail(e));
    let header = sha(&[d.bytes().unwrap_or_else(|e| fail(e))]);
    let header = match schema {
        1 => header,
        _ => sha(&[&header, &personal(&mut d).unwrap_or_else(|e| fail(e))]),
    };
    let count = d.array().unwrap_or_else(|e| fail(e)).unwrap_or(0);
    (0..count)
        .map(|_| {
            d.array().unwrap_or_else(|e| fail(e));
            let facts = sha(&[&header, d.bytes().unwrap_or_else(|e| fail(e))]);
            let personal = personal(&mut d).unwrap_or_else(|e| fail(e));
            sha(&[&[0], &facts, &personal])
        })
        .collect()
}

/// The hash of a personal part: of nothing, of salt and text, or the one that stands in for them.
fn personal(d: &mut Decoder<'_>) -> Result<[u8; 32], minicbor::decode::Error> {
    Ok(match d.datatype()? {
        Type::Null => {
            d.null()?;
            sha(&[])
        }
        Type::Bytes => d.bytes()?.try_into().unwrap_or([0; 32]),
        _ => {
            d.array()?;
            sha(&[d.bytes()?, d.bytes()?])
        }
    })
}

/// RFC 6962, section 2.1, as it is written there.
fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => sha(&[]),
        [leaf] => *leaf,
        _ => {
            let left = leaves.len().next_power_of_two() / 2;
            sha(&[&[1], &root(&leaves[..left]), &root(&leaves[left..])])
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
