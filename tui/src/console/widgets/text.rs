//! Untrusted text in cells and paragraphs: made safe, cut and wrapped by columns, with what the search matched marked.

use ratatui::style::Style;
use ratatui::text::Span;
use rollcall_shared::text::{fold, safe, safe_width};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The bytes of a text that a folded needle covers, first match only; none without a match.
pub fn find(text: &str, needle: &str) -> Option<(usize, usize)> {
    if needle.is_empty() {
        return None;
    }
    // Folding may change lengths, so each folded byte remembers the character it came from.
    let mut folded = String::new();
    let mut from: Vec<(usize, usize)> = Vec::new();
    for (at, c) in text.char_indices() {
        let part = fold(c.encode_utf8(&mut [0; 4]));
        from.extend(std::iter::repeat_n((at, at + c.len_utf8()), part.len()));
        folded.push_str(&part);
    }
    let start = folded.find(needle)?;
    let last = start + needle.len() - 1;
    Some((from.get(start)?.0, from.get(last)?.1))
}

/// A cell of exactly `width` columns: the text safe, cut with `…` or padded, the match of the folded needle in `hit`.
pub fn cell(text: &str, width: usize, needle: &str, base: Style, hit: Style) -> Vec<Span<'static>> {
    let range = find(text, needle);
    let mut parts: Vec<(String, usize, bool)> = Vec::new();
    let mut total = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        let shown = safe(grapheme).to_string();
        let columns = shown.width();
        let marked = range.is_some_and(|(from, to)| at < to && at + grapheme.len() > from);
        total += columns;
        parts.push((shown, columns, marked));
        // Enough to know that it must be cut.
        if total > width + 1 {
            break;
        }
    }
    let room = if total > width {
        width.saturating_sub(1)
    } else {
        width
    };
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut run = String::new();
    let mut run_marked = false;
    let mut used = 0;
    let style = |marked: bool| if marked { base.patch(hit) } else { base };
    for (shown, columns, marked) in parts {
        if used + columns > room {
            break;
        }
        if marked != run_marked && !run.is_empty() {
            spans.push(Span::styled(std::mem::take(&mut run), style(run_marked)));
        }
        run_marked = marked;
        run.push_str(&shown);
        used += columns;
    }
    if !run.is_empty() {
        spans.push(Span::styled(run, style(run_marked)));
    }
    if total > width && width > 0 {
        spans.push(Span::styled("…", base));
        used += 1;
    }
    if used < width {
        spans.push(Span::raw(" ".repeat(width - used)));
    }
    spans
}

/// A cell without a match.
pub fn plain(text: &str, width: usize, style: Style) -> Vec<Span<'static>> {
    cell(text, width, "", style, style)
}

/// A list of role names that does not fit: of the first only the last word stays whole, for names begin alike
/// (`Organization Owner`, `Organization User`) and end differently. Still untrusted.
pub fn last_word_kept(text: &str, width: usize) -> String {
    let end = [text.find(" @"), text.find(", ")].into_iter().flatten();
    let (first, rest) = text.split_at(end.min().unwrap_or(text.len()));
    let words: Vec<&str> = first.split(' ').collect();
    let shortened = |until: usize| {
        let each = words.iter().enumerate().map(|(at, word)| match at < until {
            true => word.chars().take(1).chain(['.']).collect(),
            false => (*word).to_owned(),
        });
        each.collect::<Vec<String>>().join(" ")
    };
    let mut begins = (0..words.len()).map(shortened);
    let fits = begins.clone().find(|name| safe_width(name) <= width);
    let name = fits.or_else(|| begins.next_back()).unwrap_or_default();
    format!("{name}{rest}")
}

/// Untrusted text safe and cut to at most `width` columns, without padding.
pub fn cut(text: &str, width: usize) -> String {
    plain(text, width.min(safe_width(text)), Style::new())
        .into_iter()
        .map(|span| span.content.into_owned())
        .collect()
}

