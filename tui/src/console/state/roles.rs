//! The matrix of roles and permissions: its cursor is a cell; one role is shown whole in the pane.

use super::list::Cursor;
use crate::console::message::Ticket;
use rollcall_shared::catalog::Permission;
use rollcall_shared::text::fold;
use rollcall_shared::wire::Failure;
use rollcall_shared::wire::role::{RoleDetail, RoleRow, Roles as Matrix};

/// The screen of roles.
#[derive(Debug, Clone, Default)]
pub struct Roles {
    /// Roles × permissions; none before the first answer.
    pub list: Option<Matrix>,
    /// Why there is none.
    pub failure: Option<Failure>,
    /// The question on its way.
    pub asked: Option<Ticket>,
    /// What permissions are searched for.
    pub search: String,
    /// Which permission the cursor is on, among those that fit.
    pub cursor: Cursor,
    /// Which role the cursor is on.
    pub column: usize,
    /// The first role in view.
    pub left: usize,
    /// The role shown.
    pub pane: Option<Pane>,
}

/// One role shown whole.
#[derive(Debug, Clone)]
pub struct Pane {
    /// Which, by identifier.
    pub role: String,
    /// What is known of it; none while it is fetched.
    pub detail: Option<Box<RoleDetail>>,
    /// Why it could not be fetched.
    pub failure: Option<Failure>,
    /// The question on its way.
    pub asked: Option<Ticket>,
    /// Lines scrolled away.
    pub scroll: usize,
    /// The holder the cursor is on.
    pub holder: usize,
}

impl Roles {
    /// The permissions that fit what is searched for.
    pub fn permissions(&self) -> Vec<&Permission> {
        let needle = fold(&self.search);
        let all = self.list.as_ref().map_or(&[][..], |l| &l.permissions);
        all.iter()
            .filter(|p| {
                let texts = [&p.id, &p.name, &p.meaning];
                needle.is_empty() || texts.into_iter().any(|t| fold(t).contains(&needle))
            })
            .collect()
    }

    /// The roles, in the order of the columns.
    pub fn roles(&self) -> &[RoleRow] {
        self.list.as_ref().map_or(&[], |l| &l.roles)
    }

    /// The role that commands act on: the one in the pane, else the one under the cursor.
    pub fn selected(&self) -> Option<&RoleRow> {
        match &self.pane {
            Some(pane) => self.roles().iter().find(|role| role.id == pane.role),
            None => self.roles().get(self.column),
        }
    }

    /// Takes a new matrix; the cursor stays on its role.
    pub fn take(&mut self, list: Matrix, height: u64) {
        let role = self.roles().get(self.column).map(|r| r.id.clone());
        let found = role.and_then(|id| list.roles.iter().position(|r| r.id == id));
        let last = list.roles.len().saturating_sub(1);
        self.column = found.unwrap_or(self.column.min(last));
        self.left = self.left.min(self.column);
        self.list = Some(list);
        self.failure = None;
        let len = self.permissions().len() as u64;
        self.cursor.reveal(len, height);
    }
}

/// How a role stands to a permission, as one word of the matrix: granted, with which qualifier, blocked, or not at all.
pub fn mark(role: &RoleRow, permission: &str) -> Mark {
    if role.blocks.iter().any(|b| b == permission) {
        return Mark::Block;
    }
    let grant = role.grants.iter().find_map(|grant| {
        let (id, qualifier) = grant.split_once(':').unwrap_or((grant, ""));
        (id == permission).then_some(qualifier)
    });
    match grant {
        None => Mark::None,
        Some("") => Mark::Yes,
        Some("own") => Mark::Own,
        Some("read_only") => Mark::ReadOnly,
        Some("group") => Mark::Group,
        Some(_) => Mark::Root,
    }
}

/// One cell of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Granted in full.
    Yes,
    /// For own objects only.
    Own,
    /// For looking only.
    ReadOnly,
    /// For objects of the user's groups only.
    Group,
    /// At the root account only.
    Root,
    /// Blocked, whatever other roles grant.
    Block,
    /// Not granted.
    None,
}

impl Mark {
    /// All of them, the most usual first.
    pub const ALL: [Mark; 7] = [
        Mark::Yes,
        Mark::Own,
        Mark::ReadOnly,
        Mark::Group,
        Mark::Root,
        Mark::Block,
        Mark::None,
    ];

    /// The word in the cell; `none` is the sign for nothing.
    pub fn word(self, none: &'static str) -> &'static str {
        match self {
            Mark::Yes => "Y",
            Mark::Own => "own",
            Mark::ReadOnly => "ro",
            Mark::Group => "grp",
            Mark::Root => "root",
            Mark::Block => "block",
            Mark::None => none,
        }
    }

    /// What the word means, in few words.
    pub fn short(self) -> &'static str {
        match self {
            Mark::Yes => "granted",
            Mark::Own => "objects",
            Mark::ReadOnly => "look only",
            Mark::Group => "own groups",
            Mark::Root => "account only",
            Mark::Block => "whatever else grants",
            Mark::None => "no",
        }
    }

    /// What the word means.
    pub fn meaning(self) -> &'static str {
        match self {
            Mark::Yes => "granted",
            Mark::Own => "own objects only",
            Mark::ReadOnly => "looking only",
            Mark::Group => "objects of the user's groups only",
            Mark::Root => "at the root account only",
            Mark::Block => "blocked, whatever other roles grant",
            Mark::None => "not granted",
        }
    }
}
