//! A request to the server, and its response.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use url::{Position, Url};

use super::body::Flag;
use super::retry::{Applied, is_transient};
use super::wire::is_html;

/// A request that can be sent more than once.
pub struct Request {
    pub method: Method,
    pub url: Url,
    pub body: Option<Bytes>,
    /// Set when the body starts to be sent, and after an attempt that the server may have acted on.
    pub sent: Flag,
}

/// A response of any status.
pub struct Response {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Number of attempts that were made.
    pub attempts: u32,
}

impl Request {
    pub fn new(method: Method, url: Url) -> Self {
        Self { method, url, body: None, sent: Flag::default() }
    }

    pub fn with_json(self, body: Vec<u8>) -> Self {
        Self { body: Some(body.into()), ..self }
    }

    /// Returns whether the server may have acted on the request. Can be called while the request is being sent.
    pub fn applied(&self) -> Applied {
        if self.sent.get() { Applied::Maybe } else { Applied::No }
    }

    /// Returns `true` if an attempt has just ended without sending the body. `false` for a request without a body.
    pub fn is_unsent(&self) -> bool {
        self.body.is_some() && !self.sent.get()
    }

    pub fn path(&self) -> &str {
        &self.url[Position::BeforePath..Position::AfterQuery]
    }
}

impl Response {
    pub fn is_success(&self) -> bool {
        (200..=299).contains(&self.status)
    }

    /// Returns `true` if the server itself refused the request, and would refuse it again. A proxy sends 407.
    pub fn is_final_refusal(&self) -> bool {
        (400..=499).contains(&self.status) && self.status != 407 && !is_transient(self.status)
    }

    /// Returns `true` if the body is a web page.
    pub fn is_html(&self) -> bool {
        is_html(&self.body)
    }

    pub fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn date(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(self.header(DATE)?).ok()
    }

    /// The wait that the server asks for: seconds, or a date. A date counts from the response's own `Date`, so that a wrong local
    /// clock does not matter. `None` if the header is missing or invalid.
    pub fn retry_after(&self) -> Option<Duration> {
        let value = self.header(RETRY_AFTER)?.trim();
        if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(value.parse().map_or(Duration::MAX, Duration::from_secs));
        }
        let until = httpdate::parse_http_date(value).ok()?;
        Some(until.duration_since(self.date().unwrap_or_else(SystemTime::now)).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        for (value, seconds) in [
            ("0", Some(0)),
            (" 7 ", Some(7)),
            ("Thu, 16 Jul 2026 10:00:09 GMT", Some(9)),
            ("Thu, 16 Jul 2026 09:00:00 GMT", Some(0)),
            ("99999999999999999999", Some(u64::MAX)),
            ("-1", None),
            ("1.5", None),
            ("", None),
            ("soon", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(DATE, "Thu, 16 Jul 2026 10:00:00 GMT".parse().unwrap());
            headers.insert(RETRY_AFTER, value.parse().unwrap());
            let response = Response { status: 429, headers, body: Vec::new(), attempts: 1 };
            assert_eq!(response.retry_after().map(|wait| wait.as_secs()), seconds, "{value}");
        }
    }
}
