//! Separation of duties: what one person must not hold together. Observations are recorded as they are; a decision may
//! make nothing new or worse.

use super::Refusal;
use super::scopes::{in_words, root_of, within};
use crate::catalog::Catalog;
use crate::domain::{
    Account, Assignment, ConflictRule, Exception, Micros, ScopeId, ScopeKind, ScopeNode, Side, Span,
};
use crate::text;
use std::collections::BTreeSet;

/// The longest an exception lasts.
const LONGEST: Span = Span::days(366);
/// The longest name and reason, in characters.
const MOST: usize = 200;

/// Two roles held together against a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash<'a> {
    /// The rule.
    pub rule: &'a ConflictRule,
    /// What is held on one side.
    pub one: &'a Assignment,
    /// What is held on the other.
    pub other: &'a Assignment,
}

/// Every pair of roles that breaks a rule.
pub fn violations<'a>(
    rules: &'a [ConflictRule],
    scopes: &[ScopeNode],
    held: &'a [Assignment],
) -> Vec<Clash<'a>> {
    let mut out = Vec::new();
    for rule in rules {
        let places = |side: &Side, assignment: &Assignment| {
            reach(side, rule.within, scopes, assignment).filter(|p| !p.is_empty())
        };
        for one in held {
            let Some(here) = places(&rule.one, one) else {
                continue;
            };
            for other in held {
                let meets = places(&rule.other, other)
                    .is_some_and(|there| rule.within.is_none() || !here.is_disjoint(&there));
                if meets {
                    out.push(Clash { rule, one, other });
                }
            }
        }
    }
    out
}

/// The scopes of the kind `within` where an assignment counts for a side (the root where the rule names no kind); none
/// when it does not count at all.
fn reach(
    side: &Side,
    kind_within: Option<ScopeKind>,
    scopes: &[ScopeNode],
    held: &Assignment,
) -> Option<BTreeSet<ScopeId>> {
    if !side.roles.is_empty() && !side.roles.contains(&held.role) {
        return None;
    }
    let touches = |id: ScopeId| within(scopes, id, held.scope) || within(scopes, held.scope, id);
    let named = side.kind.is_some() || side.name.is_some();
    let at: Vec<ScopeId> = if named {
        scopes
            .iter()
            .filter(|n| side.kind.is_none_or(|k| n.kind == k))
            .filter(|n| side.name.as_deref().is_none_or(|name| n.name == name))
            .filter(|n| touches(n.id))
            .map(|n| n.id)
            .collect()
    } else {
        vec![held.scope]
    };
    if at.is_empty() {
        return None;
    }
    let Some(kind) = kind_within else {
        return Some(BTreeSet::from([ScopeId::ROOT]));
    };
    let mut out: BTreeSet<ScopeId> = at
        .iter()
        .filter_map(|id| root_of(scopes, *id, kind))
        .collect();
    if !named {
        // Held above scopes of the kind, it holds in each of them.
        let below = scopes
            .iter()
            .filter(|n| n.kind == kind && within(scopes, n.id, held.scope));
        out.extend(below.map(|n| n.id));
    }
    Some(out)
}

/// Refuses roles that break a rule in a way the account does not break it already. A dated exception allows it.
///
/// # Errors
/// Rule `separation-of-duties`: names the rule, both roles, and the ways out.
pub fn check(
    view_rules: &[ConflictRule],
    exceptions: &dyn Fn(&str) -> Option<Exception>,
    scopes: &[ScopeNode],
    account: &Account,
    after: &[Assignment],
    now: Micros,
) -> Result<(), Refusal> {
    let before = violations(view_rules, scopes, &account.assignments);
    for clash in violations(view_rules, scopes, after) {
        let known = before
            .iter()
            .any(|b| b.rule == clash.rule && b.one == clash.one && b.other == clash.other);
        let allowed = exceptions(&clash.rule.name).is_some_and(|e| valid(&e, now));
        if !known && !allowed {
            return Err(Refusal::new(
                "separation-of-duties",
                format!(
                    "the rule {:?} forbids to hold {} together with {}: {}",
                    clash.rule.name,
                    shown(scopes, clash.one),
                    shown(scopes, clash.other),
                    clash.rule.why
                ),
                "take the other role away first, or ask another person for an exception until a date with `rollcall conflict except`",
            ));
        }
    }
    Ok(())
}

