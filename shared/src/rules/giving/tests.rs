use super::*;
use crate::catalog::{Catalog, builtin, parse};
use crate::domain::{ScopeKind, ScopeNode, ScopeProfile};

pub(super) struct World {
    pub(super) catalog: Catalog,
    pub(super) scopes: Vec<ScopeNode>,
    pub(super) features: BTreeSet<String>,
}

impl World {
    pub(super) fn of(name: &str, custom: &[CustomRole]) -> Self {
        let catalog = parse(name, builtin(name).unwrap()).unwrap();
        let europe = ScopeNode {
            id: ScopeId(1),
            kind: ScopeKind::Account,
            parent: Some(ScopeId::ROOT),
            name: "Europe".into(),
            profile: ScopeProfile::default(),
        };
        World {
            features: catalog.default_features(),
            catalog: catalog.with_custom(custom.iter()),
            scopes: vec![europe],
        }
    }

    pub(super) fn setting(&self) -> Setting<'_> {
        Setting {
            catalog: &self.catalog,
            scopes: &self.scopes,
            features: &self.features,
        }
    }

    fn raise(&self, giver: &[&str], before: &[&str], after: &[&str]) -> Result<(), Refusal> {
        let (giver, before, after) = (held(giver), held(before), held(after));
        raise(&self.setting(), &giver, &before, &after)
    }
}

/// Roles as `ROLE`, or `ROLE@1` in Europe.
pub(super) fn held(roles: &[&str]) -> Vec<Assignment> {
    let one = |text: &&str| match text.strip_suffix("@1") {
        Some(role) => Assignment {
            role: role.to_owned(),
            scope: ScopeId(1),
        },
        None => Assignment::at_root(*text),
    };
    roles.iter().map(one).collect()
}

pub(super) fn custom(id: &str, grants: &[&str], blocks: &[&str]) -> CustomRole {
    let set = |list: &[&str]| list.iter().map(|p| (*p).to_owned()).collect();
    CustomRole {
        id: id.into(),
        label: id.into(),
        description: String::new(),
        grants: set(grants),
        blocks: set(blocks),
        enabled: true,
        home: ScopeId::ROOT,
        offered: None,
        privileged: false,
    }
}

/// The catalog's own roles that somebody with this role gives to anybody.
fn gives(name: &str, role: &str) -> Vec<String> {
    let world = World::of(name, &[]);
    let all = world.catalog.listed().map(|r| r.id.clone());
    all.filter(|id| world.raise(&[role], &[], &[id]).is_ok())
        .collect()
}

#[test]
fn nobody_gives_a_role_that_stands_above_their_own() {
    let world = World::of("ignisign", &[]);
    let refused = world
        .raise(&["ORG_ADMIN"], &["ORG_ADMIN"], &["ORG_ADMIN", "ORG_OWNER"])
        .unwrap_err();
    assert_eq!(refused.rule, "higher-role");
    assert!(
        refused
            .instead
            .contains("who holds Organization Owner there"),
        "{refused}"
    );
    // Who has it already keeps it, and an Owner elsewhere is none here.
    let kept = ["ORG_OWNER", "ORG_ADMIN"];
    assert!(world.raise(&["ORG_ADMIN"], &["ORG_OWNER"], &kept).is_ok());
    assert!(world.raise(&["ORG_OWNER"], &[], &["ORG_OWNER@1"]).is_ok());
    let refused = world.raise(&["ORG_OWNER@1", "ORG_ADMIN"], &[], &["ORG_OWNER"]);
    assert_eq!(refused.unwrap_err().rule, "higher-role");
}

#[test]
fn each_document_says_how_far_its_administrators_give() {
    assert_eq!(gives("iusign", "admin"), ["admin", "user", "viewer"]);
    assert_eq!(gives("iusign", "owner").len(), 4);
    assert_eq!(gives("iusign", "viewer"), ["viewer"]);
    assert_eq!(gives("ignisign", "SUPER_ADMIN").len(), 12, "all");
    let owner = gives("ignisign", "ORG_OWNER");
    assert_eq!(owner.len(), 11, "all but the platform's, signers too");
    assert!(owner.contains(&"ORG_OWNER".to_owned()));
    let admin = gives("ignisign", "ORG_ADMIN");
    assert_eq!(admin.len(), 10, "all but the platform's and the Owner");
    assert!(!admin.contains(&"ORG_OWNER".to_owned()));
    assert!(!gives("ignisign", "APP_ADMIN").contains(&"ORG_ADMIN".to_owned()));
    assert_eq!(gives("onespan", "administrator").len(), 3);
    // An Administrator holds no sending right, and makes Power Users all the same.
    assert_eq!(gives("esignanywhere", "administrator").len(), 6);
    assert_eq!(gives("esignanywhere", "power_user"), ["power_user"]);
}

