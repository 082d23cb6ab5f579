//! What came of a change: the audit id, and what cannot be undone.

use crate::console::state::{State, Tone};
use crate::console::update::flow;
use crate::console::update::proposals::{WARNING, step_lines};
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

/// Says what a change did; what deserves a look is shown to be read.
pub fn changed(state: &mut State, tenant: &str, changed: Changed) {
    let said = match audit(tenant, changed.seq) {
        none if none.is_empty() => changed.message.clone(),
        audit => format!("{}. {audit}", changed.message.trim_end_matches('.')),
    };
    if changed.warnings.is_empty() {
        state.say(Tone::Good, said);
        return;
    }
    let mut lines = vec![(Tone::Good, said)];
    let changes = changed.changes.into_iter();
    lines.extend(changes.map(|c| (Tone::Plain, format!("  {c}"))));
    let warnings = changed.warnings.into_iter();
    lines.extend(warnings.map(|w| (Tone::Bad, format!("{WARNING}{w}"))));
    flow::tell(state, changed.message, lines);
}

/// Shows what an offboarding did in each tenant.
pub fn offboarded(state: &mut State, done: &Offboarded) {
    let refused = done.steps.iter().filter(|s| s.refused.is_some()).count();
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
    flow::tell(state, title, lines);
}
