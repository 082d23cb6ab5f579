use super::*;
use crate::domain::{Assignment, ScopeId, ScopeKind};
use crate::wire::Verb;

fn read(name: &str) -> Catalog {
    parse(&format!("{name}.toml"), builtin(name).unwrap()).unwrap()
}

const SMALL: &str = r#"name = "small"
title = "Small"
[owner]
role = "boss"
min = 1
[seats]
invited = "reserved"
active = "used"
suspended = "used"
deactivated = "none"
expired = "none"
deleted = "none"
revoked = "none"
[[role]]
id = "boss"
label = "The boss"
privileged = true
holder = "person"
permissions = ["a", "b:own"]
[verbs]
"user suspend" = "a"
"#;

#[test]
fn every_builtin_catalog_is_valid_and_named_like_its_file() {
    for name in names().chain(["rollcall"]) {
        assert_eq!(read(name).name, name);
    }
    assert!(builtin("docusign").is_none());
    assert!(names().all(|n| n != "rollcall"));
}

#[test]
fn iusign_has_exactly_one_owner_and_a_published_invitation_life() {
    let catalog = read("iusign");
    assert_eq!((catalog.owner.min, catalog.owner.max), (1, Some(1)));
    assert_eq!(catalog.invitation_valid, Some(Span::days(7)));
    let granted: Vec<usize> = catalog.roles.iter().map(|r| r.permissions.len()).collect();
    assert_eq!(granted, [17, 14, 6, 4]);
    assert!(catalog.role("owner").unwrap().grants("tenant.transfer"));
    assert!(!catalog.role("admin").unwrap().grants("tenant.transfer"));
    assert!(!catalog.role("admin").unwrap().grants("billing.view"));
    assert!(catalog.roles.iter().all(|r| !r.grants("role.edit_owner")));
}

#[test]
fn only_iusign_claims_an_invitation_life() {
    for name in ["ignisign", "onespan", "esignanywhere"] {
        assert_eq!(read(name).invitation_valid, None, "{name}");
    }
}

#[test]
fn ignisign_grants_what_the_published_matrix_counts() {
    let catalog = read("ignisign");
    let granted: Vec<usize> = catalog.listed().map(|r| r.permissions.len()).collect();
    assert_eq!(granted, [23, 20, 20, 2, 1, 14, 11, 8, 6, 1, 1, 1]);
    let holders = |p: &str| catalog.listed().filter(|r| r.grants(p)).count();
    assert_eq!(holders("ORG_ARCHIVING"), 3);
    assert_eq!(holders("SIGNATURE_SESSION_EXECUTION"), 1);
    assert_eq!(holders("SIGNATURE_PROOF_SHARED_READ"), 8);
    let privileged: Vec<&str> = catalog
        .listed()
        .filter(|r| r.privileged)
        .map(|r| r.id.as_str())
        .collect();
    assert_eq!(
        privileged,
        ["SUPER_ADMIN", "ORG_OWNER", "ORG_ADMIN", "APP_ADMIN"]
    );
    assert_eq!(catalog.role("SIGNERS").unwrap().holder, Kind::Signer);
    for outsider in ["INVITED_PROOF_READER", "INVITED_DOCUMENT_PROVIDER"] {
        assert_eq!(catalog.role(outsider).unwrap().holder, Kind::Outsider);
    }
}

#[test]
fn every_verbs_permission_is_granted_to_the_platform_admin() {
    let catalog = read("rollcall");
    let admin = catalog.role("platform_admin").unwrap();
    for verb in Verb::ALL {
        assert!(admin.grants(verb.permission()), "{}", verb.name());
    }
    for permission in catalog.roles.iter().flat_map(|r| &r.permissions) {
        assert!(
            Verb::ALL.iter().any(|v| v.permission() == permission),
            "{permission} opens no verb"
        );
    }
}

#[test]
fn an_auditor_changes_nothing() {
    let catalog = read("rollcall");
    let auditor = catalog.role("auditor").unwrap();
    for verb in Verb::ALL.iter().filter(|v| v.changes()) {
        assert!(!auditor.grants(verb.permission()), "{}", verb.name());
    }
}

#[test]
fn roles_are_found_by_identifier_and_label_without_case() {
    let catalog = read("esignanywhere");
    for text in ["power_user", "POWER_USER", "Power User", " power USER "] {
        assert_eq!(
            catalog.find_role(text).map(|r| r.id.as_str()),
            Some("power_user")
        );
    }
    assert_eq!(catalog.find_role("power"), None);
    assert_eq!(
        catalog.role("Power_User"),
        None,
        "assignments are compared exactly"
    );
}

