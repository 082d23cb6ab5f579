//! Activity by day, one column a day.

use crate::console::theme::Glyphs;

/// The lowest use that reaches each height. The same for every row, so that rows compare; finer where it is low.
const STEPS: [u8; 8] = [1, 2, 3, 4, 6, 9, 16, 31];

/// The last `width` days, oldest first; a day without use is blank.
pub fn line(days: &[u8], width: usize, glyphs: &Glyphs) -> String {
    let shown = &days[days.len().saturating_sub(width)..];
    let mut out = " ".repeat(width - shown.len());
    for day in shown {
        let height = STEPS.iter().take_while(|step| day >= step).count();
        out.push_str(glyphs.spark[height]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_rise_with_use_and_no_use_is_blank() {
        let days = [0, 1, 2, 3, 4, 6, 9, 16, 31, 255];
        assert_eq!(line(&days, 10, &Glyphs::unicode()), " ▁▂▃▄▅▆▇██");
        assert_eq!(line(&days, 10, &Glyphs::ascii()), " .:-=+*#@@");
    }

    #[test]
    fn the_newest_days_are_kept_at_the_right() {
        assert_eq!(line(&[1, 0, 31], 2, &Glyphs::ascii()), " @");
        assert_eq!(line(&[31], 3, &Glyphs::ascii()), "  @");
    }
}
