//! `catalog list`, `catalog show`, `catalog adopt`: the catalogs that new tenants get, and the ones in force.

use super::super::ask::Extra;
use super::super::reload::{adopted_from, adoption, news};
use super::super::status::hex;
use super::super::structure::Planned;
use super::super::{Ask, find, json};
use rollcall_shared::catalog::Catalog;
use rollcall_shared::domain::Status;
use rollcall_shared::text::counted;
use rollcall_shared::wire::role::{CatalogAdopt, CatalogDetail, CatalogRow, CatalogShow, Catalogs};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) fn list(ask: &Ask<'_>) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::CatalogList, None)?;
    let catalogs = ask.service.catalogs();
    let rows = catalogs.iter().map(|offered| {
        let catalog = &offered.catalog;
        let tenants = state.tenants().filter(|t| t.tenant.catalog == catalog.name);
        CatalogRow {
            name: catalog.name.clone(),
            title: catalog.title.clone(),
            source: offered.source(),
            hash: hex(&catalog.hash),
            roles: catalog.listed().count() as u64,
            permissions: catalog.permissions.len() as u64,
            tenants: tenants
                .map(|t| match t.catalog_text() == offered.text {
                    true => t.tenant.name.clone(),
                    false => format!("{}*", t.tenant.name),
                })
                .collect(),
        }
    });
    json(Catalogs {
        rows: rows.collect(),
    })
}

pub(super) fn show(ask: &Ask<'_>, request: CatalogShow) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::CatalogShow, request.tenant.as_deref())?;
    if let Some(name) = &request.tenant {
        let view = find::tenant(&state, name)?;
        let source = format!("in force in {name}");
        return json(detail(&view.catalog, source, view.catalog_text()));
    }
    let catalogs = ask.service.catalogs();
    let known = || -> Vec<String> { catalogs.iter().map(|o| o.catalog.name.clone()).collect() };
    let Some(name) = &request.name else {
        return Err(Failure::new(Class::Usage, "which catalog?")
            .rule("catalog")
            .hint(format!("name a tenant, or one of: {}", known().join(", "))));
    };
    let Some(offered) = catalogs.get(name) else {
        return Err(Failure::missing(
            "catalog",
            format!("there is no role catalog {name:?}"),
            format!("the catalogs are: {}", known().join(", ")),
        ));
    };
    json(detail(&offered.catalog, offered.source(), &offered.text))
}

/// Puts the offered catalog in force in a tenant that has an earlier one.
pub(super) async fn adopt(ask: &Ask<'_>, request: CatalogAdopt) -> Result<Value, Failure> {
    let tenant = request.tenant.clone();
    let state = ask.state();
    ask.authorise(&state, Verb::CatalogAdopt, Some(&tenant))?;
    let view = find::tenant(&state, &tenant)?;
    let catalogs = ask.service.catalogs();
    let name = &view.tenant.catalog;
    let offered = catalogs.get(name).cloned().ok_or_else(|| {
        Failure::new(
            Class::NotFound,
            format!("no catalog {name} is offered any more"),
        )
        .rule("catalog")
        .hint("see `rollcall catalog list`; the one in force stays")
    })?;
    let extra = Extra {
        reason: Some(adopted_from(&offered, &news(view, &offered))),
        ..Extra::default()
    };
    let verb = Verb::CatalogAdopt;
    ask.change(verb, Some(&tenant), extra, move |draft, _| {
        let view = find::tenant(draft.state, &request.tenant)?;
        let mut planned = Planned {
            changes: news(view, &offered),
            ..Planned::default()
        };
        if offered.text != view.catalog_text() {
            planned.entries = adoption(view, &offered, draft.now)?;
            planned.what = format!(
                "{} has the catalog {} ({}) in force",
                request.tenant,
                offered.catalog.name,
                offered.source()
            );
            let holders = planned.entries.len() - 1;
            if holders > 0 {
                planned.warnings.push(format!(
                    "for {} roles mean something else: sessions are stale",
                    counted(holders, "account")
                ));
            }
        }
        planned.finish(view, draft.now, request.dry_run)
    })
    .await
}

fn detail(catalog: &Catalog, source: String, text: &str) -> CatalogDetail {
    CatalogDetail {
        name: catalog.name.clone(),
        title: catalog.title.clone(),
        source,
        hash: hex(&catalog.hash),
        permissions: catalog.permissions.clone(),
        actions: catalog.actions.clone(),
        transitions: catalog.transitions.clone(),
        constraints: catalog.constraints.words(),
        owner: catalog.owner.words(),
        seats: Status::ALL.iter().copied().zip(catalog.seats).collect(),
        invitation_valid: catalog.invitation_valid,
        scopes: catalog.scopes.clone(),
        features: catalog.features.clone(),
        tiers: catalog.tiers.clone(),
        pools: catalog.pools.clone(),
        verbs: catalog.verbs.clone(),
        in_part: catalog.part.all(),
        text: text.to_owned(),
    }
}