#[test]
fn where_names_are_compared_exactly_neither_case_nor_label_finds_a_role() {
    let catalog = read("ignisign");
    let found = |text| catalog.find_role(text).map(|r| r.id.as_str());
    assert_eq!(found(" ORG_BILLING "), Some("ORG_BILLING"));
    assert_eq!(
        found("INVITED_PROOF_PROVIDER"),
        Some("INVITED_DOCUMENT_PROVIDER")
    );
    for text in [
        "org_billing",
        "Organization Billing",
        "invited_proof_provider",
    ] {
        assert_eq!(found(text), None, "{text}");
        assert_eq!(catalog.exactly(text), "names are compared exactly; ");
    }
    // Of a role that no list shows nothing is told.
    for text in ["INTERNAL_API", "internal_api", "CLERK"] {
        assert_eq!((found(text), catalog.exactly(text)), (None, ""), "{text}");
    }
}

#[test]
fn a_program_is_whoever_holds_only_a_programs_roles() {
    let catalog = read("esignanywhere");
    let of = |roles: &[&str]| {
        let held: Vec<Assignment> = roles.iter().map(|r| Assignment::at_root(*r)).collect();
        catalog.holder(&held)
    };
    assert_eq!(of(&["api_user"]), Kind::Service);
    assert_eq!(of(&["api_user", "power_user"]), Kind::Person);
    assert_eq!(of(&[]), Kind::Person);
}

#[test]
fn mistakes_are_named_with_line_key_and_reason() {
    assert!(parse("small.toml", SMALL).is_ok());
    let cases: [(&str, &str, usize, &str); 14] = [
        ("title = \"Small\"", "titel = \"Small\"", 2, "titel"),
        ("role = \"boss\"", "role = \"bos\"", 4, "owner.role"),
        ("min = 1", "min = 0", 5, "owner.min"),
        ("min = 1", "min = -1", 5, "owner.min"),
        ("min = 1", "min = 2\nmax = 1", 6, "owner.max"),
        ("active = \"used\"", "active = \"taken\"", 8, "seats.active"),
        ("expired = \"none\"\n", "", 6, "seats.expired"),
        (
            "privileged = true",
            "privileged = \"yes\"",
            17,
            "role.privileged",
        ),
        (
            "holder = \"person\"",
            "holder = \"robot\"",
            18,
            "role.holder",
        ),
        (
            "[\"a\", \"b:own\"]",
            "[\"a\", \"a:own\"]",
            19,
            "role.permissions",
        ),
        (
            "[\"a\", \"b:own\"]",
            "[\"a\",\n\"b:mine\"]",
            20,
            "role.permissions",
        ),
        (
            "\"user suspend\" = \"a\"",
            "\"user suspend\" = \"b\"",
            21,
            "verbs.\"user suspend\"",
        ),
        (
            "\"user suspend\" = \"a\"",
            "\"user vanish\" = \"a\"",
            21,
            "verbs.\"user vanish\"",
        ),
        (
            "title = \"Small\"",
            "title = \"Small\"\ninvitation_valid = \"7\"",
            3,
            "invitation_valid",
        ),
    ];
    for (from, to, line, key) in cases {
        let text = SMALL.replacen(from, to, 1);
        assert_ne!(text, SMALL, "{from}");
        let error = parse("small.toml", &text).unwrap_err();
        assert_eq!((error.line, error.key.as_str()), (line, key), "{error}");
        assert_eq!(error.file, "small.toml");
        assert!(!error.reason.is_empty());
    }
}

#[test]
fn a_role_name_may_not_stand_for_two_roles() {
    let second = "[[role]]\nid = \"THE BOSS\"\nlabel = \"x\"\nprivileged = false\nholder = \"person\"\npermissions = []\n[verbs]";
    for id in ["BOSS", "the-boss"] {
        let text = SMALL.replacen("[verbs]", &second.replace("THE BOSS", id), 1);
        assert_eq!(parse("f", &text).is_err(), id == "BOSS", "{id}");
    }
    let text = SMALL.replacen(
        "[verbs]",
        &second
            .replace("THE BOSS", "other")
            .replace("\"x\"", "\"the BOSS\""),
        1,
    );
    assert_eq!(parse("f", &text).unwrap_err().key, "role.label");
}

#[test]
fn broken_toml_is_an_error_with_its_line() {
    let error = parse("broken.toml", "name = \"x\"\ntitle = \n").unwrap_err();
    assert_eq!((error.line, error.key.as_str()), (2, "(file)"));
}

#[test]
fn a_catalog_from_before_revoked_invitations_is_read_as_it_was_meant() {
    let before = SMALL.replace("revoked = \"none\"\n", "");
    assert_ne!(before, SMALL);
    let catalog = parse("small.toml", &before).unwrap();
    assert_eq!(catalog.seat(Status::Revoked, Kind::Person), SeatHold::None);
    let suspends = |t: &super::Transition| (t.from, t.to) == (Status::Active, Status::Suspended);
    assert!(catalog.transitions.iter().any(suspends));
    assert!(catalog.transitions.iter().all(|t| t.to != Status::Deleted));
}

