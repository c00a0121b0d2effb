//! When a token stops working, as people say it and as the platform stores it.

use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Unit};

use crate::age::{Age, BadAge};

/// When a new token expires, as a person says it.
#[derive(Debug, Clone, Copy)]
pub enum When {
    /// So long from now.
    In(Age),
    /// Through the last second of this day, UTC.
    On(Date),
    /// At this instant.
    At(Timestamp),
    /// Not at all.
    Never,
}

/// Why a text is no [`When`], or why its instant cannot be an expiry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadWhen {
    /// None of the four forms.
    #[error("write a span (14d, 6mo), a date (2026-12-31), a time with its zone (2026-12-31T18:00:00Z) or `never`")]
    Form,
    /// A span that cannot be taken.
    #[error(transparent)]
    Age(#[from] BadAge),
    /// The instant is over.
    #[error("{0} is in the past")]
    Past(Timestamp),
}

impl FromStr for When {
    type Err = BadWhen;

    fn from_str(text: &str) -> Result<Self, BadWhen> {
        if text.eq_ignore_ascii_case("never") {
            return Ok(Self::Never);
        }
        let is_date = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if is_date && let Ok(date) = text.parse::<Date>() {
            return Ok(Self::On(date));
        }
        if text.contains(['T', 't'])
            && let Ok(time) = text.parse::<Timestamp>()
        {
            return Ok(Self::At(time));
        }
        match text.parse::<Age>() {
            Ok(age) => Ok(Self::In(age)),
            Err(BadAge::Form) => Err(BadWhen::Form),
            Err(other) => Err(other.into()),
        }
    }
}

impl When {
    /// The instant after which the token is invalid, in whole seconds; `None` for never.
    ///
    /// `now` is this machine's clock: it is what spans count from and what the past is measured by.
    pub fn instant(self, now: Timestamp) -> Result<Option<Timestamp>, BadWhen> {
        let instant = match self {
            Self::Never => return Ok(None),
            Self::In(age) => age.after(now)?,
            Self::On(date) => end_of_day(date).ok_or(BadAge::TooLong)?,
            Self::At(time) => time,
        };
        let whole = instant.round(Unit::Second).map_err(|_| BadAge::TooLong)?;
        if whole <= now {
            return Err(BadWhen::Past(whole));
        }
        Ok(Some(whole))
    }
}

/// The last second of a day in UTC; `None` past the end of the calendar.
pub fn end_of_day(date: Date) -> Option<Timestamp> {
    let start = date.to_zoned_datetime(TimeZone::UTC).ok()?;
    let end = start.checked_add(1.day()).ok()?.checked_sub(1.second()).ok()?;
    Some(end.timestamp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn expiry(text: &str, now: &str) -> Result<Option<Timestamp>, BadWhen> {
        text.parse::<When>().and_then(|when| when.instant(time(now)))
    }

    #[test]
    fn every_unit_counts_on_the_calendar_in_utc() {
        for (text, expected) in [
            ("90s", "2026-01-31T12:01:30Z"),
            ("36h", "2026-02-02T00:00:00Z"),
            ("14d", "2026-02-14T12:00:00Z"),
            ("12w", "2026-04-25T12:00:00Z"),
            ("1mo", "2026-02-28T12:00:00Z"),
            ("1y", "2027-01-31T12:00:00Z"),
        ] {
            assert_eq!(expiry(text, "2026-01-31T12:00:00Z"), Ok(Some(time(expected))), "{text}");
        }
        assert_eq!(
            expiry("1y", "2028-02-29T00:00:00Z"),
            Ok(Some(time("2029-02-28T00:00:00Z")))
        );
    }

    #[test]
    fn a_date_counts_through_its_last_second_and_a_time_is_taken_in_its_own_zone() {
        let now = "2026-01-31T12:00:00Z";
        assert_eq!(expiry("2026-12-31", now), Ok(Some(time("2026-12-31T23:59:59Z"))));
        assert_eq!(expiry("2026-01-31", now), Ok(Some(time("2026-01-31T23:59:59Z"))));
        assert_eq!(
            expiry("2026-12-31T18:00:00+13:00", now),
            Ok(Some(time("2026-12-31T05:00:00Z")))
        );
        assert_eq!(expiry("never", now), Ok(None));
    }

    #[test]
    fn what_is_no_expiry_is_refused_in_its_own_words() {
        let now = "2026-01-31T12:00:00Z";
        for text in [
            "",
            "tomorrow",
            "d",
            "1.5d",
            "14 d",
            "2026-02-30",
            "2026-12-31T18:00:00",
            "+3d",
            "٣d",
        ] {
            assert_eq!(expiry(text, now), Err(BadWhen::Form), "{text}");
        }
        assert_eq!(expiry("0d", now), Err(BadAge::NotPositive.into()));
        assert_eq!(expiry("-3d", now), Err(BadAge::NotPositive.into()));
        assert_eq!(expiry("999999y", now), Err(BadAge::TooLong.into()));
        assert_eq!(expiry("9000y", now), Err(BadAge::TooLong.into()));
        assert_eq!(expiry("99999999999999999999d", now), Err(BadAge::TooLong.into()));
        assert_eq!(expiry("30m", now), Err(BadAge::Ambiguous.into()));
        assert_eq!(
            expiry("2026-01-30", now),
            Err(BadWhen::Past(time("2026-01-30T23:59:59Z")))
        );
        assert_eq!(expiry(now, now), Err(BadWhen::Past(time(now))));
    }

    proptest! {
        #[test]
        fn an_expiry_is_never_in_the_past_and_has_whole_seconds(
            text in prop_oneof!["-?[0-9]{1,6}(s|h|d|w|mo|y|m|)", "20[0-9]{2}-[01][0-9]-[0-3][0-9]", "20[0-9]{2}-0[1-9]-1[0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]1[0-4]:30)"],
            now in 0_i64..4_000_000_000,
        ) {
            let now = Timestamp::from_second(now).unwrap();
            if let Ok(Some(instant)) = text.parse::<When>().and_then(|when| when.instant(now)) {
                prop_assert!(instant > now, "{} at {}", text, now);
                prop_assert_eq!(instant.subsec_nanosecond(), 0);
            }
        }

        #[test]
        fn no_text_makes_the_parsers_panic(text in any::<String>(), now in -10_000_000_000_i64..200_000_000_000) {
            let now = Timestamp::from_second(now).unwrap();
            if let Ok(when) = text.parse::<When>() {
                let _ = when.instant(now);
            }
        }
    }
}
