//! The range of last sign-ins: its menu, and the line in which an end is typed.

use crate::console::message::Effect;
use crate::console::state::overlay::{Facet, Overlay};
use crate::console::state::range::{End, Typing};
use crate::console::state::{State, Tone};
use crate::console::update::{fetch, keys, menus};
use crossterm::event::{KeyCode, KeyEvent};
use rollcall_shared::wire::bound::Bound;
use tui_input::Input;

/// Asks for an end.
pub fn open(state: &mut State, end: End) -> Vec<Effect> {
    let now = state.users.signed_in.end(end);
    let text = now.map(|bound| bound.to_string()).unwrap_or_default();
    state.overlay = Overlay::Range(Typing {
        end,
        input: Input::from(text),
    });
    Vec::new()
}

/// Takes a key while an end is typed. What is no end stays, to be mended.
pub fn key(state: &mut State, mut typing: Typing, event: KeyEvent) -> Vec<Effect> {
    let bound = match event.code {
        KeyCode::Esc => return menus::values(state, Facet::SignedIn),
        KeyCode::Enter if typing.input.value().trim().is_empty() => None,
        KeyCode::Enter => match typing.input.value().parse::<Bound>() {
            Ok(bound) => Some(bound),
            Err(wrong) => {
                let text = format!("{:?} is no end: {wrong}.", typing.input.value());
                state.say(Tone::Bad, text);
                state.overlay = Overlay::Range(typing);
                return Vec::new();
            }
        },
        _ => {
            keys::edit(&mut typing.input, event);
            state.overlay = Overlay::Range(typing);
            return Vec::new();
        }
    };
    state.users.signed_in.set(typing.end, bound);
    state.users.before_search = None;
    fetch::requery(state)
}

/// Only who never signed in as far as is known, or all again.
pub fn flip_never(state: &mut State) -> Vec<Effect> {
    state.users.signed_in.flip_never();
    state.users.before_search = None;
    fetch::requery(state)
}
