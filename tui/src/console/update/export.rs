//! Writing the rows filtered to a file: asking for its name, and for leave to replace one that is there.

use crate::console::command::{Command, Places};
use crate::console::export::{Exported, Order};
use crate::console::keymap::Key;
use crate::console::message::{Ask, Effect};
use crate::console::state::overlay::{Export, Overlay};
use crate::console::state::{State, Tone};
use crate::console::update::{keys, scopes};
use crate::console::view::format;
use crossterm::event::{KeyCode, KeyEvent};
use tui_input::Input;

/// The name offered.
const NAME: &str = "users.csv";

/// Asks for the name of the file.
pub fn open(state: &mut State) -> Vec<Effect> {
    state.overlay = Overlay::Export(Export {
        input: Input::new(NAME.into()),
        exists: false,
    });
    Vec::new()
}

/// Takes a key while the name is typed, or while it is asked whether a file may go.
pub fn key(state: &mut State, mut export: Export, event: KeyEvent) -> Vec<Effect> {
    if export.exists {
        let key = Key::of(event);
        if state.keymap.command(key, Places::CONFIRM) == Some(Command::Confirm) {
            return write(state, &export, true);
        }
        export.exists = false;
        state.overlay = Overlay::Export(export);
        state.say(Tone::Plain, "Nothing was written.");
        return Vec::new();
    }
    match event.code {
        KeyCode::Esc => {
            state.say(Tone::Plain, "Nothing was written.");
            Vec::new()
        }
        KeyCode::Enter if export.input.value().trim().is_empty() => {
            state.overlay = Overlay::Export(export);
            Vec::new()
        }
        KeyCode::Enter => write(state, &export, false),
        _ => {
            keys::edit(&mut export.input, event);
            state.overlay = Overlay::Export(export);
            Vec::new()
        }
    }
}

/// Writes what the table is asked for, not only what is fetched of it.
fn write(state: &mut State, export: &Export, replace: bool) -> Vec<Effect> {
    let scope = scopes::filter(state);
    let query = state.users.query(state.tenant.as_deref(), scope.as_deref());
    let ticket = state.ticket(true);
    state.users.exporting = Some(ticket);
    state.say(Tone::Plain, "Writing …");
    let order = Order {
        query,
        name: export.input.value().trim().to_owned(),
        replace,
    };
    vec![Effect::Fetch(ticket, Ask::Export(Box::new(order)))]
}

/// Says what was written, or asks whether a file may go.
pub fn done(state: &mut State, exported: Exported) {
    match exported {
        Exported::Done { rows, path, moved } => {
            let rows = format::count(rows, "row");
            let path = path.display();
            if moved {
                let text = format!(
                    "{rows} in {path}. Accounts changed while they were read: one may be missing or stand twice; write it again."
                );
                state.say(Tone::Bad, text);
            } else {
                state.say(
                    Tone::Good,
                    format!("{rows} in {path}, readable by you only."),
                );
            }
        }
        Exported::Exists(path) => {
            let exists = matches!(state.overlay, Overlay::None);
            let text = format!("{} is there already.", path.display());
            state.say(Tone::Bad, text);
            if exists {
                state.overlay = Overlay::Export(Export {
                    input: Input::new(path.display().to_string()),
                    exists,
                });
            }
        }
    }
}
