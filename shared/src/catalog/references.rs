//! What must fit together in a catalog that is offered: every name is the name of something in it, every identifier is
//! of one thing, and changes of state lead where their cause says. A slip of the pen in one of these would open a guard
//! or close a door without a word.

use super::near::meant;
use super::table::{CatalogError, Table};
use super::{Catalog, DeleteRule};
use crate::domain::tenant::SETTINGS;
use crate::domain::{ScopeKind, Status};

/// Holds a catalog against itself.
///
/// # Errors
/// The first name that is nobody's, identifier that is two things', or change of state that cannot be meant.
pub(super) fn check(root: &Table<'_>, catalog: &Catalog) -> Result<(), CatalogError> {
    once(root, "tier", "id")?;
    once(root, "pool", "id")?;
    once(root, "scope", "kind")?;
    once(root, "user_type", "label")?;
    scopes(root, catalog)?;
    for role in root.tables("role")? {
        if let Some((kind, at)) = role.maybe_text("scope")? {
            known_kind(&role, "scope", &kind, &at, catalog)?;
        }
    }
    if let Some(part) = root.maybe_table("part")? {
        for key in catalog.part.permissions.keys() {
            let (_, at) = part.need(key.word())?;
            known_kind(&part, key.word(), key.word(), &at, catalog)?;
        }
    }
    if let Some(constraints) = root.maybe_table("constraints")? {
        named(&constraints, catalog)?;
    }
    transitions(root, catalog)
}

/// Refuses an identifier that two tables of an array have.
fn once<'a>(root: &Table<'a>, of: &'a str, key: &str) -> Result<(), CatalogError> {
    let mut seen: Vec<String> = Vec::new();
    for table in root.tables(of)? {
        let (id, at) = table.text(key)?;
        if seen.contains(&id) {
            return Err(table.error(&at, key, format!("{id:?} is listed twice")));
        }
        seen.push(id);
    }
    Ok(())
}

/// Refuses a kind of scope that the catalog has not; the tenant itself always is one.
fn known_kind(
    table: &Table<'_>,
    key: &str,
    kind: &str,
    at: &std::ops::Range<usize>,
    catalog: &Catalog,
) -> Result<(), CatalogError> {
    let known = || {
        let kinds = catalog.scopes.iter().map(|rule| rule.kind.word());
        kinds.chain([ScopeKind::Tenant.word()])
    };
    if known().any(|k| k == kind) {
        return Ok(());
    }
    let near = meant(kind, known());
    let reason = format!("{kind} is not a [[scope]] of this catalog{near}");
    Err(table.error(at, key, reason))
}

fn scopes(root: &Table<'_>, catalog: &Catalog) -> Result<(), CatalogError> {
    for (table, rule) in root.tables("scope")?.iter().zip(&catalog.scopes) {
        if rule.kind == ScopeKind::Tenant {
            let (_, at) = table.text("kind")?;
            return Err(table.error(&at, "kind", "the tenant is the root, not a scope in it"));
        }
        for (parent, at) in table.texts("parents")? {
            known_kind(table, "parents", &parent, &at, catalog)?;
        }
        if rule.parents.is_empty() {
            let reason = "missing: a scope lies in something, in the tenant at least";
            return Err(table.error(&table.span, "parents", reason));
        }
        let Some((from, at)) = table.maybe_text("held_from")? else {
            continue;
        };
        known_kind(table, "held_from", &from, &at, catalog)?;
        let above = catalog.kinds_above(rule.kind, None);
        if !above.iter().any(|kind| kind.word() == from) {
            let reason = format!("{} lies in no {from}", rule.kind);
            return Err(table.error(&at, "held_from", reason));
        }
    }
    Ok(())
}

