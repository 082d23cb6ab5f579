//! Inviting people.

use super::{Act, along, ask_more, places, propose, roles, start, step, under_cursor};
use crate::console::deed::Deed;
use crate::console::message::{Answer, Ask, Effect};
use crate::console::state::flow::{Entry, Field, Invite, Step};
use crate::console::state::list::Motion;
use crate::console::state::overlay::Proposal;
use crate::console::state::picker::{Item, Picker};
use crate::console::state::{State, Tone};
use crossterm::event::{KeyCode, KeyEvent};
use rollcall_shared::text::fold;
use rollcall_shared::wire::admin::TenantNamed;
use rollcall_shared::wire::identity::{RolesAt, UserInvite};
use rollcall_shared::wire::role::{RoleQuery, Roles};
use rollcall_shared::wire::{Class, Failure};
use tui_input::Input;

/// Opens the form for the tenant in hand.
pub fn open(state: &mut State) -> Vec<Effect> {
    let Some(tenant) = state.invite_tenant() else {
        return Vec::new();
    };
    let here = state.tenant.as_ref() == Some(&tenant);
    let mut invite = Invite {
        tenant: tenant.clone(),
        begin: state.scope.clone().filter(|_| here),
        form: None,
        places: Vec::new(),
        fields: Vec::new(),
        at: 0,
    };
    arrange(&mut invite);
    let mut asks = questions(&invite);
    let named = TenantNamed {
        tenant: tenant.clone(),
    };
    asks.push(Ask::Scopes(named));
    let probe = Deed::Invite(UserInvite {
        tenant,
        ..UserInvite::default()
    });
    start(state, Step::Invite(Box::new(invite)), asks, Some(probe))
}

/// Puts the fields that the tenant and the scope chosen ask for in their order; what is typed stays.
fn arrange(invite: &mut Invite) {
    let here = invite.field();
    let form = invite.form.clone().unwrap_or_default();
    let environments = invite.environments().len();
    let lists = if invite.yes(Field::Each) {
        environments.max(1)
    } else {
        1
    };
    let teams = form.teams.clone().unwrap_or_default();
    let shown = [
        (Field::Emails, true),
        (Field::AddressBook, form.address_book),
        (Field::FirstName, true),
        (Field::LastName, true),
        (Field::Scope, places::any(&invite.places)),
        (Field::Each, environments > 1),
    ];
    let then = [
        (Field::Team, !teams.is_empty()),
        (Field::Language, form.language),
        (Field::Username, form.username),
        (Field::Sid, form.sid),
        (Field::Reason, true),
    ];
    let roles = (0..lists).map(|n| (Field::Roles(n), true));
    let wanted = shown.into_iter().chain(roles).chain(then);
    let mut old = std::mem::take(&mut invite.fields);
    // Roles that are split begin with what was ticked for all.
    let ticked = old.iter().find(|(f, _)| *f == Field::Roles(0));
    let ticked = ticked.map(|(_, entry)| entry.clone());
    for field in wanted.filter(|(_, shown)| *shown).map(|(field, _)| field) {
        let kept = old.iter().position(|(f, _)| *f == field);
        let entry = match (kept, field) {
            (Some(at), _) => old.swap_remove(at).1,
            (None, Field::Roles(_)) => ticked
                .clone()
                .unwrap_or_else(|| Entry::List(Picker::default())),
            (None, Field::Scope) => {
                let items = places::items(&invite.places, invite.begin.as_deref());
                Entry::List(Picker::of(items))
            }
            (None, Field::Team) => Entry::List(Picker::of(team_items(&teams))),
            (None, Field::AddressBook | Field::Each) => Entry::Flag(false),
            (None, _) => Entry::Text(Input::default()),
        };
        invite.fields.push((field, entry));
    }
    let at = invite.fields.iter().position(|(f, _)| *f == here);
    invite.at = at.unwrap_or(invite.at.min(invite.fields.len() - 1));
}

/// No team, then every team.
fn team_items(teams: &[String]) -> Vec<Item> {
    let none = Item {
        label: "no team".into(),
        on: true,
        ..Item::default()
    };
    let team = |name: &String| Item {
        id: name.clone(),
        label: name.clone(),
        ..Item::default()
    };
    std::iter::once(none)
        .chain(teams.iter().map(team))
        .collect()
}

/// Where the roles of a list are held.
fn scope_of(invite: &Invite, list: usize) -> Option<String> {
    if !invite.yes(Field::Each) {
        return invite.scope();
    }
    let mut environments = invite.environments().into_iter();
    environments.nth(list).map(|e| e.path)
}

