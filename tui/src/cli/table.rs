//! Rows as text: a table fitted to the terminal, plain lines, or CSV. Pure: the output module prints what it makes.

use crate::console::state::standing::called;
use jiff::tz::TimeZone;
use rollcall_shared::domain::{Day, Micros};
use rollcall_shared::text;
use rollcall_shared::wire::user::RoleLabels;

/// One value of a row, still untrusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Text as it came.
    Text(String),
    /// What people read, and what programs do.
    Named(String, String),
    /// A number, set to the right.
    Number(u64),
    /// An instant, and the word people read where there is none.
    Time(Option<Micros>, &'static str),
    /// An instant of which people read the day on some clock, and the word they read where there is none.
    Day(Option<(Micros, Day)>, &'static str),
}

impl Cell {
    /// Any displayable value as text.
    pub fn text(value: impl ToString) -> Self {
        Cell::Text(value.to_string())
    }

    /// Several words in one cell.
    pub fn list<T: ToString>(values: impl IntoIterator<Item = T>) -> Self {
        let words: Vec<String> = values.into_iter().map(|v| v.to_string()).collect();
        Cell::Text(words.join(", "))
    }

    /// Roles of a tenant: people read what they are called, programs their identifiers.
    pub fn roles(labels: &RoleLabels, tenant: &str, roles: &[String]) -> Self {
        Cell::Named(called(labels, tenant, roles), roles.join(", "))
    }

    /// An instant that is known.
    pub fn at(at: Micros) -> Self {
        Cell::Time(Some(at), "")
    }

    /// What a person reads, on a clock where one is given.
    fn shown(&self, clock: Option<&Clock>) -> String {
        match (self, clock) {
            (Cell::Time(Some(at), _), Some(clock)) if clock.zone != TimeZone::UTC => {
                return at.minute_in(&clock.zone);
            }
            _ => {}
        }
        match self {
            Cell::Text(text) | Cell::Named(text, _) => text::safe(text).to_string(),
            Cell::Number(number) => number.to_string(),
            Cell::Time(Some(at), _) => minute(*at),
            Cell::Day(Some((_, day)), _) => day.to_string(),
            Cell::Time(None, word) | Cell::Day(None, word) => (*word).to_owned(),
        }
    }

    /// What a program reads; still untrusted.
    fn exact(&self) -> String {
        match self {
            Cell::Text(text) | Cell::Named(_, text) => text.clone(),
            Cell::Number(number) => number.to_string(),
            Cell::Time(None, _) | Cell::Day(None, _) => String::new(),
            Cell::Time(Some(at), _) | Cell::Day(Some((at, _)), _) => at.to_string(),
        }
    }
}

/// An instant to the minute, in UTC: `2026-11-22 03:00Z`.
pub fn minute(at: Micros) -> String {
    at.timestamp()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .strftime("%Y-%m-%d %H:%MZ")
        .to_string()
}

/// A column: its name, and whether it may be left out where the terminal is narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in a CSV header; the table shows it in capitals.
    pub name: &'static str,
    /// Whether a narrow terminal may do without it.
    pub optional: bool,
}

/// A column that is always shown.
pub const fn always(name: &'static str) -> Column {
    Column {
        name,
        optional: false,
    }
}

/// A column that is shown where there is room.
pub const fn roomy(name: &'static str) -> Column {
    Column {
        name,
        optional: true,
    }
}

/// The clock on which people read times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clock {
    name: String,
    zone: TimeZone,
}

/// Rows with their columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The rows; each has one cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// Whose clock the times of a table are told on; none is UTC, unsaid in its head.
    pub(super) clock: Option<Clock>,
}

/// Text is never cut shorter than this.
const LEAST: usize = 8;
/// Optional columns go rather than cutting text shorter than this.
const COMFORT: usize = 16;
const GAP: usize = 2;
/// Off a terminal columns are lined up as far as this; what is longer runs over.
const ALIGNED: usize = 40;

impl Grid {
    /// Rows made from values.
    pub fn of<T>(
        columns: &[Column],
        values: impl IntoIterator<Item = T>,
        row: impl Fn(T) -> Vec<Cell>,
    ) -> Self {
        Grid {
            columns: columns.to_vec(),
            rows: values.into_iter().map(row).collect(),
            clock: None,
        }
    }

    /// Whether an instant stands in it, which needs a clock to be read on.
    pub fn tells_times(&self) -> bool {
        let mut cells = self.rows.iter().flatten();
        cells.any(|cell| matches!(cell, Cell::Time(Some(_), _)))
    }

