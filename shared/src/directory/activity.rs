//! Uses of an account on each of 28 days, as a ring of bytes.

use crate::domain::Day;

/// Days of use kept for each account.
pub const ACTIVITY_DAYS: usize = 28;

/// Counts of the 28 days up to and including a day, oldest first.
pub(crate) type Counts = [u8; ACTIVITY_DAYS];

/// Adds uses on a day to the counts that end on `last`; a day ahead moves them on, a day before them is passed over.
pub(crate) fn add(counts: &mut Counts, last: &mut i32, day: Day, uses: u32) {
    let ahead = i64::from(day.0) - i64::from(*last);
    if ahead > 0 {
        *counts = up_to(counts, *last, day);
        *last = day.0;
    }
    let age = i64::from(*last) - i64::from(day.0);
    if let Some(slot) = usize::try_from(age)
        .ok()
        .and_then(|age| (ACTIVITY_DAYS - 1).checked_sub(age))
    {
        let uses = u8::try_from(uses).unwrap_or(u8::MAX);
        counts[slot] = counts[slot].saturating_add(uses);
    }
}

/// The counts that end on `last`, moved so that they end on `day`.
pub(crate) fn up_to(counts: &Counts, last: i32, day: Day) -> Counts {
    let mut moved = [0; ACTIVITY_DAYS];
    let ahead = i64::from(day.0) - i64::from(last);
    let by = usize::try_from(ahead.unsigned_abs()).map_or(ACTIVITY_DAYS, |n| n.min(ACTIVITY_DAYS));
    let kept = ACTIVITY_DAYS - by;
    if ahead >= 0 {
        moved[..kept].copy_from_slice(&counts[by..]);
    } else {
        moved[by..].copy_from_slice(&counts[..kept]);
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_age_out_after_28_days() {
        let (mut counts, mut last) = ([0; ACTIVITY_DAYS], 100);
        add(&mut counts, &mut last, Day(100), 300);
        add(&mut counts, &mut last, Day(73), 2);
        add(&mut counts, &mut last, Day(72), 9);
        assert_eq!((counts[27], counts[0]), (255, 2));
        add(&mut counts, &mut last, Day(101), 1);
        assert_eq!((counts[27], counts[26], counts[0], last), (1, 255, 0, 101));
        assert_eq!(up_to(&counts, last, Day(128))[0], 1);
        assert_eq!(up_to(&counts, last, Day(129)), [0; ACTIVITY_DAYS]);
        assert_eq!(up_to(&counts, last, Day(100))[27], 255);
    }
}
