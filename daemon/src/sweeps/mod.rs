//! Sweeps: planning against a state, running under a run id, resuming after a crash, and the schedule that fires them.

mod driver;
mod execute;
mod hands;
mod start;
#[cfg(test)]
mod tests;

pub(crate) use driver::drive;
pub(crate) use execute::{STEP, approve, finish_running, numbered, reject};
pub(crate) use hands::Hands;
pub(crate) use start::{Start, Started, start};

use jiff::tz::TimeZone;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{
    AccountFacts, ActionKind, Assignment, Micros, Plan, Policy, Span, Sweep,
};
use rollcall_shared::rules;
use rollcall_shared::rules::owner;
use rollcall_shared::rules::sweeps::{Context, Holders, Planned};

/// The blast budget counts what was done in this long.
const BUDGET_WINDOW: Span = Span::days(1);

/// What a plan of one sweep in one tenant rests on, besides the accounts.
pub(crate) struct Basis {
    pub sweep: Sweep,
    pub policy: Policy,
    policy_hash: [u8; 32],
    now: Micros,
    zone: TimeZone,
    spent: u32,
    /// The usable holders of the owner role, by number.
    holders: Vec<AccountFacts>,
}

impl Basis {
    pub(crate) fn new(view: &TenantView, sweep: Sweep, now: Micros) -> Self {
        let policy = view.policy(sweep);
        let policy_hash = rules::policy::hash(&policy);
        Basis {
            sweep,
            policy,
            policy_hash,
            now,
            zone: view.zone(),
            spent: spent(view, now),
            holders: usable_owners(view),
        }
    }

    pub(crate) fn context<'a>(&'a self, view: &'a TenantView) -> Context<'a> {
        Context {
            policy: &self.policy,
            policy_hash: self.policy_hash,
            catalog_hash: view.catalog.hash,
            now: self.now,
            seen_from: None,
            zone: &self.zone,
            feed: view.feed(),
            tenant_state: view.tenant.state,
            accounts: view.sweepable(),
            spent: self.spent,
            authority: view.tenant.authority,
            holders: Holders::new(&view.catalog.owner, &self.holders),
        }
    }

    /// The same for a plan of later, as it is seen now.
    fn ahead<'a>(&'a self, view: &'a TenantView, now: Micros) -> Context<'a> {
        Context {
            seen_from: Some(now),
            ..self.context(view)
        }
    }
}

/// The accounts that can use the tenant's owner role, by number.
fn usable_owners(view: &TenantView) -> Vec<AccountFacts> {
    let counts = |id| owner::counts(&view.catalog, &view.scopes, view.roles_of(id));
    let owners = view.owners().into_iter().filter(|id| counts(*id));
    let facts = owners.filter_map(|id| view.facts(id));
    facts.filter(|f| owner::usable(f.status)).collect()
}

/// Plans one sweep in one tenant for the instant `now`. Pure: reads the columns, changes nothing.
pub(crate) fn plan(view: &TenantView, sweep: Sweep, now: Micros) -> Planned {
    let basis = Basis::new(view, sweep, now);
    let ctx = basis.context(view);
    view.plan(sweep, &ctx)
}

/// As [`plan`], for an instant later than `now`: what sources tell now they are taken to go on telling.
pub(crate) fn foresee(view: &TenantView, sweep: Sweep, at: Micros, now: Micros) -> Planned {
    let basis = Basis::new(view, sweep, at);
    view.plan(sweep, &basis.ahead(view, now))
}

/// What a plan made at `at` would do to the accounts whose roles pass; `at` may be later than `now`. Nobody else is in it,
/// so its blast budget says nothing.
pub(crate) fn foresee_holders(
    view: &TenantView,
    sweep: Sweep,
    (at, now): (Micros, Micros),
    pass: impl Fn(&[Assignment]) -> bool,
) -> Planned {
    let basis = Basis::new(view, sweep, at);
    let ctx = match at > now {
        true => basis.ahead(view, now),
        false => basis.context(view),
    };
    view.plan_holders(sweep, &ctx, pass)
}

/// Why the plan of [`foresee`] would be held for the blast budget.
pub(crate) fn over_budget(
    view: &TenantView,
    sweep: Sweep,
    at: Micros,
    now: Micros,
) -> Option<String> {
    let basis = Basis::new(view, sweep, at);
    let ctx = Context {
        seen_from: (at > now).then_some(now),
        ..basis.context(view)
    };
    view.over_budget(sweep, &ctx)
}

/// What of the blast budget was spent in the last 24 h, scheduled and manual runs together: by when each action was
/// applied, for a run may be approved or go on long after it was started.
fn spent(view: &TenantView, now: Micros) -> u32 {
    let since = now.minus(BUDGET_WINDOW);
    view.runs()
        .flat_map(|run| run.applied_after(since))
        .map(rules::guards::weight)
        .sum()
}

/// How many actions of each kind a plan holds.
pub(crate) fn counts(plan: &Plan) -> Vec<(ActionKind, u64)> {
    ActionKind::ALL
        .iter()
        .map(|kind| {
            (
                *kind,
                plan.actions.iter().filter(|a| a.kind == *kind).count() as u64,
            )
        })
        .filter(|(_, n)| *n > 0)
        .collect()
}
