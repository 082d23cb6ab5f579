//! How alive a tenant's sign-in feed is: its newest events and the sign-ins of each of the last 400 days.

use super::time::{Day, Micros};

/// Days a feed's counts reach back: as long as raw sign-ins are kept.
pub const FEED_DAYS: usize = 400;

/// Days over which few sign-ins are a rate, too.
pub const FORTNIGHT: usize = 14;

/// As many healthy stretches tell what is usual.
const HEALTHY: usize = 4;

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
    /// The last healthy fortnights before those days, oldest first; 0 is none. So what is broken never becomes usual,
    /// however long it lasts.
    pub before: [u32; HEALTHY],
    /// Sign-ins, and days, of the fortnight that is leaving those days.
    pub leaving: (u32, u8),
}

/// Whether a stretch of days is far under what is usual: under a fifth of it; fewer than ten sign-ins are no rate.
pub fn dip(seen: u64, usual: u64) -> bool {
    usual >= 10 && seen.saturating_mul(5) < usual
}

/// The mean of the last healthy stretches.
pub fn mean(healthy: &[u64]) -> u64 {
    let last = &healthy[healthy.len().saturating_sub(HEALTHY)..];
    last.iter().sum::<u64>() / (last.len() as u64).max(1)
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
            before: [0; HEALTHY],
            leaving: (0, 0),
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
            (0..gone).for_each(|index| self.leave(index));
            self.daily.copy_within(gone.., 0);
            self.daily[FEED_DAYS - gone..].fill(0);
            self.last_day = day;
        }
        if let Some(i) = self.index(day) {
            self.daily[i] = self.daily[i].saturating_add(sign_ins);
        }
    }

    /// Adds a day that is kept no more to its fortnight, which goes on telling what is usual if it was healthy. Days before
    /// the one that somebody accepted do not count.
    fn leave(&mut self, index: usize) {
        let age = i32::try_from(FEED_DAYS - 1 - index).unwrap_or(i32::MAX);
        let day = Day(self.last_day.0.saturating_sub(age));
        if self.since.is_some_and(|since| day < since) {
            return;
        }
        let (sum, days) = self.leaving;
        self.leaving = (sum.saturating_add(self.daily[index]), days + 1);
        if usize::from(self.leaving.1) < FORTNIGHT {
            return;
        }
        let (sum, _) = std::mem::take(&mut self.leaving);
        if sum > 0 && !dip(sum.into(), mean(&self.usual_before(FORTNIGHT))) {
            self.before.rotate_left(1);
            self.before[HEALTHY - 1] = sum;
        }
    }

    /// How many sign-ins so many days had in the last healthy fortnights that are kept no more.
    pub fn usual_before(&self, days: usize) -> Vec<u64> {
        let known = self.before.iter().filter(|sum| **sum > 0);
        let scaled = known.map(|sum| u64::from(*sum) * days as u64 / FORTNIGHT as u64);
        scaled.collect()
    }

    /// Takes the sign-ins since a day for usual, as somebody accepted.
    pub fn accept(&mut self, since: Option<Day>) {
        if self.since != since {
            self.since = since;
            self.before = [0; HEALTHY];
            self.leaving = (0, 0);
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
    fn what_was_healthy_is_remembered_when_its_days_are_kept_no_more() {
        let mut feed = Feed::default();
        // The 511th day begins a fortnight.
        for day in 0..1_500 {
            feed.count(Day(day), if day < 511 { 10 } else { 1 });
        }
        assert_eq!(mean(&feed.usual_before(FORTNIGHT)), 140);
        assert_eq!(mean(&feed.usual_before(28)), 280);
        feed.accept(Some(Day(600)));
        for day in 1_500..1_600 {
            feed.count(Day(day), 1);
        }
        assert_eq!(mean(&feed.usual_before(FORTNIGHT)), 14);
    }

    #[test]
    fn since_a_day_that_was_accepted_no_event_before_it_counts_for_the_newest() {
        let mut feed = Feed::default();
        let at = |day: i64| Micros(day * 86_400_000_000);
        feed.saw(at(10), true);
        feed.told(at(14));
        assert_eq!(feed.newest(), Some(at(10)), "the events are the feed");
        feed.accept(Some(Day(11)));
        assert_eq!(
            feed.newest(),
            Some(at(14)),
            "there are none since: files tell"
        );
        feed.saw(at(11), true);
        assert_eq!(feed.newest(), Some(at(11)));
    }

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
