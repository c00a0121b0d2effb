//! `--expires`: the same instant in UTC, whatever the local time zone is.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
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
        "2098-12-31                  | Pacific/Auckland    | 2098-12-31T23:59:59Z
         2098-12-31                  | America/Los_Angeles | 2098-12-31T23:59:59Z
         2098-12-31                  | nonsense            | 2098-12-31T23:59:59Z
         2098-12-31T18:00:00Z        | Pacific/Auckland    | 2098-12-31T18:00:00Z
         2098-12-31T18:00:00.7-01:30 | UTC                 | 2098-12-31T19:30:01Z",
    ) {
        let [when, zone, expected] = case.columns();
        let (date, stderr) = requested_expiry(when, zone);
        assert_eq!(date, expected, "{case:?}");
        assert!(stderr.contains(&format!("; expires at {expected} (in ")), "{stderr}");
    }
}

#[test]
fn duration_counts_from_now_in_utc() {
    let in_six_months = || {
        let now = Timestamp::now().to_zoned_datetime(TimeZone::UTC);
        now.checked_add(6.months()).unwrap().timestamp().as_second()
    };
    let earliest = in_six_months() - 1;
    let (date, stderr) = requested_expiry("6mo", "America/New_York");
    let date: Timestamp = date.as_str().unwrap().parse().unwrap();
    assert!((earliest..=in_six_months() + 1).contains(&date.as_second()), "{date}");
    assert_eq!(date.subsec_nanosecond(), 0);
    assert!(stderr.contains(&format!("; expires at {date} (in 6 months)\n")), "{stderr}");
}

#[test]
fn invalid_expiry_is_usage_error() {
    let server = FakeServer::start();
    let form = "expected a duration (14d), a date (2026-12-31), a timestamp (2026-12-31T18:00:00Z) or `never`";
    for (when, reason) in [
        ("-3d", "it must be longer than zero"),
        ("999999y", "the duration is too long"),
        ("30m", "`m` is ambiguous; use minutes (30min) or months (6mo)"),
        ("", form),
        ("tomorrow", form),
    ] {
        let program = server.program("create ci-run-81").arg(format!("--expires={when}"));
        let error = format!("error: invalid value '{when}' for '--expires <EXPIRY>': {reason}\n");
        assert_fails(&program.run(), 2, &error);
    }
    // These depend on the current time.
    for (when, reason) in [("2020-01-01", "2020-01-01T23:59:59Z is in the past"), ("8500y", "the duration is too long")]
    {
        let program = server.program("create ci-run-81 --save ci.token --expires").arg(when);
        assert_fails(&program.run(), 2, &format!("error: invalid --expires: {reason}\n"));
        assert_eq!(std::fs::read_dir(program.cwd()).unwrap().count(), 0, "{when}");
    }
    assert_eq!(server.requests().len(), 0);
}
