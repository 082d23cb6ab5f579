use super::*;
use jiff::civil::{Date, DateTime as Wall};
use proptest::prelude::*;
use std::collections::{BTreeSet, HashSet};

fn at(text: &str) -> Micros {
    text.parse().unwrap()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn runs(line: &str, after: &str, tz: &str, n: usize) -> Vec<String> {
    let tz = zone(tz);
    Schedule::parse(line)
        .unwrap()
        .next_runs(at(after), &tz, n)
        .into_iter()
        .map(|run| {
            run.timestamp()
                .to_zoned(tz.clone())
                .strftime("%a %F %H:%M%:z")
                .to_string()
        })
        .collect()
}

#[test]
fn fields_have_their_ordinary_meaning() {
    // 2026-11-22 is a Sunday.
    let from = "2026-11-22T12:00:00Z";
    for (line, want) in [
        ("0 3 * * *", "Mon 2026-11-23 03:00+00:00"),
        ("30 3 * * 0", "Sun 2026-11-29 03:30+00:00"),
        ("30 3 * * 7", "Sun 2026-11-29 03:30+00:00"),
        ("30 3 * * SUN", "Sun 2026-11-29 03:30+00:00"),
        ("0 0 * * mon-fri", "Mon 2026-11-23 00:00+00:00"),
        ("0 0 * * 5-7", "Fri 2026-11-27 00:00+00:00"),
        ("0 0 * * SAT-SUN", "Sat 2026-11-28 00:00+00:00"),
        ("*/15 * * * *", "Sun 2026-11-22 12:15+00:00"),
        ("5 8-18/5 * * *", "Sun 2026-11-22 13:05+00:00"),
        ("0 0 1 JAN *", "Fri 2027-01-01 00:00+00:00"),
        ("0 0 29 2 *", "Tue 2028-02-29 00:00+00:00"),
        ("@hourly", "Sun 2026-11-22 13:00+00:00"),
        ("@daily", "Mon 2026-11-23 00:00+00:00"),
        ("@weekly", "Sun 2026-11-29 00:00+00:00"),
        ("@monthly", "Tue 2026-12-01 00:00+00:00"),
        ("@yearly", "Fri 2027-01-01 00:00+00:00"),
    ] {
        assert_eq!(runs(line, from, "UTC", 1), [want], "{line}");
    }
}

#[test]
fn restricting_both_days_means_either() {
    let got = runs("0 0 13 * FRI", "2026-11-10T00:00:00Z", "UTC", 3);
    assert_eq!(
        got,
        [
            "Fri 2026-11-13 00:00+00:00",
            "Fri 2026-11-20 00:00+00:00",
            "Fri 2026-11-27 00:00+00:00"
        ]
    );
    // A field that begins with a star does not restrict by itself: both must match.
    let got = runs("0 0 */2 * MON", "2026-11-10T00:00:00Z", "UTC", 2);
    assert_eq!(
        got,
        ["Mon 2026-11-23 00:00+00:00", "Mon 2026-12-07 00:00+00:00"]
    );
}

#[test]
fn a_skipped_time_runs_after_the_jump_and_a_repeated_one_once() {
    let spring = runs("30 2 * * *", "2026-03-28T12:00:00Z", "Europe/Berlin", 2);
    assert_eq!(
        spring,
        ["Sun 2026-03-29 03:00+02:00", "Mon 2026-03-30 02:30+02:00"]
    );
    let autumn = runs("30 2 * * *", "2026-10-24T12:00:00Z", "Europe/Berlin", 2);
    assert_eq!(
        autumn,
        ["Sun 2026-10-25 02:30+02:00", "Mon 2026-10-26 02:30+01:00"]
    );
    let half = runs(
        "15 2 * * *",
        "2026-10-03T12:00:00Z",
        "Australia/Lord_Howe",
        1,
    );
    assert_eq!(half, ["Sun 2026-10-04 02:30+11:00"]);
}

#[test]
fn what_is_wrong_is_said() {
    for (line, want) in [
        ("0 3 * *", "has 4"),
        ("0 0 3 * * *", "has 6"),
        ("60 3 * * *", "minute: a number from 0 to 59; got \"60\""),
        ("0 24 * * *", "hour: a number from 0 to 23"),
        ("0 0 0 * *", "day of month: a number from 1 to 31"),
        ("0 0 * 13 *", "month: a number from 1 to 12, or JAN … DEC"),
        (
            "0 0 * * 8",
            "day of week: a number from 0 to 7, or SUN … SAT",
        ),
        ("0 0 * * FRI-MON", "runs backwards"),
        ("*/0 * * * *", "a step is a number from 1 to 59"),
        ("5/15 * * * *", "write \"5-59/15\""),
        ("+5 * * * *", "minute"),
        ("0 0 ? * *", "day of month"),
        ("@reboot", "@hourly"),
        ("0 0 31 2 *", "never comes"),
        ("", "has 0"),
    ] {
        let error = Schedule::parse(line).unwrap_err().to_string();
        assert!(error.contains(want), "{line}: {error}");
    }
}

/// A line as data, and what it means said a second time, without the code under test.
#[derive(Debug, Clone)]
struct Line {
    minutes: BTreeSet<i8>,
    hours: BTreeSet<i8>,
    days: Option<BTreeSet<i8>>,
    weekdays: Option<BTreeSet<i8>>,
}

fn list(values: &BTreeSet<i8>) -> String {
    let all: Vec<String> = values.iter().map(ToString::to_string).collect();
    all.join(",")
}

impl Line {
    fn text(&self) -> String {
        let or_star = |set: &Option<BTreeSet<i8>>| set.as_ref().map_or("*".to_owned(), list);
        format!(
            "{} {} {} * {}",
            list(&self.minutes),
            list(&self.hours),
            or_star(&self.days),
            or_star(&self.weekdays)
        )
    }

    fn on(&self, date: Date) -> bool {
        let weekday = date.weekday().to_sunday_zero_offset();
        match (&self.days, &self.weekdays) {
            (None, None) => true,
            (Some(days), None) => days.contains(&date.day()),
            (None, Some(weekdays)) => weekdays.contains(&weekday),
            (Some(days), Some(weekdays)) => {
                days.contains(&date.day()) || weekdays.contains(&weekday)
            }
        }
    }

    fn matches(&self, wall: Wall) -> bool {
        self.minutes.contains(&wall.minute())
            && self.hours.contains(&wall.hour())
            && self.on(wall.date())
    }

    /// Walks the minutes of the world from `from` to `to` and watches the clock on the wall.
    fn reference(&self, from: Micros, to: Micros, tz: &TimeZone) -> Vec<Micros> {
        let mut shown = HashSet::new();
        let mut last = tz.to_datetime(from.minus(MINUTE).timestamp());
        let mut due = Vec::new();
        let mut now = from;
        while now < to {
            let wall = tz.to_datetime(now.timestamp());
            let mut fires = shown.insert(wall) && self.matches(wall);
            let mut skipped = last.checked_add(jiff::Span::new().minutes(1)).unwrap();
            while skipped < wall {
                fires |= self.matches(skipped);
                skipped = skipped.checked_add(jiff::Span::new().minutes(1)).unwrap();
            }
            if fires {
                due.push(now);
            }
            last = wall;
            now = now.plus(MINUTE);
        }
        due
    }
}

const MINUTE: rollcall_shared::domain::Span = rollcall_shared::domain::Span(60);

fn a_line() -> impl Strategy<Value = Line> {
    use prop::collection::btree_set;
    (
        btree_set(0i8..60, 1..4),
        btree_set(prop_oneof![3 => 0i8..5, 1 => 0i8..24], 1..5),
        prop::option::of(btree_set(1i8..32, 1..12)),
        prop::option::of(btree_set(0i8..7, 1..4)),
    )
        .prop_map(|(minutes, hours, days, weekdays)| Line {
            minutes,
            hours,
            days,
            weekdays,
        })
}

/// Zones with a day before one of their jumps.
fn a_place() -> impl Strategy<Value = (&'static str, &'static str)> {
    prop::sample::select(vec![
        ("Europe/Berlin", "2026-03-28T00:00:00Z"),
        ("Europe/Berlin", "2026-10-24T00:00:00Z"),
        ("America/New_York", "2026-03-07T00:00:00Z"),
        ("America/New_York", "2026-10-31T00:00:00Z"),
        ("Australia/Lord_Howe", "2026-04-04T00:00:00Z"),
        ("Australia/Lord_Howe", "2026-10-03T00:00:00Z"),
        ("UTC", "2026-12-30T00:00:00Z"),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn runs_are_those_of_a_minute_by_minute_watch(line in a_line(), (tz, from) in a_place(), shift in 0i64..1_440) {
        let tz = zone(tz);
        let schedule = Schedule::parse(&line.text()).unwrap();
        let from = Micros(at(from).0 + shift * 60_000_000);
        let to = from.plus(rollcall_shared::domain::Span::days(3));
        // The watch starts a day early, so that it knows what the wall has shown already.
        let day = rollcall_shared::domain::Span::days(1);
        let watched = line.reference(from.minus(day), to, &tz);
        let want: Vec<Micros> = watched.iter().copied().filter(|due| *due > from).collect();
        let got: Vec<Micros> = std::iter::successors(schedule.next_after(from, &tz), |last| schedule.next_after(*last, &tz))
            .take_while(|due| *due < to)
            .collect();
        prop_assert_eq!(&got, &want);

        // Backwards, from every run, from just before it, and from within every hour of the jump.
        let mut moments: Vec<Micros> = want.iter().flat_map(|due| [*due, Micros(due.0 - 1)]).collect();
        moments.extend((0..60).map(|hour| from.plus(rollcall_shared::domain::Span(hour * 3_600 + 1_234))));
        for moment in moments {
            let expected = watched.iter().copied().rfind(|due| *due <= moment);
            let previous = schedule.previous_at_or_before(moment, &tz);
            match expected {
                Some(_) => prop_assert_eq!(previous, expected, "before {}", moment),
                None => prop_assert!(previous.is_none_or(|due| due < from.minus(day)), "before {}", moment),
            }
        }
    }
}
