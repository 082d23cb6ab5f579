//! Requests and answers about sweeps and runs.

use super::Failure;
use crate::domain::{
    AccountRef, ActionKind, Day, Micros, Mode, Run, RunId, RunState, Sweep, Trigger,
};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// `sweep plan` and `sweep run`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SweepRequest {
    /// Which sweep.
    pub sweep: Sweep,
    /// Tenant by name; none is every tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Plan for this day or instant instead of now (`sweep plan` only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<When>,
    /// Run exactly the plan with this hash (hex), or fail (`sweep run` only; needs `tenant`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
}

/// When a plan is for: a day, from its beginning on the clock of each tenant, or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum When {
    /// `2026-12-24`.
    Day(Day),
    /// RFC 3339 with its offset.
    At(Micros),
}

impl When {
    /// The instant on the clock of a tenant.
    pub fn instant(self, zone: &TimeZone) -> Micros {
        match self {
            When::Day(day) => day.start_in(zone),
            When::At(at) => at,
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::Day(day) => day.fmt(f),
            When::At(at) => at.fmt(f),
        }
    }
}

impl FromStr for When {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        // A date in front of a time reads as a day, too: the length decides.
        match text.len() == "2026-12-24".len() {
            true => text.parse().map(When::Day),
            false => text.parse().map(When::At),
        }
    }
}

impl Serialize for When {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// `sweep list`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweeps {
    /// By tenant and sweep.
    pub rows: Vec<SweepRow>,
}

/// One sweep in one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepRow {
    /// Tenant's name.
    pub tenant: String,
    /// Which sweep.
    pub sweep: Sweep,
    /// Mode of its policy.
    pub mode: Mode,
    /// Crontab line.
    pub schedule: String,
    /// The tenant's time zone.
    pub tz: String,
    /// The next five instants it is due.
    pub next: Vec<Micros>,
    /// When it was last dealt with by schedule.
    pub last_due: Option<Micros>,
    /// Its last run, if there is one.
    pub last_run: Option<RunLine>,
    /// The two runs before that, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<RunLine>,
    /// Until when the amnesty keeps it from acting.
    pub amnesty_until: Option<Micros>,
}

/// `sweep plan`'s answer: one plan a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plans {
    /// By tenant.
    pub plans: Vec<PlanView>,
}

/// A plan with names instead of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanView {
    /// Tenant's name.
    pub tenant: String,
    /// Which sweep.
    pub sweep: Sweep,
    /// Mode of the policy.
    pub mode: Mode,
    /// The instant it is for.
    pub at: Micros,
    /// Its hash (hex): over tenant, policy and catalog hashes, and the actions with the facts they rest on.
    pub hash: String,
    /// What it would do; at most 1,000 lines.
    pub actions: Vec<ActionLine>,
    /// How many actions there are in all.
    pub total: u64,
    /// How many of each kind.
    pub counts: Vec<(ActionKind, u64)>,
    /// Accounts a rule would act on that are left alone, with the reason; at most 200 lines.
    pub skipped: Vec<SkipLine>,
    /// How many of those there are in all.
    pub skipped_total: u64,
    /// What a plan for a later instant rests on, one sentence each; empty for now and for the past.
    pub rests: Vec<String>,
    /// Why the whole plan would not be applied; empty when it would.
    pub held: Vec<String>,
}

/// One action with names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionLine {
    /// Whom.
    pub id: AccountRef,
    /// Display name; untrusted.
    pub name: String,
    /// Email; untrusted.
    pub email: String,
    /// What.
    pub kind: ActionKind,
    /// Why, one sentence.
    pub why: String,
}

/// One account left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkipLine {
    /// Whom.
    pub id: AccountRef,
    /// Email; untrusted.
    pub email: String,
    /// Why, one sentence.
    pub why: String,
}

/// `sweep run`'s answer: one line a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunAnswer {
    /// By tenant.
    pub results: Vec<RunResult>,
    /// The tenants in which it was refused, where all were asked for; one that is named alone is refused as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RunRefused>,
}

/// A tenant in which a sweep was not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRefused {
    /// Tenant's name.
    pub tenant: String,
    /// Why, and what to do instead.
    pub failure: Failure,
}

/// What a run did in one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunResult {
    /// Tenant's name.
    pub tenant: String,
    /// The run's record; none when there was nothing to do, and nothing was written.
    pub run: Option<RunLine>,
    /// One sentence.
    pub message: String,
    /// The first and the last number of its batches in the tenant's journal, as far as they stand in a row; none when
    /// nothing was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seqs: Option<(u64, u64)>,
}

/// `run list`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RunQuery {
    /// Tenant by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Which sweep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sweep: Option<Sweep>,
    /// Rows wanted; 0 means 50.
    pub limit: u32,
}

/// `run list`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runs {
    /// Newest first.
    pub rows: Vec<RunLine>,
}

/// One run as a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunLine {
    /// Its id.
    pub id: RunId,
    /// Tenant's name.
    pub tenant: String,
    /// Which sweep.
    pub sweep: Sweep,
    /// What started it.
    pub trigger: Trigger,
    /// Who started it.
    pub started_by: String,
    /// When.
    pub started_at: Micros,
    /// When it ended.
    pub finished_at: Option<Micros>,
    /// How far it is.
    pub state: RunState,
    /// Actions planned.
    pub planned: u64,
    /// Actions applied.
    pub applied: u64,
    /// Actions skipped.
    pub skipped: u64,
    /// Why nothing was applied by itself; empty when it was.
    pub held: Vec<String>,
}

/// `run show`, `run approve`, `run reject`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunNamed {
    /// The run's id; its first eight or more characters are enough when they fit only one run.
    pub run: String,
}

/// `run show`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunDetail {
    /// As in the list.
    pub line: RunLine,
    /// The whole record.
    pub run: Run,
    /// Its actions with names; at most 1,000 lines.
    pub actions: Vec<ActionLine>,
    /// What was skipped, with the reason; at most 200 lines.
    pub skipped: Vec<SkipLine>,
}
