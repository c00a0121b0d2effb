//! `--expires`: the same instant in UTC, whatever the local time zone is.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::{Value, json};

use super::assert_fails;
use crate::support::servers::{RawServer, Script, http_response};
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

/// A value whose claims end at `end`.
fn jwt(end: Timestamp) -> String {
    let claims = URL_SAFE_NO_PAD.encode(json!({"exp": end.as_second()}).to_string());
    format!("eyJhbGciOiJub25lIn0.{claims}.value_SENTINEL")
}

#[test]
fn earlier_end_of_value_is_reported() {
    let in_days = |days: i64| Timestamp::now() + SignedDuration::from_hours(24 * days);
    for (expires, end, expected) in [
        ("90d", in_days(30), "[now+30d]"),
        ("never", in_days(30), "[now+30d]"),
        ("90d", in_days(120), "[now+90d]"),
        ("90d", in_days(90) - SignedDuration::from_secs(1), "[now+90d]"),
        ("never", in_days(40_000), "null"),
    ] {
        let server = FakeServer::start();
        server.answer_once(Call::Create, (201, json!({"token": jwt(end)})));
        let program = server.program("create ci-run-81 --expires").arg(expires).delivers_value();
        let run = program.clone().args("-o json").run().exits(0);
        let date = if expected == "null" { expected.to_owned() } else { format!("\"{expected}\"") };
        assert!(run.snapshot().contains(&format!("\"expiresAt\":{date}}}")), "{}", run.snapshot());

        server.answer_once(Call::Create, (201, json!({"token": jwt(end)})));
        let run = program.run().exits(0);
        let warning = "\nwarning: the server limited the lifetime: the token expires at [now+30d] (in 30 days)\n";
        assert_eq!(run.snapshot().contains(warning), expected == "[now+30d]", "{}", run.snapshot());
    }
}

#[test]
fn invalid_expiry_is_usage_error() {
    let server = FakeServer::start();
    let form = "expected a duration (14d), a date (2026-12-31), a timestamp (2026-12-31T18:00:00Z) or `never`";
    for (when, reason) in [
        ("-3d", "it must be longer than zero"),
        ("999999y", "the duration is too long"),
        ("9999-12-31", "the date is too late; use `never` for a token that never expires"),
        ("30m", "`m` is ambiguous; use minutes (30min) or months (6mo)"),
        ("", form),
        ("tomorrow", form),
    ] {
        let program = server.program("create ci-run-81").arg(format!("--expires={when}"));
        let error = format!("error: invalid value '{when}' for '--expires <EXPIRY>': {reason}\n");
        assert_fails(&program.run(), 2, &error);
    }
    // These depend on the current time.
    for (when, reason) in [
        ("2020-01-01", "2020-01-01T23:59:59Z is in the past"),
        ("8500y", "the duration is too long"),
        ("9999-12-30", "the date is too late; use `never` for a token that never expires"),
        ("999ms", "it is less than a second"),
    ] {
        let program = server.program("create ci-run-81 --save ci.token --expires").arg(when);
        assert_fails(&program.run(), 2, &format!("error: invalid --expires: {reason}\n"));
        assert_eq!(std::fs::read_dir(program.cwd()).unwrap().count(), 0, "{when}");
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn duration_counts_from_time_of_server() {
    let server_now = SystemTime::now() + Duration::from_hours(240);
    let headers = [("Content-Type", "application/json"), ("Date", &*httpdate::fmt_http_date(server_now))];
    let answer = |status, body| Script::Answer(http_response(status, &headers, body));
    let server = RawServer::answering(vec![answer(404, "{}"), answer(201, r#"{"token":"tfy_value_SENTINEL"}"#)]);
    let run = server.program("create ci-run-81 --expires 30d -o json").delivers_value().run().exits(0);
    let expires: Timestamp = run.json()["expiresAt"].as_str().unwrap().parse().unwrap();
    let lifetime = expires.duration_since(Timestamp::try_from(server_now).unwrap());
    assert!((lifetime.as_hours() - 30 * 24).abs() <= 1, "{expires}");
}
