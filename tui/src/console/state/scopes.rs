//! The tree of scopes: what is folded, where the cursor is, the settings of one in the pane.

use super::list::Cursor;
use crate::console::message::Ticket;
use rollcall_shared::domain::ScopeId;
use rollcall_shared::wire::Failure;
use rollcall_shared::wire::structure::{ScopeRow, Scopes as Tree};
use std::collections::BTreeSet;

/// The screen of scopes.
#[derive(Debug, Clone, Default)]
pub struct Scopes {
    /// The tree, parents before children; none before the first answer.
    pub tree: Option<Tree>,
    /// Why there is none.
    pub failure: Option<Failure>,
    /// The question on its way.
    pub asked: Option<Ticket>,
    /// Scopes whose children are hidden.
    pub folded: BTreeSet<ScopeId>,
    /// Where the cursor and the view are, among the rows not hidden.
    pub cursor: Cursor,
    /// The scope shown, and the lines scrolled away.
    pub pane: Option<Pane>,
}

/// One scope shown whole; what is known of it stands in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pane {
    /// Which.
    pub id: ScopeId,
    /// Lines scrolled away.
    pub scroll: usize,
}

impl Scopes {
    /// The rows that no folded scope hides.
    pub fn rows(&self) -> Vec<&ScopeRow> {
        let mut hidden: BTreeSet<ScopeId> = BTreeSet::new();
        let all = self.tree.as_ref().map_or(&[][..], |t| &t.rows);
        let mut rows = Vec::new();
        for row in all {
            let parent = row.node.parent;
            if parent.is_some_and(|p| hidden.contains(&p) || self.folded.contains(&p)) {
                hidden.insert(row.node.id);
            } else {
                rows.push(row);
            }
        }
        rows
    }

    /// Whether anything lies in a scope.
    pub fn has_children(&self, id: ScopeId) -> bool {
        let rows = self.tree.as_ref().map_or(&[][..], |t| &t.rows);
        rows.iter().any(|row| row.node.parent == Some(id))
    }

    /// The row under the cursor.
    pub fn under_cursor(&self) -> Option<&ScopeRow> {
        let at = usize::try_from(self.cursor.at).ok()?;
        self.rows().get(at).copied()
    }

    /// The scope that commands act on: the one in the pane, else the one under the cursor.
    pub fn selected(&self) -> Option<&ScopeRow> {
        match &self.pane {
            Some(pane) => {
                let rows = self.tree.as_ref().map_or(&[][..], |t| &t.rows);
                rows.iter().find(|row| row.node.id == pane.id)
            }
            None => self.under_cursor(),
        }
    }

    /// Puts the cursor on a scope that is not hidden.
    pub fn go_to(&mut self, id: ScopeId, height: u64) {
        let rows = self.rows();
        let len = rows.len() as u64;
        if let Some(at) = rows.iter().position(|row| row.node.id == id) {
            self.cursor.go(at as u64, len, height);
        }
    }

    /// Takes a new tree; the cursor stays on its scope.
    pub fn take(&mut self, tree: Tree, height: u64) {
        let id = self.under_cursor().map(|row| row.node.id);
        self.tree = Some(tree);
        self.failure = None;
        let len = self.rows().len() as u64;
        self.cursor.reveal(len, height);
        if let Some(id) = id {
            self.go_to(id, height);
        }
    }
}
