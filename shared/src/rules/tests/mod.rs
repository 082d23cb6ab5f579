//! What the tests of the rules share: a tenant at an instant, and arbitrary accounts and policies.

mod adopt;
mod conflicts;
mod convert;
mod delegation;
mod diagnose;
mod guards;
mod lifecycle;
mod orders;
mod part;
mod people;
mod people_again;
mod people_held;
mod people_sources;
mod people_told;
mod people_twice;
mod permissions;
mod plan;
mod policy;
mod report;

use super::sweeps::{Context, Holders};
use super::{facts, policy_hash};
use crate::catalog::{Catalog, builtin, parse};
use crate::domain::{
    Account, AccountId, Assignment, Authority, Day, Feed, Kind, Mfa, Micros, Mode, Origin, Policy,
    Source, Span, Status, Sweep, TenantState,
};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::sync::LazyLock;

/// Microseconds of a day.
pub const DAY: i64 = 86_400_000_000;

/// Day 0 of the tests: 2026-01-05, a Monday.
pub fn day(n: i64) -> Micros {
    Micros((20_458 + n) * DAY)
}

/// The catalog of most tests, read once.
pub fn iusign() -> &'static Catalog {
    static IUSIGN: LazyLock<Catalog> =
        LazyLock::new(|| parse("iusign.toml", builtin("iusign").unwrap()).unwrap());
    &IUSIGN
}

/// A feed whose newest event is at `now`.
pub fn healthy(now: Micros) -> Feed {
    let mut feed = Feed::default();
    feed.saw(now, true);
    feed
}

/// A person created on day 0 who was never seen.
pub fn account(id: u32) -> Account {
    let mut account = Account::new(AccountId(id), format!("user{id}@example.com"), day(0));
    account.assignments = vec![Assignment::at_root("user")];
    account.last_use = Some(day(0));
    account
}

/// A tenant at an instant.
#[derive(Debug, Clone)]
pub struct Case {
    pub policy: Policy,
    pub now: Micros,
    pub zone: TimeZone,
    pub feed: Feed,
    pub state: TenantState,
    pub accounts: u32,
    pub spent: u32,
}

impl Case {
    pub fn new(sweep: Sweep) -> Self {
        let mut policy = Policy::default_of(sweep);
        policy.mode = Mode::Auto;
        Case {
            policy,
            now: day(0),
            zone: TimeZone::UTC,
            feed: healthy(day(0)),
            state: TenantState::Active,
            accounts: 1_000,
            spent: 0,
        }
    }

    pub fn context(&self) -> Context<'_> {
        Context {
            policy: &self.policy,
            policy_hash: policy_hash(&self.policy),
            catalog_hash: [7; 32],
            now: self.now,
            seen_from: None,
            zone: &self.zone,
            feed: &self.feed,
            tenant_state: self.state,
            accounts: self.accounts,
            spent: self.spent,
            authority: Authority::Rollcall,
            holders: Holders::STAY,
        }
    }
}

/// Around day 0, mostly before it, to the half hour.
fn any_time() -> impl Strategy<Value = Micros> {
    (-400 * 48..40 * 48i64).prop_map(|n| Micros(day(0).0 + n * DAY / 48))
}

/// Fresh enough to be believed, most times; sometimes nothing.
fn any_hours_ago() -> impl Strategy<Value = Option<Micros>> {
    prop::option::weighted(
        0.8,
        (0..30 * 24i64).prop_map(|n| Micros(day(0).0 - n * DAY / 24)),
    )
}

fn any_day() -> impl Strategy<Value = Day> {
    (-200..100i64).prop_map(|n| day(n).day())
}

fn any_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

pub fn any_policy() -> impl Strategy<Value = Policy> {
    let days = |r: std::ops::Range<i64>| r.prop_map(Span::days);
    (
        any_of(Mode::ALL),
        prop::option::weighted(0.7, any_time()),
        (days(1..120), days(1..60), days(1..60), days(1..30)),
        prop::collection::vec(1..40u8, 0..5),
        (days(1..40), days(1..20)),
    )
        .prop_map(|(mode, armed_at, limits, warn_days, mfa)| Policy {
            mode,
            schedule: "0 3 * * *".into(),
            armed_at,
            suspend_after: limits.0,
            deactivate_after: limits.1,
            warn_days,
            reclaim_after: limits.2,
            invitation_valid: limits.3,
            mfa_grace: mfa.0,
            mfa_fresh: mfa.1,
            resting: false,
            adopted: None,
            feed_since: None,
            armed_for: None,
        })
}

pub fn any_account() -> impl Strategy<Value = Account> {
    let maybe = |weight: f64| prop::option::weighted(weight, any_time());
    let maybe_day = || prop::option::weighted(0.2, any_day());
    (
        (
            prop_oneof![4 => Just(Kind::Person), 1 => any_of(Kind::ALL)],
            any_of(Status::ALL),
            any_of(Origin::ALL),
            prop::sample::select(vec![
                "owner", "admin", "admin", "user", "viewer", "stranger",
            ]),
            prop_oneof![Just(Mfa::None), any_of(Mfa::ALL)],
        ),
        (any_time(), any_time(), maybe(0.7), maybe(0.2), maybe(0.7)),
        (
            maybe(0.5),
            maybe(0.3),
            maybe(0.2),
            maybe(0.2),
            any_hours_ago(),
        ),
        (maybe_day(), maybe_day(), maybe_day()),
        0..12u8,
    )
        .prop_map(|(words, times, more, days, stage)| {
            let mut account = account(0);
            account.kind = words.0;
            account.status = words.1;
            account.status_by = words.2;
            account.assignments = vec![Assignment::at_root(words.3)];
            account.mfa = words.4;
            account.mfa_source = Source::Okta;
            (account.created, account.status_since) = (times.0, times.1);
            account.last_use = times.2;
            account.reactivated = times.3;
            account.invited_at = times.4;
            account.privileged_since = more.0;
            account.warned_idle_at = more.1;
            account.warned_mfa_at = more.2;
            account.hold_until = more.3;
            account.mfa_at = more.4;
            (account.end_date, account.leave_from, account.leave_to) = days;
            account.warned_idle_days = stage;
            account
        })
}

#[test]
fn arbitrary_accounts_do_get_swept() {
    // The properties would say little if the strategies gave nothing to act on.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut acted = [0; 4];
    for _ in 0..4_000 {
        let sample = (any_account(), any_policy()).new_tree(&mut runner).unwrap();
        let (account, policy) = proptest::strategy::ValueTree::current(&sample);
        for (n, sweep) in Sweep::ALL.iter().enumerate() {
            let mut case = Case::new(*sweep);
            case.policy = policy.clone();
            let verdict = super::sweeps::judge(*sweep, &facts(&account, iusign()), &case.context());
            acted[n] += i32::from(matches!(verdict, super::sweeps::Verdict::Act(_)));
        }
    }
    assert!(acted.iter().all(|n| *n > 20), "{acted:?}");
}
