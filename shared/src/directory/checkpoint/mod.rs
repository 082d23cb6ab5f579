//! Checkpoints: the state as bytes, so that a start need not replay everything. They can always be thrown away.
//!
//! A checkpoint is a set of chunks and a manifest that names them. A chunk's key tells what it holds, as of which batch
//! of its journal, with a hash: what did not change keeps its key and is not written again, and no key is ever written
//! with other bytes. Only what the journals say is stored; what follows from it (counts, folded texts, the bits of role
//! sets) is made again.
//!
//! After a redaction the history itself is another: then encode without a previous manifest.

mod bytes;
mod load;
mod parts;
mod restore;

pub use load::{LoadError, as_of, load, load_or_replay};
pub use restore::decode;

use super::chunk::PARTS;
use super::hash::hash;
use super::state::State;
use super::tenant::TenantView;
use crate::domain::{
    Actor, Asset, Assignment, Binding, Day, HeadKey, Micros, Order, Policy, Record, RecordKind,
    Run, ScopeNode, Sweep, Tenant, TenantId,
};
use minicbor::{Decode, Encode};
use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;

/// The layout this program writes and reads.
const SCHEMA: u16 = 6;

/// Bytes of a stored value at most: a little under a power of two, so that it fills its pages in the store.
const PIECE: usize = (64 << 10) - 1024;

/// What is to be stored: chunks first, the manifest last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checkpoint {
    /// Keys and values of the chunks that the previous checkpoint does not have.
    pub chunks: Vec<(Vec<u8>, Vec<u8>)>,
    /// What names all chunks.
    pub manifest: Vec<u8>,
    /// The keys of all chunks that are part of it, old and new.
    pub keep: Vec<Vec<u8>>,
}

/// What a checkpoint is made of.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Manifest {
    #[n(0)]
    schema: u16,
    #[n(1)]
    revision: u64,
    #[n(2)]
    platform_seq: u64,
    #[n(3)]
    platform_at: Micros,
    #[n(4)]
    operators: Vec<Binding>,
    #[n(5)]
    tenants: Vec<TenantChunks>,
    #[n(6)]
    #[cbor(default)]
    head_keys: Vec<HeadKey>,
}

/// The chunks of one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
struct TenantChunks {
    #[n(0)]
    tenant: TenantId,
    #[n(1)]
    seq: u64,
    #[n(2)]
    at: Micros,
    #[n(3)]
    chunks: Vec<ChunkName>,
}

/// What one chunk holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
struct ChunkName {
    /// One of the numbers of [`kind`].
    #[n(0)]
    kind: u8,
    /// Which of its kind.
    #[n(1)]
    index: u32,
    /// The batch that touched it last; 0 for what is small enough to be compared by its hash.
    #[n(2)]
    version: u64,
    #[n(3)]
    hash: u64,
    #[n(4)]
    bytes: u64,
}

/// What chunks hold. Below these stand the numbers of [`super::chunk::Part`].
mod kind {
    pub const SETTINGS: u8 = 16;
    pub const CATALOG: u8 = 17;
    pub const ROLE_SETS: u8 = 18;
    pub const WORDS: u8 = 19;
    pub const ORDERS: u8 = 20;
    pub const RUNS: u8 = 21;
    pub const SEEN: u8 = 22;
    pub const RECORDS: u8 = 23;
    pub const ASSETS: u8 = 24;
}

/// What there is of a tenant beside its accounts, catalog, orders, runs and events.
#[derive(Debug, Encode, Decode)]
#[cbor(array)]
struct Settings {
    #[n(0)]
    tenant: Tenant,
    #[n(1)]
    scopes: Vec<ScopeNode>,
    #[n(2)]
    policies: BTreeMap<Sweep, Policy>,
    #[n(3)]
    last_due: BTreeMap<Sweep, Micros>,
    #[n(4)]
    last_event: Option<Micros>,
    #[n(5)]
    daily: Vec<u32>,
    #[n(6)]
    last_day: Day,
    #[n(7)]
    set_by: BTreeMap<Sweep, Actor>,
    #[n(8)]
    rights_changed: u32,
    #[n(9)]
    last_success: Option<Micros>,
    #[n(10)]
    told: Option<Micros>,
    #[n(11)]
    exported: Option<Micros>,
    #[n(12)]
    #[cbor(default)]
    before: [u32; 4],
    #[n(13)]
    #[cbor(default)]
    leaving: (u32, u8),
}

