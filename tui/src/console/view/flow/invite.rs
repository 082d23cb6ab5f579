//! The form of an invitation; what was refused stands below the field it is about.

use super::{below, field, list, refusal_lines, top};
use crate::console::canvas::Canvas;
use crate::console::state::State;
use crate::console::state::flow::{Entry, Field, Invite};
use crate::console::state::picker::Picker;
use crate::console::update::field_of;
use crate::console::view::format;
use crate::console::widgets::{popup, text};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use rollcall_shared::wire::Failure;

/// Columns of the titles.
const TITLE: usize = 14;

/// Lines that an open list keeps at least, where there are so many.
const LIST: u16 = 4;

/// Draws it.
pub fn draw(
    state: &State,
    invite: &Invite,
    failure: Option<&Failure>,
    area: Rect,
    canvas: &mut Canvas,
) {
    let shown = |field: Field| invite.fields.iter().any(|(f, _)| *f == field);
    let about = failure
        .and_then(|f| field_of(&f.rule))
        .filter(|f| shown(*f));
    let mut rest = seats(state, invite, area, canvas);
    let skipped = skipped(invite, rest.height);
    for (at, (which, entry)) in invite.fields.iter().enumerate().skip(skipped) {
        let here = at == invite.at;
        let label = format!("{:<TITLE$}", title(invite, *which));
        rest = match entry {
            Entry::List(picker) => choose(state, invite, at, &label, picker, rest, canvas),
            Entry::Flag(yes) => flag(state, *which, &label, *yes, here, rest, canvas),
            Entry::Text(input) => {
                field(state, &label, input, here, rest, canvas);
                if input.value().is_empty() {
                    hint(state, &about_it(invite, *which), rest, canvas);
                }
                below(rest, 1)
            }
        };
        if let Some(failure) = failure.filter(|_| about == Some(*which)) {
            rest = refused(state, failure, rest, canvas);
        }
    }
    if let Some(failure) = failure.filter(|_| about.is_none()) {
        refused(state, failure, below(rest, 1), canvas);
    }
}

/// How many seats are left, before anybody types a form for nothing.
fn seats(state: &State, invite: &Invite, area: Rect, canvas: &mut Canvas) -> Rect {
    let Some(free) = invite.form.as_ref().and_then(|form| form.free) else {
        return area;
    };
    let theme = &state.look.theme;
    let (said, style) = match free {
        0 => (
            "No seat is free: buy more, or deactivate accounts that nobody uses.".to_owned(),
            theme.bad,
        ),
        n => (
            format!("{} free.", format::count(u64::from(n), "seat")),
            theme.faint,
        ),
    };
    let lines = text::wrap(&said, usize::from(area.width));
    let rows = u16::try_from(lines.len()).unwrap_or(1);
    let lines = lines.into_iter();
    let lines = lines.map(|line| Line::from(Span::styled(line, style)));
    popup::lines(area, canvas.buffer_mut(), lines);
    below(area, rows)
}

/// Fields above that make room on a low terminal, so that the one in hand is always in view.
fn skipped(invite: &Invite, height: u16) -> usize {
    let open = match invite.fields.get(invite.at) {
        Some((_, Entry::List(picker))) => picker.items.len().min(usize::from(LIST)),
        _ => 0,
    };
    let needed = invite.fields.len() + open;
    let more = needed.saturating_sub(usize::from(height));
    more.min(invite.at)
}

/// The title of a field; roles of one environment have its name.
fn title(invite: &Invite, which: Field) -> String {
    let environment = match which {
        Field::Roles(n) if invite.yes(Field::Each) => invite.environments().into_iter().nth(n),
        _ => None,
    };
    let name = environment.map_or_else(|| which.title().to_owned(), |e| e.name);
    text::cut(&name, TITLE - 1)
}