/// Whether an exception still allows what it was made for.
pub fn valid(exception: &Exception, now: Micros) -> bool {
    exception.until > now
}

/// A role with its place as `ROLE@PATH`; untrusted.
pub fn shown(scopes: &[ScopeNode], held: &Assignment) -> String {
    match in_words(scopes, held.scope) {
        path if path.is_empty() => held.role.clone(),
        path => format!("{}@{path}", held.role),
    }
}

/// A rule as it may be set.
///
/// # Errors
/// Rule `conflict-rule`: when it has no name or reason, a side says nothing, or names what the tenant does not have.
pub fn checked(
    rule: &ConflictRule,
    catalog: &Catalog,
    scopes: &[ScopeNode],
) -> Result<ConflictRule, Refusal> {
    let refuse = |what: String, instead: &str| Err(Refusal::new("conflict-rule", what, instead));
    let mut out = rule.clone();
    out.name = rule.name.trim().to_owned();
    out.why = rule.why.trim().to_owned();
    for (text, of) in [(&out.name, "name"), (&out.why, "reason")] {
        let long = text.chars().count() > MOST;
        if text.is_empty() || long || text.chars().any(text::is_hidden) {
            return refuse(
                format!("a rule needs a {of} of 1 to {MOST} visible characters"),
                "give both: what the rule is called, and why it stands",
            );
        }
    }
    for side in [&mut out.one, &mut out.other] {
        if side.roles.is_empty() && side.kind.is_none() && side.name.is_none() {
            return refuse(
                "a side that names neither roles nor scopes would mean everybody".into(),
                "name roles, or the kind and name of a scope, on both sides",
            );
        }
        for role in &mut side.roles {
            match catalog.find_role(role) {
                Some(known) => role.clone_from(&known.id),
                None => {
                    return refuse(
                        format!("{} has no role {role:?}", catalog.title),
                        "see the roles with `rollcall role list`",
                    );
                }
            }
        }
        let shown = |name: &String| {
            let mut known = scopes.iter().filter(|n| !n.profile.shown.is_empty());
            known.find(|n| text::fold(&n.profile.shown) == text::fold(name))
        };
        if let Some(scope) = side.name.as_ref().and_then(shown) {
            side.name = Some(scope.name.clone());
        }
        side.roles.sort_unstable();
        side.roles.dedup();
    }
    let known = |kind: ScopeKind| {
        kind == ScopeKind::Tenant
            || catalog.scopes.iter().any(|r| r.kind == kind)
            || scopes.iter().any(|n| n.kind == kind)
    };
    let kinds = [out.one.kind, out.other.kind, out.within];
    if let Some(kind) = kinds.into_iter().flatten().find(|k| !known(*k)) {
        return refuse(
            format!("{} has no scopes of kind {kind}", catalog.title),
            "see the kinds with `rollcall scope list`",
        );
    }
    Ok(out)
}

/// The rules that speak of a scope by its name, as they were and as they follow when it gets another.
///
/// # Errors
/// Rule `conflict-rule`: other scopes keep the name, so that the rule would go on without this one.
pub fn renamed<'a>(
    rules: impl Iterator<Item = &'a ConflictRule>,
    scopes: &[ScopeNode],
    old: &ScopeNode,
    name: &str,
) -> Result<Vec<(ConflictRule, ConflictRule)>, Refusal> {
    let mut out = Vec::new();
    if old.name == name {
        return Ok(out);
    }
    for rule in rules {
        let mut follows = rule.clone();
        for side in [&mut follows.one, &mut follows.other] {
            let means = |n: &ScopeNode| {
                side.name.as_ref() == Some(&n.name) && side.kind.is_none_or(|kind| n.kind == kind)
            };
            if !means(old) {
                continue;
            }
            if scopes.iter().any(|n| n.id != old.id && means(n)) {
                return Err(Refusal::new(
                    "conflict-rule",
                    format!(
                        "the rule {:?} keeps duties apart at every scope {:?}, and would go on without this one",
                        rule.name, old.name
                    ),
                    "change the rule first with `rollcall conflict set`, or keep the name",
                ));
            }
            side.name = Some(name.to_owned());
        }
        if follows != *rule {
            out.push((rule.clone(), follows));
        }
    }
    Ok(out)
}

