//! What facts are given: tenants with people, members of them who act, and what they own; all of it made by verbs.

use crate::common::{Other, ask, import};
use rollcall_tests::TestDaemon;
use serde_json::json;

/// The people of `acme`; ada is made its owner.
pub const PEOPLE: [(&str, &str); 5] = [
    ("ada@acme.example", "User"),
    ("ann@acme.example", "Admin"),
    ("linus@acme.example", "User"),
    ("uma@acme.example", "User"),
    ("vera@acme.example", "Viewer"),
];

/// A tenant of IUSign in force with [`PEOPLE`] and this many seats.
pub fn acme(daemon: &TestDaemon, seats: u32) {
    tenant(daemon, "acme", "iusign", seats, &PEOPLE);
}

/// A tenant in force whose decisions are effective at once: people by address and role, all active; the first one owns
/// it. Seats `0` are unlimited.
pub fn tenant(daemon: &TestDaemon, name: &str, catalog: &str, seats: u32, people: &[(&str, &str)]) {
    let placed: Vec<(&str, &str, &str)> = people.iter().map(|(e, r)| (*e, *r, "")).collect();
    begun(daemon, name, catalog, seats, &placed);
    let owner = json!({"tenant": name, "owner": people[0].0});
    ask(daemon, "/v1/tenant/owner-set", owner);
}

/// As [`tenant`], still being filled: people by address, roles with `|` between, and account path; nobody owns it yet.
pub fn begun(
    daemon: &TestDaemon,
    name: &str,
    catalog: &str,
    seats: u32,
    people: &[(&str, &str, &str)],
) {
    let seats = (seats > 0).then_some(seats);
    let body = json!({
        "name": name, "catalog": catalog, "seats": seats, "owner": people[0].0, "tz": "UTC", "authority": "rollcall",
    });
    ask(daemon, "/v1/tenant/create", body);
    bring(daemon, name, people);
}

/// Brings active people in: address, roles with `|` between, account path.
pub fn bring(daemon: &TestDaemon, tenant: &str, people: &[(&str, &str, &str)]) {
    let mut file = "email,first_name,last_name,status,roles,account,mfa\n".to_owned();
    for (email, roles, account) in people {
        let first = email.split('@').next().unwrap();
        file.push_str(&format!(
            "{email},{first},Lee,active,{roles},{account},enrolled\n"
        ));
    }
    let said = import(daemon, "people", tenant, &file).ok().json();
    assert_eq!(said["added"], json!(people.len()), "{said}");
}

/// Brings what somebody owns in: id and kind.
pub fn assets(daemon: &TestDaemon, tenant: &str, owner: &str, assets: &[(&str, &str)]) {
    let mut file = "id,kind,state,owner\n".to_owned();
    for (id, kind) in assets {
        file.push_str(&format!("{id},{kind},,{owner}\n"));
    }
    let said = import(daemon, "assets", tenant, &file).ok().json();
    assert_eq!(said["added"], json!(assets.len()), "{said}");
}

/// Lets the OS user `daemon` act as this person, without any role of Rollcall's own.
pub fn member(daemon: &TestDaemon, person: &str) -> Other {
    ask(
        daemon,
        "/v1/operator/bind",
        json!({"os_user": "daemon", "person": person, "grants": []}),
    );
    Other::of(daemon, 1)
}
