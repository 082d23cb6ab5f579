//! One deed for many accounts: each is previewed, all are asked about once, and done one after the other.

use super::{Act, along, ask_more, step, tell, under_cursor};
use crate::console::command::Command;
use crate::console::deed::{Deed, given};
use crate::console::message::{Answer, Ask, Change, Effect};
use crate::console::state::bulk::{Before, Bulk, Done, Kind, Marked, One, Phase};
use crate::console::state::flow::{Flow, Step};
use crate::console::state::overlay::Overlay;
use crate::console::state::picker::Picker;
use crate::console::state::{State, Tone};
use crate::console::update::{catalogs, changes, fetch, refusals};
use rollcall_shared::wire::user::UserShow;
use rollcall_shared::wire::{Class, Failure};
use std::collections::BTreeSet;
use tui_input::Input;

/// Opens it for the accounts marked.
pub fn open(state: &mut State, kind: Kind) -> Vec<Effect> {
    let tenants = state.users.marked.iter().map(|m| m.tenant.clone());
    let tenants: BTreeSet<String> = tenants.collect();
    let roles = catalogs::roles(state, &tenants);
    let marked = state.users.marked.iter().cloned();
    let bulk = Bulk {
        phase: match kind {
            kind if kind.wants_role() => Phase::Role,
            Kind::Resend => Phase::Looking,
            _ => Phase::Reason,
        },
        roles: Picker::of(roles),
        ..begun(kind, marked.map(|who| One::new(who, None)).collect())
    };
    let phase = bulk.phase;
    state.overlay = Overlay::Flow(Box::new(Flow::new(Step::Bulk(Box::new(bulk)))));
    match phase {
        Phase::Looking => look(state),
        Phase::Role => catalogs::ask(state, tenants),
        _ => Vec::new(),
    }
}

/// Opens it to take back what was done last to many: of each account its own.
pub fn take_back(state: &mut State, last: Done) -> Vec<Effect> {
    let own = last.backs.into_iter();
    let all = own.map(|(who, deed)| One::new(who, Some(deed))).collect();
    let bulk = Bulk {
        takes_back: true,
        ..begun(last.kind, all)
    };
    state.overlay = Overlay::Flow(Box::new(Flow::new(Step::Bulk(Box::new(bulk)))));
    Vec::new()
}

fn begun(kind: Kind, all: Vec<One>) -> Bulk {
    Bulk {
        kind,
        takes_back: false,
        all,
        phase: Phase::Reason,
        roles: Picker::default(),
        reason: Input::default(),
        number: Input::default(),
        at: 0,
        stop: false,
        scroll: 0,
    }
}

