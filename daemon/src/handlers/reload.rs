//! What the configuration file proposes for policies, and what the catalogs on disk say, adopted on reload as audited
//! changes.

use super::policy_set::{check_schedule, proposal as in_force};
use super::roles::{follow_entries, seats_hold};
use crate::catalogs::{Catalogs, Offered};
use crate::writer::{Errand, Proposal, Writer};
use rollcall_shared::catalog;
use rollcall_shared::config::{Config, Proposal as Proposed};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{Actor, Entry, Fact, Micros, RequestId, Sweep, TenantId};
use rollcall_shared::rules::{policy, rights};
use rollcall_shared::wire::Failure;

/// Adopts each proposal that says something else than the one adopted last; returns one line for each, adopted or refused.
pub(crate) async fn adopt(writer: &Writer, config: &Config) -> Vec<String> {
    let mut lines = Vec::new();
    for (tenant, policies) in &config.tenant {
        for (sweep, proposed) in policies {
            match one(writer, tenant, *sweep, proposed.clone()).await {
                Ok(changes) if changes.is_empty() => {}
                Ok(changes) => {
                    lines.push(format!("{tenant}: policy {sweep}: {}", changes.join("; ")))
                }
                Err(failure) => lines.push(format!(
                    "{tenant}: policy {sweep} is not adopted: {failure}"
                )),
            }
        }
    }
    lines
}

async fn one(
    writer: &Writer,
    tenant: &str,
    sweep: Sweep,
    proposed: Proposed,
) -> Result<Vec<String>, Failure> {
    if let Some(schedule) = &proposed.schedule {
        check_schedule(schedule)?;
    }
    let errand = Errand {
        actor: Actor::daemon(),
        verb: "policy set".into(),
        request: RequestId(uuid::Uuid::now_v7()),
        asked: String::new(),
        run: None,
        reason: Some("adopted from the configuration file".into()),
        break_glass: None,
    };
    let tenant = tenant.to_owned();
    let answer = writer
        .change(
            errand,
            Box::new(move |draft, _| {
                let view = super::find::tenant(draft.state, &tenant)?;
                let old = view.policy(sweep);
                // What people set since then stands: the same proposal is not made twice.
                let text = proposed.text();
                let armed = proposed.mode.filter(|mode| old.resting && *mode != old.mode);
                let stays = armed.map(|mode| {
                    format!(
                        "stays in {} since the store was restored; `rollcall policy set {sweep} --tenant {tenant} --mode \
                         {mode}` arms it",
                        old.mode
                    )
                });
                if old.adopted.as_ref() == Some(&text) {
                    return Ok(Proposal::nothing(super::json(Vec::from_iter(stays))?));
                }
                let wanted = policy::Change {
                    // After a restore only somebody who looks at it first arms it.
                    mode: proposed.mode.filter(|_| !old.resting),
                    schedule: proposed.schedule.as_deref(),
                    limits: &proposed.limits,
                    feed_since: None,
                };
                let (mut new, _) =
                    policy::change(sweep, &old, &wanted, draft.now).map_err(super::refused)?;
                new.adopted = Some(text);
                let mut changes = policy::differences(sweep, &old, &new);
                changes.extend(stays);
                let answer = super::json(&changes)?;
                Ok(in_force(view, sweep, old, new, draft.now, answer))
            }),
        )
        .await?;
    Ok(serde_json::from_value(answer).unwrap_or_default())
}

/// Puts the catalogs that were read from files in force in the tenants that have them; returns one line for each tenant
/// whose catalog changed or was refused.
pub(crate) async fn adopt_catalogs(writer: &Writer, catalogs: &Catalogs) -> Vec<String> {
    let mut lines = Vec::new();
    let state = writer.state();
    for view in state.tenants() {
        let offered = catalogs.get(&view.tenant.catalog);
        let Some(offered) = offered.filter(|o| o.file.is_some() && o.text != view.catalog_text())
        else {
            continue;
        };
        let name = &view.tenant.name;
        match adopt_catalog(writer, view.tenant.id, offered.clone()).await {
            Ok(changes) => lines.push(format!(
                "{name}: catalog {}: {}",
                view.tenant.catalog,
                changes.join("; ")
            )),
            Err(failure) => lines.push(format!(
                "{name}: catalog {} is not adopted: {failure}",
                view.tenant.catalog
            )),
        }
    }
    lines
}

async fn adopt_catalog(
    writer: &Writer,
    tenant: TenantId,
    offered: Offered,
) -> Result<Vec<String>, Failure> {
    let state = writer.state();
    let changes = state
        .tenant(tenant)
        .map(|view| news(view, &offered))
        .unwrap_or_default();
    let errand = Errand {
        actor: Actor::daemon(),
        verb: "reload".into(),
        request: RequestId(uuid::Uuid::now_v7()),
        asked: String::new(),
        run: None,
        reason: Some(adopted_from(&offered, &changes)),
        break_glass: None,
    };
    let plan = Box::new(move |draft: &crate::writer::Draft<'_>, _: &mut _| {
        let Some(view) = draft.state.tenant(tenant) else {
            return Ok(Proposal::nothing(super::json(&changes)?));
        };
        let entries = adoption(view, &offered, draft.now)?;
        let answer = super::json(&changes)?;
        Ok(Proposal::decide(tenant, entries, answer))
    });
    let answer = writer.change(errand, plan).await?;
    Ok(serde_json::from_value(answer).unwrap_or_default())
}

/// The reason that the journal keeps of an adoption.
pub(super) fn adopted_from(offered: &Offered, changes: &[String]) -> String {
    format!("adopted from {}: {}", offered.source(), changes.join("; "))
}

/// The entries that put an offered catalog in force: its text, and what follows for who holds roles that mean something
/// else in it.
pub(super) fn adoption(
    view: &TenantView,
    offered: &Offered,
    now: Micros,
) -> Result<Vec<Entry>, Failure> {
    rights::adoptable(&view.catalog, &offered.catalog, &view.role_holders())
        .map_err(super::refused)?;
    let after = offered.catalog.with_custom(view.custom_roles());
    seats_hold(view, &after)?;
    let fact = Fact::CatalogAdopted {
        name: view.tenant.catalog.clone(),
        text: offered.text.clone(),
    };
    let mut entries = vec![Entry::plain(fact)];
    entries.extend(follow_entries(view, &after, now)?);
    Ok(entries)
}

/// What differs between a tenant's catalog in force, without its custom roles, and the one that is offered.
pub(super) fn news(view: &TenantView, offered: &Offered) -> Vec<String> {
    if offered.text == view.catalog_text() {
        return Vec::new();
    }
    let mut own = (*view.catalog).clone();
    own.roles.retain(|role| role.custom.is_none());
    catalog::differences(&own, &offered.catalog)
}
