//! Members whose vendor roles lie below the root: they use our verbs in their part of the tenant, and nowhere else.

use super::common::{Other, ask, heads, import, open_to_others, possible};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

/// Two organizations: ann administers the first, pia one application of it; bo is in both, cy in the second alone.
fn bank(daemon: &TestDaemon) {
    let made = json!({
        "name": "bank", "catalog": "ignisign", "owner": "olga@bank.example", "tz": "UTC", "authority": "rollcall",
    });
    ask(daemon, "/v1/tenant/create", made);
    let file = "email,first_name,last_name,status,roles,account,mfa\n\
        olga@bank.example,Olga,Lee,active,ORG_OWNER,,enrolled\n\
        ann@bank.example,Ann,Lee,active,ORG_ADMIN,First,enrolled\n\
        abe@bank.example,Abe,Lee,active,ORG_USER,First,enrolled\n\
        pia@bank.example,Pia,Lee,active,APP_ADMIN,First/Portal,enrolled\n\
        bo@bank.example,Bo,Lee,active,ORG_USER,First,enrolled\n\
        cy@bank.example,Cy,Lee,active,ORG_ADMIN,Second,enrolled\n";
    import(daemon, "people", "bank", file).ok();
    ask(
        daemon,
        "/v1/tenant/owner-set",
        json!({"tenant": "bank", "owner": "olga@bank.example"}),
    );
    let both = json!({"user": "bo@bank.example", "add": ["ORG_ADMIN@Second"]});
    ask(daemon, "/v1/user/role", both);
    let invited = json!({
        "tenant": "bank", "email": ["ivy@bank.example"], "roles": ["ORG_USER"], "scope": "Second", "first_name": "Ivy", "last_name": "Lee",
    });
    ask(daemon, "/v1/user/invite", invited);
}

fn bound(daemon: &TestDaemon, person: &str) -> Other {
    // Without a role of Rollcall's own only what they hold in the tenant counts, and the list says so.
    let line = ["operator", "bind", "daemon", "--person", person, "--yes"];
    daemon.say(&line).ok();
    let list = daemon.say(&["operator", "list"]).ok();
    let row = list.out.lines().find(|line| line.contains(person));
    assert!(
        row.is_some_and(|row| row.contains("as a member only")),
        "{list:?}"
    );
    Other::of(daemon, 1)
}

fn ok(who: &Other, path: &str, body: Value) -> Value {
    let (status, envelope) = who.ask(path, &body);
    assert_eq!(status, 200, "{path} {body}: {envelope}");
    envelope["ok"].clone()
}

/// A refusal with its remedy that writes nothing; it names nothing of the other organization.
fn no(daemon: &TestDaemon, who: &Other, path: &str, body: Value) -> Value {
    let before = heads(daemon);
    let (status, envelope) = who.ask(path, &body);
    let error = envelope["error"].clone();
    assert_eq!(
        (status, &error["rule"]),
        (403, &json!("permission")),
        "{path} {body}: {envelope}"
    );
    assert_ne!(error["hint"], json!(""), "{error}");
    assert!(!error.to_string().contains("Second"), "{error}");
    assert_eq!(heads(daemon), before);
    error
}

fn emails(page: &Value) -> Vec<String> {
    let rows = page["rows"].as_array().unwrap().iter();
    let mut all: Vec<String> = rows
        .map(|row| row["email"].as_str().unwrap().to_owned())
        .collect();
    all.sort();
    all
}

