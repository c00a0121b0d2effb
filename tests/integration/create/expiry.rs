//! `--expires`: the same instant in UTC, whatever the local time zone is.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::Value;

use super::assert_fails;
use crate::support::{Call, FakeServer, cases};

/// Creates a token with `--expires WHEN` in a time zone, and returns the date in the request and standard error.
#[track_caller]
fn requested_expiry(when: &str, zone: &str) -> (Value, String) {
    let server = FakeServer::start();
    let program = server.program("create ci-run-81 --expires").arg(when).env("TZ", zone);
    let run = program.delivers_value().run().exits(0);
    let body = server.calls(Call::Create)[0].json();
    (body["expirationDate"].clone(), run.stderr)
}

#[test]
fn date_means_end_of_day_utc() {
    for case in cases(
        "2098-12-31                   | UTC                 | 2098-12-31T23:59:59Z
         2096-02-29                   | UTC                 | 2096-02-29T23:59:59Z
         2098-12-31                   | Pacific/Auckland    | 2098-12-31T23:59:59Z
         2098-12-31                   | America/Los_Angeles | 2098-12-31T23:59:59Z
         2098-12-31                   | nonsense            | 2098-12-31T23:59:59Z
         2098-12-31T18:00:00Z         | Pacific/Auckland    | 2098-12-31T18:00:00Z
         2098-12-31T18:00:00+13:00    | UTC                 | 2098-12-31T05:00:00Z
         2098-12-31T18:00:00.7-01:30  | UTC                 | 2098-12-31T19:30:01Z",
    ) {
        let [when, zone, expected] = case.columns();
        let (date, stderr) = requested_expiry(when, zone);
        assert_eq!(date, expected, "{case:?}");
        assert!(stderr.contains(&format!("; expires at {expected} (in ")), "{stderr}");
    }
}

#[test]
fn duration_counts_from_now_in_utc() {
    for case in cases(
        "90s   | PT90S  | in 2 minutes
         30min | PT30M  | in 30 minutes
         36h   | PT36H  | in 36 hours
         1d    | P1D    | in 1 day
         14d   | P14D   | in 14 days
         12w   | P12W   | in 84 days
         90d   | P90D   | in 90 days
         6mo   | P6M    | in 6 months
         1y    | P1Y    | in 1 year
         100y  | P100Y  | in 100 years",
    ) {
        let [when, span, words] = case.columns();
        let span: Span = span.parse().unwrap();
        let after = |now: Timestamp| {
            let now = now.to_zoned_datetime(TimeZone::UTC);
            now.checked_add(span).unwrap().timestamp()
        };
        let earliest = after(Timestamp::now());
        let (date, stderr) = requested_expiry(when, "America/New_York");
        let latest = after(Timestamp::now());
        let date: Timestamp = date.as_str().unwrap().parse().unwrap();
        let (earliest, latest) = (earliest.as_second() - 1, latest.as_second() + 1);
        assert!((earliest..=latest).contains(&date.as_second()), "{case:?}: {date}");
        assert_eq!(date.subsec_nanosecond(), 0, "{case:?}");
        let expiry = format!("; expires at {date} ({words})\n");
        assert!(stderr.contains(&expiry), "{case:?}: {stderr}");
    }
}

#[test]
fn invalid_expiry_is_usage_error() {
    let server = FakeServer::start();
    let expected = "expected a duration (14d), a date (2026-12-31), a timestamp (2026-12-31T18:00:00Z) or `never`";
    for case in cases(
        "0d                    | it must be longer than zero
         -3d                   | it must be longer than zero
         999999y               | the duration is too long
         99999999999999999999d | the duration is too long
         30m                   | `m` is ambiguous; use minutes (30min) or months (6mo)
         tomorrow              | EXPECTED
                               | EXPECTED
         1.5d                  | EXPECTED
         2027-02-29            | EXPECTED
         2098-12-31T18:00:00   | EXPECTED
         31/12/2098            | EXPECTED",
    ) {
        let [when, reason] = case.columns();
        let reason = reason.replace("EXPECTED", expected);
        let program = server.program("create ci-run-81").arg(format!("--expires={when}"));
        let error = format!("error: invalid value '{when}' for '--expires <EXPIRY>': {reason}\n");
        assert_fails(&program.run(), 2, &error);
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn past_expiry_is_refused_before_file() {
    let server = FakeServer::start();
    for case in cases(
        "2020-01-01                | 2020-01-01T23:59:59Z is in the past
         2020-01-01T00:00:00+01:00 | 2019-12-31T23:00:00Z is in the past
         8500y                     | the duration is too long",
    ) {
        let [when, reason] = case.columns();
        let program = server.program("create ci-run-81 --save ci.token --expires").arg(when);
        let run = program.run().exits(2);
        assert_eq!(run.stderr, format!("error: invalid --expires: {reason}\n"));
        assert_eq!(std::fs::read_dir(program.cwd()).unwrap().count(), 0, "{case:?}");
    }
    assert_eq!(server.requests().len(), 0);
}
