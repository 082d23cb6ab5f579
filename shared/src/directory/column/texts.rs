//! Names and emails of up to 4,096 rows: kept in the form that is searched, with what it takes to write them as they are.

use super::heap::{Heap, fields, length, put_fields, put_length, text};
use crate::directory::fold::fold_into;
use std::sync::Arc;

/// Separates name, email and username in a folded record; [`fold_into`] lets none of them contain it.
pub(crate) const BETWEEN: u8 = 0x1f;

/// Ends a folded record.
const END: u8 = b'\n';

/// Begins a spelling that holds the texts themselves: no first name is that long.
const AS_IS: usize = u32::MAX as usize;

/// Names, email and username of each row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    /// Folded records `name\x1femail\x1fusername\n`. The name is left out where there is none, because then the email
    /// stands for it.
    folded: Heap,
    /// How each folded record is spelt: the length of the first name and where capital letters stand; or, where that is
    /// not enough, the texts as they are.
    spelt: Heap,
}

/// Names, email and username of one row as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Names {
    pub email: String,
    pub first: String,
    pub last: String,
    pub username: String,
}

impl Texts {
    /// Texts read back from a checkpoint; none when the two do not belong together.
    pub fn of(folded: Heap, spelt: Heap) -> Option<Self> {
        (folded.len() == spelt.len()).then_some(Texts { folded, spelt })
    }

    /// The two heaps, folded records first.
    pub fn parts(&self) -> (&Heap, &Heap) {
        (&self.folded, &self.spelt)
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.folded.len()
    }

    /// All folded records, for a search over all rows.
    pub fn folded(&self) -> &Heap {
        &self.folded
    }

    /// The folded display name of a row: what it is sorted by.
    #[inline]
    pub fn name_key(&self, row: usize) -> &[u8] {
        let record = self.folded.record(row);
        let end = memchr::memchr(BETWEEN, record).unwrap_or(0);
        if end > 0 {
            &record[..end]
        } else {
            email_of(record)
        }
    }

    /// The folded email of a row.
    #[inline]
    pub fn email_key(&self, row: usize) -> &[u8] {
        email_of(self.folded.record(row))
    }

    /// The folded username of a row; empty where there is none.
    pub fn username_key(&self, row: usize) -> &[u8] {
        let record = self.folded.record(row);
        let record = record.strip_suffix(&[END]).unwrap_or(record);
        let before = memchr::memrchr(BETWEEN, record);
        before.map_or(&[], |at| &record[at + 1..])
    }

    /// The texts of a row as they are.
    pub fn names(&self, row: usize) -> Names {
        let spelt = self.spelt.record(row);
        let mut at = 0;
        let first_len = length(spelt, &mut at);
        if first_len == AS_IS {
            let [email, first, last, username] = fields(&spelt[at..]).map(|f| text(f).to_owned());
            return Names {
                email,
                first,
                last,
                username,
            };
        }
        let mut record = self.folded.record(row).to_vec();
        let mut capital = 0;
        while at < spelt.len() {
            capital += length(spelt, &mut at);
            if let Some(byte) = record.get_mut(capital) {
                byte.make_ascii_uppercase();
            }
        }
        let record = record.strip_suffix(&[END]).unwrap_or(&record);
        let mut parts = record.split(|byte| *byte == BETWEEN).map(text);
        let mut part = || parts.next().unwrap_or_default();
        let (name, email, username) = (part(), part(), part());
        let (first, last) = name.split_at_checked(first_len).unwrap_or((name, ""));
        Names {
            email: email.to_owned(),
            first: first.to_owned(),
            last: if first.is_empty() {
                last
            } else {
                last.strip_prefix(' ').unwrap_or(last)
            }
            .to_owned(),
            username: username.to_owned(),
        }
    }

    /// Rewrites `rows` (ascending; rows behind the last are added): `edit` tells by the row's place in `rows` the new
    /// email, first name, last name and username; what it does not tell stays.
    pub fn rewrite<'e>(
        texts: &mut Arc<Texts>,
        rows: &[usize],
        full: bool,
        edit: impl Fn(usize) -> [Option<&'e str>; 4],
    ) {
        let mut new = Texts::default();
        for (place, row) in rows.iter().enumerate() {
            let edit = edit(place);
            let whole = edit.iter().all(Option::is_some) || *row >= texts.len();
            let old = if whole {
                Names::default()
            } else {
                texts.names(*row)
            };
            let old = [&old.email, &old.first, &old.last, &old.username];
            new.push(std::array::from_fn(|n| edit[n].unwrap_or(old[n])));
        }
        let added = rows.first().is_some_and(|first| *first >= texts.len());
        // Always in another place than before: who remembers the place sees that something changed.
        let mut next = match Arc::get_mut(texts).filter(|_| added) {
            Some(texts) => {
                let mut grown = std::mem::take(texts);
                grown.folded.extend(rows.len(), |n, out| {
                    out.extend_from_slice(new.folded.record(n))
                });
                grown.spelt.extend(rows.len(), |n, out| {
                    out.extend_from_slice(new.spelt.record(n))
                });
                grown
            }
            None => Texts {
                folded: texts.folded.rewritten(rows, |n, _, out| {
                    out.extend_from_slice(new.folded.record(n))
                }),
                spelt: texts
                    .spelt
                    .rewritten(rows, |n, _, out| out.extend_from_slice(new.spelt.record(n))),
            },
        };
        if full {
            next.folded.fit();
            next.spelt.fit();
        }
        *texts = Arc::new(next);
    }

