//! Guards: what holds a whole plan back.

use super::Refusal;
use crate::domain::feed::{FEED_DAYS, FORTNIGHT, dip, mean};
use crate::domain::{Action, ActionKind, Day, Feed, Micros, Span};
use jiff::tz::TimeZone;

/// A feed whose newest event is older than this is broken.
pub const FEED_TOO_OLD: Span = Span::days(3);

/// What to do where fewer sign-ins come in than did.
const REMEDY: &str = "bring the missing ones in, or accept it with `rollcall policy set inactivity --feed-since DATE`";

/// A privileged account counts this many times in the blast budget.
pub const PRIVILEGED_WEIGHT: u32 = 5;

/// Why the sign-in feed is not to be trusted: everybody looks idle when it stops. None when it is healthy. Days are
/// named on the clock of `zone`.
pub fn feed(feed: &Feed, now: Micros, zone: &TimeZone) -> Option<String> {
    let Some(last) = feed.newest() else {
        return Some("no sign-in source: none has ever told of a sign-in here".into());
    };
    if last.plus(FEED_TOO_OLD) < now {
        return Some(format!(
            "the sign-in feed is too old: its newest event is of {}; {REMEDY}",
            last.day_in(zone)
        ));
    }
    let (seen, usual) = rate(feed, now.day());
    // A feed that carries little has no rate by the day to fall below.
    if low(seen, usual) {
        return Some(format!(
            "the sign-in feed has dried up: {seen} sign-ins on the last two whole days, {usual} are usual; {REMEDY}"
        ));
    }
    let (seen, usual, days) = stretch(feed, now.day());
    dip(seen, usual).then(|| {
        format!(
            "the sign-in feed has dried up: {seen} sign-ins on the last {days} whole days, {usual} were usual before; {REMEDY}"
        )
    })
}

/// Under a fifth of what is usual.
fn low(seen: u64, usual: u64) -> bool {
    seen.saturating_mul(5) < usual
}

/// Days over which the sign-ins of the smallest tenants are a rate, where a fortnight has none.
const LONG: usize = 4 * FORTNIGHT;

/// Sign-ins on the last whole days, how many are usual, and on how many days: a fortnight, or where that has too few to
/// tell, eight weeks.
fn stretch(feed: &Feed, today: Day) -> (u64, u64, usize) {
    let (seen, usual) = over(feed, today, FORTNIGHT);
    // Fewer than ten are no rate.
    if usual >= 10 {
        return (seen, usual, FORTNIGHT);
    }
    let (seen, usual) = over(feed, today, LONG);
    (seen, usual, LONG)
}

/// Sign-ins on the last so many whole days, and how many are usual: the mean of the last four stretches of as many days
/// before that were not themselves far under what was usual before them. So what is broken never becomes usual, however
/// long it lasts. Days before the one on which somebody accepted fewer do not count.
fn over(feed: &Feed, today: Day, days: usize) -> (u64, u64) {
    let length = i32::try_from(days).unwrap_or(i32::MAX);
    let counts = |day: &Day| feed.since.is_none_or(|since| *day >= since);
    let sum = |back: i32| -> u64 {
        let newest = today.0.saturating_sub(1 + back * length);
        let each = (0..length).map(|age| Day(newest.saturating_sub(age)));
        each.filter(counts).map(|day| u64::from(feed.on(day))).sum()
    };
    let kept = i32::try_from(FEED_DAYS / days).unwrap_or(i32::MAX);
    let mut healthy = feed.usual_before(days);
    for back in (1..kept).rev() {
        let seen = sum(back);
        if !dip(seen, mean(&healthy)) {
            healthy.push(seen);
        }
    }
    (sum(0), mean(&healthy))
}

