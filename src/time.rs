//! Durations and expiries as users type them, and relative times such as `in 9 days`. All calendar arithmetic is in UTC.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan, Unit};

use crate::token::Expiry;

/// A duration such as `90s`, `36h`, `14d`, `12w`, `6mo` or `1y`, always longer than zero.
#[derive(Debug, Clone, Copy)]
pub struct CalendarDuration(Span);

/// Error returned when parsing a [`CalendarDuration`] fails, or when it reaches beyond the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseDurationError {
    #[error("expected a number and a unit, such as 90s, 30min, 36h, 14d, 12w, 6mo or 1y")]
    Form,
    #[error("`m` is ambiguous; use minutes (30min) or months (6mo)")]
    Ambiguous,
    #[error("it must be longer than zero")]
    NotPositive,
    #[error("the duration is too long")]
    TooLong,
}

impl FromStr for CalendarDuration {
    type Err = ParseDurationError;

    fn from_str(text: &str) -> Result<Self, ParseDurationError> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let unit = unsigned.trim_start_matches(|c: char| c.is_ascii_digit());
        match unit {
            _ if unit.len() == unsigned.len() => return Err(ParseDurationError::Form),
            "ms" | "s" | "min" | "h" | "d" | "w" | "mo" | "y" => {}
            "m" => return Err(ParseDurationError::Ambiguous),
            _ => return Err(ParseDurationError::Form),
        }
        let span: Span = text.parse().map_err(|_| ParseDurationError::TooLong)?;
        span.is_positive().then_some(Self(span)).ok_or(ParseDurationError::NotPositive)
    }
}

impl fmt::Display for CalendarDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:#}", self.0);
        // jiff writes minutes as `m`, which we reject as ambiguous.
        match text.strip_suffix('m') {
            Some(minutes) => write!(f, "{minutes}min"),
            None => f.write_str(&text),
        }
    }
}

impl CalendarDuration {
    /// The time this long after `from`. A month after 31 January is the last day of February.
    pub fn after(self, from: Timestamp) -> Result<Timestamp, ParseDurationError> {
        let end = from.to_zoned_datetime(TimeZone::UTC).checked_add(self.0);
        end.map(|end| end.timestamp()).map_err(|_| ParseDurationError::TooLong)
    }

    /// The time this long before `from`, or the start of the calendar if that is later.
    pub fn before(self, from: Timestamp) -> Timestamp {
        let start = from.to_zoned_datetime(TimeZone::UTC).checked_sub(self.0);
        start.map_or(Timestamp::MIN, |start| start.timestamp())
    }
}

/// Value of `--timeout`. Unlike other durations, it accepts `5m` for minutes, as other tools do.
#[derive(Debug, Clone, Copy)]
pub struct Timeout(pub Duration);

impl FromStr for Timeout {
    type Err = ParseDurationError;

    fn from_str(text: &str) -> Result<Self, ParseDurationError> {
        let is_minutes = text.strip_suffix('m').is_some_and(|number| number.ends_with(|c: char| c.is_ascii_digit()));
        let duration: CalendarDuration = if is_minutes { format!("{text}in").parse()? } else { text.parse()? };
        let epoch = Timestamp::UNIX_EPOCH;
        let length = duration.after(epoch)?.duration_since(epoch);
        let length = Duration::try_from(length).map_err(|_| ParseDurationError::TooLong)?;
        Ok(Self(length))
    }
}

/// Value of `--expires`.
#[derive(Debug, Clone, Copy)]
pub enum ExpiryArg {
    In(CalendarDuration),
    /// Until the last second of this day, UTC.
    On(Date),
    At(Timestamp),
    Never,
}

/// Error returned when parsing an [`ExpiryArg`] fails, or when it is not in the future.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseExpiryError {
    #[error("expected a duration (14d), a date (2026-12-31), a timestamp (2026-12-31T18:00:00Z) or `never`")]
    Form,
    #[error(transparent)]
    Duration(#[from] ParseDurationError),
    #[error("{0} is in the past")]
    Past(Timestamp),
    #[error("it is less than a second")]
    TooShort,
    /// The last days of the calendar are a stand-in for never in other programs.
    #[error("the date is too late; use `never` for a token that never expires")]
    TooLate,
}

