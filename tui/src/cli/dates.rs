//! Dates and instants as people type them.

use rollcall_shared::wire::bound::{BadBound, Bound};
use rollcall_shared::wire::sweep::When;

/// Reads `2026-12-24`, a day of each tenant's own, or an RFC 3339 instant with its offset.
pub fn when(text: &str) -> Result<When, String> {
    text.trim().parse().map_err(|_| {
        "write a date (2026-12-24, which begins at the tenant's midnight) or an instant with its offset \
         (2026-12-24T03:00:00Z)"
            .to_owned()
    })
}

/// Reads what [`when`] reads, or an age: `90d`.
pub fn bound(text: &str) -> Result<Bound, String> {
    text.parse().map_err(|wrong: BadBound| wrong.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_begin_at_the_tenants_midnight_and_instants_keep_their_offset() {
        let paris = jiff::tz::TimeZone::get("Europe/Paris").unwrap();
        let read = |text| when(text).unwrap().instant(&paris).to_string();
        assert_eq!(read("2026-12-24"), "2026-12-23T23:00:00Z");
        assert_eq!(read("2026-12-24T02:00:00+01:00"), "2026-12-24T01:00:00Z");
        assert_eq!(read("2026-12-24T03:00:00Z"), "2026-12-24T03:00:00Z");
    }

    #[test]
    fn a_time_without_an_offset_is_refused() {
        for bad in [
            "",
            "tomorrow",
            "24.12.2026",
            "2026-12-24T03:00:00",
            "2026-13-01",
        ] {
            assert!(when(bad).is_err(), "{bad}");
        }
    }
}
