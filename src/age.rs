//! Spans of time as people type them, and the instants they stand for. All arithmetic is the calendar's, in UTC.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// Seconds of an hour.
const HOUR: u128 = 3_600;

/// Seconds of a month, on the average of the calendar.
const MONTH: u128 = 2_629_746;

/// Seconds of a year, on the average of the calendar.
const YEAR: u128 = 12 * MONTH;

/// The units that distances are told in: how many seconds each has, its name, and below how many of them it is used.
const UNITS: [(u128, &str, u128); 5] = [
    (1, "second", 60),
    (60, "minute", 60),
    (HOUR, "hour", 48),
    (24 * HOUR, "day", 120),
    (MONTH, "month", 24),
];

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

/// The span from `now` to `then` as `in 9 days` or `3 months ago`: a whole number, the nearest, of the first unit that makes it
/// less than 60 seconds, 60 minutes, 48 hours, 120 days or 24 months, which is how people count, and of years beyond. 24 hours are
/// a day, and 12 months a year.
pub fn relative(then: Timestamp, now: Timestamp) -> String {
    let seconds = then
        .duration_since(now)
        .as_millis()
        .saturating_add(500)
        .div_euclid(1000);
    let nearest = |size: u128| (seconds.unsigned_abs() + size / 2) / size;
    let unit = UNITS.iter().find(|(size, _, limit)| nearest(*size) < *limit);
    let (amount, name) = match unit {
        Some((1, ..)) if seconds == 0 => return "now".to_owned(),
        Some(&(HOUR, ..)) if nearest(HOUR) == 24 => (1, "day"),
        Some(&(MONTH, ..)) if nearest(MONTH) == 12 => (1, "year"),
        Some(&(size, name, _)) => (nearest(size), name),
        None => (nearest(YEAR), "year"),
    };
    let plural = if amount == 1 { "" } else { "s" };
    if seconds < 0 {
        format!("{amount} {name}{plural} ago")
    } else {
        format!("in {amount} {name}{plural}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_distance_is_said_in_its_largest_fitting_unit() {
        let now = time("2026-07-06T00:00:00Z");
        for (then, said) in [
            ("2026-07-15T00:00:00Z", "in 9 days"),
            ("2026-07-06T00:00:01Z", "in 1 second"),
            ("2026-07-06T23:00:00Z", "in 23 hours"),
            ("2026-10-04T00:00:00Z", "in 90 days"),
            ("2026-07-05T23:00:00Z", "1 hour ago"),
            ("2026-01-06T00:00:00Z", "6 months ago"),
            ("2020-07-06T00:00:00Z", "6 years ago"),
            ("2026-07-06T00:00:59Z", "in 59 seconds"),
            ("2026-07-06T00:00:59.6Z", "in 1 minute"),
            ("2026-07-06T00:59:29Z", "in 59 minutes"),
            ("2026-07-06T00:59:59Z", "in 1 hour"),
            ("2026-07-06T23:59:59.9Z", "in 1 day"),
            ("2026-07-05T00:00:00Z", "1 day ago"),
            ("2026-07-05T01:00:00Z", "23 hours ago"),
            ("2026-07-07T01:00:00Z", "in 25 hours"),
            ("2026-07-07T12:00:00Z", "in 36 hours"),
            ("2026-07-07T23:40:00Z", "in 2 days"),
            ("2026-11-02T00:00:00Z", "in 119 days"),
            ("2026-11-03T00:00:00Z", "in 4 months"),
            ("2027-07-06T00:00:00Z", "in 1 year"),
            ("2025-08-06T00:00:00Z", "11 months ago"),
            ("2028-01-06T00:00:00Z", "in 18 months"),
            ("2028-07-06T00:00:00Z", "in 2 years"),
            ("2027-01-05T23:59:59.9Z", "in 6 months"),
            ("2026-07-05T23:59:59.9Z", "now"),
        ] {
            assert_eq!(relative(time(then), now), said);
        }
    }

    #[test]
    fn no_distance_is_60_seconds_60_minutes_24_hours_or_12_months() {
        let now = time("2026-07-06T00:00:00Z");
        for seconds in (0..200_000).chain((0..100_000_000).step_by(7_000)) {
            let said = relative(now + jiff::SignedDuration::from_secs(seconds), now);
            for never in ["in 60 ", "in 24 hours", "in 48 hours", "in 12 months", "in 24 months"] {
                assert!(!said.starts_with(never) || said == "in 60 days", "{seconds}: {said}");
            }
        }
    }

    proptest! {
        #[test]
        fn an_age_is_after_and_before_the_instant_it_counts_from(amount in 1_i64..5_000, unit in "s|h|d|w|mo|y") {
            let now = time("2026-07-06T00:00:00Z");
            let age: Age = format!("{amount}{unit}").parse().unwrap();
            prop_assert!(age.after(now).unwrap() > now);
            prop_assert!(age.before(now) < now);
        }
    }
}
