//! Changing what a tenant has bought and switched on.

use super::{
    ACCOUNT_OWNER, PoolUse, SIGN_IN_APPLICATION, SUB_ACCOUNTS, can_switch_off, can_switch_on,
    known, sources, tier_of,
};
use crate::catalog::{Catalog, EmailRule};
use crate::domain::{ScopeNode, Tenant};
use crate::rules::Refusal;
use crate::rules::identity::IDENTITY_LOCK;
use crate::rules::scopes::setting_differences;
use crate::text::counted;
use std::collections::BTreeMap;

/// The word that lifts a limit.
const UNLIMITED: &str = "unlimited";

/// The settings of a tenant that may be set, with their values.
const SETTINGS: [(&str, [&str; 2]); 1] = [(IDENTITY_LOCK, ["on", "off"])];

/// The longest name of an application, in characters.
const LONGEST_NAME: usize = 200;

/// What the rule rests on.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// The tenant's catalog.
    pub catalog: &'a Catalog,
    /// Its settings as they are.
    pub tenant: &'a Tenant,
    /// Its scopes.
    pub scopes: &'a [ScopeNode],
    /// Seats used, reserved, and not given back by the vendor yet.
    pub taken: u32,
    /// Its pools of seats.
    pub pools: &'a [PoolUse],
    /// Custom roles that there are.
    pub custom_roles: usize,
    /// Teams that there are.
    pub teams: usize,
    /// Signing groups that there are.
    pub groups: usize,
    /// Delegations that there are.
    pub delegations: usize,
}

impl<'a> Standing<'a> {
    /// A new tenant: nobody is in it yet.
    pub fn of_new(catalog: &'a Catalog, tenant: &'a Tenant) -> Self {
        Standing {
            catalog,
            tenant,
            scopes: &[],
            taken: 0,
            pools: &[],
            custom_roles: 0,
            teams: 0,
            groups: 0,
            delegations: 0,
        }
    }
}

/// What is to be new; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Seats: a number, or `unlimited`.
    pub seats: Option<String>,
    /// Tier.
    pub tier: Option<String>,
    /// Features to switch on.
    pub enable: Vec<String>,
    /// Features to switch off.
    pub disable: Vec<String>,
    /// Seats of pools: a number, or `unlimited`.
    pub pools: BTreeMap<String, String>,
    /// Other settings; an empty text takes one away.
    pub settings: BTreeMap<String, String>,
    /// Whose file counts for which field of accounts; an empty text takes one away.
    pub sources: BTreeMap<String, String>,
}

/// A tenant as it is after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Its record; the same when nothing changes.
    pub tenant: Tenant,
    /// What deserves a look: what stops working.
    pub warnings: Vec<String>,
}

/// Changes what a tenant has bought and switched on: first the tier, then features off and on, then numbers.
///
/// # Errors
/// Rules `tier`, `feature`, `feature-one-way`, `feature-in-use`, `feature-excludes`, `seats`, `pool`, `tenant-setting`,
/// `tenant-source`.
pub fn change(standing: &Standing<'_>, wanted: &Wanted) -> Result<Planned, Refusal> {
    let mut tenant = standing.tenant.clone();
    let mut warnings = Vec::new();
    if let Some(tier) = &wanted.tier {
        set_tier(standing, &mut tenant, tier)?;
    }
    for id in &wanted.disable {
        can_switch_off(standing.catalog, &tenant.plan, standing.scopes, id)?;
        let brought = tier_of(standing.catalog, known(standing.catalog, id)?);
        if tenant.plan.features.remove(id) && brought.is_some() {
            warnings.push(format!("{id} is part of the tier and stays unused"));
        }
    }
    for id in &wanted.enable {
        can_switch_on(standing.catalog, &tenant.plan, id)?;
        if tenant.plan.features.insert(id.clone()) && id == SUB_ACCOUNTS {
            tenant
                .plan
                .settings
                .insert(ACCOUNT_OWNER.to_owned(), "none".to_owned());
            warnings.push(
                "there is no Account Owner any more: administrators of the root account run the tree".to_owned(),
            );
            warnings.push("managers may name delegates no longer".to_owned());
        }
    }
    if !tenant.plan.features.contains(SUB_ACCOUNTS) {
        tenant.plan.settings.remove(ACCOUNT_OWNER);
    }
    let off = standing
        .tenant
        .plan
        .features
        .difference(&tenant.plan.features);
    for id in off {
        warnings.extend(stops(standing, id));
    }
    if let Some(seats) = &wanted.seats {
        tenant.seats = number(seats, "seats")?;
    }
    seats_enough(standing, &tenant)?;
    for (id, seats) in &wanted.pools {
        set_pool(standing, &mut tenant, id, seats)?;
    }
    for (name, value) in &wanted.settings {
        set_setting(standing.catalog, &mut tenant, name, value)?;
    }
    for (field, source) in &wanted.sources {
        sources::set(&mut tenant, field, source)?;
    }
    Ok(Planned { tenant, warnings })
}

