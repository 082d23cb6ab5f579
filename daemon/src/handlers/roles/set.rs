//! `role create`, `role edit`, `role delete`: a tenant's own roles.

use super::super::{Ask, find, json, order_things, orders_opened, refused};
use crate::handlers::ask::{Door, Extra};
use crate::salt;
use crate::writer::{Draft, Proposal};
use rollcall_shared::catalog::Catalog;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{CustomRole, Entry, Fact, Micros, Record, Rule, SeatHold, Why};
use rollcall_shared::rules::features::{self, PoolUse};
use rollcall_shared::rules::limits::Limits;
use rollcall_shared::rules::rights::{custom, follow, left_out, moved};
use rollcall_shared::rules::{conflicts, giving, limits, scopes};
use rollcall_shared::wire::role::{RoleChanged, RoleDelete, RoleSet};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) async fn set(ask: &Ask<'_>, verb: Verb, request: RoleSet) -> Result<Value, Failure> {
    let tenant = request.tenant.clone();
    let extra = Extra::default();
    ask.change_as(verb, &tenant, Door::Whole, extra, move |draft, _, who| {
        let view = find::tenant(draft.state, &request.tenant)?;
        let setting = view.setting();
        let (old, drafted) = if verb == Verb::RoleCreate {
            (None, custom::create(&setting, &request).map_err(refused)?)
        } else {
            custom::predefined(&setting, &request.id, "edited").map_err(refused)?;
            let old = existing(view, &request.id)?;
            let drafted = custom::edit(&setting, &old, &request).map_err(refused)?;
            (Some(old), drafted)
        };
        who.giving(draft.state, |view, own| {
            giving::define(&view.setting(), own, old.as_ref(), &drafted.role)
        })?;
        let mut after = (*view.catalog).clone();
        after.roles.retain(|r| r.id != drafted.role.id);
        after.roles.push(view.catalog.own_role(&drafted.role));
        pools_hold(view, &after)?;
        let own = after.role(&drafted.role.id);
        let out = own.map_or_else(Vec::new, |own| left_out(&after, &view.scopes, own));
        let out = out.into_iter().map(|at| {
            let place = scopes::address(&view.scopes, at);
            format!(
                "the role is not among those that may be held in {place:?}: name it there as well with `rollcall scope set {place:?} --role`"
            )
        });
        let out: Vec<String> = out.collect();
        let fact = Fact::Record {
            old: old.map(|r| Box::new(Record::Role(r))),
            new: Some(Box::new(Record::Role(drafted.role.clone()))),
        };
        let mut proposed = Proposed {
            answer: RoleChanged {
                id: drafted.role.id,
                changes: drafted.changes,
                warnings: drafted.warnings.into_iter().chain(out).collect(),
                holders: 0,
                seq: None,
            },
            dry_run: request.dry_run,
        };
        // A new role with nothing in it yet is a change all the same.
        if verb == Verb::RoleEdit && proposed.answer.changes.is_empty() {
            return Ok(Proposal::nothing(json(proposed.answer)?));
        }
        proposed.commit(draft, view, fact, Some(&after))
    })
    .await
}

pub(super) async fn delete(ask: &Ask<'_>, request: RoleDelete) -> Result<Value, Failure> {
    let tenant = request.tenant.clone();
    ask.change(
        Verb::RoleDelete,
        Some(&tenant),
        Extra::default(),
        move |draft, _| {
            let view = find::tenant(draft.state, &request.tenant)?;
            custom::predefined(&view.setting(), &request.id, "deleted").map_err(refused)?;
            let old = existing(view, &request.id)?;
            let holders = view.holding(|held| held.iter().any(|a| a.role == old.id));
            custom::delete(&old.id, holders.len()).map_err(refused)?;
            let mut proposed = Proposed {
                answer: RoleChanged {
                    id: old.id.clone(),
                    changes: vec![format!("role {} goes", old.id)],
                    warnings: named_by_rules(view, &old.id),
                    holders: 0,
                    seq: None,
                },
                dry_run: request.dry_run,
            };
            let fact = Fact::Record {
                old: Some(Box::new(Record::Role(old))),
                new: None,
            };
            proposed.commit(draft, view, fact, None)
        },
    )
    .await
}

