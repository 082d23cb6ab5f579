//! Opening the store of a daemon: made where there is none, folded, and brought to where its journal says it is.

use super::StartError;
use crate::demo::Demo;
use crate::heads;
use crate::writer::redaction;
use rollcall_shared::directory::State;
use rollcall_shared::directory::checkpoint;
use rollcall_shared::domain::{
    Actor, ActorKind, Batch, Binding, Entry, Fact, HeadKey, Header, JournalId, Micros,
    OperatorGrant, Seal, codec,
};
use rollcall_shared::heads::StoreId;
use rollcall_shared::store::redb_store::RedbStore;
use rollcall_shared::store::{Append, Port, Reader, StoreError};
use std::collections::BTreeMap;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A store that is open and folded.
pub(super) struct Opened {
    pub(super) port: Box<dyn Port>,
    pub(super) state: State,
    pub(super) id: StoreId,
    /// A demo's past was made just now.
    pub(super) demo_made: bool,
}

/// Opens or makes the store and folds it. A new store gets its first binding, or the demo's past, before anybody asks.
pub(super) fn open(
    path: &Path,
    demo: Option<(Demo, Arc<AtomicBool>)>,
    now: Micros,
) -> Result<Opened, StartError> {
    let new = !path.exists();
    if let Some(folder) = path.parent().filter(|f| new && !f.as_os_str().is_empty()) {
        let made = std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder);
        made.map_err(|source| StartError::Io {
            what: "making the store's directory",
            source,
        })?;
    }
    let mut port: Box<dyn Port> = if new {
        Box::new(RedbStore::create(path)?)
    } else {
        Box::new(RedbStore::open(path)?)
    };
    let mut state = checkpoint::load(port.reader().as_ref())?;
    let demo_made = state.revision() == 0 && demo.is_some();
    let key = match demo {
        None if state.head_keys().is_empty() => head_key(path),
        _ => None,
    };
    if state.revision() == 0 {
        let mut fill = Fill {
            port: port.as_mut(),
            state: &mut state,
            group: Vec::new(),
            bytes: 0,
        };
        match demo {
            Some((demo, given_up)) => {
                for (journal, batch) in demo.batches() {
                    if given_up.load(Ordering::Relaxed) {
                        return Err(StartError::GivenUp);
                    }
                    fill.put(journal, batch)?;
                }
                fill.put(
                    JournalId::PLATFORM,
                    first_binding(Actor::demo(), demo.today.start()),
                )?;
            }
            None => {
                let mut first = first_binding(Actor::daemon(), now);
                first.entries.extend(key.map(key_set));
                fill.put(JournalId::PLATFORM, first)?;
            }
        }
        fill.flush()?;
    } else if demo.is_some() {
        if !made_up(port.reader().as_ref())? {
            return Err(StartError::NotADemo(path.to_owned()));
        }
        // The binding comes last.
        if state.operators().next().is_none() {
            return Err(StartError::HalfMade(path.to_owned()));
        }
    } else if let Some(key) = key {
        let at = now.max(state.journal_at(JournalId::PLATFORM));
        let mut fill = Fill {
            port: port.as_mut(),
            state: &mut state,
            group: Vec::new(),
            bytes: 0,
        };
        fill.put(JournalId::PLATFORM, first_key(key, at))?;
        fill.flush()?;
    }
    let id = store_id(port.reader().as_ref())?;
    // What a redaction before the last end left to do; nobody reads yet. When it cannot be done now, it is tried again
    // before the next checkpoint and at the next start.
    let finished = redaction::finish(port.as_mut(), &mut state).map_err(|e| e.to_string());
    let renewed =
        finished.and_then(|()| redaction::renew(port.as_mut(), &state).map_err(|e| e.to_string()));
    if let Err(error) = renewed {
        tracing::error!("what was redacted is still in the store: {error}");
    }
    Ok(Opened {
        port,
        state,
        id,
        demo_made,
    })
}

