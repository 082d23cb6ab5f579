//! The palette: every command, tenant and column by name, found by some of its letters.

use crate::console::command::{Command, Places};
use crate::console::message::Effect;
use crate::console::state::overlay::{Choice, Overlay, Palette};
use crate::console::state::{Screen, State, Tone};
use crate::console::update::menus::sorts;
use crate::console::update::{commands, keys};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use rollcall_shared::wire::Verb;

/// One line of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name, what is typed for.
    pub name: String,
    /// What it does.
    pub title: String,
    /// Its keys here.
    pub keys: String,
    /// What choosing it does.
    pub choice: Choice,
    /// Why it cannot be done now, or on which screen it can.
    pub why_not: Option<String>,
    /// Whether it belongs to another screen, to which choosing it leads.
    pub elsewhere: bool,
}

/// The line of a command: one of another screen leads there. None for what lies over the screens and for the palette.
fn command(state: &State, command: Command) -> Option<Item> {
    let over = !command.places().meets(Places::SCREENS) || command == Command::Palette;
    if over || !state.offers(command) {
        return None;
    }
    let here = command.places().meets(state.place());
    let screen = match here {
        true => None,
        false => Some(home(command).filter(|screen| state.screens().any(|s| s == *screen))?),
    };
    let why_not = match screen {
        Some(screen) => Some(format!("on {}", screen.title())),
        None => state.why_not(command),
    };
    Some(Item {
        name: command.verb().map_or(command.name(), Verb::name).to_owned(),
        title: command.title().to_owned(),
        keys: state.keymap.all(command),
        choice: Choice::Command(screen.map_or(command, Screen::command)),
        why_not,
        elsewhere: screen.is_some(),
    })
}

/// The first screen where a command applies.
fn home(command: Command) -> Option<Screen> {
    let mut screens = Screen::ALL.into_iter();
    screens.find(|screen| {
        let (list, pane) = screen.places();
        command.places().meets(list.and(pane))
    })
}

/// The lines that fit what is typed, best first.
pub fn items(state: &State, typed: &str) -> Vec<Item> {
    let commands = Command::ALL.iter().copied();
    let mut all: Vec<Item> = commands.filter_map(|c| command(state, c)).collect();
    let rows = state.tenant_rows().iter().map(|row| &row.tenant.name);
    let standings = state.standings().iter().map(|s| &s.tenant);
    if !state.tenant_rows().is_empty() || state.standings().is_empty() {
        all.push(simple(
            "tenant all",
            "Look at all tenants",
            Choice::Tenant(None),
        ));
    }
    for name in rows.chain(standings) {
        all.push(simple(
            &format!("tenant {name}"),
            "Look at this tenant",
            Choice::Tenant(Some(name.clone())),
        ));
    }
    for row in state.scopes.tree.as_ref().map_or(&[][..], |t| &t.rows) {
        let path = row.node.parent.map(|_| row.path.clone());
        all.push(simple(
            &format!("scope {}", row.path),
            "Work at this scope",
            Choice::Scope(path),
        ));
    }
    for (key, title) in sorts(state) {
        all.push(simple(
            &format!("sort {}", title.to_lowercase()),
            "Sort the users by this column",
            Choice::Sort(key),
        ));
    }
    let mut scored: Vec<(i32, Item)> = all
        .into_iter()
        .filter_map(|item| {
            let by_name = score(typed, &item.name);
            // A description is found by what it says, not by letters scattered over it.
            let said = item
                .title
                .to_lowercase()
                .contains(typed.trim().to_lowercase().as_str());
            let by_title = score(typed, &item.title).filter(|_| said).map(|s| s - 40);
            let by_key = match &item.choice {
                Choice::Command(command) => score(typed, command.name()),
                _ => None,
            };
            // What can be done at once stands before what another screen has.
            let best = by_name.max(by_title).max(by_key);
            let moves =
                matches!(&item.choice, Choice::Command(c) if commands::motion(*c).is_some());
            let less = match (item.elsewhere, moves) {
                (true, _) => 60,
                // Keys do that better.
                (false, true) => 30,
                (false, false) => 0,
            };
            best.map(|s| (s - less, item))
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, item)| item).collect()
}

/// The commands of the command line that a text names, where no line fits.
pub fn elsewhere(typed: &str) -> Vec<&'static str> {
    let typed = typed.trim().trim_end_matches('s').to_lowercase();
    let all = Verb::ALL.iter().map(|verb| verb.name());
    let named = all.filter(|name| typed.len() > 2 && name.contains(typed.as_str()));
    named.take(3).collect()
}

