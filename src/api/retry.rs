//! Which requests may be repeated, and after how long.

use std::time::{Duration, SystemTime};

/// The wait before the first repetition; it doubles from there.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// The longest wait of ours; also the longest that a platform may ask for.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// When a request is repeated. The same for a whole run.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// How many times a request is repeated at most.
    pub retries: u32,
}

/// How one try ended, as far as repeating it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// No connection was made, or none of the request was sent.
    NotSent,
    /// The connection broke after some of the request was sent.
    Lost,
    /// The platform answered.
    Answered {
        /// The HTTP status.
        status: u16,
        /// What the platform asked for in `Retry-After`, where it can be read.
        retry_after: Option<Duration>,
    },
    /// The limit of time ran out.
    TimedOut,
    /// Trying again would end the same: a certificate that is not trusted, an answer that is too large.
    Final,
}

impl Outcome {
    /// Whether the platform may have done what the request asked for, though no success came back: the connection broke, or a
    /// server on the way gave up. One that says when to come back has turned the request away.
    pub fn may_have_been_applied(self) -> bool {
        match self {
            Self::Lost | Self::TimedOut => true,
            Self::Answered { status, retry_after } => {
                matches!(status, 408 | 500..=599) && !(status == 503 && retry_after.is_some())
            }
            Self::NotSent | Self::Final => false,
        }
    }
}

impl RetryPolicy {
    /// How long to wait before the next try, or `None` to leave it at the one just made.
    ///
    /// `tries` counts those made, from 1; `is_idempotent` says that the request has the same effect however often it is applied;
    /// `jitter` is from 0 to 1 and spreads the waits of many clients.
    pub fn wait(self, tries: u32, is_idempotent: bool, outcome: Outcome, jitter: f64) -> Option<Duration> {
        if tries > self.retries {
            return None;
        }
        let ours = || {
            let doubled = FIRST_WAIT.saturating_mul(1 << (tries - 1).min(16));
            doubled.mul_f64(0.75 + jitter / 2.0).min(LONGEST_WAIT)
        };
        match outcome {
            Outcome::NotSent => Some(ours()),
            Outcome::Lost => is_idempotent.then(ours),
            // A platform that says when to come back means it. Only 429 and 503 also say that it has turned the request away.
            Outcome::Answered {
                status,
                retry_after: Some(wait),
            } if may_pass(status) => {
                let may_repeat = is_idempotent || matches!(status, 429 | 503);
                (may_repeat && wait <= LONGEST_WAIT).then_some(wait)
            }
            Outcome::Answered { status, .. } => (is_idempotent && may_pass(status)).then(ours),
            Outcome::TimedOut | Outcome::Final => None,
        }
    }
}

/// Whether a status says "not now", so that the same request may succeed later.
pub fn may_pass(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

/// Reads `Retry-After`: seconds, or a date that counts from the answer's own `Date` where it has one, so that a wrong clock on
/// this side does not matter. Anything else says nothing.
pub fn retry_after(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = date
        .and_then(|date| httpdate::parse_http_date(date).ok())
        .unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy { retries: 2 };

    fn answered(status: u16, retry_after: Option<u64>) -> Outcome {
        Outcome::Answered {
            status,
            retry_after: retry_after.map(Duration::from_secs),
        }
    }

    fn is_repeated(is_idempotent: bool, outcome: Outcome) -> bool {
        POLICY.wait(1, is_idempotent, outcome, 0.5).is_some()
    }

    #[test]
    fn what_changes_nothing_when_repeated_is_repeated_after_every_passing_failure() {
        for status in [408, 429, 500, 502, 503, 504] {
            assert!(is_repeated(true, answered(status, None)), "{status}");
        }
        assert!(is_repeated(true, Outcome::Lost) && is_repeated(true, Outcome::NotSent));
        for status in [200, 301, 400, 401, 403, 404, 409, 422, 501] {
            assert!(!is_repeated(true, answered(status, None)), "{status}");
        }
        assert!(!is_repeated(true, Outcome::TimedOut) && !is_repeated(true, Outcome::Final));
    }

    #[test]
    fn a_creating_call_is_repeated_only_where_it_cannot_have_been_applied() {
        assert!(is_repeated(false, Outcome::NotSent));
        assert!(is_repeated(false, answered(429, Some(1))) && is_repeated(false, answered(503, Some(1))));
        for outcome in [
            Outcome::Lost,
            answered(500, Some(1)),
            answered(503, None),
            answered(429, None),
            answered(408, Some(1)),
        ] {
            assert!(!is_repeated(false, outcome), "{outcome:?}");
        }
    }

    #[test]
    fn a_request_may_have_been_applied_unless_it_was_turned_away_or_never_arrived() {
        for outcome in [
            Outcome::Lost,
            Outcome::TimedOut,
            answered(500, None),
            answered(502, Some(1)),
            answered(503, None),
            answered(408, None),
        ] {
            assert!(outcome.may_have_been_applied(), "{outcome:?}");
        }
        for outcome in [
            Outcome::NotSent,
            Outcome::Final,
            answered(503, Some(1)),
            answered(429, None),
            answered(403, None),
            answered(404, None),
        ] {
            assert!(!outcome.may_have_been_applied(), "{outcome:?}");
        }
    }

    #[test]
    fn waits_double_from_half_a_second_and_spread_by_a_quarter() {
        let wait = |tries, jitter| {
            RetryPolicy { retries: 99 }
                .wait(tries, true, Outcome::Lost, jitter)
                .unwrap()
        };
        assert_eq!(
            (wait(1, 0.0), wait(1, 1.0)),
            (Duration::from_millis(375), Duration::from_millis(625))
        );
        assert_eq!(
            (wait(2, 0.5), wait(4, 0.5)),
            (Duration::from_secs(1), Duration::from_secs(4))
        );
        assert_eq!(wait(99, 0.5), LONGEST_WAIT);
    }

    #[test]
    fn the_platforms_own_wait_is_obeyed_up_to_a_minute() {
        let wait = |seconds| POLICY.wait(1, true, answered(429, Some(seconds)), 0.5);
        assert_eq!(wait(0), Some(Duration::ZERO));
        assert_eq!(wait(60), Some(Duration::from_mins(1)));
        assert_eq!(wait(86_400), None);
        let unwell = POLICY.wait(1, true, answered(502, Some(7)), 0.5);
        assert_eq!(unwell, Some(Duration::from_secs(7)));
        assert!(!is_repeated(true, answered(404, Some(7))));
    }

    #[test]
    fn there_are_no_more_repetitions_than_allowed() {
        assert!(POLICY.wait(2, true, Outcome::Lost, 0.5).is_some());
        assert!(POLICY.wait(3, true, Outcome::Lost, 0.5).is_none());
        assert!(
            RetryPolicy { retries: 0 }
                .wait(1, true, Outcome::NotSent, 0.5)
                .is_none()
        );
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_by_the_platforms_clock() {
        let date = Some("Tue, 15 Nov 1994 08:12:31 GMT");
        assert_eq!(retry_after("120", date), Some(Duration::from_mins(2)));
        assert_eq!(
            retry_after("Tue, 15 Nov 1994 08:12:41 GMT", date),
            Some(Duration::from_secs(10))
        );
        assert_eq!(retry_after("Tue, 15 Nov 1994 08:12:01 GMT", date), Some(Duration::ZERO));
        assert_eq!(retry_after("99999999999999999999999", date), Some(Duration::MAX));
        for nothing in ["", "-1", "soon", "1.5"] {
            assert_eq!(retry_after(nothing, date), None, "{nothing}");
        }
    }
}
