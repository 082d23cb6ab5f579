//! One role whole: what it is for, where it is offered, what it allows, who holds it.

use crate::console::state::State;
use crate::console::state::roles::{Pane, mark};
use crate::console::view::format;
use crate::console::view::pane::Writer;
use ratatui::style::Style;
use ratatui::text::Line;
use rollcall_shared::wire::role::{RoleDetail, RoleRow};

/// Title and lines. The holders stand last, one line each: the cursor walks over them.
pub fn content(state: &State, width: usize) -> (String, Vec<Line<'static>>) {
    let mut out = Writer::new(&state.look, width);
    let Some(pane) = &state.roles.pane else {
        return (String::new(), out.done());
    };
    let title = state
        .roles
        .selected()
        .map_or(&pane.role, |role| &role.label)
        .clone();
    match (&pane.detail, &pane.failure) {
        (_, Some(failure)) => out.failure(failure),
        (None, None) => out.waiting(),
        (Some(detail), None) => {
            cell(&mut out, state, &detail.row);
            about(&mut out, state, &detail.row);
            permissions(&mut out, state, detail);
            holders(&mut out, state, pane, detail);
        }
    }
    (title, out.done())
}

/// The cell of the matrix that the cursor is on: what its permission means, and how this role stands to it.
fn cell(out: &mut Writer, state: &State, role: &RoleRow) {
    let at = usize::try_from(state.roles.cursor.at).unwrap_or(0);
    let permissions = state.roles.permissions();
    let Some(permission) = permissions.get(at) else {
        return;
    };
    let here = mark(role, &permission.id);
    let word = here.word(state.look.glyphs.none);
    let said = format!("{word}: {}", here.meaning());
    out.field("Permission", &permission.name, state.look.theme.strong);
    out.field("", &permission.meaning, Style::new());
    out.field("Of this role", &said, state.look.theme.accent);
    out.blank();
}

fn about(out: &mut Writer, state: &State, role: &RoleRow) {
    let theme = &state.look.theme;
    let plain = Style::new();
    out.field("Identifier", &role.id, plain);
    out.field("For", &role.description, plain);
    let made = if role.custom {
        "made in this tenant"
    } else {
        "predefined: it cannot be changed"
    };
    out.field("Made", made, plain);
    if !role.enabled {
        out.field(
            "State",
            "switched off: it can be given to nobody",
            theme.warn,
        );
    }
    if role.privileged {
        out.field(
            "Privileged",
            "yes: the MFA mandate covers who holds it",
            theme.warn,
        );
    }
    let level = role.scope.map_or("anywhere", |kind| kind.word());
    out.field("Held at", level, plain);
    let offered = if role.offered.is_empty() {
        "everywhere".to_owned()
    } else {
        role.offered.join(", ")
    };
    out.field("Offered", &offered, plain);
}

fn permissions(out: &mut Writer, state: &State, detail: &RoleDetail) {
    let theme = &state.look.theme;
    out.heading("Permissions");
    if detail.permissions.is_empty() {
        out.text("It grants and blocks nothing.", theme.faint, 0);
    }
    for permission in &detail.permissions {
        let word = mark(&detail.row, &permission.id).word(state.look.glyphs.none);
        out.parts(&[
            (&format!("{word:<6}"), theme.accent),
            (&permission.name, Style::new()),
        ]);
    }
}

fn holders(out: &mut Writer, state: &State, pane: &Pane, detail: &RoleDetail) {
    let look = &state.look;
    let shown = detail.holders.len() as u64;
    let title = if shown < detail.row.holders {
        format!(
            "Held by {}; the first {shown}",
            format::count(detail.row.holders, "account")
        )
    } else {
        format!("Held by {}", format::count(detail.row.holders, "account"))
    };
    out.heading(&title);
    if detail.holders.is_empty() {
        out.text("Nobody.", look.theme.faint, 0);
    }
    for (at, (_, name, email, scope)) in detail.holders.iter().enumerate() {
        let here = at == pane.holder;
        let marker = if here { look.glyphs.marker } else { " " };
        let style = if here {
            look.theme.cursor
        } else {
            Style::new()
        };
        let place = if scope.is_empty() {
            String::new()
        } else {
            format!("  {scope}")
        };
        out.parts(&[
            (&format!("{marker} "), Style::new()),
            (name, style),
            (&format!("  {email}"), Style::new()),
            (&place, look.theme.faint),
        ]);
    }
}
