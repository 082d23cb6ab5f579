//! CSV records, one at a time, with exact line numbers. A record that is broken or too long is told as such, and
//! reading goes on at the line after the one it began at: a stray quote costs one row, not the rest of the file.

use super::input::{Input, LONGEST};

pub(super) struct Records {
    input: Input,
    delimiter: u8,
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// One record with its quotes taken off.
pub(super) struct Record<'a> {
    pub line: u64,
    text: &'a [u8],
    ends: &'a [usize],
}

pub(super) enum Next<'a> {
    Record(Record<'a>),
    Broken { line: u64, reason: &'static str },
    End,
}

enum Parsed {
    Done(usize),
    More,
    Bad(&'static str),
}

const UNCLOSED: &str = "a quoted cell is never closed; write a quote inside a cell as two quotes";
const AFTER_QUOTE: &str =
    "text after the closing quote of a cell; write a quote inside a cell as two quotes";

impl Record<'_> {
    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// All cells behind each other, and where each one ends.
    pub fn parts(&self) -> (&[u8], &[usize]) {
        (self.text, self.ends)
    }

    /// The bytes of one cell; empty when there is no such cell.
    pub fn cell(&self, n: usize) -> &[u8] {
        let start = match n.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(self.text.len()),
            None => 0,
        };
        let end = self.ends.get(n).copied().unwrap_or(start);
        &self.text[start..end]
    }
}

