//! Offboarding a person: successor, end, reason, then everything that would change.

use super::{Act, along, propose, start, step, under_cursor, whom};
use crate::console::deed::{Deed, given};
use crate::console::message::{Ask, Effect};
use crate::console::state::State;
use crate::console::state::flow::{EACH_PROPOSAL, NOBODY, Offboard, Part, Step};
use crate::console::state::list::Motion;
use crate::console::state::overlay::Proposal;
use crate::console::state::picker::{Item, Picker};
use crossterm::event::{KeyCode, KeyEvent};
use rollcall_shared::wire::asset::{HandoverPlan, HandoverStart, PersonNamed};
use tui_input::Input;

/// Opens it for the person of the account shown.
pub fn open(state: &mut State) -> Vec<Effect> {
    let Some(whom) = whom(state) else {
        return Vec::new();
    };
    let ask = Ask::Handover(HandoverStart {
        user: whom.id.to_string(),
        ..HandoverStart::default()
    });
    let offboard = Offboard {
        whom,
        plan: None,
        no_plan: None,
        successors: Picker::of(otherwise()),
        deactivate: true,
        reason: Input::default(),
        at: Part::Successor,
        scroll: 0,
    };
    let probe = Deed::Offboard(PersonNamed {
        person: offboard.whom.id.to_string(),
        ..PersonNamed::default()
    });
    let step = Step::Offboard(Box::new(offboard));
    start(state, step, vec![ask], Some(probe))
}

/// What can be chosen instead of a person.
fn otherwise() -> Vec<Item> {
    let item = |id: &str, label: &str, note: &str| Item {
        id: id.into(),
        label: label.into(),
        note: note.into(),
        ..Item::default()
    };
    vec![
        item(
            EACH_PROPOSAL,
            "The proposal of each tenant",
            "whoever fits best there",
        ),
        item(NOBODY, "Nobody", "what they own stays where it is"),
    ]
}

/// Takes who could take over: the proposals with their reasons come first.
pub fn answered(offboard: &mut Offboard, plan: HandoverPlan) {
    let people = plan.successors.iter().map(|successor| Item {
        // By email, since the same person takes over in every tenant.
        id: successor.email.clone(),
        label: format!("{} {}", successor.name, successor.email),
        note: successor.because.clone(),
        ..Item::default()
    });
    let mut items: Vec<Item> = people.collect();
    items.extend(otherwise());
    offboard.successors.refill(items);
    offboard.successors.cursor = 0;
    offboard.plan = Some(plan);
}

/// What a key does.
pub fn act(state: &mut State, act: Act, event: KeyEvent) -> Vec<Effect> {
    if let Act::Page(motion) = act {
        super::scroll(state, motion);
        return Vec::new();
    }
    let Some(Step::Offboard(offboard)) = step(state) else {
        return Vec::new();
    };
    let sideways = matches!(event.code, KeyCode::Left | KeyCode::Right);
    match (act, offboard.at) {
        (Act::Next, _) => return submit(state),
        (Act::Field(by), at) => offboard.at = beside(at, by),
        (Act::Tick, Part::End) => offboard.deactivate = !offboard.deactivate,
        (Act::Text, Part::End) if sideways => offboard.deactivate = !offboard.deactivate,
        (Act::Move(_), Part::Successor) => along(&mut offboard.successors, act),
        (Act::Move(Motion::Rows(rows)), at) => {
            offboard.at = beside(at, isize::try_from(rows).unwrap_or(0));
        }
        _ => {}
    }
    Vec::new()
}

/// The part before or behind; around at the ends.
fn beside(at: Part, by: isize) -> Part {
    let from = Part::ALL.iter().position(|part| *part == at).unwrap_or(0);
    let to = (isize::try_from(from).unwrap_or(0) + by).rem_euclid(3);
    Part::ALL[usize::try_from(to).unwrap_or(0)]
}

/// Who takes over as things are: an item of the list, or the email typed.
pub fn successor(offboard: &Offboard) -> Option<String> {
    let picker = &offboard.successors;
    match under_cursor(picker) {
        Some(at) => Some(picker.items[at].id.clone()),
        None => given(picker.input.value()),
    }
}

fn submit(state: &mut State) -> Vec<Effect> {
    let Some(Step::Offboard(offboard)) = step(state) else {
        return Vec::new();
    };
    let chosen = successor(offboard).unwrap_or_default();
    let end = if offboard.deactivate {
        "deactivate"
    } else {
        "suspend"
    };
    let request = PersonNamed {
        person: offboard.whom.id.to_string(),
        end: Some(end.into()),
        no_handover: chosen == NOBODY,
        successor: Some(chosen).filter(|c| c != NOBODY && c != EACH_PROPOSAL),
        end_date: None,
        reason: given(offboard.reason.value()),
        dry_run: false,
    };
    let proposal = Proposal {
        deed: Deed::Offboard(request),
        subject: offboard.whom.email.clone(),
        tenant: String::new(),
        back: None,
    };
    propose(state, proposal, false)
}