/// The public key of a store whose journal names none. Without one it goes on, and says loudly that nothing is signed.
fn head_key(store: &Path) -> Option<HeadKey> {
    match heads::at_start(store) {
        Ok(key) => Some(key),
        Err(error) => {
            tracing::error!(error = ?error.to_string(), "the store gets no signing key");
            None
        }
    }
}

fn key_set(new: HeadKey) -> Entry {
    Entry::plain(Fact::HeadKeySet { old: None, new })
}

/// A store that was made before heads were signed gets its key.
fn first_key(key: HeadKey, at: Micros) -> Batch {
    let header = Header {
        journal: JournalId::PLATFORM,
        at,
        actor: Actor::daemon(),
        verb: "audit rekey".into(),
        request: None,
        run: None,
        reason: Some("the store had no signing key yet".into()),
        answer: None,
        break_glass: None,
        seal: Seal::default(),
    };
    Batch {
        header,
        entries: vec![key_set(key)],
    }
}

/// What the store began with names it.
fn store_id(reader: &dyn Reader) -> Result<StoreId, StartError> {
    let first = reader.committed(JournalId::PLATFORM, 1)?;
    let first = first.ok_or_else(|| StoreError::Unreadable {
        path: "(platform journal)".into(),
        what: "its first batch is missing".into(),
    })?;
    Ok(StoreId::of(&first.head.root))
}

/// Whether a store began as a demo.
fn made_up(reader: &dyn Reader) -> Result<bool, StartError> {
    let first = reader.read(JournalId::PLATFORM, 1, 1)?;
    let began = first
        .first()
        .and_then(|(_, bytes)| codec::decode(bytes).ok());
    Ok(began.is_some_and(|batch| batch.header.actor.kind == ActorKind::Demo))
}

/// Appends batches of a new store, many in one transaction.
pub(super) struct Fill<'a> {
    pub(super) port: &'a mut dyn Port,
    pub(super) state: &'a mut State,
    pub(super) group: Vec<Append>,
    pub(super) bytes: usize,
}

impl Fill<'_> {
    pub(super) fn put(&mut self, journal: JournalId, mut batch: Batch) -> Result<(), StartError> {
        let seq = self.state.journal_seq(journal) + 1;
        self.state.link(&mut batch);
        self.state.apply(seq, &batch).map_err(StartError::Fold)?;
        let bytes = codec::encode(&batch);
        // Before the first request there is none to name a batch by: its place does.
        let name = format!("fill/{}/{seq}", journal.0);
        let batch_id = *uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, name.as_bytes()).as_bytes();
        self.bytes += bytes.len();
        self.group.push(Append {
            journal,
            seq,
            batch_id,
            bytes,
        });
        if self.bytes > 8 << 20 {
            self.flush()
        } else {
            Ok(())
        }
    }

    pub(super) fn flush(&mut self) -> Result<(), StartError> {
        if !self.group.is_empty() {
            let epoch = self.port.epoch();
            self.port.append(epoch, &self.group)?;
            self.group.clear();
            self.bytes = 0;
        }
        Ok(())
    }
}

/// Who creates the store is bound first, with every right.
fn first_binding(actor: Actor, at: Micros) -> Batch {
    let uid = nix::unistd::geteuid();
    let os_user = nix::unistd::User::from_uid(uid)
        .ok()
        .flatten()
        .map_or_else(|| uid.to_string(), |u| u.name);
    let binding = Binding {
        uid: uid.as_raw(),
        person: format!("{os_user}@localhost"),
        os_user,
        grants: vec![OperatorGrant {
            role: "platform_admin".into(),
            tenant: None,
        }],
        shared: false,
        accounts: BTreeMap::new(),
    };
    let fact = Fact::OperatorBound {
        uid: binding.uid,
        old: None,
        new: Some(binding),
    };
    let header = Header {
        journal: JournalId::PLATFORM,
        at,
        actor,
        verb: "operator bind".into(),
        request: None,
        run: None,
        reason: Some("who creates the store is bound first".into()),
        answer: None,
        break_glass: None,
        seal: Seal::default(),
    };
    Batch {
        header,
        entries: vec![Entry::plain(fact)],
    }
}