#[test]
fn who_manages_users_by_a_custom_role_gives_no_more_than_their_own_rights() {
    let manager = custom(
        "desk",
        &["organization.users_view", "organization.users_manage"],
        &[],
    );
    let quiet = custom("quiet", &[], &["organization.change"]);
    let world = World::of("esignanywhere", &[manager, quiet]);
    let refused = world.raise(&["desk"], &[], &["administrator"]).unwrap_err();
    assert_eq!(refused.rule, "own-rights");
    for part in ["Administrator", "organization."] {
        assert!(refused.what.contains(part), "{refused}");
    }
    assert!(
        refused.instead.contains("with the role Administrator"),
        "{refused}"
    );
    world
        .raise(&["desk"], &["power_user"], &["desk", "power_user"])
        .unwrap();
    world.raise(&["desk"], &["administrator"], &[]).unwrap();
    // Who is an administrator already gains nothing by keeping it.
    world
        .raise(&["desk"], &["administrator"], &["administrator", "desk"])
        .unwrap();
    // A block that goes raises as well.
    let both = ["administrator", "quiet"];
    let refused = world
        .raise(&["desk"], &both, &["administrator"])
        .unwrap_err();
    assert!(
        refused
            .what
            .contains("organization.change would be blocked no more"),
        "{refused}"
    );
    world
        .raise(&["administrator"], &both, &["administrator"])
        .unwrap();
}

#[test]
fn what_is_held_in_one_account_is_given_there_and_not_above() {
    let world = World::of("onespan", &[]);
    let refused = world
        .raise(&["administrator@1"], &[], &["sender"])
        .unwrap_err();
    assert!(
        refused.what.contains("transaction.transaction"),
        "{refused}"
    );
    world
        .raise(&["administrator@1"], &[], &["administrator@1"])
        .unwrap();
    world
        .raise(&["manager"], &[], &["sender@1", "manager@1"])
        .unwrap();
    assert!(
        world
            .raise(&["manager"], &[], &["administrator@1"])
            .is_err()
    );
}

#[test]
fn a_narrow_grant_gives_no_wide_one() {
    let world = World::of("iusign", &[]);
    // A Viewer looks at everything; a User changes what is theirs.
    let refused = world.raise(&["viewer"], &[], &["user"]).unwrap_err();
    assert!(refused.what.contains("envelope.send"), "{refused}");
    let refused = world.raise(&["user"], &["user"], &["viewer"]).unwrap_err();
    assert!(refused.what.contains("doc.view_all"), "{refused}");
}

#[test]
fn a_custom_role_is_made_and_widened_by_what_its_maker_holds() {
    let maker = custom(
        "maker",
        &[
            "organization.roles_view",
            "organization.roles_edit",
            "envelope.list",
        ],
        &[],
    );
    let old = custom("old", &["envelope.list"], &["clipboard.use"]);
    let mut world = World::of("esignanywhere", &[maker, old.clone()]);
    let define = |world: &World, old: Option<&CustomRole>, new: &CustomRole| {
        super::define(&world.setting(), &held(&["maker"]), old, new)
    };
    define(
        &world,
        None,
        &custom("new", &["envelope.list:own"], &["api.use"]),
    )
    .unwrap();
    let more = custom("new", &["envelope.list", "organization.users_manage"], &[]);
    let refused = define(&world, None, &more).unwrap_err();
    for part in ["the role new brings", "organization.users_manage"] {
        assert!(refused.what.contains(part), "{refused}");
    }
    // A feature that is off today may be on tomorrow.
    world.features.remove("api");
    assert!(define(&world, None, &custom("new", &["api.use"], &[])).is_err());
    // What it grants already stays; what it blocks stays blocked.
    let mut wider = old.clone();
    wider.grants.insert("organization.roles_view".into());
    define(&world, Some(&old), &wider).unwrap();
    wider.blocks.clear();
    let refused = define(&world, Some(&old), &wider).unwrap_err();
    assert!(refused.what.contains("clipboard.use"), "{refused}");
    // Switched on again, all of it is news.
    let asleep = CustomRole {
        grants: ["envelope.send".to_owned()].into(),
        enabled: false,
        ..old.clone()
    };
    let awake = CustomRole {
        enabled: true,
        ..asleep.clone()
    };
    let world = World::of(
        "esignanywhere",
        &[custom("maker", &["envelope.list"], &[]), asleep.clone()],
    );
    assert!(define(&world, Some(&asleep), &awake).is_err());
    let administrator = held(&["administrator"]);
    super::define(&world.setting(), &administrator, Some(&asleep), &awake).unwrap();
}