/// Names in `[constraints]`: of roles, features and settings.
fn named(table: &Table<'_>, catalog: &Catalog) -> Result<(), CatalogError> {
    let roles: Vec<&str> = catalog.roles.iter().map(|r| r.id.as_str()).collect();
    let features: Vec<&str> = catalog.features.iter().map(|f| f.id.as_str()).collect();
    let of = |key: &str, what: &str, known: &[&str]| -> Result<(), CatalogError> {
        let one = |(name, at): (String, std::ops::Range<usize>)| {
            if known.contains(&name.as_str()) {
                return Ok(());
            }
            let near = meant(&name, known.iter().copied());
            Err(table.error(&at, key, format!("{name:?} is not {what}{near}")))
        };
        match key {
            "former_owner_role" | "default_role" => {
                table.maybe_text(key)?.into_iter().try_for_each(one)
            }
            _ => table.texts(key)?.into_iter().try_for_each(one),
        }
    };
    for key in ["not_by_edit", "admins", "former_owner_role", "default_role"] {
        of(key, "a role of this catalog", &roles)?;
    }
    for key in ["username_needs", "sid_needs"] {
        of(key, "a [[feature]] of this catalog", &features)?;
    }
    of("not_inherited", "a setting of a scope", &SETTINGS)
}

/// Where a cause leads, and from where.
fn leads(cause: &str) -> Option<(Status, &'static [Status])> {
    use Status::{Active, Deactivated, Deleted, Expired, Invited, Revoked, Suspended};
    Some(match cause {
        "accept" => (Active, &[Invited]),
        "decline" | "revoke" => (Revoked, &[Invited]),
        "expire" => (Expired, &[Invited]),
        "resend" => (Invited, &[Invited, Expired, Revoked, Deactivated]),
        "suspend" => (Suspended, &[Active]),
        "reactivate" => (Active, &[Suspended, Deactivated]),
        "deactivate" => (Deactivated, &[Invited, Active, Suspended, Expired, Revoked]),
        "delete" => (
            Deleted,
            &[Invited, Active, Suspended, Deactivated, Expired, Revoked],
        ),
        _ => return None,
    })
}

