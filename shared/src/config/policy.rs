//! Policies as files and commands write them: mode, schedule, and limits by name.

use crate::domain::{Mode, Policy, Span, Sweep};

/// What a file proposes for one policy; what it leaves out stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proposal {
    /// New mode.
    pub mode: Option<Mode>,
    /// New schedule, a crontab line.
    pub schedule: Option<String>,
    /// Limits by name, as `policy set` takes them: `("suspend_after", "60 days")`. Checked when the file was read.
    pub limits: Vec<(String, String)>,
}

impl Proposal {
    /// Changes what is proposed in `policy`; the rest of it stays.
    pub fn apply(&self, sweep: Sweep, policy: &mut Policy) {
        if let Some(mode) = self.mode {
            policy.mode = mode;
        }
        if let Some(schedule) = &self.schedule {
            policy.schedule.clone_from(schedule);
        }
        for (name, value) in &self.limits {
            // Checked when the file was read, so it cannot fail; a limit that could not be read changes nothing.
            let _ = set_limit(policy, sweep, name, value);
        }
    }
}

/// The limits a sweep knows, by the names they have in files and in `policy set`.
pub fn limit_names(sweep: Sweep) -> &'static [&'static str] {
    match sweep {
        Sweep::Inactivity => &["suspend_after", "deactivate_after", "warn_days"],
        Sweep::Seats => &["reclaim_after"],
        Sweep::Invitations => &["invitation_valid"],
        Sweep::Mfa => &["mfa_grace", "mfa_fresh"],
    }
}

/// The longest limit: ten years. Longer is a typing error.
const LONGEST: Span = Span::days(3_650);

/// Sets one limit from its text.
///
/// # Errors
/// One sentence: the sweep has no such limit, or the text is not a value of it.
pub fn set_limit(policy: &mut Policy, sweep: Sweep, name: &str, value: &str) -> Result<(), String> {
    if !limit_names(sweep).contains(&name) {
        return Err(format!(
            "the {sweep} policy has no such limit; it knows {}",
            limit_names(sweep).join(", ")
        ));
    }
    if name == "warn_days" {
        policy.warn_days = warn_days(value)?;
        return Ok(());
    }
    let span: Span = value
        .parse()
        .map_err(|e: crate::domain::time::BadSpan| e.to_string())?;
    if span.0 <= 0 || span > LONGEST {
        return Err(format!(
            "it must be more than nothing and at most {LONGEST}; got {span}"
        ));
    }
    match name {
        "suspend_after" => policy.suspend_after = span,
        "deactivate_after" => policy.deactivate_after = span,
        "reclaim_after" => policy.reclaim_after = span,
        "invitation_valid" => policy.invitation_valid = span,
        "mfa_grace" => policy.mfa_grace = span,
        _ => policy.mfa_fresh = span,
    }
    Ok(())
}

fn warn_days(text: &str) -> Result<Vec<u8>, String> {
    let mut days = text
        .split(',')
        .map(|day| day.trim().parse::<u8>().ok().filter(|d| *d > 0))
        .collect::<Option<Vec<u8>>>()
        .ok_or_else(|| format!("days before the suspension are whole numbers from 1 to 255, for example \"10, 3, 1\"; got {text:?}"))?;
    days.sort_unstable_by(|a, b| b.cmp(a));
    days.dedup();
    Ok(days)
}
