//! A text to be read.

use super::{place, wrapped};
use crate::console::canvas::Canvas;
use crate::console::state::flow::{Flow, Step, Told};
use crate::console::state::overlay::Overlay;
use crate::console::state::{State, Tone};
use crate::console::widgets::popup;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

/// Draws it.
pub fn draw(state: &State, told: &Told, area: Rect, canvas: &mut Canvas) {
    let lines = lines(state, told, area.width);
    let first = told
        .scroll
        .min(lines.len().saturating_sub(usize::from(area.height)));
    popup::lines(area, canvas.buffer_mut(), lines.into_iter().skip(first));
}

fn lines(state: &State, told: &Told, width: u16) -> Vec<Line<'static>> {
    let theme = &state.look.theme;
    let texts: Vec<(String, Style)> = told
        .lines
        .iter()
        .map(|(tone, text)| {
            let style = match tone {
                Tone::Good => theme.good,
                Tone::Bad => theme.warn,
                Tone::Plain => Style::new(),
            };
            (text.clone(), style)
        })
        .collect();
    wrapped(&texts, width)
}

/// Lines of the text, and how many of them are in view: the frame takes two.
pub fn length(state: &State) -> (usize, usize) {
    let area = place(state);
    let height = usize::from(area.height.saturating_sub(2));
    match &state.overlay {
        Overlay::Flow(flow) => match flow.as_ref() {
            Flow {
                step: Step::Told(told),
                ..
            } => (
                lines(state, told, area.width.saturating_sub(4)).len(),
                height,
            ),
            _ => (0, height),
        },
        _ => (0, height),
    }
}
