//! Single values of a file: addresses, instants, days, words. Every refusal quotes what was found and says what is
//! expected.

use crate::domain::{Day, Micros, Span};
use crate::text::{is_hidden, safe};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::borrow::Cow;

/// What a value is read by.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    /// Zone of times without one.
    pub tz: TimeZone,
    /// The present instant.
    pub now: Micros,
    /// The application whose sign-ins count; none is the source's own.
    pub application: Option<String>,
    /// Whether, where none is named, the source's own count.
    pub sessions: bool,
}

impl Rules {
    /// Whether every sign-in that a source tells of counts, whatever it is a use of.
    pub fn any_sign_in(&self) -> bool {
        self.application.is_none() && self.sessions
    }
}

/// Why a row is set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The field; empty when it is the whole row.
    pub field: &'static str,
    /// What is wrong and what is expected.
    pub reason: String,
}

/// The longest address, in bytes (RFC 5321: 64 + 1 + 255).
pub(super) const LONGEST_EMAIL: usize = 320;
/// The longest other text, in bytes.
pub(super) const LONGEST_TEXT: usize = 1_000;
/// How far clocks may be wrong. An instant later than this would keep an account alive that nobody uses.
const SKEW: Span = Span::days(1);

/// The beginning of an untrusted text in quotes, for a reason.
pub(super) fn quote(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("\"{}{more}\"", safe(&short))
}

/// A text no longer than is kept.
pub(super) fn text(value: &str) -> Result<&str, String> {
    if value.len() <= LONGEST_TEXT {
        return Ok(value);
    }
    let length = value.len();
    Err(format!(
        "{length} bytes long; at most {LONGEST_TEXT} are kept"
    ))
}

/// An address with its domain in ASCII lower case. The part before the `@` keeps its case.
pub(super) fn email(value: &str) -> Result<String, String> {
    if value.len() > LONGEST_EMAIL {
        let length = value.len();
        return Err(format!(
            "{length} bytes long; an address has at most {LONGEST_EMAIL}"
        ));
    }
    let bad = || {
        format!(
            "{} is not an email address such as ana@corp.example",
            quote(value)
        )
    };
    let (local, domain) = value.rsplit_once('@').ok_or_else(bad)?;
    let domain = if domain.is_ascii() {
        domain.to_ascii_lowercase()
    } else {
        idna::domain_to_ascii_strict(domain).map_err(|_| bad())?
    };
    let address = format!("{local}@{domain}");
    let options = email_address::Options::default()
        .without_display_text()
        .without_domain_literal();
    let valid = email_address::EmailAddress::parse_with_options(&address, options).is_ok();
    let plain = address.bytes().all(|b| b.is_ascii_graphic());
    let hides = || address.contains(|c: char| c.is_whitespace() || is_hidden(c));
    if !valid || (!plain && hides()) {
        return Err(bad());
    }
    Ok(address)
}

/// An instant: RFC 3339, or date and time without a zone (`-` or `/` between the parts of the date), or a date, which
/// is its first instant in the zone. A wall-clock time in a gap or a fold is resolved as jiff's "compatible" does.
pub(super) fn instant(value: &str, rules: &Rules) -> Result<Micros, String> {
    let bad = || {
        format!(
            "{} is not a time such as 2026-11-22T08:30:00Z or 2026-11-22 08:30:00",
            quote(value)
        )
    };
    let has_zone = value
        .get(10..)
        .is_some_and(|rest| rest.contains(['Z', 'z', '+', '-']));
    let at = if has_zone {
        value.parse::<Micros>().map_err(|_| bad())?
    } else {
        let plain = if value.contains('/') {
            Cow::Owned(value.replace('/', "-"))
        } else {
            Cow::Borrowed(value)
        };
        if plain.len() < 10 || plain.as_bytes()[4] != b'-' {
            return Err(bad());
        }
        let wall: DateTime = plain.parse().map_err(|_| bad())?;
        let zoned = rules.tz.to_ambiguous_zoned(wall).compatible();
        Micros::from_timestamp(zoned.map_err(|_| bad())?.timestamp())
    };
    if at.0 < 0 {
        return Err(format!("{} lies before 1970", quote(value)));
    }
    if at > rules.now.plus(SKEW) {
        return Err(format!(
            "{} lies in the future; is the time zone right? The program's time is {}",
            quote(value),
            rules.now
        ));
    }
    Ok(at)
}

/// A day, `YYYY-MM-DD`.
pub(super) fn day(value: &str) -> Result<Day, String> {
    let bad = || format!("{} is not a day such as 2026-11-22", quote(value));
    if value.len() != 10 || value.as_bytes()[4] != b'-' {
        return Err(bad());
    }
    value.parse().map_err(|_| bad())
}

