//! What members give and reach: no rights beyond their own, their account by its number, and what accounts and teams
//! share.

use crate::common::{ask, heads, open_to_others, possible};
use crate::given::{begun, bring, member, tenant};
use crate::world::{account, denied, holds, may, may_not, says};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

const SIGN: [(&str, &str); 4] = [
    ("ada@sign.example", "Administrator"),
    ("dee@sign.example", "Registered Signer"),
    ("pia@sign.example", "Power User"),
    ("pol@sign.example", "Power User"),
];

fn role(daemon: &TestDaemon, id: &str, grants: &[&str]) {
    let body = json!({"tenant": "sign", "id": id, "grant": grants});
    ask(daemon, "/v1/role/create", body);
}

#[test]
fn a_member_gives_no_rights_beyond_their_own_unless_the_document_lets_their_role() {
    if !possible("a_member_gives", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    tenant(&daemon, "sign", "esignanywhere", 0, &SIGN);
    role(
        &daemon,
        "desk",
        &["organization.users_view", "organization.users_manage"],
    );
    role(
        &daemon,
        "maker",
        &["organization.roles_view", "organization.roles_edit"],
    );
    let set = json!({"user": "dee@sign.example", "set": ["desk", "maker"]});
    ask(&daemon, "/v1/user/role", set);
    let invite = |name: &str, role: &str| json!({"tenant": "sign", "email": [format!("{name}@sign.example")], "roles": [role]});
    let add =
        |name: &str, role: &str| json!({"user": format!("{name}@sign.example"), "add": [role]});
    let grant = |id: &str, grant: &str| json!({"tenant": "sign", "id": id, "grant": [grant]});

    let dee = member(&daemon, "dee@sign.example");
    for (path, body) in [
        ("/v1/user/invite", invite("new", "Administrator")),
        ("/v1/user/role", add("dee", "Administrator")),
        ("/v1/user/role", add("pia", "Api User")),
        ("/v1/role/create", grant("more", "organization.change")),
        ("/v1/role/edit", grant("desk", "envelope.send")),
    ] {
        let error = denied(&daemon, &dee, path, body, "own-rights");
        holds(&error["hint"], &["Administrator"]);
    }
    let file = daemon.dir().join("raise.csv");
    std::fs::write(&file, "email,roles\npia@sign.example,Administrator\n").unwrap();
    let file = file.to_str().unwrap();
    let before = heads(&daemon);
    let args = [
        "import",
        "people",
        file,
        "--tenant",
        "sign",
        "--dry-run",
        "--json",
    ];
    let said = dee.say(&args);
    assert_eq!(said.json()["refused"], 1, "{said:?}");
    assert!(said.err.contains("own-rights"), "{said:?}");
    assert_eq!(heads(&daemon), before);
    assert_eq!(daemon.say(&args).ok().json()["changed"], 1, "an operator's");
    // What they hold they give.
    says(&dee, "/v1/user/invite", invite("new", "desk"));
    says(&dee, "/v1/user/role", add("pia", "maker"));
    says(
        &dee,
        "/v1/role/create",
        grant("less", "organization.users_view"),
    );

    // An Administrator sends nothing, and makes Power Users: that is what managing users is.
    let ada = member(&daemon, "ada@sign.example");
    says(&ada, "/v1/user/invite", invite("sender", "Power User"));
    says(&ada, "/v1/user/role", add("dee", "Api User"));
    says(&ada, "/v1/role/edit", grant("desk", "envelope.send"));
}

#[test]
fn a_member_frees_nobody_of_a_block_by_the_list_of_roles_of_a_place() {
    if !possible("a_member_frees_nobody", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    tenant(&daemon, "sign", "esignanywhere", 0, &SIGN);
    let stop = json!({"tenant": "sign", "id": "stop", "block": ["envelope.send"]});
    ask(&daemon, "/v1/role/create", stop);
    role(
        &daemon,
        "shaper",
        &["organization.teams_define", "organization.users_manage"],
    );
    for (user, set) in [
        ("dee", json!(["shaper"])),
        ("pia", json!(["Power User", "stop"])),
    ] {
        let user = format!("{user}@sign.example");
        ask(&daemon, "/v1/user/role", json!({"user": user, "set": set}));
    }
    let list = |roles: &[&str]| json!({"tenant": "sign", "scope": "/", "roles": roles});
    let all = ["administrator", "power_user", "shaper"];
    let dee = member(&daemon, "dee@sign.example");
    let error = denied(&daemon, &dee, "/v1/scope/set", list(&all), "own-rights");
    holds(&error["what"], &["envelope.send"]);
    // A list that keeps it frees nobody; whose role gives any right may set the other, too.
    says(&dee, "/v1/scope/set", list(&[&all[..], &["stop"]].concat()));
    let ada = member(&daemon, "ada@sign.example");
    says(&ada, "/v1/scope/set", list(&all));
}

#[test]
fn an_organization_admin_makes_no_owner_and_an_owner_does() {
    if !possible("an_organization_admin_makes_no_owner", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    let people = [
        ("ola@bank.example", "ORG_OWNER"),
        ("adi@bank.example", "ORG_ADMIN"),
        ("usi@bank.example", "ORG_USER"),
    ];
    tenant(&daemon, "bank", "ignisign", 0, &people);
    let add =
        |name: &str, role: &str| json!({"user": format!("{name}@bank.example"), "add": [role]});
    let invite =
        |role: &str| json!({"tenant": "bank", "email": ["new@bank.example"], "roles": [role]});
    let adi = member(&daemon, "adi@bank.example");
    for (path, body) in [
        ("/v1/user/role", add("adi", "ORG_OWNER")),
        ("/v1/user/role", add("usi", "ORG_OWNER")),
        ("/v1/user/invite", invite("ORG_OWNER")),
    ] {
        let error = denied(&daemon, &adi, path, body, "higher-role");
        holds(&error["hint"], &["Organization Owner", "operator"]);
    }
    let file = daemon.dir().join("raise.csv");
    std::fs::write(&file, "email,roles\nadi@bank.example,ORG_OWNER\n").unwrap();
    let file = file.to_str().unwrap();
    let args = [
        "import",
        "people",
        file,
        "--tenant",
        "bank",
        "--dry-run",
        "--json",
    ];
    let said = adi.say(&args);
    assert_eq!(said.json()["refused"], 1, "{said:?}");
    assert!(said.err.contains("higher-role"), "{said:?}");
    // Everybody else they make, other Admins among them; an Owner makes an Owner.
    says(&adi, "/v1/user/role", add("usi", "ORG_ADMIN"));
    let ola = member(&daemon, "ola@bank.example");
    says(&ola, "/v1/user/role", add("adi", "ORG_OWNER"));
}

#[test]
fn an_address_that_passes_on_to_another_account_takes_no_rights_along() {
    if !possible("an_address_that_passes_on", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    let people = [
        ("ada@acme.example", "User"),
        ("ann@acme.example", "Admin"),
        ("vera@acme.example", "Viewer"),
    ];
    tenant(&daemon, "acme", "iusign", 10, &people);
    let rename = |from: &str, to: &str| {
        let edit =
            json!({"user": format!("{from}@acme.example"), "email": format!("{to}@acme.example")});
        ask(&daemon, "/v1/user/edit", edit);
    };
    let list = json!({"tenant": "acme"});
    let vera = member(&daemon, "vera@acme.example");
    denied(&daemon, &vera, "/v1/user/list", list.clone(), "permission");
    // The Viewer is called something else, and an Admin gets the address the binding was made with.
    rename("vera", "vera.lee");
    rename("ann", "vera");
    denied(&daemon, &vera, "/v1/user/list", list.clone(), "permission");
    // Who is bound to the Admin stays the Admin under any address.
    ask(&daemon, "/v1/operator/unbind", json!({"os_user": "daemon"}));
    let ann = member(&daemon, "vera@acme.example");
    rename("vera", "ann.lee");
    assert_eq!(says(&ann, "/v1/user/list", list)["total"], 3);
    assert_eq!(account(&daemon, "ann.lee@acme.example")["status"], "active");
}

#[test]
fn an_account_with_sharing_off_keeps_its_users_transactions_from_roles_held_outside() {
    let daemon = TestDaemon::start();
    begun(
        &daemon,
        "bank",
        "onespan",
        0,
        &[("ada@bank.example", "administrator", "")],
    );
    ask(
        &daemon,
        "/v1/tenant/set",
        json!({"tenant": "bank", "enable": ["sub_accounts"]}),
    );
    let people = [
        ("sam@bank.example", "sender", "Europe"),
        ("rae@bank.example", "sender", ""),
        ("eve@bank.example", "sender", "Europe"),
    ];
    bring(&daemon, "bank", &people);
    let reader = json!({"tenant": "bank", "id": "reader", "grant": [
        "transaction.access_other_users_transactions", "sender_admin.api_access",
    ]});
    ask(&daemon, "/v1/role/create", reader);
    for (user, role) in [("rae", "reader"), ("eve", "reader@Europe")] {
        let body = json!({"user": format!("{user}@bank.example"), "add": [role]});
        ask(&daemon, "/v1/user/role", body);
    }
    let theirs = |scope: &str| json!({"owner": "sam@bank.example", "scope": scope, "shared_with": ["rae@bank.example"]});
    let (rae, eve) = ("rae@bank.example", "eve@bank.example");
    let share = |value: &str| {
        let body = json!({"tenant": "bank", "scope": "Europe", "settings": {"sharing": value}});
        ask(&daemon, "/v1/scope/set", body);
    };
    may(&daemon, rae, "transaction.open_other", theirs("Europe"));
    may(&daemon, rae, "template.open", theirs("Europe"));
    share("off");
    for action in ["transaction.open_other", "template.open"] {
        let no = may_not(&daemon, rae, action, theirs("Europe"), "sharing");
        holds(&no["because"], &["sharing is off in Europe"]);
        holds(&no["instead"], &["sharing=on"]);
        may(&daemon, eve, action, theirs("Europe"));
    }
    // Managing users is no look into what they own, and what is one's own stays so.
    may(
        &daemon,
        "ada@bank.example",
        "user.administer",
        theirs("Europe"),
    );
    may(
        &daemon,
        "sam@bank.example",
        "transaction.open",
        theirs("Europe"),
    );
    share("on");
    may(&daemon, rae, "transaction.open_other", theirs("Europe"));
}

#[test]
fn a_template_is_shared_by_the_switch_of_templates() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "sign", "esignanywhere", 0, &SIGN);
    let team = |envelopes: bool, templates: bool| {
        let body = json!({"tenant": "sign", "kind": "team", "name": "Sales",
            "add": ["pia@sign.example", "pol@sign.example"],
            "share_envelopes": envelopes, "share_templates": templates});
        ask(&daemon, "/v1/group/set", body);
    };
    let hers: Value = json!({"owner": "pia@sign.example", "groups": ["Sales"]});
    let pol = "pol@sign.example";
    team(true, false);
    may(&daemon, pol, "envelope.open", hers.clone());
    let no = may_not(&daemon, pol, "template.open", hers.clone(), "relation");
    holds(&no["instead"], &["sharing of templates"]);
    may(&daemon, "pia@sign.example", "template.open", hers.clone());
    team(false, true);
    for action in ["template.open", "template.change"] {
        may(&daemon, pol, action, hers.clone());
    }
    may_not(&daemon, pol, "envelope.open", hers, "relation");
}

#[test]
fn a_catalog_shows_every_constraint_it_holds() {
    let daemon = TestDaemon::start();
    let shown = ask(
        &daemon,
        "/v1/catalog/show",
        json!({"name": "esignanywhere"}),
    );
    let told = shown["constraints"].to_string();
    for part in [
        "two_step_activation",
        "gives_any",
        "administrator",
        "sid_needs",
        "envelope.send",
    ] {
        assert!(told.contains(part), "{part:?} is missing: {told}");
    }
}
