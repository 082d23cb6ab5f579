//! Editing the roles of a user, and trying others out.

use super::{
    Act, along, ask_anew, ask_more, places, propose, start, step, tick, under_cursor, whom,
};
use crate::console::deed::{Deed, placed};
use crate::console::message::{Answer, Ask, Effect};
use crate::console::state::flow::{RolesOf, Step};
use crate::console::state::list::Motion;
use crate::console::state::overlay::Proposal;
use crate::console::state::picker::{Item, Picker};
use crate::console::state::{State, Tone};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::TenantNamed;
use rollcall_shared::wire::identity::UserRole;
use rollcall_shared::wire::role::{Preview, RoleQuery, RoleRow, Roles};
use rollcall_shared::wire::user::UserShow;
use tui_input::Input;

/// Opens it for the account shown; a trial saves nothing.
pub fn open(state: &mut State, trial: bool) -> Vec<Effect> {
    let Some(whom) = whom(state) else {
        return Vec::new();
    };
    let row = state.users.shown_account();
    let seen = row.map(|row| row.roles.clone()).unwrap_or_default();
    // Where one works is a place of the tenant looked at.
    let here = state.tenant.as_deref() == Some(whom.tenant.as_str());
    let probe = Deed::Role(UserRole {
        user: whom.id.to_string(),
        ..UserRole::default()
    });
    // What is held is known from the account as well, where no trial is to be had.
    let saved = match state.may(Verb::PermissionPreview) {
        true => Ask::Trial(Preview {
            user: whom.id.to_string(),
            tenant: None,
            add: Vec::new(),
            remove: Vec::new(),
        }),
        false => Ask::User(UserShow {
            as_of: None,
            user: whom.id.to_string(),
            tenant: Some(whom.tenant.clone()),
        }),
    };
    let tree = Ask::Scopes(TenantNamed {
        tenant: whom.tenant.clone(),
    });
    let of = RolesOf {
        whom,
        trial,
        begin: state.scope.clone().filter(|_| here),
        places: Picker::default(),
        placing: false,
        roles: None,
        preview: None,
        saved: None,
        seen,
        in_part: false,
        picker: Picker::default(),
        scroll: 0,
    };
    let asks = vec![question(&of), saved, tree];
    let probe = (!trial).then_some(probe);
    start(state, Step::Roles(Box::new(of)), asks, probe)
}

