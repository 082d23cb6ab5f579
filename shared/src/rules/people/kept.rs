//! Roles that a person decided where the power lies here: what sources showed before is kept beside them, so that no file
//! overturns them.

use crate::domain::{Account, Assignment, Authority, Field, FieldChange, Rule, ScopeId, Value};
use crate::rules::roles_edit::names;

/// Whether roles that change for this reason in a tenant of this authority were decided here. A file brings them as
/// they are, and the vendor's export is kept as it is anyway.
pub fn decides(why: Rule, authority: Authority) -> bool {
    authority == Authority::Rollcall && !matches!(why, Rule::PeopleFile | Rule::Demo)
}

/// The change that goes with other roles: what sources show in place of those decided. None where a file brought them,
/// where they go back to what sources show, or where the vendor's export is kept as it is anyway.
pub fn keep_decided(
    before: Option<&Account>,
    changes: &[FieldChange],
    why: Rule,
    authority: Authority,
) -> Option<FieldChange> {
    let roles = changes.iter().find(|c| c.field == Field::Roles)?;
    if !decides(why, authority) {
        return None;
    }
    let list = |value: &Value| match value {
        Value::Roles(roles) => names(roles),
        _ => String::new(),
    };
    let decided = list(&roles.new);
    let (old, shown) = match before {
        Some(account) => {
            let shown = account.shown_otherwise(Field::Roles).map(str::to_owned);
            (
                account.get(Field::ObservedIdentity),
                shown.unwrap_or_else(|| list(&roles.old)),
            )
        }
        // Of somebody who is invited no source has shown anything; who comes along from elsewhere brings what was kept.
        None if why == Rule::Invited => (Value::Null, String::new()),
        None => return None,
    };
    let mut after = before
        .map(|account| account.observed_identity.clone())
        .unwrap_or_default();
    after.retain(|(field, _)| *field != Field::Roles);
    if shown != decided {
        after.push((Field::Roles, shown));
        after.sort_unstable();
    }
    let new = match after.is_empty() {
        true => Value::Null,
        false => Value::Texts(after),
    };
    (old != new).then_some(FieldChange {
        field: Field::ObservedIdentity,
        old,
        new,
    })
}

/// The roles that files show: those kept beside what was decided, else those held.
pub(super) fn shown_roles(account: &Account) -> Vec<Assignment> {
    let Some(shown) = account.shown_otherwise(Field::Roles) else {
        return account.assignments.clone();
    };
    let shown = shown.split('|').filter(|name| !name.is_empty());
    let placed = |name: &str| {
        let (role, scope) = name.rsplit_once('@')?;
        let scope = ScopeId(scope.parse().ok()?);
        let role = role.to_owned();
        Some(Assignment { role, scope })
    };
    let mut roles: Vec<Assignment> = shown
        .map(|name| placed(name).unwrap_or_else(|| Assignment::at_root(name)))
        .collect();
    roles.sort_unstable();
    roles
}
