//! Edit role: which roles an account may hold after a change, and what is refused.

use super::limits::Limits;
use super::rights::{Unfit, fits};
use super::{Refusal, conflicts, scopes};
use crate::catalog::{Catalog, RolesPerUser};
use crate::domain::{
    Account, Assignment, ConflictRule, Exception, FieldChange, Micros, ScopeId, ScopeNode,
    ScopeState, Status,
};

/// What editing roles rests on besides the account.
pub struct Editing<'a> {
    /// The instant of the change.
    pub now: Micros,
    /// The catalog in force with the tenant's own roles.
    pub catalog: &'a Catalog,
    /// The tenant's scopes.
    pub scopes: &'a [ScopeNode],
    /// Rules of separation of duties.
    pub conflicts: &'a [ConflictRule],
    /// The exception this account has of a rule.
    pub exceptions: &'a dyn Fn(&str) -> Option<Exception>,
    /// Whether another active account holds one of the roles of which one holder must stay.
    pub other_admin: bool,
}

/// The role a text means: `ROLE`, held at `here`, or `ROLE@PATH`. Where the catalog says so names are compared exactly.
///
/// # Errors
/// When there is no such role or scope.
pub fn resolve(
    text: &str,
    here: ScopeId,
    catalog: &Catalog,
    scopes: &[ScopeNode],
) -> Result<Assignment, Refusal> {
    let (name, scope) = match text.split_once('@') {
        Some((name, path)) => (name.trim(), scopes::found(scopes, path)?),
        None => (text.trim(), here),
    };
    let found = match catalog.constraints.roles_exact {
        true => catalog.role(name),
        false => catalog.find_role(name),
    };
    let Some(role) = found else {
        let known: Vec<&str> = catalog.listed().map(|r| r.id.as_str()).collect();
        let exactly = match catalog.constraints.roles_exact && catalog.find_role(name).is_some() {
            true => "names are compared exactly; ",
            false => "",
        };
        return Err(Refusal::new(
            "roles",
            format!("{} has no role {name:?}", catalog.title),
            format!("{exactly}use one of: {}", known.join(", ")),
        ));
    };
    Ok(Assignment {
        role: role.id.clone(),
        scope,
    })
}

/// The scope of a path such as `acme/portal/PRODUCTION`.
///
/// # Errors
/// When there is no such scope.
pub fn place(scopes: &[ScopeNode], path: &str) -> Result<ScopeId, Refusal> {
    scopes::found(scopes, path)
}

/// A role as people write it: `ROLE`, or `ROLE@PATH` below the root.
pub fn written(assignment: &Assignment, scopes: &[ScopeNode]) -> String {
    match scopes::in_words(scopes, assignment.scope) {
        path if path.is_empty() => assignment.role.clone(),
        path => format!("{}@{path}", assignment.role),
    }
}

/// Refuses to give a role where it may not be held: where it would not count, or where nothing is granted.
///
/// # Errors
/// Rules `roles`, `scope`, `role-disabled`, `role-not-offered`, `role-scope`, `scope-blocked`, `scope-archived`.
pub fn may_hold(
    assignment: &Assignment,
    catalog: &Catalog,
    scopes: &[ScopeNode],
) -> Result<(), Refusal> {
    let Some(role) = catalog.role(&assignment.role) else {
        return Err(Refusal::new(
            "roles",
            format!("{} has no role {:?}", catalog.title, assignment.role),
            "see `rollcall role list`",
        ));
    };
    let here = assignment.scope;
    if let Err(unfit) = fits(catalog, scopes, role, here) {
        let (rule, instead) = match unfit {
            Unfit::Disabled => (
                "role-disabled",
                "give another role, or enable it with `rollcall role edit`",
            ),
            Unfit::NotOffered | Unfit::SwitchedOff => (
                "role-not-offered",
                "see where it is offered with `rollcall role show`",
            ),
            Unfit::Kind => (
                "role-scope",
                "name a scope of its own kind or above behind the @",
            ),
            Unfit::Nowhere => ("scope", "see the scopes with `rollcall scope list`"),
        };
        let place = scopes::address(scopes, here);
        let what = format!("the role {} {} ({place})", role.id, unfit.words());
        return Err(Refusal::new(rule, what, instead));
    }
    if let Some((at, state)) = scopes::shut(scopes, here) {
        let rule = match state {
            ScopeState::Archived => "scope-archived",
            ScopeState::Active | ScopeState::Blocked => "scope-blocked",
        };
        return Err(Refusal::new(
            rule,
            format!(
                "{} is {state}: nothing is granted there",
                scopes::shown(scopes, at)
            ),
            "choose another scope, or put it in use again with `rollcall scope set --state active`",
        ));
    }
    Ok(())
}

