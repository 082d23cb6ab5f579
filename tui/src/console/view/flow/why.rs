//! Why a user may do what they may: the permissions, and the steps of the one under the cursor.

use super::{asking, below, field, list, scope_line, top, wrapped};
use crate::console::canvas::Canvas;
use crate::console::state::State;
use crate::console::state::flow::WhyOf;
use crate::console::widgets::popup;
use ratatui::layout::Rect;
use ratatui::style::Style;
use rollcall_shared::wire::role::{Decision, Step};

/// Draws it.
pub fn draw(state: &State, of: &WhyOf, waiting: bool, area: Rect, canvas: &mut Canvas) {
    let area = scope_line(state, "At ", &of.places, of.placing, area, canvas);
    if of.placing {
        list(state, &of.places, false, true, area, canvas);
        return;
    }
    field(state, "> ", &of.picker.input, true, area, canvas);
    let area = below(area, 1);
    let Some(why) = &of.why else {
        if waiting {
            asking(state, area, canvas);
        }
        return;
    };
    let mut explained = why.decisions.iter();
    let Some(decision) = explained.find(|d| of.explained.as_ref() == Some(&d.permission)) else {
        list(state, &of.picker, false, true, area, canvas);
        return;
    };
    let told = wrapped(&steps(state, of, decision), area.width);
    let rows = u16::try_from(told.len()).unwrap_or(u16::MAX);
    let rows = rows.min(area.height.saturating_sub(4));
    let most = area.height.saturating_sub(rows + 1);
    list(state, &of.picker, false, true, top(area, most), canvas);
    popup::lines(below(area, most + 1), canvas.buffer_mut(), told);
}

fn steps(state: &State, of: &WhyOf, decision: &Decision) -> Vec<(String, Style)> {
    let theme = &state.look.theme;
    let style = if decision.allowed {
        theme.good
    } else {
        theme.bad
    };
    let id = &decision.permission;
    let name = of.names.get(id).unwrap_or(id);
    let mut told = vec![
        (format!("{name} ({id})"), theme.strong),
        (decision.because.clone(), style),
    ];
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
                let helps = helps(but);
                let role = state.role_word(&of.whom.tenant, role);
                (
                    format!("+ {role} at {scope} grants {grant}{helps}"),
                    Style::new(),
                )
            }
            Step::Block { role, scope, block } => {
                let role = state.role_word(&of.whom.tenant, role);
                (format!("- {role} at {scope} blocks {block}"), theme.bad)
            }
            Step::Delegation {
                of: owner,
                from,
                until,
                but,
            } => {
                let helps = helps(but);
                (
                    format!("+ acts for {owner} from {from} until {until}{helps}"),
                    Style::new(),
                )
            }
            Step::Constraint { rule, what } => (format!("! {what} [rule: {rule}]"), theme.warn),
        });
    }
    told.extend(decision.warnings.iter().map(|w| (w.clone(), theme.warn)));
    told
}

/// Why a step is of no use here; nothing where it is.
fn helps(but: &str) -> String {
    match but {
        "" => String::new(),
        but => format!(", but {but}"),
    }
}