/// What is asked for the lists of roles: which can be given where they are held.
pub fn questions(invite: &Invite) -> Vec<Ask> {
    let lists = invite.fields.iter().filter_map(|(field, _)| match field {
        Field::Roles(n) => Some(*n),
        _ => None,
    });
    let ask = |n| {
        Ask::Roles(RoleQuery {
            tenant: invite.tenant.clone(),
            scope: scope_of(invite, n),
        })
    };
    lists.map(ask).collect()
}

/// Takes the roles that can be given, or the tree of scopes.
pub fn answered(invite: &mut Invite, answer: Answer) {
    match answer {
        Answer::Roles(roles) => {
            invite.form = Some(roles.form.clone());
            arrange(invite);
            fill(invite, &roles);
        }
        Answer::Scopes(tree) => {
            invite.places = places::fit(tree.rows);
            arrange(invite);
        }
        _ => {}
    }
}

/// Fills the lists of roles held where they were asked for; what cannot be given there is not ticked any more.
fn fill(invite: &mut Invite, roles: &Roles) {
    let offered = roles::offered(roles, None);
    for at in 0..invite.fields.len() {
        let Field::Roles(n) = invite.fields[at].0 else {
            continue;
        };
        if scope_of(invite, n) != roles.scope {
            continue;
        }
        if let Entry::List(picker) = &mut invite.fields[at].1 {
            picker.refill(offered.clone());
            for item in &mut picker.items {
                item.on &= item.why_not.is_empty();
            }
        }
    }
}

/// What a key does.
pub fn act(state: &mut State, act: Act, event: KeyEvent) -> Vec<Effect> {
    let Some(Step::Invite(invite)) = step(state) else {
        return Vec::new();
    };
    let sideways = matches!(event.code, KeyCode::Left | KeyCode::Right);
    let at = invite.at;
    match (act, &mut invite.fields[at].1) {
        (Act::Next, Entry::List(_)) => return enter(state),
        (Act::Next, _) => return submit(state),
        (Act::Tick, Entry::List(_)) => return pick(state),
        (Act::Tick, Entry::Flag(yes)) => *yes = !*yes,
        (Act::Text, Entry::Flag(yes)) if sideways => *yes = !*yes,
        (Act::Move(_) | Act::Page(_), Entry::List(picker)) => {
            along(picker, act);
            return Vec::new();
        }
        (Act::Field(by), _) => return leave(state, by),
        (Act::Move(Motion::Rows(rows)), _) => {
            return leave(state, isize::try_from(rows).unwrap_or(0));
        }
        _ => return Vec::new(),
    }
    // A flag was turned.
    if invite.field() == Field::Each {
        return moved(state);
    }
    Vec::new()
}

/// To another field; around at the ends. What was typed into a list and not chosen yet is chosen.
fn leave(state: &mut State, by: isize) -> Vec<Effect> {
    let typed = |list: &Picker| !list.input.value().trim().is_empty();
    let in_hand = step(state).and_then(|step| match step {
        Step::Invite(invite) => invite.list(),
        _ => None,
    });
    let left_over = in_hand.map_or((false, false), |list| {
        let new = under_cursor(list).is_some_and(|at| !list.items[at].on);
        (typed(list), new)
    });
    let effects = match left_over {
        (true, true) => pick(state),
        _ => Vec::new(),
    };
    if left_over.0 {
        clear(state);
    }
    if let Some(Step::Invite(invite)) = step(state) {
        let len = isize::try_from(invite.fields.len()).unwrap_or(1);
        let at = isize::try_from(invite.at).unwrap_or(0);
        invite.at = usize::try_from((at + by).rem_euclid(len)).unwrap_or(0);
    }
    effects
}

/// Forgets what was typed into the list in hand; its cursor stays on its item.
fn clear(state: &mut State) {
    if let Some(Step::Invite(invite)) = step(state)
        && let Some(list) = invite.list()
    {
        list.cursor = under_cursor(list).unwrap_or(0);
        list.input = Input::default();
    }
}

/// Ticks or chooses what the cursor is on. What cannot be given says why.
fn pick(state: &mut State) -> Vec<Effect> {
    let Some(Step::Invite(invite)) = step(state) else {
        return Vec::new();
    };
    let field = invite.field();
    let one_role = invite.form.as_ref().is_some_and(|form| form.one_role);
    let one = field.one() || (one_role && matches!(field, Field::Roles(_)));
    let Some(list) = invite.list() else {
        return Vec::new();
    };
    let Some(at) = under_cursor(list) else {
        return Vec::new();
    };
    let item = &mut list.items[at];
    if !item.why_not.is_empty() && !item.on {
        let text = format!("{}: {}", item.label, item.why_not);
        state.say(Tone::Bad, text);
        return Vec::new();
    }
    if one {
        list.choose(at);
    } else {
        item.on = !item.on;
    }
    if field == Field::Scope {
        return moved(state);
    }
    Vec::new()
}

