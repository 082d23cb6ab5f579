//! From a checkpoint back to a state.

use super::{CheckpointError, Manifest, PIECE, Settings, TenantChunks, bytes, kind};
use crate::catalog::{self, Catalog};
use crate::directory::chunk::{Chunk, PARTS, ROWS};
use crate::directory::chunked::Chunked;
use crate::directory::hash::hash;
use crate::directory::seen::Seen;
use crate::directory::state::State;
use crate::directory::tenant::TenantView;
use crate::domain::{Asset, Assignment, Day, Feed, Order, Record, Run, Sweep};
use std::sync::Arc;

/// The state of a checkpoint. `get` is asked for each chunk by its key.
pub fn decode<E: std::fmt::Display>(
    manifest: &[u8],
    mut get: impl FnMut(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<State, CheckpointError> {
    let manifest = Manifest::decode(manifest)?;
    let mut tenants = Vec::with_capacity(manifest.tenants.len());
    for chunks in &manifest.tenants {
        tenants.push(Arc::new(tenant(chunks, &mut get)?));
    }
    let sorted = tenants.is_sorted_by(|a, b| a.tenant.id < b.tenant.id);
    sorted
        .then_some(())
        .ok_or_else(|| damaged("tenants out of order"))?;
    let operators = manifest.operators.into_iter().map(|b| (b.uid, b));
    Ok(State {
        revision: manifest.revision,
        platform_seq: manifest.platform_seq,
        platform_at: manifest.platform_at,
        tenants: Arc::new(tenants),
        operators: Arc::new(operators.collect()),
        head_keys: Arc::new(manifest.head_keys),
        ..State::default()
    })
}

fn damaged(what: impl Into<String>) -> CheckpointError {
    CheckpointError::Damaged(what.into())
}

fn cbor<'b, T: minicbor::Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, CheckpointError> {
    minicbor::decode(bytes).map_err(|e| damaged(e.to_string()))
}

fn tenant<E: std::fmt::Display>(
    of: &TenantChunks,
    get: &mut impl FnMut(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<TenantView, CheckpointError> {
    let mut settings: Option<Settings> = None;
    let mut text = String::new();
    let mut sets: Vec<Vec<Assignment>> = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let (mut orders, mut runs) = (Vec::new(), Vec::new());
    let (mut records, mut assets) = (Vec::new(), Vec::new());
    let mut days: Vec<(Day, u64, Vec<u64>)> = Vec::new();
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut buffer: Vec<u8> = Vec::new();
    for name in &of.chunks {
        buffer.clear();
        for key in name.keys(of.tenant) {
            let piece = get(&key).map_err(|e| CheckpointError::Chunk(e.to_string()))?;
            if piece.len() > PIECE {
                return Err(damaged("a piece is too long"));
            }
            buffer.extend_from_slice(&piece);
        }
        if buffer.len() as u64 != name.bytes || hash(&buffer) != name.hash {
            return Err(damaged(format!("chunk {name:?} has other bytes")));
        }
        match name.kind {
            kind::SETTINGS => settings = Some(cbor(&buffer)?),
            kind::CATALOG => {
                text = String::from_utf8_lossy(&buffer).into_owned();
            }
            kind::ROLE_SETS => sets = cbor(&buffer)?,
            kind::WORDS => words = cbor(&buffer)?,
            kind::ORDERS => orders.push((name.version, cbor::<Vec<Order>>(&buffer)?)),
            kind::RECORDS => records.extend(cbor::<Vec<Record>>(&buffer)?),
            kind::ASSETS => assets.push((name.version, cbor::<Vec<Asset>>(&buffer)?)),
            kind::RUNS => {
                let list = cbor::<Vec<Run>>(&buffer)?;
                runs.push((name.version, list.into_iter().map(Arc::new).collect()));
            }
            kind::SEEN => {
                let keys = bytes::take(&mut buffer.as_slice());
                let keys = keys.ok_or_else(|| damaged("events"))?;
                days.push((Day(name.index as i32), name.version, keys));
            }
            number => {
                let part = PARTS.into_iter().find(|p| *p as u8 == number);
                let part = part.ok_or_else(|| damaged("a chunk of an unknown kind"))?;
                let index = name.index as usize;
                if index > chunks.len() {
                    return Err(damaged("chunks out of order"));
                }
                if index == chunks.len() {
                    chunks.push(Chunk::default());
                }
                let taken = chunks[index].set_part(part, name.version, &buffer);
                taken.ok_or_else(|| damaged(format!("{part:?} of chunk {index}")))?;
            }
        }
    }
    let settings = settings.ok_or_else(|| damaged("a tenant without settings"))?;
    let mut view = TenantView::new(settings.tenant);
    view.seq = of.seq;
    view.at = of.at;
    view.scopes = Arc::new(settings.scopes);
    view.rights_changed = settings.rights_changed;
    let inactivity = settings.policies.get(&Sweep::Inactivity);
    let since = inactivity.and_then(|policy| policy.feed_since);
    view.policies = settings.policies;
    view.set_by = settings.set_by;
    view.last_due = settings.last_due;
    view.exported = settings.exported;
    view.feed = Feed {
        last_event: settings.last_event,
        last_success: settings.last_success,
        told: settings.told,
        since,
        daily: settings
            .daily
            .try_into()
            .map_err(|_| damaged("daily counts"))?,
        last_day: settings.last_day,
        before: settings.before,
        leaving: settings.leaving,
    };
    view.seen = Seen::of(days);
    view.runs = Chunked::from_chunks(runs).ok_or_else(|| damaged("runs"))?;
    view.restore_orders(orders)
        .ok_or_else(|| damaged("orders"))?;
    view.assets = Chunked::from_chunks(assets).ok_or_else(|| damaged("assets"))?;
    view.restore_records(&records);
    let catalog = if text.is_empty() {
        Catalog::default()
    } else {
        catalog::parse(&view.tenant.catalog, &text).map_err(|e| damaged(e.to_string()))?
    };
    view.adopted = Arc::new(catalog);
    let catalog = view.adopted.with_custom(view.custom_roles());
    for set in &sets {
        view.table.interned.role_set(set, &catalog);
    }
    for word in &words {
        view.table.interned.word(word);
    }
    let full = chunks.iter().rev().skip(1).all(|c| c.len() == ROWS);
    if !full || !chunks.iter().all(|c| c.fits(sets.len())) {
        return Err(damaged("columns that do not fit together"));
    }
    view.table.chunks = chunks.into_iter().map(Arc::new).collect();
    view.catalog = Arc::new(catalog);
    view.name_scopes();
    view.catalog_text = Arc::from(text);
    let orders = view.orders.clone();
    orders.iter().for_each(|order| view.know_roles_of(order));
    view.recount();
    Ok(view)
}
