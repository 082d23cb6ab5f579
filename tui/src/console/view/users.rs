//! The table of accounts.

use crate::columns::UserColumn;
use crate::console::command::Command;
use crate::console::state::State;
use crate::console::state::link::Link;
use crate::console::state::overlay::Overlay;
use crate::console::state::users::Columns;
use crate::console::theme::Look;
use crate::console::view::format;
use crate::console::widgets::table::{Column, Row, Table};
use crate::console::widgets::{sparkline, text};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use rollcall_shared::domain::{Kind, Mfa, Status};
use rollcall_shared::text::fold;
use rollcall_shared::wire::user::{Flag, SortKey, UserRow};

/// Flags in the order of how much they matter, with their short words.
const FLAGS: [(Flag, &str); 10] = [
    (Flag::Ended, "ended"),
    (Flag::MfaMissing, "no-mfa"),
    (Flag::Drift, "drift"),
    (Flag::InvitationOverdue, "overdue"),
    (Flag::Idle, "idle"),
    (Flag::NeverSignedIn, "never"),
    (Flag::Held, "held"),
    (Flag::OnLeave, "leave"),
    (Flag::Owner, "owner"),
    (Flag::Privileged, "priv"),
];

/// The columns chosen that say something here, each as it is drawn. Which go first where there is no room is fixed for
/// the usual order; of columns chosen by the admin the first stay longest.
fn columns(state: &State) -> Vec<(UserColumn, Column)> {
    let several = state.tenant.is_none() && state.tenant_rows().len() != 1;
    let chosen = &state.users.columns;
    let own = *chosen != Columns::default();
    let shown = chosen.0.iter().copied().filter(|column| {
        column.shown(&state.users.shows) && (own || several || *column != UserColumn::Tenant)
    });
    shown
        .enumerate()
        .map(|(at, column)| {
            let mut drawn = drawn(state, column);
            if own {
                drawn.rank = u8::try_from(at).unwrap_or(u8::MAX);
            }
            (column, drawn)
        })
        .collect()
}

/// A column with its title, widths and rank.
fn drawn(state: &State, column: UserColumn) -> Column {
    let users = &state.users;
    let sorted = |key: SortKey, title: &str| {
        let glyphs = &state.look.glyphs;
        if users.sort != key {
            return title.to_owned();
        }
        let way = if users.descending {
            glyphs.down
        } else {
            glyphs.up
        };
        format!("{title}{way}")
    };
    use UserColumn as C;
    let title = column.title();
    match column {
        C::Id => Column::new(title, 5, 10, 8),
        C::Name => Column::new(sorted(SortKey::Name, title), 18, 26, 0),
        C::Email => Column::new(sorted(SortKey::Email, title), 16, 32, 1),
        C::Username => Column::new(title, 10, 18, 6),
        C::Sid => Column::new(title, 10, 24, 6),
        C::UserType => Column::new(title, 12, 12, 6),
        C::Roles => Column::new(sorted(SortKey::Role, title), 8, 18, 3),
        C::Status => Column::new(sorted(SortKey::Status, title), 11, 11, 2),
        C::Activated => Column::new(title, 9, 9, 6),
        C::Mfa => Column::new(sorted(SortKey::Mfa, title), 8, 8, 5),
        C::LastSignIn => Column::new(sorted(SortKey::LastSignIn, title), 10, 10, 4),
        C::Activity => Column::new(sorted(SortKey::Activity, title), 10, 28, 7),
        C::Team => Column::new(sorted(SortKey::Team, title), 8, 14, 8),
        C::Flags => Column::new(sorted(SortKey::Flags, title), 9, 22, 6),
        C::Tenant => Column::new(sorted(SortKey::Tenant, title), 6, 16, 5),
        C::Seat => Column::new(title, 8, 9, 8),
        C::Kind => Column::new(title, 8, 8, 8),
    }
}

/// Draws the table.
pub fn draw(state: &State, area: Rect, buf: &mut Buffer) {
    let (which, columns): (Vec<UserColumn>, Vec<Column>) = columns(state).into_iter().unzip();
    let needle = fold(&state.users.search);
    let table = Table {
        columns: &columns,
        look: &state.look,
        len: state.users.len(),
        top: state.users.cursor.top,
        at: state.users.cursor.at,
        empty: empty(state),
    };
    table.draw(area, buf, |index, widths| match state.users.row(index) {
        None => Row::Missing,
        Some(row) => Row::each(row, widths, |row, column, width| {
            cell(row, which[column], width, &needle, &state.look)
        }),
    });
    marks(state, area, buf);
}

/// A sign before each account that is marked.
fn marks(state: &State, area: Rect, buf: &mut Buffer) {
    let users = &state.users;
    if users.marked.is_empty() || area.width < 2 {
        return;
    }
    let rows = (area.y + 1..area.bottom()).zip(users.cursor.top..);
    for (y, index) in rows {
        let row = users.row(index);
        if row.is_some_and(|row| users.marked.iter().any(|m| m.id == row.id)) {
            buf.set_string(area.x + 1, y, "*", state.look.theme.strong);
        }
    }
}

