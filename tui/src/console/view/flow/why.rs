//! Why a user may do what they may: the permissions, and the steps of the one under the cursor.

use super::{asking, below, field, list, top, wrapped};
use crate::console::painter::Canvas;
use crate::console::state::State;
use crate::console::state::flow::WhyOf;
use crate::console::update::under_cursor;
use crate::console::widgets::popup;
use ratatui::layout::Rect;
use ratatui::style::Style;
use rollcall_shared::wire::role::{Decision, Step};

/// Draws it.
pub fn draw(state: &State, of: &WhyOf, waiting: bool, area: Rect, canvas: &mut Canvas) {
    field(state, "> ", &of.picker.input, true, area, canvas);
    let area = below(area, 1);
    let Some(why) = &of.why else {
        if waiting {
            asking(state, area, canvas);
        }
        return;
    };
    let half = area.height / 2;
    list(state, &of.picker, false, true, top(area, half), canvas);
    let decision = under_cursor(&of.picker).and_then(|at| why.decisions.get(at));
    if let Some(decision) = decision {
        let told = steps(state, decision);
        let place = below(area, half + 1);
        popup::lines(place, canvas.buffer_mut(), wrapped(&told, place.width));
    }
}

fn steps(state: &State, decision: &Decision) -> Vec<(String, Style)> {
    let theme = &state.look.theme;
    let style = if decision.allowed {
        theme.good
    } else {
        theme.bad
    };
    let mut told = vec![(decision.because.clone(), style)];
    if !decision.rule.is_empty() {
        told.push((format!("rule: {}", decision.rule), theme.faint));
    }
    told.push((decision.instead.clone(), Style::new()));
    for step in &decision.steps {
        told.push(match step {
            Step::Grant {
                role,
                scope,
                grant,
                but,
            } => {
                let helps = if but.is_empty() {
                    String::new()
                } else {
                    format!(", but {but}")
                };
                (
                    format!("+ {role} at {scope} grants {grant}{helps}"),
                    Style::new(),
                )
            }
            Step::Block { role, scope, block } => {
                (format!("- {role} at {scope} blocks {block}"), theme.bad)
            }
            Step::Constraint { rule, what } => (format!("! {what} [rule: {rule}]"), theme.warn),
        });
    }
    told.extend(decision.warnings.iter().map(|w| (w.clone(), theme.warn)));
    told
}