    fn push(&mut self, names: [&str; 4]) {
        let [email, first, last, username] = names;
        let from = self.folded.bytes.len();
        let out = &mut self.folded.bytes;
        fold_into(first, out);
        if !first.is_empty() && !last.is_empty() {
            out.push(b' ');
        }
        fold_into(last, out);
        out.push(BETWEEN);
        fold_into(email, out);
        out.push(BETWEEN);
        fold_into(username, out);
        out.push(END);
        let space = if first.is_empty() || last.is_empty() {
            ""
        } else {
            " "
        };
        let as_is = [first, space, last, "\x1f", email, "\x1f", username, "\n"];
        let as_is = as_is.iter().flat_map(|part| part.bytes());
        let spelt = &mut self.spelt.bytes;
        let start = spelt.len();
        put_length(first.len(), spelt);
        if !put_capitals(as_is, &self.folded.bytes[from..], spelt) {
            spelt.truncate(start);
            put_length(AS_IS, spelt);
            put_fields(names.map(str::as_bytes), spelt);
        }
        self.folded.end_here();
        self.spelt.end_here();
    }
}

/// Appends where capital letters stand, each as the distance from the one before; false when there is another difference.
fn put_capitals(as_is: impl Iterator<Item = u8>, folded: &[u8], out: &mut Vec<u8>) -> bool {
    let (mut len, mut last) = (0, 0);
    for byte in as_is {
        match folded.get(len) {
            Some(folded) if *folded == byte => {}
            Some(folded) if byte.is_ascii_uppercase() && *folded == byte.to_ascii_lowercase() => {
                put_length(len - last, out);
                last = len;
            }
            _ => return false,
        }
        len += 1;
    }
    len == folded.len()
}

fn email_of(folded: &[u8]) -> &[u8] {
    let from = memchr::memchr(BETWEEN, folded).map_or(0, |at| at + 1);
    let rest = &folded[from..];
    &rest[..memchr::memchr(BETWEEN, rest).unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn put(texts: &mut Arc<Texts>, rows: &[usize], names: &[[&str; 4]]) {
        Texts::rewrite(texts, rows, false, |place| names[place].map(Some));
    }

    #[test]
    fn what_is_searched_has_no_case_and_no_separators() {
        let mut texts = Arc::new(Texts::default());
        let first = [
            ["A@x.org", "Ada", "LOVE", ""],
            ["b@x.org", "", "", "BÉ"],
            ["c\u{1f}@x.org", "", "\nC", "c"],
        ];
        put(&mut texts, &[0, 1, 2], &first);
        let lines = |t: &Texts| String::from_utf8(t.folded.bytes.clone()).unwrap();
        assert_eq!(
            lines(&texts),
            "ada love\u{1f}a@x.org\u{1f}\n\u{1f}b@x.org\u{1f}bé\n c\u{1f}c @x.org\u{1f}c\n"
        );
        put(
            &mut texts,
            &[1, 3],
            &[["bb@x.org", "B", "", ""], ["", "", "", ""]],
        );
        assert_eq!(
            lines(&texts),
            "ada love\u{1f}a@x.org\u{1f}\nb\u{1f}bb@x.org\u{1f}\n c\u{1f}c @x.org\u{1f}c\n\u{1f}\u{1f}\n"
        );
        assert_eq!(
            (texts.name_key(0), texts.name_key(3)),
            (&b"ada love"[..], &b""[..])
        );
        assert_eq!(
            (texts.email_key(1), texts.email_key(3)),
            (&b"bb@x.org"[..], &b""[..])
        );
    }

    #[test]
    fn what_is_not_told_stays() {
        let mut texts = Arc::new(Texts::default());
        put(
            &mut texts,
            &[0, 1],
            &[
                ["a@x.org", "Ada", "King", "al"],
                ["g@x.org", "Grace", "", ""],
            ],
        );
        let before = Arc::clone(&texts);
        Texts::rewrite(&mut texts, &[1, 2], true, |_| {
            [None, None, Some("Hopper"), None]
        });
        let names = |texts: &Texts, row| {
            let Names {
                email,
                first,
                last,
                username,
            } = texts.names(row);
            [email, first, last, username].join("|")
        };
        assert_eq!(names(&before, 1), "g@x.org|Grace||");
        assert_eq!(names(&texts, 0), "a@x.org|Ada|King|al");
        assert_eq!(names(&texts, 1), "g@x.org|Grace|Hopper|");
        assert_eq!(names(&texts, 2), "||Hopper|");
    }

    proptest! {
        #[test]
        fn names_come_back_as_they_were(
            rows in prop::collection::vec(prop::array::uniform4("[ a-cA-CéÉİßς\u{1f}\n@-]{0,6}"), 1..20)
        ) {
            let mut texts = Arc::new(Texts::default());
            let all: Vec<usize> = (0..rows.len()).collect();
            Texts::rewrite(&mut texts, &all, true, |place| {
                std::array::from_fn(|n| Some(rows[place][n].as_str()))
            });
            for (row, [email, first, last, username]) in rows.into_iter().enumerate() {
                prop_assert_eq!(texts.names(row), Names { email, first, last, username });
            }
        }
    }
}
