//! Untrusted text made safe for a terminal, a log and a spreadsheet. The store keeps the original.
//!
//! Names, emails and notes come from files that others write. They may carry escape sequences that drive the
//! terminal, bidirectional overrides that reorder a line, characters nobody can see, or a formula for a spreadsheet.

use std::fmt::{self, Write};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Combining marks allowed on one letter. No written language needs more; without a limit a name paints over the
/// lines above and below it.
const MARKS: u8 = 4;

/// A text whose display form cannot drive a terminal: what is hidden is shown as `\u{202e}`, `\n` or `\t`.
#[derive(Debug, Clone, Copy)]
pub struct Safe<'a>(&'a str);

/// Wraps an untrusted text for display on one line.
pub fn safe(text: &str) -> Safe<'_> {
    Safe(text)
}

impl fmt::Display for Safe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_plain(self.0) {
            return f.write_str(self.0);
        }
        // A mark at the very start would join the character that happens to stand before it on the screen.
        let mut marks = MARKS;
        for c in self.0.chars() {
            if is_hidden(c) {
                escape(c, f)?;
                marks = MARKS;
            } else if c.width() == Some(0) {
                if marks < MARKS {
                    marks += 1;
                    f.write_char(c)?;
                } else {
                    escape(c, f)?;
                }
            } else {
                marks = 0;
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

/// A noun with its article: `a team`, `an environment`. The noun is English and in the singular.
pub fn one(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}

/// A number and what it counts: `1 entry`, `2 entries`, `0 people`. The noun is English and in the singular.
pub fn counted<N: fmt::Display + PartialEq + From<u8>>(number: N, noun: &str) -> String {
    if number == N::from(1) {
        return format!("{number} {noun}");
    }
    let consonant_y = |stem: &str| !stem.ends_with(['a', 'e', 'i', 'o', 'u']);
    match noun.strip_suffix('y') {
        _ if noun.ends_with("person") => format!("{number} {}people", &noun[..noun.len() - 6]),
        Some(stem) if consonant_y(stem) => format!("{number} {stem}ies"),
        _ if noun.ends_with("ch") || noun.ends_with('s') => format!("{number} {noun}es"),
        _ => format!("{number} {noun}s"),
    }
}

/// Printable ASCII: the common case, which needs no second look.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| (0x20..0x7f).contains(&b))
}

fn escape(c: char, out: &mut impl Write) -> fmt::Result {
    match c {
        '\n' | '\r' | '\t' => write!(out, "{}", c.escape_default()),
        _ => write!(out, "{}", c.escape_unicode()),
    }
}

/// Whether a character has no form of its own but changes what is around it: controls, bidirectional controls,
/// zero-width and other format characters, fillers, variation selectors, tags, noncharacters.
pub fn is_hidden(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{0600}'..='\u{0605}' | '\u{061c}' | '\u{06dd}' | '\u{070f}'
            | '\u{0890}' | '\u{0891}' | '\u{08e2}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || (c as u32 & 0xfffe) == 0xfffe
        || ('\u{fdd0}'..='\u{fdef}').contains(&c)
}

/// Whether a character may reorder the text around it.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Columns the safe form of a text takes on a terminal.
pub fn safe_width(text: &str) -> usize {
    if is_plain(text) {
        return text.len();
    }
    width_of(&safe(text).to_string())
}

/// Grapheme by grapheme, as the terminal library lays text out.
fn width_of(shown: &str) -> usize {
    shown.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// The safe form of a text in exactly `width` columns: padded with spaces, or cut between two graphemes with `…`.
pub fn fit(text: &str, width: usize) -> String {
    if is_plain(text) {
        return if text.len() <= width {
            format!("{text:<width$}")
        } else {
            cut(text, width)
        };
    }
    let shown = safe(text).to_string();
    let used = width_of(&shown);
    if used <= width {
        let mut out = shown;
        out.extend(std::iter::repeat_n(' ', width - used));
        return out;
    }
    cut(&shown, width)
}

fn cut(shown: &str, width: usize) -> String {
    let Some(room) = width.checked_sub(1) else {
        return String::new();
    };
    let (mut out, mut used) = (String::with_capacity(width + 8), 0);
    for grapheme in shown.graphemes(true) {
        let next = used + grapheme.width();
        if next > room {
            break;
        }
        out.push_str(grapheme);
        used = next;
    }
    out.push('…');
    // A wide character that did not fit leaves one column over.
    out.extend(std::iter::repeat_n(' ', room - used));
    out
}

/// Signs with which a spreadsheet starts a formula, their full-width forms, and the breaks that hide one.
fn starts_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// The text as a cell of a CSV file (before quoting): never a formula, never an escape sequence. A leading `'` marks
/// what was neutralised and [`csv_text`] takes it off again; controls and bidirectional controls are shown escaped.
pub fn csv_cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1);
    if starts_formula(text.trim_start_matches('\'')) {
        out.push('\'');
    }
    for c in text.chars() {
        if (c.is_control() && c != '\n' && c != '\t') || is_bidi(c) {
            // Writing to a String cannot fail.
            let _ = escape(c, &mut out);
        } else {
            out.push(c);
        }
    }
    out
}