/// Yes or no, as exports write it.
pub(super) fn boolean(value: &str) -> Result<bool, String> {
    if ["true", "yes", "1"]
        .iter()
        .any(|w| value.eq_ignore_ascii_case(w))
    {
        Ok(true)
    } else if ["false", "no", "0"]
        .iter()
        .any(|w| value.eq_ignore_ascii_case(w))
    {
        Ok(false)
    } else {
        Err(format!("{} is not TRUE or FALSE", quote(value)))
    }
}

/// A word of a list, compared without case.
pub(super) fn word<T: Copy>(
    value: &str,
    find: impl Fn(&str) -> Option<T>,
    all: &str,
) -> Result<T, String> {
    find(value).ok_or_else(|| format!("{} is not one of: {all}", quote(value)))
}

/// A name cut into first and last at its last space, for sources that tell only one name.
pub(super) fn names(whole: &str) -> (String, String) {
    match whole.trim().rsplit_once(' ') {
        Some((first, last)) => (first.trim_end().to_owned(), last.to_owned()),
        None => (whole.trim().to_owned(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(tz: &str) -> Rules {
        Rules {
            tz: TimeZone::get(tz).unwrap(),
            now: "2026-11-22T12:00:00Z".parse().unwrap(),
            application: None,
            sessions: true,
        }
    }

    #[test]
    fn addresses_are_checked_and_their_domain_is_ascii_lower_case() {
        for (value, expected) in [
            ("Ana.Lima@Corp.EXAMPLE", "Ana.Lima@corp.example"),
            ("jörg@bücher.example", "jörg@xn--bcher-kva.example"),
            ("a+b@x.example", "a+b@x.example"),
            ("u_ext#EXT#@x.example", "u_ext#EXT#@x.example"),
        ] {
            assert_eq!(email(value).unwrap(), expected);
        }
        let long = format!("{}@x.example", "a".repeat(400));
        for value in [
            "",
            "ana",
            "@x.example",
            "ana@",
            "a b@x.example",
            "a@b@x.example",
            "Ana <ana@x.example>",
            "a@[127.0.0.1]",
            "a\u{200b}@x.example",
            "a\u{202e}b@x.example",
            "ana@x.example\n",
            long.as_str(),
        ] {
            assert!(email(value).is_err(), "{value}");
        }
    }

    #[test]
    fn times_without_a_zone_take_the_zone_given() {
        let paris = rules("Europe/Paris");
        for (value, expected) in [
            ("2026-11-22T08:30:00Z", "2026-11-22T08:30:00Z"),
            (
                "2026-11-22T08:30:00.123456+02:00",
                "2026-11-22T06:30:00.123456Z",
            ),
            ("2016/04/04 00:24:13", "2016-04-03T22:24:13Z"),
            ("2016-04-04 00:24:13", "2016-04-03T22:24:13Z"),
            ("2016-04-04T00:24", "2016-04-03T22:24:00Z"),
            ("2026-01-02", "2026-01-01T23:00:00Z"),
            // In the spring gap the clock goes on by the length of the gap; in the autumn fold the first one counts.
            ("2026/03/29 02:30:00", "2026-03-29T01:30:00Z"),
            ("2026/10/25 02:30:00", "2026-10-25T00:30:00Z"),
        ] {
            assert_eq!(
                instant(value, &paris).unwrap().to_string(),
                expected,
                "{value}"
            );
        }
        for value in [
            "",
            "yesterday",
            "04/04/2016 00:24:13",
            "2016-13-04",
            "20160404T000000",
            "1969-12-31T23:00:00Z",
            "0001-01-01T00:00:00Z",
            "2026-11-24T00:00:00Z",
            "2026-02-30",
        ] {
            assert!(instant(value, &paris).is_err(), "{value}");
        }
        assert!(
            instant("2026-11-23T11:00:00Z", &paris).is_ok(),
            "clocks may differ"
        );
    }

    #[test]
    fn days_and_words() {
        assert_eq!(day("2026-11-22").unwrap().to_string(), "2026-11-22");
        for value in [
            "",
            "22.11.2026",
            "2026-11-22T00:00:00Z",
            "2026-02-30",
            "20261122",
        ] {
            assert!(day(value).is_err(), "{value}");
        }
        assert_eq!(boolean("TRUE"), Ok(true));
        assert!(boolean("maybe").is_err());
        assert_eq!(names(" Ana  de Lima "), ("Ana  de".into(), "Lima".into()));
        assert_eq!(quote("a\u{1b}"), "\"a\\u{1b}\"");
    }
}