/// Which roles can be given where new ones are held.
pub fn question(of: &RolesOf) -> Ask {
    Ask::Roles(RoleQuery {
        tenant: of.whom.tenant.clone(),
        scope: of.scope(),
    })
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
    if of.placing {
        return place(state, act);
    }
    let trial = of.trial;
    match act {
        Act::Tick => {}
        Act::Field(_) => {
            of.placing = !of.places.items.is_empty();
            return Vec::new();
        }
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
    if !tick(state, picker) {
        return Vec::new();
    }
    only_one(state);
    if trial {
        return try_out(state);
    }
    Vec::new()
}

/// Where a user holds one role only, another one takes its place.
fn only_one(state: &mut State) {
    let Some(Step::Roles(of)) = step(state) else {
        return;
    };
    let one = of.roles.as_ref().is_some_and(|roles| roles.form.one_role);
    if let Some(at) = under_cursor(&of.picker).filter(|at| one && of.picker.items[*at].on) {
        of.picker.choose(at);
    }
}

/// What a key does while the scope of new roles is chosen.
fn place(state: &mut State, act: Act) -> Vec<Effect> {
    let Some(Step::Roles(of)) = step(state) else {
        return Vec::new();
    };
    match act {
        Act::Tick | Act::Next => {
            let Some(at) = under_cursor(&of.places) else {
                return Vec::new();
            };
            of.places.choose(at);
            of.places.input = Input::default();
            of.places.cursor = at;
            of.placing = false;
            let ask = question(of);
            ask_more(state, vec![ask])
        }
        Act::Field(_) => {
            of.placing = false;
            Vec::new()
        }
        other => {
            along(&mut of.places, other);
            Vec::new()
        }
    }
}

fn scroll(of: &mut RolesOf, motion: Motion) {
    let rows = of.preview.as_ref().map_or(0, |p| p.rows.len()) as u64;
    let to = motion.target(of.scroll as u64, 10, rows);
    of.scroll = usize::try_from(to.min(rows.saturating_sub(1))).unwrap_or(0);
}

/// Roles ticked that are not held, and roles held that are not ticked, each with its scope: a role without one would
/// mean it wherever it is held.
pub fn differences(of: &RolesOf) -> (Vec<String>, Vec<String>) {
    let ticked = of.picker.ticked();
    let saved = of.saved.as_deref().unwrap_or_default();
    let add = ticked.iter().filter(|r| !saved.contains(r));
    let remove = saved.iter().filter(|r| !ticked.contains(r));
    (
        add.map(|r| placed(r)).collect(),
        remove
            .map(|r| match of.in_part {
                // The daemon takes it away where the caller may, and leaves it elsewhere.
                true => r.clone(),
                false => placed(r),
            })
            .collect(),
    )
}

/// The whole account may not be seen: what the list shows of it is what the caller may edit.
pub fn in_part(of: &mut RolesOf) {
    of.saved = Some(of.seen.clone());
    of.in_part = true;
    fill(of);
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

/// Takes the roles there are, the scopes, what is held, or what a trial would allow.
pub fn answered(of: &mut RolesOf, answer: Answer) {
    match answer {
        Answer::Roles(roles) if roles.scope == of.scope() => of.roles = Some(roles),
        Answer::Scopes(tree) => {
            let rows = places::fit(tree.rows);
            of.places = Picker::of(places::items(&rows, of.begin.as_deref()));
        }
        Answer::Trial(preview) => {
            of.saved.get_or_insert_with(|| preview.saved.clone());
            of.preview = Some(preview);
        }
        Answer::User(detail) => of.saved = Some(detail.roles),
        _ => return,
    }
    fill(of);
}

fn fill(of: &mut RolesOf) {
    if let (Some(roles), Some(saved)) = (&of.roles, &of.saved) {
        of.picker.items = items(roles, saved, of);
    }
}

/// What is held; then what is ticked elsewhere; then everything else that can be given. What was ticked stays ticked.
fn items(roles: &Roles, saved: &[String], of: &RolesOf) -> Vec<Item> {
    let before = &of.picker.items;
    let was_on = |id: &str| before.iter().find(|item| item.id == id).map(|item| item.on);
    let held = saved.iter().map(|held| {
        let (id, path) = held.split_once('@').unwrap_or((held, ""));
        let role = roles.roles.iter().find(|role| role.id == id);
        let label = role.map_or(id, |role| role.label.as_str());
        Item {
            id: held.clone(),
            label: match path {
                "" if of.in_part => format!("{label} @your part"),
                "" => label.to_owned(),
                path => format!("{label} @{path}"),
            },
            note: role.map_or_else(String::new, note),
            on: was_on(held).unwrap_or(true),
            why_not: String::new(),
        }
    });
    let mut items: Vec<Item> = held.collect();
    let mut others = offered(roles, of.scope().as_deref());
    for item in &mut others {
        item.on = was_on(&item.id).unwrap_or(false);
        if let Some(last) = of
            .scope()
            .as_deref()
            .and_then(|path| path.rsplit('/').next())
        {
            item.label = format!("{} @{last}", item.label);
        }
    }
    let known = |list: &[Item], id: &str| list.iter().any(|item| item.id == id);
    let elsewhere = before
        .iter()
        .filter(|item| item.on && !known(&items, &item.id) && !known(&others, &item.id));
    let elsewhere: Vec<Item> = elsewhere.cloned().collect();
    items.extend(elsewhere);
    items.extend(others.into_iter().filter(|item| !saved.contains(&item.id)));
    items
}

/// The roles that can be given at a scope, then those that cannot, with why.
pub fn offered(roles: &Roles, scope: Option<&str>) -> Vec<Item> {
    let item = |role: &RoleRow| Item {
        id: match scope {
            Some(path) => format!("{}@{path}", role.id),
            None => role.id.clone(),
        },
        label: role.label.clone(),
        note: note(role),
        on: false,
        why_not: role.not_given.as_ref().map_or_else(String::new, |no| {
            let hint = if no.hint.is_empty() { "" } else { "; " };
            format!("{}{hint}{}", no.what, no.hint)
        }),
    };
    let mut items: Vec<Item> = roles.roles.iter().map(item).collect();
    items.sort_by_key(|item| !item.why_not.is_empty());
    items
}

/// What a role is for, and whether the tenant made it itself.
fn note(role: &RoleRow) -> String {
    match (role.custom, role.description.as_str()) {
        (true, "") => "custom".into(),
        (true, what) => format!("custom: {what}"),
        (false, what) => what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollcall_shared::wire::identity::InviteForm;
    use rollcall_shared::wire::{Class, Failure};

    fn role(id: &str, not_given: Option<Failure>) -> RoleRow {
        RoleRow {
            id: id.into(),
            label: id.to_uppercase(),
            description: String::new(),
            custom: false,
            enabled: true,
            privileged: false,
            scope: None,
            offered: Vec::new(),
            grants: Vec::new(),
            blocks: Vec::new(),
            holders: 0,
            not_given,
        }
    }

    #[test]
    fn what_can_be_given_comes_first_and_the_rest_says_why_not() {
        let no = Failure::new(Class::Conflict, "it moves by a transfer").hint("start one");
        let roles = Roles {
            tenant: "acme".into(),
            catalog: "iusign".into(),
            permissions: Vec::new(),
            roles: vec![role("owner", Some(no)), role("admin", None)],
            scope: Some("acme/emea".into()),
            form: InviteForm::default(),
        };
        let items = offered(&roles, Some("acme/emea"));
        let ids: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
        assert_eq!(ids, ["admin@acme/emea", "owner@acme/emea"]);
        assert_eq!(items[0].why_not, "");
        assert_eq!(items[1].why_not, "it moves by a transfer; start one");
    }
}
