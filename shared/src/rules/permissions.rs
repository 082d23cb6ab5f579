//! Who may do what: operator roles of the catalog `rollcall`, else the permissions of the tenant's own catalog for a
//! person who is a member there. A refusal names the permission, the scope, and the roles that would do.

use super::rights::{Question, Relations, Rights, Setting, Subject, Verdict, What, explain};
use super::{Refusal, scopes};
use crate::catalog::{Catalog, split_grant};
use crate::domain::{AccountRef, Actor, ActorKind, Assignment, Binding, ScopeId, Status};
use std::collections::BTreeSet;

/// The process that asks, as the kernel names it.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// Its user.
    pub uid: u32,
    /// Whether that is root or the daemon's own user.
    pub own: bool,
    /// The reason for breaking glass, when one was given.
    pub break_glass: Option<&'a str>,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The verb's name.
    pub verb: &'a str,
    /// The permission of the operator catalog it needs.
    pub permission: &'a str,
    /// Whether it changes anything.
    pub changes: bool,
    /// The tenant by name; none is the platform, or every tenant at once.
    pub tenant: Option<&'a str>,
}

/// The person's own account in the tenant that is asked about; only an active one counts.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// What rights are judged under in the tenant.
    pub setting: Setting<'a>,
    /// That, made ready for questions.
    pub rights: &'a Rights,
    /// Roles held there.
    pub roles: &'a [Assignment],
}

/// What an allowance rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// An operator role.
    Operator(String),
    /// A role in the tenant's own catalog.
    Member,
    /// Being root or the daemon's own user.
    Own,
    /// The glass was broken: the journal and the log say so.
    BreakGlass,
}

/// Where a permission holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// On every tenant and on the platform.
    Everywhere,
    /// On these tenants by name; maybe on none.
    Tenants(Vec<String>),
}

/// What root and the daemon's own user may change without breaking glass: who may do what.
const OWN_CHANGES: [&str; 1] = ["operator.bind"];

/// Whether this may be done, and on what basis.
pub fn authorise(
    caller: &Caller<'_>,
    binding: Option<&Binding>,
    ask: &Ask<'_>,
    member: Option<Member<'_>>,
    operators: &Catalog,
) -> Result<Basis, Refusal> {
    let alone = binding.filter(|b| !b.shared || !ask.changes);
    if let Some(role) = alone.and_then(|b| granting(b, ask, operators)) {
        return Ok(Basis::Operator(role.to_owned()));
    }
    if let (Some(_), Some(member)) = (alone, member)
        && member_may(&member, ask.verb)
    {
        return Ok(Basis::Member);
    }
    if caller.own {
        if !ask.changes || OWN_CHANGES.contains(&ask.permission) {
            return Ok(Basis::Own);
        }
        return match caller.break_glass.map(str::trim) {
            Some(reason) if !reason.is_empty() => Ok(Basis::BreakGlass),
            _ => Err(own_refusal(ask)),
        };
    }
    Err(match (alone.filter(|b| b.grants.is_empty()), member) {
        (Some(binding), Some(member)) => member_refusal(binding, &member, ask, operators),
        _ => refusal(caller, binding, ask, operators),
    })
}

/// Where a binding's roles give a permission: for lists over all tenants.
pub fn reach(binding: &Binding, permission: &str, operators: &Catalog) -> Reach {
    let mut tenants = Vec::new();
    for grant in &binding.grants {
        if operators
            .role(&grant.role)
            .is_some_and(|r| r.grants(permission))
        {
            match &grant.tenant {
                None => return Reach::Everywhere,
                Some(tenant) => tenants.push(tenant.clone()),
            }
        }
    }
    tenants.sort_unstable();
    tenants.dedup();
    Reach::Tenants(tenants)
}

/// Whether a member's roles give what the tenant's catalog asks for a verb, in full. A verb the catalog does not name
/// is not a member's.
pub fn member_may(member: &Member<'_>, verb_name: &str) -> bool {
    let permission = member.setting.catalog.verbs.get(verb_name);
    permission.is_some_and(|permission| member_holds(member, permission))
}

/// Whether a member's roles give a permission in full at the root; what is given at the root account only is.
pub fn member_holds(member: &Member<'_>, permission: &str) -> bool {
    let (name, _) = split_grant(permission);
    let Some(what) = member.rights.what(name) else {
        return false;
    };
    let question = in_full(what);
    let subject = Subject {
        status: Status::Active,
        assignments: member.roles,
    };
    member.rights.asks(&member.setting, &subject, &question) == Verdict::Allowed
}