#[test]
fn an_owner_role_below_the_root_holds_no_tenant_but_an_organisations_own_does() {
    let held = |role: &str, scope: u32| {
        vec![Assignment {
            role: role.into(),
            scope: ScopeId(scope),
        }]
    };
    let onespan = read("onespan");
    assert!(onespan.any_owner(&held("administrator", 0)));
    assert!(!onespan.any_owner(&held("administrator", 3)));
    let ignisign = read("ignisign");
    assert!(ignisign.any_owner(&held("ORG_OWNER", 3)));
    assert!(!ignisign.any_owner(&held("ORG_ADMIN", 0)));
}

#[test]
fn the_catalog_says_at_which_scope_its_owner_role_holds_the_tenant() {
    assert_eq!(read("ignisign").owner.scope, Some(ScopeKind::Organisation));
    for name in ["iusign", "onespan", "esignanywhere", "rollcall"] {
        assert_eq!(read(name).owner.scope, None, "{name}");
    }
    let text = builtin("ignisign").unwrap();
    let said = "scope = \"organisation\"        # each";
    let line = 1 + text[..text.find(said).unwrap()].matches('\n').count();
    let with = |kind: &str| {
        let changed = text.replace(said, &format!("scope = \"{kind}\" # each"));
        parse("ignisign.toml", &changed)
    };
    let at_root = with("tenant").unwrap();
    let held = Assignment {
        role: "ORG_OWNER".into(),
        scope: ScopeId(3),
    };
    assert!(!at_root.owns(&held), "the file decides, not the program");
    for (kind, reason) in [
        ("galaxy", "not one of: tenant, "),
        ("team", "team is not a [[scope]]"),
        ("application", "not one that is held at a scope application"),
    ] {
        let error = with(kind).unwrap_err();
        assert_eq!(
            (error.file.as_str(), error.line, error.key.as_str()),
            ("ignisign.toml", line, "owner.scope"),
            "{error}"
        );
        assert!(error.reason.contains(reason), "{error}");
    }
    // What tenants adopted before the key was known still means what it meant.
    let before = text.replace(said, "# each");
    let before = parse("ignisign.toml", &before).unwrap();
    assert!(before.owns(&held));
}

#[test]
fn a_verb_is_open_in_a_part_only_where_it_can_be_and_members_may_use_it_at_all() {
    let text = builtin("ignisign").unwrap();
    for (verb, reason) in [
        ("user delete", "reaches the whole tenant"),
        ("user dance", "not among [verbs]"),
    ] {
        let changed = text.replace(
            "verbs = [\n    \"user list\"",
            &format!("verbs = [\"{verb}\""),
        );
        let error = parse("ignisign.toml", &changed).unwrap_err();
        assert_eq!(error.key, "part.verbs", "{error}");
        assert!(error.reason.contains(reason), "{error}");
    }
    for (line, key) in [
        ("galaxy = \"APP_MEMBER_MANAGEMENT\"", "part.galaxy"),
        ("tenant = \"APP_MEMBER_MANAGEMENT\"", "part.tenant"),
        ("team = \"FLYING\"", "part.team"),
    ] {
        let changed = text.replace("[part]\n", &format!("[part]\n{line}\n"));
        let error = parse("ignisign.toml", &changed).unwrap_err();
        assert_eq!(error.key, key, "{error}");
    }
}

#[test]
fn the_thirteenth_role_of_ignisign_is_known_and_neither_listed_nor_given() {
    let catalog = read("ignisign");
    assert_eq!((catalog.roles.len(), catalog.listed().count()), (13, 12));
    let inside = catalog.find_any_role("INTERNAL_API").unwrap();
    assert!(inside.hidden && catalog.listed().all(|r| r.id != inside.id));
    let above = catalog.role("SUPER_ADMIN").unwrap();
    assert_eq!(inside.permissions, above.permissions);
    assert!(catalog.constraints.not_by_edit.contains(&inside.id));
    for name in ["iusign", "onespan", "esignanywhere"] {
        let other = read(name);
        assert_eq!(other.listed().count(), other.roles.len(), "{name}");
    }
}

#[test]
fn a_scopes_fixed_name_is_stored_and_shown_in_other_words_where_the_catalog_says_so() {
    let catalog = read("ignisign");
    let kind = ScopeKind::Environment;
    assert_eq!(catalog.shown(kind, "STAGING"), "Staging (testing)");
    assert_eq!(catalog.shown(kind, "PRODUCTION"), "");
    assert_eq!(catalog.stored(kind, "staging (testing)"), "STAGING");
    assert_eq!(catalog.stored(kind, "STAGING"), "STAGING");
    let text = builtin("ignisign").unwrap();
    for (shown, reason) in [
        ("TESTING = \"Testing\"", "not one of the names"),
        ("STAGING = \"PRODUCTION\"", "another text"),
    ] {
        let changed = text.replace("STAGING = \"Staging (testing)\"", shown);
        let error = parse("ignisign.toml", &changed).unwrap_err();
        assert_eq!(error.key, "scope.shown", "{error}");
        assert!(error.reason.contains(reason), "{error}");
    }
}
