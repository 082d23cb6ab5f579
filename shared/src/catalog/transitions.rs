//! The changes of state that a catalog has.

use super::near::meant;
use super::table::{CatalogError, Table};
use crate::domain::Status;
use serde::{Deserialize, Serialize};

/// A change of state that exists, and the verb or cause that makes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// From.
    pub from: Status,
    /// To.
    pub to: Status,
    /// By: `accept`, `decline`, `revoke`, `expire`, `resend`, `suspend`, `reactivate`, `deactivate`, `delete`, `import`.
    pub by: String,
}

/// The causes a transition may name.
const CAUSES: [&str; 9] = [
    "accept",
    "decline",
    "revoke",
    "expire",
    "resend",
    "suspend",
    "reactivate",
    "deactivate",
    "delete",
];

/// The changes of state of a catalog that lists none, as those adopted before there was a table: no deletion.
fn usual() -> Vec<Transition> {
    use Status::{Active, Deactivated, Expired, Invited, Revoked, Suspended};
    let ways: [(&[Status], Status, &str); 8] = [
        (&[Invited], Active, "accept"),
        (&[Invited], Revoked, "decline"),
        (&[Invited], Revoked, "revoke"),
        (&[Invited], Expired, "expire"),
        (&[Invited, Expired, Revoked, Deactivated], Invited, "resend"),
        (&[Active], Suspended, "suspend"),
        (&[Suspended, Deactivated], Active, "reactivate"),
        (
            &[Invited, Active, Suspended, Expired, Revoked],
            Deactivated,
            "deactivate",
        ),
    ];
    let each = ways.into_iter().flat_map(|(from, to, by)| {
        from.iter().map(move |from| Transition {
            from: *from,
            to,
            by: by.to_owned(),
        })
    });
    each.collect()
}

pub(super) fn transitions(root: &Table<'_>) -> Result<Vec<Transition>, CatalogError> {
    if root.get("transition").is_none() {
        return Ok(usual());
    }
    let mut out: Vec<Transition> = Vec::new();
    for table in root.tables("transition")? {
        table.only(&["from", "to", "by"])?;
        let (by, at) = table.text("by")?;
        if !CAUSES.contains(&by.as_str()) {
            let near = meant(&by, CAUSES);
            let reason = format!(
                "{by:?} makes no change of state{near}; known are {}",
                CAUSES.join(", ")
            );
            return Err(table.error(&at, "by", reason));
        }
        let to = table.word("to")?;
        for (from, at) in table.texts("from")? {
            let from = from
                .parse()
                .map_err(|e: String| table.error(&at, "from", e))?;
            if out.iter().any(|t| t.from == from && t.by == by) {
                let reason = format!("`{by}` from {from} is listed twice");
                return Err(table.error(&at, "from", reason));
            }
            out.push(Transition {
                from,
                to,
                by: by.clone(),
            });
        }
    }
    Ok(out)
}
