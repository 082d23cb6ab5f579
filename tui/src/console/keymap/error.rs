//! Why a key map cannot be used.

/// A key map that cannot be used; the message names the file, what is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// The file cannot be read.
    #[error("{file}: {reason}")]
    Unreadable {
        /// Which file.
        file: String,
        /// Why.
        reason: String,
    },
    /// Not a table of lists of keys.
    #[error("{file}: {reason}; write lines like: search = [\"/\"]")]
    Syntax {
        /// Which file.
        file: String,
        /// What the parser says, with the line.
        reason: String,
    },
    /// No such command.
    #[error(
        "{file}: there is no command `{name}`; the names stand in the palette (`:`) and in the default key map"
    )]
    Command {
        /// Which file.
        file: String,
        /// What stands there.
        name: String,
    },
    /// No such key.
    #[error(
        "{file}: `{key}` of `{command}` is not a key; write a character, or a name like enter, pagedown, f5, ctrl-d"
    )]
    Key {
        /// Which file.
        file: String,
        /// Whose.
        command: &'static str,
        /// What stands there.
        key: String,
    },
    /// Two commands of one place share a key.
    #[error(
        "{file}: `{first}` and `{second}` both use the key {key} in the same place; give one of them another key"
    )]
    Conflict {
        /// Which file.
        file: String,
        /// One.
        first: &'static str,
        /// The other.
        second: &'static str,
        /// The key.
        key: String,
    },
    /// A change on a control key.
    #[error(
        "{file}: `{command}` changes accounts and may not lie on {key}; use a key without Ctrl"
    )]
    Control {
        /// Which file.
        file: String,
        /// Which.
        command: &'static str,
        /// The key.
        key: String,
    },
    /// The key that confirms starts a change, or is Enter.
    #[error(
        "{file}: `confirm` may not use {key}: {reason}, and a key pressed twice would confirm unread"
    )]
    Confirm {
        /// Which file.
        file: String,
        /// The key.
        key: String,
        /// Why not.
        reason: String,
    },
    /// A command without which the console is a trap has no key.
    #[error("{file}: `{command}` needs at least one key")]
    Needed {
        /// Which file.
        file: String,
        /// Which.
        command: &'static str,
    },
}
