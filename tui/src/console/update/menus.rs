//! The menus: what they offer, and which line the cursor starts on.

use crate::columns::UserColumn;
use crate::console::command::Command;
use crate::console::message::Effect;
use crate::console::state::State;
use crate::console::state::overlay::{Choice, Entry, Facet, Menu, Overlay};
use crate::console::state::range::End;
use crate::console::state::users::Pick;
use crate::console::update::catalogs;
use rollcall_shared::domain::{Kind, Mfa, SeatHold, Status};
use rollcall_shared::text::counted;
use rollcall_shared::wire::user::{Flag, SortKey};

/// The columns one can sort by, with their titles.
const SORTS: [(SortKey, &str); 18] = [
    (SortKey::Name, "Name"),
    (SortKey::Email, "Email"),
    (SortKey::Role, "Role"),
    (SortKey::Status, "Status"),
    (SortKey::Mfa, "MFA"),
    (SortKey::LastSignIn, "Last sign-in"),
    (SortKey::Activity, "Activity in 28 days"),
    (SortKey::Team, "Team"),
    (SortKey::Flags, "Number of flags"),
    (SortKey::Created, "Created"),
    (SortKey::Tenant, "Tenant"),
    (SortKey::Id, "Id"),
    (SortKey::Username, "Username"),
    (SortKey::Sid, "SID"),
    (SortKey::UserType, "User type"),
    (SortKey::Activated, "Activated"),
    (SortKey::Seat, "Seat"),
    (SortKey::Kind, "Kind"),
];

/// The columns one can sort by here, with their titles: without those that no tenant looked at has.
pub fn sorts(state: &State) -> impl Iterator<Item = (SortKey, &'static str)> + use<> {
    let shows = state.users.shows;
    let absent = move |key: SortKey| {
        let mut columns = UserColumn::ALL.iter();
        columns.any(|column| column.sort_key() == key && !column.shown(&shows))
    };
    SORTS.into_iter().filter(move |(key, _)| !absent(*key))
}

/// Whether a column is of most use with the largest first.
pub fn largest_first(key: SortKey) -> bool {
    matches!(key, SortKey::Flags | SortKey::Activity | SortKey::Created)
}

fn entry(label: impl Into<String>, choice: Choice, on: bool) -> Entry {
    Entry {
        label: label.into(),
        note: String::new(),
        choice,
        on,
        enabled: true,
    }
}

fn open(state: &mut State, title: &str, entries: Vec<Entry>, ticks: bool) -> Vec<Effect> {
    let cursor = if ticks {
        0
    } else {
        entries.iter().position(|e| e.on).unwrap_or(0)
    };
    state.overlay = Overlay::Menu(Menu {
        title: title.into(),
        entries,
        cursor,
        ticks,
        ticked: false,
        filter: false,
    });
    Vec::new()
}

/// The columns to sort by.
pub fn sort(state: &mut State) -> Vec<Effect> {
    let (now, descending) = (state.users.sort, state.users.descending);
    let entries = sorts(state)
        .map(|(key, title)| {
            let mut line = entry(title, Choice::Sort(key), key == now);
            if key == now {
                line.note = if descending {
                    "largest first; again reverses".into()
                } else {
                    "smallest first; again reverses".into()
                };
            }
            line
        })
        .collect();
    open(state, "Sort by", entries, false)
}

/// The filters.
pub fn facets(state: &mut State) -> Vec<Effect> {
    let phrases = state.users.phrases(|id| state.role_label(id));
    let entries = Facet::ALL
        .into_iter()
        .map(|facet| {
            let mut line = entry(facet.title(), Choice::Facet(facet), false);
            let word = facet.title().split(' ').next().unwrap_or_default();
            let word = word.to_lowercase();
            let word = word.trim_end_matches('s');
            line.note = match facet {
                Facet::Tenant => state.tenant.clone().unwrap_or_else(|| "all".into()),
                Facet::SignedIn if !state.users.signed_in.is_open() => {
                    state.users.signed_in.phrases().join(", ")
                }
                _ => phrases
                    .iter()
                    .find(|p| p.starts_with(word))
                    .and_then(|p| p.split_once(' '))
                    .map_or_else(|| "any".to_owned(), |(_, values)| values.to_owned()),
            };
            line
        })
        .collect();
    open(state, "Filter by", entries, false)
}

/// The values of one filter, to be ticked.
pub fn values(state: &mut State, facet: Facet) -> Vec<Effect> {
    let effects = offer(state, facet);
    if let Overlay::Menu(menu) = &mut state.overlay {
        menu.filter = true;
    }
    effects
}