fn empty(state: &State) -> Vec<String> {
    let keys = &state.keymap;
    if state.users.total.is_none() {
        return match (&state.link, state.users.asked.is_some()) {
            (_, true) => vec!["Asking the daemon …".into()],
            (Link::Down { why, .. }, _) => {
                vec![why.clone(), "It is tried again by itself.".into()]
            }
            _ => Vec::new(),
        };
    }
    if matches!(state.overlay, Overlay::Search(_)) {
        return vec!["No account matches.".into(), "Esc ends the search.".into()];
    }
    if state.users.narrowed() {
        return vec![
            "No account matches.".into(),
            format!(
                "{} clears search and filters, {} goes one step back.",
                keys.first(Command::ClearFilters),
                keys.first(Command::Back)
            ),
        ];
    }
    if let Some(scope) = &state.scope {
        return vec![
            format!("Nobody belongs to {scope}."),
            format!(
                "{} leads back to the whole tenant.",
                keys.first(Command::Back)
            ),
        ];
    }
    vec![
        "No accounts yet.".into(),
        "Bring in people: rollcall import people --tenant NAME FILE".into(),
    ]
}

fn cell(
    row: &UserRow,
    column: UserColumn,
    width: usize,
    needle: &str,
    look: &Look,
) -> Vec<Span<'static>> {
    use UserColumn as C;
    let theme = &look.theme;
    let plain = Style::new();
    match column {
        C::Id => text::plain(&row.id.to_string(), width, plain),
        C::Name => name(row, width, needle, look),
        C::Email => text::cell(&row.email, width, needle, plain, theme.hit),
        C::Username => text::cell(&row.username, width, needle, plain, theme.hit),
        C::Sid => text::plain(&row.sid, width, plain),
        C::UserType => text::plain(&row.user_type, width, plain),
        C::Roles => text::plain(&row.roles.join(", "), width, plain),
        C::Status => status(row, width, look),
        C::Activated => match row.activated {
            Some(true) => text::plain("yes", width, plain),
            Some(false) => text::plain("not yet", width, theme.accent),
            None => text::plain(look.glyphs.none, width, theme.faint),
        },
        C::Mfa => text::plain(row.mfa.word(), width, mfa_style(row, look)),
        C::LastSignIn => match row.last_sign_in {
            Some(at) => text::plain(&format::day_in(at, &row.tz), width, plain),
            None => text::plain(look.glyphs.none, width, theme.faint),
        },
        C::Activity => vec![Span::raw(sparkline::line(
            &row.activity,
            width,
            &look.glyphs,
        ))],
        C::Team => text::plain(&row.team, width, plain),
        C::Flags => flags(row, width, look),
        C::Tenant => text::plain(&row.tenant, width, plain),
        C::Seat => text::plain(row.seat.word(), width, plain),
        C::Kind => text::plain(row.kind.word(), width, plain),
    }
}

/// The name; when only the login name matches the search, that stands behind it.
fn name(row: &UserRow, width: usize, needle: &str, look: &Look) -> Vec<Span<'static>> {
    let elsewhere = needle.is_empty()
        || text::find(&row.name, needle).is_some()
        || text::find(&row.email, needle).is_some();
    let shown = if elsewhere || row.username.is_empty() {
        row.name.clone()
    } else {
        format!("{} ({})", row.username, row.name)
    };
    let style = match row.kind {
        Kind::Person => Style::new(),
        _ => look.theme.faint,
    };
    text::cell(&shown, width, needle, style, look.theme.hit)
}

/// The style of a state.
pub fn status_style(status: Status, look: &Look) -> Style {
    match status {
        // Only what deserves a look is coloured.
        Status::Active => Style::new(),
        Status::Invited => look.theme.accent,
        Status::Suspended => look.theme.warn,
        Status::Expired | Status::Revoked => look.theme.warn,
        Status::Deactivated | Status::Deleted => look.theme.faint,
    }
}

/// The decided state; `!` behind it where the vendor's export shows another one.
fn status(row: &UserRow, width: usize, look: &Look) -> Vec<Span<'static>> {
    let drift = row.observed.is_some_and(|seen| seen != row.status);
    let mut shown = row.status.word().to_owned();
    if drift {
        // The longest word fills the column; the sign must not be what is cut.
        shown.truncate(width.saturating_sub(1));
        shown.push('!');
    }
    text::plain(&shown, width, status_style(row.status, look))
}

fn mfa_style(row: &UserRow, look: &Look) -> Style {
    match row.mfa {
        Mfa::None if row.flags.contains(&Flag::MfaMissing) => look.theme.bad,
        Mfa::None => look.theme.warn,
        Mfa::Unknown => look.theme.faint,
        Mfa::Enrolled | Mfa::Enforced => Style::new(),
    }
}

/// The style of a flag.
pub fn flag_style(flag: Flag, look: &Look) -> Style {
    match flag {
        Flag::Ended | Flag::MfaMissing => look.theme.bad,
        Flag::Drift | Flag::InvitationOverdue | Flag::Idle => look.theme.warn,
        _ => Style::new(),
    }
}

/// The flags that fit, the most important first, and how many more there are.
fn flags(row: &UserRow, width: usize, look: &Look) -> Vec<Span<'static>> {
    let set: Vec<(Flag, &str)> = FLAGS
        .into_iter()
        .filter(|(flag, _)| row.flags.contains(flag))
        .collect();
    let mut spans = Vec::new();
    let mut used = 0;
    for (n, (flag, word)) in set.iter().enumerate() {
        let left = set.len() - n;
        let tail = if left > 1 { 3 } else { 0 };
        if used + word.len() + tail > width && n > 0 {
            let more = format!("+{left}");
            if used + more.len() <= width {
                used += more.len();
                spans.push(Span::styled(more, look.theme.faint));
            }
            break;
        }
        let shown: String = word.chars().take(width.saturating_sub(used)).collect();
        used += shown.len();
        spans.push(Span::styled(shown, flag_style(*flag, look)));
        if left > 1 && used < width {
            used += 1;
            spans.push(Span::raw(" "));
        }
    }
    spans.push(Span::raw(" ".repeat(width.saturating_sub(used))));
    spans
}
