//! What will happen to an account next, if nothing changes.

use super::lifecycle::looking_ahead;
use super::sweeps::{Context, Judge, Verdict};
use super::{guards, sweeps};
use crate::domain::{AccountFacts, Action, ActionKind, Day, Micros, Mode, Sweep, TenantState, Why};

/// Something that will happen if nothing changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// By which sweep.
    pub sweep: Sweep,
    /// What.
    pub kind: ActionKind,
    /// From when on a run would do it; never before now.
    pub earliest: Micros,
    /// The first run that is due at or after that; none when none is.
    pub when: Option<Micros>,
    /// Why.
    pub why: Why,
    /// What keeps it from happening by itself; empty when nothing does.
    pub but: String,
}

/// What each sweep will do next, soonest first. After a warning stands also the act it warns of. `next_due` gives the
/// first run of a sweep that is due after an instant.
pub fn forecast(
    facts: &AccountFacts,
    sweeps: &[(Sweep, Context<'_>)],
    next_due: impl Fn(Sweep, Micros) -> Option<Micros>,
) -> Vec<Forecast> {
    let mut out = Vec::new();
    for (sweep, context) in sweeps {
        if context.tenant_state == TenantState::Filling {
            continue;
        }
        let mut facts = *facts;
        let mut from = context.now;
        // Each warning is looked past once; there are no more stages than this.
        for step in 0..=context.policy.warn_days.len() + 1 {
            let Some((earliest, when, action)) = next(&facts, *sweep, context, from, &next_due)
            else {
                break;
            };
            let warning = action.kind == ActionKind::Warn;
            if step == 0 || !warning {
                out.push(Forecast {
                    sweep: *sweep,
                    kind: action.kind,
                    earliest,
                    when,
                    but: but(&facts, *sweep, context, earliest, &action),
                    why: action.why.clone(),
                });
            }
            if !warning {
                break;
            }
            from = when.unwrap_or(earliest);
            facts = looking_ahead(&facts, &action, *sweep, from);
        }
    }
    out.sort_by_key(|f| (f.when.unwrap_or(f.earliest), f.sweep));
    out
}

/// The first run at or after `from` that would act. What a rule says changes only at certain instants, so it is asked
/// at these.
fn next(
    facts: &AccountFacts,
    sweep: Sweep,
    context: &Context<'_>,
    from: Micros,
    next_due: &impl Fn(Sweep, Micros) -> Option<Micros>,
) -> Option<(Micros, Option<Micros>, Action)> {
    for earliest in turns(facts, sweep, context, from) {
        let Verdict::Act(action) = at(facts, sweep, context, earliest) else {
            continue;
        };
        let Some(when) = next_due(sweep, Micros(earliest.0.saturating_sub(1))) else {
            return Some((earliest, None, action));
        };
        if let Verdict::Act(action) = at(facts, sweep, context, when) {
            return Some((earliest, Some(when), action));
        }
    }
    None
}

/// The verdict at another instant, looking ahead from the one of the context.
fn at(facts: &AccountFacts, sweep: Sweep, context: &Context<'_>, now: Micros) -> Verdict {
    let ahead = Context {
        now,
        seen_from: Some(context.now),
        ..*context
    };
    sweeps::judge(sweep, facts, &ahead)
}

/// What looking ahead rests on, one sentence each.
pub fn rests(sweep: Sweep) -> Vec<String> {
    let mut out =
        vec!["it is taken that nobody acts until then, and no file brings anything new".to_owned()];
    match sweep {
        Sweep::Inactivity => {
            out.push("it is taken that the sign-in feed is as healthy then as it is now".into());
        }
        Sweep::Mfa => out.push(
            "it is taken that sources still tell then of each second factor what they told last, if that is fresh now; what is older is unknown then as now"
                .into(),
        ),
        Sweep::Seats | Sweep::Invitations => {}
    }
    out
}

/// Every instant at or after `from` at which a verdict may change, sorted, `from` itself first.
fn turns(facts: &AccountFacts, sweep: Sweep, context: &Context<'_>, from: Micros) -> Vec<Micros> {
    let judge = Judge::new(sweep, context);
    let day = |d: Day| d.start_in(context.zone);
    let day_after = |d: Day| day(Day(d.0.saturating_add(1)));
    let mut turns = vec![from];
    turns.extend(facts.hold_until);
    turns.extend(facts.leave_from.map(day));
    turns.extend(facts.leave_to.map(day_after));
    turns.extend(facts.end_date.map(day_after));
    turns.extend(judge.turns(facts));
    turns.retain(|t| *t >= from);
    turns.sort_unstable();
    turns.dedup();
    turns
}

/// What keeps an action from happening by itself.
fn but(
    facts: &AccountFacts,
    sweep: Sweep,
    context: &Context<'_>,
    earliest: Micros,
    action: &Action,
) -> String {
    let mut reasons: Vec<String> = Vec::new();
    match context.policy.mode {
        Mode::Observe => reasons.push(format!("the policy {sweep} only observes")),
        Mode::Approve => reasons.push("it waits for approval".into()),
        Mode::Auto => {}
    }
    if action.kind == ActionKind::Escalate {
        reasons.push("without this holder of the owner role there would be too few: nobody is suspended, it is recorded".into());
    }
    if sweep == Sweep::Inactivity {
        reasons.extend(guards::feed(context.feed, context.now, context.zone));
    }
    let told_again = facts
        .mfa_at
        .is_some_and(|told| told.plus(context.policy.mfa_fresh) < earliest);
    if sweep == Sweep::Mfa && told_again {
        reasons.push(format!(
            "only if a source still tells of no second factor by then: older than {} is unknown",
            context.policy.mfa_fresh
        ));
    }
    reasons.join("; ")
}
