//! The flows: a box over the screen, as large as the terminal allows, with what is typed, what there is to choose, and
//! what the daemon says of it.

mod bulk;
mod delete;
mod invite;
mod offboard;
mod roles;
mod told;
mod transfer;
mod why;

pub use told::length as told_length;

use crate::console::canvas::Canvas;
use crate::console::command::Command;
use crate::console::state::State;
use crate::console::state::bulk::Phase;
use crate::console::state::flow::{Entry, Flow, Step};
use crate::console::state::overlay::Overlay;
use crate::console::state::picker::{Item, Picker};
use crate::console::update::shown;
use crate::console::view::overlay::typed;
use crate::console::widgets::{popup, text};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use rollcall_shared::text::safe_width;
use rollcall_shared::wire::Failure;
use tui_input::Input;
use unicode_segmentation::UnicodeSegmentation;

/// Columns of a label that the cursor marks at most.
const MARKED: usize = 24;

/// The widest box.
const WIDEST: u16 = 120;

/// Where the box of a flow lies: below the header, above the notice and the keys.
fn place(state: &State) -> Rect {
    let (width, height) = state.size;
    let roomy = u16::from(height > 12);
    let header = roomy;
    let whole = Rect::new(0, 0, width, height.saturating_sub(1 + roomy));
    let body = Rect {
        y: header,
        height: whole.height.saturating_sub(header),
        ..whole
    };
    popup::place(body, width.min(WIDEST), body.height)
}

/// Draws a flow.
pub fn draw(state: &State, flow: &Flow, canvas: &mut Canvas) {
    let title = title(flow);
    let area = place(state);
    let body = popup::frame(area, canvas.buffer_mut(), &title, Style::new(), &state.look);
    if body.is_empty() {
        return;
    }
    let waiting = !flow.asked.is_empty();
    match &flow.step {
        Step::Roles(of) => roles::draw(state, of, flow, body, canvas),
        Step::Why(of) => why::draw(state, of, waiting, body, canvas),
        Step::Invite(invite) => invite::draw(state, invite, flow.failure.as_ref(), body, canvas),
        Step::Offboard(offboard) => offboard::draw(state, offboard, flow, body, canvas),
        Step::Bulk(bulk) => bulk::draw(state, bulk, body, canvas),
        Step::Delete(deletion) => delete::draw(state, deletion, flow, body, canvas),
        Step::Transfer(transfer) => transfer::draw(state, transfer, flow, body, canvas),
        Step::Told(told) => told::draw(state, told, body, canvas),
    }
    if let (Some(failure), Step::Why(_)) = (&flow.failure, &flow.step) {
        refusal(state, failure, body, canvas);
    }
}

fn title(flow: &Flow) -> String {
    match &flow.step {
        Step::Roles(of) if of.trial => format!("What if: other roles for {}", of.whom.email),
        Step::Roles(of) => format!("Roles of {} in {}", of.whom.email, of.whom.tenant),
        Step::Why(of) => format!("Why {} may do what they may", of.whom.email),
        Step::Invite(invite) => format!("Invite into {}", invite.tenant),
        Step::Offboard(offboard) => format!("Offboard {}", offboard.whom.email),
        Step::Bulk(bulk) => {
            let what = if bulk.takes_back {
                "account"
            } else {
                "marked account"
            };
            let many = super::format::count(bulk.all.len() as u64, what);
            format!("{} {many}", bulk.title())
        }
        Step::Delete(deletion) => format!("Delete {}", deletion.whom.email),
        Step::Transfer(transfer) => format!("Who is to own {}?", transfer.tenant),
        Step::Told(told) => told.title.clone(),
    }
}

