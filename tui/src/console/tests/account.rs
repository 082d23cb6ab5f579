//! The account shown whole: everything that is told of a user.

use super::fixtures::Console;
use rollcall_shared::catalog::{builtin, parse};
use rollcall_shared::domain::{Assignment, Field};

/// What the pane says of the account under the cursor, after its detail was changed.
fn shown(change: impl FnOnce(&mut rollcall_shared::wire::user::UserDetail)) -> String {
    let mut console = Console::acme(120, 90);
    console.press("<enter>");
    let pane = console.state.users.pane.as_mut().unwrap();
    change(pane.detail.as_mut().unwrap());
    console.screen()
}

#[test]
fn the_four_types_of_user_are_told_where_the_vendor_knows_them() {
    let catalog = parse("ignisign", builtin("ignisign").unwrap()).unwrap();
    let mut types: Vec<String> = Vec::new();
    for role in &catalog.roles {
        let held = [Assignment::at_root(role.id.as_str())];
        types.extend(catalog.types_of(&held).into_iter().map(str::to_owned));
    }
    types.sort();
    types.dedup();
    assert!(!types.is_empty());
    for kind in types {
        let said = shown(|detail| detail.types = vec![kind.clone()]);
        let line = said
            .lines()
            .find(|line| line.contains("User type"))
            .unwrap();
        assert!(line.contains(&kind), "{line}");
    }
    assert!(!shown(|_| {}).contains("User type"));
}

#[test]
fn what_the_vendor_shows_otherwise_stands_beside_what_was_decided() {
    let said = shown(|detail| {
        detail.api_state = Some("LOCKED".into());
        detail.row.activated = Some(false);
        detail.account.manifest = 417;
        detail.account.observed_roles = Some(vec![Assignment::at_root("viewer")]);
        detail.account.observed_identity = vec![(Field::Email, "old@acme.example".into())];
    });
    for text in [
        "API state",
        "LOCKED",
        "the link was not opened",
        "Manifest",
        "417",
        "Roles there",
        "Viewer",
        "old@acme.example",
    ] {
        assert!(said.contains(text), "{text}: {said}");
    }
}
