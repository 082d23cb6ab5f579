//! Deleting an account where the platform allows it: who takes over, what moves besides, why; then what would change.

use super::{Act, along, ask_anew, propose, start, step, under_cursor, whom};
use crate::console::deed::{Deed, given};
use crate::console::message::{Ask, Effect};
use crate::console::state::State;
use crate::console::state::deletion::Deletion;
use crate::console::state::flow::{NOBODY, Step};
use crate::console::state::list::Motion;
use crate::console::state::overlay::Proposal;
use crate::console::state::picker::{Item, Picker};
use crate::console::state::standing::called;
use crate::console::update::proposals;
use rollcall_shared::catalog::DeleteRule;
use rollcall_shared::domain::Status;
use rollcall_shared::wire::asset::{HandoverPlan, HandoverStart};
use rollcall_shared::wire::identity::UserDelete;
use rollcall_shared::wire::user::{UserPage, UserQuery};
use tui_input::Input;

/// People asked for at once.
const PEOPLE: u32 = 50;

/// Opens the form for the account shown; where it does not matter what somebody owns, only the reason is asked for.
pub fn open(state: &mut State) -> Vec<Effect> {
    let Some(whom) = whom(state) else {
        return Vec::new();
    };
    let request = UserDelete {
        user: whom.id.to_string(),
        ..UserDelete::default()
    };
    let shows = state.shows_of(&whom.tenant).unwrap_or_default();
    let hands_over = shows.delete == DeleteRule::WithSuccessor;
    if !hands_over && shows.delete != DeleteRule::WithoutHistory {
        let proposal = Proposal {
            deed: Deed::Delete(request),
            subject: whom.email,
            tenant: whom.tenant,
            back: None,
        };
        return proposals::reason(state, proposal);
    }
    let ask = Ask::Handover(HandoverStart {
        user: whom.id.to_string(),
        ..HandoverStart::default()
    });
    let mut deletion = Deletion {
        hands_over,
        whom,
        plan: None,
        no_plan: None,
        successors: Picker::of(vec![nobody()]),
        ticks: [false; 5],
        reason: Input::default(),
        at: 0,
        scroll: 0,
    };
    deletion.at = deletion.first();
    let asks = if hands_over { vec![ask] } else { Vec::new() };
    let step = Step::Delete(Box::new(deletion));
    start(state, step, asks, Some(Deed::Delete(request)))
}

fn nobody() -> Item {
    Item {
        id: NOBODY.into(),
        label: "Nobody".into(),
        note: "only where nothing was sent".into(),
        ..Item::default()
    }
}

/// Takes who could take over: they are offered until something is typed.
pub fn planned(deletion: &mut Deletion, plan: HandoverPlan) {
    deletion.plan = Some(plan);
    if deletion.successors.input.value().trim().is_empty() {
        propose_people(deletion);
    }
}

fn propose_people(deletion: &mut Deletion) {
    let plan = deletion.plan.iter();
    let people = plan.flat_map(|plan| &plan.successors).map(|who| Item {
        id: who.id.to_string(),
        label: format!("{} {}", who.name, who.email),
        note: who.because.clone(),
        ..Item::default()
    });
    deletion.successors.items = people.chain([nobody()]).collect();
    deletion.successors.cursor = 0;
}

/// Asks for who fits what is typed.
pub fn search(state: &mut State) -> Vec<Effect> {
    let Some(Step::Delete(deletion)) = step(state) else {
        return Vec::new();
    };
    deletion.successors.cursor = 0;
    let typed = deletion.successors.input.value().trim().to_owned();
    if typed.is_empty() {
        propose_people(deletion);
        return Vec::new();
    }
    let query = UserQuery {
        tenant: Some(deletion.whom.tenant.clone()),
        search: typed,
        status: vec![Status::Active],
        limit: PEOPLE,
        ..UserQuery::default()
    };
    ask_anew(state, Ask::Candidates(query))
}

/// Takes who fits what is typed.
pub fn found(deletion: &mut Deletion, page: UserPage) {
    let leaver = deletion.whom.id;
    let rows = page.rows.into_iter().filter(|row| row.id != leaver);
    let items = rows.map(|row| Item {
        id: row.id.to_string(),
        label: format!("{} {}", row.name, row.email),
        note: called(&page.labels, &row.tenant, &row.roles),
        ..Item::default()
    });
    deletion.successors.items = items.collect();
    deletion.successors.cursor = 0;
}

/// What a key does.
pub fn act(state: &mut State, act: Act) -> Vec<Effect> {
    if act == Act::Next {
        return submit(state);
    }
    if let Act::Page(motion) = act {
        super::scroll(state, motion);
        return Vec::new();
    }
    let Some(Step::Delete(deletion)) = step(state) else {
        return Vec::new();
    };
    match (act, deletion.tick()) {
        (Act::Field(by), _) => deletion.go(by),
        (Act::Tick, Some(at)) => deletion.ticks[at] = !deletion.ticks[at],
        (Act::Move(_), None) if deletion.at == 0 => along(&mut deletion.successors, act),
        (Act::Move(Motion::Rows(rows)), _) => deletion.go(isize::try_from(rows).unwrap_or(0)),
        _ => {}
    }
    Vec::new()
}

fn submit(state: &mut State) -> Vec<Effect> {
    let Some(Step::Delete(deletion)) = step(state) else {
        return Vec::new();
    };
    let picker = &deletion.successors;
    let chosen = match under_cursor(picker) {
        Some(at) => Some(picker.items[at].id.clone()),
        None => given(picker.input.value()),
    };
    let [drafts, templates, clipboard, address_book, assets_unknown] = deletion.ticks;
    let request = UserDelete {
        user: deletion.whom.id.to_string(),
        tenant: None,
        successor: chosen.filter(|id| id != NOBODY),
        drafts,
        templates,
        clipboard,
        address_book,
        assets_unknown,
        reason: given(deletion.reason.value()),
        dry_run: false,
    };
    let proposal = Proposal {
        deed: Deed::Delete(request),
        subject: deletion.whom.email.clone(),
        tenant: deletion.whom.tenant.clone(),
        back: None,
    };
    propose(state, proposal, false)
}
