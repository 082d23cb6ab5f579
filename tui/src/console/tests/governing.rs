//! Roles, scopes, invitations and the flows at every size, as they are drawn.

use super::fixtures::Console;
use crate::console::state::flow::Step;
use crate::console::state::overlay::Overlay;
use insta::assert_snapshot;

const SIZES: [(u16, u16); 3] = [(80, 24), (200, 50), (40, 20)];

/// Draws what some keys lead to at each size.
fn snap(name: &str, keys: &str) {
    for (width, height) in SIZES {
        let mut console = Console::acme(width, height);
        console.press(keys);
        let screen = console.screen();
        assert!(
            !screen.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{200b}']),
            "hostile text reached the terminal"
        );
        assert_snapshot!(format!("{name}_{width}x{height}"), screen);
    }
}

#[test]
fn the_matrix() {
    snap("roles", "5jll");
}

#[test]
fn the_matrix_scrolled_both_ways() {
    snap(
        "roles_scrolled",
        "5G<right><right><right><right><right><right><right>",
    );
}

#[test]
fn the_matrix_searched() {
    snap("roles_search", "5/audit");
}

#[test]
fn one_role() {
    snap("role", "5l<enter>j");
}

#[test]
fn roles_of_a_user() {
    snap("edit_role", "e");
}

#[test]
fn the_question_before_roles_change() {
    snap("edit_role_confirm", "evie<space><enter>is new<enter>");
}

#[test]
fn other_roles_on_trial() {
    snap("trial", "Pview<space>");
}

#[test]
fn why_may_they() {
    snap("why", "w<down><down><enter>");
}

#[test]
fn why_is_asked_at_the_scope_chosen() {
    let mut console = Console::acme(80, 24);
    console.press("w<tab>par<enter>");
    let screen = console.screen();
    assert!(screen.contains("Tab another"), "{screen}");
    let Overlay::Flow(flow) = &console.state.overlay else {
        panic!("{screen}");
    };
    let Step::Why(of) = &flow.step else {
        panic!("{screen}");
    };
    assert!(of.scope().is_some_and(|s| s.to_lowercase().contains("par")));
    assert!(!of.placing && of.why.is_some());
}

#[test]
fn inviting() {
    snap(
        "invite",
        "inew@acme.example<tab>Ada<tab>Okafor<tab><tab>vie<space>",
    );
}

#[test]
fn choosing_where_an_invited_role_is_held() {
    snap("invite_scope", "i<tab><tab><tab>par");
}

#[test]
fn choosing_where_new_roles_are_held() {
    snap("edit_role_scope", "e<tab>");
}

#[test]
fn the_palette_also_finds_what_other_screens_have() {
    snap("palette_elsewhere", ":resend");
}

#[test]
fn offboarding() {
    snap("offboard", ":person offboard<enter>");
}

#[test]
fn the_question_before_an_offboarding() {
    snap("offboard_confirm", ":person offboard<enter><enter>");
}

#[test]
fn the_tree_of_scopes() {
    snap("scopes", "6j");
}

#[test]
fn one_scope() {
    snap("scope", "6j<enter>");
}

#[test]
fn invitations_and_their_fate() {
    snap("invitations", "7");
}

#[test]
fn one_invitation() {
    snap("invitation", "7<enter>");
}

#[test]
fn transferring_a_tenant() {
    snap("transfer", "4o");
}

#[test]
fn a_transfer_that_waits() {
    snap("transfer_waits", "4j<enter>");
}

#[test]
fn the_smallest_terminals_draw_every_new_screen() {
    for width in [1, 3, 5, 9, 14, 22, 39] {
        for height in [1, 2, 3, 4, 6, 9] {
            for keys in [
                "5l<enter>j",
                "6<enter>",
                "7<enter>",
                "evie<space><enter>x<enter>",
                "Pvie<space>",
                "w<down>",
                "i<tab><tab><tab>",
                ":person offboard<enter><enter>",
                "4o",
            ] {
                let mut console = Console::acme(width, height);
                console.press(keys);
                console.screen();
            }
        }
    }
}
