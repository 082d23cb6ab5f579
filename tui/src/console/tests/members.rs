//! A member of one tenant, who may use a few verbs in a part of it: what they see and are offered.

use super::fixtures::{Console, reply, scopes, status};
use crate::console::command::Command;
use crate::console::deed::Deed;
use crate::console::message::{Answer, Ask, Message};
use crate::console::state::Screen;
use crate::console::state::flow::Step;
use crate::console::state::overlay::{Choice, Overlay};
use crate::console::update::palette;
use rollcall_shared::wire::admin::{Standing, Status};
use rollcall_shared::wire::{Class, Failure, Verb};
use std::collections::BTreeMap;

const VERBS: [Verb; 6] = [
    Verb::UserList,
    Verb::UserShow,
    Verb::InvitationList,
    Verb::RoleList,
    Verb::ScopeList,
    Verb::UserRole,
];

fn standing(tenant: &str) -> Standing {
    Standing {
        tenant: tenant.into(),
        tz: "Europe/Paris".into(),
        shows: Default::default(),
        causes: BTreeMap::new(),
        verbs: VERBS.iter().map(|verb| verb.name().to_owned()).collect(),
        part: true,
    }
}

/// What the daemon tells a member of these tenants.
fn told(tenants: &[&str]) -> Status {
    Status {
        tenants: Vec::new(),
        standings: tenants.iter().map(|name| standing(name)).collect(),
        ..status()
    }
}

/// Answers what waits as the daemon answers a member, until nothing does.
fn settle(console: &mut Console, tenants: &[&str]) {
    while let Some((ticket, ask)) = console.waiting.pop() {
        let result = match &ask {
            Ask::Status => Ok(Answer::Status(told(tenants))),
            Ask::Users(query) if query.tenant.is_none() => {
                Err(Failure::new(Class::Denied, "users of all tenants"))
            }
            Ask::Scopes(_) => {
                let mut part = scopes("acme");
                part.rows.retain(|row| row.path.starts_with("acme/EMEA"));
                Ok(Answer::Scopes(part))
            }
            other => Ok(reply(other, 40)),
        };
        console.send(Message::Answer(ticket, Box::new(result)));
    }
}

fn member(width: u16, height: u16, tenants: &[&str]) -> Console {
    let mut console = Console::cold(width, height);
    console.hold = true;
    console.send(Message::Start);
    console.send(Message::Connected);
    settle(&mut console, tenants);
    console
}

#[test]
fn the_console_opens_on_the_users_they_may_see_and_says_where() {
    for (width, height) in [(80, 24), (200, 50)] {
        let console = member(width, height, &["acme"]);
        assert_eq!(console.state.screen, Screen::Users);
        assert!(!console.state.users.rows.is_empty());
        let screen = console.screen();
        let header = screen.lines().next().unwrap();
        assert!(header.contains("acme"), "{header}");
        assert!(!screen.contains("hidden"), "{screen}");
        let shown: Vec<Screen> = console.state.screens().collect();
        let may = [
            Screen::Users,
            Screen::Roles,
            Screen::Scopes,
            Screen::Invitations,
        ];
        assert_eq!(shown, may);
        let tabs = screen.lines().nth(1).unwrap();
        assert!(
            !tabs.contains("Sweeps") && !tabs.contains("Tenants"),
            "{tabs}"
        );
    }
}

