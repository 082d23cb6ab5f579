//! Why a user may do what they may, permission by permission.

use super::{Act, along, ask_anew, places, start, step, under_cursor, whom};
use crate::console::message::{Answer, Ask, Effect};
use crate::console::state::State;
use crate::console::state::flow::{Step, WhyOf};
use crate::console::state::picker::{Item, Picker};
use rollcall_shared::wire::admin::TenantNamed;
use rollcall_shared::wire::role::{Can, Decision, Resource, RoleQuery};
use std::collections::BTreeMap;
use tui_input::Input;

/// Opens it for the account shown, at the scope where one works.
pub fn open(state: &mut State) -> Vec<Effect> {
    let Some(whom) = whom(state) else {
        return Vec::new();
    };
    // Where one works is a place of the tenant looked at.
    let here = state.tenant.as_deref() == Some(whom.tenant.as_str());
    let roles = Ask::Roles(RoleQuery {
        tenant: whom.tenant.clone(),
        scope: None,
    });
    let tree = Ask::Scopes(TenantNamed {
        tenant: whom.tenant.clone(),
    });
    let of = WhyOf {
        whom,
        begin: state.scope.clone().filter(|_| here),
        places: Picker::default(),
        placing: false,
        names: BTreeMap::new(),
        why: None,
        picker: Picker::default(),
        explained: None,
    };
    let ask = question(&of);
    start(state, Step::Why(Box::new(of)), vec![ask, roles, tree], None)
}

/// What may be done at the scope chosen.
fn question(of: &WhyOf) -> Ask {
    Ask::Why(Can {
        user: of.whom.id.to_string(),
        resource: Resource {
            scope: of.scope(),
            ..Resource::default()
        },
        ..Can::default()
    })
}

/// What a key does: the explanation stays while one moves on, so that a step changes little.
pub fn act(state: &mut State, act: Act) -> Vec<Effect> {
    let Some(Step::Why(of)) = step(state) else {
        return Vec::new();
    };
    match act {
        Act::Field(_) => of.placing = !of.placing && !of.places.items.is_empty(),
        Act::Next if of.placing => {
            let Some(at) = under_cursor(&of.places) else {
                return Vec::new();
            };
            of.places.choose(at);
            of.places.input = Input::default();
            of.places.cursor = at;
            of.placing = false;
            // What was decided elsewhere does not hold here.
            of.why = None;
            let ask = question(of);
            return ask_anew(state, ask);
        }
        Act::Next => {
            let at = under_cursor(&of.picker);
            of.explained = at.map(|at| of.picker.items[at].id.clone());
        }
        other if of.placing => along(&mut of.places, other),
        other => along(&mut of.picker, other),
    }
    Vec::new()
}

/// Takes the decisions, the scopes, or what the vendor calls the permissions.
pub fn answered(of: &mut WhyOf, answer: Answer) {
    match answer {
        Answer::Why(why) => of.why = Some(why),
        Answer::Scopes(tree) => {
            let rows = places::fit(tree.rows);
            of.places = Picker::of(places::items(&rows, of.begin.as_deref()));
        }
        Answer::Roles(roles) => {
            let permissions = roles.permissions.into_iter();
            of.names = permissions.map(|p| (p.id, p.name)).collect();
        }
        _ => return,
    }
    let Some(why) = &of.why else {
        return;
    };
    let items = why.decisions.iter().map(|decision| {
        let name = of.names.get(&decision.permission);
        Item {
            id: decision.permission.clone(),
            label: name.unwrap_or(&decision.permission).clone(),
            note: format!("{}: {}", word(decision), reason(decision)),
            on: decision.allowed,
            why_not: String::new(),
        }
    });
    of.picker.items = items.collect();
}

/// Why, without the permission that stands before it.
fn reason(decision: &Decision) -> &str {
    let about = format!("{} is ", decision.permission);
    let because = decision.because.as_str();
    because.strip_prefix(&about).unwrap_or(because)
}

/// `yes`, `looking only` or `no`.
pub fn word(decision: &Decision) -> &'static str {
    match (decision.allowed, decision.read_only) {
        (true, true) => "looking only",
        (true, false) => "yes",
        (false, _) => "no",
    }
}
