//! Responses that replace those of the server.

use serde_json::Value;
use wiremock::ResponseTemplate;

use super::{Call, ReceivedRequest};

/// A value that can be sent as a response: a status, a status with JSON or with text, or a template.
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

/// A response in place of the server's own, or none at all. It is used once by default.
pub struct Fault {
    call: Call,
    when: Box<dyn Fn(&ReceivedRequest) -> bool + Send>,
    /// `None` closes the connection without a response.
    answer: Option<ResponseTemplate>,
    applied: bool,
    uses_left: usize,
}

impl Fault {
    pub fn answer(call: Call, answer: impl Answer) -> Self {
        Self {
            call,
            when: Box::new(|_| true),
            answer: Some(answer.template()),
            applied: false,
            uses_left: 1,
        }
    }

    /// Closes the connection without a response.
    pub fn hang_up(call: Call) -> Self {
        Self {
            answer: None,
            ..Self::answer(call, 500)
        }
    }

    pub fn times(self, times: usize) -> Self {
        Self {
            uses_left: times,
            ..self
        }
    }

    pub fn always(self) -> Self {
        self.times(usize::MAX)
    }

    /// Applies the request first: only its response is lost.
    pub fn after_applying(self) -> Self {
        Self { applied: true, ..self }
    }

    /// Affects only requests that match.
    pub fn when(self, matches: impl Fn(&ReceivedRequest) -> bool + Send + 'static) -> Self {
        Self {
            when: Box::new(matches),
            ..self
        }
    }

    fn matches(&self, request: &ReceivedRequest) -> bool {
        self.uses_left > 0 && self.call == request.call && (self.when)(request)
    }
}

/// The effect of a fault on one request.
pub(super) struct Effect {
    pub answer: Option<ResponseTemplate>,
    pub applied: bool,
}

#[derive(Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub fn hang_up(&self, request: &ReceivedRequest) -> bool {
        let next = self.0.iter().find(|fault| fault.matches(request));
        next.is_some_and(|fault| fault.answer.is_none())
    }

    pub fn take(&mut self, request: &ReceivedRequest) -> Option<Effect> {
        let fault = self.0.iter_mut().find(|fault| fault.matches(request))?;
        fault.uses_left -= 1;
        Some(Effect {
            answer: fault.answer.clone(),
            applied: fault.applied,
        })
    }
}