/// Refuses a role that cannot be given at a scope, whoever is to hold it.
///
/// # Errors
/// The role is moved by a transfer only or given by the platform, or it may not be held there.
pub fn may_give(
    assignment: &Assignment,
    catalog: &Catalog,
    scopes: &[ScopeNode],
) -> Result<(), Refusal> {
    if catalog.constraints.not_by_edit.contains(&assignment.role) {
        return Err(by_transfer(&assignment.role, catalog));
    }
    may_hold(assignment, catalog, scopes)
}

/// Refuses a role that nobody gives inside a tenant: the one that only a Transfer of Ownership moves, or the platform's.
pub fn by_transfer(role: &str, catalog: &Catalog) -> Refusal {
    if !catalog.constraints.ownership_transfer {
        return Refusal::new(
            "platform-role",
            format!("the role {role} is neither given nor taken inside a tenant"),
            format!(
                "{} gives it itself; a people file records it",
                catalog.title
            ),
        );
    }
    Refusal::new(
        "ownership-transfer",
        format!("the role {role} is neither given nor taken by editing roles"),
        "use Transfer of Ownership in Billing settings; here that is `rollcall ownership start`",
    )
}

/// Checks a whole list of roles for somebody who holds `held` now; sorted, each once.
///
/// # Errors
/// The first rule that the list breaks.
pub fn check(
    held: &[Assignment],
    mut wanted: Vec<Assignment>,
    catalog: &Catalog,
    scopes: &[ScopeNode],
) -> Result<Vec<Assignment>, Refusal> {
    wanted.sort_unstable();
    wanted.dedup();
    for role in &catalog.constraints.not_by_edit {
        let holds = |list: &[Assignment]| list.iter().any(|a| a.role == *role);
        if holds(held) != holds(&wanted) || (holds(held) && held != wanted) {
            return Err(by_transfer(role, catalog));
        }
    }
    one_role(&wanted, catalog)?;
    for new in wanted.iter().filter(|a| !held.contains(a)) {
        may_hold(new, catalog, scopes)?;
    }
    Ok(wanted)
}

/// Refuses several roles, or none, where an account holds exactly one.
///
/// # Errors
/// Rule `one-role`.
pub fn one_role(wanted: &[Assignment], catalog: &Catalog) -> Result<(), Refusal> {
    if catalog.constraints.roles_per_user == RolesPerUser::Many || wanted.len() == 1 {
        return Ok(());
    }
    Err(Refusal::new(
        "one-role",
        format!(
            "an account of {} holds exactly one role; these are {}",
            catalog.title,
            wanted.len()
        ),
        "name one role; it takes the place of the one held",
    ))
}

/// Gives an account these roles instead of the ones it holds. No changes when it holds just these.
///
/// # Errors
/// The first rule that the roles break.
pub fn edit(
    account: &Account,
    wanted: Vec<Assignment>,
    ctx: &Editing<'_>,
    limits: &mut Limits<'_>,
) -> Result<Vec<FieldChange>, Refusal> {
    if account.status == Status::Deleted {
        return Err(Refusal::new(
            "status",
            "an account that is deleted holds no roles",
            "invite the person anew",
        ));
    }
    let wanted = check(&account.assignments, wanted, ctx.catalog, ctx.scopes)?;
    if wanted == account.assignments {
        return Ok(Vec::new());
    }
    if account.status == Status::Active {
        keep_admin(account, &wanted, ctx.catalog, ctx.other_admin)?;
    }
    conflicts::check(
        ctx.conflicts,
        ctx.exceptions,
        ctx.scopes,
        account,
        &wanted,
        ctx.now,
    )?;
    let mut after = account.clone();
    after.assignments = wanted;
    // Other roles may make another kind of holder, or take their seat from another pool.
    if account.kind == ctx.catalog.holder(&account.assignments) {
        after.kind = ctx.catalog.holder(&after.assignments);
    }
    limits.follow(Some(account), &after)?;
    after.manifest = account.manifest.saturating_add(1);
    after.privileged_since = match (
        ctx.catalog.any_privileged(&account.assignments),
        ctx.catalog.any_privileged(&after.assignments),
    ) {
        (false, true) => Some(ctx.now),
        (true, false) => None,
        _ => account.privileged_since,
    };
    Ok(account.changes_to(&after))
}

/// Refuses to take the last active holder of the roles of which one must stay. `after` are the roles it could still use
/// afterwards; none when it loses all access.
///
/// # Errors
/// When nobody else holds one of these roles.
pub fn keep_admin(
    account: &Account,
    after: &[Assignment],
    catalog: &Catalog,
    other_admin: bool,
) -> Result<(), Refusal> {
    let admins = &catalog.constraints.admins;
    let admin = |roles: &[Assignment]| roles.iter().any(|a| admins.contains(&a.role));
    if other_admin || !admin(&account.assignments) || admin(after) {
        return Ok(());
    }
    Err(Refusal::new(
        "last-admin",
        format!(
            "an organization must keep at least one admin ({})",
            admins.join(" or ")
        ),
        "give one of these roles to somebody else first",
    ))
}

#[cfg(test)]
mod tests;