#[test]
fn nobody_is_freed_of_a_block_by_what_becomes_of_its_role() {
    let nosend = custom("nosend", &[], &["envelope.send"]);
    let maker = custom("maker", &["organization.roles_edit"], &[]);
    let mut world = World::of("esignanywhere", &[maker, nosend.clone()]);
    let rule = |world: &World, giver: &str, old: &CustomRole, new: &CustomRole| {
        super::define(&world.setting(), &held(&[giver]), Some(old), new).map_err(|r| r.rule)
    };
    let disabled = CustomRole {
        enabled: false,
        ..nosend.clone()
    };
    let elsewhere = CustomRole {
        offered: Some([ScopeId(1)].into()),
        ..nosend.clone()
    };
    let cleared = custom("nosend", &[], &[]);
    for new in [&disabled, &elsewhere, &cleared] {
        assert_eq!(rule(&world, "maker", &nosend, new), Err("own-rights"));
        // Who may send themself, or gives any right, lets others send.
        assert_eq!(rule(&world, "power_user", &nosend, new), Ok(()));
        assert_eq!(rule(&world, "administrator", &nosend, new), Ok(()));
    }
    // What blocks nobody yet frees nobody, and to be offered in more places frees nobody either.
    assert_eq!(rule(&world, "maker", &disabled, &cleared), Ok(()));
    assert_eq!(rule(&world, "maker", &elsewhere, &nosend), Ok(()));
    // Where a list says which roles may be held, what a listed role brings more is judged as anywhere.
    let plain = custom("plain", &[], &[]);
    let sends = custom("plain", &["envelope.send"], &[]);
    world.catalog = world.catalog.with_custom(std::iter::once(&plain));
    let mut root = world.scopes[0].clone();
    (root.id, root.parent, root.kind) = (ScopeId::ROOT, None, ScopeKind::Tenant);
    root.profile.roles = Some(["plain".to_owned(), "maker".to_owned()].into());
    world.scopes.insert(0, root);
    assert_eq!(rule(&world, "maker", &plain, &sends), Err("own-rights"));
}

#[test]
fn who_manages_signers_makes_a_signer_there_and_nothing_beside_it() {
    let mut world = World::of("ignisign", &[]);
    let node = |id, kind, parent, name: &str| ScopeNode {
        id: ScopeId(id),
        kind,
        parent: Some(ScopeId(parent)),
        name: name.into(),
        profile: ScopeProfile::default(),
    };
    world.scopes = vec![
        node(1, ScopeKind::Application, 0, "Portal"),
        node(2, ScopeKind::Environment, 1, "PRODUCTION"),
        node(3, ScopeKind::Application, 0, "Desk"),
    ];
    let at = |role: &str, scope| Assignment {
        role: role.into(),
        scope: ScopeId(scope),
    };
    let gives = |giver: &str, role: &str, scope| {
        let result = raise(&world.setting(), &[at(giver, 1)], &[], &[at(role, scope)]);
        result.map_err(|refusal| refusal.rule)
    };
    assert_eq!(gives("APP_ADMIN", "SIGNERS", 2), Ok(()));
    assert_eq!(
        gives("APP_ADMIN", "SIGNERS", 3),
        Err("own-rights"),
        "another application"
    );
    assert_eq!(
        gives("APP_READER", "SIGNERS", 2),
        Err("own-rights"),
        "who reads signers makes none"
    );
    // What comes beside it is judged as ever.
    let both = [at("SIGNERS", 2), at("ORG_ADMIN", 0)];
    let refused = raise(&world.setting(), &[at("APP_ADMIN", 1)], &[], &both).unwrap_err();
    assert_eq!(refused.rule, "own-rights");
}

#[test]
fn a_list_of_roles_frees_nobody_of_a_block_and_gives_no_right_that_its_setter_lacks() {
    let stop = custom("stop", &[], &["organization.users_manage"]);
    let mut world = World::of("esignanywhere", &[stop]);
    let blocks = world.catalog.role("stop").unwrap().blocks.clone();
    let (permission, full) = ("organization.users_manage", &["administrator"][..]);
    assert!(blocks.iter().any(|blocked| blocked == permission));
    world.scopes[0].kind = ScopeKind::Team;
    let mut listed = world.scopes.clone();
    listed[0].profile.roles = Some(["administrator".to_owned()].into());
    let rescope = |from: &[ScopeNode], to: &[ScopeNode], giver: &[&str], of: &[&str]| {
        let side = |scopes| Setting {
            scopes,
            ..world.setting()
        };
        let (giver, of) = (held(giver), held(of));
        let each = std::iter::once(of.as_slice());
        super::rescope(&side(from), &side(to), &giver, each).map_err(|r| r.rule)
    };
    let held_back = ["administrator@1", "stop@1"];
    let own = Err("own-rights");
    assert_eq!(rescope(&world.scopes, &listed, &[], &held_back), own);
    assert_eq!(rescope(&world.scopes, &listed, full, &held_back), Ok(()));
    // Who is not held back anyway gains nothing; a list that begins to name a role gives what that brings.
    assert_eq!(
        rescope(&world.scopes, &listed, &[], &["administrator@1"]),
        Ok(())
    );
    let mut without = listed.clone();
    without[0].profile.roles = Some(["stop".to_owned()].into());
    let plain = ["administrator@1"];
    assert_eq!(rescope(&without, &listed, &[], &plain), own);
    assert_eq!(rescope(&without, &listed, full, &plain), Ok(()));
}
