//! Words of the domain as values of options, listed in the help and completed by the shell.

use crate::columns::UserColumn;
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

/// A column to sort by, by its word or by the name that it has in the table, and whether the largest comes first, as in
/// `-last_sign_in`.
pub fn sort(text: &str) -> Result<(SortKey, bool), String> {
    let (word, descending) = match text.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let word = word.replace('-', "_");
    let key = SortKey::ALL.iter().find(|(_, w)| *w == word);
    let column = || UserColumn::from_word(&word).map(UserColumn::sort_key);
    match key.map(|(key, _)| *key).or_else(column) {
        Some(key) => Ok((key, descending)),
        None => {
            let words: Vec<&str> = SortKey::ALL.iter().map(|(_, w)| *w).collect();
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
        for (key, word) in SortKey::ALL {
            assert_eq!(serde_json::to_value(key).unwrap(), word);
        }
    }

    #[test]
    fn every_column_is_sorted_by_the_name_it_has_in_the_table() {
        for column in UserColumn::ALL {
            let asked = format!("-{}", column.word());
            assert_eq!(sort(&asked), Ok((column.sort_key(), true)), "{column:?}");
        }
    }
}
