//! The first line: product and path at the left; connection, seats, caller at the right.

use super::format;
use super::tenants::seats_style;
use crate::console::state::link::Link;
use crate::console::state::{Screen, State};
use crate::console::widgets::text::cut;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use rollcall_shared::text::safe;
use rollcall_shared::wire::admin::TenantRow;
use unicode_width::UnicodeWidthStr;

/// Product and path at the left; connection, modes, seats, caller at the right. When narrow, the caller and the seats go
/// before the path is cut: where one is comes first.
pub fn draw(state: &State, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let look = &state.look;
    let (mut right, needed) = right_parts(state);
    let width = usize::from(area.width);
    let path = path(state);
    let left = 10 + path.iter().map(|p| p.width() + 3).sum::<usize>();
    while right.len() > needed && parts_width(&right) + left > width {
        right.pop();
    }
    // The tenant and the scope where one works are worth more than who one is.
    let must = 1 + usize::from(state.scope.is_some());
    let least = 10 + path.iter().take(must).map(|p| p.width() + 3).sum::<usize>();
    while right.len() > 1 && parts_width(&right) + least > width {
        right.pop();
    }
    let right_width = parts_width(&right);
    let mut spans = vec![Span::styled(" Rollcall", look.theme.strong)];
    let mut used = 9;
    for part in path {
        let room = width.saturating_sub(used + right_width + 1);
        if room < 6 {
            break;
        }
        let shown = cut(&part, room - 3);
        used += 3 + shown.width();
        spans.push(Span::styled(
            format!(" {} ", look.glyphs.path),
            look.theme.faint,
        ));
        spans.push(Span::raw(shown));
    }
    Line::from(spans).render(area, buf);
    let mut spans = Vec::new();
    for (i, (shown, style)) in right.into_iter().enumerate() {
        if i > 0 {
            spans.push(Span::styled(
                format!(" {} ", look.glyphs.dot),
                look.theme.faint,
            ));
        }
        spans.push(Span::styled(shown, style));
    }
    let columns = u16::try_from(right_width)
        .unwrap_or(area.width)
        .min(area.width);
    let place = Rect {
        x: area.right() - columns,
        width: columns,
        ..area
    };
    Line::from(spans).render(place, buf);
}

fn parts_width(parts: &[(String, Style)]) -> usize {
    parts.iter().map(|(s, _)| s.width()).sum::<usize>() + parts.len().saturating_sub(1) * 3 + 1
}

/// Where we are: tenant, then what is open.
fn path(state: &State) -> Vec<String> {
    let mut path = vec![state.tenant.clone().unwrap_or_else(|| "all tenants".into())];
    // Where one works, below the tenant.
    path.extend(state.scope.clone());
    path.push(state.screen.title().into());
    match state.screen {
        Screen::Users => {
            if let Some(pane) = &state.users.pane {
                path.push(
                    state
                        .users
                        .shown_account()
                        .map_or_else(|| pane.id.to_string(), |row| row.email.clone()),
                );
            }
        }
        Screen::Sweeps => {
            if let Some(pane) = &state.sweeps.pane {
                path.push(format!("{} {}", pane.tenant, pane.sweep));
            }
        }
        Screen::Runs => {
            if let Some(pane) = &state.runs.pane {
                path.push(pane.id.to_string().chars().take(8).collect());
            }
        }
        Screen::Tenants => {
            if let Some(pane) = &state.tenants.pane {
                path.push(pane.name.clone());
            }
        }
        Screen::Roles => path.extend(state.roles.pane.as_ref().map(|p| state.role_label(&p.role))),
        Screen::Scopes => {
            let shown = state.scopes.pane.and(state.scopes.selected());
            path.extend(shown.map(|row| row.node.name.clone()));
        }
        Screen::Invitations => {
            let shown = state.invitations.pane.as_ref();
            let row = shown.and(state.invitations.selected());
            path.extend(row.map(|row| row.email.clone()));
        }
    }
    path
}

/// The facts at the right, the most important first, and how many of them stand before the path: without them a change
/// might be made in the wrong place.
fn right_parts(state: &State) -> (Vec<(String, Style)>, usize) {
    let (theme, glyphs) = (&state.look.theme, &state.look.glyphs);
    let mut parts = vec![match &state.link {
        Link::Connecting => (format!("{} connecting", glyphs.off), theme.warn),
        Link::Up => (format!("{} connected", glyphs.on), theme.good),
        link @ Link::Down { .. } => match link.seconds_left(state.now) {
            Some(left) => (
                format!("{} reconnecting in {left} s", glyphs.off),
                theme.bad,
            ),
            None => (format!("{} reconnecting", glyphs.off), theme.bad),
        },
    }];
    let Some(status) = &state.status else {
        if state.read_only {
            parts.push(("READ-ONLY".into(), theme.warn));
        }
        let needed = parts.len();
        return (parts, needed);
    };
    if !status.degraded.is_empty() {
        parts.push(("reads only".into(), theme.bad));
    }
    if state.read_only || status.read_only {
        parts.push(("READ-ONLY".into(), theme.warn));
    }
    if status.carried != "daemon" {
        parts.push((
            safe(&status.carried.to_uppercase()).to_string(),
            theme.accent,
        ));
    }
    if !state.users.marked.is_empty() {
        let marked = format::number(state.users.marked.len() as u64);
        parts.push((format!("{marked} marked"), theme.accent));
    }
    let needed = parts.len();
    parts.extend(seats(state));
    parts.push((safe(&status.caller).to_string(), Style::new()));
    (parts, needed)
}

/// Seats that count against the limit, of those bought, in the tenant looked at or in all; of one tenant also those that
/// are counted apart.
fn seats(state: &State) -> Vec<(String, Style)> {
    let shown = |row: &&TenantRow| state.tenant.as_ref().is_none_or(|t| *t == row.tenant.name);
    let rows: Vec<&TenantRow> = state.tenant_rows().iter().filter(shown).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let part = |label: &str, taken: u64, bought: Option<u64>| {
        let of = bought.map_or_else(String::new, |n| format!("/{}", format::number(n)));
        let shown = format!("{} {}{of}", safe(label), format::number(taken));
        (shown, seats_style(taken, bought, &state.look))
    };
    let taken = rows.iter().map(|row| row.seats_taken()).sum();
    let bought = rows.iter().map(|row| row.tenant.seats.map(u64::from)).sum();
    let mut parts = vec![part("seats", taken, bought)];
    if let [row] = rows.as_slice() {
        let pools = row.pools.iter();
        parts.extend(pools.map(|p| part(&p.label, p.taken, p.bought.map(u64::from))));
    }
    parts
}
