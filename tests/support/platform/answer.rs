//! The shapes of the platform's answers.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

/// What a call comes to: its body and status, or the refusal.
pub(super) type Outcome = Result<(u16, Value), Refusal>;

/// A refusal, as the platform words it.
pub(super) struct Refusal {
    status: u16,
    message: Value,
}

impl Refusal {
    pub fn new(status: u16, message: &str) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    /// 400, with a message for each field that is wrong.
    pub fn wrong(messages: Vec<String>) -> Self {
        Self {
            status: 400,
            message: messages.into(),
        }
    }
}

pub(super) fn template(outcome: Outcome) -> ResponseTemplate {
    match outcome {
        Ok((status, body)) => ResponseTemplate::new(status).set_body_json(body),
        Err(Refusal { status, message }) => {
            ResponseTemplate::new(status).set_body_json(json!({"statusCode": status, "message": message}))
        }
    }
}
