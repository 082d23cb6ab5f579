//! Lists over one tenant or all: who may see some tenants, but not all, is told which.

use super::ask::Ask;
use rollcall_shared::directory::State;
use rollcall_shared::wire::{Failure, Verb};

/// Tenants named to who may not see all of them.
const NAMED: usize = 10;

impl Ask<'_> {
    /// As [`Ask::authorise`], for lists over one tenant or all: who may see some tenants, but not all, is told which.
    pub(crate) fn authorise_list(
        &self,
        state: &State,
        verb: Verb,
        tenant: Option<&str>,
    ) -> Result<(), Failure> {
        self.authorise(state, verb, tenant).map_err(|denied| {
            let all = state.tenants().map(|t| t.tenant.name.as_str());
            let mut open = all.filter(|name| self.authorise(state, verb, Some(name)).is_ok());
            let named: Vec<&str> = open.by_ref().take(NAMED).collect();
            if tenant.is_some() || named.is_empty() {
                return denied;
            }
            let more = match open.next() {
                Some(_) => " and others (see `rollcall tenant list`)",
                None => "",
            };
            let hint = format!("add --tenant NAME; you may see {}{more}", named.join(", "));
            denied.hint(hint)
        })
    }
}
