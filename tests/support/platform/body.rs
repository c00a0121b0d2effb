//! The bodies of requests: every field is checked, and none is overlooked.

use serde_json::{Map, Value};

use super::answer::Refusal;
use super::{Seen, TENANT};

/// The address in the body of `revoke/all`.
pub(super) fn email(seen: &Seen) -> Result<String, Refusal> {
    let mut body = Body::of(seen)?;
    let email = body.required("email");
    body.done()?;
    Ok(email.unwrap_or_default())
}

/// The refresh token in the body of `oauth2/token`.
pub(super) fn refresh(seen: &Seen) -> Result<String, Refusal> {
    let mut body = Body::of(seen)?;
    let token = body.required("refreshToken");
    if body.required("tenantName").is_some_and(|tenant| tenant != TENANT) {
        body.check(Err("tenantName is not known".to_owned()));
    }
    if body.required("grantType").is_some_and(|grant| grant != "refresh_token") {
        body.check(Err("grantType must be refresh_token".to_owned()));
    }
    if body.fields.remove("returnJWT") != Some(Value::Bool(true)) {
        body.check(Err("returnJWT must be true".to_owned()));
    }
    body.done()?;
    Ok(token.unwrap_or_default())
}

/// A body whose fields are taken out one by one; what is wrong, and what is left over, is a message each.
pub(super) struct Body {
    fields: Map<String, Value>,
    wrong: Vec<String>,
}

impl Body {
    pub fn of(seen: &Seen) -> Result<Self, Refusal> {
        let media = seen.header("content-type").unwrap_or_default();
        match seen.json() {
            Value::Object(fields) if media.starts_with("application/json") => Ok(Self {
                fields,
                wrong: Vec::new(),
            }),
            _ => Err(Refusal::new(
                400,
                "The body must be a JSON object, sent as application/json",
            )),
        }
    }

    pub fn required(&mut self, name: &str) -> Option<String> {
        if !self.fields.contains_key(name) {
            self.wrong.push(format!("{name} should not be empty"));
        }
        self.optional(name)
    }

    /// Absent is absent: `null` is as wrong as a number.
    pub fn optional(&mut self, name: &str) -> Option<String> {
        match self.fields.remove(name)? {
            Value::String(text) if !text.is_empty() => Some(text),
            Value::String(_) => {
                self.wrong.push(format!("{name} should not be empty"));
                None
            }
            _ => {
                self.wrong.push(format!("{name} must be a string"));
                None
            }
        }
    }

    pub fn check(&mut self, outcome: Result<(), String>) {
        self.wrong.extend(outcome.err());
    }

    pub fn done(mut self) -> Result<(), Refusal> {
        let extra = self.fields.keys();
        self.wrong
            .extend(extra.map(|name| format!("property {name} should not exist")));
        if self.wrong.is_empty() {
            Ok(())
        } else {
            Err(Refusal::wrong(self.wrong))
        }
    }
}