/// The scopes below the root in which a member may use a verb, or do what the catalog names beside it
/// ([`SCOPE_STATE`](crate::catalog::SCOPE_STATE)): those where their roles give, in full, what it asks for at a scope of
/// that kind. Empty for a verb that reaches further than a part.
pub fn part(member: &Member<'_>, verb_name: &str) -> BTreeSet<ScopeId> {
    let Some(needed) = member.setting.catalog.part.needed(verb_name) else {
        return BTreeSet::new();
    };
    let held = member.rights.held(&member.setting, member.roles);
    let open = member.setting.scopes.iter().filter(|node| {
        let permission = needed.get(&node.kind);
        let Some(what) = permission.and_then(|p| member.rights.what(p)) else {
            return false;
        };
        let question = Question {
            what,
            change: true,
            relations: Relations::default(),
            scope: node.id,
        };
        member.rights.can(Status::Active, &held, &question) == Verdict::Allowed
    });
    open.map(|node| node.id).collect()
}

/// Whether these scopes, at least one, lie all in a part; the tenant's root lies in none.
pub fn within(part: &BTreeSet<ScopeId>, touched: &[ScopeId]) -> bool {
    !touched.is_empty() && touched.iter().all(|scope| part.contains(scope))
}

/// A refusal of what reaches further than the part in which a member may use a verb; nothing outside of it is named.
pub fn outside(verb: &str, part: &BTreeSet<ScopeId>, setting: &Setting<'_>) -> Refusal {
    let few = part.iter().take(3);
    let mut named: Vec<String> = few.map(|id| scopes::address(setting.scopes, *id)).collect();
    if part.len() > named.len() {
        named.push(format!("{} more", part.len() - named.len()));
    }
    if named.is_empty() {
        let needed = setting.catalog.part.needed(verb).into_iter().flatten();
        let needed: BTreeSet<&str> = needed.map(|(_, permission)| permission.as_str()).collect();
        let needed: Vec<&str> = needed.into_iter().collect();
        return Refusal::new(
            "permission",
            format!(
                "`{verb}` needs the permission {} there, which you do not hold",
                needed.join(" or ")
            ),
            "ask somebody who administers more",
        );
    }
    Refusal::new(
        "permission",
        format!("`{verb}` would reach further than your roles do here"),
        format!(
            "you may use it for what lies wholly in {}; ask somebody who administers more",
            named.join(", ")
        ),
    )
}

/// Refuses to let a person approve a run they started, or one that rests on a policy they were the last to set; and to
/// let a shared login approve anything.
pub fn different_person(
    started_by: &str,
    policy_set_by: Option<&Actor>,
    approver: &Binding,
) -> Result<(), Refusal> {
    if approver.shared {
        return Err(shared_refusal(&approver.os_user, "run approve"));
    }
    let own = |name: &str| name == approver.os_user || name.eq_ignore_ascii_case(&approver.person);
    let refuse = |what: String| {
        let instead = "ask another person who holds the role approver";
        Err(Refusal::new("four-eyes", what, instead))
    };
    if own(started_by) {
        return refuse(format!(
            "{started_by} started this run and may not approve it"
        ));
    }
    // What the daemon adopted or a demo made up was set by nobody who could approve.
    let setter = policy_set_by.filter(|actor| actor.kind == ActorKind::Peer);
    if let Some(setter) = setter
        && (own(&setter.name) || setter.person.as_deref().is_some_and(own))
    {
        return refuse(format!(
            "{} set the policy this run rests on and may not approve it",
            setter.person.as_deref().unwrap_or(&setter.name)
        ));
    }
    Ok(())
}

/// The role of a binding that gives what is asked for.
fn granting<'a>(binding: &'a Binding, ask: &Ask<'_>, operators: &Catalog) -> Option<&'a str> {
    let reaches = |tenant: Option<&str>| tenant.is_none() || tenant == ask.tenant;
    let grants = |role: &str| {
        operators
            .role(role)
            .is_some_and(|r| r.grants(ask.permission))
    };
    binding
        .grants
        .iter()
        .find(|g| reaches(g.tenant.as_deref()) && grants(&g.role))
        .map(|g| g.role.as_str())
}

fn shared_refusal(os_user: &str, verb: &str) -> Refusal {
    Refusal::new(
        "shared-login",
        format!("{os_user} is a login that several people use: it reads only and may not `{verb}`"),
        "log in as yourself; a platform admin binds you with `rollcall operator bind`",
    )
}

fn own_refusal(ask: &Ask<'_>) -> Refusal {
    Refusal::new(
        "break-glass",
        format!(
            "root and the daemon's own user bind operators and repair; they do not govern: `{}` needs the permission {}",
            ask.verb, ask.permission
        ),
        "bind a person with `rollcall operator bind`, or give --break-glass REASON, which the journal and the log keep",
    )
}

