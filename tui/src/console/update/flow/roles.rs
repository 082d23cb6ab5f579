//! Editing the roles of a user, and trying others out.

use super::{Act, along, ask_anew, propose, start, step, tick, whom};
use crate::console::deed::Deed;
use crate::console::message::{Answer, Ask, Effect};
use crate::console::state::flow::{RolesOf, Step};
use crate::console::state::list::Motion;
use crate::console::state::overlay::Proposal;
use crate::console::state::picker::{Item, Picker};
use crate::console::state::{State, Tone};
use rollcall_shared::wire::admin::TenantNamed;
use rollcall_shared::wire::identity::UserRole;
use rollcall_shared::wire::role::{Preview, RoleRow, Roles};

/// Opens it for the account shown; a trial saves nothing.
pub fn open(state: &mut State, trial: bool) -> Vec<Effect> {
    let Some(whom) = whom(state) else {
        return Vec::new();
    };
    let roles = Ask::Roles(TenantNamed {
        tenant: whom.tenant.clone(),
    });
    let saved = Ask::Trial(Preview {
        user: whom.id.to_string(),
        tenant: None,
        add: Vec::new(),
        remove: Vec::new(),
    });
    // Where one works is a place of the tenant looked at.
    let here = state.tenant.as_deref() == Some(whom.tenant.as_str());
    let of = RolesOf {
        whom,
        trial,
        scope: state.scope.clone().filter(|_| here),
        roles: None,
        preview: None,
        saved: Vec::new(),
        picker: Picker::default(),
        scroll: 0,
    };
    start(state, Step::Roles(Box::new(of)), vec![roles, saved])
}

fn picker(step: &mut Step) -> Option<&mut Picker> {
    match step {
        Step::Roles(of) => Some(&mut of.picker),
        _ => None,
    }
}

/// What a key does.
pub fn act(state: &mut State, act: Act) -> Vec<Effect> {
    let Some(Step::Roles(of)) = step(state) else {
        return Vec::new();
    };
    let trial = of.trial;
    match act {
        Act::Tick => {}
        Act::Next if trial => {}
        Act::Next => return submit(state),
        Act::Page(motion) if trial => {
            scroll(of, motion);
            return Vec::new();
        }
        other => {
            along(&mut of.picker, other);
            return Vec::new();
        }
    }
    if tick(state, picker) && trial {
        return try_out(state);
    }
    Vec::new()
}

fn scroll(of: &mut RolesOf, motion: Motion) {
    let rows = of.preview.as_ref().map_or(0, |p| p.rows.len()) as u64;
    let to = motion.target(of.scroll as u64, 10, rows);
    of.scroll = usize::try_from(to.min(rows.saturating_sub(1))).unwrap_or(0);
}

/// Roles ticked that are not held, and roles held that are not ticked.
pub fn differences(of: &RolesOf) -> (Vec<String>, Vec<String>) {
    let ticked = of.picker.ticked();
    let add = ticked.iter().filter(|r| !of.saved.contains(r)).cloned();
    let remove = of.saved.iter().filter(|r| !ticked.contains(r)).cloned();
    (add.collect(), remove.collect())
}

fn try_out(state: &mut State) -> Vec<Effect> {
    let Some(Step::Roles(of)) = step(state) else {
        return Vec::new();
    };
    let (add, remove) = differences(of);
    let ask = Ask::Trial(Preview {
        user: of.whom.id.to_string(),
        tenant: None,
        add,
        remove,
    });
    ask_anew(state, ask)
}

fn submit(state: &mut State) -> Vec<Effect> {
    let Some(Step::Roles(of)) = step(state) else {
        return Vec::new();
    };
    let (add, remove) = differences(of);
    if add.is_empty() && remove.is_empty() {
        state.say(Tone::Plain, "Tick or untick a role first.");
        return Vec::new();
    }
    let proposal = Proposal {
        deed: Deed::Role(UserRole {
            user: of.whom.id.to_string(),
            add,
            remove,
            ..UserRole::default()
        }),
        subject: of.whom.email.clone(),
        tenant: of.whom.tenant.clone(),
        back: None,
    };
    propose(state, proposal, true)
}

