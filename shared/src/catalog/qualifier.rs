//! What narrows a grant: written behind the permission and a colon.

/// What stands between a permission and its qualifier.
pub(super) const QUALIFIER_MARK: char = ':';

/// What narrows a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Qualifier {
    /// One's own things only.
    Own,
    /// Things shared with a group one is in.
    Group,
    /// Looking, not changing.
    ReadOnly,
    /// Only where the role is held at the root account.
    RootAccount,
}

impl Qualifier {
    /// The word for it in catalogs and custom roles.
    pub const fn word(self) -> &'static str {
        match self {
            Qualifier::Own => "own",
            Qualifier::Group => "group",
            Qualifier::ReadOnly => "read_only",
            Qualifier::RootAccount => "root_account",
        }
    }

    /// The qualifier of a word; compared exactly.
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Qualifier::Own,
            Qualifier::Group,
            Qualifier::ReadOnly,
            Qualifier::RootAccount,
        ]
        .into_iter()
        .find(|q| q.word() == word)
    }
}

/// A grant as its permission and what stands behind the colon; empty for a grant in full.
pub fn split_grant(grant: &str) -> (&str, &str) {
    grant.split_once(QUALIFIER_MARK).unwrap_or((grant, ""))
}
