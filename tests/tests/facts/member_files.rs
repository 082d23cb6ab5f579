//! What a member of a tenant may bring by a people file: a decision of theirs, held to their own rights.

use crate::common::{Other, ask, create, heads, import, open_to_others, possible};
use crate::given::{member, tenant};
use crate::world::{denied, says};
use rollcall_tests::TestDaemon;
use serde_json::json;

/// Rows refused and what was said, when this member brings a file.
fn brings(daemon: &TestDaemon, who: &Other, tenant: &str, text: &str) -> (u64, String) {
    let file = daemon.dir().join("member.csv");
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let before = heads(daemon);
    let args = [
        "import",
        "people",
        file,
        "--tenant",
        tenant,
        "--dry-run",
        "--json",
    ];
    let said = who.say(&args);
    assert_eq!(heads(daemon), before);
    (said.json()["refused"].as_u64().unwrap(), said.err)
}

#[test]
fn a_member_of_a_vendors_tenant_does_not_take_it_over_with_a_file() {
    if !possible("a_member_of_a_vendors_tenant", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    create(&daemon, "v", "vendor");
    let people = "email,status,roles\n\
        ada@v.example,active,Owner\nm@v.example,active,Admin\na@v.example,active,User\n";
    import(&daemon, "people", "v", people).ok();
    let admin = member(&daemon, "m@v.example");
    for row in [
        "m@v.example,active,Owner",
        "ada@v.example,deactivated,User",
        "a@v.example,deactivated,User",
        "new@v.example,active,Admin",
    ] {
        let file = format!("email,status,roles\n{row}\n");
        let (refused, said) = brings(&daemon, &admin, "v", &file);
        assert!(
            refused == 1 && said.contains("members-file"),
            "{row}: {said}"
        );
        assert!(said.contains("operator's file"), "{said}");
    }
    // What the vendor showed already is no news, and a department is nobody's right.
    let file = "email,status,roles,department\nm@v.example,active,Admin,Sales\n";
    assert_eq!(brings(&daemon, &admin, "v", file).0, 0);
    let shown = import(
        &daemon,
        "people",
        "v",
        "email,status\na@v.example,deactivated\n",
    );
    assert_eq!(shown.ok().json()["changed"], 1, "an operator's");
}

#[test]
fn a_member_shows_nothing_of_what_people_own_at_the_vendor() {
    if !possible("a_member_shows_nothing", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    create(&daemon, "v", "vendor");
    let people = "email,status,roles\n\
        ada@v.example,active,Owner\nm@v.example,active,Admin\na@v.example,active,User\n";
    import(&daemon, "people", "v", people).ok();
    let file = daemon.dir().join("assets.csv");
    let bring = |who: Option<&Other>, owner: &str| {
        let text = format!("id,kind,owner\nk-1,api_key,{owner}\n");
        std::fs::write(&file, text).unwrap();
        let file = file.to_str().unwrap();
        let args = ["import", "assets", file, "--tenant", "v", "--complete"];
        let args = [&args[..], &["--yes", "--json"]].concat();
        match who {
            Some(who) => who.say(&args),
            None => daemon.say(&args),
        }
    };
    let admin = member(&daemon, "m@v.example");
    assert_eq!(bring(None, "a@v.example").ok().json()["added"], 1);
    let before = heads(&daemon);
    let said = bring(Some(&admin), "m@v.example");
    assert!(
        said.code == 6 && said.err.contains("members-file"),
        "{said:?}"
    );
    assert_eq!(heads(&daemon), before);
    assert_eq!(bring(None, "m@v.example").ok().json()["changed"], 1);
}

#[test]
fn no_file_of_a_member_gives_what_the_platform_gives_or_hides_an_account_from_sweeps() {
    if !possible("no_file_of_a_member", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    let people = [
        ("own@ign.example", "ORG_OWNER"),
        ("org@ign.example", "ORG_OWNER"),
        ("top@ign.example", "SUPER_ADMIN"),
    ];
    tenant(&daemon, "ign", "ignisign", 0, &people);
    let admin = member(&daemon, "org@ign.example");
    for (row, rule) in [
        ("org@ign.example,ORG_OWNER|SUPER_ADMIN,", "platform-role"),
        ("new@ign.example,SUPER_ADMIN,", "platform-role"),
        ("top@ign.example,ORG_USER,", "platform-role"),
        ("new@ign.example,ORG_USER,service", "kind"),
    ] {
        let file = format!("email,roles,kind\n{row}\n");
        let (refused, said) = brings(&daemon, &admin, "ign", &file);
        assert!(refused == 1 && said.contains(rule), "{row}: {said}");
    }
    let file = "email,roles,kind\nnew@ign.example,SUPER_ADMIN,service\n";
    let operators = import(&daemon, "people", "ign", file);
    assert_eq!(operators.ok().json()["added"], 1);
}

#[test]
fn the_address_of_who_was_deleted_takes_no_login_along() {
    if !possible("the_address_of_who_was_deleted", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    let people = [
        ("ada@sign.example", "Administrator"),
        ("vic@sign.example", "Administrator"),
    ];
    tenant(&daemon, "sign", "esignanywhere", 0, &people);
    let vic = member(&daemon, "vic@sign.example");
    let list = json!({"tenant": "sign"});
    says(&vic, "/v1/user/list", list.clone());
    ask(
        &daemon,
        "/v1/user/delete",
        json!({"user": "vic@sign.example", "assets_unknown": true}),
    );
    denied(&daemon, &vic, "/v1/user/list", list.clone(), "permission");
    // Nothing says that this is somebody else: who is deleted stays so.
    let same = "email,status\nvic@sign.example,active\n";
    let told = import(&daemon, "people", "sign", same).ok().json();
    assert_eq!((&told["added"], &told["conflicts"]), (&json!(0), &json!(1)));
    let vera = "email,first_name,last_name,status,roles\n\
        vic@sign.example,Vera,Voss,active,Administrator\n";
    let told = import(&daemon, "people", "sign", vera).ok().json();
    assert_eq!(told["added"], 1, "{told}");
    let before = heads(&daemon);
    let told = import(&daemon, "people", "sign", vera).ok().json();
    assert_eq!(told["unchanged"], 1, "{told}");
    assert_eq!(heads(&daemon), before);
    denied(&daemon, &vic, "/v1/user/list", list, "permission");
}