    /// The same with times that people read on the clock of this zone, which the head names; programs read UTC.
    #[must_use]
    pub fn on(self, zone: &str) -> Self {
        let clock = TimeZone::get(zone).ok().map(|zone_of| Clock {
            name: zone.to_owned(),
            zone: zone_of,
        });
        Grid { clock, ..self }
    }

    /// A table; fitted to `width` columns of a terminal where one is given: optional columns go first, the last one
    /// before the others, then the widest are cut.
    pub fn table(&self, width: Option<usize>) -> String {
        let cells: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| {
                let cells = row.iter();
                cells.map(|cell| cell.shown(self.clock.as_ref())).collect()
            })
            .collect();
        let titles: Vec<String> = self
            .columns
            .iter()
            .enumerate()
            .map(|(n, column)| {
                let title = column.name.replace('_', " ").to_uppercase();
                let timed = |row: &Vec<Cell>| matches!(row.get(n), Some(Cell::Time(Some(_), _)));
                match &self.clock {
                    Some(clock) if self.rows.iter().any(timed) => {
                        format!("{title} ({})", clock.name)
                    }
                    _ => title,
                }
            })
            .collect();
        let natural: Vec<usize> = titles
            .iter()
            .enumerate()
            .map(|(i, title)| {
                cells
                    .iter()
                    .filter_map(|row| row.get(i))
                    .map(|cell| text::safe_width(cell))
                    .chain([text::safe_width(title)])
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let shown = self.fit(&natural, width);
        let mut out = String::new();
        let mut line = |values: &[String], numbers: bool, row: Option<&Vec<Cell>>| {
            let mut text = String::new();
            for (n, &(column, wide)) in shown.iter().enumerate() {
                if n > 0 {
                    text.push_str("  ");
                }
                let value = values.get(column).map(String::as_str).unwrap_or_default();
                let right =
                    numbers && matches!(row.and_then(|r| r.get(column)), Some(Cell::Number(_)));
                if right {
                    text.push_str(&format!("{value:>wide$}"));
                } else if width.is_some() {
                    text.push_str(&text::fit(value, wide));
                } else {
                    // Nothing is cut where there is no edge; one long cell pushes its own line only.
                    text.push_str(value);
                    let missing = wide.min(ALIGNED).saturating_sub(text::safe_width(value));
                    text.push_str(&" ".repeat(missing));
                }
            }
            out.push_str(text.trim_end());
            out.push('\n');
        };
        line(&titles, false, None);
        for (row, shown) in self.rows.iter().zip(&cells) {
            line(shown, true, Some(row));
        }
        out
    }

    /// The columns that fit, each with its width.
    fn fit(&self, natural: &[usize], width: Option<usize>) -> Vec<(usize, usize)> {
        let mut shown: Vec<(usize, usize)> = natural.iter().copied().enumerate().collect();
        let Some(width) = width else {
            return shown;
        };
        let firm: Vec<bool> = (0..natural.len()).map(|column| self.firm(column)).collect();
        let taken = |shown: &[(usize, usize)], cap: usize| -> usize {
            let cut = |(column, wide): &(usize, usize)| {
                if firm[*column] {
                    *wide
                } else {
                    (*wide).min(cap)
                }
            };
            shown.iter().map(cut).sum::<usize>() + GAP * shown.len().saturating_sub(1)
        };
        while taken(&shown, COMFORT) > width {
            let optional = |(column, _): &(usize, usize)| self.columns[*column].optional;
            match shown.iter().rposition(optional) {
                Some(last) => shown.remove(last),
                None => break,
            };
        }
        let widest = natural.iter().copied().max().unwrap_or(0);
        let cap = (LEAST..=widest)
            .rev()
            .find(|cap| taken(&shown, *cap) <= width)
            .unwrap_or(LEAST);
        for (column, wide) in &mut shown {
            if !firm[*column] {
                *wide = (*wide).min(cap);
            }
        }
        shown
    }

    /// Numbers and times lose their meaning when they are cut.
    fn firm(&self, column: usize) -> bool {
        let mut cells = self.rows.iter().filter_map(|row| row.get(column));
        !cells.any(|cell| matches!(cell, Cell::Text(_) | Cell::Named(..)))
    }

    /// One line a row, cells between tabs, nothing cut, a header line first: for screen readers and simple tools.
    pub fn plain(&self, header: bool) -> String {
        let mut out = String::new();
        if header {
            let names: Vec<&str> = self.columns.iter().map(|c| c.name).collect();
            out.push_str(&names.join("\t"));
            out.push('\n');
        }
        for row in &self.rows {
            let cells: Vec<String> = row
                .iter()
                .map(|cell| text::safe(&cell.exact()).to_string())
                .collect();
            out.push_str(&cells.join("\t"));
            out.push('\n');
        }
        out
    }

    /// CSV in which no cell is a formula to a spreadsheet.
    pub fn csv(&self, header: bool) -> Result<String, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        if header {
            writer.write_record(self.columns.iter().map(|c| c.name))?;
        }
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| text::csv_cell(&cell.exact())))?;
        }
        let bytes = writer
            .into_inner()
            .map_err(|e| csv::Error::from(e.into_error()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hostile() -> Grid {
        Grid::of(
            &[
                always("name"),
                always("uses"),
                always("last_sign_in"),
                roomy("team"),
            ],
            [
                ("=HYPERLINK(\"http://x\")", 7, None, "Legal"),
                ("\u{1b}]0;owned\u{7}Ann", 12, Some(Micros(0)), "a\tb\nc"),
                ("evil\u{202e}nimda", 0, Some(Micros(60_000_000)), ""),
            ],
            |(name, uses, at, team)| {
                vec![
                    Cell::text(name),
                    Cell::Number(uses),
                    Cell::Time(at, "unknown"),
                    Cell::text(team),
                ]
            },
        )
    }

    #[test]
    fn hostile_text_is_visible_in_a_table() {
        insta::assert_snapshot!(hostile().table(None), @r#"
        NAME                    USES  LAST SIGN IN       TEAM
        =HYPERLINK("http://x")     7  unknown            Legal
        \u{1b}]0;owned\u{7}Ann    12  1970-01-01 00:00Z  a\tb\nc
        evil\u{202e}nimda          0  1970-01-01 00:01Z
        "#);
    }

    #[test]
    fn people_read_times_on_one_clock_that_the_head_names_and_programs_utc() {
        let grid = Grid::of(&[always("at"), always("who")], ["ann"], |who| {
            vec![Cell::at(Micros(0)), Cell::text(who)]
        });
        let told = grid.clone().on("Europe/Paris");
        insta::assert_snapshot!(told.table(None), @r"
        AT (Europe/Paris)        WHO
        1970-01-01 01:00 +01:00  ann
        ");
        assert_eq!(told.plain(false), "1970-01-01T00:00:00Z\tann\n");
        insta::assert_snapshot!(grid.on("UTC").table(None), @r"
        AT (UTC)           WHO
        1970-01-01 00:00Z  ann
        ");
    }

    #[test]
    fn off_a_terminal_a_long_cell_pads_no_other_line() {
        let long = "x".repeat(300);
        let rows = [("a", long.as_str()), ("b", "y")];
        let grid = Grid::of(&["who", "what", "run"].map(always), rows, |(who, what)| {
            vec![Cell::text(who), Cell::text(what), Cell::text("7")]
        });
        let table = grid.table(None);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[1], format!("a    {long}  7"));
        assert_eq!(lines[2].len(), 5 + ALIGNED + 3, "{table}");
    }

    #[test]
    fn a_narrow_terminal_loses_optional_columns_first() {
        insta::assert_snapshot!(hostile().table(Some(48)), @r#"
        NAME                    USES  LAST SIGN IN
        =HYPERLINK("http://x")     7  unknown
        \u{1b}]0;owned\u{7}Ann    12  1970-01-01 00:00Z
        evil\u{202e}nimda          0  1970-01-01 00:01Z
        "#);
    }

    #[test]
    fn csv_holds_no_formula_and_no_escape() {
        insta::assert_snapshot!(hostile().csv(true).unwrap(), @r#"
        name,uses,last_sign_in,team
        "'=HYPERLINK(""http://x"")",7,,Legal
        \u{1b}]0;owned\u{7}Ann,12,1970-01-01T00:00:00Z,"a	b
        c"
        evil\u{202e}nimda,0,1970-01-01T00:01:00Z,
        "#);
    }

    #[test]
    fn plain_lines_are_one_a_row() {
        let plain = hostile().plain(true);
        assert_eq!(plain.lines().count(), 4);
        assert!(
            plain.lines().all(|l| l.matches('\t').count() == 3),
            "{plain}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn a_table_never_exceeds_a_terminal_that_has_room(
            names in prop::collection::vec("\\PC{0,60}", 0..6),
            width in 24usize..120,
        ) {
            let grid = Grid::of(&[always("name"), always("email"), roomy("team")], &names, |n| {
                vec![Cell::text(n), Cell::text(n), Cell::text("x")]
            });
            for line in grid.table(Some(width)).lines() {
                prop_assert!(text::safe_width(line) <= width, "{line}");
                prop_assert!(!line.chars().any(char::is_control));
            }
        }
    }
}
