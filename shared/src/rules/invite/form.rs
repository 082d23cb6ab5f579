//! What an invitation may say in a tenant: names, an address book, login names, a team.

use super::super::Refusal;
use super::super::limits::feature_on;
use crate::catalog::Catalog;
use crate::domain::TenantPlan;
use crate::text::is_hidden;

/// Legal names of the length that the catalog asks for, without characters that nobody can see.
///
/// # Errors
/// Which name, and how long it may be.
pub fn names(first: &str, last: &str, catalog: &Catalog) -> Result<(), Refusal> {
    for (which, name) in [("first", first), ("last", last)] {
        if name.contains(is_hidden) {
            return Err(Refusal::new(
                "name",
                format!("the {which} name holds characters that nobody can see"),
                "type it anew",
            ));
        }
        let Some((least, most)) = catalog.constraints.name_length else {
            continue;
        };
        let length = u32::try_from(name.trim().chars().count()).unwrap_or(u32::MAX);
        if !(least..=most).contains(&length) {
            return Err(Refusal::new(
                "name",
                format!("the legal {which} name has {length} characters"),
                format!("{} asks for {least} to {most}", catalog.title),
            ));
        }
    }
    Ok(())
}

/// Whether a column is shown as one of the features it needs is on; one that needs none is no column of the form.
pub fn shows(needs: &[String], catalog: &Catalog, plan: &TenantPlan) -> bool {
    needs.iter().any(|f| feature_on(catalog, plan, f))
}

/// Refuses to take names from an address book where there is none.
///
/// # Errors
/// That the vendor knows no address book to invite from.
pub fn address_book(catalog: &Catalog) -> Result<(), Refusal> {
    if catalog.constraints.address_book {
        return Ok(());
    }
    Err(Refusal::new(
        "address-book",
        format!("{} invites nobody from an address book", catalog.title),
        "give the names",
    ))
}

/// Refuses columns that the catalog shows only with certain features.
///
/// # Errors
/// Which column, and which features show it.
pub fn columns(
    catalog: &Catalog,
    plan: &TenantPlan,
    username: &str,
    sid: &str,
) -> Result<(), Refusal> {
    let rules = &catalog.constraints;
    for (column, text, needs) in [
        ("username", username, &rules.username_needs),
        ("SID", sid, &rules.sid_needs),
    ] {
        if !text.is_empty() && !needs.is_empty() && !shows(needs, catalog, plan) {
            return Err(Refusal::new(
                "column-not-available",
                format!(
                    "{} has no column {column} as this tenant is set up",
                    catalog.title
                ),
                format!("leave it out, or switch on one of: {}", needs.join(", ")),
            ));
        }
    }
    Ok(())
}

/// Refuses teams where they are a feature that is off.
///
/// # Errors
/// The tiers that bring teams.
pub fn team_allowed(catalog: &Catalog, plan: &TenantPlan) -> Result<(), Refusal> {
    const TEAMS: &str = "teams";
    if catalog.feature(TEAMS).is_none() || feature_on(catalog, plan, TEAMS) {
        return Ok(());
    }
    let tiers: Vec<&str> = catalog
        .tiers
        .iter()
        .filter(|t| t.features.iter().any(|f| f == TEAMS))
        .map(|t| t.label.as_str())
        .collect();
    Err(Refusal::new(
        "feature",
        "this tenant has no teams",
        format!("leave the team out; teams come with: {}", tiers.join(", ")),
    ))
}
