//! Over one tenant or all: who may see some tenants, but not all, is told of these alone.

use super::ask::Ask;
use super::find;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::Run;
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

    /// The run a text means, where the caller may use the verb. A run of a tenant whose runs they may not see is not there
    /// for them, so that a refusal tells nothing of it.
    pub(crate) fn run<'s>(
        &self,
        state: &'s State,
        verb: Verb,
        text: &str,
    ) -> Result<(&'s TenantView, &'s Run), Failure> {
        let may = |verb, view: &TenantView| self.authorise(state, verb, Some(&view.tenant.name));
        let there = |view: &TenantView| may(Verb::RunShow, view).is_ok() || may(verb, view).is_ok();
        let found = find::run(state, text, &there);
        match &found {
            Ok((view, _)) => may(verb, view)?,
            // Who may see no runs at all is told that.
            Err(_) if !state.tenants().any(there) => self.authorise(state, verb, None)?,
            Err(_) => {}
        }
        found
    }
}