/// Why a checkpoint cannot be used. The journals still can.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Written by a newer or older program.
    #[error("the checkpoint has layout {found}; this program knows {SCHEMA}")]
    Layout {
        /// The layout found.
        found: u16,
    },
    /// Not what a checkpoint looks like.
    #[error("the checkpoint is damaged: {0}")]
    Damaged(String),
    /// A chunk could not be read.
    #[error("a chunk of the checkpoint cannot be read: {0}")]
    Chunk(String),
    /// It is ahead of the journals: it belongs to others.
    #[error("the checkpoint is ahead of journal {0}: it belongs to another store")]
    Ahead(u32),
}

impl ChunkName {
    /// The keys of its pieces.
    fn keys(&self, tenant: TenantId) -> impl Iterator<Item = Vec<u8>> + use<> {
        let name = *self;
        let pieces = (name.bytes as usize).div_ceil(PIECE).max(1);
        (0..pieces as u32).map(move |piece| {
            let mut key = Vec::with_capacity(29);
            key.extend_from_slice(&tenant.0.to_be_bytes());
            key.push(name.kind);
            key.extend_from_slice(&name.index.to_be_bytes());
            key.extend_from_slice(&name.version.to_be_bytes());
            key.extend_from_slice(&name.hash.to_be_bytes());
            key.extend_from_slice(&piece.to_be_bytes());
            key
        })
    }
}

impl Manifest {
    /// Reads a manifest.
    pub fn decode(bytes: &[u8]) -> Result<Manifest, CheckpointError> {
        let damaged = |e: minicbor::decode::Error| CheckpointError::Damaged(e.to_string());
        let mut schema = minicbor::Decoder::new(bytes);
        let found = schema.array().and_then(|_| schema.u16()).map_err(damaged)?;
        if found != SCHEMA {
            return Err(CheckpointError::Layout { found });
        }
        minicbor::decode(bytes).map_err(damaged)
    }

    /// How many batches it holds, over all journals.
    pub fn revision(&self) -> u64 {
        self.revision
    }
}

/// The state as chunks: only those that `previous` does not have.
pub fn encode(state: &State, previous: Option<&Manifest>) -> Checkpoint {
    let mut chunks = Vec::new();
    let done: Result<_, Infallible> = encode_with(state, previous, |key, value| {
        chunks.push((key, value));
        Ok(())
    });
    let Ok((manifest, keep)) = done;
    Checkpoint {
        chunks,
        manifest,
        keep,
    }
}

/// The state as chunks, handed out one by one so that they never stand in memory all at once; answers with the manifest
/// and the keys of all chunks, old and new.
pub fn encode_with<E>(
    state: &State,
    previous: Option<&Manifest>,
    put: impl FnMut(Vec<u8>, Vec<u8>) -> Result<(), E>,
) -> Result<(Vec<u8>, Vec<Vec<u8>>), E> {
    let mut writer = Writer {
        put,
        known: HashMap::new(),
        tenant: TenantId(0),
        names: Vec::new(),
    };
    let mut tenants = Vec::new();
    for view in state.tenants() {
        let before = previous.and_then(|m| m.tenants.iter().find(|t| t.tenant == view.tenant.id));
        let before = before.map_or(&[][..], |t| &t.chunks);
        writer.known = before.iter().map(|c| ((c.kind, c.index), *c)).collect();
        writer.tenant = view.tenant.id;
        writer.view(view)?;
        tenants.push(TenantChunks {
            tenant: view.tenant.id,
            seq: view.seq,
            at: view.at,
            chunks: std::mem::take(&mut writer.names),
        });
    }
    let named = |t: &TenantChunks| {
        let tenant = t.tenant;
        let keys = t.chunks.iter().flat_map(move |name| name.keys(tenant));
        keys.collect::<Vec<_>>()
    };
    let keep = tenants.iter().flat_map(named).collect();
    let manifest = cbor(&Manifest {
        schema: SCHEMA,
        revision: state.revision,
        platform_seq: state.platform_seq,
        platform_at: state.platform_at,
        operators: state.operators().cloned().collect(),
        tenants,
        head_keys: state.head_keys().to_vec(),
    });
    Ok((manifest, keep))
}