#[test]
fn an_organization_admin_invites_edits_revokes_and_lists_in_the_organization_alone() {
    if !possible("parts", &["setpriv", "curl"]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    bank(&daemon);
    let ann = bound(&daemon, "ann@bank.example");
    let list = |more: Value| {
        let mut body = json!({"tenant": "bank"});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        ok(&ann, "/v1/user/list", body)
    };
    let all = list(json!({}));
    let seen = ["abe", "ann", "bo", "pia"].map(|who| format!("{who}@bank.example"));
    assert_eq!((emails(&all), &all["total"]), (seen.to_vec(), &json!(4)));
    // Of who is in both nothing of the other is told, by no filter and no search.
    let rows = all["rows"].as_array().unwrap();
    let bo = rows.iter().find(|row| row["email"] == "bo@bank.example");
    assert_eq!(bo.unwrap()["roles"], json!(["ORG_USER"]));
    for more in [
        json!({"search": "cy@"}),
        json!({"search": "olga"}),
        json!({"role": ["ORG_OWNER"]}),
        json!({"search": "bo@", "role": ["ORG_ADMIN"]}),
        json!({"search": "bo@", "flag": ["privileged"]}),
    ] {
        assert_eq!(list(more.clone())["total"], 0, "{more}");
    }
    assert_eq!(list(json!({"role": ["ORG_ADMIN"]}))["total"], 1);
    // Nor by the order: bo and abe show the same roles and flags, so they stand as in a list by creation.
    for sort in ["role", "flags"] {
        let rows = list(json!({"sort": sort}))["rows"].clone();
        let rows = rows.as_array().unwrap();
        let at = |who: &str| {
            rows.iter()
                .position(|row| row["name"] == format!("{who} Lee"))
        };
        let back = list(json!({"sort": sort, "descending": true}))["rows"].clone();
        let back = back.as_array().unwrap().clone();
        let turned = |who: &str| {
            back.iter()
                .position(|row| row["name"] == format!("{who} Lee"))
        };
        assert!(
            at("Abe") < at("Bo") && turned("Abe") < turned("Bo"),
            "{sort}"
        );
    }
    let second = json!({"tenant": "bank", "scope": "Second"});
    let (status, _) = ann.ask("/v1/user/list", &second);
    assert_ne!(status, 200);
    no(&daemon, &ann, "/v1/user/list", json!({}));

    let invite = |scope: &str, role: &str, who: &str| {
        json!({
            "tenant": "bank", "email": [format!("{who}@bank.example")], "roles": [role], "scope": scope,
            "first_name": "New", "last_name": "Lee",
        })
    };
    ok(&ann, "/v1/user/invite", invite("First", "ORG_USER", "new"));
    let path = "/v1/user/invite";
    no(&daemon, &ann, path, invite("Second", "ORG_USER", "spy"));
    no(&daemon, &ann, path, invite("", "ORG_USER", "spy"));
    let (status, known) = ann.ask(path, &invite("First", "ORG_USER", "cy"));
    assert_eq!(
        (status, &known["error"]["rule"]),
        (409, &json!("email-unique"))
    );

    let invitations = ok(&ann, "/v1/invitation/list", json!({"tenant": "bank"}));
    assert_eq!(emails(&invitations), ["new@bank.example"]);
    let user = |who: &str| json!({"user": format!("{who}@bank.example"), "tenant": "bank"});
    ok(&ann, "/v1/user/resend", user("new"));
    ok(&ann, "/v1/user/revoke", user("new"));
    no(&daemon, &ann, "/v1/user/revoke", user("ivy"));
    no(&daemon, &ann, "/v1/user/resend", user("ivy"));

    let edit = |who: &str, key: &str, role: &str| json!({"user": format!("{who}@bank.example"), "tenant": "bank", key: [role]});
    let path = "/v1/user/role";
    let told = ok(&ann, path, edit("bo", "add", "ORG_BILLING@First"));
    assert!(
        told["changes"].to_string().contains("Organization Billing"),
        "{told}"
    );
    assert!(!told.to_string().contains("Second"), "{told}");
    no(
        &daemon,
        &ann,
        path,
        edit("bo", "remove", "ORG_ADMIN@Second"),
    );
    no(&daemon, &ann, path, edit("bo", "set", "ORG_USER@First"));
    no(&daemon, &ann, path, edit("abe", "add", "ORG_USER@Second"));
    no(&daemon, &ann, path, edit("cy", "add", "ORG_USER@First"));
    // Nobody tells from it whether there is such an address.
    let missing = no(&daemon, &ann, path, edit("nobody", "add", "ORG_USER@First"));
    let hidden = no(&daemon, &ann, path, edit("cy", "add", "ORG_USER@First"));
    assert_eq!(missing, hidden);

    // Nor which other organizations and applications there are.
    for role in ["ORG_USER", "ORG_NONE"] {
        let add = |place: &str| json!({"user": "abe@bank.example", "tenant": "bank", "add": [format!("{role}@{place}")]});
        let there = no(&daemon, &ann, path, add("Second"));
        assert_eq!(there, no(&daemon, &ann, path, add("Nowhere")), "{role}");
    }
    let ask_in = |place: &str| invite(place, "ORG_USER", "spy");
    let there = no(&daemon, &ann, "/v1/user/invite", ask_in("Second"));
    assert_eq!(
        there,
        no(&daemon, &ann, "/v1/user/invite", ask_in("Nowhere"))
    );
    // Nor who is in a tenant that they are no member of.
    let made = json!({
        "name": "iu", "catalog": "ignisign", "owner": "own@iu.example", "tz": "UTC", "authority": "rollcall",
    });
    ask(&daemon, "/v1/tenant/create", made);
    let owner = "email,first_name,last_name,status,roles,account,mfa\n\
        own@iu.example,Own,Lee,active,ORG_OWNER,,enrolled\n";
    import(&daemon, "people", "iu", owner).ok();
    for (path, add) in [("/v1/user/show", json!(null)), (path, json!(["ORG_USER"]))] {
        let of = |who: &str| match add.is_null() {
            true => json!({"user": who}),
            false => json!({"user": who, "add": add}),
        };
        let there = no(&daemon, &ann, path, of("own@iu.example"));
        assert_eq!(
            there,
            no(&daemon, &ann, path, of("nobody@iu.example")),
            "{path}"
        );
    }

    ok(&ann, "/v1/user/show", user("abe"));
    no(&daemon, &ann, "/v1/user/show", user("bo"));
    no(&daemon, &ann, "/v1/user/show", user("cy"));
    // What reaches all of the tenant stays with who may do it in all of it.
    let whole = ["/v1/user/suspend", "/v1/user/edit"];
    for path in whole {
        no(&daemon, &ann, path, user("abe"));
    }
    no(&daemon, &ann, "/v1/tenant/show", json!({"tenant": "bank"}));
}

/// The texts under a key of each row.
fn texts(answer: &Value, list: &str, key: &str) -> Vec<String> {
    let rows = answer[list].as_array().unwrap().iter();
    rows.map(|row| row[key].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_scopes_and_roles_of_a_part_are_told_and_nothing_beside_them() {
    if !possible("parts", &["setpriv", "curl"]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    bank(&daemon);
    let bank = json!({"tenant": "bank"});
    let ann = bound(&daemon, "ann@bank.example");
    let tree = ok(&ann, "/v1/scope/list", bank.clone());
    let environments = ["DEVELOPMENT", "PRODUCTION", "Staging (testing)"];
    let portal = environments.map(|name| format!("First/Portal/{name}"));
    let paths = texts(&tree, "rows", "path");
    assert_eq!(paths[..2], ["First", "First/Portal"]);
    assert_eq!(paths[2..], portal);
    assert_eq!(tree["rows"][0]["depth"], 0, "{tree}");
    // Ann, Abe and Bo there, Pia below; what Bo is elsewhere is not counted.
    let counted = (&tree["rows"][0]["holders"], &tree["rows"][0]["below"]);
    assert_eq!(counted, (&json!(3), &json!(4)), "{tree}");
    assert!(!tree.to_string().contains("Second"), "{tree}");

    let roles = ok(&ann, "/v1/role/list", bank.clone());
    let ids = texts(&roles, "roles", "id");
    assert!(ids.contains(&"ORG_USER".to_owned()), "{ids:?}");
    assert!(ids.contains(&"APP_ADMIN".to_owned()), "{ids:?}");
    for above in ["SUPER_ADMIN", "INTERNAL_API"] {
        assert!(!ids.contains(&above.to_owned()), "{ids:?}");
    }
    let of = |role: &str| {
        let rows = roles["roles"].as_array().unwrap().iter();
        rows.clone().find(|row| row["id"] == role).unwrap().clone()
    };
    // Cy's and Bo's in the other organization do not count.
    assert_eq!(of("ORG_ADMIN")["holders"], 1);
    assert_eq!(of("ORG_USER")["holders"], 2);
    assert_eq!(roles["form"]["free"], Value::Null, "{roles}");
    assert!(!roles.to_string().contains("Second"), "{roles}");
    let at = |scope: &str| json!({"tenant": "bank", "scope": scope});
    let here = ok(&ann, "/v1/role/list", at("First/Portal"));
    let given = here["roles"].as_array().unwrap().iter();
    let given: Vec<&Value> = given
        .filter(|row| row["not_given"].is_null())
        .map(|row| &row["id"])
        .collect();
    assert!(given.contains(&&json!("APP_OPERATOR")), "{given:?}");
    let there = no(&daemon, &ann, "/v1/role/list", at("Second"));
    assert_eq!(there, no(&daemon, &ann, "/v1/role/list", at("Nowhere")));

    let shown = |role: &str| json!({"tenant": "bank", "role": role});
    let user = ok(&ann, "/v1/role/show", shown("ORG_USER"));
    let held = user["holders"].as_array().unwrap().iter();
    let mut held: Vec<&str> = held.map(|h| h[2].as_str().unwrap()).collect();
    held.sort_unstable();
    assert_eq!(held, ["abe@bank.example", "bo@bank.example"]);
    let above = no(&daemon, &ann, "/v1/role/show", shown("SUPER_ADMIN"));
    assert_eq!(above, no(&daemon, &ann, "/v1/role/show", shown("NO_ROLE")));

    // The application's admin gives roles of applications only.
    let pia = bound(&daemon, "pia@bank.example");
    let tree = ok(&pia, "/v1/scope/list", bank.clone());
    let paths = texts(&tree, "rows", "path");
    assert_eq!(
        (paths[0].as_str(), &paths[1..]),
        ("First/Portal", &portal[..])
    );
    let ids = texts(&ok(&pia, "/v1/role/list", bank.clone()), "roles", "id");
    assert!(ids.contains(&"APP_OPERATOR".to_owned()), "{ids:?}");
    assert!(!ids.iter().any(|id| id.starts_with("ORG_")), "{ids:?}");
    // Who administers nothing is told of neither.
    let abe = bound(&daemon, "abe@bank.example");
    for path in ["/v1/scope/list", "/v1/role/list", "/v1/status"] {
        let body = match path {
            "/v1/status" => json!({}),
            _ => bank.clone(),
        };
        no(&daemon, &abe, path, body);
    }
    let olga = bound(&daemon, "olga@bank.example");
    let tree = ok(&olga, "/v1/scope/list", bank.clone());
    // The root and the second organization besides.
    assert_eq!(tree["rows"].as_array().unwrap().len(), 7, "{tree}");
}

#[test]
fn the_status_tells_a_member_where_they_stand_and_what_they_may_do_there() {
    if !possible("parts", &["setpriv", "curl"]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    bank(&daemon);
    let stands = |who: &str| {
        let status = ok(&bound(&daemon, who), "/v1/status", json!({}));
        assert_eq!(
            (&status["tenants"], &status["heads"], &status["store"]),
            (&json!([]), &json!([]), &json!("")),
            "{status}"
        );
        assert!(!status.to_string().contains("Second"), "{status}");
        status["standings"].clone()
    };
    let ann = stands("ann@bank.example");
    assert_eq!(ann.as_array().unwrap().len(), 1, "{ann}");
    assert_eq!(
        (&ann[0]["tenant"], &ann[0]["part"]),
        (&json!("bank"), &json!(true))
    );
    let mut verbs: Vec<&str> = ann[0]["verbs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|verb| verb.as_str().unwrap())
        .collect();
    verbs.sort_unstable();
    let part = [
        "invitation list",
        "role list",
        "role show",
        "scope list",
        "scope set",
        "user delete",
        "user invite",
        "user list",
        "user resend",
        "user revoke",
        "user role",
        "user show",
    ];
    assert_eq!(verbs, part);
    assert_eq!(
        ann[0]["causes"]["active"],
        json!(["suspend", "deactivate", "delete"])
    );
    let olga = stands("olga@bank.example");
    assert_eq!(olga[0]["part"], false, "{olga}");
    assert!(olga[0]["verbs"].to_string().contains("\"user suspend\""));
    // An operator is told the tenant's row instead.
    let own = ask(&daemon, "/v1/status", json!({}));
    assert_eq!(own["standings"], json!([]));
    assert_eq!(own["tenants"][0]["tenant"]["name"], "bank");
}

#[test]
fn an_application_admin_stays_in_the_application_and_an_owner_above_reaches_everything() {
    if !possible("parts", &["setpriv", "curl"]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    bank(&daemon);
    let pia = bound(&daemon, "pia@bank.example");
    let page = ok(&pia, "/v1/user/list", json!({"tenant": "bank"}));
    assert_eq!(emails(&page), ["pia@bank.example"]);
    let invite = |scope: &str, role: &str, who: &str| {
        json!({
            "tenant": "bank", "email": [format!("{who}@bank.example")], "roles": [role], "scope": scope,
            "first_name": "New", "last_name": "Lee",
        })
    };
    let path = "/v1/user/invite";
    ok(&pia, path, invite("First/Portal", "APP_OPERATOR", "op"));
    no(&daemon, &pia, path, invite("First", "ORG_USER", "spy"));
    let page = ok(&pia, "/v1/user/list", json!({"tenant": "bank"}));
    assert_eq!(emails(&page), ["op@bank.example", "pia@bank.example"]);
    // A plain member administers nothing.
    let abe = bound(&daemon, "abe@bank.example");
    no(&daemon, &abe, "/v1/user/list", json!({"tenant": "bank"}));
    no(&daemon, &abe, path, invite("First", "ORG_USER", "spy"));
    let olga = bound(&daemon, "olga@bank.example");
    ok(&olga, path, invite("Second", "ORG_USER", "late"));
    let page = ok(&olga, "/v1/user/list", json!({"tenant": "bank"}));
    assert_eq!(page["total"], 9, "{page}");
}
