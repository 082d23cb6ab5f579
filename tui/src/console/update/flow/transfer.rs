//! Transferring the ownership of a tenant: who is to own it.

use super::{Act, along, ask_anew, propose, start, step, under_cursor};
use crate::console::deed::Deed;
use crate::console::message::{Ask, Effect};
use crate::console::state::flow::{Step, Transfer};
use crate::console::state::overlay::Proposal;
use crate::console::state::picker::{Item, Picker};
use crate::console::state::standing::called;
use crate::console::state::{State, Tone};
use rollcall_shared::domain::Status;
use rollcall_shared::wire::identity::OwnershipStart;
use rollcall_shared::wire::user::{UserPage, UserQuery};

/// People asked for at once.
const PEOPLE: u32 = 50;

/// Opens it for the tenant selected.
pub fn open(state: &mut State) -> Vec<Effect> {
    let Some(row) = state.tenants.selected(state.tenant_rows()) else {
        return Vec::new();
    };
    let transfer = Transfer {
        tenant: row.tenant.name.clone(),
        owners: row.owners_shown(),
        replace: false,
        outsider: false,
        people: Picker::default(),
    };
    let ask = Ask::Candidates(query(&transfer));
    let probe = nobody(&transfer);
    start(state, Step::Transfer(transfer), vec![ask], Some(probe))
}

/// The deed before anybody is named: who may not start it is told so at once.
fn nobody(transfer: &Transfer) -> Deed {
    Deed::Ownership(OwnershipStart {
        tenant: transfer.tenant.clone(),
        to: String::new(),
        replace: transfer.replace,
        reason: None,
        dry_run: false,
    })
}

/// Who may not start a transfer may still replace an owner out of reach: that is asked next. None when it was asked.
pub fn replaces(transfer: &mut Transfer) -> Option<Deed> {
    if transfer.outsider {
        return None;
    }
    transfer.outsider = true;
    transfer.replace = true;
    Some(nobody(transfer))
}

fn query(transfer: &Transfer) -> UserQuery {
    UserQuery {
        tenant: Some(transfer.tenant.clone()),
        search: transfer.people.input.value().trim().to_owned(),
        status: vec![Status::Active],
        limit: PEOPLE,
        ..UserQuery::default()
    }
}

/// Asks for who fits what is typed.
pub fn search(state: &mut State) -> Vec<Effect> {
    let Some(Step::Transfer(transfer)) = step(state) else {
        return Vec::new();
    };
    transfer.people.cursor = 0;
    let ask = Ask::Candidates(query(transfer));
    ask_anew(state, ask)
}

/// Takes who fits.
pub fn answered(transfer: &mut Transfer, page: UserPage) {
    let items = page.rows.into_iter().map(|row| Item {
        id: row.id.to_string(),
        why_not: if transfer.owners.contains(&row.email) {
            "owns the tenant already".into()
        } else {
            String::new()
        },
        label: format!("{} {}", row.name, row.email),
        note: called(&page.labels, &row.tenant, &row.roles),
        on: false,
    });
    transfer.people.items = items.collect();
}

/// What a key does.
pub fn act(state: &mut State, act: Act) -> Vec<Effect> {
    let Some(Step::Transfer(transfer)) = step(state) else {
        return Vec::new();
    };
    if matches!(act, Act::Field(_)) {
        if transfer.outsider {
            let text = "You do not own this tenant: its owner can only be replaced by you.";
            state.say(Tone::Plain, text);
            return Vec::new();
        }
        transfer.replace = !transfer.replace;
        return Vec::new();
    }
    if act != Act::Next {
        along(&mut transfer.people, act);
        return Vec::new();
    }
    let people = &transfer.people;
    let Some(item) = under_cursor(people).and_then(|at| people.items.get(at)) else {
        return Vec::new();
    };
    if !item.why_not.is_empty() {
        let text = format!("{}: {}.", item.label, item.why_not);
        state.say(Tone::Bad, text);
        return Vec::new();
    }
    let proposal = Proposal {
        deed: Deed::Ownership(OwnershipStart {
            tenant: transfer.tenant.clone(),
            to: item.id.clone(),
            replace: transfer.replace,
            reason: None,
            dry_run: false,
        }),
        subject: item.label.clone(),
        tenant: transfer.tenant.clone(),
        back: None,
    };
    propose(state, proposal, true)
}
