//! `--expires`: instants in UTC, whatever was typed and wherever.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};
use serde_json::Value;

use super::{assert_refused, create};
use crate::support::platform::Platform;
use crate::support::program::Program;

/// The expiry that was asked of the platform, and what was said of it.
#[track_caller]
fn asked(when: &str, prepare: impl Fn(Program) -> Program) -> (Value, String) {
    let platform = Platform::start();
    let program = prepare(create(&platform, &["ci-run-81", "--expires", when]));
    let run = program.delivers_value().run().exits(0);
    let body = platform.requests()[0].json();
    let date = body.get("expirationDate").cloned().unwrap_or_default();
    (date, run.stderr)
}

#[test]
fn dates_times_and_never_are_the_instants_they_say() {
    for (when, expected) in [
        ("2098-12-31", "2098-12-31T23:59:59Z"),
        ("2096-02-29", "2096-02-29T23:59:59Z"),
        ("2098-12-31T18:00:00Z", "2098-12-31T18:00:00Z"),
        ("2098-12-31T18:00:00+13:00", "2098-12-31T05:00:00Z"),
        ("2098-12-31T18:00:00.7-01:30", "2098-12-31T19:30:01Z"),
    ] {
        let (date, said) = asked(when, |program| program);
        assert_eq!(date, expected, "{when}");
        assert!(said.contains(&format!(", which expires at {expected} (in ")), "{said}");
    }
    let (date, said) = asked("never", |program| program);
    assert_eq!(date, Value::Null);
    assert_eq!(said, "Creating the token ci-run-81, which never expires\n");
}

#[test]
fn fault_40_a_date_is_the_same_instant_in_every_zone() {
    for zone in ["Pacific/Auckland", "America/Los_Angeles", "nonsense"] {
        let (date, _) = asked("2098-12-31", |program| program.env("TZ", zone));
        assert_eq!(date, "2098-12-31T23:59:59Z", "{zone}");
    }
}

#[test]
fn fault_40_spans_count_from_now_on_the_calendar_in_utc() {
    for (when, span, said_as) in [
        ("90s", 90.seconds(), "in 2 minutes"),
        ("36h", 36.hours(), "in 36 hours"),
        ("1d", 1.day(), "in 1 day"),
        ("14d", 14.days(), "in 14 days"),
        ("12w", 12.weeks(), "in 84 days"),
        ("90d", 90.days(), "in 90 days"),
        ("6mo", 6.months(), "in 6 months"),
        ("1y", 1.year(), "in 1 year"),
        ("100y", 100.years(), "in 100 years"),
    ] {
        let after = |span: Span| {
            let now = Timestamp::now().to_zoned_datetime(TimeZone::UTC);
            now.checked_add(span).unwrap().timestamp()
        };
        let earliest = after(span);
        let (date, said) = asked(when, |program| program.env("TZ", "America/New_York"));
        let latest = after(span);
        let date: Timestamp = date.as_str().unwrap().parse().unwrap();
        let second = 1.second();
        assert!(earliest - second <= date && date <= latest + second, "{when}: {date}");
        assert_eq!(date.subsec_nanosecond(), 0);
        assert_eq!(
            said,
            format!("Creating the token ci-run-81, which expires at {date} ({said_as})\n")
        );
    }
}

#[test]
fn fault_41_what_is_no_expiry_is_refused_and_nothing_is_asked() {
    let platform = Platform::start();
    let form = "write a span (14d, 6mo), a date (2026-12-31), a time with its zone (2026-12-31T18:00:00Z) or `never`";
    for (when, why) in [
        ("0d", "it must be more than zero"),
        ("-3d", "it must be more than zero"),
        ("999999y", "it reaches further than the calendar does"),
        ("99999999999999999999d", "it reaches further than the calendar does"),
        (
            "30m",
            "`m` could be minutes or months: write seconds (300s) or months (6mo)",
        ),
        ("tomorrow", form),
        ("", form),
        ("1.5d", form),
        ("2027-02-29", form),
        ("2098-12-31T18:00:00", form),
        ("31/12/2098", form),
    ] {
        let argument = format!("--expires={when}");
        let shown = format!("invalid value '{when}' for '--expires <WHEN>': {why}\n");
        assert_refused(&platform, &["ci-run-81", &argument], &shown);
    }
}

#[test]
fn fault_41_an_expiry_that_is_over_or_beyond_the_calendar_is_refused_and_no_file_is_made() {
    let platform = Platform::start();
    for (when, why) in [
        ("2020-01-01", "--expires: 2020-01-01T23:59:59Z is in the past\n"),
        (
            "2020-01-01T00:00:00+01:00",
            "--expires: 2019-12-31T23:00:00Z is in the past\n",
        ),
        ("8500y", "--expires: it reaches further than the calendar does\n"),
    ] {
        let program = create(&platform, &["ci-run-81", "--expires", when, "--save", "ci.token"]);
        let run = program.run().exits(2);
        assert_eq!((run.stdout.as_str(), run.stderr), ("", format!("error: {why}")));
        assert_eq!(std::fs::read_dir(program.cwd()).unwrap().count(), 0);
    }
    assert_eq!(platform.requests().len(), 0);
}
