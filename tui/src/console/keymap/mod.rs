//! Which key does what: the embedded default, and what the admin's own file changes of it.

use super::command::{Command, Places};
use crossterm::event::KeyCode;
use rollcall_shared::wire::Verb;
use std::collections::BTreeMap;
use std::path::Path;

mod error;
mod key;

pub use error::KeymapError;
pub use key::Key;

/// The default bindings, as shipped in `config/keymap.toml`.
pub const DEFAULT: &str = include_str!("../../../../config/keymap.toml");

/// The keys of every command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    keys: BTreeMap<Command, Vec<Key>>,
}

impl Keymap {
    /// The default bindings with what the file at `path` changes of them; a file that is not there changes nothing.
    pub fn load(path: Option<&Path>) -> Result<Keymap, KeymapError> {
        let mut keys = BTreeMap::new();
        merge(&mut keys, "config/keymap.toml", DEFAULT)?;
        let mut file = "config/keymap.toml".to_owned();
        if let Some(path) = path {
            match std::fs::read_to_string(path) {
                Ok(text) => {
                    file = path.display().to_string();
                    merge(&mut keys, &file, &text)?;
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(KeymapError::Unreadable {
                        file: path.display().to_string(),
                        reason: error.to_string(),
                    });
                }
            }
        }
        check(&keys, &file)?;
        Ok(Keymap { keys })
    }

    /// The default bindings changed by a text, as if read from a file of that name.
    pub fn with(file: &str, text: &str) -> Result<Keymap, KeymapError> {
        let mut keys = BTreeMap::new();
        merge(&mut keys, "config/keymap.toml", DEFAULT)?;
        merge(&mut keys, file, text)?;
        check(&keys, file)?;
        Ok(Keymap { keys })
    }

    /// The command of a key in a place.
    pub fn command(&self, key: Key, place: Places) -> Option<Command> {
        self.keys
            .iter()
            .find(|(command, keys)| command.places().meets(place) && keys.contains(&key))
            .map(|(command, _)| *command)
    }

    /// The keys of a command; may be none.
    pub fn keys(&self, command: Command) -> &[Key] {
        self.keys.get(&command).map_or(&[], Vec::as_slice)
    }

    /// The first key of a command, as shown; empty when it has none.
    pub fn first(&self, command: Command) -> String {
        self.keys(command)
            .first()
            .map(Key::to_string)
            .unwrap_or_default()
    }

    /// How a command is reached: by its first key, else by its name in the palette, as in `:ownership confirm`.
    pub fn way(&self, command: Command) -> String {
        let key = self.first(command);
        if !key.is_empty() {
            return key;
        }
        let name = command.verb().map_or(command.name(), Verb::name);
        format!("{}{name}", self.first(Command::Palette))
    }

    /// All keys of a command, as shown, joined by a blank.
    pub fn all(&self, command: Command) -> String {
        let keys: Vec<String> = self.keys(command).iter().map(Key::to_string).collect();
        keys.join(" ")
    }

    /// The commands that apply in a place and have a key.
    pub fn bound(&self, place: Places) -> impl Iterator<Item = Command> {
        Command::ALL
            .iter()
            .copied()
            .filter(move |c| c.places().meets(place) && !self.keys(*c).is_empty())
    }
}

fn merge(
    keys: &mut BTreeMap<Command, Vec<Key>>,
    file: &str,
    text: &str,
) -> Result<(), KeymapError> {
    let table: BTreeMap<String, Vec<String>> =
        toml::from_str(text).map_err(|error| KeymapError::Syntax {
            file: file.into(),
            reason: error.to_string().trim_end().to_owned(),
        })?;
    for (name, list) in table {
        let command = Command::from_name(&name).ok_or_else(|| KeymapError::Command {
            file: file.into(),
            name: name.clone(),
        })?;
        let mut parsed = Vec::with_capacity(list.len());
        for key in list {
            parsed.push(Key::parse(&key).ok_or_else(|| KeymapError::Key {
                file: file.into(),
                command: command.name(),
                key: key.clone(),
            })?);
        }
        keys.insert(command, parsed);
    }
    Ok(())
}

