//! What an invitation may say in a tenant: names, an address book, login names, a team.

use super::super::Refusal;
use super::super::features;
use crate::catalog::Catalog;
use crate::domain::{ScopeKind, TenantPlan};
use crate::text::{counted, is_hidden};

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
                format!(
                    "the legal {which} name has {}",
                    counted(length, "character")
                ),
                format!("{} asks for {least} to {most}", catalog.title),
            ));
        }
    }
    Ok(())
}

/// Whether a column is shown as one of the features it needs is on; one that needs none is no column of the form.
pub fn shows(needs: &[String], plan: &TenantPlan) -> bool {
    needs.iter().any(|f| features::on(plan, f))
}

/// Whether a catalog shows a column only with certain features, and none of these is on.
pub fn hidden(needs: &[String], plan: &TenantPlan) -> bool {
    !needs.is_empty() && !shows(needs, plan)
}

/// Refuses what is no language tag; an empty text is none at all. Subtags of letters and digits between hyphens, the first
/// two to eight letters. Source: BCP 47, section 2.1.
///
/// # Errors
/// Rule `language`.
pub fn language(tag: &str) -> Result<(), Refusal> {
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    let leads = (2..=8).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic());
    let follows = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if tag.is_empty() || (leads && parts.all(follows)) {
        return Ok(());
    }
    Err(Refusal::new(
        "language",
        format!("{tag:?} is no language tag"),
        "give one such as en, pt-BR or zh-Hans",
    ))
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
        if !text.is_empty() && hidden(needs, plan) {
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
    features::for_scope(catalog, plan, ScopeKind::Team)
}
