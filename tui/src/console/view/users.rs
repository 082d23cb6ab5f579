//! The table of accounts.

use crate::columns::UserColumn;
use crate::console::command::Command;
use crate::console::state::State;
use crate::console::state::link::Link;
use crate::console::state::overlay::Overlay;
use crate::console::theme::Look;
use crate::console::view::{format, user_columns};
use crate::console::widgets::table::{Column, Row, Table};
use crate::console::widgets::{sparkline, text};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use rollcall_shared::domain::{Kind, Mfa, Status};
use rollcall_shared::text::fold;
use rollcall_shared::wire::user::{Flag, UserRow};

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

/// Draws the table.
pub fn draw(state: &State, area: Rect, buf: &mut Buffer) {
    let shown = user_columns::shown(state, area.width);
    let sides = user_columns::sides(&shown, &state.look);
    let (which, columns): (Vec<UserColumn>, Vec<Column>) = shown.columns.into_iter().unzip();
    let below = user_columns::legend_rows(state).min(area.height.saturating_sub(2));
    let (area, legend) = (
        Rect {
            height: area.height - below,
            ..area
        },
        Rect {
            y: area.bottom() - below,
            height: below,
            ..area
        },
    );
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
            cell(state, row, which[column], width, &needle)
        }),
    });
    if sides.trim() != "" {
        let style = state.look.theme.head.patch(state.look.theme.accent);
        buf.set_stringn(area.x, area.y, sides, usize::from(area.width), style);
    }
    marks(state, area, buf);
    for (y, line) in (legend.y..legend.bottom()).zip(user_columns::MARKS) {
        let place = Rect::new(legend.x, y, legend.width, 1);
        Line::from(Span::styled(format!(" {line}"), state.look.theme.faint)).render(place, buf);
    }
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
        let asks = state.users.asked.is_some() || matches!(state.link, Link::Down { .. });
        return if asks {
            super::asking(state)
        } else {
            Vec::new()
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
    state: &State,
    row: &UserRow,
    column: UserColumn,
    width: usize,
    needle: &str,
) -> Vec<Span<'static>> {
    use UserColumn as C;
    let look = &state.look;
    let theme = &look.theme;
    let plain = Style::new();
    match column {
        C::Id => text::plain(&row.id.to_string(), width, plain),
        C::Name => name(row, width, needle, look),
        C::Email => text::cell(&row.email, width, needle, plain, theme.hit),
        C::Username => text::cell(&row.username, width, needle, plain, theme.hit),
        C::Sid => text::plain(&row.sid, width, plain),
        C::UserType => text::plain(&row.user_type, width, plain),
        C::Roles => {
            let roles = state.role_words(&row.tenant, &row.roles);
            text::plain(&text::last_word_kept(&roles, width), width, plain)
        }
        C::Status => status(row, width, look),
        C::Activated => match row.activated {
            Some(true) => text::plain("yes", width, plain),
            Some(false) => text::plain("not yet", width, theme.accent),
            None => text::plain(look.glyphs.none, width, theme.faint),
        },
        C::Mfa => {
            let word = row.mfa.word();
            let fits = Mfa::ALL.iter().all(|mfa| mfa.word().len() <= width);
            let shown = if fits {
                word
            } else {
                user_columns::mfa_mark(row.mfa)
            };
            text::plain(shown, width, mfa_style(row, look))
        }
        C::LastSignIn => match row.last_sign_in {
            Some(at) => {
                let day = format::day_in(at, &row.tz);
                // The century goes where it does not fit.
                let shown = if day.len() > width { &day[2..] } else { &day };
                text::plain(shown, width, plain)
            }
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
    let fits = Status::ALL.iter().all(|s| s.word().len() <= width);
    let mut shown = match fits {
        true => row.status.word().to_owned(),
        false => user_columns::status_mark(row.status).to_owned(),
    };
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
    if width < WORDS {
        return flag_letters(&set, width, look);
    }
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

/// Flags stand in words on so many columns.
const WORDS: usize = 9;

/// The flags by their letters; a sign in the last column where there are more.
fn flag_letters(set: &[(Flag, &str)], width: usize, look: &Look) -> Vec<Span<'static>> {
    let room = match set.len() > width {
        true => width.saturating_sub(1),
        false => set.len(),
    };
    let letters = set.iter().take(room).map(|(flag, _)| {
        let letter = user_columns::flag_mark(*flag);
        Span::styled(letter, flag_style(*flag, look))
    });
    let mut spans: Vec<Span<'static>> = letters.collect();
    if set.len() > width && width > 0 {
        spans.push(Span::styled("+", look.theme.faint));
    }
    spans.push(Span::raw(" ".repeat(width.saturating_sub(set.len()))));
    spans
}
