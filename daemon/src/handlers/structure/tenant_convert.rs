//! `tenant convert`: a standalone account becomes a sub-account of another tree, in one change over both journals.

use super::super::ask::{Ask, Extra};
use super::super::find;
use super::{json, land, refused};
use crate::salt;
use crate::writer::Proposal;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{
    Account, Asset, CustomRole, Delegation, Entry, Fact, Group, Invitation, OrderState, Record,
    RecordKind, Rule, Status, TenantState, Why,
};
use rollcall_shared::rules::convert::{self, Converted, Source, Target};
use rollcall_shared::rules::scopes;
use rollcall_shared::wire::identity::Changed;
use rollcall_shared::wire::structure::TenantConvert;
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

/// Assets in one entry.
const ASSETS: usize = 1_000;

pub(super) async fn handle(ask: &Ask<'_>, request: TenantConvert) -> Result<Value, Failure> {
    ask.change(
        Verb::TenantConvert,
        None,
        Extra::default(),
        move |draft, cache| {
            let from = find::tenant(draft.state, &request.tenant)?;
            let into = find::tenant(draft.state, &request.into)?;
            let there = land(into);
            let parent = scopes::found(there.scopes, request.parent.as_deref().unwrap_or_default())
                .map_err(refused)?;
            let name = request.name.as_deref().unwrap_or(&request.tenant);
            let kept = Kept::of(from);
            let lookup = cache.lookup(draft.state, into.tenant.id);
            let by_email = |email: &str| {
                let id = lookup.by_email(draft.state, email)?;
                into.account(id)
            };
            let taken = into
                .seats_used()
                .saturating_add(into.seats_reserved())
                .saturating_add(into.seats_releasing());
            let standing: Vec<Group> = into.groups().cloned().collect();
            let target = Target {
                land: there,
                tenant: &into.tenant,
                parent,
                name,
                groups: &standing,
                next_account: rollcall_shared::domain::AccountId(into.accounts()),
                next_group: into.next_number(RecordKind::Group),
                next_asset: into.next_asset(),
                seats_free: into.tenant.seats.map(|all| all.saturating_sub(taken)),
                by_email: &by_email,
            };
            let done = convert::convert(&kept.source(from), &target, draft.now).map_err(refused)?;
            let place = format!("{}:{}", into.tenant.name, path_there(into, &done));
            let mut answer = Changed {
                message: format!("{} would become the sub-account {place}", from.tenant.name),
                seq: None,
                changes: vec![
                    format!("{} scopes", done.scopes.len()),
                    format!("{} accounts", done.accounts.len()),
                    format!(
                        "{} custom roles, local to the sub-account",
                        done.roles.len()
                    ),
                    format!("{} groups", done.groups.len()),
                    format!("{} delegations", done.delegations.len()),
                    format!("{} assets", done.assets.len()),
                    format!("tenant {} closed", from.tenant.name),
                ],
                warnings: done.warnings.clone(),
            };
            answer.warnings.push("this cannot be taken back".to_owned());
            if request.dry_run {
                return Ok(Proposal::nothing(json(answer)?));
            }
            answer.message = format!("{} became the sub-account {place}", from.tenant.name);
            answer.seq = Some(into.last_seq() + 1);
            Ok(Proposal {
                entries: vec![
                    (into.tenant.id.into(), arrivals(&done, &from.tenant.name)?),
                    (from.tenant.id.into(), departures(&done, from, &place)?),
                ],
                answer: json(answer)?,
                observation: false,
            })
        },
    )
    .await
}

/// Where the new sub-account lies.
fn path_there(into: &TenantView, done: &Converted) -> String {
    let all: Vec<_> = into.scopes.iter().chain(&done.scopes).cloned().collect();
    done.scopes
        .first()
        .map(|top| scopes::path(&all, top.id))
        .unwrap_or_default()
}

/// What of the old tenant comes along.
struct Kept {
    accounts: Vec<Account>,
    roles: Vec<CustomRole>,
    groups: Vec<Group>,
    delegations: Vec<Delegation>,
    invitations: Vec<Invitation>,
    assets: Vec<Asset>,
    open_orders: usize,
}

impl Kept {
    fn of(view: &TenantView) -> Self {
        let open = |state| matches!(state, OrderState::Open | OrderState::Delivered);
        Kept {
            accounts: (0..view.accounts())
                .filter_map(|id| view.account(rollcall_shared::domain::AccountId(id)))
                .filter(|a| a.status != Status::Deleted)
                .collect(),
            roles: view.custom_roles().cloned().collect(),
            groups: view.groups().cloned().collect(),
            delegations: view.delegations().cloned().collect(),
            invitations: view.invitations().cloned().collect(),
            assets: view.assets().filter(|a| !a.gone).cloned().collect(),
            open_orders: view.orders().filter(|o| open(o.state)).count(),
        }
    }

    fn source<'a>(&'a self, view: &'a TenantView) -> Source<'a> {
        Source {
            land: land(view),
            tenant: &view.tenant,
            accounts: &self.accounts,
            roles: &self.roles,
            groups: &self.groups,
            delegations: &self.delegations,
            invitations: &self.invitations,
            assets: &self.assets,
            open_orders: self.open_orders,
        }
    }
}

fn why(note: String) -> Why {
    Why {
        note: Some(note),
        ..Why::rule(Rule::Structure)
    }
}

/// The entries of the target. Roles come before who holds them.
fn arrivals(done: &Converted, from: &str) -> Result<Vec<Entry>, Failure> {
    let set = |record| {
        Entry::plain(Fact::Record {
            old: None,
            new: Some(Box::new(record)),
        })
    };
    let scopes = done.scopes.iter().cloned().map(Fact::ScopeCreated);
    let mut entries: Vec<Entry> = scopes.map(Entry::plain).collect();
    entries.extend(done.roles.iter().cloned().map(Record::Role).map(set));
    for arrival in &done.accounts {
        let after = &arrival.after;
        let changes = match &arrival.before {
            Some(before) => before.changes_to(after),
            None => after.creation(),
        };
        if !changes.is_empty() {
            let why = why(format!("{from} became a sub-account"));
            entries.push(Entry::account(after.id, changes, why, salt()?));
        }
    }
    entries.extend(done.groups.iter().cloned().map(Record::Group).map(set));
    let delegations = done.delegations.iter().cloned().map(Record::Delegation);
    entries.extend(delegations.map(set));
    let invitations = done.invitations.iter().cloned().map(Record::Invitation);
    entries.extend(invitations.map(set));
    entries.extend(assets(&done.assets));
    Ok(entries)
}

/// The entries of the old tenant: everybody is deactivated, it is closed.
fn departures(done: &Converted, from: &TenantView, place: &str) -> Result<Vec<Entry>, Failure> {
    let mut entries = Vec::new();
    for (id, changes) in done.ended.iter().filter(|(_, changes)| !changes.is_empty()) {
        let why = why(format!("became part of {place}"));
        entries.push(Entry::account(*id, changes.clone(), why, salt()?));
    }
    entries.extend(assets(&done.gone));
    let mut closed = from.tenant.clone();
    closed.state = TenantState::Closed;
    entries.push(Entry::plain(Fact::TenantChanged {
        old: Box::new(from.tenant.clone()),
        new: Box::new(closed),
    }));
    Ok(entries)
}

fn assets(all: &[Asset]) -> impl Iterator<Item = Entry> + '_ {
    all.chunks(ASSETS)
        .map(|part| Entry::plain(Fact::Assets(part.to_vec())))
}
