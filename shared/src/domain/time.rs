//! Time as the store keeps it: UTC microseconds, days, and spans with units.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// An instant: microseconds since 1970-01-01T00:00:00Z. Shown and serialised as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Micros(#[n(0)] pub i64);

/// A UTC day: days since 1970-01-01. Shown as `2026-11-22`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Day(#[n(0)] pub i32);

/// A length of time in seconds, written with units in config: `"90 days"`, `"7d"`, `"12h"`. A day is 24 h.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Span(#[n(0)] pub i64);

const SECOND: i64 = 1_000_000;
const DAY_SECONDS: i64 = 86_400;

impl Micros {
    /// The instant of a jiff timestamp, cut to the microsecond.
    pub fn from_timestamp(at: jiff::Timestamp) -> Self {
        Micros(at.as_microsecond())
    }

    /// The jiff timestamp of this instant; out of jiff's range it is clamped to its ends.
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }

    /// The UTC day this instant lies in.
    pub fn day(self) -> Day {
        Day(
            i32::try_from(self.0.div_euclid(DAY_SECONDS * SECOND)).unwrap_or(if self.0 < 0 {
                i32::MIN
            } else {
                i32::MAX
            }),
        )
    }

    /// The day on the clock of a time zone, for people to read; what is compared and stored are UTC days.
    pub fn day_in(self, zone: &jiff::tz::TimeZone) -> Day {
        let offset = zone.to_offset(self.timestamp());
        self.plus(Span(i64::from(offset.seconds()))).day()
    }

    /// To the minute on the clock of a time zone, for people to read: `2026-11-22 03:00 +01:00`, `2026-11-22 02:00 UTC`.
    pub fn minute_in(self, zone: &jiff::tz::TimeZone) -> String {
        let zoned = self.timestamp().to_zoned(zone.clone());
        let shown = zoned.strftime("%Y-%m-%d %H:%M %:z").to_string();
        shown.replace("+00:00", "UTC")
    }

    /// This instant plus a span.
    pub fn plus(self, span: Span) -> Micros {
        Micros(self.0.saturating_add(span.0.saturating_mul(SECOND)))
    }

    /// This instant minus a span.
    pub fn minus(self, span: Span) -> Micros {
        Micros(self.0.saturating_sub(span.0.saturating_mul(SECOND)))
    }

    /// The span from `earlier` to this instant, in whole seconds; negative when `earlier` is later.
    pub fn since(self, earlier: Micros) -> Span {
        Span(self.0.saturating_sub(earlier.0).div_euclid(SECOND))
    }
}

impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl FromStr for Micros {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        text.parse().map(Micros::from_timestamp)
    }
}

impl Serialize for Micros {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Micros {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Day {
    /// The first instant of this day.
    pub fn start(self) -> Micros {
        Micros(i64::from(self.0) * DAY_SECONDS * SECOND)
    }

    /// The first instant of this day on the clock of a time zone.
    pub fn start_in(self, zone: &jiff::tz::TimeZone) -> Micros {
        let utc = self.start().timestamp().to_zoned(jiff::tz::TimeZone::UTC);
        let begun = utc.date().to_zoned(zone.clone());
        begun.map_or(self.start(), |at| Micros::from_timestamp(at.timestamp()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zoned = self.start().timestamp().to_zoned(jiff::tz::TimeZone::UTC);
        zoned.date().fmt(f)
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl FromStr for Day {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        let date: jiff::civil::Date = text.parse()?;
        Ok(Micros::from_timestamp(date.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp()).day())
    }
}

impl Span {
    /// A span of whole days of 24 h.
    pub const fn days(days: i64) -> Span {
        Span(days * DAY_SECONDS)
    }

    /// A span of whole hours.
    pub const fn hours(hours: i64) -> Span {
        Span(hours * 3_600)
    }

    /// Whole days in this span, rounded down.
    pub const fn whole_days(self) -> i64 {
        self.0.div_euclid(DAY_SECONDS)
    }
}

impl fmt::Display for Span {
    /// The largest unit that divides it: `90 days`, `36 h`, `5 min`, `7 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = self.0;
        if s != 0 && s % DAY_SECONDS == 0 {
            let days = s / DAY_SECONDS;
            write!(f, "{days} {}", if days == 1 { "day" } else { "days" })
        } else if s != 0 && s % 3_600 == 0 {
            write!(f, "{} h", s / 3_600)
        } else if s != 0 && s % 60 == 0 {
            write!(f, "{} min", s / 60)
        } else {
            write!(f, "{s} s")
        }
    }
}

/// A text that is not a length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a length of time is a whole number with a unit, for example \"90 days\", \"12h\" or \"30 min\"; got {0:?}"
)]
pub struct BadSpan(pub String);

impl FromStr for Span {
    type Err = BadSpan;
    fn from_str(text: &str) -> Result<Self, BadSpan> {
        let bad = || BadSpan(text.chars().take(40).collect());
        let trimmed = text.trim();
        let split = trimmed
            .find(|c: char| !c.is_ascii_digit())
            .ok_or_else(bad)?;
        let number: i64 = trimmed[..split].parse().map_err(|_| bad())?;
        let unit = match trimmed[split..].trim() {
            "d" | "day" | "days" => DAY_SECONDS,
            "h" | "hour" | "hours" => 3_600,
            "m" | "min" | "minute" | "minutes" => 60,
            "s" | "sec" | "second" | "seconds" => 1,
            "w" | "week" | "weeks" => 7 * DAY_SECONDS,
            _ => return Err(bad()),
        };
        number.checked_mul(unit).map(Span).ok_or_else(bad)
    }
}

impl Serialize for Span {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_and_read_with_units() {
        for (text, seconds) in [
            ("90 days", 90 * 86_400),
            ("7d", 7 * 86_400),
            ("12h", 43_200),
            ("30 min", 1_800),
            ("0 s", 0),
        ] {
            let span: Span = text.parse().unwrap();
            assert_eq!(span.0, seconds, "{text}");
            assert_eq!(span.to_string().parse::<Span>().unwrap(), span, "{text}");
        }
        for bad in [
            "",
            "90",
            "d",
            "-3d",
            "3 fortnights",
            "99999999999999999999d",
        ] {
            assert!(bad.parse::<Span>().is_err(), "{bad}");
        }
    }

    #[test]
    fn days_before_1970_round_down() {
        assert_eq!(Micros(-1).day(), Day(-1));
        assert_eq!(Day(0).to_string(), "1970-01-01");
        assert_eq!(
            "2026-11-22".parse::<Day>().unwrap().to_string(),
            "2026-11-22"
        );
    }
}
