//! Who could take over from a leaver, best first.

use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{Account, Day};
use rollcall_shared::rules::successor;
use rollcall_shared::wire::asset::Successor;

/// Accounts that could take over, at most `most`: the manager first, then the team, then who owns least.
pub(super) fn propose(
    view: &TenantView,
    leaver: &Account,
    today: Day,
    most: usize,
) -> Vec<Account> {
    let (setting, rights) = (view.setting(), view.rights());
    let fits = |to: &Account| successor::check(leaver, to, &setting, rights, today).is_ok();
    let managers = match leaver.manager.as_str() {
        "" => Vec::new(),
        manager => view.with_email(manager),
    };
    let mut found: Vec<Account> = managers
        .into_iter()
        .filter_map(|id| view.account(id))
        .filter(fits)
        .collect();
    let heirs = view.heirs(
        leaver.team,
        most + 2,
        |roles| successor::entitled(&setting, rights, &leaver.assignments, roles),
        |facts| successor::unavailable(facts, today).is_none(),
    );
    for id in heirs {
        if found.iter().all(|a| a.id != id) {
            found.extend(view.account(id).filter(fits));
        }
    }
    found.truncate(most);
    found
}

/// One of them as a row.
pub(super) fn row(view: &TenantView, leaver: &Account, to: &Account) -> Successor {
    let team = to.team.and_then(|t| view.scopes.iter().find(|s| s.id == t));
    Successor {
        id: view.reference(to.id),
        name: to.display_name(),
        email: to.email.clone(),
        because: successor::because(leaver, to, team.map(|t| t.name.as_str())),
    }
}
