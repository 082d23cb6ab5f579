//! Which events a tenant has taken in: sorted runs of event keys for each UTC day, over the last 35 days.

use crate::domain::{Day, Micros};
use crate::rules::sign_ins::DEDUPE;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Keys of events already taken in, by UTC day.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    days: BTreeMap<Day, SeenDay>,
}

/// The keys of one day: sorted runs, largest first, and the batch that added the last.
#[derive(Debug, Clone, Default)]
pub(crate) struct SeenDay {
    pub version: u64,
    runs: Vec<Arc<Vec<u64>>>,
}

impl SeenDay {
    /// Every key of the day, sorted.
    pub fn keys(&self) -> Vec<u64> {
        self.runs
            .iter()
            .fold(Vec::new(), |all, run| merged(&all, run))
    }
}

impl Seen {
    /// Puts days together again: keys sorted.
    pub fn of(days: impl IntoIterator<Item = (Day, u64, Vec<u64>)>) -> Self {
        let day = |(day, version, keys)| {
            (
                day,
                SeenDay {
                    version,
                    runs: vec![Arc::new(keys)],
                },
            )
        };
        Seen {
            days: days.into_iter().map(day).collect(),
        }
    }

    /// The oldest day whose events are still known; none before the first event.
    pub fn horizon(&self) -> Option<Day> {
        let newest = self.days.last_key_value()?.0;
        Some(oldest_of(*newest))
    }

    /// The oldest day that will be known once an event of `newest` has been taken in too.
    pub fn horizon_with(&self, newest: Option<Day>) -> Option<Day> {
        newest.map(oldest_of).max(self.horizon())
    }

    /// Whether this event was taken in; events older than the horizon are not known.
    pub fn contains(&self, at: Micros, event: u64) -> bool {
        self.days
            .get(&at.day())
            .is_some_and(|day| day.runs.iter().any(|run| holds(run, event)))
    }

    /// Adds the keys of one batch, and forgets days that fell behind the horizon.
    pub fn add(&mut self, seq: u64, keys: impl IntoIterator<Item = (Day, u64)>) {
        let mut fresh: BTreeMap<Day, Vec<u64>> = BTreeMap::new();
        for (day, key) in keys {
            fresh.entry(day).or_default().push(key);
        }
        for (day, mut run) in fresh {
            run.sort_unstable();
            run.dedup();
            let day = self.days.entry(day).or_default();
            day.version = seq;
            let runs = &mut day.runs;
            // Like a log-structured merge: each key is copied as often as the day has doubled.
            while runs.last().is_some_and(|last| last.len() < run.len() * 2) {
                if let Some(last) = runs.pop() {
                    run = merged(&last, &run);
                }
            }
            runs.push(Arc::new(run));
        }
        if let Some(horizon) = self.horizon() {
            self.days = self.days.split_off(&horizon);
        }
    }

    /// Every day that is known, oldest first.
    pub fn days(&self) -> impl Iterator<Item = (Day, &SeenDay)> {
        self.days.iter().map(|(day, keys)| (*day, keys))
    }
}

/// The oldest day kept when `newest` is the newest.
fn oldest_of(newest: Day) -> Day {
    newest.start().minus(DEDUPE).day()
}

/// Steps of interpolation before the rest is halved: keys are hashes, so two or three are enough.
const STEPS: u32 = 4;

/// Whether a sorted run of hashes holds a key: guesses where it must stand, then halves what is left.
fn holds(run: &[u64], key: u64) -> bool {
    let (mut low, mut high) = (0, run.len());
    let (mut least, mut most) = (0u64, u64::MAX);
    for _ in 0..STEPS {
        if high - low < 16 || key < least || key > most {
            break;
        }
        let share = u128::from(key - least) * (high - low) as u128;
        let guess = low + (share / (u128::from(most - least) + 1)) as usize;
        // Past the guess by a little, so that one step mostly leaves few keys on the right side.
        let slack = 2 * (high - low).isqrt();
        let (from, to) = (
            guess.saturating_sub(slack).max(low),
            (guess + slack).min(high - 1),
        );
        if run[from] > key {
            (high, most) = (from, run[from]);
        } else if run[to] < key {
            (low, least) = (to + 1, run[to]);
        } else {
            (low, high) = (from, to + 1);
            (least, most) = (run[from], run[to]);
        }
    }
    run[low..high].binary_search(&key).is_ok()
}

fn merged(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut out = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        i += usize::from(x <= y);
        j += usize::from(y <= x);
        out.push(*x.min(y));
    }
    out.extend_from_slice(&a[i..]);
    out.extend_from_slice(&b[j..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_known_for_35_days_before_the_newest() {
        let mut seen = Seen::default();
        for day in 0..36 {
            for batch in 0..5u64 {
                seen.add(1, (0..3).map(|k| (Day(day), batch * 10 + k)));
            }
        }
        let at = |day: i32| Day(day).start();
        assert!(seen.contains(at(0), 42) && seen.contains(at(35), 0));
        assert!(!seen.contains(at(35), 3));
        seen.add(2, [(Day(36), 1)]);
        assert!(!seen.contains(at(0), 42) && seen.contains(at(1), 42));
        assert_eq!(seen.horizon(), Some(Day(1)));
        assert!(seen.days().all(|(_, day)| day.runs.len() <= 3));
    }

    #[test]
    fn every_key_is_found_and_no_other() {
        for spread in [1, 3, 1 << 20, 1 << 40] {
            let run: Vec<u64> = (0..5_000u64).map(|n| n * n / 7 * spread + n * 2).collect();
            for (at, key) in run.iter().enumerate() {
                assert!(holds(&run, *key), "{at}");
                assert_eq!(holds(&run, key + 1), run.binary_search(&(key + 1)).is_ok());
            }
            assert!(!holds(&run, u64::MAX));
        }
    }
}