#[test]
fn menus_footer_palette_and_help_offer_only_what_they_may_do() {
    let mut console = member(200, 50, &["acme"]);
    let footer = console.screen().lines().last().unwrap().to_owned();
    assert!(
        footer.contains("role") && !footer.contains("invite"),
        "{footer}"
    );
    let items = palette::items(&console.state, "");
    for item in &items {
        if let Choice::Command(command) = item.choice {
            assert!(
                command.verb().is_none_or(|v| VERBS.contains(&v)),
                "{item:?}"
            );
        }
    }
    assert!(items.iter().any(|item| item.name == "user role"));
    assert!(!items.iter().any(|item| item.name == "tenant all"));
    console.press("?");
    let help = console.screen();
    assert!(
        help.contains("Edit role") && !help.contains("Suspend"),
        "{help}"
    );
    console.press("<esc>a");
    let Overlay::Menu(menu) = &console.state.overlay else {
        panic!("no menu");
    };
    let offered: Vec<&Choice> = menu.entries.iter().map(|line| &line.choice).collect();
    assert_eq!(offered, [&Choice::Command(Command::EditRole)]);
    console.press("<esc>2");
    assert_eq!(console.state.screen, Screen::Users);
    let said = console.state.notice.clone().unwrap().text;
    assert!(said.contains("do not reach"), "{said}");
}

#[test]
fn edit_role_begins_in_their_part_with_what_the_account_holds() {
    let mut console = member(80, 24, &["acme"]);
    console.press("e");
    let trial = |ask: &Ask| matches!(ask, Ask::Trial(_));
    assert!(!console.waiting.iter().any(|(_, ask)| trial(ask)));
    settle(&mut console, &["acme"]);
    let Step::Roles(of) = console.step() else {
        panic!("no roles");
    };
    assert_eq!(of.scope().as_deref(), Some("acme/EMEA"));
    assert_eq!(of.roles.as_ref().unwrap().scope, of.scope());
    assert!(of.picker.items.iter().any(|item| item.on));
    assert!(of.picker.items.len() > 1);
    assert!(!of.places.items.iter().any(|item| item.id.is_empty()));
}

#[test]
fn who_holds_roles_elsewhere_too_is_edited_in_the_part_alone() {
    let mut console = member(80, 24, &["acme"]);
    console.press("e");
    while let Some((ticket, ask)) = console.waiting.pop() {
        let result = match &ask {
            Ask::User(_) => Err(Failure::new(Class::Denied, "more than your part")),
            Ask::Scopes(_) => {
                let mut part = scopes("acme");
                part.rows.retain(|row| row.path.starts_with("acme/EMEA"));
                Ok(Answer::Scopes(part))
            }
            other => Ok(reply(other, 40)),
        };
        console.send(Message::Answer(ticket, Box::new(result)));
    }
    let screen = console.screen();
    assert!(screen.contains("@your part"), "{screen}");
    assert!(!screen.contains("more than your part"), "{screen}");
    let seen = console.state.users.rows[0].roles.clone();
    let Step::Roles(of) = console.step() else {
        panic!("no roles");
    };
    assert_eq!(of.picker.ticked(), seen);
    // One goes, another comes in the part; nothing is said of what is held elsewhere.
    console.hold = false;
    console.press("<space>view<space><enter><enter>y");
    let Deed::Role(edit) = console.deed() else {
        panic!("{:?}", console.deed());
    };
    assert_eq!(edit.remove, seen[..1]);
    assert_eq!(edit.add, ["viewer@acme/EMEA"]);
    assert_eq!(edit.set, None);
    assert_eq!(console.deed().inverse(None), None);
}

#[test]
fn a_member_of_several_tenants_is_told_how_to_choose() {
    let mut console = member(80, 24, &["acme", "globex"]);
    assert_eq!(console.state.tenant.as_deref(), Some("acme"));
    let said = console.state.notice.clone().unwrap().text;
    assert!(
        said.contains("several tenants") && said.contains("acme"),
        "{said}"
    );
    console.press("t");
    let Overlay::Menu(menu) = &console.state.overlay else {
        panic!("no menu");
    };
    let names: Vec<&str> = menu.entries.iter().map(|e| e.label.as_str()).collect();
    assert_eq!(names, ["acme", "globex"]);
}

#[test]
fn where_the_tenant_was_not_told_nothing_is_claimed_of_its_deletions() {
    let mut console = Console::acme(80, 24);
    console.state.status = None;
    assert_eq!(console.state.enabled(Command::Delete), Ok(()));
}
