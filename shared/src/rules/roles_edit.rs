//! Edit role: which roles an account may hold after a change, and what is refused.

use super::limits::Limits;
use super::office::{Holders, Office, Place};
use super::rights::{Unfit, fits, held_at};
use super::{Refusal, conflicts, scopes};
use crate::catalog::{Catalog, Role, RolesPerUser};
use crate::domain::{
    Account, Assignment, ConflictRule, Exception, FieldChange, Kind, Micros, ScopeId, ScopeKind,
    ScopeNode, ScopeState, Status,
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
    /// Who can administer which part; asked only when this account gives up a role of which one holder must stay.
    pub admins: &'a dyn Fn() -> Holders,
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
    let Some(role) = catalog.find_role(name) else {
        let known: Vec<&str> = catalog.listed().map(|r| r.id.as_str()).collect();
        let exactly = catalog.exactly(name);
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

/// What is to be taken away, of roles that are held.
pub struct Meant<'a> {
    text: &'a str,
    found: Result<Assignment, Refusal>,
    scopes: &'a [ScopeNode],
}

/// What a text means that takes a role away: `ROLE@PATH` the one held there (`/` is the root), `ROLE` wherever it is
/// held. A role that is not in the catalog any more is meant by what it was called.
pub fn meant<'a>(
    text: &'a str,
    found: Result<Assignment, Refusal>,
    scopes: &'a [ScopeNode],
) -> Meant<'a> {
    Meant {
        text,
        found,
        scopes,
    }
}

impl Meant<'_> {
    /// Whether it means this role.
    pub fn covers(&self, held: &Assignment) -> bool {
        match &self.found {
            Ok(role) if self.text.contains('@') => held == role,
            Ok(role) => held.role == role.role,
            Err(_) => written(held, self.scopes) == self.text || held.role == self.text,
        }
    }

    /// Why nothing of it can be taken away.
    pub fn not_held(self, instead: &str) -> Refusal {
        let text = self.text;
        let not = || Refusal::new("roles", format!("{text:?} is not held"), instead);
        self.found.err().unwrap_or_else(not)
    }
}

/// The scope of a path such as `acme/portal/PRODUCTION`.
///
/// # Errors
/// When there is no such scope.
pub fn place(scopes: &[ScopeNode], path: &str) -> Result<ScopeId, Refusal> {
    scopes::found(scopes, path)
}

/// A role as people read it: what it is called, below the root with its place.
pub fn called(assignment: &Assignment, catalog: &Catalog, scopes: &[ScopeNode]) -> String {
    let role = catalog.called(&assignment.role);
    match scopes::in_words(scopes, assignment.scope) {
        path if path.is_empty() => role.to_owned(),
        path => format!("{role} @{path}"),
    }
}

/// A role as people write it: `ROLE`, or `ROLE@PATH` below the root.
pub fn written(assignment: &Assignment, scopes: &[ScopeNode]) -> String {
    match scopes::in_words(scopes, assignment.scope) {
        path if path.is_empty() => assignment.role.clone(),
        path => format!("{}@{path}", assignment.role),
    }
}

/// Roles by their ids with `|` between, as a file names them; of two held at different scopes each is named.
pub fn names(held: &[Assignment]) -> String {
    let names: Vec<String> = held
        .iter()
        .map(|a| match a.scope {
            ScopeId::ROOT => a.role.clone(),
            scope => format!("{}@{}", a.role, scope.0),
        })
        .collect();
    names.join("|")
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
                "give another role, or enable it with `rollcall role edit`".to_owned(),
            ),
            Unfit::NotOffered | Unfit::SwitchedOff => (
                "role-not-offered",
                "see where it is offered with `rollcall role show`".to_owned(),
            ),
            Unfit::Kind | Unfit::Above => ("role-scope", where_held(role, catalog)),
            Unfit::Nowhere => (
                "scope",
                "see the scopes with `rollcall scope list`".to_owned(),
            ),
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

/// Where a role is held instead.
fn where_held(role: &Role, catalog: &Catalog) -> String {
    let own = role.scope.unwrap_or(ScopeKind::Tenant);
    let kinds: Vec<&str> = held_at(catalog, own)
        .into_iter()
        .map(|kind| match kind {
            ScopeKind::Tenant => "the root",
            kind => kind.word(),
        })
        .collect();
    format!(
        "it is held at: {}; name the place behind the @, as {}@PATH, and see the places with `rollcall scope list`",
        kinds.join(", "),
        role.id
    )
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
    let role = catalog.called(role);
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
    not_by_edit(held, &wanted, catalog)?;
    one_role(&wanted, catalog)?;
    for new in wanted.iter().filter(|a| !held.contains(a)) {
        may_hold(new, catalog, scopes)?;
    }
    Ok(wanted)
}

