//! Where a caller is a member: what `status` tells them of tenants whose rows they may not see.

use super::ask::{Ask, own_account};
use super::tenant_list;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::rules::lifecycle;
use rollcall_shared::rules::permissions::{self, Basis};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::Standing;

/// One for each tenant in which the caller holds an account that may use any of our verbs.
pub(super) fn of(ask: &Ask<'_>, state: &State) -> Vec<Standing> {
    let tenants = state.tenants();
    tenants
        .filter_map(|view| standing(ask, state, view))
        .collect()
}

fn standing(ask: &Ask<'_>, state: &State, view: &TenantView) -> Option<Standing> {
    let name = view.tenant.name.as_str();
    let binding = ask.caller.binding(state)?;
    let (_, own) = own_account(state, Some(binding), Some(name))?;
    if ask.authorise(state, Verb::Status, Some(name)).is_ok() {
        return None;
    }
    let member = permissions::Member {
        setting: view.setting(),
        rights: view.rights(),
        roles: &own.assignments,
    };
    let mut part = false;
    let mut may = |verb: Verb| match ask.basis(binding, verb, name, member) {
        // The vendor has no such switch for its own people.
        Some(Basis::Member) => {
            !(view.catalog.constraints.enabled_elsewhere && SWITCHES.contains(&verb))
        }
        Some(_) => true,
        None => {
            let here = !binding.shared && !permissions::part(&member, verb.name()).is_empty();
            part |= here;
            here
        }
    };
    let verbs = Verb::ALL.iter().copied().filter(|verb| may(*verb));
    let verbs: Vec<String> = verbs.map(|verb| verb.name().to_owned()).collect();
    (!verbs.is_empty()).then(|| Standing {
        tenant: name.to_owned(),
        tz: view.tenant.tz.clone(),
        shows: tenant_list::shows(view),
        causes: lifecycle::causes(&view.catalog),
        verbs,
        part,
    })
}

/// What switches an account on and off.
const SWITCHES: [Verb; 3] = [
    Verb::UserSuspend,
    Verb::UserReactivate,
    Verb::UserDeactivate,
];
