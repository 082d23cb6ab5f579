//! Which columns of accounts stand on a terminal, how wide: in words where all fit, else short; what has no room is reached
//! sideways.

use crate::columns::UserColumn;
use crate::console::state::State;
use crate::console::state::users::Columns;
use crate::console::theme::Look;
use crate::console::view::layout;
use crate::console::widgets::table::{Column, allot};
use rollcall_shared::domain::{Mfa, Status};
use rollcall_shared::wire::user::Flag;

/// Name and email stay while the rest moves sideways, on terminals of so many columns.
const BOTH_STAY: u16 = 60;
/// The name alone stays on those.
const NAME_STAYS: u16 = 33;
/// The legend stands below the table on terminals at least so wide and so high.
const LEGEND: (u16, u16) = (78, 16);

/// The columns of the table as they stand now.
pub struct Shown {
    /// Which, each as it is drawn.
    pub columns: Vec<(UserColumn, Column)>,
    /// Marks and letters stand in place of words.
    pub short: bool,
    /// Some are left out at the left.
    pub before: bool,
    /// Some have no room.
    pub after: bool,
}

/// The columns in a table of a width.
pub fn shown(state: &State, width: u16) -> Shown {
    let all = chosen(state);
    let each = |short: bool| -> Vec<(UserColumn, Column)> {
        let own = state.users.columns != Columns::default();
        let drawn = all.iter().enumerate().map(|(at, column)| {
            let drawn = match short {
                true => small(*column),
                false => whole(*column),
            };
            let mut drawn = signed(state, *column, drawn);
            // Which go first where there is no room is fixed for the usual order; of columns chosen by the admin the
            // first stay longest.
            if own {
                drawn.rank = u8::try_from(at).unwrap_or(u8::MAX);
            }
            (*column, drawn)
        });
        drawn.collect()
    };
    let words = each(false);
    if fits(&words, width) {
        return Shown {
            columns: words,
            short: false,
            before: false,
            after: false,
        };
    }
    let mut columns = each(true);
    let stay = match width {
        BOTH_STAY.. => 2,
        NAME_STAYS.. => 1,
        _ => 0,
    };
    let stay = stay.min(columns.len());
    let left = state.users.left.min(columns.len() - stay);
    if left > 0 {
        columns.drain(stay..stay + left);
        for (at, (_, column)) in columns.iter_mut().enumerate() {
            column.rank = u8::try_from(at).unwrap_or(u8::MAX);
        }
    }
    let after = !fits(&columns, width);
    Shown {
        columns,
        short: true,
        before: left > 0,
        after,
    }
}

/// The columns of the table in view.
pub fn in_view(state: &State) -> Shown {
    shown(state, layout::of(state).table.width)
}

fn fits(columns: &[(UserColumn, Column)], width: u16) -> bool {
    let drawn: Vec<Column> = columns.iter().map(|(_, column)| column.clone()).collect();
    allot(&drawn, width).len() == columns.len()
}

/// The columns chosen that say something here.
fn chosen(state: &State) -> Vec<UserColumn> {
    let several = state.tenant.is_none() && state.tenant_rows().len() != 1;
    let own = state.users.columns != Columns::default();
    let columns = state.users.columns.0.iter().copied();
    let shown = columns.filter(|column| {
        column.shown(&state.users.shows) && (own || several || *column != UserColumn::Tenant)
    });
    shown.collect()
}

/// A column with the way round behind its title where the rows are sorted by it.
fn signed(state: &State, column: UserColumn, mut drawn: Column) -> Column {
    let (users, glyphs) = (&state.users, &state.look.glyphs);
    if column.sort_key() == users.sort {
        drawn.sign = match users.descending {
            true => glyphs.down,
            false => glyphs.up,
        };
    }
    drawn
}

/// A column in words.
fn whole(column: UserColumn) -> Column {
    use UserColumn as C;
    let (min, want, rank) = match column {
        C::Id => (5, 10, 8),
        C::Name => (18, 26, 0),
        C::Email => (20, 32, 1),
        C::Username => (10, 18, 6),
        C::Sid => (10, 24, 6),
        C::UserType => (12, 12, 6),
        C::Roles => (14, 18, 3),
        C::Status => (11, 11, 2),
        C::Activated => (9, 9, 6),
        C::Mfa => (8, 8, 5),
        C::LastSignIn => (10, 10, 4),
        C::Activity => (10, 28, 7),
        C::Team => (8, 14, 8),
        C::Flags => (9, 22, 6),
        C::Tenant => (10, 16, 5),
        C::Seat => (8, 9, 8),
        C::Kind => (8, 8, 8),
    };
    Column::new(column.title(), min, want, rank)
}

/// A column with marks and letters in place of words, the more important the longer it stays.
fn small(column: UserColumn) -> Column {
    use UserColumn as C;
    let (title, min, want, rank) = match column {
        C::Name => ("Name", 17, 26, 0),
        C::Email => ("Email", 16, 32, 1),
        C::Status => ("St", 2, 2, 2),
        C::Roles => ("Role", 8, 18, 3),
        C::LastSignIn => ("Seen", 8, 10, 4),
        C::Mfa => ("MFA", 4, 4, 5),
        C::Flags => ("Flag", 4, 4, 6),
        C::Activity => ("Uses", 6, 14, 7),
        C::Team => ("Team", 5, 14, 8),
        C::Tenant => ("Tenant", 6, 16, 9),
        // What only some vendors have comes last.
        _ => {
            return Column {
                rank: 10,
                ..whole(column)
            };
        }
    };
    Column::new(title, min, want, rank)
}

/// The letter of a state.
pub fn status_mark(status: Status) -> &'static str {
    match status {
        Status::Active => "A",
        Status::Invited => "I",
        Status::Suspended => "S",
        Status::Deactivated => "D",
        Status::Expired => "E",
        Status::Revoked => "R",
        Status::Deleted => "X",
    }
}

/// The short word of a second factor.
pub fn mfa_mark(mfa: Mfa) -> &'static str {
    match mfa {
        Mfa::Enrolled => "yes",
        Mfa::Enforced => "yes+",
        Mfa::None => "no",
        Mfa::Unknown => "?",
    }
}

/// The letter of a flag.
pub fn flag_mark(flag: Flag) -> &'static str {
    match flag {
        Flag::Ended => "E",
        Flag::MfaMissing => "M",
        Flag::Drift => "D",
        Flag::InvitationOverdue => "V",
        Flag::Idle => "I",
        Flag::NeverSignedIn => "N",
        Flag::Held => "H",
        Flag::OnLeave => "L",
        Flag::Owner => "O",
        Flag::Privileged => "P",
    }
}

/// What the marks and letters mean.
pub const MARKS: [&str; 2] = [
    "A active I invited S suspended D deactivated E expired R revoked X deleted",
    "Flags Ended Mfa Drift oVerdue Idle Never Held Leave Owner Priv; yes+ enforced",
];

/// Lines below the table that say what its marks mean.
pub fn legend_rows(state: &State) -> u16 {
    let (width, height) = LEGEND;
    let table = layout::of(state).table;
    if state.zoom || table.width < width || state.size.1 < height {
        return 0;
    }
    match shown(state, table.width).short {
        true => 2,
        false => 0,
    }
}

/// The signs before the titles that there is more at a side.
pub fn sides(shown: &Shown, look: &Look) -> String {
    let sign = |more: bool, sign: &'static str| if more { sign } else { " " };
    let [left, right] = look.glyphs.sides;
    format!("{}{}", sign(shown.before, left), sign(shown.after, right))
}