fn cbor(value: &impl Encode<()>) -> Vec<u8> {
    let mut out = Vec::new();
    // Writing to a Vec cannot fail, and our types have no custom encoding errors.
    let done = minicbor::encode(value, &mut out).is_ok();
    debug_assert!(done);
    out
}

struct Writer<P> {
    put: P,
    /// The chunks of the tenant that are stored already.
    known: HashMap<(u8, u32), ChunkName>,
    tenant: TenantId,
    names: Vec<ChunkName>,
}

impl<E, P: FnMut(Vec<u8>, Vec<u8>) -> Result<(), E>> Writer<P> {
    fn view(&mut self, view: &TenantView) -> Result<(), E> {
        let settings = Settings {
            tenant: view.tenant.clone(),
            scopes: view.scopes.to_vec(),
            policies: view.policies.clone(),
            set_by: view.set_by.clone(),
            rights_changed: view.rights_changed,
            last_due: view.last_due.clone(),
            last_event: view.feed.last_event,
            last_success: view.feed.last_success,
            told: view.feed.told,
            daily: view.feed.daily.to_vec(),
            last_day: view.feed.last_day,
            exported: view.exported,
            before: view.feed.before,
            leaving: view.feed.leaving,
        };
        self.chunk(kind::SETTINGS, 0, 0, || cbor(&settings))?;
        self.chunk(kind::CATALOG, 0, 0, || {
            view.catalog_text().as_bytes().to_vec()
        })?;
        let interned = &view.table.interned;
        let sets: Vec<&[Assignment]> = interned.role_sets().iter().map(|s| &**s).collect();
        self.chunk(kind::ROLE_SETS, 0, 0, || cbor(&sets))?;
        let words: Vec<&str> = interned.words().iter().map(|w| &**w).collect();
        self.chunk(kind::WORDS, 0, 0, || cbor(&words))?;
        for (index, (version, orders)) in (0..).zip(view.orders.chunks()) {
            let orders: &Vec<Order> = orders;
            self.chunk(kind::ORDERS, index, *version, || cbor(orders))?;
        }
        for (index, (version, runs)) in (0..).zip(view.runs.chunks()) {
            let runs: Vec<&Run> = runs.iter().map(|r| &**r).collect();
            self.chunk(kind::RUNS, index, *version, || cbor(&runs))?;
        }
        for kind in RecordKind::ALL {
            let records: Vec<&Record> = view.records.all(*kind).collect();
            if !records.is_empty() {
                self.chunk(kind::RECORDS, *kind as u32, 0, || cbor(&records))?;
            }
        }
        for (index, (version, assets)) in (0..).zip(view.assets.chunks()) {
            let assets: &Vec<Asset> = assets;
            self.chunk(kind::ASSETS, index, *version, || cbor(assets))?;
        }
        for (day, seen) in view.seen.days() {
            let keys = || {
                let mut out = Vec::new();
                bytes::put(&seen.keys(), &mut out);
                out
            };
            // As an unsigned number: days before 1970 come back the same.
            self.chunk(kind::SEEN, day.0 as u32, seen.version, keys)?;
        }
        for (index, chunk) in (0..).zip(&view.table.chunks) {
            for part in PARTS {
                let version = chunk.versions[part as usize];
                self.chunk(part as u8, index, version, || chunk.part(part))?;
            }
        }
        Ok(())
    }

    /// Names a chunk, and hands it out when it is not stored already.
    fn chunk(
        &mut self,
        kind: u8,
        index: u32,
        version: u64,
        bytes: impl FnOnce() -> Vec<u8>,
    ) -> Result<(), E> {
        let known = self.known.get(&(kind, index)).copied();
        if let Some(known) = known
            && version != 0
            && known.version == version
        {
            self.names.push(known);
            return Ok(());
        }
        let bytes = bytes();
        let name = ChunkName {
            kind,
            index,
            version,
            hash: hash(&bytes),
            bytes: bytes.len() as u64,
        };
        self.names.push(name);
        if known == Some(name) {
            return Ok(());
        }
        if bytes.is_empty() {
            let key = name.keys(self.tenant).next().unwrap_or_default();
            return (self.put)(key, bytes);
        }
        for (key, piece) in name.keys(self.tenant).zip(bytes.chunks(PIECE)) {
            (self.put)(key, piece.to_vec())?;
        }
        Ok(())
    }
}
