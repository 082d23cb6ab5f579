//! Changing a policy: limits are validated, and arming or tightening it gives one amnesty.

use super::Refusal;
use super::plan::digest;
use crate::domain::policy::{AMNESTY, ArmedFor};
use crate::domain::{Day, Micros, Mode, Policy, Span, Sweep};

/// The hash of a policy, as plans rest on it: over what it does, not over whose proposal it was, nor what its amnesty was
/// given for.
pub fn hash(policy: &Policy) -> [u8; 32] {
    digest(&Policy {
        adopted: None,
        armed_for: None,
        ..policy.clone()
    })
}

/// What is to change; what is absent stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct Change<'a> {
    /// New mode.
    pub mode: Option<Mode>,
    /// New schedule, checked already.
    pub schedule: Option<&'a str>,
    /// Limits by name with their values as written.
    pub limits: &'a [(String, String)],
    /// inactivity: the day since which the sign-ins of the feed are as usual.
    pub feed_since: Option<Day>,
}

/// The names of the limits a sweep's policy knows.
pub fn limit_names(sweep: Sweep) -> &'static [&'static str] {
    match sweep {
        Sweep::Inactivity => &["suspend_after", "deactivate_after", "warn_days"],
        Sweep::Seats => &["reclaim_after"],
        Sweep::Invitations => &["invitation_valid"],
        Sweep::Mfa => &["mfa_grace", "mfa_fresh"],
    }
}

/// The policy after a change, and one phrase for each setting that differs. The amnesty starts when the mode leaves
/// `observe` for the first time, and again when a limit of a policy that was armed once is tightened beyond what the last
/// amnesty was given for. Going back and forth never renews it, between modes or between limits: looser limits that were in
/// force for less than an amnesty, and for less than the first warning goes out before a suspension, leave everybody warned
/// who would be acted on again.
pub fn change(
    sweep: Sweep,
    old: &Policy,
    wanted: &Change<'_>,
    now: Micros,
) -> Result<(Policy, Vec<String>), Refusal> {
    let mut new = old.clone();
    if let Some(mode) = wanted.mode {
        new.mode = mode;
        // One that was put to rest wakes only by another mode: a change that says nothing must not wake it.
        new.resting &= mode == old.mode;
    }
    if let Some(schedule) = wanted.schedule {
        schedule.trim().clone_into(&mut new.schedule);
    }
    for (name, value) in wanted.limits {
        set_limit(sweep, &mut new, name, value)?;
    }
    let first_warning = i64::from(new.warn_days.iter().max().copied().unwrap_or(0));
    if sweep == Sweep::Inactivity && new.suspend_after <= Span::days(first_warning) {
        return Err(Refusal::new(
            "policy-limit",
            format!(
                "suspend_after ({}) is not longer than the first warning ({first_warning} days before)",
                new.suspend_after
            ),
            "give a longer suspend_after, or fewer warn_days",
        ));
    }
    if let Some(day) = wanted.feed_since {
        if sweep != Sweep::Inactivity || day > now.day() {
            return Err(Refusal::new(
                "policy-limit",
                "what is usual of the sign-in feed is accepted from a day that has begun, for the policy inactivity alone",
                "give the day since which there are fewer sign-ins, for example 2026-03-01",
            ));
        }
        new.feed_since = Some(day);
    }
    let limits = limits_of(&new);
    let first_arming = old.armed_at.is_none() && new.mode != Mode::Observe;
    // Whom only a broken feed kept from looking idle is warned before anything acts.
    let accepted = new.feed_since > old.feed_since;
    let again = old
        .armed_at
        .is_some_and(|_| accepted || tighter(sweep, old, &new, now));
    if first_arming || again {
        new.armed_at = Some(now);
        new.armed_for = Some(limits);
    } else if old.armed_at.is_some() && limits_of(old) != limits {
        // Without a note an earlier version gave the amnesty: for what was in force until now.
        let armed = old.armed_for.unwrap_or_else(|| limits_of(old));
        let looser = sweep_tighter(sweep, &limits, &armed);
        new.armed_for = Some(ArmedFor {
            eased_at: looser.then(|| armed.eased_at.unwrap_or(now)),
            ..armed
        });
    }
    let changes = differences(sweep, old, &new);
    Ok((new, changes))
}

fn limits_of(policy: &Policy) -> ArmedFor {
    ArmedFor {
        suspend_after: policy.suspend_after,
        deactivate_after: policy.deactivate_after,
        reclaim_after: policy.reclaim_after,
        mfa_grace: policy.mfa_grace,
        mfa_fresh: policy.mfa_fresh,
        eased_at: None,
    }
}

/// Whether the new limits would make the sweep act on people who were not warned.
fn tighter(sweep: Sweep, old: &Policy, new: &Policy, now: Micros) -> bool {
    let given = old.armed_for.unwrap_or_else(|| limits_of(old));
    // Whoever came to be idle meanwhile by a day less than the first warning's lead gets a warning still.
    let lead = |policy: &Policy| i64::from(policy.warn_days.iter().max().copied().unwrap_or(0));
    let warned = match sweep {
        Sweep::Inactivity => Span::days((lead(old).min(lead(new)) - 1).max(0)).min(AMNESTY),
        _ => AMNESTY,
    };
    let long = given.eased_at.is_some_and(|at| at.plus(warned) <= now);
    let known = if long { limits_of(old) } else { given };
    sweep_tighter(sweep, &known, &limits_of(new))
}

