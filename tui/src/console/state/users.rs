//! The table of accounts: what is asked for, the window of rows fetched around the view, the account under the cursor.

use super::Screen;
use super::bulk::Marked;
use super::list::Cursor;
use super::range::SignedIn;
use crate::columns::UserColumn;
use crate::console::message::Ticket;
use rollcall_shared::domain::{AccountRef, Kind, Mfa, Micros, SeatHold, Status};
use rollcall_shared::text::fold;
use rollcall_shared::wire::Failure;
use rollcall_shared::wire::user::{Flag, Shows, SortKey, UserDetail, UserPage, UserQuery, UserRow};

/// One value of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// A state.
    Status(Status),
    /// A role by its identifier.
    Role(String),
    /// An MFA state.
    Mfa(Mfa),
    /// A kind.
    Kind(Kind),
    /// A seat hold.
    Seat(SeatHold),
    /// A flag.
    Flag(Flag),
}

/// The columns chosen, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(pub Vec<UserColumn>);

impl Default for Columns {
    fn default() -> Self {
        Columns(UserColumn::DRAWN.to_vec())
    }
}

impl Columns {
    /// The columns of their names, as they stand in a file; the names that are none.
    pub fn of_words<'w>(words: impl IntoIterator<Item = &'w str>) -> (Self, Vec<&'w str>) {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for word in words {
            match UserColumn::from_word(word.trim()) {
                Some(column) if known.contains(&column) => {}
                Some(column) => known.push(column),
                None => unknown.push(word),
            }
        }
        match known.is_empty() {
            true => (Columns::default(), unknown),
            false => (Columns(known), unknown),
        }
    }

    /// Their names.
    pub fn words(&self) -> Vec<&'static str> {
        self.0.iter().map(|column| column.word()).collect()
    }
}

/// The screen of accounts.
#[derive(Debug, Clone, Default)]
pub struct Users {
    /// The columns, in their order; those that no tenant shows are left out when drawn.
    pub columns: Columns,
    /// How many columns are left out at the left, behind those that stay, where not all have room.
    pub left: usize,
    /// What the tenants asked about show.
    pub shows: Shows,
    /// What is searched for.
    pub search: String,
    /// States let through; empty lets all through, here and below.
    pub status: Vec<Status>,
    /// Roles let through.
    pub role: Vec<String>,
    /// MFA states let through.
    pub mfa: Vec<Mfa>,
    /// Kinds let through.
    pub kind: Vec<Kind>,
    /// Seat holds let through.
    pub seat: Vec<SeatHold>,
    /// Flags that must all be set.
    pub flag: Vec<Flag>,
    /// Last sign-ins let through.
    pub signed_in: SignedIn,
    /// The column sorted by.
    pub sort: SortKey,
    /// Largest first.
    pub descending: bool,
    /// How many match; none while they are being counted.
    pub total: Option<u64>,
    /// Index of the first row fetched.
    pub offset: u64,
    /// The rows fetched; each matches what is asked for, also while newer ones are on their way.
    pub rows: Vec<UserRow>,
    /// Where the cursor and the view are.
    pub cursor: Cursor,
    /// The account under the cursor; it stays there when rows move.
    pub anchor: Option<AccountRef>,
    /// The question on its way.
    pub asked: Option<Asked>,
    /// Cursor and account before the search began; Esc goes back there.
    pub before_search: Option<(Cursor, Option<AccountRef>)>,
    /// The account shown beside or over the table.
    pub pane: Option<Pane>,
    /// The screen from which the account shown was opened; closing it leads back there.
    pub came_from: Option<Screen>,
    /// Why the list may not be seen; none when it may.
    pub denied: Option<Failure>,
    /// Accounts marked, in the order of their marking.
    pub marked: Vec<Marked>,
    /// The question for all that are filtered on its way, to be marked.
    pub marking: Option<Ticket>,
    /// The export on its way.
    pub exporting: Option<Ticket>,
    /// Role identifiers seen or told, for the filter.
    pub roles_known: Vec<String>,
    /// The question for the roles of a tenant on its way.
    pub roles_asked: Option<Ticket>,
    /// Tenants whose roles are still to be asked for.
    pub roles_left: Vec<String>,
}

/// The most rows a daemon gives at once.
pub const MOST: u64 = 1_000;

/// Rows fetched before and behind those in view: a page, as far as one answer holds.
pub fn margin(height: u64) -> u64 {
    height.max(20).min(MOST.saturating_sub(height) / 2)
}

