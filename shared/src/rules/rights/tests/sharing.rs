//! Teams, groups, and accounts that keep things to themselves.

use super::super::{Thing, kept, relations};
use super::*;
use crate::domain::{AccountId, Group, GroupId, GroupKind};

#[test]
fn teams_share_when_sharing_is_on_and_with_their_leaders_always() {
    let person = AccountId;
    let team = |id: u32, parent: Option<u32>, leader: u32, members: &[u32], share: bool| Group {
        id: GroupId(id),
        kind: GroupKind::Team,
        name: format!("team {id}"),
        scope: ScopeId::ROOT,
        parent: parent.map(GroupId),
        leader: Some(person(leader)),
        members: members.iter().map(|n| person(*n)).collect(),
        share_envelopes: share,
        share_templates: false,
    };
    // Team 1 with its sub-team 2, and team 3 beside them; person 12 is in 2 and 3.
    let teams = [
        team(1, None, 10, &[10], false),
        team(2, Some(1), 11, &[11, 12, 13], false),
        team(3, None, 20, &[12, 20, 21], true),
    ];
    let stands = |who: u32, of: u32| {
        let thing = Thing {
            owner: Some(person(12)),
            groups: vec![GroupId(of)],
            shared_with: vec![],
        };
        relations(person(who), &thing, |id| teams.iter().find(|t| t.id == id))
    };
    assert!(
        stands(11, 2).group && stands(10, 2).group,
        "leaders, also from above"
    );
    assert!(!stands(13, 2).group, "sharing is off");
    assert!(stands(21, 3).group, "sharing is on");
    // An envelope of team 3 stays hidden from team 2, although its owner is in both.
    assert!(!stands(11, 3).group && !stands(13, 3).group);
    assert!(stands(12, 2).own);
    let world = World::of("esignanywhere");
    let power = [at("power_user", 0)];
    assert!(world.ask(&power, "envelope.open", stands(21, 3), 0).allowed);
    assert!(!world.ask(&power, "envelope.open", stands(13, 2), 0).allowed);
}

#[test]
fn a_team_shares_its_templates_by_their_own_switch_and_not_by_that_of_envelopes() {
    let team = |envelopes, templates| Group {
        id: GroupId(1),
        kind: GroupKind::Team,
        name: "Sales".into(),
        scope: ScopeId::ROOT,
        parent: None,
        leader: Some(AccountId(10)),
        members: [10, 11, 12].map(AccountId).into(),
        share_envelopes: envelopes,
        share_templates: templates,
    };
    let world = World::of("esignanywhere");
    let thing = Thing {
        owner: Some(AccountId(12)),
        groups: vec![GroupId(1)],
        shared_with: vec![],
    };
    let opens = |who: u32, action: &str, team: &Group| {
        let stands = relations(AccountId(who), &thing, |_| Some(team));
        let decision = world.ask(&[at("power_user", 0)], action, stands, 0);
        (decision.allowed, decision.rule)
    };
    let (yes, no) = ((true, String::new()), (false, "relation".to_owned()));
    let (both, envelopes, templates) = (team(true, true), team(true, false), team(false, true));
    for action in ["template.open", "template.change"] {
        assert_eq!(opens(11, action, &both), yes, "{action}");
        assert_eq!(opens(11, action, &templates), yes, "{action}");
        assert_eq!(opens(11, action, &envelopes), no, "{action}");
        // A leader sees all envelopes of the team; of templates nothing of the kind is said.
        assert_eq!(opens(10, action, &envelopes), no, "{action}");
        assert_eq!(opens(12, action, &team(false, false)), yes, "their own");
    }
    assert_eq!(opens(11, "envelope.open", &templates), no);
    assert_eq!(opens(11, "envelope.open", &envelopes), yes);
}

#[test]
fn an_account_with_sharing_off_keeps_what_its_users_own_to_those_who_hold_roles_in_it() {
    let reader = CustomRole {
        id: "reader".into(),
        label: "Reader".into(),
        description: String::new(),
        grants: [
            "transaction.access_other_users_transactions".to_owned(),
            "sender_admin.api_access".to_owned(),
        ]
        .into(),
        blocks: BTreeSet::new(),
        enabled: true,
        home: ScopeId::ROOT,
        offered: None,
        privileged: false,
    };
    // Europe with France in it, and Asia beside them.
    let mut world = World::of("onespan").with_roles(&[reader]).with_scopes(&[
        (1, ScopeKind::Account, 0, "Europe"),
        (2, ScopeKind::Account, 1, "France"),
        (3, ScopeKind::Account, 0, "Asia"),
    ]);
    let theirs = Thing {
        owner: Some(AccountId(7)),
        shared_with: vec![AccountId(9)],
        ..Thing::default()
    };
    let ask = |world: &World, held: u32, who: u32, action: &str, place: u32| {
        let stands = Relations {
            kept: kept(&world.setting(), AccountId(who), &theirs, ScopeId(place)),
            ..relations(AccountId(who), &theirs, |_| None)
        };
        let role = if action == "template.open" {
            "sender"
        } else {
            "reader"
        };
        let decision = world.ask(&[at(role, held)], action, stands, place);
        (decision.allowed, decision.rule)
    };
    let (yes, no) = ((true, String::new()), (false, "sharing".to_owned()));
    for place in [1, 2] {
        assert_eq!(ask(&world, 0, 8, "transaction.open_other", place), yes);
        assert_eq!(ask(&world, 0, 9, "template.open", place), yes);
    }
    let off = |world: &mut World, at: usize, value: &str| {
        let settings = &mut world.scopes[at].profile.settings;
        settings.insert("sharing".into(), value.into());
    };
    let europe = world
        .scopes
        .iter()
        .position(|s| s.id == ScopeId(1))
        .unwrap();
    off(&mut world, europe, "off");
    for action in ["transaction.open_other", "template.open"] {
        assert_eq!(ask(&world, 0, 9, action, 1), no, "held above, {action}");
        assert_eq!(ask(&world, 1, 9, action, 1), yes, "held in it, {action}");
        // The account below inherits the switch, and keeps its things from the one above as well.
        assert_eq!(ask(&world, 1, 9, action, 2), no, "{action}");
        assert_eq!(ask(&world, 2, 9, action, 2), yes, "{action}");
        assert_eq!(
            ask(&world, 0, 9, action, 3),
            yes,
            "another account, {action}"
        );
    }
    // What is one's own stays one's own, and managing users is no look into what they own.
    assert_eq!(ask(&world, 0, 7, "transaction.open_other", 1), yes);
    let stands = Relations {
        kept: kept(&world.setting(), AccountId(9), &theirs, ScopeId(1)),
        ..NONE
    };
    assert_eq!(stands.kept, Some(ScopeId(1)));
    let administrator = [at("administrator", 0)];
    assert!(
        world
            .ask(&administrator, "user.administer", stands, 1)
            .allowed
    );
    let france = world
        .scopes
        .iter()
        .position(|s| s.id == ScopeId(2))
        .unwrap();
    off(&mut world, france, "on");
    assert_eq!(
        ask(&world, 0, 9, "transaction.open_other", 2),
        yes,
        "its own switch counts"
    );
}
