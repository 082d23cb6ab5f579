//! Columns as bytes: a count, then the values, least byte first.

/// A number with a fixed size in bytes.
pub(super) trait Plain: Copy {
    /// Appends all values.
    fn put(values: &[Self], out: &mut Vec<u8>);
    /// Takes `count` values off the front; none when there are fewer.
    fn take(bytes: &mut &[u8], count: usize) -> Option<Vec<Self>>;
}

macro_rules! plain {
    ($($number:ty: $size:literal),+) => { $(
        impl Plain for $number {
            fn put(values: &[Self], out: &mut Vec<u8>) {
                let from = out.len();
                out.resize(from + values.len() * $size, 0);
                let (slots, _) = out[from..].as_chunks_mut::<$size>();
                for (slot, value) in slots.iter_mut().zip(values) {
                    *slot = value.to_le_bytes();
                }
            }

            fn take(bytes: &mut &[u8], count: usize) -> Option<Vec<Self>> {
                let (mine, rest) = bytes.split_at_checked(count.checked_mul($size)?)?;
                *bytes = rest;
                let (values, _) = mine.as_chunks::<$size>();
                Some(values.iter().map(|v| <$number>::from_le_bytes(*v)).collect())
            }
        }
    )+ };
}
plain!(u8: 1, u16: 2, u32: 4, i32: 4, u64: 8, i64: 8);

/// Appends a column.
pub(super) fn put<T: Plain>(values: &[T], out: &mut Vec<u8>) {
    out.extend_from_slice(&(values.len() as u32).to_le_bytes());
    T::put(values, out);
}

/// Takes a column off the front.
pub(super) fn take<T: Plain>(bytes: &mut &[u8]) -> Option<Vec<T>> {
    let (count, rest) = bytes.split_first_chunk::<4>()?;
    *bytes = rest;
    T::take(bytes, u32::from_le_bytes(*count) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_back_and_short_ones_are_noticed() {
        let mut out = Vec::new();
        put(&[1u16, 65_535], &mut out);
        put(&[-5i64, i64::MAX], &mut out);
        let mut bytes = out.as_slice();
        assert_eq!(take::<u16>(&mut bytes), Some(vec![1, 65_535]));
        assert_eq!(take::<i64>(&mut bytes), Some(vec![-5, i64::MAX]));
        assert_eq!(take::<i64>(&mut bytes), None);
        let mut short = &out[..out.len() - 1];
        assert!(take::<u16>(&mut short).is_some() && take::<i64>(&mut short).is_none());
    }
}