impl Records {
    pub fn new(input: Input, delimiter: u8) -> Self {
        Records {
            input,
            delimiter,
            text: Vec::new(),
            ends: Vec::new(),
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

    /// The next record that is not blank.
    pub fn next(&mut self) -> Next<'_> {
        let line = loop {
            let line = self.input.line();
            let reason = match self.parse() {
                Parsed::Done(0) => return Next::End,
                Parsed::Done(n) => {
                    self.input.pass(n);
                    if self.text.iter().all(u8::is_ascii_whitespace) {
                        continue;
                    }
                    break line;
                }
                Parsed::Bad(reason) => reason,
                Parsed::More if self.input.window().len() <= LONGEST => {
                    self.input.more();
                    continue;
                }
                Parsed::More => "longer than 1 MiB",
            };
            self.input.skip_line();

            return Next::Broken { line, reason };
        };
        Next::Record(Record {
            line,
            text: &self.text,
            ends: &self.ends,
        })
    }

    /// Takes the record at the start of the window apart; `Done` tells how many bytes it takes.
    fn parse(&mut self) -> Parsed {
        let (over, window) = (self.input.is_over(), self.input.window());
        let (text, ends, delimiter) = (&mut self.text, &mut self.ends, self.delimiter);
        text.clear();
        ends.clear();
        if window.is_empty() {
            return if over { Parsed::Done(0) } else { Parsed::More };
        }
        let mut at = 0;
        loop {
            if window.get(at) == Some(&b'"') {
                at += 1;
                loop {
                    let Some(n) = memchr::memchr(b'"', &window[at..]) else {
                        return if over {
                            Parsed::Bad(UNCLOSED)
                        } else {
                            Parsed::More
                        };
                    };
                    text.extend_from_slice(&window[at..at + n]);
                    at += n + 1;
                    if window.get(at) != Some(&b'"') {
                        break;
                    }
                    text.push(b'"');
                    at += 1;
                }
                if at == window.len() && !over {
                    return Parsed::More;
                }
                if window[at..].starts_with(b"\r") {
                    at += 1;
                }
            } else {
                let rest = &window[at..];
                let end = rest.iter().position(|b| *b == delimiter || *b == b'\n');
                if end.is_none() && !over {
                    return Parsed::More;
                }
                let n = end.unwrap_or(rest.len());
                let cell = &rest[..n];
                at += n;
                let ends_line = window.get(at) != Some(&delimiter);
                text.extend_from_slice(if ends_line {
                    cell.strip_suffix(b"\r").unwrap_or(cell)
                } else {
                    cell
                });
            }
            ends.push(text.len());
            match window.get(at) {
                None if over => return Parsed::Done(at),
                None => return Parsed::More,
                Some(b'\n') => return Parsed::Done(at + 1),
                Some(b) if *b == delimiter => at += 1,
                Some(_) => return Parsed::Bad(AFTER_QUOTE),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{Cursor, Read};

    /// Reads a few bytes at a time.
    struct Drip(Cursor<Vec<u8>>, usize);
    impl Read for Drip {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let n = out.len().min(self.1);
            self.0.read(&mut out[..n])
        }
    }

    type Row = Result<Vec<Vec<u8>>, String>;

    fn all(text: &[u8], step: usize) -> Vec<(u64, Row)> {
        let drip = Drip(Cursor::new(text.to_vec()), step);
        let mut records = Records::new(Input::new(Box::new(drip)), b',');
        let mut out = Vec::new();
        loop {
            match records.next() {
                Next::End => return out,
                Next::Broken { line, reason } => out.push((line, Err(reason.to_owned()))),
                Next::Record(r) => {
                    let cells = (0..r.len()).map(|n| r.cell(n).to_vec()).collect();
                    out.push((r.line, Ok(cells)));
                }
            }
        }
    }

    fn good(text: &str) -> Vec<(u64, String)> {
        let row = |cells: Vec<Vec<u8>>| {
            let cells = cells.into_iter().map(|c| String::from_utf8(c).unwrap());
            cells.collect::<Vec<_>>().join("|")
        };
        all(text.as_bytes(), 1 << 16)
            .into_iter()
            .map(|(line, r)| (line, r.map_or_else(|e| format!("! {}", &e[..8]), row)))
            .collect()
    }

    #[test]
    fn lines_are_exact() {
        let text = "a,b\r\n\r\n\"x\ny\",\"say \"\"hi\"\"\"\n,\nc,d\r\n\"q\"\r\nO\"Brien,\nlast";
        let expected = [
            (1, "a|b"),
            (3, "x\ny|say \"hi\""),
            (6, "c|d"),
            (7, "q"),
            (8, "O\"Brien|"),
            (9, "last"),
        ];
        assert_eq!(good(text), expected.map(|(l, t)| (l, t.to_owned())));
    }

    #[test]
    fn a_stray_quote_costs_one_row() {
        let got = good("a,b\n\"x,y\nc,d\n");
        assert_eq!(got[1].0, 2);
        assert!(got[1].1.starts_with('!'), "{got:?}");
        assert_eq!(got[2], (3, "c|d".to_owned()));
        let got = good("\"x\"y,1\nc,d\n");
        assert!(got[0].1.starts_with('!'), "{got:?}");
        assert_eq!(got[1], (2, "c|d".to_owned()));
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over() {
        let text = format!("a,{}\nb,c\n", "x".repeat(2 * LONGEST));
        let got = good(&text);
        assert!(got[0].1.starts_with('!'));
        assert_eq!(got[1], (2, "b|c".to_owned()));
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(
            rows in proptest::collection::vec(proptest::collection::vec("[a-z,\"\n ]{0,5}", 2..4), 1..6),
            step in 1usize..5000,
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = writer.into_inner().unwrap();
            let read: Vec<_> = all(&text, step).into_iter().map(|(_, r)| r.unwrap()).collect();
            let rows: Vec<Vec<Vec<u8>>> = rows
                .into_iter()
                .filter(|r| !r.concat().bytes().all(|b| b.is_ascii_whitespace()))
                .map(|r| r.into_iter().map(String::into_bytes).collect())
                .collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn blocks_do_not_matter(text in "[a\",\r\n]{0,40}", step in 1usize..9) {
            prop_assert_eq!(all(text.as_bytes(), step), all(text.as_bytes(), 1 << 16));
        }
    }
}
