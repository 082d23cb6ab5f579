//! The demo's calendar: days counted back from today, on a tenant's own clock.

use jiff::tz::TimeZone;
use rollcall_shared::domain::{Day, Micros, Sweep};

/// Days counted back from today; 0 is today, negative is the future.
pub type Ago = i32;

/// The oldest day that is placed on the tenant's clock; older ones keep its offset.
const OLDEST: Ago = 140;
const NEWEST: Ago = -70;

/// Seconds of an hour and a minute of a day.
pub const fn clock(hour: i64, minute: i64) -> i64 {
    hour * 3_600 + minute * 60
}

/// When a tenant's feed of sign-ins arrives: after work, and before the day ends in UTC in every zone of the demo.
pub const FEED_AT: i64 = clock(18, 30);

/// One tenant's clock.
#[derive(Debug, Clone)]
pub struct Calendar {
    today: Day,
    zone: TimeZone,
    /// Seconds east of UTC at noon of each day, newest first.
    offsets: Vec<i64>,
}

impl Calendar {
    /// The clock of an IANA zone; where the machine does not know the zone, `standard` hours east of UTC all year.
    pub fn new(today: Day, zone: &str, standard: i64) -> Self {
        let zone = TimeZone::get(zone).unwrap_or_else(|_| {
            let hours = i8::try_from(standard).unwrap_or(0);
            TimeZone::fixed(jiff::tz::offset(hours))
        });
        let offsets = (NEWEST..=OLDEST)
            .map(|ago| {
                let noon = Micros(day_back(today, ago).start().0 + clock(12, 0) * 1_000_000);
                i64::from(zone.to_offset(noon.timestamp()).seconds())
            })
            .collect();
        Calendar {
            today,
            zone,
            offsets,
        }
    }

    /// The zone of this clock.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The day so many days back.
    pub fn day(&self, ago: Ago) -> Day {
        day_back(self.today, ago)
    }

    /// The instant so many seconds into the local day.
    pub fn at(&self, ago: Ago, seconds: i64) -> Micros {
        let index = usize::try_from(ago.clamp(NEWEST, OLDEST) - NEWEST).unwrap_or(0);
        let offset = self.offsets.get(index).copied().unwrap_or(0);
        Micros(self.day(ago).start().0 + (seconds - offset) * 1_000_000)
    }

    /// The day of the week: 0 is Monday.
    pub fn weekday(&self, ago: Ago) -> usize {
        // 1970-01-01 was a Thursday.
        (self.day(ago).0 + 3).rem_euclid(7).unsigned_abs() as usize
    }

    /// When a sweep is due on a day, by the schedules that a new tenant starts with.
    pub fn due(&self, sweep: Sweep, ago: Ago) -> Micros {
        self.at(
            ago,
            match sweep {
                Sweep::Inactivity => clock(3, 0),
                Sweep::Seats => clock(3, 30),
                Sweep::Invitations => clock(4, 0),
                Sweep::Mfa => clock(4, 30),
            },
        )
    }
}

fn day_back(today: Day, ago: Ago) -> Day {
    Day(today.0.saturating_sub(ago))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollcall_shared::domain::Policy;

    fn today() -> Day {
        "2026-11-22".parse().unwrap()
    }

    #[test]
    fn local_times_follow_summer_time() {
        let berlin = Calendar::new(today(), "Europe/Berlin", 1);
        // Summer time ended on 2026-10-25, 28 days before.
        assert_eq!(
            berlin.at(28, clock(9, 0)).to_string(),
            "2026-10-25T08:00:00Z"
        );
        assert_eq!(
            berlin.at(29, clock(9, 0)).to_string(),
            "2026-10-24T07:00:00Z"
        );
        assert_eq!(berlin.weekday(0), 6, "a Sunday");
    }

    #[test]
    fn runs_are_due_at_the_hour_of_the_default_schedules() {
        let new_york = Calendar::new(today(), "America/New_York", -5);
        for sweep in Sweep::ALL {
            let schedule = Policy::default_of(*sweep).schedule;
            let tz = jiff::tz::TimeZone::get("America/New_York").unwrap();
            for ago in [0, 1, 21, 22, 120] {
                let due = new_york.due(*sweep, ago).timestamp().to_zoned(tz.clone());
                assert_eq!(
                    format!("{} {} * * *", due.minute(), due.hour()),
                    schedule,
                    "{ago} days back"
                );
            }
        }
    }
}