fn refusal(
    caller: &Caller<'_>,
    binding: Option<&Binding>,
    ask: &Ask<'_>,
    operators: &Catalog,
) -> Refusal {
    let place = match ask.tenant {
        Some(tenant) => format!("in the tenant {tenant}"),
        None => "on the whole platform".to_owned(),
    };
    let who = match binding {
        None => format!("the user with uid {} is bound to no person", caller.uid),
        Some(b) if b.shared && ask.changes => return shared_refusal(&b.os_user, ask.verb),
        Some(b) if b.grants.is_empty() => format!("{} ({}) holds no role", b.os_user, b.person),
        Some(b) => {
            let held: Vec<String> = b
                .grants
                .iter()
                .map(|g| match &g.tenant {
                    Some(tenant) => format!("{} in {tenant}", g.role),
                    None => g.role.clone(),
                })
                .collect();
            format!("{} ({}) holds {}", b.os_user, b.person, held.join(", "))
        }
    };
    Refusal::new(
        "permission",
        format!(
            "`{}` {place} needs the permission {}; {who}",
            ask.verb, ask.permission
        ),
        ours(ask, operators),
    )
}

/// Which of Rollcall's own roles would do.
fn ours(ask: &Ask<'_>, operators: &Catalog) -> String {
    let enough = operators.roles.iter().filter(|r| r.grants(ask.permission));
    let mut enough: Vec<&str> = enough.map(|r| r.id.as_str()).collect();
    if enough.is_empty() {
        enough.push(&operators.owner.role);
    }
    format!(
        "ask a platform admin for one of these roles: {} (rollcall operator bind)",
        enough.join(", ")
    )
}

/// The refusal of a member without a role of Rollcall's own: in the words of the tenant's catalog, as far as it lets
/// any of its roles use the verb.
fn member_refusal(
    binding: &Binding,
    member: &Member<'_>,
    ask: &Ask<'_>,
    operators: &Catalog,
) -> Refusal {
    let catalog = member.setting.catalog;
    let label = |id: &str| catalog.role(id).map_or(id, |r| &r.label).to_owned();
    let held = member.roles.iter().map(|a| match a.scope {
        ScopeId::ROOT => label(&a.role),
        at => format!(
            "{} in {}",
            label(&a.role),
            scopes::address(member.setting.scopes, at)
        ),
    });
    let held: Vec<String> = held.collect();
    let held = match held.is_empty() {
        true => "no role".to_owned(),
        false => held.join(", "),
    };
    let who = format!("{} ({}) holds {held}", binding.os_user, binding.person);
    let place = ask.tenant.unwrap_or_default();
    let Some(permission) = catalog.verbs.get(ask.verb) else {
        let what = format!(
            "`{}` in the tenant {place} is for no role of {}: it needs the permission {}; {who}",
            ask.verb, catalog.title, ask.permission
        );
        return Refusal::new("permission", what, ours(ask, operators));
    };
    if let Some(denied) = otherwise(member, permission, ask.verb, place, &who) {
        return denied;
    }
    let giving = catalog.listed().filter(|r| r.grants(permission));
    let giving: Vec<&str> = giving.map(|r| r.label.as_str()).collect();
    Refusal::new(
        "permission",
        format!(
            "`{}` in the tenant {place} needs the permission {permission} of {}; {who}",
            ask.verb, catalog.title
        ),
        format!(
            "ask somebody who is {} there, or for that role",
            giving.join(" or ")
        ),
    )
}

/// Why a member may not, where another role would not help: the feature is off, a role blocks it, or what they hold does
/// not count where it is held.
fn otherwise(
    member: &Member<'_>,
    permission: &str,
    verb: &str,
    place: &str,
    who: &str,
) -> Option<Refusal> {
    let (name, _) = split_grant(permission);
    let question = in_full(member.rights.what(name)?);
    let subject = Subject {
        status: Status::Active,
        assignments: member.roles,
    };
    let setting = &member.setting;
    let told = explain(setting, member.rights, &subject, name, &question, None);
    let rule = ["feature", "block", "role-place", "scope-state"]
        .into_iter()
        .find(|rule| *rule == told.rule)?;
    let what = format!("`{verb}` in the tenant {place}: {}; {who}", told.because);
    Some(Refusal::new(
        rule,
        what,
        told.instead.replace("TENANT", place),
    ))
}

/// The question whether something is given in full at the root.
fn in_full(what: What) -> Question {
    Question {
        what,
        change: true,
        relations: Relations::default(),
        // A verb reaches the whole tenant, unless it is asked in a part of it: see `part`.
        scope: ScopeId::ROOT,
    }
}

/// The refusal of a person whose own account in the tenant is not active, and who holds no role of Rollcall's own.
pub fn inactive(binding: &Binding, account: AccountRef, status: Status, ask: &Ask<'_>) -> Refusal {
    Refusal::new(
        "status",
        format!(
            "`{}` in the tenant {} is for active members: account {account} of {} ({}) is {status}",
            ask.verb,
            ask.tenant.unwrap_or_default(),
            binding.os_user,
            binding.person
        ),
        "ask somebody who may to let it in again",
    )
}