/// A tier brings its features and takes those away that only other tiers bring.
fn set_tier(standing: &Standing<'_>, tenant: &mut Tenant, wanted: &str) -> Result<(), Refusal> {
    let catalog = standing.catalog;
    let Some(tier) = catalog.tier(wanted) else {
        let ids: Vec<&str> = catalog.tiers.iter().map(|t| t.id.as_str()).collect();
        let there = match ids.as_slice() {
            [] => "no tiers are published for it".to_owned(),
            ids => format!("its tiers are: {}", ids.join(", ")),
        };
        return Err(Refusal::new(
            "tier",
            format!("{} has no tier {wanted:?}", catalog.title),
            there,
        ));
    };
    tenant.plan.tier = Some(tier.id.clone());
    for feature in &catalog.features {
        let brought = tier.features.contains(&feature.id);
        if brought {
            can_switch_on(catalog, &tenant.plan, &feature.id)?;
            tenant.plan.features.insert(feature.id.clone());
        } else if tier_of(catalog, feature).is_some() && tenant.plan.features.contains(&feature.id)
        {
            can_switch_off(catalog, &tenant.plan, standing.scopes, &feature.id)?;
            tenant.plan.features.remove(&feature.id);
        }
    }
    Ok(())
}

fn seats_enough(standing: &Standing<'_>, tenant: &Tenant) -> Result<(), Refusal> {
    let most = tenant
        .plan
        .tier
        .as_deref()
        .and_then(|t| standing.catalog.tier(t))
        .and_then(|t| t.max_users.map(|most| (t, most)));
    let tier_changed = tenant.plan.tier != standing.tenant.plan.tier;
    let seats_changed = tenant.seats != standing.tenant.seats;
    if let Some((tier, most)) = most
        && (tier_changed || seats_changed)
    {
        // Seats without a limit of their own are limited by the tier.
        let lifted = seats_changed && tenant.seats.is_none();
        if lifted || tenant.seats.is_some_and(|s| s > most) {
            return Err(Refusal::new(
                "tier",
                format!(
                    "the tier {} has at most {}",
                    tier.label,
                    counted(most, "seat")
                ),
                format!(
                    "give no more than {most} with --seats, or record a bigger tier with `rollcall tenant set TENANT --tier`"
                ),
            ));
        }
        if standing.taken > most {
            return Err(too_few(standing.taken, most, "the tier"));
        }
    }
    match tenant.seats {
        Some(seats) if seats_changed && seats < standing.taken => {
            Err(too_few(standing.taken, seats, "the tenant"))
        }
        _ => Ok(()),
    }
}

fn too_few(taken: u32, seats: u32, of: &str) -> Refusal {
    Refusal::new(
        "seats",
        format!(
            "taken or reserved: {}; {of} would have {seats}",
            counted(taken, "seat")
        ),
        "deactivate accounts that are not used first, or keep more seats",
    )
}

fn set_pool(
    standing: &Standing<'_>,
    tenant: &mut Tenant,
    id: &str,
    seats: &str,
) -> Result<(), Refusal> {
    let Some(pool) = standing.pools.iter().find(|p| p.id == id) else {
        let ids: Vec<&str> = standing.pools.iter().map(|p| p.id.as_str()).collect();
        let there = match ids.as_slice() {
            [] => "its seats are one pot: set --seats".to_owned(),
            ids => format!("its pools are: {}", ids.join(", ")),
        };
        return Err(Refusal::new(
            "pool",
            format!("{} has no pool of seats {id:?}", standing.catalog.title),
            there,
        ));
    };
    match number(seats, id)? {
        None => {
            tenant.plan.pools.remove(id);
        }
        Some(seats) if u64::from(seats) < pool.taken => {
            let taken = u32::try_from(pool.taken).unwrap_or(u32::MAX);
            return Err(too_few(taken, seats, &format!("the pool {}", pool.label)));
        }
        Some(seats) => {
            tenant.plan.pools.insert(id.to_owned(), seats);
        }
    }
    Ok(())
}

fn number(text: &str, of: &str) -> Result<Option<u32>, Refusal> {
    if text.eq_ignore_ascii_case(UNLIMITED) {
        return Ok(None);
    }
    match text.trim().parse() {
        Ok(seats) if seats > 0 => Ok(Some(seats)),
        _ => Err(Refusal::new(
            "seats",
            format!("{text:?} is no number of seats for {of}"),
            format!("give a whole number from 1, or {UNLIMITED}"),
        )),
    }
}

/// The settings that do something under a catalog.
fn settings(catalog: &Catalog) -> impl Iterator<Item = &'static (&'static str, [&'static str; 2])> {
    let locks = catalog.constraints.email == EmailRule::Locked;
    let counts = move |name: &str| name != IDENTITY_LOCK || locks;
    SETTINGS.iter().filter(move |(name, _)| counts(name))
}