/// The text behind a cell that [`csv_cell`] wrote: without the `'` that keeps a formula from starting.
pub fn csv_text(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if starts_formula(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

/// The text as search compares it: lower case, letter by letter, so that a part folds as it does in the whole.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Lower-cased alone this is an i with a mark that nobody types.
            'İ' => out.push('i'),
            // The form at the end of a word.
            'ς' => out.push('σ'),
            _ => out.extend(c.to_lowercase()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_counted_is_in_the_plural_unless_it_is_one() {
        for (number, noun, said) in [
            (1u64, "entry", "1 entry"),
            (2, "entry", "2 entries"),
            (0, "account", "0 accounts"),
            (3, "batch", "3 batches"),
            (2, "key", "2 keys"),
            (2, "person", "2 people"),
            (1, "signed head", "1 signed head"),
        ] {
            assert_eq!(counted(number, noun), said);
        }
    }

    #[test]
    fn a_noun_has_the_article_of_its_first_letter() {
        for (noun, said) in [
            ("team", "a team"),
            ("environment", "an environment"),
            ("organisation", "an organisation"),
            ("user", "a user"),
            ("outsider", "an outsider"),
        ] {
            assert_eq!(one(noun), said);
        }
    }

    #[test]
    fn hidden_characters_are_shown() {
        for (text, shown) in [
            ("Ana Lima", "Ana Lima"),
            ("\x1b[2Jx", "\\u{1b}[2Jx"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("a\u{200b}b", "a\\u{200b}b"),
            ("a\nb\tc\r", "a\\nb\\tc\\r"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("\u{301}e", "\\u{301}e"),
            ("José Ñandú", "José Ñandú"),
            ("e\u{301}", "e\u{301}"),
            ("李小龍", "李小龍"),
        ] {
            assert_eq!(safe(text).to_string(), shown);
        }
        let zalgo = format!("e{}", "\u{301}".repeat(9));
        assert_eq!(
            safe(&zalgo).to_string(),
            format!("e{}{}", "\u{301}".repeat(4), "\\u{301}".repeat(5))
        );
    }

    #[test]
    fn fit_cuts_between_graphemes_and_pads() {
        for (text, width, fitted) in [
            ("Ana", 5, "Ana  "),
            ("Ana Lima", 5, "Ana …"),
            ("Ana", 0, ""),
            ("Ana", 1, "…"),
            ("李小龍", 6, "李小龍"),
            ("李小龍", 5, "李小…"),
            ("李小龍", 4, "李… "),
            ("re\u{301}sume\u{301}", 4, "re\u{301}s…"),
        ] {
            assert_eq!(fit(text, width), fitted, "{text} in {width}");
        }
        assert_eq!(safe_width("李\u{200b}"), 2 + "\\u{200b}".len());
    }

    #[test]
    fn every_character_fits_exactly() {
        // Above lie ideographs, tags and private planes: one of each is enough.
        for c in ('\u{1}'..='\u{1ffff}').chain(['\u{20000}', '\u{e0041}', '\u{f0000}']) {
            let text = format!("a{c}bc");
            for width in [2, 3, 12] {
                let fitted = fit(&text, width);
                assert_eq!(width_of(&fitted), width, "{:?} in {width}", text);
            }
        }
    }

    #[test]
    fn folding_is_the_same_for_a_part_and_the_whole() {
        assert_eq!(fold("ÅNGSTRÖM Ana"), "ångström ana");
        assert_eq!(fold("ΟΔΥΣΣΕΥΣ"), fold("οδυσσευς"));
        assert_eq!(fold("İzmir"), "izmir");
    }

    #[test]
    fn formulas_are_neutralised() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+49 30", "'+49 30"),
            ("-x", "'-x"),
            ("@SUM", "'@SUM"),
            ("\tx", "'\tx"),
            ("\rx", "'\\rx"),
            ("＝1", "'＝1"),
            ("O'Neil", "O'Neil"),
            ("'=x", "''=x"),
            ("a\x1b[1m", "a\\u{1b}[1m"),
        ] {
            assert_eq!(csv_cell(text), cell);
        }
    }

    proptest! {
        #[test]
        fn safe_text_never_drives_a_terminal(text in any::<String>()) {
            let shown = safe(&text).to_string();
            prop_assert!(!shown.chars().any(is_hidden));
            prop_assert_eq!(safe_width(&text), width_of(&shown));
        }

        #[test]
        fn fit_is_as_wide_as_asked(text in any::<String>(), width in 0usize..60) {
            let fitted = fit(&text, width);
            prop_assert_eq!(width_of(&fitted), width);
            prop_assert!(!fitted.chars().any(is_hidden));
        }

        #[test]
        fn a_cell_starts_no_formula_and_comes_back(text in "['=+@\\-\t ]{0,3}[ -~é＝]{0,12}") {
            let cell = csv_cell(&text);
            prop_assert!(!starts_formula(&cell));
            prop_assert_eq!(csv_text(&cell), text.as_str());
        }

        #[test]
        fn no_cell_starts_a_formula(text in any::<String>()) {
            prop_assert!(!starts_formula(&csv_cell(&text)));
        }

        #[test]
        fn a_folded_part_is_found_in_the_folded_whole(a in any::<String>(), b in any::<String>(), c in any::<String>()) {
            let whole = fold(&[a, b.clone(), c].concat());
            prop_assert!(whole.contains(&fold(&b)));
        }
    }
}
