//! `tenant create`: a tenant with its catalog and policies in force, waiting to be filled.

use super::ask::{Ask, Extra};
use super::{json, refused};
use crate::writer::Proposal;
use rollcall_shared::catalog;
use rollcall_shared::domain::{
    Entry, Fact, JournalId, Sweep, Tenant, TenantId, TenantPlan, TenantState,
};
use rollcall_shared::rules::features;
use rollcall_shared::wire::admin::TenantCreate;
use rollcall_shared::wire::identity::Changed;
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: TenantCreate) -> Result<Value, Failure> {
    check(&request)?;
    let config = ask.service.config();
    let catalogs = ask.service.catalogs();
    ask.change(Verb::TenantCreate, None, Extra::default(), move |draft, _| {
        if draft.state.tenant_named(&request.name).is_some() {
            return Err(Failure::new(Class::Conflict, format!("a tenant {:?} exists already", request.name))
                .rule("tenant-name-unique")
                .hint("choose another name, or look at it with `rollcall tenant show`"));
        }
        let id = TenantId(draft.state.tenants().map(|t| t.tenant.id.0).max().unwrap_or(0) + 1);
        let offered = catalogs.get(&request.catalog).ok_or_else(|| unknown_catalog(&request.catalog))?;
        let tenant = Tenant {
            id,
            name: request.name.clone(),
            catalog: request.catalog.clone(),
            seats: request.seats,
            tz: request.tz,
            authority: request.authority,
            owner: request.owner,
            state: TenantState::Filling,
            created: draft.now,
            plan: TenantPlan {
                features: features::of_new(&offered.catalog),
                ..TenantPlan::default()
            },
            sources: std::collections::BTreeMap::new(),
        };
        let wanted = features::Wanted {
            tier: request.tier,
            enable: request.features,
            ..features::Wanted::default()
        };
        let standing = features::Standing::of_new(&offered.catalog, &tenant);
        let planned = features::change(&standing, &wanted).map_err(refused)?;
        let tenant = planned.tenant;
        let mut own = vec![Entry::plain(Fact::CatalogAdopted { name: request.catalog, text: offered.text.clone() })];
        for sweep in Sweep::ALL {
            let mut new = config.new_tenant_policy(*sweep, draft.now).map_err(refused)?;
            if let Some(valid) = offered.catalog.invitation_valid {
                new.invitation_valid = valid;
            }
            own.push(Entry::plain(Fact::PolicySet { sweep: *sweep, old: None, new: Box::new(new) }));
        }
        let mut answer = Changed {
            message: format!(
                "tenant {} created; it is filling until its owner is known: import its people, then `rollcall tenant owner set {} EMAIL`",
                request.name, request.name
            ),
            seq: Some(1),
            nothing: false,
            changes: Vec::new(),
            warnings: Vec::new(),
        };
        if request.dry_run {
            answer.message = format!("tenant {} would be created", request.name);
            answer.seq = None;
            // Only here: the answer to a change is kept in the journal, where it must name nobody.
            answer.changes = begun(&tenant);
            return Ok(Proposal::nothing(json(answer)?));
        }
        let answer = json(answer)?;
        Ok(Proposal {
            entries: vec![
                (JournalId::PLATFORM, vec![Entry::plain(Fact::TenantCreated(Box::new(tenant)))]),
                (id.into(), own),
            ],
            answer,
            observation: false,
            trial: false,
            operator: false,
        })
    })
    .await
}

/// What a new tenant begins with, one phrase each.
fn begun(tenant: &Tenant) -> Vec<String> {
    let plan = &tenant.plan;
    let on = plan.features.iter().map(ToString::to_string);
    let seats = tenant.seats.map(|n| n.to_string());
    let phrases = [
        ("catalog", tenant.catalog.clone()),
        ("seats", seats.unwrap_or_else(|| "unlimited".into())),
        ("owner to be", tenant.owner.clone()),
        ("time zone", tenant.tz.clone()),
        ("authority", tenant.authority.to_string()),
        ("tier", plan.tier.clone().unwrap_or_default()),
        ("features", on.collect::<Vec<_>>().join(", ")),
    ];
    let said = phrases.iter().filter(|(_, value)| !value.is_empty());
    said.map(|(what, value)| format!("{what}: {value}"))
        .collect()
}

/// How lists and files name the journal of what belongs to no tenant.
const PLATFORM: &str = "platform";

fn check(request: &TenantCreate) -> Result<(), Failure> {
    let usage = |rule: &str, what: String, hint: &str| {
        Err(Failure::new(Class::Usage, what).rule(rule).hint(hint))
    };
    let name_ok = !request.name.is_empty()
        && request.name.len() <= 40
        && request.name.starts_with(|c: char| c.is_ascii_lowercase())
        && request
            .name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !name_ok {
        return usage(
            "tenant-name",
            format!("{:?} is not a tenant's name", request.name),
            "up to 40 lower-case letters, digits and `-`, starting with a letter",
        );
    }
    if request.name == PLATFORM {
        return Err(Failure::new(
            Class::Usage,
            format!(
                "no tenant is called {PLATFORM:?}: so is the journal of what belongs to no tenant"
            ),
        )
        .rule("tenant-name-reserved")
        .hint("choose another name"));
    }
    if request.seats == Some(0) {
        return usage(
            "seats",
            "a tenant needs a seat for its owner".into(),
            "give --seats 1 or more, or leave it out for no limit",
        );
    }
    if catalog::builtin(&request.catalog).is_none() || request.catalog == "rollcall" {
        return Err(unknown_catalog(&request.catalog));
    }
    if jiff::tz::TimeZone::get(&request.tz).is_err() {
        return usage(
            "time-zone",
            format!("{:?} is not a time zone", request.tz),
            "use an IANA name such as Europe/Berlin or UTC",
        );
    }
    if !request.owner.contains('@') || request.owner.len() > 320 {
        return usage(
            "email",
            format!("{:?} is not an email address", request.owner),
            "name the owner to be by email",
        );
    }
    Ok(())
}

fn unknown_catalog(name: &str) -> Failure {
    Failure::new(Class::Usage, format!("there is no role catalog {name:?}"))
        .rule("catalog")
        .hint("the catalogs are: iusign, ignisign, onespan, esignanywhere")
}
