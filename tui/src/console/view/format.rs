//! Numbers, dates and times as text. Absolute, so that an idle screen never has to change.

use jiff::tz::TimeZone;
use rollcall_shared::domain::Micros;
use rollcall_shared::text::counted;

/// `1,234,567`.
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `2026-11-22`, the day on the clock of a zone.
pub fn day_in(at: Micros, zone: &str) -> String {
    let tz = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.day_in(&tz).to_string()
}

/// `2026-11-22 03:00` on the clock of a zone, which is named once beside; UTC when the zone is not known.
pub fn minute(at: Micros, zone: &str) -> String {
    let tz = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let zoned = at.timestamp().to_zoned(tz);
    zoned.strftime("%Y-%m-%d %H:%M").to_string()
}

/// Whose clock the times beside stand on.
pub fn clock(zone: &str) -> String {
    match TimeZone::get(zone) {
        Ok(_) => format!("on the clock of {zone}"),
        Err(_) => "on the clock of UTC".to_owned(),
    }
}

/// `Mon 2026-11-23 03:00` on the clock of a zone; without the weekday where there is no room for it.
pub fn weekday_minute(at: Micros, zone: &str, width: usize) -> String {
    let tz = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let zoned = at.timestamp().to_zoned(tz);
    let whole = zoned.strftime("%a %Y-%m-%d %H:%M").to_string();
    match whole.split_once(' ') {
        Some((_, rest)) if width < whole.len() => rest.to_owned(),
        _ => whole,
    }
}

/// `1 account`, `2,000 accounts`.
pub fn count(n: u64, noun: &str) -> String {
    let words = counted(n, noun);
    let noun = words.trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{}{noun}", number(n))
}

/// What an asset of a kind is called: `1 API key`, `12 address book entries`.
pub fn assets(n: u64, kind: &str) -> String {
    count(n, &kind.replace('_', " ").replace("api ", "API "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_000), "1,000");
        assert_eq!(number(1_234_567), "1,234,567");
    }

    #[test]
    fn one_thing_is_one_and_not_several() {
        assert_eq!(count(1, "account"), "1 account");
        assert_eq!(count(2_000, "account"), "2,000 accounts");
        assert_eq!(assets(1, "api_key"), "1 API key");
        assert_eq!(
            assets(1_012, "address_book_entry"),
            "1,012 address book entries"
        );
    }

    #[test]
    fn times_stand_on_the_clock_of_the_tenant() {
        let at: Micros = "2026-11-22T02:00:00Z".parse().unwrap();
        assert_eq!(minute(at, "UTC"), "2026-11-22 02:00");
        assert_eq!(minute(at, "Europe/Paris"), "2026-11-22 03:00");
        assert_eq!(minute(at, "Nowhere/Land"), "2026-11-22 02:00");
        assert_eq!(clock("Europe/Paris"), "on the clock of Europe/Paris");
        assert_eq!(clock("Nowhere/Land"), "on the clock of UTC");
        assert_eq!(
            weekday_minute(at, "Europe/Paris", 20),
            "Sun 2026-11-22 03:00"
        );
        assert_eq!(weekday_minute(at, "Europe/Paris", 19), "2026-11-22 03:00");
    }
}
