//! Marking accounts, one by one or all that are filtered.

use crate::console::command::Command;
use crate::console::message::{Ask, Effect};
use crate::console::state::bulk::{Kind, Marked};
use crate::console::state::list::Motion;
use crate::console::state::overlay::{Choice, Entry, Menu, Overlay};
use crate::console::state::users::MOST;
use crate::console::state::{State, Tone};
use crate::console::update::{changes, commands, scopes};
use rollcall_shared::wire::user::UserPage;

/// Marks the account under the cursor or takes its mark away, and goes on to the next.
pub fn toggle(state: &mut State) -> Vec<Effect> {
    let Some(row) = state.users.selected() else {
        return Vec::new();
    };
    let marked = Marked::of(row);
    let marks = &mut state.users.marked;
    match marks.iter().position(|m| m.id == marked.id) {
        Some(at) => {
            marks.remove(at);
        }
        None => marks.push(marked),
    }
    commands::go(state, Motion::Rows(1))
}

/// Marks all accounts that are filtered; when they are marked already, none.
pub fn all(state: &mut State) -> Vec<Effect> {
    let total = state.users.len();
    if total > MOST {
        let text = format!(
            "{total} accounts are too many to mark: narrow the list to {MOST} or fewer first."
        );
        state.say(Tone::Bad, text);
        return Vec::new();
    }
    let scope = scopes::filter(state);
    let mut query = state.users.query(state.tenant.as_deref(), scope.as_deref());
    query.limit = u32::try_from(MOST).unwrap_or(0);
    let ticket = state.ticket(true);
    state.users.marking = Some(ticket);
    vec![Effect::Fetch(ticket, Ask::Marks(query))]
}

/// Takes the accounts that are filtered.
pub fn taken(state: &mut State, page: &UserPage) {
    let marks = &mut state.users.marked;
    let is_marked = |marks: &[Marked], row| marks.iter().any(|m| m.id == row);
    if page.rows.iter().all(|row| is_marked(marks, row.id)) {
        marks.retain(|m| !page.rows.iter().any(|row| row.id == m.id));
        return;
    }
    for row in &page.rows {
        if !is_marked(marks, row.id) {
            marks.push(Marked::of(row));
        }
    }
}

/// What can be done with the accounts that are marked.
pub fn actions(state: &mut State) -> Vec<Effect> {
    let why = state.why_not(Command::Actions);
    let offered = Kind::ALL.into_iter().filter(|kind| state.may(kind.verb()));
    let entries = offered.map(|kind| Entry {
        label: kind.short().into(),
        note: why.clone().unwrap_or_default(),
        choice: Choice::Bulk(kind),
        on: false,
        enabled: why.is_none(),
    });
    let entries = entries.collect();
    let title = match state.users.marked.len() as u64 {
        1 => "1 marked account".to_owned(),
        n => format!("{} marked", changes::accounts(n)),
    };
    state.overlay = Overlay::Menu(Menu {
        title,
        entries,
        cursor: 0,
        ticks: false,
        ticked: false,
        filter: false,
    });
    Vec::new()
}
