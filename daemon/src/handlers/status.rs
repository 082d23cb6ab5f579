//! `status`: what the header of the console shows.

use super::ask::{Ask, Caller, Service, authorise};
use super::{json, standing, tenant_list};
use rollcall_shared::directory::State;
use rollcall_shared::domain::JournalId;
use rollcall_shared::wire::admin::{Head, HeadCopies, Status};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;
use std::fmt::Write as _;

/// Owners named in each tenant: where the catalog lets many be owners there are thousands, and this is asked often.
const OWNERS: usize = 10;

/// The accounts in all tenants that the caller may see; none for who may see none. The daemon's own user and root watch
/// over all of it.
pub(crate) fn accounts_seen(service: &Service, caller: &Caller, state: &State) -> Option<u64> {
    let own = caller.peer.uid == 0 || caller.peer.uid == service.own_uid;
    let sees = |tenant: &str| authorise(service, caller, state, Verb::Status, Some(tenant)).is_ok();
    let seen = state.tenants().filter(|t| own || sees(&t.tenant.name));
    let counts: Vec<u64> = seen.map(|t| u64::from(t.accounts())).collect();
    (own || !counts.is_empty()).then(|| counts.iter().sum())
}

/// Refuses who may not even see `status`: what moves in a directory is told to those who are bound to see some of it, to
/// members, and to who watches over all of it.
pub(crate) fn may_listen(ask: &Ask<'_>) -> Result<(), Failure> {
    let state = ask.state();
    let sees = accounts_seen(ask.service, &ask.caller, &state).is_some();
    match sees || !standing::of(ask, &state).is_empty() {
        true => Ok(()),
        false => ask.authorise(&state, Verb::Status, None),
    }
}

pub(super) fn handle(ask: &Ask<'_>) -> Result<Value, Failure> {
    let state = ask.state();
    let standings = standing::of(ask, &state);
    let rows = tenant_list::rows(ask, &state, Verb::Status, OWNERS);
    // A member of a tenant is told what they may do there, and nothing of the store and of what lies around it.
    let member = rows.is_err() && !standings.is_empty();
    let tenants = match member {
        true => Vec::new(),
        false => rows?,
    };
    let reader = ask.service.writer.reader();
    let head = |journal: JournalId, name: &str| {
        let head = reader
            .head(journal)
            .map_err(|e| Failure::new(Class::Error, e.to_string()))?;
        Ok(Head {
            journal: name.into(),
            seq: head.seq,
            leaves: head.leaves,
            root: hex(&head.root),
        })
    };
    let mut heads = Vec::new();
    if !member {
        heads.push(head(JournalId::PLATFORM, "platform")?);
    }
    for row in &tenants {
        heads.push(head(row.tenant.id.into(), &row.tenant.name)?);
    }
    let binding = ask.caller.binding(&state);
    let told = tenants.iter().map(|t| t.tenant.name.as_str());
    let names: Vec<&str> = told
        .chain(standings.iter().map(|s| s.tenant.as_str()))
        .collect();
    let may_change = ask.may_change(&state, &names);
    json(Status {
        version: env!("CARGO_PKG_VERSION").into(),
        pid: std::process::id(),
        store: match member {
            true => String::new(),
            false => ask.service.store.clone(),
        },
        revision: state.revision(),
        now: ask.service.clock.now(),
        accounts: match member {
            true => None,
            false => Some(tenants.iter().map(|t| t.accounts).sum()),
        },
        caller: match binding {
            Some(b) => format!("{} ({})", ask.caller.peer.os_user, b.person),
            None => ask.caller.peer.os_user.clone(),
        },
        read_only: !may_change,
        carried: ask.service.carried.into(),
        degraded: ask.service.writer.degraded(),
        copies: match member {
            true => HeadCopies::default(),
            false => {
                let copied = ask.service.config().heads.copied();
                ask.service.heads.copies(copied)
            }
        },
        tenants,
        standings,
        heads,
    })
}

/// Bytes as lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
