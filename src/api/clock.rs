//! The clock of the server, which decides how old tokens are if the clock of this machine is wrong.

use std::cell::Cell;
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};

/// Difference up to which the clock of this machine is trusted.
const MAX_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// A server with an earlier date has not set its clock: this API is younger.
const EARLIEST: Timestamp = Timestamp::constant(1_577_836_800, 0);

/// The difference between the server's clock and the clock of this machine. Zero before the first response.
#[derive(Default)]
pub struct Clock(Cell<SignedDuration>);

impl Clock {
    /// Reads the `Date` header of a response that has just arrived. Ignores an invalid date.
    pub fn set(&self, date: Option<&str>) {
        let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
        let date = date.and_then(|date: SystemTime| Timestamp::try_from(date).ok());
        if let Some(time) = date.filter(|date| *date >= EARLIEST) {
            self.0.set(time.duration_since(Timestamp::now()));
        }
    }

    /// Returns the time to add to the clock of this machine, within about a second.
    pub fn skew(&self) -> SignedDuration {
        self.0.get()
    }

    /// Returns `true` if the clock of this machine differs by more than [`MAX_SKEW`].
    pub fn is_local_wrong(&self) -> bool {
        self.skew().abs() > MAX_SKEW
    }

    /// The time of this machine or, if its clock is wrong, of the server.
    pub fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        if self.is_local_wrong() { now.checked_add(self.skew()).unwrap_or(now) } else { now }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plausible_dates_set_clock() {
        let clock = Clock::default();
        clock.set(Some("Thu, 01 Jan 1970 00:00:05 GMT"));
        clock.set(Some("yesterday"));
        assert!(clock.skew().is_zero());
        clock.set(Some("Sun, 01 Nov 2020 00:00:00 GMT"));
        assert!(clock.skew().is_negative());
    }
}
