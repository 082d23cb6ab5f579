//! What each command does.

use crate::console::command::{Command, Places};
use crate::console::keymap::Key;
use crate::console::message::Effect;
use crate::console::state::list::Motion;
use crate::console::state::overlay::{Choice, Overlay, Palette};
use crate::console::state::{Screen, State, Tone};
use crate::console::update::{
    back, changes, columns, export, fetch, flow, marks, menus, panes, proposals, range, roles,
    scopes,
};
use crate::console::view::layout;
use rollcall_shared::wire::Verb;
use tui_input::Input;

/// How far a command moves; none when it does not.
pub fn motion(command: Command) -> Option<Motion> {
    Some(match command {
        Command::Down => Motion::Rows(1),
        Command::Up => Motion::Rows(-1),
        Command::Top => Motion::First,
        Command::Bottom => Motion::Last,
        Command::HalfDown => Motion::Halves(1),
        Command::HalfUp => Motion::Halves(-1),
        Command::PageDown => Motion::Halves(2),
        Command::PageUp => Motion::Halves(-2),
        _ => return None,
    })
}

/// Does a command on the screen shown. A command that cannot be done now says why.
pub fn perform(state: &mut State, command: Command, key: Option<Key>) -> Vec<Effect> {
    if let Some(why) = state.why_not(command) {
        state.say(Tone::Bad, format!("{}: {why}.", command.name()));
        return Vec::new();
    }
    if state.zoom && !zoomed(command) {
        let mut effects = zoom(state);
        // The way back leads out of it first.
        if !matches!(command, Command::Zoom | Command::Back) {
            effects.extend(perform(state, command, key));
        }
        return effects;
    }
    if let Some(motion) = motion(command) {
        return go(state, motion);
    }
    match command {
        Command::Zoom => zoom(state),
        Command::Open if state.place() == Places::ROLE => roles::open_holder(state),
        Command::Open if state.pane_open() => open_result(state),
        Command::Open => panes::open(state),
        Command::Back => back::back(state, key),
        Command::NextRow => step(state, 1),
        Command::PreviousRow => step(state, -1),
        Command::NextScreen => turn(state, 1),
        Command::PreviousScreen => turn(state, -1),
        Command::Users => show(state, Screen::Users),
        Command::Sweeps => show(state, Screen::Sweeps),
        Command::Runs => show(state, Screen::Runs),
        Command::Tenants => show(state, Screen::Tenants),
        Command::Roles => show(state, Screen::Roles),
        Command::Scopes => show(state, Screen::Scopes),
        Command::Invitations => show(state, Screen::Invitations),
        Command::Left => sideways(state, -1),
        Command::Right => sideways(state, 1),
        Command::Search if state.screen == Screen::Roles => {
            state.overlay = Overlay::Search(Input::from(state.roles.search.as_str()));
            Vec::new()
        }
        Command::Search => {
            state.users.before_search = Some((state.users.cursor, state.users.anchor));
            state.overlay = Overlay::Search(Input::from(state.users.search.as_str()));
            Vec::new()
        }
        Command::Sort => menus::sort(state),
        Command::Reverse => {
            state.users.descending = !state.users.descending;
            fetch::reorder(state)
        }
        Command::Columns => columns::open(state),
        Command::Export => export::open(state),
        Command::Filter => menus::facets(state),
        Command::ClearFilters => back::clear(state),
        Command::Tenant => menus::tenants(state),
        Command::Members => members(state),
        Command::Mark => marks::toggle(state),
        Command::MarkAll => marks::all(state),
        Command::Actions if !state.users.marked.is_empty() => marks::actions(state),
        Command::Actions => menus::actions(state),
        Command::Reactivate => proposals::account(state, Verb::UserReactivate),
        Command::Suspend => proposals::account(state, Verb::UserSuspend),
        Command::Deactivate => proposals::account(state, Verb::UserDeactivate),
        Command::Why => flow::why(state),
        Command::Trial => flow::roles(state, true),
        Command::EditRole => flow::roles(state, false),
        Command::Invite => flow::invite(state),
        Command::Offboard => flow::offboard(state),
        Command::Delete => flow::delete(state),
        Command::Resend => proposals::invitation(state, Verb::UserResend),
        Command::Revoke => proposals::invitation(state, Verb::UserRevoke),
        Command::TransferOwner => flow::transfer(state),
        Command::ConfirmOwner => proposals::transfer(state, Verb::OwnershipConfirm),
        Command::CancelOwner => proposals::transfer(state, Verb::OwnershipCancel),
        Command::Undo => match (state.undo.clone(), state.undo_many.clone()) {
            (Some(proposal), _) => proposals::again(state, proposal),
            (None, Some(last)) => flow::take_back(state, last),
            (None, None) => Vec::new(),
        },
        Command::RunNow => changes::run_now(state),
        Command::Approve => changes::decide(state, Verb::RunApprove),
        Command::Reject => changes::decide(state, Verb::RunReject),
        Command::Palette => {
            state.overlay = Overlay::Palette(Palette::default());
            Vec::new()
        }
        Command::Help => {
            state.overlay = Overlay::Help { scroll: 0 };
            Vec::new()
        }
        Command::Copy => copy(state),
        Command::Refresh => refresh(state),
        Command::ReadOnly if state.looks_only => {
            let text = "Read-only stays on: the console was started with --read-only or ROLLCALL_READ_ONLY. Start it without to change something.";
            state.say(Tone::Bad, text);
            Vec::new()
        }
        Command::ReadOnly => {
            state.read_only = !state.read_only;
            let text = if state.read_only {
                "Read-only is on: nothing can be changed from here."
            } else {
                "Read-only is off."
            };
            state.say(Tone::Plain, text);
            Vec::new()
        }
        Command::Mouse => {
            state.mouse = !state.mouse;
            let text = if state.mouse {
                "The mouse is on: click and wheel. Hold Shift to select text."
            } else {
                "The mouse is off: your terminal has it."
            };
            state.say(Tone::Plain, text);
            vec![Effect::Mouse(state.mouse)]
        }
        Command::Redraw => vec![Effect::Redraw],
        Command::Pause => vec![Effect::Pause],
        Command::Quit => vec![Effect::Quit],
        // The rest belongs to what lies over the screen, and was handled by `keys`.
        _ => Vec::new(),
    }
}

