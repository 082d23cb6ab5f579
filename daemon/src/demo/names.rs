//! Names of people in many scripts, each with a unique email in plain ASCII.

use super::rng::{Rng, Shuffle};

pub use super::names_latin::{
    ENGLISH, FRENCH, GERMAN, NORDIC, POLISH, PORTUGUESE, SPANISH, TURKISH, VIETNAMESE,
};
pub use super::names_world::{
    ARABIC, CYRILLIC, DEVANAGARI, GREEK, HAN, HANGUL, HEBREW, JAPANESE, THAI,
};

/// Names of one language: as written, and in ASCII. ASCII forms hold no dot and no digit, first names differ inside a
/// group, and no family name stands twice in any group: so first.last with a number is unique by construction.
pub struct Group {
    /// Language tag.
    pub language: &'static str,
    /// Given names.
    pub first: &'static [(&'static str, &'static str)],
    /// Family names.
    pub last: &'static [(&'static str, &'static str)],
}

impl Group {
    fn pairs(&self) -> u32 {
        (self.first.len() * self.last.len()) as u32
    }
}

/// A name and what stands before the `@`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Given name as written.
    pub first: &'static str,
    /// Family name as written.
    pub last: &'static str,
    /// Language tag.
    pub language: &'static str,
    /// Local part of the email.
    pub local: String,
}

/// Gives every account of a tenant its name by number, without a table of the names given.
pub struct Namer {
    /// Which group each of the places of one round belongs to, and its rank among the places of that group.
    round: Vec<(&'static Group, u32, u32)>,
    people: Shuffle,
    pairs: Vec<Shuffle>,
}

impl Namer {
    /// The names of a tenant with so many accounts, in a mix of languages (weights).
    pub fn new(mix: &'static [(Group, u32)], accounts: u32, rng: &mut Rng) -> Self {
        let mut round = Vec::new();
        let mut pairs = Vec::new();
        for (group, weight) in mix {
            let shuffle = Shuffle::new(group.pairs(), rng);
            for rank in 0..*weight {
                round.push((group, *weight, rank));
                pairs.push(shuffle);
            }
        }
        Namer {
            round,
            people: Shuffle::new(accounts, rng),
            pairs,
        }
    }

    /// The name of an account.
    pub fn name(&self, account: u32) -> Option<Name> {
        let place = self.people.to(account);
        let slots = self.round.len() as u32;
        let slot = (place % slots.max(1)) as usize;
        let (group, weight, rank) = *self.round.get(slot)?;
        let number = place / slots * weight + rank;
        let (turn, pair) = (number / group.pairs(), number % group.pairs());
        let pair = self.pairs.get(slot)?.to(pair) as usize;
        let (first, latin) = group.first.get(pair % group.first.len())?;
        let (last, latin_last) = group.last.get(pair / group.first.len())?;
        let local = if turn == 0 {
            format!("{latin}.{latin_last}")
        } else {
            format!("{latin}.{latin_last}{}", turn + 1)
        };
        Some(Name {
            first,
            last,
            language: group.language,
            local,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    static ALL: [(Group, u32); 18] = [
        (GERMAN, 1),
        (ENGLISH, 1),
        (POLISH, 1),
        (FRENCH, 1),
        (SPANISH, 1),
        (PORTUGUESE, 1),
        (TURKISH, 1),
        (NORDIC, 1),
        (VIETNAMESE, 1),
        (CYRILLIC, 1),
        (GREEK, 1),
        (ARABIC, 1),
        (HEBREW, 1),
        (DEVANAGARI, 1),
        (HAN, 1),
        (JAPANESE, 1),
        (HANGUL, 1),
        (THAI, 1),
    ];

    #[test]
    fn tables_keep_the_rules_that_make_emails_unique() {
        let mut family = BTreeSet::new();
        for (group, _) in &ALL {
            let mut given = BTreeSet::new();
            for (_, latin) in group.first {
                assert!(given.insert(latin), "{latin} twice in {}", group.language);
            }
            for (_, latin) in group.last {
                assert!(family.insert(*latin), "{latin} twice");
            }
            for (_, latin) in group.first.iter().chain(group.last) {
                assert!(
                    latin.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                    "{latin}"
                );
            }
        }
    }

    #[test]
    fn names_are_unique_far_beyond_the_pairs_there_are() {
        let namer = Namer::new(&ALL, 60_000, &mut Rng::of(1, 1, 0, 0));
        let mut seen = BTreeSet::new();
        for account in 0..60_000 {
            assert!(seen.insert(namer.name(account).unwrap().local));
        }
    }
}
