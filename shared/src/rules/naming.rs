//! Naming the owner of a tenant that has none. Handing a tenant from one owner to another is an act of its own.

use super::Refusal;
use super::office::Owners;
use super::owner::{usable, way};
use crate::catalog::Catalog;
use crate::domain::{Account, Assignment, FieldChange, Kind, Micros, Rule, TenantState, Why};

/// What naming an owner changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The account's changes; empty when it is the owner already.
    pub changes: Vec<FieldChange>,
    /// The roles it holds then.
    pub roles: Vec<Assignment>,
    /// Why.
    pub why: Why,
}

/// Gives an account the owner role of the catalog. In IUSign an account holds one role, so the new one takes its place;
/// elsewhere roles add up.
///
/// # Errors
/// When the account cannot use the role, the tenant has as many owners as its catalog allows, or it is in force and
/// somebody can use the role: then one person alone names nobody.
pub fn name_owner(
    account: &Account,
    catalog: &Catalog,
    owners: Owners,
    state: TenantState,
    now: Micros,
) -> Result<Named, Refusal> {
    let rule = &catalog.owner;
    let why = Why::rule(Rule::OwnerNamed);
    if !usable(account.status) || account.kind != Kind::Person {
        return Err(Refusal::new(
            "usable-owner",
            format!(
                "{} that is {} cannot own a tenant",
                crate::text::one(account.kind.word()),
                account.status
            ),
            "name an active person",
        ));
    }
    if catalog.any_owner(&account.assignments) {
        return Ok(Named {
            changes: Vec::new(),
            roles: account.assignments.clone(),
            why,
        });
    }
    if rule.max.is_some_and(|max| owners.holders >= max) {
        return Err(Refusal::new(
            "owner-holder",
            format!(
                "the tenant has its {} already; {} allows no second one",
                rule.role, catalog.title
            ),
            "the way from one owner to another is a Transfer of Ownership, started by the owner",
        ));
    }
    if state == TenantState::Active && owners.usable > 0 {
        return Err(Refusal::new(
            "owner-holder",
            format!(
                "the tenant is in force and has an owner who can use the role {}; only a tenant without one is given one so",
                rule.role
            ),
            format!("let another account own it too with `{}`", way(catalog)),
        ));
    }
    let mut after = account.clone();
    let role = Assignment::at_root(rule.role.clone());
    if rule.max == Some(1) {
        after.assignments = vec![role];
    } else {
        after.assignments.push(role);
        after.assignments.sort();
    }
    if after.privileged_since.is_none() && catalog.privileged(&rule.role) {
        after.privileged_since = Some(now);
    }
    after.manifest += 1;
    Ok(Named {
        changes: account.changes_to(&after),
        roles: after.assignments,
        why,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::domain::{AccountId, Status};

    fn iusign() -> Catalog {
        catalog::parse("iusign", catalog::builtin("iusign").unwrap()).unwrap()
    }

    fn member(role: &str) -> Account {
        let mut account = Account::new(AccountId(1), "ada@northwind.example", Micros(0));
        account.assignments = vec![Assignment::at_root(role)];
        account
    }

    #[test]
    fn the_first_owner_is_named_and_a_second_refused() {
        let named = name_owner(
            &member("admin"),
            &iusign(),
            Owners::default(),
            TenantState::Filling,
            Micros(5),
        )
        .unwrap();
        let mut after = member("admin");
        for change in &named.changes {
            after.set(change.field, &change.new).unwrap();
        }
        assert_eq!(after.assignments, vec![Assignment::at_root("owner")]);
        assert_eq!(
            (after.manifest, after.privileged_since),
            (1, Some(Micros(5)))
        );
        let one = Owners {
            holders: 1,
            active: 1,
            usable: 1,
        };
        let refused = name_owner(
            &member("user"),
            &iusign(),
            one,
            TenantState::Active,
            Micros(5),
        )
        .unwrap_err();
        assert_eq!(refused.rule, "owner-holder");
        assert!(refused.instead.contains("Transfer of Ownership"));
        assert!(
            name_owner(
                &member("owner"),
                &iusign(),
                one,
                TenantState::Active,
                Micros(5)
            )
            .unwrap()
            .changes
            .is_empty()
        );
    }

    #[test]
    fn in_force_one_person_names_an_owner_only_where_nobody_can_use_the_role() {
        let catalog = catalog::parse("onespan", catalog::builtin("onespan").unwrap()).unwrap();
        let one = Owners {
            holders: 1,
            active: 1,
            usable: 1,
        };
        let name = |owners, state| {
            name_owner(&member("sender"), &catalog, owners, state, Micros(5)).map(|n| n.roles)
        };
        let refused = name(one, TenantState::Active).unwrap_err();
        assert_eq!(refused.rule, "owner-holder");
        assert!(
            refused
                .instead
                .contains("rollcall user role EMAIL --add administrator"),
            "{refused}"
        );
        assert!(name(one, TenantState::Filling).is_ok());
        let powerless = Owners { usable: 0, ..one };
        assert!(name(powerless, TenantState::Active).is_ok());
    }

    #[test]
    fn only_an_active_person_can_own() {
        for (status, kind) in [
            (Status::Suspended, Kind::Person),
            (Status::Invited, Kind::Person),
            (Status::Active, Kind::Service),
        ] {
            let mut account = member("user");
            (account.status, account.kind) = (status, kind);
            let refused = name_owner(
                &account,
                &iusign(),
                Owners::default(),
                TenantState::Filling,
                Micros(0),
            )
            .unwrap_err();
            assert_eq!(refused.rule, "usable-owner");
        }
    }
}
