//! Which catalogs can take the place of the one in force.

use crate::catalog::{Catalog, Role, builtin, parse};
use crate::domain::{CustomRole, ScopeId};
use crate::rules::rights::adoptable;
use std::collections::BTreeMap;

fn onespan() -> Catalog {
    parse("onespan", builtin("onespan").unwrap()).unwrap()
}

/// The rule against it; none when there is none.
fn refused(before: &Catalog, after: &Catalog, held: &[(&str, u64)]) -> Option<&'static str> {
    let held = held.iter().map(|(role, n)| ((*role).to_owned(), *n));
    let held: BTreeMap<String, u64> = held.collect();
    adoptable(before, after, &held).err().map(|r| r.rule)
}

#[test]
fn a_catalog_takes_away_no_role_that_is_held() {
    let (before, mut after) = (onespan(), onespan());
    after.roles.retain(|role| role.id != "manager");
    assert_eq!(refused(&before, &after, &[("sender", 3)]), None);
    let held = [("manager", 1), ("sender", 3)];
    assert_eq!(refused(&before, &after, &held), Some("role-held"));
    assert_eq!(refused(&before, &before, &held), None);
}

#[test]
fn a_catalog_takes_the_name_of_no_custom_role() {
    let mut before = onespan();
    before.roles.push(Role::from(&CustomRole {
        id: "closer".into(),
        label: "Night desk".into(),
        description: String::new(),
        grants: [].into(),
        blocks: [].into(),
        enabled: true,
        home: ScopeId::ROOT,
        offered: None,
        privileged: false,
    }));
    // The text of a catalog knows nothing of custom roles: that one is not among its roles is no loss.
    assert_eq!(refused(&before, &onespan(), &[("closer", 2)]), None);
    for (id, label) in [("closer", "Closer"), ("desk", "Night desk")] {
        let mut after = onespan();
        let mut role = after.role("sender").unwrap().clone();
        (role.id, role.label) = (id.into(), label.into());
        after.roles.push(role);
        assert_eq!(refused(&before, &after, &[]), Some("role-unique"), "{id}");
    }
}
