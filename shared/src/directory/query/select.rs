//! One page of a sort by numbers, without sorting: a sample tells between which keys the page lies, one pass counts what
//! comes before and gathers what lies between.

use super::Place;
use super::filter::Rows;
use crate::directory::parallel;

/// One key in this many is in the sample.
const SAMPLED: usize = 64;

/// The rows `offset..offset + take` in the order of their keys; equal keys in the order of tenants and accounts.
pub(super) fn page(keys: &[Vec<u64>], matched: &[Rows], offset: usize, take: usize) -> Vec<Place> {
    let everything = (0, u64::MAX);
    let likely = window(keys, offset, offset + take);
    let page = [likely, everything]
        .into_iter()
        .find_map(|(low, high)| Around::new(keys, low, high).page(keys, offset, take));
    let place = |(frame, at): (usize, usize)| Some((frame, matched[frame].nth(at)?));
    page.unwrap_or_default()
        .into_iter()
        .filter_map(place)
        .collect()
}

/// Two keys between which the positions most likely lie.
fn window(keys: &[Vec<u64>], from: usize, to: usize) -> (u64, u64) {
    let sampled = keys.iter().flat_map(|keys| keys.iter().step_by(SAMPLED));
    let mut sample: Vec<u64> = sampled.copied().collect();
    // Four times the deviation of a rank that a random sample tells.
    let margin = 2 * sample.len().isqrt();
    let mut at = |rank: usize| -> Option<u64> {
        let len = sample.len();
        (rank < len).then(|| *sample.select_nth_unstable(rank).1)
    };
    let low = (from / SAMPLED).checked_sub(margin).and_then(&mut at);
    let high = at(to / SAMPLED + margin);
    (low.unwrap_or(0), high.unwrap_or(u64::MAX))
}

/// What of one frame lies around a window: counted below it and at its ends, gathered inside.
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
    fn new(keys: &[Vec<u64>], low: u64, high: u64) -> Self {
        let parts = parallel::map(keys, |_, keys| {
            let mut part = Part {
                below: 0,
                at_low: 0,
                at_high: 0,
                inside: Vec::new(),
            };
            for (at, key) in keys.iter().enumerate() {
                part.below += usize::from(*key < low);
                part.at_low += usize::from(*key == low);
                part.at_high += usize::from(*key == high && low != high);
                if *key > low && *key < high {
                    part.inside.push((*key, at as u32));
                }
            }
            part
        });
        Around { low, high, parts }
    }

    /// The page's rows, each as its frame and its place among the frame's keys; none when it is not all in the window.
    fn page(&self, keys: &[Vec<u64>], offset: usize, take: usize) -> Option<Vec<(usize, usize)>> {
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
            let mut inside: Vec<(u64, usize, usize)> = Vec::with_capacity(insides);
            for (frame, part) in self.parts.iter().enumerate() {
                inside.extend(
                    part.inside
                        .iter()
                        .map(|(key, at)| (*key, frame, *at as usize)),
                );
            }
            inside.sort_unstable();
            let here = from.saturating_sub(lows)..(to - lows).min(insides);
            page.extend(inside[here].iter().map(|(_, frame, at)| (*frame, *at)));
        }
        let past = lows + insides;
        let high = |part: &Part| part.at_high;
        let (from, to) = (from.saturating_sub(past), to.saturating_sub(past));
        self.ties(keys, self.high, high, from, to, &mut page);
        Some(page)
    }

    /// Adds the rows `from..to` of those whose key is `key`.
    fn ties(
        &self,
        keys: &[Vec<u64>],
        key: u64,
        count: impl Fn(&Part) -> usize,
        from: usize,
        to: usize,
        page: &mut Vec<(usize, usize)>,
    ) {
        let mut before = 0;
        for (frame, (part, keys)) in self.parts.iter().zip(keys).enumerate() {
            let here = count(part);
            if before >= to {
                break;
            }
            if before + here > from && here > 0 {
                let same = keys.iter().enumerate().filter(|(_, k)| **k == key);
                let wanted = same.skip(from.saturating_sub(before));
                let until = to - before - from.saturating_sub(before);
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

    proptest! {
        #[test]
        fn pages_are_those_of_the_sorted_keys(
            keys in prop::collection::vec(prop::collection::vec(0u64..40, 0..400), 1..20),
            at in 0usize..10_000,
            size in 1usize..50,
        ) {
            let mut sorted: Vec<(u64, Place)> = Vec::new();
            for (frame, keys) in keys.iter().enumerate() {
                sorted.extend(keys.iter().enumerate().map(|(row, key)| (*key, (frame, row))));
            }
            sorted.sort_unstable();
            prop_assume!(!sorted.is_empty());
            let from = at % sorted.len();
            let take = size.min(sorted.len() - from);
            let matched: Vec<Rows> = keys.iter().map(|k| Rows::first(k.len())).collect();
            let expected: Vec<Place> = sorted[from..from + take].iter().map(|(_, p)| *p).collect();
            prop_assert_eq!(page(&keys, &matched, from, take), expected);
        }
    }
}