/// Takes the roles there are, what is held, or what a trial would allow.
pub fn answered(of: &mut RolesOf, answer: Answer) {
    match answer {
        Answer::Roles(roles) => of.roles = Some(roles),
        Answer::Trial(preview) => {
            if of.preview.is_none() {
                of.saved.clone_from(&preview.saved);
            }
            of.preview = Some(preview);
        }
        _ => return,
    }
    if let (Some(roles), Some(_), true) = (&of.roles, &of.preview, of.picker.items.is_empty()) {
        of.picker.items = items(roles, &of.saved, of.scope.as_deref());
    }
}

/// What is held, ticked; then everything else that can be given.
fn items(roles: &Roles, saved: &[String], scope: Option<&str>) -> Vec<Item> {
    let held = saved.iter().map(|held| {
        let (id, path) = held.split_once('@').unwrap_or((held, ""));
        let role = roles.roles.iter().find(|role| role.id == id);
        let label = role.map_or(id, |role| role.label.as_str());
        Item {
            id: held.clone(),
            label: if path.is_empty() {
                label.to_owned()
            } else {
                format!("{label} @{path}")
            },
            note: role.map_or_else(String::new, note),
            on: true,
            why_not: String::new(),
        }
    });
    let mut items: Vec<Item> = held.collect();
    let others = offered(roles, scope);
    items.extend(others.into_iter().filter(|item| !saved.contains(&item.id)));
    items
}

/// The roles that can be given at a scope; those that cannot say why.
pub fn offered(roles: &Roles, scope: Option<&str>) -> Vec<Item> {
    let item = |role: &RoleRow| Item {
        id: match scope {
            Some(path) => format!("{}@{path}", role.id),
            None => role.id.clone(),
        },
        label: role.label.clone(),
        note: note(role),
        on: false,
        why_not: why_not(role, scope),
    };
    roles.roles.iter().map(item).collect()
}

/// What a role is for, and whether the tenant made it itself.
fn note(role: &RoleRow) -> String {
    match (role.custom, role.description.as_str()) {
        (true, "") => "custom".into(),
        (true, what) => format!("custom: {what}"),
        (false, what) => what.to_owned(),
    }
}

fn why_not(role: &RoleRow, scope: Option<&str>) -> String {
    if !role.enabled {
        return "it is switched off".into();
    }
    let Some(path) = scope.filter(|_| !role.offered.is_empty()) else {
        return String::new();
    };
    let within = |at: &String| path == at || path.starts_with(&format!("{at}/"));
    if role.offered.iter().any(within) {
        String::new()
    } else {
        format!("it is offered in {} only", role.offered.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(enabled: bool, offered: &[&str]) -> RoleRow {
        RoleRow {
            id: "sender".into(),
            label: "Sender".into(),
            description: String::new(),
            custom: false,
            enabled,
            privileged: false,
            scope: None,
            offered: offered.iter().map(|o| (*o).to_owned()).collect(),
            grants: Vec::new(),
            blocks: Vec::new(),
            holders: 0,
        }
    }

    #[test]
    fn a_role_is_offered_where_it_is_offered_and_below() {
        let role = role(true, &["acme/emea"]);
        assert_eq!(why_not(&role, Some("acme/emea")), "");
        assert_eq!(why_not(&role, Some("acme/emea/paris")), "");
        for elsewhere in ["acme", "acme/emeas", "acme/apac"] {
            assert!(
                why_not(&role, Some(elsewhere)).contains("acme/emea"),
                "{elsewhere}"
            );
        }
    }

    #[test]
    fn a_role_switched_off_can_be_given_nowhere() {
        assert_ne!(why_not(&role(false, &[]), None), "");
        assert_eq!(why_not(&role(true, &[]), None), "");
    }
}
