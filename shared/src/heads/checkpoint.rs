//! The text of a checkpoint, as <https://c2sp.org/tlog-checkpoint> defines it.

use super::StoreId;
use crate::domain::JournalId;
use crate::store::TreeHead;
use crate::store::tree::Hash;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What a log says of its tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// Leaves in its tree.
    pub size: u64,
    /// The root over them (RFC 6962).
    pub root: Hash,
}

impl Checkpoint {
    /// The head of a journal of this store.
    pub fn of(store: StoreId, head: &TreeHead) -> Self {
        Checkpoint {
            origin: store.origin(head.journal),
            size: head.leaves,
            root: head.root,
        }
    }

    /// As the text of a note: origin, decimal size, base64 root, a line each. We write no extension lines: C2SP
    /// recommends none, because nobody can audit them.
    pub fn text(&self) -> String {
        let root = STANDARD.encode(self.root);
        format!("{}\n{}\n{root}\n", self.origin, self.size)
    }

    /// Reads the text of a note; none when it is no checkpoint. Extension lines are passed over.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let whole = !origin.is_empty() && lines.all(|extension| !extension.is_empty());
        let root = STANDARD.decode(root).ok()?.try_into().ok()?;
        let number: u64 = size.parse().ok()?;
        // Zeros in front or a sign would be another text for the same head.
        (whole && number.to_string() == size).then(|| Checkpoint {
            origin: origin.to_owned(),
            size: number,
            root,
        })
    }

    /// Which journal of which store it speaks of; none when it is another program's log.
    pub fn journal(&self) -> Option<(StoreId, JournalId)> {
        StoreId::read_origin(&self.origin)
    }
}
