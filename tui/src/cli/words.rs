//! Words of the domain as values of options, listed in the help and completed by the shell.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use rollcall_shared::wire::user::{Flag, SortKey};

/// A parser for one of `all`, each known by its word.
pub fn one_of<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    word: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.iter().map(|v| word(*v))).try_map(move |text| {
        all.iter()
            .copied()
            .find(|v| word(*v) == text)
            .ok_or("not known")
    })
}

/// A parser for a flag.
pub fn flag() -> impl TypedValueParser<Value = Flag> {
    one_of(&Flag::ALL, Flag::word)
}

const SORT_KEYS: [(SortKey, &str); 11] = [
    (SortKey::Name, "name"),
    (SortKey::Email, "email"),
    (SortKey::Role, "role"),
    (SortKey::Status, "status"),
    (SortKey::Mfa, "mfa"),
    (SortKey::LastSignIn, "last_sign_in"),
    (SortKey::Activity, "activity"),
    (SortKey::Team, "team"),
    (SortKey::Flags, "flags"),
    (SortKey::Created, "created"),
    (SortKey::Tenant, "tenant"),
];

/// A column to sort by and whether the largest comes first, as in `-last_sign_in`.
pub fn sort(text: &str) -> Result<(SortKey, bool), String> {
    let (word, descending) = match text.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let word = word.replace('-', "_");
    match SORT_KEYS.iter().find(|(_, w)| *w == word) {
        Some((key, _)) => Ok((*key, descending)),
        None => {
            let words: Vec<&str> = SORT_KEYS.iter().map(|(_, w)| *w).collect();
            Err(format!(
                "sort by one of: {}; with - in front the largest comes first",
                words.join(", ")
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minus_turns_the_order() {
        assert_eq!(sort("name"), Ok((SortKey::Name, false)));
        assert_eq!(sort("-last_sign_in"), Ok((SortKey::LastSignIn, true)));
        assert_eq!(sort("last-sign-in"), Ok((SortKey::LastSignIn, false)));
        assert!(sort("age").is_err());
        assert!(sort("--name").is_err());
    }

    #[test]
    fn the_words_are_those_of_the_wire() {
        for (key, word) in SORT_KEYS {
            assert_eq!(serde_json::to_value(key).unwrap(), word);
        }
    }
}
