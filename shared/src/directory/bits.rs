//! Sixty-four answers in one number, for columns that are asked many rows at a time.

/// Rows a word of bits speaks of.
pub(crate) const WORD: usize = 64;

/// A bit for each of the first 64 values that passes. Written so that a compiler compares many values at a time: first a
/// byte of ones or zeros each, then eight bytes are added up to one, to which each gives a bit of its own.
#[inline]
pub(crate) fn those<T: Copy>(values: &[T], pass: impl Fn(T) -> bool) -> u64 {
    let mut bytes = [0; WORD];
    let judge = |(byte, value): (&mut u8, &T)| *byte = if pass(*value) { u8::MAX } else { 0 };
    match values.first_chunk::<WORD>() {
        // The same twice: here the compiler knows how many there are.
        Some(values) => bytes.iter_mut().zip(values).for_each(judge),
        None => bytes.iter_mut().zip(values).for_each(judge),
    }
    packed(&bytes)
}

/// A bit of each byte, of which all bits are the same.
#[inline]
pub(crate) fn packed(bytes: &[u8; WORD]) -> u64 {
    const OWN: u64 = 0x8040_2010_0804_0201;
    const ADD: u64 = 0x0101_0101_0101_0101;
    let (words, _) = bytes.as_chunks::<8>();
    let mut bits = 0;
    for (at, word) in words.iter().enumerate() {
        bits |= ((u64::from_le_bytes(*word) & OWN).wrapping_mul(ADD) >> 56) << (8 * at);
    }
    bits
}

/// The lowest bits, so many.
#[inline]
pub(crate) fn lowest(count: usize) -> u64 {
    match count {
        0 => 0,
        1..WORD => u64::MAX >> (WORD - count),
        _ => u64::MAX,
    }
}

/// The places of the bits that are set, ascending.
#[inline]
pub(crate) fn places(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (word != 0).then(|| word.trailing_zeros() as usize)?;
        word &= word - 1;
        Some(place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_value_has_its_bit(values in prop::collection::vec(0u16..4, 0..80)) {
            let word = those(&values, |value| value == 1);
            let expected = values.iter().take(WORD).enumerate().filter(|(_, v)| **v == 1);
            let expected: Vec<usize> = expected.map(|(at, _)| at).collect();
            prop_assert_eq!(places(word).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn the_lowest_bits_are_so_many() {
        for count in 0..=WORD {
            assert_eq!(lowest(count).count_ones() as usize, count);
            assert_eq!(lowest(count).trailing_ones() as usize, count);
        }
        assert_eq!(lowest(1_000), u64::MAX);
    }
}