/// What is done without leaving the zoom.
fn zoomed(command: Command) -> bool {
    let moves = matches!(
        command,
        Command::NextRow | Command::PreviousRow | Command::Left | Command::Right
    );
    let anywhere = matches!(
        command,
        Command::Copy | Command::Redraw | Command::Pause | Command::Quit
    );
    moves || anywhere || motion(command).is_some()
}

/// Into the zoom or out of it. The mouse is the terminal's meanwhile, so that text can be selected.
fn zoom(state: &mut State) -> Vec<Effect> {
    state.zoom = !state.zoom;
    if state.zoom {
        let key = state.keymap.way(Command::Zoom);
        let text = format!("{key} leads back; the next key takes this line away.");
        state.say(Tone::Plain, text);
    }
    fetch::reveal_all(state);
    let mut effects = fetch::if_uncovered(state);
    if state.mouse {
        effects.push(Effect::Mouse(!state.zoom));
    }
    effects
}

/// Moves the cursor of the table, or scrolls the pane.
pub fn go(state: &mut State, motion: Motion) -> Vec<Effect> {
    if state.place() == Places::ROLE {
        roles::move_holder(state, motion);
        return Vec::new();
    }
    if state.pane_open() {
        panes::scroll(state, motion);
        return Vec::new();
    }
    move_cursor(state, motion)
}

fn move_cursor(state: &mut State, motion: Motion) -> Vec<Effect> {
    let height = layout::table_rows(state);
    let (_, len) = state.list();
    let cursor = state.cursor();
    if let Motion::Halves(_) = motion {
        // A page scrolls the view along, so that the cursor keeps its line.
        cursor.follow(
            motion
                .target(cursor.at, height, len)
                .min(len.saturating_sub(1)),
            len,
            height,
        );
    } else {
        cursor.go(motion.target(cursor.at, height, len), len, height);
    }
    if state.screen == Screen::Users {
        state.users.drop_anchor();
        return fetch::if_uncovered(state);
    }
    Vec::new()
}

/// The next row with the pane open.
fn step(state: &mut State, rows: i64) -> Vec<Effect> {
    if state.screen == Screen::Roles {
        // The pane shows a role, and roles are columns.
        roles::move_column(state, rows);
        return panes::open(state);
    }
    state.users.came_from = None;
    let mut effects = move_cursor(state, Motion::Rows(rows));
    effects.extend(panes::open(state));
    effects
}

/// Goes to a screen; asks for its rows.
pub fn show(state: &mut State, screen: Screen) -> Vec<Effect> {
    state.users.came_from = None;
    if state.screen == screen {
        return if state.pane_open() {
            panes::close(state)
        } else {
            Vec::new()
        };
    }
    state.screen = screen;
    fetch::reveal_all(state);
    let mut effects = fetch::screen(state, true);
    effects.extend(panes::refetch(state, true));
    effects
}

fn turn(state: &mut State, by: isize) -> Vec<Effect> {
    let screens: Vec<Screen> = state.screens().collect();
    if screens.is_empty() {
        return Vec::new();
    }
    let at = screens.iter().position(|s| *s == state.screen);
    let len = isize::try_from(screens.len()).unwrap_or(1);
    let from = at.and_then(|at| isize::try_from(at).ok()).unwrap_or(0);
    let to = usize::try_from((from + by).rem_euclid(len)).unwrap_or(0);
    show(state, screens[to])
}

