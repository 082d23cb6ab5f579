//! The line of keys at the foot of the screen.

use super::flow;
use crate::console::command::{Command, Places};
use crate::console::state::State;
use crate::console::state::overlay::Overlay;
use crate::console::widgets::text::cut;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

/// The commands worth a word in the footer, by place.
fn useful(place: Places) -> &'static [Command] {
    use Command as C;
    match place {
        Places::USERS => &[
            C::Open,
            C::Search,
            C::Sort,
            C::Filter,
            C::Right,
            C::Left,
            C::Tenant,
            C::Actions,
            C::EditRole,
            C::Invite,
            C::Why,
            C::Copy,
            C::Palette,
            C::NextScreen,
            C::Back,
        ],
        Places::USER => &[
            C::Back,
            C::NextRow,
            C::PreviousRow,
            C::Actions,
            C::EditRole,
            C::Why,
            C::Trial,
            C::Copy,
            C::Palette,
        ],
        Places::SWEEPS => &[
            C::Open,
            C::RunNow,
            C::Tenant,
            C::Palette,
            C::NextScreen,
            C::Back,
        ],
        Places::PLAN => &[
            C::RunNow,
            C::Open,
            C::Back,
            C::NextRow,
            C::PreviousRow,
            C::Copy,
            C::Refresh,
        ],
        Places::RUNS => &[
            // What comes and goes with the run under the cursor stands last, so that nothing else moves.
            C::Open,
            C::Tenant,
            C::Palette,
            C::Back,
            C::Approve,
        ],
        Places::RUN => &[
            C::Back,
            C::NextRow,
            C::PreviousRow,
            C::Approve,
            C::Reject,
            C::Copy,
        ],
        Places::ROLES => &[
            C::Open,
            C::Left,
            C::Right,
            C::Search,
            C::Tenant,
            C::Palette,
            C::NextScreen,
            C::Back,
        ],
        Places::ROLE => &[C::Open, C::Back, C::NextRow, C::PreviousRow, C::Copy],
        Places::SCOPES => &[
            C::Open,
            C::Members,
            C::Left,
            C::Right,
            C::Tenant,
            C::Palette,
            C::NextScreen,
            C::Back,
        ],
        Places::INVITATIONS => &[
            C::Open,
            C::Resend,
            C::Revoke,
            C::Invite,
            C::Tenant,
            C::Palette,
            C::NextScreen,
            C::Back,
        ],
        Places::INVITATION => &[
            C::Back,
            C::NextRow,
            C::PreviousRow,
            C::Resend,
            C::Revoke,
            C::Copy,
        ],
        Places::TENANTS => &[
            C::Open,
            C::Members,
            C::Invite,
            C::TransferOwner,
            C::Tenant,
            C::Palette,
            C::NextScreen,
            C::Back,
        ],
        Places::SCOPE => &[C::Back, C::Members, C::NextRow, C::PreviousRow, C::Copy],
        _ => &[
            C::Back,
            C::Members,
            C::NextRow,
            C::PreviousRow,
            C::TransferOwner,
            C::Copy,
        ],
    }
}

/// The most useful keys here, from the live key map; what cannot be done now is greyed, and what makes no sense for what
/// is selected is left out.
pub fn draw(state: &State, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let theme = &state.look.theme;
    if let Overlay::Flow(flow) = &state.overlay {
        let keys = cut(
            &flow::keys(state, flow),
            usize::from(area.width.saturating_sub(1)),
        );
        Line::from(Span::styled(format!(" {keys}"), theme.faint)).render(area, buf);
        return;
    }
    let help = (state.keymap.first(Command::Help), "help");
    let help_width = help.0.width() + help.1.width() + 3;
    let mut room = usize::from(area.width).saturating_sub(help_width + 1);
    let mut spans = vec![Span::raw(" ")];
    for command in useful(state.place()) {
        let key = state.keymap.first(*command);
        if key.is_empty() || !state.applies(*command) || !state.offers(*command) {
            continue;
        }
        let width = key.width() + command.short().width() + 3;
        if width > room {
            break;
        }
        room -= width;
        let possible = state.enabled(*command).is_ok();
        let (key_style, style) = if possible {
            (theme.accent.patch(theme.strong), Style::new())
        } else {
            (theme.faint, theme.faint)
        };
        spans.push(Span::styled(key, key_style));
        spans.push(Span::styled(format!(" {}  ", command.short()), style));
    }
    Line::from(spans).render(area, buf);
    if !help.0.is_empty() && usize::from(area.width) > help_width {
        let x = area.right() - u16::try_from(help_width).unwrap_or(0);
        let line = Line::from(vec![
            Span::styled(help.0, theme.accent.patch(theme.strong)),
            Span::raw(format!(" {} ", help.1)),
        ]);
        line.render(
            Rect {
                x,
                width: area.right() - x,
                ..area
            },
            buf,
        );
    }
}
