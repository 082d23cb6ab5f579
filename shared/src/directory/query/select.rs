//! One page of a sort by numbers, without sorting: a sample tells between which keys the page lies, one pass counts what
//! comes before and gathers what lies between. The keys of a frame are made when they are looked at and kept no longer.

use crate::directory::parallel;

/// One key in this many is in the sample.
const SAMPLED: usize = 64;

/// Sort keys of rows, frame by frame.
pub(super) trait Keys: Sync {
    /// How many frames there are.
    fn frames(&self) -> usize;
    /// Every key of a frame, in the order of its rows.
    fn all(&self, frame: usize) -> Vec<u64>;
    /// One key in `step` of a frame.
    fn sample(&self, frame: usize, step: usize) -> Vec<u64>;
}

/// The keys `offset..offset + take` of all `total` in their order, each as its frame and its place among the frame's
/// keys; equal keys in the order of frames and places.
pub(super) fn page(
    keys: &impl Keys,
    total: usize,
    offset: usize,
    take: usize,
) -> Vec<(usize, usize)> {
    let everything = (0, u64::MAX);
    let likely = window(keys, total, offset, offset + take);
    let page = [likely, everything]
        .into_iter()
        .find_map(|(low, high)| Around::new(keys, low, high).page(keys, offset, take));
    page.unwrap_or_default()
}

/// Work on every frame, on two threads where there are many.
fn map<K: Keys, R: Send>(keys: &K, work: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let frames: Vec<usize> = (0..keys.frames()).collect();
    parallel::map(&frames, |_, frame| work(*frame))
}

/// Two keys between which the positions most likely lie.
fn window(keys: &impl Keys, total: usize, from: usize, to: usize) -> (u64, u64) {
    let mut sample = map(keys, |frame| keys.sample(frame, SAMPLED)).concat();
    // Four times the deviation of a rank that a random sample tells.
    let margin = 2 * sample.len().isqrt();
    let len = sample.len();
    let rank = |position: usize| position * len / total.max(1);
    let mut at = |rank: usize| (rank < len).then(|| *sample.select_nth_unstable(rank).1);
    let low = rank(from).checked_sub(margin).and_then(&mut at);
    let high = at(rank(to) + margin);
    (low.unwrap_or(0), high.unwrap_or(u64::MAX))
}

/// What of one frame lies around a window: counted below it and at its ends, gathered inside.
#[derive(Default)]
struct Part {
    below: usize,
    at_low: usize,
    at_high: usize,
    inside: Vec<(u64, u32)>,
}

/// All keys around a window.
struct Around {
    low: u64,
    high: u64,
    parts: Vec<Part>,
}

impl Around {
    fn new(keys: &impl Keys, low: u64, high: u64) -> Self {
        let parts = map(keys, |frame| {
            let mut part = Part::default();
            for (at, key) in (0..).zip(keys.all(frame)) {
                part.below += usize::from(key < low);
                part.at_low += usize::from(key == low);
                part.at_high += usize::from(key == high && low != high);
                // Both are compared, because a branch on the first alone would be a coin's toss.
                if (key > low) & (key < high) {
                    part.inside.push((key, at));
                }
            }
            part
        });
        Around { low, high, parts }
    }

    /// The page, when all of it lies in the window.
    fn page(&self, keys: &impl Keys, offset: usize, take: usize) -> Option<Vec<(usize, usize)>> {
        let sum = |count: fn(&Part) -> usize| self.parts.iter().map(count).sum::<usize>();
        let (lows, highs) = (sum(|p| p.at_low), sum(|p| p.at_high));
        let from = offset.checked_sub(sum(|p| p.below))?;
        let to = from + take;
        let insides = sum(|p| p.inside.len());
        if to > lows + insides + highs {
            return None;
        }
        let mut page = Vec::with_capacity(take);
        let low = |part: &Part| part.at_low;
        self.ties(keys, self.low, low, from, to.min(lows), &mut page);
        if to > lows && from < lows + insides {
            let here = from.saturating_sub(lows)..(to - lows).min(insides);
            self.inside(here, &mut page);
        }
        let past = lows + insides;
        let high = |part: &Part| part.at_high;
        let (from, to) = (from.saturating_sub(past), to.saturating_sub(past));
        self.ties(keys, self.high, high, from, to, &mut page);
        Some(page)
    }

    /// Adds these of the keys inside the window; only they are sorted.
    fn inside(&self, here: std::ops::Range<usize>, page: &mut Vec<(usize, usize)>) {
        let parts = self.parts.iter().enumerate();
        let all = parts.flat_map(|(frame, part)| {
            let keys = part.inside.iter();
            keys.map(move |(key, at)| (*key, frame as u32, *at))
        });
        let mut all: Vec<(u64, u32, u32)> = all.collect();
        if here.end < all.len() {
            all.select_nth_unstable(here.end);
            all.truncate(here.end);
        }
        if here.start > 0 {
            all.select_nth_unstable(here.start);
        }
        let here = &mut all[here.start..];
        here.sort_unstable();
        page.extend(
            here.iter()
                .map(|(_, frame, at)| (*frame as usize, *at as usize)),
        );
    }

    /// Adds the rows `from..to` of those whose key is `key`.
    fn ties(
        &self,
        keys: &impl Keys,
        key: u64,
        count: impl Fn(&Part) -> usize,
        from: usize,
        to: usize,
        page: &mut Vec<(usize, usize)>,
    ) {
        let mut before = 0;
        for (frame, part) in self.parts.iter().enumerate() {
            let here = count(part);
            if before >= to {
                break;
            }
            if before + here > from && here > 0 {
                let all = keys.all(frame);
                let same = all.iter().enumerate().filter(|(_, k)| **k == key);
                let wanted = same.skip(from.saturating_sub(before));
                let until = to - before.max(from);
                page.extend(wanted.take(until).map(|(at, _)| (frame, at)));
            }
            before += here;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    impl Keys for Vec<Vec<u64>> {
        fn frames(&self) -> usize {
            self.len()
        }

        fn all(&self, frame: usize) -> Vec<u64> {
            self[frame].clone()
        }

        fn sample(&self, frame: usize, step: usize) -> Vec<u64> {
            self[frame].iter().step_by(step).copied().collect()
        }
    }

    /// Few values that many share, many that few share, and both ends.
    fn key() -> impl Strategy<Value = u64> {
        prop_oneof![3 => 0u64..40, 3 => 0u64..10_000, 1 => Just(u64::MAX)]
    }

    proptest! {
        #[test]
        fn pages_are_those_of_the_sorted_keys(
            keys in prop::collection::vec(prop::collection::vec(key(), 0..400), 1..20),
            at in 0usize..10_000,
            size in 1usize..50,
        ) {
            let mut sorted: Vec<(u64, (usize, usize))> = Vec::new();
            for (frame, keys) in keys.iter().enumerate() {
                sorted.extend(keys.iter().enumerate().map(|(row, key)| (*key, (frame, row))));
            }
            sorted.sort_unstable();
            prop_assume!(!sorted.is_empty());
            let from = at % sorted.len();
            let take = size.min(sorted.len() - from);
            let expected: Vec<(usize, usize)> = sorted[from..from + take].iter().map(|(_, p)| *p).collect();
            prop_assert_eq!(page(&keys, sorted.len(), from, take), expected);
        }
    }
}