/// One column to the left or right; in the tree of scopes, fold and unfold.
fn sideways(state: &mut State, by: i64) -> Vec<Effect> {
    match state.screen {
        Screen::Roles => roles::move_column(state, by),
        Screen::Users => columns::sideways(state, by),
        _ => scopes::fold(state, by > 0),
    }
    Vec::new()
}

/// Looks at one tenant, or at all.
pub fn set_tenant(state: &mut State, tenant: Option<String>) -> Vec<Effect> {
    if state.tenant == tenant {
        return Vec::new();
    }
    state.tenant = tenant;
    state.scope = None;
    // What is closed for one tenant, or for all at once, may be open for another.
    state.users.denied = None;
    state.roles = Default::default();
    state.scopes = Default::default();
    state.invitations = Default::default();
    state.users.roles_known.clear();
    state.users.role.clear();
    state.users.before_search = None;
    state.users.pane = None;
    state.users.marked.clear();
    state.users.narrow(state.tenant.as_deref(), state.now);
    state.sweeps.pane = None;
    state.sweeps.rows = None;
    state.sweeps.failure = None;
    state.runs.pane = None;
    state.runs.rows = None;
    state.runs.failure = None;
    fetch::screen(state, true)
}

fn members(state: &mut State) -> Vec<Effect> {
    if state.screen == Screen::Scopes {
        let path = scopes::selected_path(state);
        let mut effects = show(state, Screen::Users);
        effects.extend(scopes::work_at(state, path));
        return effects;
    }
    let Some(name) = state
        .tenants
        .selected(state.tenant_rows())
        .map(|row| row.tenant.name.clone())
    else {
        return Vec::new();
    };
    state.screen = Screen::Users;
    let mut effects = set_tenant(state, Some(name));
    if effects.is_empty() {
        effects = fetch::screen(state, true);
    }
    effects
}

/// Opens the record of the run that the plan shown has led to.
fn open_result(state: &mut State) -> Vec<Effect> {
    let Some(run) = state.sweeps.result.as_ref().and_then(|r| r.run.as_ref()) else {
        return Vec::new();
    };
    state.runs.pane = Some(panes::run_pane(run.id));
    show(state, Screen::Runs)
}

fn copy(state: &mut State) -> Vec<Effect> {
    let text = match state.screen {
        Screen::Users => state.users.shown_account().map(|row| row.email.clone()),
        Screen::Sweeps => state
            .sweeps
            .pane
            .as_ref()
            .and_then(|pane| pane.plan.as_ref())
            .map(|plan| plan.hash.clone()),
        Screen::Runs => state.runs.selected().map(|run| run.id.to_string()),
        Screen::Tenants => state
            .tenants
            .selected(state.tenant_rows())
            .map(|row| row.tenant.name.clone()),
        Screen::Roles => state.roles.selected().map(|role| role.id.clone()),
        Screen::Scopes => state.scopes.selected().map(|row| row.path.clone()),
        Screen::Invitations => state.invitations.selected().map(|row| row.email.clone()),
    };
    match text {
        Some(text) => {
            state.say(Tone::Plain, format!("Sent to your terminal: {text}"));
            vec![Effect::Copy(text)]
        }
        None => {
            state.say(Tone::Plain, "There is nothing to copy here.");
            Vec::new()
        }
    }
}

fn refresh(state: &mut State) -> Vec<Effect> {
    use crate::console::state::link::Link;
    let mut effects = Vec::new();
    if let Link::Down { trying, .. } = &mut state.link {
        *trying = true;
        effects.push(Effect::Follow(state.revision));
        return effects;
    }
    if state.users.denied.take().is_some() && state.screen != Screen::Users {
        // Rights may have been given meanwhile.
        effects.extend(fetch::users(state, true, false));
    }
    effects.extend(fetch::everything(state, true));
    effects
}

/// Does what a line of a menu or of the palette says.
pub fn choose(state: &mut State, choice: Choice) -> Vec<Effect> {
    match choice {
        Choice::Sort(key) => {
            let users = &mut state.users;
            users.descending = if users.sort == key {
                !users.descending
            } else {
                menus::largest_first(key)
            };
            users.sort = key;
            state.screen = Screen::Users;
            fetch::reorder(state)
        }
        Choice::Bulk(kind) => flow::bulk(state, kind),
        Choice::Column(column) => columns::toggled(state, column),
        Choice::Facet(facet) => menus::values(state, facet),
        Choice::Pick(pick) => {
            state.users.toggle(&pick);
            state.users.before_search = None;
            fetch::requery(state)
        }
        Choice::Range(end) => range::open(state, end),
        Choice::NeverSignedIn => range::flip_never(state),
        Choice::Tenant(tenant) => set_tenant(state, tenant),
        Choice::Scope(path) => {
            let mut effects = Vec::new();
            if state.screen != Screen::Users {
                effects = show(state, Screen::Users);
            }
            effects.extend(scopes::work_at(state, path));
            effects
        }
        Choice::Command(command) => perform(state, command, None),
    }
}