fn transitions(root: &Table<'_>, catalog: &Catalog) -> Result<(), CatalogError> {
    for table in root.tables("transition")? {
        let (by, _) = table.text("by")?;
        // Another cause was refused when the table was read.
        let Some((to, from)) = leads(&by) else {
            continue;
        };
        let (told, at) = table.text("to")?;
        if told != to.word() {
            let reason = format!("`{by}` leads to {to}, not to {told}");
            return Err(table.error(&at, "to", reason));
        }
        for (told, at) in table.texts("from")? {
            if !from.iter().any(|status| status.word() == told) {
                let words: Vec<&str> = from.iter().map(|status| status.word()).collect();
                let reason = format!("`{by}` begins at {}, not at {told}", words.join(", "));
                return Err(table.error(&at, "from", reason));
            }
        }
    }
    let has = |cause: &str| catalog.transitions.iter().any(|t| t.by == cause);
    let at = root
        .get("transition")
        .map_or_else(|| root.span.clone(), |(_, at)| at);
    if !has("accept") {
        let reason =
            "no change of state is by \"accept\": nobody who is invited could ever come in";
        return Err(root.error(&at, "transition", reason));
    }
    let deletes = catalog.constraints.delete != DeleteRule::Never;
    if deletes != has("delete") {
        let rule = catalog.constraints.delete;
        let reason = match deletes {
            true => {
                format!("no change of state is by \"delete\", but `constraints.delete` is {rule}")
            }
            false => {
                "a change of state is by \"delete\", but `constraints.delete` is never".to_owned()
            }
        };
        return Err(root.error(&at, "transition", reason));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::catalog::{builtin, names, parse, proposed};

    #[test]
    fn the_catalogs_that_come_with_the_program_fit_together() {
        for name in names().chain(["rollcall"]) {
            let read = proposed(name, builtin(name).unwrap());
            assert_eq!(read.err(), None, "{name}");
        }
    }

    /// Each mistake is refused with its line, its key and why; what a journal adopted is read all the same.
    fn refused(catalog: &str, from: &str, to: &str, key: &str, why: &str) {
        let text = builtin(catalog).unwrap();
        let at = text
            .find(from)
            .unwrap_or_else(|| panic!("{catalog} has no {from:?}"));
        let wrong = text.replacen(from, to, 1);
        let error = proposed("ours.toml", &wrong).unwrap_err();
        assert_eq!(
            (error.file.as_str(), error.key.as_str()),
            ("ours.toml", key),
            "{error}"
        );
        assert!(error.reason.contains(why), "{to:?}: {error}");
        let line = 1 + text[..at].matches('\n').count();
        let lines = line..=line + to.matches('\n').count() + 1;
        assert!(
            lines.contains(&error.line),
            "{to:?}: {error}, not at {line}"
        );
        assert!(parse("adopted", &wrong).is_ok(), "{to:?}");
    }

    #[test]
    fn a_misspelt_role_feature_or_setting_of_a_guard_is_refused_with_the_name_that_was_meant() {
        for (catalog, key, good, bad) in [
            (
                "ignisign",
                "admins",
                "[\"ORG_OWNER\", \"ORG_ADMIN\"] # an",
                "[\"ORG_OWNRE\"] # an",
            ),
            (
                "ignisign",
                "not_by_edit",
                "[\"SUPER_ADMIN\", ",
                "[\"SUPER_ADMN\", ",
            ),
            ("iusign", "former_owner_role", "\"admin\"", "\"admim\""),
            ("onespan", "default_role", "\"sender\"", "\"sendr\""),
            ("esignanywhere", "username_needs", "[\"saml\"", "[\"smal\""),
            ("esignanywhere", "sid_needs", "[\"saml\"", "[\"samll\""),
            (
                "onespan",
                "not_inherited",
                "[\"time_zone\"]",
                "[\"timezone\"]",
            ),
        ] {
            let (from, to) = (format!("{key} = {good}"), format!("{key} = {bad}"));
            refused(
                catalog,
                &from,
                &to,
                &format!("constraints.{key}"),
                "did you mean",
            );
        }
    }

    #[test]
    fn what_is_listed_twice_or_lies_in_nothing_is_refused() {
        for (catalog, from, to, key, why) in [
            (
                "iusign",
                "id = \"solo\"",
                "id = \"free\"",
                "tier.id",
                "listed twice",
            ),
            (
                "esignanywhere",
                "id = \"viewer\"",
                "id = \"sender\"",
                "pool.id",
                "listed twice",
            ),
            (
                "ignisign",
                "kind = \"request\"\nparents",
                "kind = \"environment\"\nparents",
                "scope.kind",
                "listed twice",
            ),
            (
                "ignisign",
                "parents = [\"environment\"]",
                "parents = [\"team\"]",
                "scope.parents",
                "team is not a [[scope]]",
            ),
            (
                "ignisign",
                "parents = [\"environment\"]\nheld_from = \"request\"",
                "parents = [\"environment\"]\nheld_from = \"team\"",
                "scope.held_from",
                "team is not a [[scope]]",
            ),
            (
                "ignisign",
                "parents = [\"application\"]\nheld_from = \"application\"",
                "parents = [\"application\"]\nheld_from = \"request\"",
                "scope.held_from",
                "environment lies in no request",
            ),
            (
                "ignisign",
                "scope = \"application\"",
                "scope = \"account\"",
                "role.scope",
                "account is not a [[scope]]",
            ),
        ] {
            refused(catalog, from, to, key, why);
        }
    }

    #[test]
    fn a_change_of_state_leads_where_its_cause_says_and_nobody_is_shut_out() {
        let accept = "[[transition]]\nfrom = [\"invited\"]\nto = \"active\"\nby = \"accept\"\n";
        for (from, to, key, why) in [
            (
                "to = \"suspended\"\nby = \"suspend\"",
                "to = \"active\"\nby = \"suspend\"",
                "transition.to",
                "`suspend` leads to suspended, not to active",
            ),
            (
                "from = [\"active\"]\nto = \"suspended\"",
                "from = [\"invited\"]\nto = \"suspended\"",
                "transition.from",
                "`suspend` begins at active, not at invited",
            ),
            (
                accept,
                "",
                "transition",
                "nobody who is invited could ever come in",
            ),
            (
                "[[transition]]\nfrom = [\"invited\", \"active\", \"suspended\", \"deactivated\", \"expired\", \"revoked\"]\nto = \"deleted\"\nby = \"delete\"\n",
                "",
                "transition",
                "`constraints.delete` is allowed",
            ),
        ] {
            if to.is_empty() {
                let text = builtin("ignisign").unwrap();
                let wrong = text.replacen(from, to, 1);
                assert_ne!(wrong, text, "{key}");
                let error = proposed("ours.toml", &wrong).unwrap_err();
                assert_eq!(error.key, key, "{error}");
                assert!(error.reason.contains(why), "{error}");
            } else {
                refused("ignisign", from, to, key, why);
            }
        }
    }
}
