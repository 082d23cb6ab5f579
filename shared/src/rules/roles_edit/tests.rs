use super::*;
use crate::catalog::{Custom, Role, builtin, parse};
use crate::domain::{AccountId, Field, Kind, ScopeKind, Side, TenantPlan};
use crate::rules::scopes::tests::scope;
use std::collections::{BTreeMap, BTreeSet};

fn catalog(name: &str) -> Catalog {
    parse(name, builtin(name).unwrap()).unwrap()
}

fn member(roles: &[Assignment]) -> Account {
    let mut account = Account::new(AccountId(1), "ann@acme.example", Micros(0));
    account.assignments = roles.to_vec();
    account
}

fn root(role: &str) -> Assignment {
    Assignment::at_root(role)
}

fn no_exception(_: &str) -> Option<Exception> {
    None
}

fn change(
    catalog: &Catalog,
    scopes: &[ScopeNode],
    rules: &[ConflictRule],
    account: &Account,
    wanted: Vec<Assignment>,
) -> Result<Vec<FieldChange>, Refusal> {
    let plan = TenantPlan::default();
    let mut limits = Limits {
        catalog,
        plan: &plan,
        seats: Some(0),
        taken: 0,
        pools: BTreeMap::new(),
        idle: Some(0),
    };
    let ctx = Editing {
        now: Micros(7),
        catalog,
        scopes,
        conflicts: rules,
        exceptions: &no_exception,
        admins: &|| {
            let mut admins = Holders::default();
            let office = Office::admin(catalog, scopes);
            admins.add(&office, account.status, &account.assignments);
            admins
        },
    };
    edit(account, wanted, &ctx, &mut limits)
}

#[test]
fn a_role_changes_with_the_manifest_and_the_start_of_the_grace() {
    let iusign = catalog("iusign");
    let changes = change(
        &iusign,
        &[],
        &[],
        &member(&[root("user")]),
        vec![root("admin")],
    )
    .unwrap();
    let fields: Vec<Field> = changes.iter().map(|c| c.field).collect();
    assert_eq!(
        fields,
        [Field::Roles, Field::PrivilegedSince, Field::Manifest]
    );
    let same = change(
        &iusign,
        &[],
        &[],
        &member(&[root("user")]),
        vec![root("user")],
    );
    assert_eq!(same, Ok(Vec::new()));
}

#[test]
fn the_owner_role_is_neither_given_nor_taken() {
    let iusign = catalog("iusign");
    for (held, wanted) in [("owner", "admin"), ("user", "owner")] {
        let refused = change(
            &iusign,
            &[],
            &[],
            &member(&[root(held)]),
            vec![root(wanted)],
        )
        .unwrap_err();
        assert_eq!(refused.rule, "ownership-transfer");
        assert!(
            refused
                .instead
                .contains("Transfer of Ownership in Billing settings")
        );
    }
    let two = vec![root("user"), root("viewer")];
    let refused = change(&iusign, &[], &[], &member(&[root("user")]), two).unwrap_err();
    assert_eq!(refused.rule, "one-role");
}

#[test]
fn the_last_admin_of_an_organization_stays() {
    let ignisign = catalog("ignisign");
    let last = member(&[root("ORG_ADMIN")]);
    let refused = change(&ignisign, &[], &[], &last, vec![root("ORG_USER")]).unwrap_err();
    assert_eq!(refused.rule, "last-admin");
    let kept = vec![root("ORG_OWNER"), root("ORG_USER")];
    assert!(change(&ignisign, &[], &[], &last, kept).is_ok());
    let office = Office::admin(&ignisign, &[]);
    let mut both = Holders::default();
    both.add(&office, Status::Active, &last.assignments);
    assert!(keep_admin(&last, &[], &office, || both.clone()).is_err());
    both.add(&office, Status::Active, &[root("ORG_OWNER")]);
    assert!(keep_admin(&last, &[], &office, || both.clone()).is_ok());
}

#[test]
fn names_are_compared_as_the_catalog_says() {
    let (ignisign, iusign) = (catalog("ignisign"), catalog("iusign"));
    assert!(resolve("APP_OPERATOR", ScopeId::ROOT, &ignisign, &[]).is_ok());
    let refused = resolve("app_operator", ScopeId::ROOT, &ignisign, &[]).unwrap_err();
    assert!(refused.instead.contains("compared exactly"), "{refused}");
    assert_eq!(
        resolve("Viewer", ScopeId::ROOT, &iusign, &[]),
        Ok(root("viewer"))
    );
}

