//! One key as it is written in a file and shown on the screen.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::fmt;

/// One key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    pub(super) code: KeyCode,
    ctrl: bool,
    alt: bool,
}

const NAMES: [(&str, KeyCode, &str); 16] = [
    ("enter", KeyCode::Enter, "Enter"),
    ("esc", KeyCode::Esc, "Esc"),
    ("tab", KeyCode::Tab, "Tab"),
    ("backtab", KeyCode::BackTab, "Shift-Tab"),
    ("space", KeyCode::Char(' '), "Space"),
    ("backspace", KeyCode::Backspace, "Backspace"),
    ("delete", KeyCode::Delete, "Del"),
    ("insert", KeyCode::Insert, "Ins"),
    ("up", KeyCode::Up, "Up"),
    ("down", KeyCode::Down, "Down"),
    ("left", KeyCode::Left, "Left"),
    ("right", KeyCode::Right, "Right"),
    ("home", KeyCode::Home, "Home"),
    ("end", KeyCode::End, "End"),
    ("pageup", KeyCode::PageUp, "PgUp"),
    ("pagedown", KeyCode::PageDown, "PgDn"),
];

impl Key {
    /// The key of an event.
    pub fn of(event: KeyEvent) -> Key {
        Key {
            code: event.code,
            ctrl: event.modifiers.contains(KeyModifiers::CONTROL),
            alt: event.modifiers.contains(KeyModifiers::ALT),
        }
    }

    /// Reads `j`, `G`, `ctrl-d`, `pagedown`, `f1`.
    pub fn parse(text: &str) -> Option<Key> {
        let (mut rest, mut ctrl, mut alt) = (text, false, false);
        loop {
            if let Some(after) = rest.strip_prefix("ctrl-").filter(|r| !r.is_empty()) {
                (rest, ctrl) = (after, true);
            } else if let Some(after) = rest.strip_prefix("alt-").filter(|r| !r.is_empty()) {
                (rest, alt) = (after, true);
            } else {
                break;
            }
        }
        let mut chars = rest.chars();
        let code = match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_control() && c != ' ' => KeyCode::Char(c),
            _ => match NAMES.iter().find(|(name, ..)| *name == rest) {
                Some((_, code, _)) => *code,
                None => {
                    let number: u8 = rest.strip_prefix('f')?.parse().ok()?;
                    (1..=12).contains(&number).then_some(KeyCode::F(number))?
                }
            },
        };
        Some(Key { code, ctrl, alt })
    }

    /// Whether it is held with Ctrl.
    pub fn is_ctrl(self) -> bool {
        self.ctrl
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        if self.alt {
            f.write_str("Alt-")?;
        }
        match self.code {
            KeyCode::F(n) => write!(f, "F{n}"),
            code => match (NAMES.iter().find(|(_, c, _)| *c == code), code) {
                (Some((.., shown)), _) => f.write_str(shown),
                (None, KeyCode::Char(c)) => write!(f, "{c}"),
                (None, _) => f.write_str("?"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_and_show() {
        for (text, shown) in [
            ("j", "j"),
            ("G", "G"),
            ("-", "-"),
            ("ctrl-d", "Ctrl-d"),
            ("ctrl--", "Ctrl--"),
            ("pagedown", "PgDn"),
            ("f12", "F12"),
            ("alt-enter", "Alt-Enter"),
        ] {
            assert_eq!(Key::parse(text).unwrap().to_string(), shown);
        }
        for bad in ["", "ctrl-", "f13", "jj", " "] {
            assert_eq!(Key::parse(bad), None, "{bad}");
        }
    }
}