/// The keys of a flow for the footer, from the live key map.
pub fn keys(state: &State, flow: &Flow) -> String {
    let key = |command| state.keymap.first(command);
    let leave = state
        .keymap
        .keys(Command::Back)
        .iter()
        .map(ToString::to_string)
        .find(|key| key.chars().count() > 1)
        .unwrap_or_default();
    let (open, tick, next) = (
        key(Command::Open),
        key(Command::Tick),
        key(Command::NextField),
    );
    let down = state.keymap.keys(Command::PageDown).first();
    let page = down.map(ToString::to_string).unwrap_or_default();
    match &flow.step {
        Step::Roles(of) if of.placing => {
            format!("type to search, {open} chooses the scope, {next} back to the roles")
        }
        Step::Roles(of) => {
            let place = if of.places.items.is_empty() {
                String::new()
            } else {
                format!("{next} scope, ")
            };
            if of.trial {
                format!("type to search, {tick} tries, {place}{page} scrolls, {leave} closes")
            } else {
                format!(
                    "type to search, {tick} ticks, {place}{open} shows changes, {leave} cancels"
                )
            }
        }
        Step::Why(of) if of.placing => {
            format!("type to search, {open} chooses the scope, {next} back to the permissions")
        }
        Step::Why(of) => {
            let place = if of.places.items.is_empty() {
                String::new()
            } else {
                format!("{next} scope, ")
            };
            format!("type to search, {open} explains, {place}{leave} closes")
        }
        Step::Invite(invite) => {
            let ticks = match invite.fields.get(invite.at) {
                Some((_, Entry::Text(_))) | None => String::new(),
                Some((field, Entry::List(_))) if field.one() => format!("{tick} chooses, "),
                Some(_) => format!("{tick} ticks, "),
            };
            format!("{next} next field, {ticks}{open} shows what would happen, {leave} cancels")
        }
        Step::Offboard(_) => {
            format!(
                "{next} next part, {page} scrolls, {open} shows what would happen, {leave} cancels"
            )
        }
        Step::Bulk(bulk) => match bulk.phase {
            Phase::Role | Phase::Reason => format!("{open} goes on, {leave} cancels"),
            Phase::Looking => format!("{leave} cancels"),
            Phase::Asking => format!("{page} scrolls, {leave} cancels"),
            Phase::Doing => format!("{leave} stops after the one under way"),
        },
        Step::Delete(deletion) => {
            let ticks = match deletion.tick() {
                Some(_) => format!("{tick} ticks, "),
                None => String::new(),
            };
            format!("{next} next part, {ticks}{open} shows what would happen, {leave} cancels")
        }
        Step::Transfer(transfer) if transfer.outsider => {
            format!("type to search, {open} goes on, {leave} cancels")
        }
        Step::Transfer(_) => {
            format!("type to search, {open} goes on, {next} replaces, {leave} cancels")
        }
        Step::Told(_) => format!("{page} scrolls, {leave} closes"),
    }
}

/// A part of a box from a line on.
fn below(area: Rect, lines: u16) -> Rect {
    let lines = lines.min(area.height);
    Rect {
        y: area.y + lines,
        height: area.height - lines,
        ..area
    }
}

/// The first lines of a part.
fn top(area: Rect, lines: u16) -> Rect {
    Rect {
        height: lines.min(area.height),
        ..area
    }
}

/// The scope chosen of a list, or being chosen; nothing where there is the tenant only. Returns what is below.
fn scope_line(
    state: &State,
    label: &str,
    places: &Picker,
    placing: bool,
    area: Rect,
    canvas: &mut Canvas,
) -> Rect {
    let Some(chosen) = places.chosen() else {
        return area;
    };
    if placing {
        field(state, label, &places.input, true, area, canvas);
        return below(area, 1);
    }
    let key = state.keymap.first(Command::NextField);
    let theme = &state.look.theme;
    let room = usize::from(area.width).saturating_sub(label.len() + key.len() + 11);
    let line = Line::from(vec![
        Span::styled(label.to_owned(), theme.faint),
        Span::raw(text::cut(&chosen.label, room)),
        Span::styled(format!("  {key} another"), theme.faint),
    ]);
    popup::lines(top(area, 1), canvas.buffer_mut(), [line]);
    below(area, 1)
}

/// A line with a label and what is typed; the terminal's cursor goes there when it is typed in.
fn field(state: &State, label: &str, input: &Input, here: bool, area: Rect, canvas: &mut Canvas) {
    if area.is_empty() {
        return;
    }
    let theme = &state.look.theme;
    let style = if here { theme.accent } else { theme.faint };
    if here {
        typed(
            canvas,
            top(area, 1),
            Span::styled(state.look.label(label, here), style),
            input,
        );
    } else {
        let room = usize::from(area.width).saturating_sub(safe_width(label));
        let shown = text::cut(input.value(), room);
        let line = Line::from(vec![
            Span::styled(label.to_owned(), style),
            Span::raw(shown),
        ]);
        popup::lines(top(area, 1), canvas.buffer_mut(), [line]);
    }
}

/// The lines of a list that fit, around its cursor. With `ticks` each has its box.
fn list(
    state: &State,
    picker: &Picker,
    ticks: bool,
    active: bool,
    area: Rect,
    canvas: &mut Canvas,
) {
    let (theme, glyphs) = (&state.look.theme, &state.look.glyphs);
    let fit = shown(picker);
    let height = usize::from(area.height);
    let width = usize::from(area.width);
    let first = picker.cursor.saturating_sub(height.saturating_sub(1));
    let label = fit
        .iter()
        .map(|at| safe_width(&picker.items[*at].label))
        .max();
    let before = if ticks { 6 } else { 2 };
    let notes = fit.iter().map(|at| safe_width(note(&picker.items[*at])));
    // Labels give way to notes, but keep half of the line.
    let room = width.saturating_sub(before + 2);
    let most = room.saturating_sub(notes.max().unwrap_or(0)).max(room / 2);
    let label = label.unwrap_or(0).min(most);
    let mut lines = Vec::new();
    for (row, at) in fit.iter().enumerate().skip(first).take(height) {
        let item = &picker.items[*at];
        let here = active && row == picker.cursor;
        let possible = item.why_not.is_empty() || item.on;
        let style = if possible { Style::new() } else { theme.faint };
        let marker = if here { glyphs.marker } else { " " };
        let mut spans = vec![Span::raw(format!("{marker} "))];
        if ticks {
            let sign = glyphs.tick[usize::from(item.on)];
            spans.push(Span::styled(format!("{sign} "), style));
        }
        let named = if here {
            style.patch(theme.cursor)
        } else {
            style
        };
        let shown = text::cut(&item.label, label);
        let rest = label.saturating_sub(safe_width(&shown));
        // A long label is marked at its beginning only: a step of the cursor draws two of them.
        let marked = marked(&shown);
        spans.push(Span::styled(shown[..marked].to_owned(), named));
        spans.push(Span::styled(shown[marked..].to_owned(), style));
        spans.push(Span::raw(" ".repeat(rest + 2)));
        let room = width.saturating_sub(before + label + 2);
        spans.push(Span::styled(text::cut(note(item), room), theme.faint));
        lines.push(Line::from(spans));
    }
    if fit.is_empty() && !picker.items.is_empty() {
        lines.push(Line::from(Span::styled("  Nothing fits.", theme.faint)));
    }
    popup::lines(area, canvas.buffer_mut(), lines);
}