/// Sign-ins on the last two whole days, and how many are usual on two days of the same kinds: the median of working
/// days or of weekends in the 28 days before. A day whose median is under ten is left out of both.
fn rate(feed: &Feed, today: Day) -> (u64, u64) {
    let mut sums = (0u64, 0u64);
    for back in 1..=2 {
        let day = Day(today.0.saturating_sub(back));
        let mut alike: Vec<u32> = (3..=30)
            .map(|b| Day(today.0.saturating_sub(b)))
            .filter(|d| weekend(*d) == weekend(day))
            .filter(|d| feed.since.is_none_or(|since| *d >= since))
            .map(|d| feed.on(d))
            .collect();
        alike.sort_unstable();
        let median = alike.get(alike.len() / 2).copied().unwrap_or(0);
        if median >= 10 {
            sums.0 += u64::from(feed.on(day));
            sums.1 += u64::from(median);
        }
    }
    sums
}

fn weekend(day: Day) -> bool {
    // 1970-01-01 was a Thursday.
    matches!((i64::from(day.0) + 4).rem_euclid(7), 0 | 6)
}

/// How many weighted actions a rolling 24 h may have: min(50, max(2, 1 % of the people and programs of the
/// tenant, without deleted ones)).
pub fn allowance(accounts: u32) -> u32 {
    (accounts / 100).clamp(2, 50)
}

/// How many people one people file may take access or privileged roles from, unless their number is confirmed:
/// max(50, 1 % of the tenant). A partial export looks like mass leaving.
pub fn snapshot_allowance(accounts: u32) -> u32 {
    (accounts / 100).max(50)
}

/// Holds a people file that takes access or privileged roles from more people than is usual; `confirmed` is the number
/// that somebody agreed to.
///
/// # Errors
/// Rule `people-hold`.
pub fn snapshot(losing: u64, confirmed: Option<u64>, accounts: u32) -> Result<(), Refusal> {
    let most = u64::from(snapshot_allowance(accounts)).max(confirmed.unwrap_or(0));
    if losing <= most {
        return Ok(());
    }
    Err(Refusal::new(
        "people-hold",
        format!(
            "the file would take access or privileged roles from {losing} people at least; {most} are let through at once"
        ),
        "is the export whole? see who with --dry-run, then confirm their number with --losing NUMBER",
    ))
}

/// What an action counts in the blast budget: each account it touches once, a privileged one five times. Telling people
/// never counts.
pub fn weight(action: &Action) -> u32 {
    match action.kind {
        ActionKind::Warn | ActionKind::Escalate => 0,
        ActionKind::Suspend | ActionKind::Deactivate | ActionKind::Expire if action.privileged => {
            PRIVILEGED_WEIGHT
        }
        ActionKind::Suspend | ActionKind::Deactivate | ActionKind::Expire => 1,
    }
}

/// How a plan that is held for the blast budget says so.
const OVER_BUDGET: &str = "blast budget: ";

/// Whether a plan that was held says that it is over the blast budget: whoever approves it knows.
pub fn told_of_budget(held: &[String]) -> bool {
    held.iter().any(|reason| reason.starts_with(OVER_BUDGET))
}

/// Why these actions are too many at once. `spent` is what all runs of the last 24 h used, in weighted actions.
pub fn budget(actions: &[Action], spent: u32, accounts: u32) -> Option<String> {
    let planned = weights(actions);
    exceeds(planned, spent, accounts).then(|| over_budget(&planned.to_string(), spent, accounts))
}

/// As [`budget`], of a plan of which only so much was counted: the rest makes it no less.
pub fn budget_at_least(counted: u64, spent: u32, accounts: u32) -> Option<String> {
    let counts = || format!("{counted} at least");
    exceeds(counted, spent, accounts).then(|| over_budget(&counts(), spent, accounts))
}

/// What these actions count in the blast budget together.
pub fn weights(actions: &[Action]) -> u64 {
    actions.iter().map(|a| u64::from(weight(a))).sum()
}

fn exceeds(planned: u64, spent: u32, accounts: u32) -> bool {
    planned > 0 && planned + u64::from(spent) > u64::from(allowance(accounts))
}

fn over_budget(planned: &str, spent: u32, accounts: u32) -> String {
    let allowance = allowance(accounts);
    format!(
        "{OVER_BUDGET}this plan counts {planned}, the last 24 h used {spent}, {allowance} are allowed in 24 h \
         (privileged accounts count {PRIVILEGED_WEIGHT} times)"
    )
}
