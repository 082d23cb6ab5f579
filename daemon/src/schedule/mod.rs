//! Schedules: ordinary five-field crontab lines, on the tenant's clock.
//!
//! The `cron` crate finds the next time on the wall; it has other fields, other weekday numbers and its own ideas of
//! daylight saving, so it gets translated fields and wall-clock times labelled UTC. `jiff` then says which instant a
//! wall-clock time is: one that a jump of the clock skips is the first instant after the jump, one that comes twice
//! is the first of the two. Later on the wall is therefore never earlier in time.

mod fields;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use fields::Fields;
use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone};
use rollcall_shared::domain::Micros;

/// A crontab line.
#[derive(Debug, Clone)]
pub struct Schedule {
    source: String,
    /// One, or two when day of month and day of week are both restricted: then either may match.
    either: Vec<cron::Schedule>,
}

/// A text that is not a crontab line: which field is wrong, and what may stand there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ScheduleError(String);

impl Schedule {
    /// Reads a crontab line: five fields (minute, hour, day of month, month, day of week), or `@hourly`, `@daily`,
    /// `@weekly`, `@monthly`, `@yearly`.
    ///
    /// # Errors
    /// One sentence: which field is wrong, and what may stand there; also when there is no such date at all.
    pub fn parse(line: &str) -> Result<Self, ScheduleError> {
        let fields = Fields::parse(line).map_err(ScheduleError)?;
        let either = fields
            .translated()
            .iter()
            .map(|line| line.parse())
            .collect::<Result<Vec<cron::Schedule>, _>>()
            .map_err(|e| ScheduleError(format!("the schedule is not understood: {e}")))?;
        let schedule = Schedule {
            source: line.trim().into(),
            either,
        };
        if schedule
            .next_on_wall(wall(civil::date(2000, 1, 1).at(0, 0, 0, 0)))
            .is_none()
        {
            return Err(ScheduleError(format!(
                "{:?} never comes: no such day is in such a month",
                schedule.source
            )));
        }
        Ok(schedule)
    }

    /// The first instant after `after` at which it is due; none when that is never.
    pub fn next_after(&self, after: Micros, tz: &TimeZone) -> Option<Micros> {
        let mut at = wall(tz.to_datetime(after.timestamp()));
        loop {
            at = self.next_on_wall(at)?;
            // While the clock shows an hour for the second time, its times are over already.
            let due = instant(at, tz)?;
            if due > after {
                return Some(due);
            }
        }
    }

    /// The last instant at or before `at` at which it was due; none when that was never.
    pub fn previous_at_or_before(&self, at: Micros, tz: &TimeZone) -> Option<Micros> {
        let now = tz.to_datetime(at.timestamp());
        // While the clock shows an hour for the second time, the rest of that hour is over already.
        let ahead = match tz.to_ambiguous_timestamp(now).offset() {
            AmbiguousOffset::Fold { before, after } => before.seconds() - after.seconds(),
            _ => 0,
        };
        let mut at_wall = wall(now) + chrono::TimeDelta::seconds(i64::from(ahead) + 1);
        loop {
            at_wall = self
                .either
                .iter()
                .filter_map(|s| s.after(&at_wall).next_back())
                .max()?;
            let due = instant(at_wall, tz)?;
            if due <= at {
                return Some(due);
            }
        }
    }

    /// The next `n` instants after `after`.
    pub fn next_runs(&self, after: Micros, tz: &TimeZone, n: usize) -> Vec<Micros> {
        std::iter::successors(self.next_after(after, tz), |last| {
            self.next_after(*last, tz)
        })
        .take(n)
        .collect()
    }

    /// The line as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    fn next_on_wall(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.either
            .iter()
            .filter_map(|schedule| schedule.after(&after).next())
            .min()
    }
}

/// A wall-clock time to the second, labelled UTC.
fn wall(at: civil::DateTime) -> DateTime<Utc> {
    let part = |n: i8| u32::from(n.unsigned_abs());
    NaiveDate::from_ymd_opt(i32::from(at.year()), part(at.month()), part(at.day()))
        .and_then(|day| day.and_hms_opt(part(at.hour()), part(at.minute()), part(at.second())))
        .unwrap_or_default()
        .and_utc()
}

/// The instant of a wall-clock time labelled UTC; none outside of the calendar.
fn instant(at: DateTime<Utc>, tz: &TimeZone) -> Option<Micros> {
    let part = |n: u32| i8::try_from(n).ok();
    let at = civil::DateTime::new(
        i16::try_from(at.year()).ok()?,
        part(at.month())?,
        part(at.day())?,
        part(at.hour())?,
        part(at.minute())?,
        part(at.second())?,
        0,
    )
    .ok()?;
    let ambiguous = tz.to_ambiguous_timestamp(at);
    let due = match ambiguous.offset() {
        AmbiguousOffset::Gap { .. } => {
            // The skipped time read by the later offset lies before the jump, and nothing else is between the two.
            let before = ambiguous.earlier().ok()?;
            tz.following(before).next()?.timestamp()
        }
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => {
            ambiguous.earlier().ok()?
        }
    };
    Some(Micros::from_timestamp(due))
}
