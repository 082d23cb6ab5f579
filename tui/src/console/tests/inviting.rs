//! The form of an invitation: it asks for what the tenant knows, and goes out as it was filled in.

use super::fixtures::{Console, reply, roles_at};
use crate::console::deed::Deed;
use crate::console::message::{Answer, Ask, Message};
use crate::console::state::flow::{Field, Step};
use crate::console::state::overlay::Overlay;
use rollcall_shared::domain::{ScopeId, ScopeKind, ScopeNode, ScopeProfile};
use rollcall_shared::wire::identity::{InviteForm, RolesAt, UserInvite};
use rollcall_shared::wire::structure::{ScopeRow, Scopes};
use rollcall_shared::wire::{Class, Failure};
use std::collections::BTreeMap;

fn scope(n: u32, parent: Option<u32>, kind: ScopeKind, path: &str) -> ScopeRow {
    ScopeRow {
        node: ScopeNode {
            id: ScopeId(n),
            kind,
            parent: parent.map(ScopeId),
            name: path.rsplit('/').next().unwrap().into(),
            profile: ScopeProfile::default(),
        },
        path: path.into(),
        mine: false,
        depth: 0,
        label: kind.word().into(),
        settings: BTreeMap::new(),
        holders: 0,
        below: 0,
    }
}

/// An application with its environments, below a tenant.
fn applications() -> Scopes {
    use ScopeKind::{Application, Environment, Team, Tenant};
    Scopes {
        tenant: "acme".into(),
        rows: vec![
            scope(0, None, Tenant, "acme"),
            scope(1, Some(0), Application, "portal"),
            scope(2, Some(1), Environment, "portal/DEVELOPMENT"),
            scope(3, Some(1), Environment, "portal/PRODUCTION"),
            scope(4, Some(0), Team, "Sales"),
        ],
    }
}

/// Answers everything that waits: the roles with a form, the scopes by these.
fn answered(console: &mut Console, form: &InviteForm, tree: &Scopes) {
    while !console.waiting.is_empty() {
        for (ticket, ask) in std::mem::take(&mut console.waiting) {
            let answer = match &ask {
                Ask::Roles(query) => {
                    let mut roles = roles_at(query);
                    roles.form = form.clone();
                    Answer::Roles(roles)
                }
                Ask::Scopes(_) => Answer::Scopes(tree.clone()),
                other => reply(other, 20),
            };
            console.answer(ticket, answer);
        }
    }
}

/// A form that is open, with what the tenant knows.
fn form(form: &InviteForm, tree: &Scopes) -> Console {
    let mut console = Console::acme(80, 24);
    console.hold = true;
    console.press("i");
    answered(&mut console, form, tree);
    console
}

/// The invitation that is asked about.
fn asked(console: &mut Console) -> UserInvite {
    console.press("<enter>");
    let asked = console.waiting.iter().rev().find_map(|(_, ask)| match ask {
        Ask::Preview(deed) => Some(deed.clone()),
        _ => None,
    });
    match asked.map(|deed| *deed) {
        Some(Deed::Invite(request)) => request,
        other => panic!("{other:?}: {}", console.screen()),
    }
}

fn fields(console: &mut Console) -> Vec<Field> {
    match console.step() {
        Step::Invite(invite) => invite.fields.iter().map(|(field, _)| *field).collect(),
        other => panic!("{other:?}"),
    }
}

const TAB: &str = "<tab>";

#[test]
fn an_invitation_goes_out_as_typed_after_the_question() {
    let mut console = Console::acme(80, 24);
    console.press(
        "ia@x.example, b@x.example<tab><tab><tab><tab>viewer<space><tab>Sales<enter><enter>",
    );
    assert!(console.screen().contains("invite b@x.example"));
    console.press("y");
    let Deed::Invite(request) = console.deed() else {
        panic!("{:?}", console.deed());
    };
    assert_eq!(request.email, ["a@x.example", "b@x.example"]);
    assert_eq!(request.roles, ["viewer"]);
    assert_eq!(request.team.as_deref(), Some("Sales"));
    assert_eq!(
        (request.username.as_deref(), request.first_name.as_deref()),
        (None, None)
    );
    let (ticket, _) = console.sent.pop().unwrap();
    console.answer(
        ticket,
        Answer::Differences(rollcall_shared::wire::identity::Changed {
            nothing: false,
            message: "2 invited.".into(),
            seq: Some(77),
            changes: Vec::new(),
            warnings: Vec::new(),
        }),
    );
    assert!(console.screen().contains("2 invited. Audit id acme/77."));
}

#[test]
fn a_refused_invitation_stands_at_its_field_and_keeps_what_was_typed() {
    let mut console = Console::acme(80, 24);
    console.press("ia@x.example<tab>Ada");
    console.hold = true;
    console.press("<enter>");
    let failure = Failure::new(Class::Conflict, "It is taken.").rule("email-taken");
    console.refuse(failure.hint("Open the account that has it."));
    let screen = console.screen();
    let lines: Vec<&str> = screen.lines().collect();
    let at = lines
        .iter()
        .position(|l| l.contains("a@x.example"))
        .unwrap();
    assert!(
        lines[at + 1].contains("It is taken. [rule: email-taken]"),
        "{screen}"
    );
    assert!(lines[at + 2].contains("Open the account"), "{screen}");
    assert!(screen.contains("Ada"));
}