#[test]
fn a_custom_role_is_given_only_where_it_is_offered_and_while_it_is_enabled() {
    let mut onespan = catalog("onespan");
    let scopes = [
        scope(1, 0, ScopeKind::Account, "East"),
        scope(2, 0, ScopeKind::Account, "West"),
    ];
    onespan.roles.push(Role {
        aliases: Vec::new(),
        id: "clerk".into(),
        label: "Clerk".into(),
        description: String::new(),
        scope: None,
        combine: Vec::new(),
        hidden: false,
        given_with: None,
        privileged: false,
        holder: Kind::Person,
        permissions: Vec::new(),
        blocks: Vec::new(),
        custom: Some(Custom {
            enabled: true,
            home: ScopeId::ROOT,
            offered: Some(BTreeSet::from([ScopeId(1)])),
            pool: None,
        }),
    });
    let at = |scope: u32| Assignment {
        role: "clerk".into(),
        scope: ScopeId(scope),
    };
    let who = member(&[root("sender")]);
    let give = |onespan: &Catalog, scope: u32| {
        change(onespan, &scopes, &[], &who, vec![root("sender"), at(scope)])
            .map(|_| ())
            .map_err(|r| r.rule)
    };
    assert_eq!(give(&onespan, 1), Ok(()));
    assert_eq!(give(&onespan, 2), Err("role-not-offered"));
    assert_eq!(give(&onespan, 0), Err("role-not-offered"));
    if let Some(Custom { enabled, .. }) = onespan.roles.last_mut().and_then(|r| r.custom.as_mut()) {
        *enabled = false;
    }
    assert_eq!(give(&onespan, 1), Err("role-disabled"));
}

#[test]
fn separated_duties_are_not_joined() {
    let iusign = catalog("ignisign");
    let scopes = [
        scope(1, 0, ScopeKind::Application, "portal"),
        scope(2, 1, ScopeKind::Environment, "PRODUCTION"),
        scope(3, 1, ScopeKind::Environment, "DEVELOPMENT"),
    ];
    let side = |name: &str| Side {
        roles: vec!["APP_MANAGER".into()],
        kind: Some(ScopeKind::Environment),
        name: Some(name.into()),
    };
    let rule = ConflictRule {
        name: "apart".into(),
        one: side("PRODUCTION"),
        other: side("DEVELOPMENT"),
        within: Some(ScopeKind::Application),
        why: "who builds does not run".into(),
    };
    let at = |scope: u32| Assignment {
        role: "APP_MANAGER".into(),
        scope: ScopeId(scope),
    };
    let who = member(&[at(2)]);
    let refused = change(&iusign, &scopes, &[rule], &who, vec![at(2), at(3)]).unwrap_err();
    assert_eq!(refused.rule, "separation-of-duties");
    assert!(change(&iusign, &scopes, &[], &who, vec![at(2), at(3)]).is_ok());
}

#[test]
fn what_nobody_gives_is_refused_before_anybody_is_named() {
    let iusign = catalog("iusign");
    let rule = |role: &str, catalog: &Catalog| {
        let refused = may_give(&root(role), catalog, &[]);
        refused.err().map(|refusal| refusal.rule)
    };
    assert_eq!(rule("user", &iusign), None);
    assert_eq!(rule("owner", &iusign), Some("ownership-transfer"));
    assert_eq!(
        rule("SUPER_ADMIN", &catalog("ignisign")),
        Some("platform-role")
    );
}

#[test]
fn a_role_is_given_no_further_up_than_its_kind_and_the_refusal_says_where() {
    let ignisign = catalog("ignisign");
    let scopes = [
        scope(1, 0, ScopeKind::Organisation, "Acme"),
        scope(2, 1, ScopeKind::Application, "Portal"),
        scope(3, 2, ScopeKind::Environment, "PRODUCTION"),
        scope(4, 3, ScopeKind::Request, "Lease 7"),
    ];
    let given = |role: &str, at: u32| {
        let held = Assignment {
            role: role.into(),
            scope: ScopeId(at),
        };
        may_hold(&held, &ignisign, &scopes)
    };
    for (role, places) in [
        ("SUPER_ADMIN", &[0][..]),
        ("ORG_ADMIN", &[0, 1]),
        ("APP_ADMIN", &[2]),
        ("APP_OPERATOR", &[2, 3]),
        ("SIGNERS", &[2, 3]),
        ("INVITED_PROOF_READER", &[4]),
    ] {
        for at in 0..5 {
            let rule = given(role, at).err().map(|refusal| refusal.rule);
            let wanted = (!places.contains(&at)).then_some("role-scope");
            assert_eq!(rule, wanted, "{role} at {at}");
        }
    }
    let refused = given("APP_OPERATOR", 0).unwrap_err();
    for part in ["environment, application", "APP_OPERATOR@PATH"] {
        assert!(refused.instead.contains(part), "{refused}");
    }
    assert!(
        refused
            .what
            .contains("belongs to a narrower kind of scope (/)"),
        "{refused}"
    );
}

#[test]
fn who_belongs_to_an_organization_keeps_a_role() {
    let ignisign = catalog("ignisign");
    let user = member(&[root("ORG_USER")]);
    let refused = change(&ignisign, &[], &[], &user, vec![]).unwrap_err();
    assert_eq!(refused.rule, "organization-member");
    assert!(refused.instead.contains("user deactivate"), "{refused}");
    // Where there are no organizations somebody may hold none.
    let sender = member(&[root("sender")]);
    assert!(change(&catalog("onespan"), &[], &[], &sender, vec![]).is_ok());
}
