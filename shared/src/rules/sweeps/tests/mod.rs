//! What the sweeps do: to one account day by day, and as plans.

mod inactivity;
mod seats;
mod whole;

use super::*;
use crate::catalog::{builtin, parse};
use crate::domain::{Account, Kind, Mfa, Mode, Origin, Status};
use crate::rules::lifecycle::perform;
use crate::rules::tests::{Case, account, day, healthy, iusign};
use crate::rules::{facts, next, plan as plans};
use ActionKind::{Deactivate, Escalate, Expire, Suspend, Warn};

pub(super) fn verdict(case: &Case, sweep: Sweep, account: &Account) -> Verdict {
    judge(sweep, &facts(account, iusign()), &case.context())
}

pub(super) fn kind_of(verdict: &Verdict) -> Option<(ActionKind, u8)> {
    match verdict {
        Verdict::Act(action) => Some((action.kind, action.stage)),
        _ => None,
    }
}

pub(super) fn apply(account: &mut Account, action: &Action, sweep: Sweep, now: Micros) {
    for change in perform(account, action, sweep, now) {
        assert_eq!(change.old, account.get(change.field), "{:?}", change.field);
        account.set(change.field, &change.new).unwrap();
    }
}

/// What a daily run does to one account, by day.
pub(super) fn diary(
    mut account: Account,
    sweep: Sweep,
    case: &mut Case,
    days: i64,
) -> Vec<(i64, ActionKind, u8)> {
    let mut out = Vec::new();
    for n in 0..=days {
        case.now = day(n);
        case.feed = healthy(case.now);
        if account.mfa_at.is_some() {
            account.mfa_at = Some(case.now);
        }
        if let Verdict::Act(action) = verdict(case, sweep, &account) {
            out.push((n, action.kind, action.stage));
            apply(&mut account, &action, sweep, case.now);
        }
    }
    out
}