/// What a key does.
pub fn act(state: &mut State, act: Act) -> Vec<Effect> {
    let Some(Step::Bulk(bulk)) = step(state) else {
        return Vec::new();
    };
    match (bulk.phase, act) {
        (Phase::Role, Act::Next) if role(bulk).is_some() => {
            bulk.phase = Phase::Reason;
            Vec::new()
        }
        (Phase::Role, act) => {
            along(&mut bulk.roles, act);
            Vec::new()
        }
        (Phase::Reason, Act::Next) => {
            bulk.phase = Phase::Looking;
            look(state)
        }
        (Phase::Asking, Act::Next) => {
            if bulk.number.value() != bulk.possible().to_string() {
                return changes::cancelled(state, None);
            }
            if let Some(why) = state.locked() {
                state.overlay = Overlay::None;
                state.say(Tone::Bad, format!("Nothing was changed: {why}."));
                return Vec::new();
            }
            begin(state)
        }
        (_, Act::Move(motion) | Act::Page(motion)) => {
            super::scroll(state, motion);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Ends the doing after the account under way; true when something was under way.
pub fn stop(state: &mut State) -> bool {
    match step(state) {
        Some(Step::Bulk(bulk)) if bulk.phase == Phase::Doing => {
            bulk.stop = true;
            true
        }
        _ => false,
    }
}

fn role(bulk: &Bulk) -> Option<String> {
    match under_cursor(&bulk.roles) {
        Some(at) => Some(bulk.roles.items[at].id.clone()),
        None => given(bulk.roles.input.value()),
    }
}

/// Asks what it would do to the next account; the question follows when each was asked.
fn look(state: &mut State) -> Vec<Effect> {
    let Some(Step::Bulk(bulk)) = step(state) else {
        return Vec::new();
    };
    if let Some(one) = bulk.all.get(bulk.at) {
        // How it was before is what it is taken back to.
        if bulk.kind.wants_before() && one.before.is_none() {
            let show = UserShow {
                user: one.who.id.to_string(),
                tenant: Some(one.who.tenant.clone()),
                as_of: None,
            };
            return ask_more(state, vec![Ask::User(show)]);
        }
        let deed = bulk.deed(&role(bulk).unwrap_or_default(), bulk.at);
        return ask_more(state, vec![Ask::Preview(Box::new(deed))]);
    }
    bulk.phase = Phase::Asking;
    if bulk.possible() > 0 {
        return Vec::new();
    }
    let refused = bulk.all.iter().map(|one| {
        let why = one.would.clone().and_then(Result::err);
        (
            Tone::Bad,
            format!("{}: {}", one.who.email, why.unwrap_or_default()),
        )
    });
    let lines = refused.collect();
    state.overlay = Overlay::None;
    tell(state, "Nothing can be done with any of them".into(), lines);
    Vec::new()
}

fn begin(state: &mut State) -> Vec<Effect> {
    if let Some(Step::Bulk(bulk)) = step(state) {
        bulk.phase = Phase::Doing;
        bulk.at = 0;
        bulk.scroll = 0;
    }
    next(state)
}

/// Does it to the next account that it would change; the end is told when there is none, or it was stopped.
fn next(state: &mut State) -> Vec<Effect> {
    let Some(Step::Bulk(bulk)) = step(state) else {
        return Vec::new();
    };
    let rest = bulk.all.iter().skip(bulk.at);
    let found = rest.take_while(|_| !bulk.stop).position(One::possible);
    let Some(more) = found else {
        return end(state);
    };
    bulk.at += more;
    let deed = bulk.deed(&role(bulk).unwrap_or_default(), bulk.at);
    let ticket = state.ticket(true);
    if let Some(flow) = state.overlay.flow() {
        flow.asked.push(ticket);
    }
    vec![Effect::Send(ticket, Change::Deed(Box::new(deed)))]
}

/// Takes what it would do to an account, or did.
pub fn answered(state: &mut State, answer: Answer) -> Vec<Effect> {
    let Some(Step::Bulk(bulk)) = step(state) else {
        return Vec::new();
    };
    let (phase, at) = (bulk.phase, bulk.at);
    let changed = match answer {
        Answer::Differences(changed) => changed,
        Answer::User(detail) if phase == Phase::Looking => {
            if let Some(one) = bulk.all.get_mut(at) {
                one.before = Some(Before {
                    status: Some(detail.row.status),
                    roles: detail.roles,
                });
            }
            return look(state);
        }
        _ => return Vec::new(),
    };
    let deed = bulk.deed(&role(bulk).unwrap_or_default(), at);
    let Some(one) = bulk.all.get_mut(at) else {
        return Vec::new();
    };
    bulk.at += 1;
    // Whose it is stands before it already.
    let message = changed.message.trim_end_matches('.');
    let said = ["would do: ", "would change "]
        .iter()
        .find_map(|would| message.strip_prefix(would))
        .unwrap_or(message);
    let said = said
        .strip_prefix(&format!("account {}: ", one.who.id))
        .unwrap_or(said);
    if phase == Phase::Doing {
        let audit = match changed.seq {
            Some(seq) => format!("audit id {}/{seq}", one.who.tenant),
            None => "nothing had to change".to_owned(),
        };
        one.did = Some(Ok(audit));
        let before = one.before.as_ref().and_then(|before| before.status);
        one.back = changed.seq.and_then(|_| deed.inverse(before));
        return next(state);
    }
    one.would = Some(match changed.nothing {
        true => Err(format!("{said}: nothing would change")),
        false => {
            let more = changed.changes.into_iter().chain(changed.warnings);
            Ok(std::iter::once(said.to_owned()).chain(more).collect())
        }
    });
    look(state)
}

/// Takes a refusal for an account; the others go on, unless nobody answers any more.
pub fn refused(state: &mut State, failure: &Failure) -> Vec<Effect> {
    let text = refusals::text(failure);
    let gone = failure.class == Class::Unreachable;
    let Some(Step::Bulk(bulk)) = step(state) else {
        return Vec::new();
    };
    let (phase, at) = (bulk.phase, bulk.at);
    let asks_before = phase == Phase::Looking && bulk.kind.wants_before();
    let Some(one) = bulk.all.get_mut(at) else {
        return Vec::new();
    };
    if asks_before && one.before.is_none() && !gone {
        one.before = Some(Before::default());
        return look(state);
    }
    bulk.at += 1;
    if phase == Phase::Doing {
        one.did = Some(Err(match gone {
            true => "the connection broke; whether it was done is not known".into(),
            false => text,
        }));
        bulk.stop |= gone;
        return next(state);
    }
    if gone {
        state.overlay = Overlay::None;
        state.say(Tone::Bad, "The connection broke; nothing was changed.");
        return Vec::new();
    }
    one.would = Some(Err(text));
    look(state)
}

/// Tells of each what was done; the marks stay where it was not.
fn end(state: &mut State) -> Vec<Effect> {
    let overlay = std::mem::take(&mut state.overlay);
    let Overlay::Flow(flow) = overlay else {
        return Vec::new();
    };
    let Step::Bulk(bulk) = flow.step else {
        return Vec::new();
    };
    let done = bulk.all.iter().filter(|one| matches!(one.did, Some(Ok(_))));
    let done = done.count();
    let all = bulk.all.len();
    let title = format!(
        "{} {done} of {}",
        bulk.title(),
        changes::accounts(all as u64)
    );
    let mut lines = Vec::new();
    for one in &bulk.all {
        let email = &one.who.email;
        lines.push(match (&one.did, &one.would) {
            (Some(Ok(audit)), _) => (Tone::Good, format!("{email}: {audit}")),
            (Some(Err(why)), _) | (None, Some(Err(why))) => {
                (Tone::Bad, format!("{email}: not done: {why}"))
            }
            (None, _) => (
                Tone::Bad,
                format!("{email}: not tried: it was stopped before"),
            ),
        });
    }
    let backs = bulk.all.iter().filter_map(|one| {
        let back = one.back.clone()?;
        Some((one.who.clone(), back))
    });
    let backs: Vec<(Marked, Deed)> = backs.collect();
    lines.push((Tone::Plain, how_back(state, &bulk, backs.len(), done)));
    if done > 0 {
        state.undo = None;
        state.undo_many = (!backs.is_empty()).then_some(Done {
            kind: bulk.kind,
            backs,
        });
    }
    let left = bulk
        .all
        .iter()
        .filter(|one| !matches!(one.did, Some(Ok(_))));
    state.users.marked = left.map(|one| one.who.clone()).collect();
    tell(state, title, lines);
    fetch::everything(state, true)
}

/// How what was done is taken back: by one key for those where that leads back to how they were.
fn how_back(state: &State, bulk: &Bulk, backs: usize, done: usize) -> String {
    if backs == 0 {
        return undo(bulk).to_owned();
    }
    let key = state.keymap.way(Command::Undo);
    match backs == done {
        true => format!("Undo: {key}."),
        false => format!("Undo for {backs} of them: {key}."),
    }
}

/// How it is undone.
pub fn undo(bulk: &Bulk) -> &'static str {
    match bulk.kind {
        _ if bulk.takes_back => "Undone by doing it again.",
        Kind::AddRole => "Can be undone: the role is taken away again.",
        Kind::RemoveRole => {
            "Can be undone: each gets it back where it was held, as far as you see all of the account."
        }
        Kind::Resend => "Cannot be undone: the mails are sent, and the older links end.",
        Kind::Reactivate => "Undone by suspending again.",
        Kind::Revoke => "Undone by sending the invitations again.",
        Kind::Suspend => "Undone by reactivating.",
        Kind::Deactivate => "Undone by reactivating, where seats are free.",
    }
}
