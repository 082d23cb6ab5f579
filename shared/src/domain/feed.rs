//! How alive a tenant's sign-in feed is: its newest events and the sign-ins of each of the last 400 days.

use super::time::{Day, Micros};

/// Days a feed's counts reach back: as long as raw sign-ins are kept.
pub const FEED_DAYS: usize = 400;

/// Successful sign-ins a UTC day, and the newest event, of one tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feed {
    /// The newest event of any kind.
    pub last_event: Option<Micros>,
    /// The newest event that is no failed sign-in: guessed passwords are no sign that a feed tells of those who come in.
    pub last_success: Option<Micros>,
    /// The newest last sign-in a people file told.
    pub told: Option<Micros>,
    /// Days before this one do not count for what is usual: somebody accepted that there are fewer sign-ins since.
    pub since: Option<Day>,
    /// Successful sign-ins on each of the 400 days up to `last_day`, oldest first.
    pub daily: [u32; FEED_DAYS],
    /// The newest day with a count.
    pub last_day: Day,
}

impl Default for Feed {
    fn default() -> Self {
        Feed {
            last_event: None,
            last_success: None,
            told: None,
            since: None,
            daily: [0; FEED_DAYS],
            last_day: Day(0),
        }
    }
}

impl Feed {
    /// Successful sign-ins on one day; 0 for days outside the 400 kept.
    pub fn on(&self, day: Day) -> u32 {
        self.index(day).map_or(0, |i| self.daily[i])
    }

    /// Counts sign-ins of a day; days older than the 400 kept are passed over.
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
    pub fn saw(&mut self, at: Micros, success: bool) {
        self.last_event = self.last_event.max(Some(at));
        if success {
            self.last_success = self.last_success.max(Some(at));
        }
    }

    /// Notes a last sign-in that a people file told.
    pub fn told(&mut self, at: Micros) {
        self.told = self.told.max(Some(at));
    }

    /// The newest sign-in or use known: of the events, where there was one since the day that somebody accepted; what a
    /// people file tells says nothing of whether they still arrive.
    pub fn newest(&self) -> Option<Micros> {
        let counts = |at: &Micros| self.since.is_none_or(|since| at.day() >= since);
        self.last_success.filter(counts).or(self.told)
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
        feed.count(Day(-299), 9);
        feed.count(Day(-298), 8);
        assert_eq!(
            [-299, -298, 98, 100, 101, 102].map(|d| feed.on(Day(d))),
            [0, 8, 2, 5, 1, 0]
        );
        feed.count(Day(501), 4);
        assert_eq!([101, 501].map(|d| feed.on(Day(d))), [0, 4]);
    }
}