/// Enter in a list: takes what was searched for; with nothing to take, on to the preview.
fn enter(state: &mut State) -> Vec<Effect> {
    let Some(Step::Invite(invite)) = step(state) else {
        return Vec::new();
    };
    let field = invite.field();
    let Some(list) = invite.list() else {
        return Vec::new();
    };
    let typed = !list.input.value().trim().is_empty();
    let here = under_cursor(list);
    let new = here.is_some_and(|at| !list.items[at].on);
    if !(new && (typed || field.one())) {
        return submit(state);
    }
    let effects = pick(state);
    clear(state);
    effects
}

/// Another scope was chosen, or the roles were split: the fields follow, and what can be given is asked anew.
fn moved(state: &mut State) -> Vec<Effect> {
    let Some(Step::Invite(invite)) = step(state) else {
        return Vec::new();
    };
    arrange(invite);
    let asks = questions(invite);
    ask_more(state, asks)
}

fn submit(state: &mut State) -> Vec<Effect> {
    let Some(flow) = state.overlay.flow() else {
        return Vec::new();
    };
    let Step::Invite(invite) = &mut flow.step else {
        return Vec::new();
    };
    let request = request(invite);
    if request.email.is_empty() {
        let failure = Failure::new(Class::Usage, "Nobody is named.").rule("email");
        flow.failure = Some(failure.hint("Type at least one email."));
        invite.at = 0;
        return Vec::new();
    }
    let subject = match request.email.as_slice() {
        [one] => one.clone(),
        several => format!("{} people", several.len()),
    };
    let proposal = Proposal {
        tenant: request.tenant.clone(),
        deed: Deed::Invite(request),
        subject,
        back: None,
    };
    propose(state, proposal, false)
}

/// The request that the form stands for.
fn request(invite: &Invite) -> UserInvite {
    let emails = invite.text(Field::Emails).unwrap_or_default();
    let emails = emails.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
    // Who is written twice is one person, and counted as one.
    let mut once: Vec<String> = Vec::new();
    for email in emails.filter(|e| !e.is_empty()) {
        if !once.iter().any(|other| fold(other) == fold(email)) {
            once.push(email.to_owned());
        }
    }
    let each = invite.yes(Field::Each);
    let environments = invite.environments().into_iter().enumerate();
    let at = environments.filter(|_| each).map(|(n, e)| RolesAt {
        scope: e.path,
        roles: invite.ticked(Field::Roles(n)),
    });
    UserInvite {
        tenant: invite.tenant.clone(),
        email: once,
        first_name: invite.text(Field::FirstName),
        last_name: invite.text(Field::LastName),
        at: at.collect(),
        roles: match each {
            true => Vec::new(),
            false => invite.ticked(Field::Roles(0)),
        },
        scope: invite.scope(),
        team: invite.choice(Field::Team),
        language: invite.text(Field::Language),
        username: invite.text(Field::Username),
        sid: invite.text(Field::Sid),
        from_address_book: invite.yes(Field::AddressBook),
        reason: invite.text(Field::Reason),
        dry_run: false,
    }
}

/// The field that a refusal is about, by the name of its rule; none when it is about the whole.
pub fn field_of(rule: &str) -> Option<Field> {
    let words = [
        ("book", Field::AddressBook),
        ("email", Field::Emails),
        ("domain", Field::Emails),
        ("address", Field::Emails),
        ("username", Field::Username),
        ("name", Field::FirstName),
        ("environment", Field::Roles(0)),
        ("role", Field::Roles(0)),
        ("team", Field::Team),
        ("scope", Field::Scope),
        ("sid", Field::Sid),
        ("reason", Field::Reason),
    ];
    let parts: Vec<&str> = rule.split('-').collect();
    words
        .into_iter()
        .find(|(word, _)| parts.iter().any(|part| part.trim_end_matches('s') == *word))
        .map(|(_, field)| field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_stands_at_the_field_it_is_about() {
        assert_eq!(field_of("email-immutable"), Some(Field::Emails));
        assert_eq!(field_of("predefined-role"), Some(Field::Roles(0)));
        assert_eq!(field_of("roles-per-user"), Some(Field::Roles(0)));
        assert_eq!(field_of("legal-name"), Some(Field::FirstName));
        assert_eq!(field_of("address-book"), Some(Field::AddressBook));
        assert_eq!(field_of("seats"), None);
    }
}