/// Whether these limits would make the sweep act on more accounts than those before, or sooner.
fn sweep_tighter(sweep: Sweep, before: &ArmedFor, new: &ArmedFor) -> bool {
    match sweep {
        Sweep::Inactivity => {
            new.suspend_after < before.suspend_after
                || new.deactivate_after < before.deactivate_after
        }
        Sweep::Seats => new.reclaim_after < before.reclaim_after,
        // Nobody loses access by it, so there is no amnesty.
        Sweep::Invitations => false,
        // A longer freshness takes states for known that were unknown before.
        Sweep::Mfa => new.mfa_grace < before.mfa_grace || new.mfa_fresh > before.mfa_fresh,
    }
}

/// One phrase for each setting that differs.
pub fn differences(sweep: Sweep, old: &Policy, new: &Policy) -> Vec<String> {
    let mut out = Vec::new();
    let mut note = |name: &str, old: String, new: String| {
        if old != new {
            out.push(format!("{name} {old} → {new}"));
        }
    };
    note("mode", old.mode.to_string(), new.mode.to_string());
    let settings = |policy: &Policy| if policy.resting { "wait" } else { "count" };
    note("settings", settings(old).into(), settings(new).into());
    note(
        "schedule",
        format!("\"{}\"", old.schedule),
        format!("\"{}\"", new.schedule),
    );
    for name in limit_names(sweep) {
        note(name, limit(old, name), limit(new, name));
    }
    if let Some(day) = new.feed_since.filter(|_| old.feed_since != new.feed_since) {
        out.push(format!("the sign-in feed is taken for usual since {day}"));
    }
    if let Some(text) = new.adopted.as_ref().filter(|_| old.adopted != new.adopted) {
        out.push(format!("proposal of the settings file adopted: {text}"));
    }
    if let Some(armed) = new
        .armed_at
        .filter(|a| old.armed_at != Some(*a) && sweep != Sweep::Invitations)
    {
        out.push(format!(
            "amnesty until {}: warnings are recorded, nothing acts",
            armed.plus(AMNESTY).day()
        ));
    }
    out
}

/// A limit by its name, as text.
pub fn limit(policy: &Policy, name: &str) -> String {
    match name {
        "warn_days" => {
            let days: Vec<String> = policy.warn_days.iter().map(u8::to_string).collect();
            days.join(",")
        }
        "suspend_after" => policy.suspend_after.to_string(),
        "deactivate_after" => policy.deactivate_after.to_string(),
        "reclaim_after" => policy.reclaim_after.to_string(),
        "invitation_valid" => policy.invitation_valid.to_string(),
        "mfa_grace" => policy.mfa_grace.to_string(),
        _ => policy.mfa_fresh.to_string(),
    }
}

/// Whether a limit may have this value, whatever the policy it is for says otherwise.
///
/// # Errors
/// A refusal `policy-limit`: the sweep has no such limit, or the value is none of it.
pub fn check_limit(sweep: Sweep, name: &str, value: &str) -> Result<(), Refusal> {
    set_limit(sweep, &mut Policy::default_of(sweep), name, value)
}

fn set_limit(sweep: Sweep, policy: &mut Policy, name: &str, value: &str) -> Result<(), Refusal> {
    if !limit_names(sweep).contains(&name) {
        return Err(Refusal::new(
            "policy-limit",
            format!("the policy {sweep} has no limit {name:?}"),
            format!("it knows {}", limit_names(sweep).join(", ")),
        ));
    }
    let day = Span::days(1);
    // The shortest and longest that make sense: shorter surprises people at work, longer is no control.
    let (slot, least, most) = match name {
        "warn_days" => {
            policy.warn_days = warn_days(value)?;
            return Ok(());
        }
        "suspend_after" => (&mut policy.suspend_after, day, Span::days(730)),
        "deactivate_after" => (&mut policy.deactivate_after, day, Span::days(730)),
        "reclaim_after" => (&mut policy.reclaim_after, day, Span::days(730)),
        "invitation_valid" => (
            &mut policy.invitation_valid,
            Span::hours(1),
            Span::days(365),
        ),
        "mfa_grace" => (&mut policy.mfa_grace, day, Span::days(365)),
        _ => (&mut policy.mfa_fresh, Span::hours(1), Span::days(90)),
    };
    let span: Span = value.parse().map_err(|e| {
        Refusal::new(
            "policy-limit",
            format!("{name}: {e}"),
            format!("write for example {name} = \"{slot}\""),
        )
    })?;
    if span < least || span > most {
        return Err(Refusal::new(
            "policy-limit",
            format!("{name}: {span} is out of bounds"),
            format!("give a length of time from {least} to {most}"),
        ));
    }
    *slot = span;
    Ok(())
}

fn warn_days(value: &str) -> Result<Vec<u8>, Refusal> {
    let refuse = |what: &str| {
        Refusal::new(
            "policy-limit",
            format!("warn_days: {what}"),
            "write days before the suspension, largest first, for example 10,3,1",
        )
    };
    let mut days: Vec<u8> = Vec::new();
    for part in value.split(',') {
        let number: u8 = part
            .trim()
            .parse()
            .map_err(|_| refuse("each is a whole number of days from 1 to 60"))?;
        if !(1..=60).contains(&number) {
            return Err(refuse("each is a whole number of days from 1 to 60"));
        }
        if days.last().is_some_and(|last| number >= *last) {
            return Err(refuse("they go down, each smaller than the one before"));
        }
        days.push(number);
    }
    if days.len() > 8 {
        return Err(refuse("eight are the most"));
    }
    Ok(days)
}
