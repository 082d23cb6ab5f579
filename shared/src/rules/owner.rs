//! The owner rule: no decision leaves a tenant with fewer or more owners than its catalog says, or without a usable one.

use super::Refusal;
use super::rights::fits;
use super::scopes::shut;
use crate::catalog::Catalog;
use crate::domain::{Assignment, ScopeNode, Status, TenantState};

/// How many accounts hold the owner role, and how many of them can use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Owners {
    /// Accounts that hold the role in any state but deactivated, expired and deleted.
    pub holders: u32,
    /// Those that are active.
    pub active: u32,
    /// Those of them whose role counts, see [`counts`].
    pub usable: u32,
}

impl Owners {
    /// Counts one holder of the role; `counts` is whether the role does where they hold it.
    pub fn count(&mut self, status: Status, counts: bool) {
        self.holders += u32::from(holds(status));
        self.active += u32::from(usable(status));
        self.usable += u32::from(usable(status) && counts);
    }
}

/// Whether the owner role gives anything where it is among these: it may be held at its scope, and neither that scope nor
/// one above is blocked or archived.
pub fn counts(catalog: &Catalog, scopes: &[ScopeNode], held: &[Assignment]) -> bool {
    let Some(role) = catalog.role(&catalog.owner.role) else {
        return false;
    };
    let mut owning = held.iter().filter(|a| catalog.owns(a));
    owning.any(|a| fits(catalog, scopes, role, a.scope).is_ok() && shut(scopes, a.scope).is_none())
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
pub fn way(catalog: &Catalog) -> &'static str {
    match catalog.constraints.ownership_transfer {
        true => "rollcall ownership start",
        false => "rollcall tenant owner set",
    }
}

/// Refuses a decision that breaks the rule, or makes worse what an observation broke before. While a tenant is being
/// filled its owner is not known yet, so only the upper number binds;
/// a closed tenant has none.
pub fn check_after(
    before: Owners,
    after: Owners,
    catalog: &Catalog,
    state: TenantState,
) -> Result<(), Refusal> {
    let (rule, way) = (&catalog.owner, way(catalog));
    if let Some(max) = rule.max
        && after.holders > max
        && after.holders > before.holders
    {
        return Err(Refusal::new(
            "owner-holder",
            format!(
                "the tenant would have {} holders of the role {}; its catalog allows {max}",
                after.holders, rule.role
            ),
            "the way from one owner to another is a Transfer of Ownership, started by the owner",
        ));
    }
    if state != TenantState::Active {
        return Ok(());
    }
    if after.holders < rule.min && after.holders < before.holders {
        return Err(Refusal::new(
            "owner-holder",
            format!(
                "the tenant would have {} holders of the role {}; its catalog demands {}",
                after.holders, rule.role, rule.min
            ),
            format!("let another account own it first with `{way}`"),
        ));
    }
    if after.usable < rule.min && after.usable < before.usable && after.active >= before.active {
        return Err(Refusal::new(
            "owner-holder",
            format!(
                "nobody could use the role {} any more: it would not be among the roles that may be held where it is held, or its scope would not be in use",
                rule.role
            ),
            format!(
                "let the role {} be held there and leave its scope in use, or let another account own the tenant first with `{way}`",
                rule.role
            ),
        ));
    }
    if after.usable < rule.min && after.usable < before.usable {
        return Err(Refusal::new(
            "usable-owner",
            format!(
                "the tenant would be left without a usable holder of the role {}",
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
    use crate::domain::{ScopeId, ScopeKind, ScopeProfile, ScopeState};

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
            ("onespan", "rollcall tenant owner set"),
        ] {
            let catalog = parse(name, builtin(name).unwrap()).unwrap();
            for after in [Owners::default(), suspended, powerless] {
                let refused = check_after(one, after, &catalog, TenantState::Active).unwrap_err();
                assert!(refused.instead.contains(way), "{name}: {refused}");
            }
        }
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
