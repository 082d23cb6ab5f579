//! `tenant set`, `feature list`: what a tenant has bought and switched on.

use super::super::ask::{Ask, Door, Extra, Who};
use super::super::describe::Words;
use super::super::find;
use super::{Planned, json, refused};
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{Entry, Fact, GroupKind, Micros, Rule, Status, Why};
use rollcall_shared::rules::features::{
    self, PoolUse, SIGN_IN_APPLICATION, SUB_ACCOUNTS, Standing, Wanted,
};
use rollcall_shared::wire::admin::TenantNamed;
use rollcall_shared::wire::structure::{FeatureRow, Features, TenantSet};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) async fn set(ask: &Ask<'_>, request: TenantSet) -> Result<Value, Failure> {
    let tenant = request.tenant.clone();
    // A member may have a right to the settings and none to what was bought.
    ask.change_as(
        Verb::TenantSet,
        &tenant,
        Door::Own,
        Extra::default(),
        move |draft, _, who| {
            let view = find::tenant(draft.state, &request.tenant)?;
            may(who, draft.state, view, &request)?;
            plan(view, &request, draft.now)?.finish(view, draft.now, request.dry_run)
        },
    )
    .await
}

/// What was bought and what is set are the rights of two, where the catalog says so.
fn may(who: &Who, state: &State, view: &TenantView, request: &TenantSet) -> Result<(), Failure> {
    let settings = view.catalog.constraints.settings_permission.as_deref();
    let settings = settings.filter(|_| !who.operator && !request.settings.is_empty());
    let bought = request.seats.is_some()
        || request.tier.is_some()
        || !(request.enable.is_empty() && request.disable.is_empty() && request.pools.is_empty());
    // What files are believed is the same right: a member's own files are none of those that an operator brings.
    let believed =
        !request.sources.is_empty() || request.settings.contains_key(SIGN_IN_APPLICATION);
    if bought || believed || settings.is_none() {
        who.allowed.clone()?;
    }
    match settings.filter(|permission| !who.holds(state, permission)) {
        None => Ok(()),
        Some(permission) => Err(who.allowed.clone().err().unwrap_or_else(|| {
            Failure::new(
                Class::Denied,
                format!(
                    "settings of {} need the permission {permission}",
                    view.tenant.name
                ),
            )
            .rule("permission")
            .hint("ask a member who holds it, or leave --set out")
        })),
    }
}

fn plan(view: &TenantView, request: &TenantSet, now: Micros) -> Result<Planned, Failure> {
    let wanted = Wanted {
        seats: request.seats.clone(),
        tier: request.tier.clone(),
        enable: request.enable.clone(),
        disable: request.disable.clone(),
        pools: request.pools.clone(),
        settings: request.settings.clone(),
        sources: request.sources.clone(),
    };
    let pools = pools(view);
    let standing = standing(view, &pools);
    let planned = features::change(&standing, &wanted)
        .map_err(|refusal| refused(features::of_tenant(refusal, &view.tenant.name)))?;
    let mut out = Planned {
        what: format!("tenant {}", view.tenant.name),
        changes: features::differences(&view.tenant, &planned.tenant),
        warnings: planned.warnings,
        ..Planned::default()
    };
    if planned.tenant == view.tenant {
        return Ok(out);
    }
    let had = view.tenant.plan.features.contains(SUB_ACCOUNTS);
    if !had && planned.tenant.plan.features.contains(SUB_ACCOUNTS) {
        end_account_owner(view, now, &mut out)?;
    }
    out.what = format!("tenant {}: {}", view.tenant.name, out.changes.join("; "));
    let changed = Fact::TenantChanged {
        old: Box::new(view.tenant.clone()),
        new: Box::new(planned.tenant),
    };
    out.entries.insert(0, Entry::plain(changed));
    Ok(out)
}

/// With sub-accounts there is no Account Owner: the former one administers the root account.
fn end_account_owner(view: &TenantView, now: Micros, out: &mut Planned) -> Result<(), Failure> {
    let former = view
        .with_email(&view.tenant.owner)
        .into_iter()
        .filter_map(|id| view.account(id))
        .find(|a| {
            matches!(
                a.status,
                Status::Invited | Status::Active | Status::Suspended
            )
        });
    let Some(former) = former else {
        out.warnings.push(
            "the former Account Owner has no account here: see that an administrator holds the root account".into(),
        );
        return Ok(());
    };
    let changes = features::end_account_owner(&former, &view.catalog, now);
    let id = view.reference(former.id);
    if changes.is_empty() {
        out.warnings.push(format!(
            "account {id}, the former Account Owner, administers the root account already"
        ));
        return Ok(());
    }
    let words = Words::of(Some(view));
    let told = words.told(&changes);
    out.changes
        .extend(told.into_iter().map(|said| format!("account {id}: {said}")));
    let why = Why {
        note: Some("the Account Owner became administrator of the root account".into()),
        ..Why::rule(Rule::Structure)
    };
    out.account(view, former.id, changes, why, now)
}

pub(super) fn features(ask: &Ask<'_>, request: TenantNamed) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::FeatureList, Some(&request.tenant))?;
    let view = find::tenant(&state, &request.tenant)?;
    let plan = &view.tenant.plan;
    let rows = view.catalog.features.iter().map(|feature| {
        let on = plan.features.contains(&feature.id);
        let but = features::can_switch_on(&view.catalog, plan, &feature.id);
        FeatureRow {
            id: feature.id.clone(),
            meaning: feature.meaning.clone(),
            on,
            one_way: feature.one_way,
            but: but.err().map(|refusal| refusal.what).unwrap_or_default(),
        }
    });
    json(Features {
        tenant: view.tenant.name.clone(),
        tier: plan.tier.clone().unwrap_or_default(),
        rows: rows.collect(),
        pools: pools(view)
            .into_iter()
            .map(|p| (p.label, p.taken, p.limit))
            .collect(),
    })
}

fn pools(view: &TenantView) -> Vec<PoolUse> {
    features::count(&view.catalog, &view.tenant.plan, |see| view.scan_seats(see))
}

fn standing<'a>(view: &'a TenantView, pools: &'a [PoolUse]) -> Standing<'a> {
    Standing {
        catalog: &view.catalog,
        tenant: &view.tenant,
        scopes: &view.scopes,
        taken: view
            .seats_used()
            .saturating_add(view.seats_reserved())
            .saturating_add(view.seats_releasing()),
        pools,
        custom_roles: view.custom_roles().count(),
        teams: view.groups().filter(|g| g.kind == GroupKind::Team).count(),
        groups: view
            .groups()
            .filter(|g| g.kind == GroupKind::SigningGroup)
            .count(),
        delegations: view.delegations().count(),
    }
}