/// Breaks a text into lines of at most `width` columns, at blanks where there are any; safe.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let shown = safe(text).to_string();
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in words(&shown, width) {
        let columns = word.width();
        if used + columns <= width {
            line.push_str(word);
            used += columns;
            continue;
        }
        if word.chars().all(char::is_whitespace) {
            lines.push(std::mem::take(&mut line));
            used = 0;
            continue;
        }
        if used > 0 && columns <= width {
            // Keep marks such as commas with the word before them where that is possible.
            lines.push(line.trim_end().to_owned());
            line = word.to_owned();
            used = columns;
            continue;
        }
        for part in word.graphemes(true) {
            if used + part.width() > width && used > 0 {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push_str(part);
            used += part.width();
        }
    }
    if !line.trim().is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// What a line is not broken inside of, and the blanks between: an instant or an address stays whole; scripts that
/// write no blanks, and what is wider than a line, break between their parts.
fn words(text: &str, width: usize) -> impl Iterator<Item = &str> {
    let runs = text.split_inclusive(char::is_whitespace).flat_map(|run| {
        match run.char_indices().next_back() {
            Some((at, last)) if last.is_whitespace() => [&run[..at], &run[at..]],
            _ => [run, ""],
        }
    });
    runs.filter(|run| !run.is_empty()).flat_map(move |run| {
        let closed = run.width() <= width && run.chars().all(|c| c.width().unwrap_or(0) < 2);
        let whole = closed.then_some(run);
        let parts = (!closed).then(|| run.split_word_bounds());
        whole.into_iter().chain(parts.into_iter().flatten())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text_of(spans: &[Span]) -> String {
        spans.iter().map(|s| s.content.as_ref()).collect()
    }

    #[test]
    fn hostile_text_becomes_harmless() {
        let evil = "Eve\u{1b}[2J\u{202e}live\u{200b}";
        let shown = text_of(&plain(evil, 40, Style::new()));
        assert!(
            !shown.contains(['\u{1b}', '\u{202e}', '\u{200b}']),
            "{shown}"
        );
        assert!(shown.contains("\\u{202e}"), "{shown}");
    }

    #[test]
    fn the_match_is_found_without_case_and_across_length_changes() {
        assert_eq!(find("Alice", "lic"), Some((1, 4)));
        assert_eq!(find("ÄRGER", "ärg"), Some((0, 4)));
        // `İ` folds to two characters; the match lies after it.
        let text = "İpek Demir";
        let (from, to) = find(text, "demir").unwrap();
        assert_eq!(&text[from..to], "Demir");
        assert_eq!(find("Alice", "bob"), None);
        assert_eq!(find("Alice", ""), None);
    }

    #[test]
    fn the_match_is_styled() {
        let hit = Style::new().bold();
        let spans = cell("Alice Martin", 20, "mart", Style::new(), hit);
        let marked: Vec<&str> = spans
            .iter()
            .filter(|s| s.style == hit)
            .map(|s| s.content.as_ref())
            .collect();
        assert_eq!(marked, ["Mart"]);
    }

    #[test]
    fn an_instant_is_not_broken_and_words_without_blanks_are() {
        assert_eq!(wrap("until 08:25 +01:00", 13), ["until 08:25", "+01:00"]);
        assert_eq!(wrap("ab 一二三四", 6), ["ab 一", "二三四"]);
    }

    proptest! {
        #[test]
        fn a_cell_is_exactly_as_wide_as_asked(text in "\\PC{0,30}|[\u{0}-\u{7f}]{0,20}|[一-三\u{301}a]{0,20}", width in 0usize..40) {
            let spans = plain(&text, width, Style::new());
            prop_assert_eq!(text_of(&spans).width(), width, "{:?}", text);
        }

        #[test]
        fn wrapped_lines_fit_and_lose_no_letter(text in "[a-z一-三 ]{0,60}", width in 2usize..20) {
            let lines = wrap(&text, width);
            for line in &lines {
                prop_assert!(line.width() <= width, "{:?}", line);
            }
            let letters = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }

    #[test]
    fn of_a_role_that_does_not_fit_its_last_word_stays() {
        for (roles, width, shown) in [
            ("Organization User", 17, "Organization User"),
            ("Organization User", 16, "O. User"),
            ("Organization Owner @Helios", 8, "O. Owner @Helios"),
            ("Power User, Developer", 12, "Power User, Developer"),
            ("Organization Billing", 8, "O. Billing"),
            ("Administrator", 8, "Administrator"),
            ("", 8, ""),
        ] {
            assert_eq!(last_word_kept(roles, width), shown, "{roles} in {width}");
        }
    }
}
