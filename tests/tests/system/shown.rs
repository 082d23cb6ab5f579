//! What of scopes, users and groups is shown in which words, and how much of it at once.

use super::common::{acme, ask, import};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

#[test]
fn an_environment_is_stored_by_its_code_and_shown_and_understood_in_words() {
    let daemon = TestDaemon::start();
    let made = json!({
        "name": "org", "catalog": "ignisign", "owner": "olga@org.example", "tz": "UTC", "authority": "rollcall",
    });
    ask(&daemon, "/v1/tenant/create", made);
    let file = "email,first_name,last_name,status,roles,account,mfa\n\
        olga@org.example,Olga,Lee,active,ORG_OWNER,,enrolled\n\
        ann@org.example,Ann,Lee,active,APP_READER,Org/Leases/Staging (testing),enrolled\n\
        abe@org.example,Abe,Lee,active,APP_READER,Org/Leases/STAGING,enrolled\n";
    import(&daemon, "people", "org", file).ok();
    let rows = ask(&daemon, "/v1/scope/list", json!({"tenant": "org"}))["rows"].clone();
    let rows = rows.as_array().unwrap();
    let staging: Vec<&Value> = rows
        .iter()
        .filter(|row| row["node"]["name"] == "STAGING")
        .collect();
    assert_eq!(staging.len(), 1, "{rows:?}");
    assert_eq!(staging[0]["path"], "Org/Leases/Staging (testing)");
    assert_eq!(staging[0]["holders"], 2);
    let list = daemon.say(&["scope", "list", "--tenant", "org"]).ok();
    assert!(
        list.out.contains("Staging (testing)") && !list.out.contains("STAGING"),
        "{list:?}"
    );
    for scope in ["Org/Leases/STAGING", "org/leases/staging (testing)"] {
        let asked = json!({"user": "ann@org.example", "permission": "request.open", "resource": {"scope": scope}});
        let told = ask(&daemon, "/v1/can", asked);
        assert_eq!(told["allowed"], true, "{told}");
        let because = told["because"].as_str().unwrap();
        assert!(because.contains("Staging (testing)"), "{because}");
        let page = json!({"tenant": "org", "scope": scope});
        assert_eq!(ask(&daemon, "/v1/user/list", page)["total"], 2);
    }
    // A platform that asks gets the code.
    let session = json!({"user": "ann@org.example"});
    let open = ask(&daemon, "/v1/session/open", session);
    assert_eq!(open["scope"], "Org/Leases/STAGING");
    let shown = daemon.say(&["user", "show", "ann@org.example"]).ok();
    assert!(shown.out.contains("Staging (testing)"), "{shown:?}");
}

#[test]
fn a_user_is_shown_with_the_vendors_type_and_how_far_the_profile_is_activated() {
    let daemon = TestDaemon::start();
    let tenant = |name: &str, catalog: &str| {
        let made = json!({
            "name": name, "catalog": catalog, "owner": format!("ada@{name}.example"), "tz": "UTC", "authority": "rollcall",
        });
        ask(&daemon, "/v1/tenant/create", made);
    };
    let show = |user: &str| ask(&daemon, "/v1/user/show", json!({"user": user}));
    tenant("org", "ignisign");
    let file = "email,first_name,last_name,status,roles,account,mfa\n\
        ada@org.example,Ada,Lee,active,ORG_OWNER,,enrolled\n\
        ann@org.example,Ann,Lee,active,APP_READER,Org/Leases/STAGING,enrolled\n\
        sig@org.example,Sig,Lee,active,SIGNERS,Org/Leases/STAGING,enrolled\n";
    import(&daemon, "people", "org", file).ok();
    for (who, types) in [
        ("ada", json!(["Organization user"])),
        ("ann", json!(["Application user"])),
        ("sig", json!(["Signer"])),
    ] {
        let shown = show(&format!("{who}@org.example"));
        assert_eq!(
            (&shown["types"], &shown["row"]["activated"]),
            (&types, &Value::Null)
        );
    }
    let more = json!({"user": "ann@org.example", "add": ["ORG_USER@Org"]});
    ask(&daemon, "/v1/user/role", more);
    let both = json!(["Organization user", "Application user"]);
    assert_eq!(show("ann@org.example")["types"], both);
    tenant("sign", "esignanywhere");
    let invited = json!({
        "tenant": "sign", "email": ["pia@sign.example"], "roles": ["power_user"], "first_name": "Pia", "last_name": "Lee",
    });
    ask(&daemon, "/v1/user/invite", invited);
    let pia = "pia@sign.example";
    assert_eq!(show(pia)["row"]["activated"], false);
    let opened = json!({"user": pia, "activated_only": true});
    ask(&daemon, "/v1/user/accept", opened);
    assert_eq!(show(pia)["row"]["activated"], true);
    let said = daemon.say(&["user", "show", pia]).ok();
    assert!(said.out.contains("the link was opened"), "{said:?}");
}

