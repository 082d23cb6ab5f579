//! One invitation whole: how far it is, and why it is not answered.

use crate::console::state::State;
use crate::console::view::format;
use crate::console::view::invitations::{answer_style, delivery_style};
use crate::console::view::pane::Writer;
use ratatui::style::Style;
use ratatui::text::Line;
use rollcall_shared::wire::identity::{Diagnosis, Grave, InvitationRow};

/// Title and lines.
pub fn content(state: &State, width: usize) -> (String, Vec<Line<'static>>) {
    let mut out = Writer::new(&state.look, width);
    let Some(pane) = &state.invitations.pane else {
        return (String::new(), out.done());
    };
    let row = state.invitations.selected();
    if let Some(row) = row {
        about(&mut out, state, row);
    }
    match (&pane.detail, &pane.failure) {
        (_, Some(failure)) => out.failure(failure),
        (None, None) => out.waiting(),
        (Some(diagnosis), None) => findings(&mut out, state, diagnosis),
    }
    let title = row.map_or_else(|| pane.id.to_string(), |row| row.name.clone());
    (title, out.done())
}

fn about(out: &mut Writer, state: &State, row: &InvitationRow) {
    let look = &state.look;
    let plain = Style::new();
    let zone = state.zone_of(&row.tenant);
    out.field("Email", &row.email, plain);
    out.field("Tenant", &row.tenant, plain);
    out.field("Roles", &state.role_words(&row.tenant, &row.roles), plain);
    out.field("Account", row.status.word(), plain);
    out.field("Answer", row.answer.word(), answer_style(row.answer, look));
    out.field(
        "Delivery",
        row.delivery.word(),
        delivery_style(row.delivery, look),
    );
    out.field("Times", &format::clock(&zone), plain);
    out.field("Sent", &format::minute(row.sent, &zone), plain);
    let until = row.valid_until.map(|at| format::minute(at, &zone));
    out.field("Valid until", &until.unwrap_or_default(), plain);
}

fn findings(out: &mut Writer, state: &State, diagnosis: &Diagnosis) {
    let theme = &state.look.theme;
    out.heading("Diagnosis");
    for finding in &diagnosis.findings {
        let (word, style) = match finding.grave {
            Grave::Good => ("ok", theme.good),
            Grave::Unknown => ("unknown", theme.faint),
            Grave::Notice => ("look", theme.warn),
            Grave::Cause => ("cause", theme.bad),
        };
        out.field(&finding.check, &format!("{word}: {}", finding.what), style);
        out.field("", &finding.instead, Style::new());
    }
}
