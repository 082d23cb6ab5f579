//! JSON values of a file, one at a time: the lines of a JSONL file, the elements of an array, the elements of the
//! array inside a page (`{"value":[…]}`). Only one element is held at a time; a broken one does not end the rest.

use super::input::{Input, LONGEST};
use super::sniff::{PAGES, sniff};
use memchr::{memchr, memchr3};

pub(super) struct Elements {
    input: Input,
    lines: bool,
    pages: bool,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Between the values of the file.
    Top,
    /// In a page, before a key.
    Page,
    /// In an array; whether the array is in a page.
    Array(bool),
}

pub(super) enum Next<'a> {
    Element { line: u64, bytes: &'a [u8] },
    Broken { line: u64, reason: &'static str },
    End,
}

const TOO_LONG: &str = "longer than 1 MiB";
const UNENDED: &str = "the file ends inside this element";

impl Elements {
    pub fn new(input: Input) -> Self {
        let sniffed = sniff(input.window());
        Elements {
            lines: sniffed.lines,
            pages: sniffed.page,
            place: Place::Top,
            input,
        }
    }

    /// Why reading stopped early; none when it did not.
    pub fn error(&self) -> Option<&str> {
        self.input.error()
    }

    /// The line where reading is.
    pub fn line(&self) -> u64 {
        self.input.line()
    }

    /// The next element.
    pub fn next(&mut self) -> Next<'_> {
        if self.lines {
            return self.next_line();
        }
        loop {
            let Some(first) = self.first_byte() else {
                return Next::End;
            };
            match (self.place, first) {
                (Place::Top, b'[') => self.enter(Place::Array(false)),
                (Place::Top, b'{') if self.pages => self.enter(Place::Page),
                (Place::Array(false), b']') | (Place::Page, b'}') => self.enter(Place::Top),
                (Place::Array(true), b']') => self.enter(Place::Page),
                (Place::Page, b'"') => self.key(),
                (Place::Page, _) => self.pass_value(),
                (Place::Array(_) | Place::Top, _) => return self.element(),
            }
        }
    }

    fn enter(&mut self, place: Place) {
        self.place = place;
        self.input.pass(1);
    }

    /// Passes over white space and separators.
    fn first_byte(&mut self) -> Option<u8> {
        loop {
            let skip = |b: &u8| !b.is_ascii_whitespace() && !matches!(b, b',' | b':' | 0x1e);
            match self.input.window().iter().position(skip) {
                Some(n) => {
                    self.input.pass(n);
                    return self.input.window().first().copied();
                }
                None => self.input.pass(self.input.window().len()),
            }
            if !self.input.more() {
                return None;
            }
        }
    }

    /// In a page: a key with its value, which is entered when it is the array that holds the elements.
    fn key(&mut self) {
        let Ok(n) = self.value() else { return };
        let key = self.input.take(n);
        let holds = PAGES
            .iter()
            .any(|page| key.get(1..n - 1) == Some(page.as_bytes()));
        match self.first_byte() {
            Some(b'[') if holds => self.enter(Place::Array(true)),
            Some(b'}') | None => {}
            Some(_) => self.pass_value(),
        }
    }

    /// Passes over a value of a page that holds no elements.
    fn pass_value(&mut self) {
        if let Ok(n) = self.value() {
            self.input.pass(n);
        }
    }

    fn element(&mut self) -> Next<'_> {
        let line = self.input.line();
        match self.value() {
            Ok(n) => Next::Element {
                line,
                bytes: self.input.take(n),
            },
            Err(reason) => Next::Broken { line, reason },
        }
    }

    /// Brings the value at the start of the window wholly into it and tells its length; what is too long or never
    /// ends is passed over.
    fn value(&mut self) -> Result<usize, &'static str> {
        let mut scan = Scan::default();
        let mut too_long = false;
        loop {
            if let Some(n) = scan.end(self.input.window()) {
                if n == 0 {
                    self.input.pass(1);
                    return Err("a bracket that closes nothing");
                }
                if too_long || n > LONGEST {
                    self.input.pass(n);
                    return Err(TOO_LONG);
                }
                return Ok(n);
            }
            if self.input.window().len() > LONGEST {
                too_long = true;
                self.input.pass(scan.at);
                scan.at = 0;
            }
            if !self.input.more() {
                let n = self.input.window().len();
                self.input.pass(n);
                return Err(if too_long { TOO_LONG } else { UNENDED });
            }
        }
    }

    fn next_line(&mut self) -> Next<'_> {
        let mut seen = 0;
        loop {
            let line = self.input.line();
            let window = self.input.window();
            let found = memchr(b'\n', &window[seen..]).map(|n| seen + n);
            let over = self.input.is_over();
            match found {
                None if window.len() > LONGEST => {
                    self.input.skip_line();
                    return Next::Broken {
                        line,
                        reason: TOO_LONG,
                    };
                }
                None if !over => {
                    seen = window.len();
                    self.input.more();
                }
                None if window.is_empty() => return Next::End,
                _ => {
                    let n = found.map_or(window.len(), |n| n + 1);
                    let blank = window[..n]
                        .iter()
                        .all(|b| b.is_ascii_whitespace() || *b == 0x1e);
                    if blank {
                        self.input.pass(n);
                        seen = 0;
                        continue;
                    }
                    if n > LONGEST {
                        self.input.pass(n);
                        return Next::Broken {
                            line,
                            reason: TOO_LONG,
                        };
                    }
                    let bytes = self.input.take(n);
                    let bytes = bytes.strip_prefix(b"\x1e").unwrap_or(bytes);
                    return Next::Element { line, bytes };
                }
            }
        }
    }
}

