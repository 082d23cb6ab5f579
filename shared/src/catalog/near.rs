//! Which name a misspelt one was meant to be.

use crate::rules::diagnose::distance;
use crate::text::fold;

/// The candidate nearest to a word, when it is near enough to have been meant: a third of its letters changed, added,
/// left out or exchanged at most, and at least one. Case does not count.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = (word.chars().count() / 3).max(1);
    let folded = fold(word);
    let measured = candidates
        .into_iter()
        .map(|c| (distance(&folded, &fold(c)), c));
    let near = measured.filter(|(far, candidate)| *far <= most && *candidate != word);
    near.min_by_key(|(far, _)| *far).map(|(_, c)| c)
}

/// ` (did you mean "NAME"?)`, or nothing where no candidate is near.
pub(super) fn meant<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    let near = nearest(word, candidates);
    near.map_or_else(String::new, |name| format!(" (did you mean {name:?}?)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_finds_the_name_and_another_word_finds_none() {
        let roles = ["ORG_OWNER", "ORG_ADMIN", "APP_ADMIN"];
        for (word, near) in [
            ("ORG_OWNRE", Some("ORG_OWNER")),
            ("org_owner", Some("ORG_OWNER")),
            ("APPADMIN", Some("APP_ADMIN")),
            ("CLERK", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, roles), near, "{word:?}");
        }
        assert_eq!(meant("ORG_ADMN", roles), " (did you mean \"ORG_ADMIN\"?)");
        assert_eq!(meant("CLERK", roles), "");
    }
}