fn offer(state: &mut State, facet: Facet) -> Vec<Effect> {
    let picks: Vec<(String, Pick)> = match facet {
        Facet::Tenant => return tenants(state),
        Facet::SignedIn => return signed_in(state),
        Facet::Status => words(Status::ALL, |v| v.word(), Pick::Status),
        Facet::Mfa => words(Mfa::ALL, |v| v.word(), Pick::Mfa),
        Facet::Kind => words(Kind::ALL, |v| v.word(), Pick::Kind),
        Facet::Seat => words(SeatHold::ALL, |v| v.word(), Pick::Seat),
        Facet::Flag => words(&Flag::ALL, |v| v.word(), Pick::Flag),
        Facet::Role => {
            let entries = roles(state);
            open(state, facet.title(), entries, true);
            let tenants = catalogs::looked_at(state);
            return catalogs::ask(state, tenants);
        }
    };
    let entries = ticked(state, picks);
    open(state, facet.title(), entries, true)
}

/// The roles known so far, for the filter.
pub fn roles(state: &State) -> Vec<Entry> {
    let known = state.users.roles_known.iter();
    let picks = known.map(|role| (state.role_label(role), Pick::Role(role.clone())));
    ticked(state, picks.collect())
}

fn ticked(state: &State, picks: Vec<(String, Pick)>) -> Vec<Entry> {
    let line = |(label, pick): (String, Pick)| {
        let on = state.users.picked(&pick);
        entry(label, Choice::Pick(pick), on)
    };
    picks.into_iter().map(line).collect()
}

fn words<T: Copy>(
    all: &[T],
    word: fn(T) -> &'static str,
    pick: fn(T) -> Pick,
) -> Vec<(String, Pick)> {
    all.iter()
        .map(|v| (word(*v).to_owned(), pick(*v)))
        .collect()
}

/// The range of last sign-ins.
fn signed_in(state: &mut State) -> Vec<Effect> {
    let range = state.users.signed_in;
    let end = |end: End| {
        let now = range.end(end);
        let mut line = entry(end.title(), Choice::Range(end), false);
        line.note = now.map_or_else(|| "any".to_owned(), |bound| bound.to_string());
        line
    };
    let mut never = entry("Never, as far as is known", Choice::NeverSignedIn, false);
    never.note = if range.never { "only these" } else { "any" }.to_owned();
    let entries = vec![end(End::From), end(End::To), never];
    open(state, Facet::SignedIn.title(), entries, false)
}

/// One tenant, or all.
pub fn tenants(state: &mut State) -> Vec<Effect> {
    let now = state.tenant.clone();
    let mut entries = Vec::new();
    if !state.tenant_rows().is_empty() || state.standings().is_empty() {
        entries.push(entry("All tenants", Choice::Tenant(None), now.is_none()));
    }
    for row in state.tenant_rows() {
        let name = row.tenant.name.clone();
        let mut line = entry(
            name.clone(),
            Choice::Tenant(Some(name.clone())),
            now.as_deref() == Some(&name),
        );
        line.note = counted(row.accounts, "account");
        entries.push(line);
    }
    for standing in state.standings() {
        let name = &standing.tenant;
        let on = now.as_ref() == Some(name);
        let mut line = entry(name.clone(), Choice::Tenant(Some(name.clone())), on);
        line.note = "as a member".into();
        entries.push(line);
    }
    open(state, "Tenant", entries, false)
}

/// What can be done with the account: the worst last, and what cannot be done says why.
pub fn actions(state: &mut State) -> Vec<Effect> {
    let offered = Command::ACTIONS.into_iter();
    let entries = offered
        .filter(|command| state.offers(*command))
        .map(|command| {
            let title = command.title();
            let (word, what) = title.split_once(": ").unwrap_or((title, ""));
            let word = word
                .trim_end_matches(" the account")
                .trim_end_matches(" this person");
            let mut line = entry(word, Choice::Command(command), false);
            line.note = what.into();
            if let Some(why) = state.why_not(command) {
                line.enabled = false;
                line.note = why;
            }
            line
        })
        .collect();
    open(state, "This account", entries, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_can_be_sorted_by() {
        for column in UserColumn::ALL {
            let offered = SORTS.iter().filter(|(key, _)| *key == column.sort_key());
            assert_eq!(offered.count(), 1, "{column:?}");
        }
        let mut keys = SortKey::ALL.iter();
        assert!(keys.all(|(key, _)| SORTS.iter().any(|(k, _)| k == key)));
    }
}
