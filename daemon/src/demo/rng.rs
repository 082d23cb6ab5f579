//! Repeatable chance: SplitMix64, seeded from the demo's seed and what the number is for.

/// SplitMix64 (Steele, Lea, Flood 2014): 64 bits of state, one multiply-shift mix for each number. Not for secrets.
#[derive(Debug, Clone)]
pub struct Rng(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Rng {
    /// The stream that belongs to one purpose: the same parts always give the same numbers.
    pub fn of(seed: u64, tenant: u32, account: u32, purpose: u32) -> Self {
        let place = (u64::from(tenant) << 56) ^ (u64::from(purpose) << 40) ^ u64::from(account);
        Rng(mix(seed ^ mix(place.wrapping_add(GOLDEN))))
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number from 0 up to `end`, without `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: u32) -> u32 {
        // The high half of a 32 × 32 bit product always fits 32 bits.
        (((self.next() >> 32) * u64::from(end)) >> 32) as u32
    }

    /// A number from `low` to `high`, both included.
    pub fn range(&mut self, low: i32, high: i32) -> i32 {
        let width = high.saturating_sub(low).unsigned_abs().saturating_add(1);
        low.saturating_add_unsigned(self.below(width))
    }

    /// True in `percent` of 100 cases.
    pub fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of a list by weight.
    pub fn weighted<'a, T>(&mut self, list: &'a [(T, u32)]) -> Option<&'a T> {
        let all = list.iter().map(|(_, weight)| weight).sum();
        let mut left = self.below(all);
        list.iter()
            .find(|(_, weight)| {
                let here = left < *weight;
                left = left.wrapping_sub(if here { 0 } else { *weight });
                here
            })
            .map(|(value, _)| value)
    }

    /// Sixteen bytes.
    pub fn bytes(&mut self) -> [u8; 16] {
        let mut out = [0; 16];
        out[..8].copy_from_slice(&self.next().to_le_bytes());
        out[8..].copy_from_slice(&self.next().to_le_bytes());
        out
    }
}

/// A fixed shuffle of `0..len`: each number goes to exactly one other, without a table.
#[derive(Debug, Clone, Copy)]
pub struct Shuffle {
    len: u64,
    step: u64,
    shift: u64,
}

impl Shuffle {
    /// The shuffle of one purpose.
    pub fn new(len: u32, rng: &mut Rng) -> Self {
        let len = u64::from(len.max(1));
        // A step near the golden section spreads neighbours far apart; it must share no divisor with the length.
        let mut step = (len * 618 / 1000).max(1);
        while gcd(step, len) != 1 {
            step += 1;
        }
        Shuffle {
            len,
            step,
            shift: rng.next() % len,
        }
    }

    /// Where `index` goes.
    pub fn to(self, index: u32) -> u32 {
        ((u64::from(index) * self.step + self.shift) % self.len) as u32
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_numbers_are_those_of_the_published_algorithm() {
        // Reference values of splitmix64.c with state 1234567.
        let mut rng = Rng(1_234_567);
        assert_eq!(rng.next(), 6_457_827_717_110_365_317);
        assert_eq!(rng.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_shuffle_hits_every_place_once() {
        for len in [1, 2, 3, 10, 97, 1_000] {
            let shuffle = Shuffle::new(len, &mut Rng::of(1, 2, 3, 4));
            let mut seen: Vec<u32> = (0..len).map(|i| shuffle.to(i)).collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..len).collect::<Vec<_>>());
        }
    }

    #[test]
    fn numbers_stay_in_their_bounds() {
        let mut rng = Rng::of(7, 0, 0, 0);
        for _ in 0..1_000 {
            assert!((-3..=4).contains(&rng.range(-3, 4)));
        }
        assert_eq!(rng.below(0), 0);
        let list = [("a", 0), ("b", 3), ("c", 0)];
        assert_eq!(rng.weighted(&list), Some(&"b"));
    }
}