/// A question for a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Its ticket.
    pub ticket: Ticket,
    /// What was asked.
    pub query: UserQuery,
    /// The first row in view when it was asked.
    pub top: u64,
    /// It looks further around for the account under the cursor.
    pub wide: bool,
}

/// One account shown whole.
#[derive(Debug, Clone)]
pub struct Pane {
    /// Which.
    pub id: AccountRef,
    /// What is known of it; none while it is fetched.
    pub detail: Option<Box<UserDetail>>,
    /// Why it could not be fetched.
    pub failure: Option<Failure>,
    /// The question on its way.
    pub asked: Option<Ticket>,
    /// Lines scrolled away.
    pub scroll: usize,
}

impl Users {
    /// What is asked for, without the window.
    pub fn query(&self, tenant: Option<&str>, scope: Option<&str>) -> UserQuery {
        UserQuery {
            tenant: tenant.map(str::to_owned),
            scope: scope.map(str::to_owned),
            search: self.search.clone(),
            status: self.status.clone(),
            role: self.role.clone(),
            mfa: self.mfa.clone(),
            kind: self.kind.clone(),
            seat: self.seat.clone(),
            flag: self.flag.clone(),
            last_sign_in_from: self.signed_in.from,
            last_sign_in_to: self.signed_in.to,
            never_signed_in: self.signed_in.never,
            sort: self.sort,
            descending: self.descending,
            ..UserQuery::default()
        }
    }

    /// Whether search or filters hide anything.
    pub fn narrowed(&self) -> bool {
        !self.search.is_empty() || self.filters() > 0
    }

    /// How many filters are set.
    pub fn filters(&self) -> usize {
        let set = [
            self.status.is_empty(),
            self.role.is_empty(),
            self.mfa.is_empty(),
            self.kind.is_empty(),
            self.seat.is_empty(),
            self.flag.is_empty(),
            self.signed_in.is_open(),
        ];
        set.into_iter().filter(|empty| !empty).count()
    }

    /// The filters as one phrase each, for example `status active|invited`; roles by what they are called.
    pub fn phrases(&self, called: impl Fn(&str) -> String) -> Vec<String> {
        let roles: Vec<String> = self.role.iter().map(|id| called(id)).collect();
        let lists: [(&str, Vec<&str>); 6] = [
            ("status", self.status.iter().map(|v| v.word()).collect()),
            ("role", roles.iter().map(String::as_str).collect()),
            ("mfa", self.mfa.iter().map(|v| v.word()).collect()),
            ("kind", self.kind.iter().map(|v| v.word()).collect()),
            ("seat", self.seat.iter().map(|v| v.word()).collect()),
            ("flag", self.flag.iter().map(|v| v.word()).collect()),
        ];
        let phrases = lists
            .into_iter()
            .filter(|(_, values)| !values.is_empty())
            .map(|(name, values)| {
                let by = if name == "flag" { "+" } else { "|" };
                format!("{name} {}", values.join(by))
            });
        phrases.chain(self.signed_in.phrases()).collect()
    }

    /// Whether a value of a filter is set.
    pub fn picked(&self, pick: &Pick) -> bool {
        match pick {
            Pick::Status(v) => self.status.contains(v),
            Pick::Role(v) => self.role.contains(v),
            Pick::Mfa(v) => self.mfa.contains(v),
            Pick::Kind(v) => self.kind.contains(v),
            Pick::Seat(v) => self.seat.contains(v),
            Pick::Flag(v) => self.flag.contains(v),
        }
    }

    /// Sets a value of a filter, or takes it away.
    pub fn toggle(&mut self, pick: &Pick) {
        fn flip<T: Clone + PartialEq>(list: &mut Vec<T>, value: &T) {
            match list.iter().position(|v| v == value) {
                Some(at) => {
                    list.remove(at);
                }
                None => list.push(value.clone()),
            }
        }
        match pick {
            Pick::Status(v) => flip(&mut self.status, v),
            Pick::Role(v) => flip(&mut self.role, v),
            Pick::Mfa(v) => flip(&mut self.mfa, v),
            Pick::Kind(v) => flip(&mut self.kind, v),
            Pick::Seat(v) => flip(&mut self.seat, v),
            Pick::Flag(v) => flip(&mut self.flag, v),
        }
    }

