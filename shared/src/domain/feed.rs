//! How alive a tenant's sign-in feed is: the newest event and the sign-ins of each of the last 35 days.

use super::time::{Day, Micros};

/// Days a feed's counts reach back.
pub const FEED_DAYS: usize = 35;

/// Successful sign-ins a UTC day, and the newest event, of one tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feed {
    /// The newest event of any kind, or the newest last sign-in a people file told.
    pub last_event: Option<Micros>,
    /// Successful sign-ins on each of the 35 days up to `last_day`, oldest first.
    pub daily: [u32; FEED_DAYS],
    /// The newest day with a count.
    pub last_day: Day,
}

impl Default for Feed {
    fn default() -> Self {
        Feed {
            last_event: None,
            daily: [0; FEED_DAYS],
            last_day: Day(0),
        }
    }
}

impl Feed {
    /// Successful sign-ins on one day; 0 for days outside the 35 kept.
    pub fn on(&self, day: Day) -> u32 {
        self.index(day).map_or(0, |i| self.daily[i])
    }

    /// Counts sign-ins of a day; days older than the 35 kept are passed over.
    pub fn count(&mut self, day: Day, sign_ins: u32) {
        let ahead = i64::from(day.0) - i64::from(self.last_day.0);
        if ahead > 0 {
            let gone = usize::try_from(ahead).map_or(FEED_DAYS, |n| n.min(FEED_DAYS));
            self.daily.copy_within(gone.., 0);
            self.daily[FEED_DAYS - gone..].fill(0);
            self.last_day = day;
        }
        if let Some(i) = self.index(day) {
            self.daily[i] = self.daily[i].saturating_add(sign_ins);
        }
    }

    /// Notes that an event of this instant is known.
    pub fn saw(&mut self, at: Micros) {
        self.last_event = self.last_event.max(Some(at));
    }

    fn index(&self, day: Day) -> Option<usize> {
        let age = i64::from(self.last_day.0) - i64::from(day.0);
        usize::try_from(age)
            .ok()
            .filter(|age| *age < FEED_DAYS)
            .map(|age| FEED_DAYS - 1 - age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_move_with_the_newest_day() {
        let mut feed = Feed::default();
        feed.count(Day(100), 5);
        feed.count(Day(98), 2);
        feed.count(Day(101), 1);
        feed.count(Day(60), 9);
        assert_eq!(
            [60, 66, 67, 98, 100, 101, 102].map(|d| feed.on(Day(d))),
            [0, 0, 0, 2, 5, 1, 0]
        );
        feed.count(Day(500), 4);
        assert_eq!([101, 500].map(|d| feed.on(Day(d))), [0, 4]);
    }
}