fn check(keys: &BTreeMap<Command, Vec<Key>>, file: &str) -> Result<(), KeymapError> {
    let file = || file.to_owned();
    let all: Vec<(Command, Key)> = keys
        .iter()
        .flat_map(|(command, list)| list.iter().map(move |key| (*command, *key)))
        .collect();
    for (i, (first, key)) in all.iter().enumerate() {
        let clash = all[i + 1..].iter().find(|(second, other)| {
            other == key && first != second && first.places().meets(second.places())
        });
        if let Some((second, _)) = clash {
            return Err(KeymapError::Conflict {
                file: file(),
                first: first.name(),
                second: second.name(),
                key: key.to_string(),
            });
        }
        if first.danger() && key.is_ctrl() {
            return Err(KeymapError::Control {
                file: file(),
                command: first.name(),
                key: key.to_string(),
            });
        }
        if *first == Command::Confirm {
            let trigger = all
                .iter()
                .find(|(c, k)| (c.changes() || *c == Command::Open) && k == key);
            if let Some((command, _)) = trigger {
                return Err(KeymapError::Confirm {
                    file: file(),
                    key: key.to_string(),
                    reason: format!("`{}` has it", command.name()),
                });
            }
            if key.code == KeyCode::Enter {
                return Err(KeymapError::Confirm {
                    file: file(),
                    key: key.to_string(),
                    reason: "Enter never changes anything".into(),
                });
            }
        }
    }
    for needed in [Command::Back, Command::Quit, Command::Confirm] {
        if keys.get(&needed).is_none_or(Vec::is_empty) {
            return Err(KeymapError::Needed {
                file: file(),
                command: needed.name(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_stands_in_the_default_map() {
        let table: BTreeMap<String, Vec<String>> = toml::from_str(DEFAULT).unwrap();
        for command in Command::ALL {
            assert!(table.contains_key(command.name()), "{}", command.name());
        }
        Keymap::load(None).unwrap();
    }

    #[test]
    fn multiplexer_prefixes_stay_free() {
        let keymap = Keymap::load(None).unwrap();
        for prefix in ["ctrl-a", "ctrl-b"] {
            let key = Key::parse(prefix).unwrap();
            assert_eq!(keymap.command(key, Places::ALL), None, "{prefix}");
        }
    }

    #[test]
    fn a_conflict_names_both_commands_and_the_key() {
        let error = Keymap::with("mine.toml", "sort = [\"f\"]").unwrap_err();
        let text = error.to_string();
        for part in ["mine.toml", "`sort`", "`filter`", "key f"] {
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn the_same_key_in_different_places_is_no_conflict() {
        // `a` opens the actions of an account, and approves a run.
        let keymap = Keymap::load(None).unwrap();
        let a = Key::parse("a").unwrap();
        assert_eq!(keymap.command(a, Places::USERS), Some(Command::Actions));
        assert_eq!(keymap.command(a, Places::RUNS), Some(Command::Approve));
    }

    #[test]
    fn changes_keep_off_control_keys_and_off_the_confirming_key() {
        let control = Keymap::with("m", "run-now = [\"ctrl-x\"]").unwrap_err();
        assert!(
            matches!(control, KeymapError::Control { command, .. } if command == "run-now"),
            "{control}"
        );
        for text in [
            "confirm = [\"x\"]",
            "confirm = [\"enter\"]",
            "suspend = [\"y\"]",
        ] {
            let error = Keymap::with("m", text).unwrap_err();
            assert!(
                matches!(error, KeymapError::Confirm { .. }),
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_the_name() {
        for (text, part) in [
            ("fly = [\"f\"]", "`fly`"),
            ("sort = [\"hyper-x\"]", "`hyper-x`"),
            ("sort = \"s\"", "sort"),
            ("back = []", "`back`"),
        ] {
            let error = Keymap::with("m", text).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
