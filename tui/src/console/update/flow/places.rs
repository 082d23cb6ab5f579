//! The scopes where a role can be held, as a list to choose from.

use crate::console::state::picker::Item;
use rollcall_shared::domain::ScopeKind;
use rollcall_shared::wire::structure::ScopeRow;

/// The scopes of a tree where roles are held: teams hold none, and a signature request is nobody's working place.
pub fn fit(rows: Vec<ScopeRow>) -> Vec<ScopeRow> {
    let holds = |row: &ScopeRow| !matches!(row.node.kind, ScopeKind::Team | ScopeKind::Request);
    rows.into_iter().filter(holds).collect()
}

/// Whether there is more than the tenant itself to choose from.
pub fn any(rows: &[ScopeRow]) -> bool {
    rows.iter().any(|row| row.node.parent.is_some())
}

/// The lines of a list of scopes, the one at a path chosen, else the first; none where there is the tenant only.
pub fn items(rows: &[ScopeRow], chosen: Option<&str>) -> Vec<Item> {
    if !any(rows) {
        return Vec::new();
    }
    let item = |row: &ScopeRow| {
        let path = row.node.parent.map_or("", |_| row.path.as_str());
        Item {
            id: path.to_owned(),
            label: if path.is_empty() {
                "the whole tenant".into()
            } else {
                path.to_owned()
            },
            note: row.label.clone(),
            on: path == chosen.unwrap_or_default(),
            why_not: String::new(),
        }
    };
    let mut items: Vec<Item> = rows.iter().map(item).collect();
    // Whose roles reach a part of the tenant only has no root to begin at.
    if let Some(first) = items.first_mut().filter(|_| chosen.is_none()) {
        first.on = true;
    }
    items
}
