//! What a message does to the state, and what must be done because of it. Pure: no clock, no terminal, no daemon.

mod answers;
mod back;
mod catalogs;
mod changes;
mod columns;
mod commands;
mod export;
mod fetch;
mod flow;
mod keys;
mod marks;
mod menus;
mod mouse;
pub mod palette;
mod panes;
mod proposals;
mod range;
mod reach;
mod refusals;
mod results;
mod roles;
mod scopes;

pub use changes::counts;
pub use fetch::RUNS;
pub use flow::{bulk_undo, field_of, shown, under_cursor};
pub use proposals::WARNING;

use super::message::{Effect, Message};
use super::state::link::Link;
use super::state::overlay::Overlay;
use super::state::{State, Tone};
use rollcall_shared::wire::Failure;

/// Takes one message. `state.now` must have been set before.
pub fn update(state: &mut State, message: Message) -> Vec<Effect> {
    match message {
        Message::Start => start(state),
        Message::Key(key) => keys::key(state, key),
        Message::Mouse(event) => mouse::mouse(state, event),
        Message::Paste(text) => keys::paste(state, &text),
        Message::Resize(width, height) => resize(state, (width, height)),
        Message::Tick => tick(state),
        Message::Connected => connected(state),
        Message::Moved(revision) => moved(state, revision),
        Message::Lost(failure) => lost(state, &failure),
        Message::Answer(ticket, result) => answers::answer(state, ticket, *result),
    }
}

fn start(state: &mut State) -> Vec<Effect> {
    let mut effects = vec![Effect::Follow(state.revision)];
    if let Some(joins) = &state.joins {
        let text = format!("Another terminal joins with: {joins}");
        state.say(Tone::Plain, text);
    }
    effects.extend(fetch::everything(state, true));
    effects
}

fn resize(state: &mut State, size: (u16, u16)) -> Vec<Effect> {
    state.size = size;
    fetch::reveal_all(state);
    fetch::if_uncovered(state)
}

fn tick(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    let now = state.now;
    if let Link::Down {
        retry_at, trying, ..
    } = &mut state.link
        && !*trying
        && *retry_at <= now
    {
        *trying = true;
        effects.push(Effect::Follow(state.revision));
    }
    if state.news_due.is_some_and(|due| due <= now) {
        effects.extend(fetch::news(state));
    }
    effects
}

fn connected(state: &mut State) -> Vec<Effect> {
    let was = std::mem::replace(&mut state.link, Link::Up);
    if !matches!(was, Link::Down { .. }) {
        return Vec::new();
    }
    state.say(Tone::Good, "Connected again.");
    fetch::everything(state, true)
}

fn moved(state: &mut State, revision: u64) -> Vec<Effect> {
    state.revision = state.revision.max(revision);
    fetch::schedule_news(state);
    if state.news_due.is_some_and(|due| due <= state.now) {
        return fetch::news(state);
    }
    Vec::new()
}

fn lost(state: &mut State, failure: &Failure) -> Vec<Effect> {
    let why = if failure.hint.is_empty() {
        failure.what.clone()
    } else {
        format!("{} ({})", failure.what, failure.hint)
    };
    let now = state.now;
    if state.link.is_up() || state.link == Link::Connecting {
        state.say(Tone::Bad, why.clone());
    }
    state.link.lost(why, now);
    // A question about to be asked cannot be answered with what the screen no longer knows.
    match std::mem::take(&mut state.overlay) {
        Overlay::Confirm(confirm) => changes::back_to(state, confirm.back),
        Overlay::Waiting(waiting) => changes::drop_waiting(state, waiting),
        Overlay::Flow(flow) if flow.asks_many() => {}
        other => state.overlay = other,
    }
    Vec::new()
}
