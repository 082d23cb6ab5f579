//! Separation of duties when an account goes into a tree: the rules there bind who arrives; rules and exceptions of the
//! account come along.

use super::{Converted, Source, Target};
use crate::domain::{AccountId, ConflictRule, Exception, Micros, Status};
use crate::rules::{Refusal, conflicts};
use std::collections::BTreeMap;

/// Rules and exceptions. `names` gives each custom role its new identifier, `accounts` each account its new number.
pub(super) fn duties_of(
    source: &Source<'_>,
    target: &Target<'_>,
    names: &BTreeMap<String, String>,
    accounts: &BTreeMap<AccountId, AccountId>,
    now: Micros,
    out: &mut Converted,
) -> Result<(), Refusal> {
    let mut shared: Vec<&str> = Vec::new();
    for rule in source.conflicts {
        let mut new = rule.clone();
        for role in new.one.roles.iter_mut().chain(&mut new.other.roles) {
            if let Some(name) = names.get(role) {
                role.clone_from(name);
            }
        }
        match target.conflicts.iter().find(|there| there.name == new.name) {
            Some(there)
                if (&there.one, &there.other, there.within)
                    == (&new.one, &new.other, new.within) =>
            {
                shared.push(&there.name);
            }
            Some(_) => return Err(taken(source, target, rule)),
            None => {
                out.warnings.push(format!(
                    "the rule {:?} of {} binds all of {} from then on: see `rollcall conflict list`",
                    new.name, source.tenant.name, target.tenant.name
                ));
                out.conflicts.push(new);
            }
        }
    }
    for old in source
        .exceptions
        .iter()
        .filter(|e| conflicts::valid(e, now))
    {
        let Some(account) = accounts.get(&old.account).copied() else {
            continue;
        };
        if out.apart.iter().any(|a| a.old == old.account) {
            continue;
        }
        // Who was there already keeps the exception they have there.
        if (target.exception)(&old.rule, account).is_none() {
            out.exceptions.push(Exception {
                account,
                ..old.clone()
            });
        }
    }
    bound(source, target, &shared, now, out)
}

/// Refuses who would break a rule of the tree. What breaks a rule that both have stands as it stood.
fn bound(
    source: &Source<'_>,
    target: &Target<'_>,
    shared: &[&str],
    now: Micros,
    out: &Converted,
) -> Result<(), Refusal> {
    let rules: Vec<ConflictRule> = target.conflicts.to_vec();
    if rules.is_empty() {
        return Ok(());
    }
    let scopes = target.tree(out);
    for (arrival, old) in out.accounts.iter().zip(source.accounts) {
        let after = &arrival.after;
        if matches!(after.status, Status::Deactivated | Status::Deleted) {
            continue;
        }
        let mut before = after.clone();
        before.assignments = match &arrival.before {
            Some(there) => there.assignments.clone(),
            None => Vec::new(),
        };
        let excepted = |rule: &str| {
            let moved = out
                .exceptions
                .iter()
                .find(|e| e.rule == rule && e.account == after.id);
            let stood = || {
                // Roles that were held together under the same rule before.
                let alone = arrival.before.is_none() && shared.contains(&rule);
                alone.then(|| Exception {
                    rule: rule.to_owned(),
                    account: after.id,
                    until: Micros(i64::MAX),
                    by: String::new(),
                    at: now,
                })
            };
            moved
                .cloned()
                .or_else(|| (target.exception)(rule, after.id))
                .or_else(stood)
        };
        conflicts::check(&rules, &excepted, &scopes, &before, &after.assignments, now).map_err(
            |refusal| Refusal {
                what: format!(
                    "account {}-{} of {}: {}",
                    source.tenant.id.0, old.id.0, source.tenant.name, refusal.what
                ),
                ..refusal
            },
        )?;
    }
    Ok(())
}

fn taken(source: &Source<'_>, target: &Target<'_>, rule: &ConflictRule) -> Refusal {
    Refusal::new(
        "convert-duties",
        format!(
            "{} and {} each have a rule {:?}, and they say different things",
            source.tenant.name, target.tenant.name, rule.name
        ),
        format!(
            "set it under another name in {}, or delete it there with `rollcall conflict delete`",
            source.tenant.name
        ),
    )
}
