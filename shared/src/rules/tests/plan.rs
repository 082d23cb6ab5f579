use super::day;
use crate::domain::{Micros, Span};
use crate::rules::plan::stands;

#[test]
fn a_proposal_stands_while_it_outlives_the_next_run() {
    let made = day(10);
    let after = |hours: i64| made.plus(Span::hours(hours));
    // Made a few milliseconds after its hour, it ends just after the next run: that one leaves another.
    let next = Micros(after(24).0 - 5_000);
    assert!(stands(made, after(1), Some(next), false));
    assert!(!stands(made, next, Some(after(48)), false));
    // In spring a night is shorter.
    assert!(!stands(made, after(23), Some(after(47)), false));
    // By hand it stands until the next run leaves another, or while half of its life is left.
    assert!(stands(made, after(20), Some(next), true));
    assert!(stands(made, after(11), Some(after(7 * 24)), true));
    assert!(!stands(made, after(12), Some(after(7 * 24)), true));
    assert!(!stands(made, after(12), None, true));
}
