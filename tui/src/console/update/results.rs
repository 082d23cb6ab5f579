//! What came of a change: the audit id, and what cannot be undone.

use crate::console::command::Command;
use crate::console::deed::by_name;
use crate::console::state::overlay::Proposal;
use crate::console::state::{Sending, State, Tone};
use crate::console::update::flow;
use crate::console::update::proposals::{WARNING, login_line, step_lines};
use rollcall_shared::wire::asset::Offboarded;
use rollcall_shared::wire::identity::Changed;

/// Where a change stands in the journals, for `audit list`; empty when nothing was written.
fn audit(tenant: &str, seq: Option<u64>) -> String {
    match seq {
        Some(seq) if tenant.is_empty() => format!("Audit id {seq}."),
        Some(seq) => format!("Audit id {tenant}/{seq}."),
        None => String::new(),
    }
}

/// Characters that a notice holds on a narrow terminal; what is longer is shown to be read.
const NOTICE: usize = 280;

/// How what was done is taken back: by one key where there is an opposite. Nothing was done where nothing was written.
fn undo(state: &mut State, sent: Sending, seq: Option<u64>) -> String {
    if seq.is_none() {
        return String::new();
    }
    state.undo_many = None;
    state.undo = sent.back.map(|(deed, subject)| Proposal {
        deed,
        subject,
        tenant: sent.tenant,
        back: None,
    });
    match state.undo {
        Some(_) => format!("Undo: {}.", state.keymap.way(Command::Undo)),
        None => sent.undo.to_owned(),
    }
}

/// Says what a change did, under which audit id, and how it is undone; what deserves a look is shown to be read.
pub fn changed(state: &mut State, sent: Sending, mut changed: Changed) {
    if let Some((user, subject)) = &sent.about {
        changed.message = by_name(&changed.message, user, subject);
    }
    let audit = audit(&sent.tenant, changed.seq);
    let undo = undo(state, sent, changed.seq);
    let said = match audit.is_empty() {
        true => changed.message.clone(),
        false => format!("{}. {audit} {undo}", changed.message.trim_end_matches('.')),
    };
    if changed.warnings.is_empty() && said.chars().count() <= NOTICE {
        state.say(Tone::Good, said);
        return;
    }
    let mut lines = match audit.is_empty() {
        true => vec![(Tone::Good, said)],
        false => vec![(Tone::Good, audit), (Tone::Plain, undo)],
    };
    let changes = changed.changes.into_iter();
    lines.extend(changes.map(|c| (Tone::Plain, format!("  {c}"))));
    let warnings = changed.warnings.into_iter();
    lines.extend(warnings.map(|w| (Tone::Bad, format!("{WARNING}{w}"))));
    flow::tell(state, changed.message, lines);
}

/// Shows what an offboarding did in each tenant.
pub fn offboarded(state: &mut State, sent: &Sending, done: &Offboarded) {
    let steps = done.steps.iter().map(|s| &s.refused);
    let logins = done.logins.iter().map(|l| &l.refused);
    let refused = steps.chain(logins).flatten().count();
    let title = if refused == 0 {
        format!("{} is offboarded", done.name)
    } else {
        format!("{} is offboarded in part", done.name)
    };
    let mut lines = Vec::new();
    for step in &done.steps {
        lines.extend(step_lines(step));
        if step.refused.is_none() {
            let audit = match audit(&step.tenant, step.seq) {
                none if none.is_empty() => "Nothing had to change.".to_owned(),
                audit => audit,
            };
            lines.push((Tone::Good, format!("  {audit}")));
        }
    }
    lines.extend(done.logins.iter().map(login_line));
    lines.push((Tone::Plain, sent.undo.to_owned()));
    flow::tell(state, title, lines);
}