impl FromStr for ExpiryArg {
    type Err = ParseExpiryError;

    fn from_str(text: &str) -> Result<Self, ParseExpiryError> {
        if text.eq_ignore_ascii_case("never") {
            return Ok(Self::Never);
        }
        if text.starts_with("9999-12-31") {
            return Err(ParseExpiryError::TooLate);
        }
        let is_date = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if is_date && let Ok(date) = text.parse() {
            return Ok(Self::On(date));
        }
        if text.contains(['T', 't'])
            && let Ok(time) = text.parse()
        {
            return Ok(Self::At(time));
        }
        match text.parse() {
            Ok(duration) => Ok(Self::In(duration)),
            Err(ParseDurationError::Form) => Err(ParseExpiryError::Form),
            Err(error) => Err(error.into()),
        }
    }
}

impl ExpiryArg {
    /// Returns the expiry in whole seconds. A duration counts from `now`.
    pub fn resolve(self, now: Timestamp) -> Result<Expiry, ParseExpiryError> {
        let time = match self {
            Self::Never => return Ok(Expiry::Never),
            Self::In(duration) => duration.after(now)?,
            Self::On(date) => end_of_day(date).ok_or(ParseExpiryError::TooLate)?,
            Self::At(time) => time,
        };
        // Rounding could move it into the past, and the request takes time.
        if matches!(self, Self::In(_)) && time.duration_since(now).as_secs() < 1 {
            return Err(ParseExpiryError::TooShort);
        }
        let time = time.round(Unit::Second).map_err(|_| ParseDurationError::TooLong)?;
        if time <= now {
            return Err(ParseExpiryError::Past(time));
        }
        Ok(Expiry::At(time))
    }
}

/// The last second of a day in UTC, or `None` if the calendar ends before it.
pub fn end_of_day(date: Date) -> Option<Timestamp> {
    let start = date.to_zoned_datetime(TimeZone::UTC).ok()?;
    let end = start.checked_add(1.day()).ok()?.checked_sub(1.second()).ok()?;
    Some(end.timestamp())
}

/// The day in UTC, such as `2026-07-15`.
pub fn day(time: Timestamp) -> String {
    time.to_zoned_datetime(TimeZone::UTC).date().to_string()
}

const HOUR: u64 = 3_600;
/// Average length of a calendar month, in seconds.
const MONTH: u64 = 2_629_746;

/// Units of relative times: seconds, name, and the number of units from which the next unit is used.
const UNITS: [(u64, &str, u64); 6] = [
    (1, "second", 60),
    (60, "minute", 60),
    (HOUR, "hour", 48),
    (24 * HOUR, "day", 120),
    (MONTH, "month", 24),
    (12 * MONTH, "year", u64::MAX),
];

/// Returns the time from `now` to `then`, such as `in 9 days` or `3 months ago`, rounded to one unit.
pub fn relative(then: Timestamp, now: Timestamp) -> String {
    let difference = then.duration_since(now);
    let seconds = (difference.unsigned_abs() + Duration::from_millis(500)).as_secs();
    let nearest = |size: u64| (seconds + size / 2) / size;
    let unit = UNITS.into_iter().find(|&(size, _, limit)| nearest(size) < limit);
    let (amount, name) = match unit {
        _ if seconds == 0 => return "now".to_owned(),
        Some((HOUR, ..)) if nearest(HOUR) == 24 => (1, "day"),
        Some((MONTH, ..)) if nearest(MONTH) == 12 => (1, "year"),
        Some((size, name, _)) => (nearest(size), name),
        None => return day(then),
    };
    let plural = if amount == 1 { "" } else { "s" };
    if difference.is_negative() {
        format!("{amount} {name}{plural} ago")
    } else {
        format!("in {amount} {name}{plural}")
    }
}

#[cfg(test)]
mod tests;
