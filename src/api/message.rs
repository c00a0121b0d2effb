//! A request to the server, and its response.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
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
    /// Target of a redirect.
    pub location: Option<String>,
    pub body: Vec<u8>,
    /// Number of attempts that were made.
    pub attempts: u32,
    pub retry_after: Option<Duration>,
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
}
