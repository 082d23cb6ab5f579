//! Where the vendor decides: what rests on a decision that the vendor has not shown yet says so.

use super::common::{ask, import};
use rollcall_tests::TestDaemon;
use serde_json::json;

#[test]
fn what_is_decided_and_not_yet_seen_at_the_vendor_is_said_with_every_answer_that_rests_on_it() {
    let daemon = TestDaemon::start();
    let create = json!({"name": "bank", "catalog": "iusign", "owner": "ada@bank.example", "tz": "UTC", "authority": "vendor"});
    ask(&daemon, "/v1/tenant/create", create);
    let people =
        "email,status,roles\nada@bank.example,active,Owner\nrae@bank.example,active,User\n";
    import(&daemon, "people", "bank", people).ok();
    let can = || {
        let body = json!({"user": "rae@bank.example", "permission": "user.manage"});
        ask(&daemon, "/v1/can", body)
    };
    assert_eq!(can()["warnings"], json!([]), "decided and seen are one");
    let set = json!({"user": "rae@bank.example", "set": ["Admin"]});
    let done = ask(&daemon, "/v1/user/role", set);
    let told = done["warnings"].to_string();
    assert!(
        told.contains("once the vendor has carried it out"),
        "{done}"
    );
    assert!(!told.contains("next request"), "{done}");
    let answer = can();
    assert_eq!(answer["allowed"], true, "{answer}");
    let warned = answer["warnings"].to_string();
    for part in ["the vendor shows", "order 1 is carried out"] {
        assert!(warned.contains(part), "{part:?}: {answer}");
    }
    let found = ask(&daemon, "/v1/diagnose", json!({"user": "rae@bank.example"}));
    let findings = found["findings"].as_array().unwrap();
    let vendor = findings.iter().find(|f| f["check"] == "vendor").unwrap();
    assert!(
        vendor["what"].as_str().unwrap().contains("order 1"),
        "{found}"
    );
    // Once an export shows it nothing is left to say.
    let shown = "email,status,roles\nrae@bank.example,active,Admin\n";
    import(&daemon, "people", "bank", shown).ok();
    assert_eq!(can()["warnings"], json!([]), "{}", can());
}
