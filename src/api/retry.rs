//! Decides whether the server may have acted on a request, and whether to try again.

use std::time::Duration;

/// Wait before the first retry. It doubles with each retry.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// Maximum wait. If the server asks for a longer one, the request is not repeated.
const MAX_WAIT: Duration = Duration::from_mins(1);

/// Outcome of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// No connection was made, the request body was not sent, or the server refused the request before it processed it.
    NotSent,
    /// The connection was lost before the response was complete.
    Lost,
    /// `--timeout` expired, or the response was too large. Another attempt would take as long again.
    GaveUp,
    Response {
        status: u16,
        /// Wait that the server asked for with `Retry-After`. `None` if the header is missing or invalid.
        retry_after: Option<Duration>,
    },
    /// Another attempt would end the same way, for example because a certificate is not trusted.
    Final,
}

/// Whether the server may have acted on a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    No,
    Maybe,
}

impl Outcome {
    pub fn applied(self) -> Applied {
        let is_maybe = match self {
            Self::NotSent | Self::Final => false,
            Self::Lost | Self::GaveUp => true,
            // A 503 response with `Retry-After` means that the server rejected the request without processing it.
            Self::Response { status: 503, retry_after } => retry_after.is_none(),
            // A gateway may time out while the server is still processing the request. 303 means that it was processed.
            Self::Response { status, .. } => matches!(status, 200..=299 | 303 | 408 | 500..=599),
        };
        if is_maybe { Applied::Maybe } else { Applied::No }
    }

    /// Returns `true` if the server wants fewer requests.
    pub fn is_rate_limit(self) -> bool {
        matches!(self, Self::Response { status: 429, .. } | Self::Response { status: 503, retry_after: Some(_) })
    }

    /// Returns the wait before the next attempt, or `None` if the request must not be repeated.
    ///
    /// `failures` is the number of attempts that count. `is_idempotent` means that a repeated request has the same effect as a
    /// single one. `jitter` is between 0 and 1.
    pub fn wait(self, failures: u32, is_idempotent: bool, jitter: f64) -> Option<Duration> {
        let backoff = || {
            let doubled = FIRST_WAIT.saturating_mul(1 << (failures - 1).min(16));
            doubled.mul_f64(0.75 + jitter / 2.0).min(MAX_WAIT)
        };
        match self {
            Self::NotSent => Some(backoff()),
            Self::Response { status, retry_after: Some(wait) } if is_transient(status) => {
                let may_repeat = is_idempotent || matches!(status, 429 | 503);
                // Servers round the wait down, to zero as well.
                (may_repeat && wait <= MAX_WAIT).then(|| wait.max(backoff()))
            }
            Self::Response { status, retry_after: None } if is_transient(status) => is_idempotent.then(backoff),
            Self::Lost => is_idempotent.then(backoff),
            Self::Response { .. } | Self::GaveUp | Self::Final => None,
        }
    }
}

/// Returns `true` if the same request may succeed later.
pub fn is_transient(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502..=504 | 520..=524 | 530)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, retry_after: Option<u64>) -> Outcome {
        Outcome::Response { status, retry_after: retry_after.map(Duration::from_secs) }
    }

    fn is_retried(is_idempotent: bool, outcome: Outcome) -> bool {
        outcome.wait(1, is_idempotent, 0.5).is_some()
    }

    #[test]
    fn idempotent_request_is_retried_on_transient_errors() {
        for status in [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 530] {
            assert!(is_retried(true, response(status, None)), "{status}");
        }
        assert!(is_retried(true, Outcome::Lost) && is_retried(true, Outcome::NotSent));
        for status in [200, 301, 400, 401, 403, 404, 409, 422, 501, 505, 519, 525, 529, 531] {
            assert!(!is_retried(true, response(status, None)), "{status}");
        }
        assert!(!is_retried(true, Outcome::GaveUp) && !is_retried(true, Outcome::Final));
    }

    #[test]
    fn other_request_is_retried_if_not_applied() {
        assert!(is_retried(false, Outcome::NotSent));
        assert!(is_retried(false, response(429, Some(1))) && is_retried(false, response(503, Some(1))));
        for outcome in [
            Outcome::Lost,
            Outcome::GaveUp,
            response(429, None),
            response(503, None),
            response(500, Some(1)),
            response(502, None),
        ] {
            assert!(!is_retried(false, outcome), "{outcome:?}");
        }
    }

    #[test]
    fn lost_and_gateway_errors_may_be_applied() {
        for outcome in [
            Outcome::Lost,
            Outcome::GaveUp,
            response(303, None),
            response(408, None),
            response(502, None),
            response(503, None),
        ] {
            assert_eq!(outcome.applied(), Applied::Maybe, "{outcome:?}");
        }
        for outcome in
            [Outcome::NotSent, Outcome::Final, response(400, None), response(429, None), response(503, Some(1))]
        {
            assert_eq!(outcome.applied(), Applied::No, "{outcome:?}");
        }
    }

    #[test]
    fn waits_double() {
        let wait = |failures, jitter| Outcome::Lost.wait(failures, true, jitter).unwrap().as_millis();
        assert_eq!([wait(1, 0.5), wait(2, 0.5), wait(99, 0.5)], [500, 1000, 60_000]);
        assert_eq!([wait(1, 0.0), wait(1, 1.0)], [375, 625]);
    }

    #[test]
    fn retry_after_is_honored_up_to_60s() {
        let wait = |seconds| response(429, Some(seconds)).wait(1, true, 0.5);
        assert_eq!(wait(60), Some(Duration::from_mins(1)));
        assert_eq!(wait(61), None);
        // Zero would repeat the request at once.
        assert_eq!(wait(0), Some(FIRST_WAIT));
    }
}
