//! Why a user may do what they may, permission by permission.

use super::{start, whom};
use crate::console::message::{Ask, Effect};
use crate::console::state::State;
use crate::console::state::flow::{Step, WhyOf};
use crate::console::state::picker::{Item, Picker};
use rollcall_shared::wire::role::{Can, Decision, Why};

/// Opens it for the account shown.
pub fn open(state: &mut State) -> Vec<Effect> {
    let Some(whom) = whom(state) else {
        return Vec::new();
    };
    let ask = Ask::Why(Can {
        user: whom.id.to_string(),
        ..Can::default()
    });
    let of = WhyOf {
        whom,
        why: None,
        picker: Picker::default(),
    };
    start(state, Step::Why(of), vec![ask])
}

/// Takes the decisions.
pub fn answered(of: &mut WhyOf, why: Why) {
    let items = why.decisions.iter().map(|decision| Item {
        id: decision.permission.clone(),
        label: decision.permission.clone(),
        note: word(decision).into(),
        on: decision.allowed,
        why_not: String::new(),
    });
    of.picker.refill(items.collect());
    of.why = Some(why);
}

/// `yes`, `looking only` or `no`.
pub fn word(decision: &Decision) -> &'static str {
    match (decision.allowed, decision.read_only) {
        (true, true) => "looking only",
        (true, false) => "yes",
        (false, _) => "no",
    }
}
