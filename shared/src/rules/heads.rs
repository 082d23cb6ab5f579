//! Which key signs the heads of the journals.

use super::Refusal;
use crate::domain::{Entry, Fact, HeadKey};

/// The entry that has heads signed by `new` from here on.
///
/// # Errors
/// Rules `rekey-reason` and `rekey-same`.
pub fn rekey(old: Option<HeadKey>, new: HeadKey, reason: &str) -> Result<Entry, Refusal> {
    if reason.trim().is_empty() {
        return Err(Refusal::new(
            "rekey-reason",
            "a new signing key needs a reason",
            "give --reason: it is kept in the journal",
        ));
    }
    if old == Some(new) {
        return Err(Refusal::new(
            "rekey-same",
            "this key signs already",
            "leave it as it is, or make another one",
        ));
    }
    Ok(Entry::plain(Fact::HeadKeySet { old, new }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_needs_a_reason_and_must_be_new() {
        let (one, two) = (HeadKey([1; 32]), HeadKey([2; 32]));
        let rule = |asked: Result<Entry, Refusal>| asked.unwrap_err().rule;
        assert_eq!(rule(rekey(Some(one), two, "  ")), "rekey-reason");
        assert_eq!(rule(rekey(Some(one), one, "lost")), "rekey-same");
        let entry = rekey(Some(one), two, "lost").unwrap();
        let fact = Fact::HeadKeySet {
            old: Some(one),
            new: two,
        };
        assert_eq!(entry, Entry::plain(fact));
        assert!(rekey(None, one, "the first").is_ok());
    }
}