/// What belongs into a field.
fn about_it(invite: &Invite, which: Field) -> String {
    let form = invite.form.clone().unwrap_or_default();
    match which {
        Field::Emails => "several with blanks or commas between them".into(),
        Field::FirstName | Field::LastName if invite.yes(Field::AddressBook) => {
            "from the address book when left empty".into()
        }
        Field::FirstName | Field::LastName => match form.names {
            Some((least, most)) => {
                format!("legal name, {least} to {most} characters; for one email only")
            }
            None => "as on the identity document; for one email only".into(),
        },
        Field::Roles(_) => match form.default_role {
            Some(role) => format!("type to search; none is {role}"),
            None if form.one_role => "type to search; exactly one".into(),
            None => "type to search; one or several".into(),
        },
        Field::Language => "a tag such as en or pt-BR; may stay empty".into(),
        Field::Username | Field::Sid => "for one email only; may stay empty".into(),
        Field::Reason => "kept in the journal; may stay empty".into(),
        Field::AddressBook | Field::Scope | Field::Each | Field::Team => String::new(),
    }
}

fn hint(state: &State, said: &str, area: Rect, canvas: &mut Canvas) {
    // One column is left for the cursor.
    let room = usize::from(area.width).saturating_sub(TITLE + 1);
    let place = Rect {
        x: area.x + u16::try_from(TITLE + 1).unwrap_or(0).min(area.width),
        width: u16::try_from(room).unwrap_or(0),
        ..top(area, 1)
    };
    let said = text::cut(said, room);
    let line = Line::from(Span::styled(said, state.look.theme.faint));
    popup::lines(place, canvas.buffer_mut(), [line]);
}

fn flag(
    state: &State,
    which: Field,
    label: &str,
    yes: bool,
    here: bool,
    area: Rect,
    canvas: &mut Canvas,
) -> Rect {
    let (theme, glyphs) = (&state.look.theme, &state.look.glyphs);
    let said = match which {
        Field::Each => "each has roles of its own",
        _ => "take the names from the entry of this email",
    };
    let title = if here { theme.accent } else { theme.faint };
    let style = if here { theme.cursor } else { Style::new() };
    let sign = glyphs.tick[usize::from(yes)];
    let room = usize::from(area.width).saturating_sub(TITLE);
    let line = Line::from(vec![
        Span::styled(state.look.label(label, here), title),
        Span::styled(text::cut(&format!("{sign} {said}"), room), style),
    ]);
    popup::lines(top(area, 1), canvas.buffer_mut(), [line]);
    below(area, 1)
}

/// What is ticked or chosen; the list opens while it is typed in.
fn choose(
    state: &State,
    invite: &Invite,
    at: usize,
    label: &str,
    picker: &Picker,
    area: Rect,
    canvas: &mut Canvas,
) -> Rect {
    let which = invite.fields[at].0;
    let on = picker.items.iter().filter(|item| item.on);
    let on: Vec<&str> = on.map(|item| item.label.as_str()).collect();
    let on = text::cut(&on.join(", "), usize::from(area.width) / 2);
    let here = at == invite.at;
    let head = if on.is_empty() {
        label.to_owned()
    } else {
        format!("{label}{on} ")
    };
    field(state, &head, &picker.input, here, area, canvas);
    if !here {
        if on.is_empty() {
            hint(state, &about_it(invite, which), area, canvas);
        }
        return below(area, 1);
    }
    if on.is_empty() && picker.input.value().is_empty() {
        hint(state, &about_it(invite, which), area, canvas);
    }
    let after = u16::try_from(invite.fields.len() - at).unwrap_or(1);
    let rows = u16::try_from(picker.items.len()).unwrap_or(u16::MAX);
    let rows = rows.min(area.height.saturating_sub(after)).max(1);
    let place = top(below(area, 1), rows);
    if picker.items.is_empty() {
        super::asking(state, place, canvas);
    }
    list(state, picker, !which.one(), true, place, canvas);
    below(area, 1 + rows)
}

fn refused(state: &State, failure: &Failure, area: Rect, canvas: &mut Canvas) -> Rect {
    let lines = refusal_lines(state, failure, area.width.saturating_sub(2));
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let indented = lines.into_iter().map(|mut line| {
        line.spans.insert(0, Span::styled("  ", Style::new()));
        line
    });
    popup::lines(area, canvas.buffer_mut(), indented);
    below(area, rows)
}