    /// Whether a row is among what is asked for, as the daemon judges it.
    pub fn matches(&self, row: &UserRow, tenant: Option<&str>, now: Micros) -> bool {
        fn one_of<T: PartialEq>(list: &[T], value: &T) -> bool {
            list.is_empty() || list.contains(value)
        }
        let needle = fold(&self.search);
        let found = needle.is_empty()
            || [&row.name, &row.email, &row.username]
                .into_iter()
                .any(|text| fold(text).contains(&needle));
        found
            && tenant.is_none_or(|t| t == row.tenant)
            && one_of(&self.status, &row.status)
            && one_of(&self.mfa, &row.mfa)
            && one_of(&self.kind, &row.kind)
            && one_of(&self.seat, &row.seat)
            && (self.role.is_empty() || row.roles.iter().any(|r| self.role.contains(r)))
            && self.flag.iter().all(|flag| row.flags.contains(flag))
            && self.signed_in.matches(row, now)
    }

    /// The row at an index of the whole list, if it is fetched.
    pub fn row(&self, index: u64) -> Option<&UserRow> {
        let at = index.checked_sub(self.offset)?;
        self.rows.get(usize::try_from(at).ok()?)
    }

    /// The row under the cursor, if it is fetched.
    pub fn selected(&self) -> Option<&UserRow> {
        self.row(self.cursor.at)
    }

    /// The account that commands act on: the one in the pane, else the one under the cursor.
    pub fn shown_account(&self) -> Option<&UserRow> {
        match &self.pane {
            Some(pane) => match &pane.detail {
                Some(detail) => Some(&detail.row),
                None => self.rows.iter().find(|row| row.id == pane.id),
            },
            None => self.selected(),
        }
    }

    /// The state in which an account is shown, by its reference; none when it is not shown.
    pub fn status_of(&self, user: &str) -> Option<Status> {
        let shown = self.shown_account().into_iter().chain(&self.rows);
        let mut found = shown.filter(|row| row.id.to_string() == user);
        found.next().map(|row| row.status)
    }

    /// Rows in the list as far as is known.
    pub fn len(&self) -> u64 {
        self.total.unwrap_or(self.offset + self.rows.len() as u64)
    }

    /// Whether nothing is in the list.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether every row in view is fetched.
    pub fn covers(&self, height: u64) -> bool {
        let end = (self.cursor.top + height).min(self.len());
        self.total.is_some()
            && self.cursor.top >= self.offset
            && end <= self.offset + self.rows.len() as u64
    }

    /// Whether the edge of what is fetched is near, and there is more beyond it.
    pub fn near_edge(&self, height: u64) -> bool {
        let margin = margin(height) / 2;
        let end = self.offset + self.rows.len() as u64;
        let above = self.offset > 0 && self.cursor.top < self.offset + margin;
        let below = end < self.len() && self.cursor.top + height + margin > end;
        above || below
    }

    /// What is asked for changed: rows that do not match go at once, and the count is open.
    pub fn narrow(&mut self, tenant: Option<&str>, now: Micros) {
        let rows = std::mem::take(&mut self.rows);
        self.rows = rows
            .into_iter()
            .filter(|row| self.matches(row, tenant, now))
            .collect();
        self.offset = 0;
        self.total = None;
        self.cursor = Cursor::default();
        self.anchor = None;
    }

    /// Takes a page. Keeps the cursor on its account; true when that account is not in the page although it was
    /// asked for again, so that a wider page is needed.
    pub fn take(&mut self, page: UserPage, height: u64) -> bool {
        self.offset = page.offset;
        self.total = Some(page.total);
        self.shows = page.shows;
        self.rows = page.rows;
        let seen: Vec<String> = self.rows.iter().flat_map(|r| r.roles.clone()).collect();
        self.learn_roles(seen);
        let found = self
            .anchor
            .and_then(|id| self.rows.iter().position(|row| row.id == id));
        match found {
            Some(at) => {
                let to = self.offset + at as u64;
                if to != self.cursor.at {
                    self.cursor.follow(to, page.total, height);
                } else {
                    self.cursor.reveal(page.total, height);
                }
                false
            }
            None => {
                self.cursor.reveal(page.total, height);
                self.anchor.is_some()
            }
        }
    }

    /// Notes role identifiers for the filter.
    pub fn learn_roles(&mut self, roles: impl IntoIterator<Item = String>) {
        for role in roles {
            if let Err(at) = self.roles_known.binary_search(&role) {
                self.roles_known.insert(at, role);
            }
        }
    }

    /// The account under the cursor becomes the one that stays there.
    pub fn drop_anchor(&mut self) {
        self.anchor = self.selected().map(|row| row.id);
    }
}