#[test]
fn a_group_is_listed_with_its_number_of_members_and_shown_page_by_page() {
    let daemon = TestDaemon::start();
    acme(
        &daemon,
        "ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,\n",
    );
    let enterprise = json!({"tenant": "acme", "tier": "enterprise"});
    ask(&daemon, "/v1/tenant/set", enterprise);
    let mut file = "email,first_name,last_name,status,roles,team\n".to_owned();
    for n in 0..45 {
        file.push_str(&format!("m{n:02}@acme.example,M,Lee,active,User,Sales\n"));
    }
    import(&daemon, "people", "acme", &file).ok();
    let all = ask(&daemon, "/v1/group/list", json!({"tenant": "acme"}));
    let sales = all["rows"][0].clone();
    let shown = |row: &Value| row["members"].as_array().unwrap().len();
    assert_eq!(
        (&sales["count"], shown(&sales)),
        (&json!(45), 20),
        "{sales}"
    );
    assert_eq!(sales["group"]["members"], json!([]));
    let mut seen = Vec::new();
    for offset in [0, 40, 80] {
        let body = json!({"tenant": "acme", "kind": "team", "name": "Sales", "offset": offset, "limit": 40});
        let page = ask(&daemon, "/v1/group/show", body);
        assert_eq!(page["count"], 45);
        seen.extend(page["members"].as_array().unwrap().clone());
    }
    let all: Vec<Value> = (0..45)
        .map(|n| json!(format!("m{n:02}@acme.example")))
        .collect();
    let emails: Vec<Value> = seen.iter().map(|member| member[1].clone()).collect();
    assert_eq!(emails, all);
    let line = [
        "group", "show", "Sales", "--tenant", "acme", "--kind", "team", "--limit", "2",
    ];
    let said = daemon.say(&line).ok();
    assert!(
        said.out.contains("m01@") && !said.out.contains("m02@"),
        "{said:?}"
    );
}

#[test]
fn a_state_is_read_and_told_in_the_words_of_the_vendors_api_as_well() {
    let daemon = TestDaemon::start();
    let made = json!({
        "name": "span", "catalog": "onespan", "owner": "ada@span.example", "tz": "UTC", "authority": "vendor",
    });
    ask(&daemon, "/v1/tenant/create", made);
    let file = "email,first_name,last_name,status,roles\n\
        ada@span.example,Ada,Lee,ACTIVE,administrator\n\
        bo@span.example,Bo,Lee,LOCKED,sender\n\
        cy@span.example,Cy,Lee,Enabled,sender\n";
    import(&daemon, "people", "span", file).ok();
    let show = |user: &str| ask(&daemon, "/v1/user/show", json!({"user": user}));
    for (who, status, api) in [("bo", "suspended", "LOCKED"), ("cy", "active", "ACTIVE")] {
        let shown = show(&format!("{who}@span.example"));
        let told = (&shown["row"]["status"], &shown["api_state"]);
        assert_eq!(told, (&json!(status), &json!(api)), "{who}");
    }
    ask(
        &daemon,
        "/v1/user/suspend",
        json!({"user": "cy@span.example"}),
    );
    let orders = ask(&daemon, "/v1/order/list", json!({"tenant": "span"}));
    let todo = "set status to suspended (LOCKED in the API)";
    assert_eq!(orders["rows"][0]["todo"], todo, "{orders}");
}