fn set_setting(
    catalog: &Catalog,
    tenant: &mut Tenant,
    name: &str,
    value: &str,
) -> Result<(), Refusal> {
    let refuse = |what: String, instead: String| Err(Refusal::new("tenant-setting", what, instead));
    if name == SIGN_IN_APPLICATION {
        return set_application(tenant, value);
    }
    // What was set before it was known to do nothing can be taken away.
    let known = SETTINGS.iter().any(|(known, _)| *known == name);
    if known && value.is_empty() {
        tenant.plan.settings.remove(name);
        return Ok(());
    }
    let Some((_, values)) = settings(catalog).find(|(known, _)| *known == name) else {
        let there = settings(catalog).map(|(n, _)| *n);
        let there: Vec<&str> = there.chain([SIGN_IN_APPLICATION]).collect();
        return refuse(
            format!(
                "a tenant of {} has no setting {name:?} that can be set",
                catalog.title
            ),
            format!("its settings are: {}", there.join(", ")),
        );
    };
    if values.contains(&value) {
        tenant
            .plan
            .settings
            .insert(name.to_owned(), value.to_owned());
    } else {
        return refuse(
            format!("{value:?} is no value of {name}"),
            format!("give one of: {}", values.join(", ")),
        );
    }
    Ok(())
}

/// Names the application by its identifier or its name at the identity provider.
fn set_application(tenant: &mut Tenant, value: &str) -> Result<(), Refusal> {
    let settings = &mut tenant.plan.settings;
    let value = value.trim();
    if value.chars().count() > LONGEST_NAME || value.chars().any(char::is_control) {
        return Err(Refusal::new(
            "tenant-setting",
            format!("{value:?} is no value of {SIGN_IN_APPLICATION}"),
            format!(
                "give the application's identifier or name at the identity provider, {LONGEST_NAME} characters at most"
            ),
        ));
    }
    match value {
        "" => settings.remove(SIGN_IN_APPLICATION),
        name => settings.insert(SIGN_IN_APPLICATION.to_owned(), name.to_owned()),
    };
    Ok(())
}

/// What stops working without a feature.
fn stops(standing: &Standing<'_>, id: &str) -> Vec<String> {
    let mut out = Vec::new();
    // A block that stopped with the switch would give back what somebody took away: custom roles go on counting.
    if standing.catalog.constraints.custom_roles_feature.as_deref() == Some(id)
        && standing.custom_roles > 0
    {
        out.push(format!(
            "custom roles go on counting while {id} is off, and none is made or changed: {}",
            counted(standing.custom_roles, "custom role")
        ));
    }
    let idle = match id {
        "teams" => (standing.teams, "team"),
        "signing_groups" => (standing.groups, "signing group"),
        "delegation" => (standing.delegations, "delegation"),
        _ => (0, ""),
    };
    if idle.0 > 0 {
        out.push(format!(
            "without use while {id} is off: {}",
            counted(idle.0, idle.1)
        ));
    }
    let permissions: Vec<&str> = standing
        .catalog
        .permissions
        .iter()
        .filter(|p| p.features.iter().any(|f| f == id))
        .map(|p| p.id.as_str())
        .collect();
    if !permissions.is_empty() {
        out.push(format!(
            "granted to nobody while {id} is off: {}",
            permissions.join(", ")
        ));
    }
    out
}

/// The exact differences of two states of one tenant, one phrase each.
pub fn differences(old: &Tenant, new: &Tenant) -> Vec<String> {
    let mut out = Vec::new();
    let mut say = |label: &str, old: String, new: String| {
        if old != new {
            out.push(format!("{label} {old} → {new}"));
        }
    };
    let seats = |n: Option<u32>| n.map_or_else(|| UNLIMITED.to_owned(), |n| n.to_string());
    say("state", old.state.to_string(), new.state.to_string());
    say("name", old.name.clone(), new.name.clone());
    say("owner", old.owner.clone(), new.owner.clone());
    say("time zone", old.tz.clone(), new.tz.clone());
    say(
        "authority",
        old.authority.to_string(),
        new.authority.to_string(),
    );
    say("seats", seats(old.seats), seats(new.seats));
    let tier = |t: &Tenant| t.plan.tier.clone().unwrap_or_else(|| "none".to_owned());
    say("tier", tier(old), tier(new));
    for pool in old.plan.pools.keys().chain(
        new.plan
            .pools
            .keys()
            .filter(|p| !old.plan.pools.contains_key(*p)),
    ) {
        let of = |t: &Tenant| seats(t.plan.pools.get(pool).copied());
        say(&format!("seats of {pool}"), of(old), of(new));
    }
    for on in new.plan.features.difference(&old.plan.features) {
        out.push(format!("feature {on} on"));
    }
    for off in old.plan.features.difference(&new.plan.features) {
        out.push(format!("feature {off} off"));
    }
    out.extend(setting_differences(&old.plan.settings, &new.plan.settings));
    out.extend(sources::differences(&old.sources, &new.sources));
    out
}