/// A change of a role that is about to be made.
struct Proposed {
    answer: RoleChanged,
    dry_run: bool,
}

impl Proposed {
    /// With `after`, the catalog as it will be, the holders of roles that mean something else follow.
    fn commit(
        &mut self,
        draft: &Draft<'_>,
        view: &TenantView,
        fact: Fact,
        after: Option<&Catalog>,
    ) -> Result<Proposal, Failure> {
        let mut entries = vec![Entry::plain(fact)];
        if let Some(after) = after {
            entries.extend(follow_entries(view, after, draft.now)?);
        }
        self.answer.holders = entries.len() as u64 - 1;
        let orders = order_things(view, &mut entries, draft.now);
        self.answer.warnings.extend(orders_opened(orders));
        self.answer.seq = (!self.dry_run).then_some(view.last_seq() + 1);
        let answer = json(&self.answer)?;
        Ok(Proposal::decide(view.tenant.id, entries, answer).previewed(self.dry_run))
    }
}

/// Refuses a role whose holders would need seats of another pool that are not there.
fn pools_hold(view: &TenantView, after: &Catalog) -> Result<(), Failure> {
    let count = |catalog: &Catalog| -> Vec<PoolUse> {
        features::count(catalog, &view.tenant.plan, |see| {
            view.scan_seats_under(catalog, see)
        })
    };
    if view.tenant.plan.pools.is_empty() {
        return Ok(());
    }
    limits::pools_hold(&count(&view.catalog), &count(after)).map_err(refused)
}

/// Refuses a catalog under which more seats are needed, in all or of a pool, than there are.
pub(in crate::handlers) fn seats_hold(view: &TenantView, after: &Catalog) -> Result<(), Failure> {
    let mut taken = 0;
    view.scan_held(|facts, _| {
        taken += u32::from(after.seat(facts.status, facts.kind) != SeatHold::None);
    });
    let limits = Limits {
        catalog: after,
        plan: &view.tenant.plan,
        seats: view.tenant.seats,
        taken,
        pools: BTreeMap::new(),
        idle: None,
    };
    let now = view.seats_used() + view.seats_reserved();
    limits::seats_hold(now, taken, limits.most()).map_err(refused)?;
    pools_hold(view, after)
}

/// The rules of separation of duties that go on naming a role that is gone.
fn named_by_rules(view: &TenantView, role: &str) -> Vec<String> {
    let rules = conflicts::of_role(view.conflicts(), role);
    let told = rules.into_iter().map(|rule| {
        format!(
            "the rule {:?} of separation of duties names it and means nobody by it any more: set it anew with `rollcall conflict set`",
            rule.name
        )
    });
    told.collect()
}

fn existing(view: &TenantView, text: &str) -> Result<CustomRole, Failure> {
    let role = view.catalog.find_role(text);
    role.and_then(|r| view.custom_role(&r.id))
        .cloned()
        .ok_or_else(|| refused(custom::unknown_role(&view.setting(), text)))
}

/// What follows for the accounts whose roles mean something else in the catalog that is to be in force.
pub(in crate::handlers) fn follow_entries(
    view: &TenantView,
    after: &Catalog,
    now: Micros,
) -> Result<Vec<Entry>, Failure> {
    let roles = moved(&view.catalog, after);
    let mut entries = Vec::new();
    for id in view.holding(|held| held.iter().any(|a| roles.contains(&a.role))) {
        if let Some(account) = view.account(id) {
            let changes = follow(&account, &view.catalog, after, now);
            let why = Why {
                note: Some("what a role of theirs grants has changed".into()),
                ..Why::rule(Rule::Request)
            };
            entries.push(Entry::account(id, changes, why, salt()?));
        }
    }
    Ok(entries)
}
