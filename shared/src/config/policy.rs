//! Policies as files write them: mode, schedule, and limits by name. What may be said of each is a rule, see
//! [`crate::rules::policy`].

use crate::domain::Mode;
use crate::rules::policy::Change;

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
    /// As a change of a policy.
    pub fn change(&self) -> Change<'_> {
        Change {
            mode: self.mode,
            schedule: self.schedule.as_deref(),
            limits: &self.limits,
            feed_since: None,
        }
    }

    /// Its own text, whatever order and spaces the file has it in: by this an adopted proposal is known again.
    pub fn text(&self) -> String {
        let mode = self.mode.map(|mode| format!("mode = {mode}"));
        let schedule = self.schedule.as_deref().map(str::trim);
        let schedule = schedule.map(|line| format!("schedule = {line}"));
        let mut limits: Vec<String> = self
            .limits
            .iter()
            .map(|(name, value)| format!("{name} = {}", value.trim()))
            .collect();
        limits.sort_unstable();
        let all: Vec<String> = mode.into_iter().chain(schedule).chain(limits).collect();
        all.join("; ")
    }
}
