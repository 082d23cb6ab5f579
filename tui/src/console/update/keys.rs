//! A key goes to what lies over the screen, else to the command it is bound to here.

use crate::console::command::{Command, Places};
use crate::console::keymap::Key;
use crate::console::message::Effect;
use crate::console::state::overlay::{Confirm, Menu, Need, Overlay};
use crate::console::state::{Screen, State, Tone};
use crate::console::update::{
    back, changes, columns, commands, export, fetch, flow, menus, palette, proposals, range, roles,
};
use crate::console::view;
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use tui_input::{Input, InputRequest};

/// The longest line that can be typed, in characters.
const LONGEST: usize = 200;

/// Takes a key.
pub fn key(state: &mut State, event: KeyEvent) -> Vec<Effect> {
    if event.kind == KeyEventKind::Release {
        return Vec::new();
    }
    state.notice = None;
    let key = Key::of(event);
    // These work everywhere, also while text is typed.
    let anywhere = state.keymap.command(key, Places::ALL);
    if let Some(command @ (Command::Quit | Command::Redraw | Command::Pause)) = anywhere
        && (key.is_ctrl() || !typing(&state.overlay))
    {
        return commands::perform(state, command, Some(key));
    }
    match std::mem::take(&mut state.overlay) {
        Overlay::None => on_screen(state, key),
        Overlay::Search(input) => search(state, input, event),
        Overlay::Reason(mut reason) => match event.code {
            KeyCode::Esc => changes::cancelled(state, reason.proposal.back),
            KeyCode::Enter => proposals::reasoned(state, *reason),
            _ => {
                edit(&mut reason.input, event);
                state.overlay = Overlay::Reason(reason);
                Vec::new()
            }
        },
        Overlay::Export(export) => export::key(state, export, event),
        Overlay::Range(typing) => range::key(state, typing, event),
        Overlay::Menu(menu) => in_menu(state, menu, key),
        Overlay::Palette(palette) => palette::key(state, palette, event),
        Overlay::Waiting(waiting) => {
            if state.keymap.command(key, Places::CONFIRM) == Some(Command::Back) {
                changes::drop_waiting(state, waiting);
                return changes::said_no(state);
            }
            state.overlay = Overlay::Waiting(waiting);
            Vec::new()
        }
        Overlay::Confirm(confirm) => confirming(state, *confirm, key, event),
        Overlay::Flow(flow) => flow::key(state, *flow, event),
        Overlay::Help { scroll } => in_help(state, scroll, key),
    }
}

/// Takes pasted text, where text is typed.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    // What stood in lines or cells of its own stays apart.
    let parts = text.split(char::is_control).filter(|part| !part.is_empty());
    let line = parts.collect::<Vec<_>>().join(" ");
    let put = |input: &mut Input| {
        for c in line.chars() {
            if input.value().chars().count() < LONGEST {
                input.handle(InputRequest::InsertChar(c));
            }
        }
    };
    match &mut state.overlay {
        Overlay::Search(input) => {
            put(input);
            let text = input.value().to_owned();
            searched(state, text)
        }
        Overlay::Reason(reason) => {
            put(&mut reason.input);
            Vec::new()
        }
        Overlay::Export(export) if !export.exists => {
            put(&mut export.input);
            Vec::new()
        }
        Overlay::Range(typing) => {
            put(&mut typing.input);
            Vec::new()
        }
        Overlay::Palette(palette) => {
            put(&mut palette.input);
            palette.cursor = 0;
            Vec::new()
        }
        Overlay::Flow(flow) => {
            if let Some(input) = flow::input(&mut flow.step) {
                put(input);
            }
            flow::typed(state)
        }
        _ => Vec::new(),
    }
}

fn typing(overlay: &Overlay) -> bool {
    match overlay {
        Overlay::Search(_)
        | Overlay::Reason(_)
        | Overlay::Palette(_)
        | Overlay::Range(_)
        | Overlay::Flow(_) => true,
        Overlay::Export(export) => !export.exists,
        Overlay::Confirm(confirm) => matches!(confirm.need, Need::Number(..)),
        _ => false,
    }
}

fn on_screen(state: &mut State, key: Key) -> Vec<Effect> {
    match state.keymap.command(key, state.place()) {
        Some(command) => commands::perform(state, command, Some(key)),
        None => {
            let help = state.keymap.first(Command::Help);
            if !help.is_empty() {
                let text = format!("{key} does nothing here; {help} shows the keys.");
                state.say(Tone::Plain, text);
            }
            Vec::new()
        }
    }
}

/// Edits a line the way shells do. True when its text changed.
pub fn edit(input: &mut Input, event: KeyEvent) -> bool {
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let request = match event.code {
        KeyCode::Char('w') if ctrl => InputRequest::DeletePrevWord,
        KeyCode::Char('u') if ctrl => InputRequest::DeleteLine,
        KeyCode::Char('k') if ctrl => InputRequest::DeleteTillEnd,
        KeyCode::Char(_) if ctrl || event.modifiers.contains(KeyModifiers::ALT) => return false,
        KeyCode::Char(_) if input.value().chars().count() >= LONGEST => return false,
        KeyCode::Char(c) => InputRequest::InsertChar(c),
        KeyCode::Backspace => InputRequest::DeletePrevChar,
        KeyCode::Delete => InputRequest::DeleteNextChar,
        KeyCode::Left => InputRequest::GoToPrevChar,
        KeyCode::Right => InputRequest::GoToNextChar,
        KeyCode::Home => InputRequest::GoToStart,
        KeyCode::End => InputRequest::GoToEnd,
        _ => return false,
    };
    input.handle(request).is_some_and(|changed| changed.value)
}