/// The exceptions that end when a rule is set anew: all, where its sides or the scopes it holds within are others, for
/// they were allowed for another rule than the one that is to stand; none for other words alone.
pub fn ended<'a>(
    old: &ConflictRule,
    new: &ConflictRule,
    exceptions: impl Iterator<Item = &'a Exception>,
) -> Vec<&'a Exception> {
    let same = (&old.one, &old.other, old.within) == (&new.one, &new.other, new.within);
    exceptions.filter(|e| !same && e.rule == old.name).collect()
}

/// The rules that speak of a role.
pub fn of_role<'a>(
    rules: impl Iterator<Item = &'a ConflictRule>,
    role: &str,
) -> Vec<&'a ConflictRule> {
    let names = |side: &Side| side.roles.iter().any(|r| r == role);
    rules.filter(|r| names(&r.one) || names(&r.other)).collect()
}

/// An exception that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The rule.
    pub rule: &'a ConflictRule,
    /// For whom.
    pub account: &'a Account,
    /// Until when.
    pub until: Micros,
    /// Why.
    pub reason: Option<&'a str>,
    /// The OS user who allows it.
    pub by: &'a str,
    /// The person behind that user.
    pub person: &'a str,
    /// Whether it is that person's own account.
    pub own: bool,
}

/// Allows a violation until a date.
///
/// # Errors
/// Rules `exception-date`, `exception-reason`, `four-eyes`.
pub fn except(asked: &Asked<'_>, now: Micros) -> Result<Exception, Refusal> {
    if asked.reason.is_none_or(|r| r.trim().is_empty()) {
        return Err(Refusal::new(
            "exception-reason",
            "an exception needs a reason",
            "give --reason: it is kept in the journal",
        ));
    }
    let latest = now.plus(LONGEST);
    if asked.until <= now || asked.until > latest {
        return Err(Refusal::new(
            "exception-date",
            format!("an exception cannot last until {}", asked.until.day()),
            format!("give a date after now and not after {}", latest.day()),
        ));
    }
    if asked.own || asked.person.eq_ignore_ascii_case(&asked.account.email) {
        return Err(Refusal::new(
            "four-eyes",
            "nobody allows themselves an exception",
            "ask another person who may",
        ));
    }
    Ok(Exception {
        rule: asked.rule.name.clone(),
        account: asked.account.id,
        until: asked.until,
        by: asked.by.to_owned(),
        at: now,
    })
}

/// Rules that IgniSign's best practices suggest (development, testing and production apart; billing apart from
/// signing). They are proposals: none stands until a person sets it. None for other catalogs.
pub fn proposals(catalog: &Catalog) -> Vec<ConflictRule> {
    if catalog.role("APP_ADMIN").is_none() || catalog.role("SIGNERS").is_none() {
        return Vec::new();
    }
    let roles = |ids: &[&str]| ids.iter().map(|r| (*r).to_owned()).collect::<Vec<_>>();
    let environment = |ids: &[&str], name: &str| Side {
        roles: roles(ids),
        kind: Some(ScopeKind::Environment),
        name: Some(name.to_owned()),
    };
    let anywhere = |ids: &[&str]| Side {
        roles: roles(ids),
        kind: None,
        name: None,
    };
    vec![
        ConflictRule {
            name: "development-production".into(),
            one: environment(&["APP_MANAGER", "APP_OPERATOR"], "DEVELOPMENT"),
            other: environment(&["APP_ADMIN", "APP_MANAGER"], "PRODUCTION"),
            within: Some(ScopeKind::Application),
            why: "who develops an application does not administer its production".into(),
        },
        ConflictRule {
            name: "billing-signing".into(),
            one: anywhere(&["ORG_BILLING"]),
            other: anywhere(&["SIGNERS", "APP_OPERATOR"]),
            within: None,
            why: "who pays does not sign".into(),
        },
    ]
}

/// The rule of a name.
///
/// # Errors
/// Rule `conflict-rule`, with the names there are.
pub fn named<'a>(rules: &'a [ConflictRule], name: &str) -> Result<&'a ConflictRule, Refusal> {
    rules.iter().find(|r| r.name == name).ok_or_else(|| {
        let names: Vec<&str> = rules.iter().map(|r| r.name.as_str()).collect();
        let there = match names.as_slice() {
            [] => "none stands; set one with `rollcall conflict set`".to_owned(),
            names => format!("the rules are: {}", names.join(", ")),
        };
        Refusal::new(
            "conflict-rule",
            format!("there is no rule of separation of duties {name:?}"),
            there,
        )
    })
}
