//! Activity by day, one column a day.

use crate::console::theme::Glyphs;

/// The lowest use that reaches each height. The same for every row, so that rows compare; finer where it is low.
const STEPS: [u8; 8] = [1, 2, 3, 4, 6, 9, 16, 31];

/// The days on `width` columns, oldest first; where there are more days than columns, each column is the mean of some,
/// rounded up so that any use is seen. No use is blank.
pub fn line(days: &[u8], width: usize, glyphs: &Glyphs) -> String {
    let columns = width.min(days.len());
    let mut out = " ".repeat(width - columns);
    for column in 0..columns {
        let from = column * days.len() / columns;
        let to = (column + 1) * days.len() / columns;
        let uses: usize = days[from..to].iter().map(|day| usize::from(*day)).sum();
        let mean = uses.div_ceil(to - from);
        let height = STEPS
            .iter()
            .take_while(|step| mean >= usize::from(**step))
            .count();
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
    fn a_column_stands_for_several_days_where_there_are_fewer_columns() {
        let mut days = [0; 28];
        days[0] = 1;
        days[27] = 31;
        assert_eq!(line(&days, 8, &Glyphs::ascii()), ".      +");
        assert_eq!(line(&[31], 3, &Glyphs::ascii()), "  @");
        assert_eq!(line(&[], 3, &Glyphs::ascii()), "   ");
    }
}