fn search(state: &mut State, mut input: Input, event: KeyEvent) -> Vec<Effect> {
    match event.code {
        KeyCode::Esc if state.screen == Screen::Roles => roles::search(state, String::new()),
        KeyCode::Esc => {
            if state.users.search.is_empty() {
                state.users.before_search = None;
                return Vec::new();
            }
            back::end_search(state)
        }
        KeyCode::Enter => Vec::new(),
        KeyCode::Down | KeyCode::Up | KeyCode::PageDown | KeyCode::PageUp => {
            state.overlay = Overlay::Search(input);
            match state.keymap.command(Key::of(event), Places::USERS) {
                Some(command) => match commands::motion(command) {
                    Some(motion) => commands::go(state, motion),
                    None => Vec::new(),
                },
                None => Vec::new(),
            }
        }
        _ => {
            let changed = edit(&mut input, event);
            let text = input.value().to_owned();
            state.overlay = Overlay::Search(input);
            if changed {
                searched(state, text)
            } else {
                Vec::new()
            }
        }
    }
}

fn searched(state: &mut State, text: String) -> Vec<Effect> {
    if state.screen == Screen::Roles {
        return roles::search(state, text);
    }
    state.users.search = text;
    fetch::requery(state)
}

fn in_menu(state: &mut State, mut menu: Menu, key: Key) -> Vec<Effect> {
    let Some(command) = state.keymap.command(key, Places::MENU) else {
        state.overlay = Overlay::Menu(menu);
        return Vec::new();
    };
    if let Some(motion) = commands::motion(command) {
        let len = menu.entries.len() as u64;
        let to = motion.target(menu.cursor as u64, len, len);
        menu.cursor = usize::try_from(to.min(len.saturating_sub(1))).unwrap_or(0);
        state.overlay = Overlay::Menu(menu);
        return Vec::new();
    }
    match command {
        Command::Back if menu.filter => menus::facets(state),
        Command::Back => Vec::new(),
        Command::Earlier => columns::shift(state, menu, -1),
        Command::Later => columns::shift(state, menu, 1),
        Command::Open | Command::Tick => {
            let Some(entry) = menu.entries.get_mut(menu.cursor) else {
                return Vec::new();
            };
            if !entry.enabled {
                let text = format!("{}: {}.", entry.label, entry.note);
                state.overlay = Overlay::Menu(menu);
                state.say(Tone::Bad, text);
                return Vec::new();
            }
            let choice = entry.choice.clone();
            if command == Command::Tick {
                if !menu.ticks {
                    state.overlay = Overlay::Menu(menu);
                    return Vec::new();
                }
                entry.on = !entry.on;
                menu.ticked = true;
                state.overlay = Overlay::Menu(menu);
            } else if menu.ticked {
                // Who ticks with one key and ends with the other must not lose the last tick.
                return Vec::new();
            }
            commands::choose(state, choice)
        }
        _ => {
            state.overlay = Overlay::Menu(menu);
            Vec::new()
        }
    }
}

fn confirming(state: &mut State, mut confirm: Confirm, key: Key, event: KeyEvent) -> Vec<Effect> {
    // A long question is read to its end without being answered.
    let motion = match event.code {
        KeyCode::Char(_) => None,
        _ => state
            .keymap
            .command(key, Places::MENU)
            .and_then(commands::motion),
    };
    if let Some(motion) = motion {
        let (lines, height) = view::confirm_length(state, &confirm);
        if lines > height {
            let to = motion.target(confirm.scroll as u64, height as u64, lines as u64);
            let to = usize::try_from(to).unwrap_or(usize::MAX);
            confirm.scroll = to.min(lines - height);
            state.overlay = Overlay::Confirm(Box::new(confirm));
            return Vec::new();
        }
    }
    match &mut confirm.need {
        Need::Key => {
            if state.keymap.command(key, Places::CONFIRM) == Some(Command::Confirm) {
                return changes::send(state, confirm);
            }
            changes::cancelled(state, confirm.back)
        }
        Need::Number(number, input) => match event.code {
            KeyCode::Enter if input.value() == number.to_string() => changes::send(state, confirm),
            KeyCode::Char(c) if c.is_ascii_digit() => {
                edit(input, event);
                state.overlay = Overlay::Confirm(Box::new(confirm));
                Vec::new()
            }
            KeyCode::Backspace | KeyCode::Left | KeyCode::Right => {
                edit(input, event);
                state.overlay = Overlay::Confirm(Box::new(confirm));
                Vec::new()
            }
            _ => changes::cancelled(state, confirm.back),
        },
    }
}

fn in_help(state: &mut State, scroll: usize, key: Key) -> Vec<Effect> {
    let command = state.keymap.command(key, Places::HELP);
    let closes =
        matches!(command, Some(Command::Back)) || state.keymap.keys(Command::Help).contains(&key);
    if closes {
        return Vec::new();
    }
    let scroll = match command.and_then(commands::motion) {
        Some(motion) => {
            let (lines, height) = view::help_length(state);
            let to = motion.target(scroll as u64, height as u64, lines as u64);
            usize::try_from(to)
                .unwrap_or(usize::MAX)
                .min(lines.saturating_sub(height))
        }
        None => scroll,
    };
    state.overlay = Overlay::Help { scroll };
    Vec::new()
}