/// The bytes of a label that the cursor marks.
fn marked(label: &str) -> usize {
    let mut columns = 0;
    for (at, grapheme) in label.grapheme_indices(true) {
        columns += safe_width(grapheme);
        if columns > MARKED {
            return at;
        }
    }
    label.len()
}

/// What stands behind a label: more about it, or why it cannot be chosen.
fn note(item: &Item) -> &str {
    if item.why_not.is_empty() || item.on {
        &item.note
    } else {
        &item.why_not
    }
}

/// Draws the lines that are not scrolled away, with a mark where there are more.
fn scrolled(
    state: &State,
    lines: Vec<Line<'static>>,
    scroll: usize,
    area: Rect,
    canvas: &mut Canvas,
) {
    let height = usize::from(area.height);
    let first = scroll.min(lines.len().saturating_sub(height));
    let more = lines.len().saturating_sub(first + height);
    let mut shown: Vec<Line<'static>> = lines.into_iter().skip(first).take(height).collect();
    if let (Some(last), true) = (shown.last_mut(), more > 0) {
        let down = state.keymap.first(Command::PageDown);
        let glyph = state.look.glyphs.down;
        let text = format!("{glyph} {} more lines: {down}", more + 1);
        *last = Line::from(Span::styled(text, state.look.theme.faint));
    }
    popup::lines(area, canvas.buffer_mut(), shown);
}

/// Lines below the fields of the form in hand, and how many of them are in view.
pub fn said_length(state: &State) -> (usize, usize) {
    let Overlay::Flow(flow) = &state.overlay else {
        return (0, 0);
    };
    let area = popup::inside(place(state));
    match &flow.step {
        Step::Offboard(offboard) => offboard::length(state, offboard, area),
        Step::Delete(deletion) => delete::length(state, deletion, area),
        Step::Bulk(bulk) => bulk::length(state, bulk, area),
        _ => (0, 0),
    }
}

/// Paragraphs as lines of a width.
fn wrapped(texts: &[(String, Style)], width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let lines = texts.iter().filter(|(text, _)| !text.is_empty());
    lines
        .flat_map(|(text, style)| {
            let parts = text::wrap(text, width).into_iter();
            parts.map(|part| Line::from(Span::styled(part, *style)))
        })
        .collect()
}

/// The line while the daemon is asked.
fn asking(state: &State, area: Rect, canvas: &mut Canvas) {
    let line = Line::from(Span::styled("Asking the daemon …", state.look.theme.faint));
    popup::lines(area, canvas.buffer_mut(), [line]);
}

/// What was refused, by which rule, and what to do instead.
fn refusal_lines(state: &State, failure: &Failure, width: u16) -> Vec<Line<'static>> {
    let theme = &state.look.theme;
    let what = if failure.rule.is_empty() {
        failure.what.clone()
    } else {
        format!("{} [rule: {}]", failure.what, failure.rule)
    };
    wrapped(
        &[(what, theme.bad), (failure.hint.clone(), Style::new())],
        width,
    )
}

/// Draws a refusal at the foot of a part; returns how many lines it takes.
fn refusal(state: &State, failure: &Failure, area: Rect, canvas: &mut Canvas) -> u16 {
    let lines = refusal_lines(state, failure, area.width);
    let rows = u16::try_from(lines.len())
        .unwrap_or(u16::MAX)
        .min(area.height);
    let place = below(area, area.height - rows);
    popup::lines(place, canvas.buffer_mut(), blank(place));
    popup::lines(place, canvas.buffer_mut(), lines);
    rows
}

/// Lines that empty a part.
fn blank(area: Rect) -> Vec<Line<'static>> {
    let line = Line::from(" ".repeat(usize::from(area.width)));
    vec![line; usize::from(area.height)]
}
