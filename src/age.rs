//! Spans of time as people type them, and the instants they stand for. All arithmetic is the calendar's, in UTC.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan, Unit as JiffUnit};

/// A span such as `90s`, `36h`, `14d`, `12w`, `6mo` or `1y`; never zero, never negative.
#[derive(Debug, Clone, Copy)]
pub struct Age {
    amount: i64,
    unit: Unit,
}

#[derive(Debug, Clone, Copy)]
enum Unit {
    Seconds,
    Hours,
    Days,
    Weeks,
    Months,
    Years,
}

/// Why a text is no [`Age`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAge {
    /// Not a whole number with one of the units behind it.
    #[error("write a whole number and a unit: 90s, 36h, 14d, 12w, 6mo or 1y")]
    Form,
    /// `m` is minutes to some and months to others.
    #[error("`m` could be minutes or months: write seconds (300s) or months (6mo)")]
    Ambiguous,
    /// Zero or less.
    #[error("it must be more than zero")]
    NotPositive,
    /// Beyond the year 9999.
    #[error("it reaches further than the calendar does")]
    TooLong,
}

impl FromStr for Age {
    type Err = BadAge;

    fn from_str(text: &str) -> Result<Self, BadAge> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let (number, unit) = digits.split_at(end);
        if number.is_empty() {
            return Err(BadAge::Form);
        }
        let unit = match unit {
            "s" => Unit::Seconds,
            "h" => Unit::Hours,
            "d" => Unit::Days,
            "w" => Unit::Weeks,
            "mo" => Unit::Months,
            "y" => Unit::Years,
            "m" => return Err(BadAge::Ambiguous),
            _ => return Err(BadAge::Form),
        };
        let amount: i64 = number.parse().map_err(|_| BadAge::TooLong)?;
        if amount == 0 || digits.len() < text.len() {
            return Err(BadAge::NotPositive);
        }
        let age = Self { amount, unit };
        age.span().map(|_| age)
    }
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Seconds => "s",
            Unit::Hours => "h",
            Unit::Days => "d",
            Unit::Weeks => "w",
            Unit::Months => "mo",
            Unit::Years => "y",
        };
        write!(f, "{}{unit}", self.amount)
    }
}

impl Age {
    fn span(self) -> Result<Span, BadAge> {
        let none = Span::new();
        match self.unit {
            Unit::Seconds => none.try_seconds(self.amount),
            Unit::Hours => none.try_hours(self.amount),
            Unit::Days => none.try_days(self.amount),
            Unit::Weeks => none.try_weeks(self.amount),
            Unit::Months => none.try_months(self.amount),
            Unit::Years => none.try_years(self.amount),
        }
        .map_err(|_| BadAge::TooLong)
    }

    /// The instant this long after `from`: a month after 31 January is the last of February, as a calendar has it.
    pub fn after(self, from: Timestamp) -> Result<Timestamp, BadAge> {
        let start = from.to_zoned_datetime(TimeZone::UTC);
        start
            .checked_add(self.span()?)
            .map(|end| end.timestamp())
            .map_err(|_| BadAge::TooLong)
    }

    /// The instant this long before `from`, or the beginning of the calendar where that comes first.
    pub fn before(self, from: Timestamp) -> Timestamp {
        let start = from.to_zoned_datetime(TimeZone::UTC);
        self.span()
            .ok()
            .and_then(|span| start.checked_sub(span).ok())
            .map_or(Timestamp::MIN, |end| end.timestamp())
    }

    /// How long this is when counted from `from`.
    pub fn length(self, from: Timestamp) -> Result<Duration, BadAge> {
        let length = self.after(from)?.duration_since(from);
        Duration::try_from(length).map_err(|_| BadAge::TooLong)
    }
}

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
        if text.contains('T')
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
        if instant <= now {
            return Err(BadWhen::Past(instant));
        }
        let whole = instant.round(JiffUnit::Second).map_err(|_| BadAge::TooLong)?;
        Ok(Some(whole))
    }
}

/// The last second of a day in UTC; `None` past the end of the calendar.
pub fn end_of_day(date: Date) -> Option<Timestamp> {
    let start = date.to_zoned_datetime(TimeZone::UTC).ok()?;
    let end = start.checked_add(1.day()).ok()?.checked_sub(1.second()).ok()?;
    Some(end.timestamp())
}

/// The span from `now` to `then` in its largest fitting unit, as `in 9 days` or `3 months ago`; whole units, rounded down.
pub fn relative(then: Timestamp, now: Timestamp) -> String {
    let seconds = then.duration_since(now).as_secs();
    let (amount, unit) = match seconds.unsigned_abs() {
        below @ 0..60 => (below, "second"),
        below @ 60..3_600 => (below / 60, "minute"),
        below @ 3_600..172_800 => (below / 3_600, "hour"),
        below @ 172_800..5_184_000 => (below / 86_400, "day"),
        below @ 5_184_000..63_072_000 => (below / 2_629_746, "month"),
        years => (years / 31_556_952, "year"),
    };
    let plural = if amount == 1 { "" } else { "s" };
    if seconds < 0 {
        format!("{amount} {unit}{plural} ago")
    } else {
        format!("in {amount} {unit}{plural}")
    }
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
    }

    #[test]
    fn a_distance_is_said_in_its_largest_fitting_unit() {
        let now = time("2026-07-06T00:00:00Z");
        for (then, said) in [
            ("2026-07-15T00:00:00Z", "in 9 days"),
            ("2026-07-06T00:00:01Z", "in 1 second"),
            ("2026-07-06T47:00:00Z".replace("47", "23").as_str(), "in 23 hours"),
            ("2026-07-05T23:00:00Z", "1 hour ago"),
            ("2026-01-06T00:00:00Z", "5 months ago"),
            ("2020-07-06T00:00:00Z", "5 years ago"),
        ] {
            assert_eq!(relative(time(then), now), said);
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parsers_panic(text in any::<String>(), now in -10_000_000_000_i64..200_000_000_000) {
            let now = Timestamp::from_second(now).unwrap();
            if let Ok(when) = text.parse::<When>() {
                let _ = when.instant(now);
            }
        }

        #[test]
        fn an_age_is_after_and_before_the_instant_it_counts_from(amount in 1_i64..5_000, unit in "s|h|d|w|mo|y") {
            let now = time("2026-07-06T00:00:00Z");
            let age: Age = format!("{amount}{unit}").parse().unwrap();
            prop_assert!(age.after(now).unwrap() > now);
            prop_assert!(age.before(now) < now);
        }
    }
}
