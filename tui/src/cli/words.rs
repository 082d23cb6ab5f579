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

/// A parser for a whole number from `least` to `most`, the most its type holds unless said otherwise. What is none is told
/// in our words.
pub fn whole<T: TryFrom<u64> + Send + Sync + 'static>(
    least: u64,
    most: u64,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static {
    move |text| {
        let number = text
            .parse::<u64>()
            .ok()
            .filter(|n| (least..=most).contains(n));
        let number = number.and_then(|n| T::try_from(n).ok());
        number.ok_or_else(|| match most {
            MANY => format!("give a whole number, {least} or more"),
            most => format!("give a whole number from {least} to {most}"),
        })
    }
}

/// As many as there may be.
pub const MANY: u64 = u64::MAX;

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
    fn a_number_is_whole_and_in_its_range() {
        let seats = whole::<u32>(0, MANY);
        assert_eq!(seats("50"), Ok(50));
        for wrong in ["-3", "1.5", "ten", "", "4294967296"] {
            let told = seats(wrong).unwrap_err();
            assert_eq!(told, "give a whole number, 0 or more", "{wrong}");
        }
        let rows = whole::<u32>(1, 1_000);
        assert_eq!(rows("1000"), Ok(1_000));
        let told = "give a whole number from 1 to 1000".to_owned();
        assert_eq!((rows("0"), rows("1001")), (Err(told.clone()), Err(told)));
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
