//! The owner rule: no decision leaves a tenant with fewer or more owners than its catalog says, or without a usable one.

use super::Refusal;
use super::office::{Holders, Office, Owners};
use crate::catalog::Catalog;
use crate::domain::{Account, Assignment, ScopeNode, Status, TenantState};
use crate::text::counted;

/// Whether the owner role gives anything where it is among these, see [`Office::filled`].
pub fn counts(catalog: &Catalog, scopes: &[ScopeNode], held: &[Assignment]) -> bool {
    !Office::owner(catalog, scopes).filled(held).is_empty()
}

/// Whether an account in this state still holds its tenant.
pub fn holds(status: Status) -> bool {
    matches!(status, Status::Invited | Status::Active | Status::Suspended)
}

/// Whether an account in this state can use what it holds.
pub fn usable(status: Status) -> bool {
    status == Status::Active
}

/// The command by which another account comes to own a tenant of this catalog.
pub fn way(catalog: &Catalog) -> String {
    way_to(catalog, &catalog.owner.role)
}

/// As [`way`], with the role as it is given in a place: `ROLE`, or `ROLE@PATH`.
fn way_to(catalog: &Catalog, given: &str) -> String {
    match catalog.constraints.ownership_transfer {
        true => "rollcall ownership start".to_owned(),
        false => format!("rollcall user role EMAIL --add {given}"),
    }
}

