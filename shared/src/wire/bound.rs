//! An end of a range of times, as people type it.

use super::sweep::When;
use crate::domain::{Micros, Span};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A day of each tenant's own, an instant, or an age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// `2026-12-24`, or RFC 3339 with its offset.
    When(When),
    /// `90d`: so long before now; a day is 24 h, as in policies.
    Ago(Span),
}

impl Bound {
    /// The instant on the clock of a tenant.
    pub fn instant(self, zone: &TimeZone, now: Micros) -> Micros {
        match self {
            Bound::When(when) => when.instant(zone),
            Bound::Ago(span) => now.minus(span),
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bound::When(when) => when.fmt(f),
            Bound::Ago(span) => span.fmt(f),
        }
    }
}

/// A text that is no end of a range of times.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "write a date (2026-12-24, which begins at the tenant's midnight), an instant with its offset \
     (2026-12-24T03:00:00Z) or an age (90d, 12h)"
)]
pub struct BadBound;

impl FromStr for Bound {
    type Err = BadBound;
    fn from_str(text: &str) -> Result<Self, BadBound> {
        let text = text.trim();
        match text.parse() {
            Ok(span) => Ok(Bound::Ago(span)),
            Err(_) => text.parse().map(Bound::When).map_err(|_| BadBound),
        }
    }
}

impl Serialize for Bound {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Bound {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_instants_and_ages_are_read_and_written() {
        for (text, shown, instant) in [
            ("2026-01-02", "2026-01-02", "2026-01-01T23:00:00Z"),
            (
                "2026-01-02T03:00:00+01:00",
                "2026-01-02T02:00:00Z",
                "2026-01-02T02:00:00Z",
            ),
            (" 90d ", "90 days", "2026-01-01T00:00:00Z"),
            ("12h", "12 h", "2026-03-31T12:00:00Z"),
        ] {
            let bound: Bound = text.parse().unwrap();
            assert_eq!(bound.to_string(), shown);
            assert_eq!(shown.parse::<Bound>().unwrap(), bound);
            let zone = TimeZone::get("Europe/Paris").unwrap();
            let now = "2026-04-01T00:00:00Z".parse().unwrap();
            assert_eq!(bound.instant(&zone, now).to_string(), instant, "{text}");
        }
        for bad in ["", "90", "yesterday", "24.12.2026", "2026-12-24T03:00:00"] {
            assert_eq!(bad.parse::<Bound>(), Err(BadBound), "{bad}");
        }
    }
}