fn simple(name: &str, title: &str, choice: Choice) -> Item {
    Item {
        name: name.into(),
        title: title.into(),
        keys: String::new(),
        choice,
        why_not: None,
        elsewhere: false,
    }
}

/// How well typed letters fit a text in which they must occur in order; none when they do not. Letters at the start
/// of words and letters that follow each other count more; a long text counts less.
pub fn score(typed: &str, text: &str) -> Option<i32> {
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let wanted: Vec<char> = typed
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    if wanted.is_empty() {
        return Some(0);
    }
    // `best[j]` is the best way to place the letters so far with the last one at `j`; every way is weighed, since the
    // first place of a letter is often not the best one.
    let mut best: Vec<Option<i32>> = (0..text.len())
        .map(|j| (text[j] == wanted[0]).then(|| at_place(&text, j)))
        .collect();
    for letter in &wanted[1..] {
        best = (0..text.len())
            .map(|j| {
                if text[j] != *letter {
                    return None;
                }
                let before = (0..j).filter_map(|k| best[k].map(|points| points + step(j - k)));
                before.max().map(|points| points + at_place(&text, j))
            })
            .collect();
    }
    let long = i32::try_from(text.len()).unwrap_or(i32::MAX) / 4;
    best.into_iter().flatten().max().map(|points| points - long)
}

/// What a letter counts at a place: more at the start of the text or of a word.
fn at_place(text: &[char], at: usize) -> i32 {
    match at {
        0 => 22,
        at if !text[at - 1].is_alphanumeric() => 18,
        _ => 10,
    }
}

/// What the way from the letter before counts: neighbours gain, gaps lose a little.
fn step(places: usize) -> i32 {
    match places {
        1 => 12,
        n => -i32::try_from(n).unwrap_or(i32::MAX).min(5),
    }
}

/// Takes a key while the palette is open.
pub fn key(state: &mut State, mut palette: Palette, event: KeyEvent) -> Vec<Effect> {
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    match event.code {
        KeyCode::Esc => return Vec::new(),
        KeyCode::Enter | KeyCode::Tab => {
            let items = items(state, palette.input.value());
            let Some(item) = items.into_iter().nth(palette.cursor) else {
                state.overlay = Overlay::Palette(palette);
                return Vec::new();
            };
            if event.code == KeyCode::Tab {
                palette.input = item.name.into();
                palette.cursor = 0;
                state.overlay = Overlay::Palette(palette);
                return Vec::new();
            }
            let effects = commands::choose(state, item.choice);
            if let (true, Some(screen)) = (item.elsewhere, &item.why_not) {
                // Only the screen has changed: what was chosen is still to be done.
                let text = format!("{} is {screen}: press {} here.", item.name, item.keys);
                state.say(Tone::Plain, text);
            }
            return effects;
        }
        KeyCode::Down => move_by(state, &mut palette, 1),
        KeyCode::Up => move_by(state, &mut palette, -1),
        KeyCode::Char('n') if ctrl => move_by(state, &mut palette, 1),
        KeyCode::Char('p') if ctrl => move_by(state, &mut palette, -1),
        KeyCode::Backspace if palette.input.value().is_empty() => return Vec::new(),
        _ => {
            if keys::edit(&mut palette.input, event) {
                palette.cursor = 0;
            }
        }
    }
    state.overlay = Overlay::Palette(palette);
    Vec::new()
}

fn move_by(state: &State, palette: &mut Palette, rows: isize) {
    let len = items(state, palette.input.value()).len();
    palette.cursor = palette
        .cursor
        .saturating_add_signed(rows)
        .min(len.saturating_sub(1));
}

#[cfg(test)]
mod tests {
    use super::score;

    #[test]
    fn letters_must_occur_in_order() {
        assert!(score("rn", "run-now").is_some());
        assert!(score("nr", "run-now").is_none());
        assert!(score("", "anything").is_some());
    }

    #[test]
    fn starts_of_words_and_neighbours_win() {
        assert!(score("rn", "run-now") > score("rn", "return"));
        assert!(score("sort", "sort name") > score("sort", "search or the rest"));
        assert!(score("te", "tenant") > score("te", "deactivate"));
        // The first `s` is not the best one: the run of letters comes later.
        assert!(score("sort", "s to sort") > score("sort", "s of rt"));
    }
}
