//! Responses that replace those of the server.

use serde_json::Value;
use wiremock::ResponseTemplate;

use super::{Call, ReceivedRequest};

/// A value that can be sent as a response.
pub trait Answer {
    fn template(self) -> ResponseTemplate;
}

impl Answer for ResponseTemplate {
    fn template(self) -> ResponseTemplate {
        self
    }
}

impl Answer for u16 {
    fn template(self) -> ResponseTemplate {
        ResponseTemplate::new(self)
    }
}

impl Answer for (u16, Value) {
    fn template(self) -> ResponseTemplate {
        ResponseTemplate::new(self.0).set_body_json(self.1)
    }
}

impl Answer for (u16, &str) {
    fn template(self) -> ResponseTemplate {
        ResponseTemplate::new(self.0).set_body_string(self.1)
    }
}

/// A response in place of the server's own, or none at all. By default it is used once.
pub struct Fault {
    call: Call,
    when: Box<dyn Fn(&ReceivedRequest) -> bool + Send>,
    /// `None` closes the connection without a response.
    pub(super) answer: Option<ResponseTemplate>,
    pub(super) applied: bool,
    pub(super) uses_left: usize,
}

impl Fault {
    pub fn answer(call: Call, answer: impl Answer) -> Self {
        let answer = Some(answer.template());
        Self { answer, ..Self::hang_up(call) }
    }

    /// Closes the connection without a response.
    pub fn hang_up(call: Call) -> Self {
        let (when, answer) = (Box::new(|_: &ReceivedRequest| true), None);
        Self { call, when, answer, applied: false, uses_left: 1 }
    }

    pub fn always(self) -> Self {
        Self { uses_left: usize::MAX, ..self }
    }

    /// Applies the request first: only its response is lost.
    pub fn after_applying(self) -> Self {
        Self { applied: true, ..self }
    }

    /// Affects only requests that match.
    pub fn when(self, matches: impl Fn(&ReceivedRequest) -> bool + Send + 'static) -> Self {
        let when = Box::new(matches);
        Self { when, ..self }
    }

    pub(super) fn matches(&self, request: &ReceivedRequest) -> bool {
        self.uses_left > 0 && self.call == request.call && (self.when)(request)
    }
}