#[test]
fn the_form_asks_for_what_the_tenant_knows_and_for_nothing_else() {
    let only = |kinds: &[ScopeKind]| {
        let mut tree = applications();
        tree.rows.retain(|row| kinds.contains(&row.node.kind));
        tree
    };
    let tenant = only(&[ScopeKind::Tenant, ScopeKind::Team]);
    let mut bare = form(&InviteForm::default(), &tenant);
    let least = [
        Field::Emails,
        Field::FirstName,
        Field::LastName,
        Field::Roles(0),
        Field::Reason,
    ];
    assert_eq!(fields(&mut bare), least);
    let all = InviteForm {
        teams: Some(vec!["Sales".into()]),
        language: true,
        address_book: true,
        username: true,
        sid: true,
        ..InviteForm::default()
    };
    let mut full = form(&all, &applications());
    let most = [
        Field::Emails,
        Field::AddressBook,
        Field::FirstName,
        Field::LastName,
        Field::Scope,
        Field::Roles(0),
        Field::Team,
        Field::Language,
        Field::Username,
        Field::Sid,
        Field::Reason,
    ];
    assert_eq!(fields(&mut full), most);
}

#[test]
fn roles_can_be_given_for_each_environment_of_an_application() {
    let mut console = form(&InviteForm::default(), &applications());
    console.press("a@x.example");
    console.press(&TAB.repeat(3));
    // The scope is searched for and chosen.
    console.press("portal<enter>");
    answered(&mut console, &InviteForm::default(), &applications());
    assert!(fields(&mut console).contains(&Field::Each));
    // One list for all of them first.
    console.press("<tab><tab>viewer<space>");
    let same = asked(&mut console);
    assert_eq!((same.scope.as_deref(), same.at.len()), (Some("portal"), 0));
    assert_eq!(same.roles, ["viewer"]);
    console.press("<esc>");
    console.press("<backtab><space>");
    answered(&mut console, &InviteForm::default(), &applications());
    let screen = console.screen();
    assert!(
        screen.contains("DEVELOPMENT") && screen.contains("PRODUCTION"),
        "{screen}"
    );
    // Each begins with what was ticked for all; the second one gets another role besides.
    console.press("<tab><tab>admin<space>");
    let each = asked(&mut console);
    let at = |scope: &str, roles: &[&str]| RolesAt {
        scope: scope.into(),
        roles: roles.iter().map(|r| (*r).to_owned()).collect(),
    };
    assert_eq!(
        each.at,
        [
            at("portal/DEVELOPMENT", &["viewer"]),
            at("portal/PRODUCTION", &["admin", "viewer"])
        ]
    );
    assert!(each.roles.is_empty());
}

#[test]
fn what_cannot_be_given_says_why_in_the_words_of_the_console() {
    let mut console = form(&InviteForm::default(), &applications());
    console.press(&TAB.repeat(4));
    console.press("owner<space>");
    let screen = console.screen();
    let said: String = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("neither given nor taken"), "{screen}");
    assert!(said.contains("here that is o on Tenants"), "{screen}");
    let Step::Invite(invite) = console.step() else {
        panic!("no form");
    };
    assert!(invite.ticked(Field::Roles(0)).is_empty());
}

#[test]
fn where_one_role_is_held_another_takes_its_place() {
    let one = InviteForm {
        one_role: true,
        ..InviteForm::default()
    };
    let mut console = form(&one, &applications());
    console.press("a@x.example");
    console.press(&TAB.repeat(4));
    console.press("viewer<enter>admin<enter>");
    assert_eq!(asked(&mut console).roles, ["admin"]);
}

#[test]
fn what_is_typed_into_a_list_is_not_lost_by_going_on() {
    let teams = InviteForm {
        teams: Some(vec!["Sales".into(), "Support".into()]),
        ..InviteForm::default()
    };
    let mut console = form(&teams, &applications());
    console.press("a@x.example");
    console.press(&TAB.repeat(5));
    console.press("supp<tab>new colleague");
    let request = asked(&mut console);
    assert_eq!(request.team.as_deref(), Some("Support"));
    assert_eq!(request.reason.as_deref(), Some("new colleague"));
}

#[test]
fn names_come_from_the_address_book_where_that_was_said() {
    let book = InviteForm {
        address_book: true,
        ..InviteForm::default()
    };
    let mut console = form(&book, &applications());
    console.press("a@x.example<tab><space>");
    assert!(asked(&mut console).from_address_book);
}

#[test]
fn a_form_that_would_be_refused_whatever_is_typed_closes_at_once_and_says_why() {
    for (keys, class, closes) in [
        ("i", Class::Denied, true),
        ("i", Class::Usage, false),
        ("e", Class::Denied, true),
        ("4o", Class::NotFound, false),
    ] {
        let mut console = Console::acme(80, 24);
        console.hold = true;
        console.press(keys);
        let at = console
            .waiting
            .iter()
            .position(|(_, ask)| matches!(ask, Ask::Probe(_)));
        let (ticket, _) = console.waiting.remove(at.unwrap());
        let no = Failure::new(class, "You may not.").hint("Ask with `rollcall user role --add`.");
        console.send(Message::Answer(ticket, Box::new(Err(no))));
        let closed = matches!(console.state.overlay, Overlay::None);
        assert_eq!(closed, closes, "{keys} {class:?}");
        let said = console
            .screen()
            .contains("You may not. Ask with e on Users.");
        assert_eq!(said, closes, "{}", console.screen());
    }
}

#[test]
fn addresses_pasted_as_a_column_stay_apart() {
    let mut console = Console::acme(100, 40);
    console.press("i");
    console.send(Message::Paste(
        "ana@x.example\r\nbo@x.example\tcy@x.example\n".into(),
    ));
    let screen = console.screen();
    let apart = "ana@x.example bo@x.example cy@x.example";
    assert!(screen.contains(apart), "{screen}");
    // Who stands there twice is invited once.
    console.send(Message::Paste(" Ana@x.example".into()));
    console.press("<enter>");
    let shown = format!("{:?}", console.state.overlay);
    assert!(shown.contains("3 people"), "{shown}");
}