/// How far the search for the end of a value is.
#[derive(Default)]
struct Scan {
    at: usize,
    depth: usize,
    string: bool,
}

impl Scan {
    /// Where the value that starts the window ends; none while that lies behind the window.
    fn end(&mut self, window: &[u8]) -> Option<usize> {
        let mut at = self.at;
        let found = loop {
            if self.string {
                // A line end in a string is an error that the parser will tell; ending the string here keeps a
                // forgotten quote from swallowing the elements that follow.
                let rest = window.get(at..).unwrap_or_default();
                let Some(n) = memchr3(b'"', b'\\', b'\n', rest) else {
                    at = window.len();
                    break None;
                };
                at += n;
                if window[at] == b'\\' {
                    if at + 1 == window.len() {
                        break None;
                    }
                    at += 2;
                    continue;
                }
                at += 1;
                self.string = false;
                if self.depth == 0 {
                    break Some(at);
                }
            }
            let Some(byte) = window.get(at) else {
                break None;
            };
            match byte {
                b'"' => self.string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth == 0 => break Some(at),
                b'}' | b']' if self.depth == 1 => {
                    at += 1;
                    break Some(at);
                }
                b'}' | b']' => self.depth -= 1,
                b',' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => break Some(at),
                _ => {}
            }
            at += 1;
        };
        self.at = at;
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn all(text: &[u8]) -> Vec<(u64, String)> {
        let mut elements = Elements::new(Input::new(Box::new(Cursor::new(text.to_vec()))));
        let mut out = Vec::new();
        loop {
            match elements.next() {
                Next::End => return out,
                Next::Broken { line, reason } => out.push((line, format!("! {reason}"))),
                Next::Element { line, bytes } => {
                    out.push((
                        line,
                        String::from_utf8_lossy(bytes.trim_ascii()).into_owned(),
                    ));
                }
            }
        }
    }

    fn is(text: &str, expected: &[(u64, &str)]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(l, t)| (*l, (*t).to_owned()))
            .collect();
        assert_eq!(all(text.as_bytes()), expected);
    }

    #[test]
    fn arrays_pages_lines_and_laid_out_values() {
        is("[]", &[]);
        is("", &[]);
        is(
            "[\n {\"a\":[1,\"]\"]},\n\n{\"b\":\"\\\"}\"} , 7]",
            &[(2, "{\"a\":[1,\"]\"]}"), (4, "{\"b\":\"\\\"}\"}"), (4, "7")],
        );
        is("[1]\n[2]", &[(1, "1"), (2, "2")]);
        is(
            "{\"@odata.context\":\"x[\",\"n\":{\"value\":[9]},\n\"value\":[{\"a\":1},\n{\"a\":2}],\"z\":3}\n{\"value\":[{}]}",
            &[(2, "{\"a\":1}"), (3, "{\"a\":2}"), (4, "{}")],
        );
        is(
            "{\"a\":1}\n\n{broken\n{\"a\":2}",
            &[(1, "{\"a\":1}"), (3, "{broken"), (4, "{\"a\":2}")],
        );
        is(
            "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n",
            &[(1, "{\n  \"a\": 1\n}"), (4, "{\n  \"a\": 2\n}")],
        );
    }

    #[test]
    fn a_broken_element_does_not_end_the_rest() {
        is(
            "[{\"a\":\"x\n},{\"b\":1}]",
            &[(1, "{\"a\":\"x\n}"), (2, "{\"b\":1}")],
        );
        is(
            "[{\"a\":1},{\"b\":",
            &[(1, "{\"a\":1}"), (1, "! the file ends inside this element")],
        );
        is("]", &[(1, "! a bracket that closes nothing")]);
        let long = format!("[{{\"a\":\"{}\"}},\n2]", "x".repeat(3 * LONGEST));
        is(&long, &[(1, "! longer than 1 MiB"), (2, "2")]);
        let long = format!("{{\"a\":1}}\n{}\n{{\"b\":1}}", "x".repeat(3 * LONGEST));
        is(
            &long,
            &[
                (1, "{\"a\":1}"),
                (2, "! longer than 1 MiB"),
                (3, "{\"b\":1}"),
            ],
        );
    }

    proptest! {
        #[test]
        fn any_bytes_end(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            all(&text);
        }

        #[test]
        fn any_brackets_end(text in "[\\[\\]{}\",:a\\\\\n ]{0,60}") {
            all(text.as_bytes());
        }
    }
}