/// Refuses to give or take a role that is neither given nor taken inside a tenant, or to put another beside it. Both lists
/// are sorted.
///
/// # Errors
/// As [`by_transfer`].
pub fn not_by_edit(
    held: &[Assignment],
    wanted: &[Assignment],
    catalog: &Catalog,
) -> Result<(), Refusal> {
    for role in &catalog.constraints.not_by_edit {
        let holds = |list: &[Assignment]| list.iter().any(|a| a.role == *role);
        if holds(held) != holds(wanted) || (holds(held) && held != wanted) {
            return Err(by_transfer(role, catalog));
        }
    }
    Ok(())
}

/// Refuses to call somebody a signer or an outsider, who hold no seat and are never swept, while they hold roles that
/// make a person.
///
/// # Errors
/// Rule `kind`.
pub fn kind_fits(kind: Kind, held: &[Assignment], catalog: &Catalog) -> Result<(), Refusal> {
    let seatless = matches!(kind, Kind::Signer | Kind::Outsider);
    if !seatless || held.is_empty() || catalog.holder(held) != Kind::Person {
        return Ok(());
    }
    Err(Refusal::new(
        "kind",
        format!("who holds these roles is a person, not a {kind}"),
        "leave the kind out, or name roles without which the person signs or reads only",
    ))
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
    // Published: a user must belong to an organization.
    let mut kinds = ctx.catalog.scopes.iter().map(|s| s.kind);
    if wanted.is_empty() && kinds.any(|kind| kind == ScopeKind::Organisation) {
        return Err(Refusal::new(
            "organization-member",
            format!(
                "a user of {} belongs to an organization, and without a role to none",
                ctx.catalog.title
            ),
            "give another role first; who leaves is deactivated or deleted, with `rollcall user deactivate` or `user delete`",
        ));
    }
    let office = Office::admin(ctx.catalog, ctx.scopes);
    keep_admin(account, &wanted, &office, ctx.admins)?;
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
    let follows = account.kind == ctx.catalog.holder(&account.assignments);
    if follows || kind_fits(account.kind, &after.assignments, ctx.catalog).is_err() {
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

/// Refuses to take the last active holder of the roles of which one must stay in each place. `after` are the roles the
/// account could still use afterwards; none when it loses all access.
///
/// # Errors
/// Rule `last-admin`, when nobody else can use one of these roles in a place.
pub fn keep_admin(
    account: &Account,
    after: &[Assignment],
    office: &Office<'_>,
    admins: impl FnOnce() -> Holders,
) -> Result<(), Refusal> {
    // Counting them costs a look at everybody.
    if account.status != Status::Active || office.filled(&account.assignments).is_empty() {
        return Ok(());
    }
    match office.left(&admins(), account, after, 1) {
        None => Ok(()),
        Some(place) => Err(last_admin(office, place)),
    }
}

/// Refuses a decision after which nobody can administer a place any more. What an observation took before may stay so.
///
/// # Errors
/// Rule `last-admin`.
pub fn admins_stay(
    before: (&Holders, &Office<'_>),
    after: (&Holders, &Office<'_>),
) -> Result<(), Refusal> {
    let ((was, then), (is, now)) = (before, after);
    let lost = |place: &Place| is.of(now, *place).usable == 0 && was.of(then, *place).usable > 0;
    match now.places().find(lost) {
        None => Ok(()),
        Some(place) if is.of(now, place).active < was.of(then, place).active => {
            Err(last_admin(now, place))
        }
        Some(place) => Err(powerless_admin(now, place)),
    }
}

/// Whoever administers a place holds the role still, and it would give them nothing there any more.
fn powerless_admin(office: &Office<'_>, place: Place) -> Refusal {
    let Refusal { rule, instead, .. } = last_admin(office, place);
    let (roles, place) = (office.roles().join(" or "), office.shown(place));
    Refusal::new(
        rule,
        format!(
            "an organization must keep at least one admin ({roles}), and nobody could act as one in {place} any more: the role would not be among those that may be held there, or another role would block something of it"
        ),
        format!("let one of these roles be held there and block nothing of it, or {instead}"),
    )
}

fn last_admin(office: &Office<'_>, place: Place) -> Refusal {
    let roles = office.roles().join(" or ");
    Refusal::new(
        "last-admin",
        format!(
            "an organization must keep at least one admin ({roles}), and {} would have none",
            office.shown(place)
        ),
        format!(
            "give one of these roles to somebody else first, for example {}",
            office.given(place)
        ),
    )
}

#[cfg(test)]
mod tests;
