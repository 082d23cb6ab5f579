//! A progress line on standard error, drawn at most ten times a second.

use super::output::Output;
use std::time::Duration;
use tokio::time::Instant;

const PACE: Duration = Duration::from_millis(100);

/// Decides when the line is due and draws it.
#[derive(Debug)]
pub struct Progress {
    started: Instant,
    drawn: Option<Instant>,
    what: &'static str,
}

impl Progress {
    /// Progress that counts `what`: `rows`, `KiB`.
    pub fn new(what: &'static str) -> Self {
        Progress {
            started: Instant::now(),
            drawn: None,
            what,
        }
    }

    /// Draws the count when a tenth of a second has passed since it was drawn last.
    pub fn at(&mut self, out: &mut Output, count: u64) {
        if let Some(line) = self.due(count, Instant::now()) {
            out.progress(&line);
        }
    }

    fn due(&mut self, count: u64, now: Instant) -> Option<String> {
        if self.drawn.is_some_and(|drawn| now - drawn < PACE) {
            return None;
        }
        self.drawn = Some(now);
        Some(line(count, self.what, now - self.started))
    }

    /// Takes the line away.
    pub fn end(self, out: &mut Output) {
        if self.drawn.is_some() {
            out.progress("");
        }
    }
}

fn line(count: u64, what: &str, since: Duration) -> String {
    let seconds = since.as_secs();
    match count.checked_div(seconds) {
        Some(rate) => format!("{count} {what}, {rate} a second"),
        None => format!("{count} {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_steps_in_a_second_draw_ten_lines() {
        let mut progress = Progress::new("rows");
        let begin = progress.started;
        let drawn: Vec<String> = (0..1_000)
            .filter_map(|step| progress.due(step, begin + Duration::from_millis(step)))
            .collect();
        assert_eq!(drawn.len(), 10);
        assert_eq!(drawn[9], "900 rows");
    }

    #[test]
    fn the_rate_appears_with_the_first_second() {
        assert_eq!(line(500, "rows", Duration::from_millis(900)), "500 rows");
        assert_eq!(
            line(500, "rows", Duration::from_secs(2)),
            "500 rows, 250 a second"
        );
    }
}