/// Refuses a decision that breaks the rule in the tenant or in one of its parts, or makes worse what an observation broke
/// before. A part in which nobody held the role before demands nobody, and neither does one that is not in use.
///
/// # Errors
/// Rules `owner-holder`, `usable-owner`; see [`check_after`].
pub fn check_places(
    before: (&Holders, &Office<'_>),
    after: (&Holders, &Office<'_>),
    catalog: &Catalog,
    state: TenantState,
) -> Result<(), Refusal> {
    let ((was, then), (is, now)) = (before, after);
    check_after(was.whole, is.whole, catalog, state)?;
    if state != TenantState::Active {
        return Ok(());
    }
    now.places().filter(Option::is_some).try_for_each(|place| {
        let (was, is) = (was.of(then, place), is.of(now, place));
        let way = way_to(catalog, &now.given(place));
        enough(was, is, catalog, &now.shown(place), &way)
    })
}

/// Refuses a decision on one account that leaves the tenant, or a part of it that has its own owner, with too few; it has
/// this state and these roles afterwards. `holders` are those of before, the account among them.
///
/// # Errors
/// Rules `owner-holder`, `usable-owner`.
pub fn stays(
    account: &Account,
    (status, roles): (Status, &[Assignment]),
    (holders, office): (&Holders, &Office<'_>),
    catalog: &Catalog,
    state: TenantState,
) -> Result<(), Refusal> {
    if state != TenantState::Active || !holds(account.status) {
        return Ok(());
    }
    let alone = |status, roles: &[Assignment]| {
        let mut one = Holders::default();
        one.add(office, status, roles);
        one
    };
    let (had, has) = (
        alone(account.status, &account.assignments),
        alone(status, roles),
    );
    let mut held = office.places().filter(|p| had.of(office, *p).holders > 0);
    held.try_for_each(|place| {
        let (was, had, has) = (
            holders.of(office, place),
            had.of(office, place),
            has.of(office, place),
        );
        let left = |all: u32, had: u32, has: u32| all.saturating_sub(had).saturating_add(has);
        let is = Owners {
            holders: left(was.holders, had.holders, has.holders),
            active: left(was.active, had.active, has.active),
            usable: left(was.usable, had.usable, has.usable),
        };
        let way = way_to(catalog, &office.given(place));
        enough(was, is, catalog, &office.shown(place), &way)
    })
}

/// Refuses a decision that breaks the rule in the tenant, or makes worse what an observation broke before. While a tenant
/// is being filled its owner is not known yet, so only the upper number binds;
/// a closed tenant has none.
pub fn check_after(
    before: Owners,
    after: Owners,
    catalog: &Catalog,
    state: TenantState,
) -> Result<(), Refusal> {
    let rule = &catalog.owner;
    if let Some(max) = rule.max
        && after.holders > max
        && after.holders > before.holders
    {
        return Err(Refusal::new(
            "owner-holder",
            format!(
                "the tenant would have {} of the role {}; its catalog allows {max}",
                counted(after.holders, "holder"),
                rule.role
            ),
            "the way from one owner to another is a Transfer of Ownership, started by the owner",
        ));
    }
    match state {
        TenantState::Active => enough(before, after, catalog, "the tenant", &way(catalog)),
        TenantState::Filling | TenantState::Closed => Ok(()),
    }
}

/// The lower number of the rule in one place.
fn enough(
    before: Owners,
    after: Owners,
    catalog: &Catalog,
    place: &str,
    way: &str,
) -> Result<(), Refusal> {
    let rule = &catalog.owner;
    if after.holders < rule.min && after.holders < before.holders {
        return Err(Refusal::new(
            "owner-holder",
            format!(
                "{place} would have {} of the role {}; the catalog demands {}",
                counted(after.holders, "holder"),
                rule.role,
                rule.min
            ),
            format!("let another account own it first with `{way}`"),
        ));
    }
    if after.usable < rule.min && after.usable < before.usable && after.active >= before.active {
        return Err(Refusal::new(
            "owner-holder",
            format!(
                "nobody could use the role {} in {place} any more: it would not be among the roles that may be held where it is held, its scope would not be in use, or another role of its holder would block something of it",
                rule.role
            ),
            format!(
                "let the role {} be held there, leave its scope in use and block nothing of it for its holder, or let another account own {place} first with `{way}`",
                rule.role
            ),
        ));
    }
    if after.usable < rule.min && after.usable < before.usable {
        return Err(Refusal::new(
            "usable-owner",
            format!(
                "{place} would be left without a usable holder of the role {}",
                rule.role
            ),
            format!("let another account own it first with `{way}`, or reactivate one"),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{builtin, parse};
    use crate::domain::ScopeId;
    use crate::domain::{ScopeKind, ScopeProfile, ScopeState};

    #[test]
    fn who_must_stay_is_pointed_to_the_way_that_there_is() {
        let one = Owners {
            holders: 1,
            active: 1,
            usable: 1,
        };
        let powerless = Owners { usable: 0, ..one };
        let suspended = Owners {
            active: 0,
            ..powerless
        };
        for (name, way) in [
            ("iusign", "rollcall ownership start"),
            ("onespan", "rollcall user role EMAIL --add administrator"),
        ] {
            let catalog = parse(name, builtin(name).unwrap()).unwrap();
            for after in [Owners::default(), suspended, powerless] {
                let refused = check_after(one, after, &catalog, TenantState::Active).unwrap_err();
                assert!(refused.instead.contains(way), "{name}: {refused}");
            }
        }
    }

    #[test]
    fn an_owner_something_of_whose_role_is_blocked_there_counts_no_more() {
        let catalog = parse("e", builtin("esignanywhere").unwrap()).unwrap();
        let owner = catalog.role("administrator").unwrap().clone();
        let with = |blocks: &str, enabled: bool| {
            let mut blind = catalog.role("power_user").unwrap().clone();
            (blind.id, blind.permissions) = ("blind".into(), Vec::new());
            blind.blocks = vec![blocks.to_owned()];
            blind.custom = Some(crate::catalog::Custom {
                enabled,
                home: ScopeId::ROOT,
                offered: None,
                pool: None,
            });
            let mut catalog = catalog.clone();
            catalog.roles.push(blind);
            catalog
        };
        let held = ["administrator", "blind"].map(Assignment::at_root);
        assert!(counts(&catalog, &[], &held));
        for permission in &owner.permissions {
            assert!(!counts(&with(permission, true), &[], &held), "{permission}");
            assert!(
                counts(&with(permission, false), &[], &held),
                "a disabled role blocks nothing"
            );
        }
        assert!(
            counts(&with("envelope.send", true), &[], &held),
            "not the owner's to lose"
        );
    }

    #[test]
    fn an_owner_counts_where_the_role_may_be_held_and_the_scope_is_in_use() {
        let node = |id: u32, parent: Option<u32>, kind| ScopeNode {
            id: ScopeId(id),
            kind,
            name: format!("s{id}"),
            parent: parent.map(ScopeId),
            profile: ScopeProfile::default(),
        };
        let catalog = |name| parse(name, builtin(name).unwrap()).unwrap();

        let onespan = catalog("onespan");
        let mut scopes = vec![node(0, None, ScopeKind::Tenant)];
        let held = [Assignment::at_root("administrator")];
        assert!(counts(&onespan, &scopes, &held));
        scopes[0].profile.roles = Some(["sender".to_owned()].into());
        assert!(!counts(&onespan, &scopes, &held));

        let ignisign = catalog("ignisign");
        let mut scopes = vec![
            node(0, None, ScopeKind::Tenant),
            node(1, Some(0), ScopeKind::Organisation),
        ];
        let held = [Assignment {
            role: "ORG_OWNER".into(),
            scope: ScopeId(1),
        }];
        assert!(counts(&ignisign, &scopes, &held));
        assert!(!counts(&ignisign, &scopes, &[]));
        for state in [ScopeState::Blocked, ScopeState::Archived] {
            scopes[1].profile.state = state;
            assert!(!counts(&ignisign, &scopes, &held), "{state}");
        }
    }
}
