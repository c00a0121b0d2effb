//! Durations, expiries and relative times at their limits.

use proptest::prelude::*;

use super::*;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn resolve(text: &str, now: &str) -> Result<Expiry, ParseExpiryError> {
    text.parse::<ExpiryArg>().and_then(|expiry| expiry.resolve(time(now)))
}

#[test]
fn expiry_follows_the_calendar() {
    for (text, now, expected) in [
        ("90s", "2026-01-31T12:00:00Z", "2026-01-31T12:01:30Z"),
        ("30min", "2026-01-31T12:00:00Z", "2026-01-31T12:30:00Z"),
        ("36h", "2026-01-31T12:00:00Z", "2026-02-02T00:00:00Z"),
        ("14d", "2026-01-31T12:00:00Z", "2026-02-14T12:00:00Z"),
        ("12w", "2026-01-31T12:00:00Z", "2026-04-25T12:00:00Z"),
        ("1mo", "2026-01-31T12:00:00Z", "2026-02-28T12:00:00Z"),
        ("1y", "2028-02-29T00:00:00Z", "2029-02-28T00:00:00Z"),
        ("2026-12-31", "2026-01-31T12:00:00Z", "2026-12-31T23:59:59Z"),
        ("2026-01-31", "2026-01-31T12:00:00Z", "2026-01-31T23:59:59Z"),
        ("2026-12-31T18:00:00+13:00", "2026-01-31T12:00:00Z", "2026-12-31T05:00:00Z"),
    ] {
        assert_eq!(resolve(text, now), Ok(Expiry::At(time(expected))), "{text}");
    }
    assert_eq!(resolve("Never", "2026-01-31T12:00:00Z"), Ok(Expiry::Never));
}

#[test]
fn invalid_expiry_is_rejected() {
    let now = "2026-01-31T12:00:00Z";
    for text in ["", "tomorrow", "d", "1.5d", "14 d", "2026-02-30", "2026-12-31T18:00:00", "+3d", "٣d", "1d2h"] {
        assert_eq!(resolve(text, now), Err(ParseExpiryError::Form), "{text}");
    }
    for (text, error) in [
        ("0d", ParseDurationError::NotPositive),
        ("-3d", ParseDurationError::NotPositive),
        ("999999y", ParseDurationError::TooLong),
        ("9000y", ParseDurationError::TooLong),
        ("99999999999999999999d", ParseDurationError::TooLong),
        ("30m", ParseDurationError::Ambiguous),
    ] {
        assert_eq!(resolve(text, now), Err(error.into()), "{text}");
    }
    assert_eq!(resolve("2026-01-30", now), Err(ParseExpiryError::Past(time("2026-01-30T23:59:59Z"))));
    assert_eq!(resolve(now, now), Err(ParseExpiryError::Past(time(now))));
}

#[test]
fn timeout_accepts_m_for_minutes() {
    for (text, milliseconds) in [("500ms", 500), ("90s", 90_000), ("5m", 300_000), ("5min", 300_000), ("1h", 3_600_000)]
    {
        assert_eq!(text.parse::<Timeout>().unwrap().0, Duration::from_millis(milliseconds), "{text}");
    }
    assert_eq!("m".parse::<Timeout>().unwrap_err(), ParseDurationError::Form);
}

#[test]
fn duration_is_shown_as_typed() {
    for text in ["500ms", "90s", "30min", "36h", "14d", "12w", "6mo", "1y"] {
        assert_eq!(text.parse::<CalendarDuration>().unwrap().to_string(), text);
    }
}

#[test]
fn relative_time_uses_largest_fitting_unit() {
    let now = time("2026-07-06T00:00:00Z");
    for (then, expected) in [
        ("2026-07-05T23:59:59.9Z", "now"),
        ("2026-07-06T00:00:01Z", "in 1 second"),
        ("2026-07-06T00:00:59Z", "in 59 seconds"),
        ("2026-07-06T00:00:59.6Z", "in 1 minute"),
        ("2026-07-06T00:59:59Z", "in 1 hour"),
        ("2026-07-06T23:00:00Z", "in 23 hours"),
        ("2026-07-06T23:59:59.9Z", "in 1 day"),
        ("2026-07-07T01:00:00Z", "in 25 hours"),
        ("2026-07-07T23:40:00Z", "in 2 days"),
        ("2026-07-15T00:00:00Z", "in 9 days"),
        ("2026-11-02T00:00:00Z", "in 119 days"),
        ("2026-11-03T00:00:00Z", "in 4 months"),
        ("2027-07-06T00:00:00Z", "in 1 year"),
        ("2028-01-06T00:00:00Z", "in 18 months"),
        ("2028-07-06T00:00:00Z", "in 2 years"),
        ("2026-07-05T23:00:00Z", "1 hour ago"),
        ("2026-07-05T00:00:00Z", "1 day ago"),
        ("2026-01-06T00:00:00Z", "6 months ago"),
        ("2020-07-06T00:00:00Z", "6 years ago"),
    ] {
        assert_eq!(relative(time(then), now), expected);
    }
}

proptest! {
    #[test]
    fn resolved_expiry_is_in_the_future(
        text in prop_oneof!["-?[0-9]{1,6}(ms|s|min|h|d|w|mo|y|m|)", "20[0-9]{2}-[01][0-9]-[0-3][0-9]", any::<String>()],
        now in 0_i64..4_000_000_000,
    ) {
        let now = Timestamp::from_second(now).unwrap();
        if let Ok(Expiry::At(expiry)) = text.parse::<ExpiryArg>().and_then(|expiry| expiry.resolve(now)) {
            prop_assert!(expiry > now, "{} at {}", text, now);
            prop_assert_eq!(expiry.subsec_nanosecond(), 0);
        }
    }
}
