//! What will happen to an account next, and what keeps it from happening: its sweep's own plan for that instant may leave
//! it alone, or be held.

use crate::schedule::Schedule;
use crate::sweeps::{self, Basis};
use rollcall_shared::directory::{State, Staying, TenantView};
use rollcall_shared::domain::run::PLAN_LIFE;
use rollcall_shared::domain::{
    AccountId, AccountRef, ActionKind, Assignment, Micros, Mode, Run, RunState, Sweep,
};
use rollcall_shared::rules::next::{self, Forecast};
use rollcall_shared::rules::sweeps::Planned;
use rollcall_shared::rules::{guards, policy};
use rollcall_shared::wire::user::Next;

/// What each sweep will do to the account, soonest first.
pub(super) fn forecast(state: &State, view: &TenantView, id: AccountRef, now: Micros) -> Vec<Next> {
    let Some(facts) = state.facts(id) else {
        return Vec::new();
    };
    let zone = view.zone();
    let bases: Vec<Basis> = Sweep::ALL
        .iter()
        .map(|s| Basis::new(view, *s, now))
        .collect();
    let due = |sweep: Sweep, at: Micros| {
        let schedule = Schedule::parse(&view.policy(sweep).schedule).ok()?;
        schedule.next_after(at, &zone)
    };
    // Of who must stay these two record that they leave them alone, as of the only owner.
    let stays = Staying::new(view).may_go(id.account).is_err();
    let recorded = |sweep: Sweep| stays && matches!(sweep, Sweep::Inactivity | Sweep::Mfa);
    let each = bases.iter().flat_map(|basis| {
        let context = basis.context(view);
        let (facts, context) = match recorded(basis.sweep) {
            true => (facts.who_stays(), context.of_who_stays()),
            false => (facts, context),
        };
        next::forecast(&facts, &[(basis.sweep, context)], due)
    });
    let mut told: Vec<Forecast> = each.collect();
    told.sort_by_key(|f| (f.when.unwrap_or(f.earliest), f.sweep));
    let told = told.into_iter().map(|f| {
        let mut but = vec![f.but.clone()];
        but.extend(of_that_run(view, id.account, &f, now));
        but.extend(waiting(view, id.account, &f, now));
        but.retain(|but| !but.is_empty());
        Next {
            sweep: f.sweep,
            kind: f.kind,
            when: f.when,
            why: f.why.told(&zone).to_string(),
            but: but.join("; "),
        }
    });
    told.collect()
}

/// Why that run will not do it: its plan leaves the account alone, or is held for the blast budget.
fn of_that_run(
    view: &TenantView,
    account: AccountId,
    next: &Forecast,
    now: Micros,
) -> Option<String> {
    let at = next.when.unwrap_or(next.earliest);
    if may_be_spared(view, account, next.kind) {
        // Whom the run takes nothing from that keeps a place administered or owned changes nothing for the others.
        let admins = &view.catalog.constraints.admins;
        let officer = |roles: &[Assignment]| {
            let mut each = roles.iter();
            each.any(|held| admins.contains(&held.role) || held.role == view.catalog.owner.role)
        };
        let planned = sweeps::foresee_holders(view, next.sweep, (at, now), officer);
        if let Some(spared) = spared(&planned, account, next.kind) {
            return Some(spared);
        }
    }
    // Where nothing is done anyway it is not held.
    (view.policy(next.sweep).mode != Mode::Observe)
        .then(|| sweeps::over_budget(view, next.sweep, at, now))?
}

/// Whether the account may be one that keeps its place administered.
fn may_be_spared(view: &TenantView, account: AccountId, kind: ActionKind) -> bool {
    let admins = &view.catalog.constraints.admins;
    let held = view.roles_of(account);
    let ends = matches!(kind, ActionKind::Suspend | ActionKind::Deactivate);
    ends && held.iter().any(|held| admins.contains(&held.role))
}

/// Why a plan leaves the account alone; who is spared depends on whom the same run takes access from.
fn spared(planned: &Planned, account: AccountId, kind: ActionKind) -> Option<String> {
    let acts = planned.plan.actions.iter();
    let mut own = acts.filter(|action| action.account == account);
    if own.any(|action| action.kind == kind) {
        return None;
    }
    let mut skips = planned.skipped.iter();
    let skip = skips.find(|skip| skip.account == account)?;
    Some(skip.reason.clone())
}

/// The run that proposes just this and waits for a person, who may approve it sooner.
fn waiting(view: &TenantView, account: AccountId, next: &Forecast, now: Micros) -> Option<String> {
    // One of another policy or catalog is approved no more.
    let rests = (policy::hash(&view.policy(next.sweep)), view.catalog.hash);
    let waits = |run: &&Run| {
        run.state == RunState::Proposed
            && run.plan.sweep == next.sweep
            && (run.plan.policy_hash, run.plan.catalog_hash) == rests
            && now <= run.plan.at.plus(PLAN_LIFE)
    };
    let mut runs = view.runs().rev().filter(waits);
    let run = runs.find(|run| {
        let mut acts = run.plan.actions.iter();
        acts.any(|act| act.account == account && act.kind == next.kind)
    })?;
    let held = match guards::told_of_budget(&run.plan.held) {
        true => ", held for the blast budget,",
        false => "",
    };
    Some(format!(
        "run {}{held} proposes it now and waits for approval",
        run.id
    ))
}
