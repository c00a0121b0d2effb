//! Reads the body of an error response, in the forms of TrueFoundry and of gateways.

use serde_json::Value;

use crate::redact::redact;
use crate::untrusted::sanitize;

/// Maximum length of a server message that is shown, in characters.
const MAX_MESSAGE_LENGTH: usize = 1000;

/// Maximum size of a body that is searched for a message, in bytes. Parsing a larger one would take too much memory.
const MAX_BODY_SIZE: usize = 1024 * 1024;

/// Returns the message of an error response, or `None` if it has no readable one.
#[must_use]
pub fn server_message(body: &[u8]) -> Option<String> {
    if body.len() > MAX_BODY_SIZE {
        return None;
    }
    let text = match serde_json::from_slice::<Value>(body) {
        Ok(json) => message_of(&json)?,
        Err(_) => std::str::from_utf8(body).ok()?.trim().to_owned(),
    };
    if text.is_empty() || text.starts_with(['<', '{', '[']) {
        return None;
    }
    // Redact before the text is cut, because half of a secret would not be recognized.
    let text: String = redact(&text).chars().take(MAX_MESSAGE_LENGTH).collect();
    Some(format!("server message: {}", sanitize(&text)))
}

/// Returns `true` if the body of a successful response says that the request has failed.
pub fn is_refusal(body: &[u8]) -> bool {
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
        return false;
    };
    let is_set = |name| match fields.get(name) {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::Bool(true)) => true,
        Some(Value::Number(number)) => number.as_u64() != Some(0),
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(list)) => !list.is_empty(),
        Some(Value::Object(fields)) => !fields.is_empty(),
    };
    let is_false = |name| fields.get(name) == Some(&Value::Bool(false));
    let status = fields.get("status").and_then(Value::as_str).unwrap_or_default();
    is_set("error")
        || is_set("errors")
        || is_false("success")
        || is_false("ok")
        || ["error", "fail", "failed", "failure"].contains(&status)
}

/// Finds the message in the JSON of an error: of TrueFoundry, of a gateway, or in the form of RFC 9457 or OAuth.
fn message_of(json: &Value) -> Option<String> {
    const NAMES: [&str; 8] =
        ["message", "error_description", "detail", "errors", "error", "title", "description", "msg"];
    let Value::Object(fields) = json else { return text_of(json) };
    let message = NAMES.into_iter().find_map(|name| text_of(fields.get(name)?))?;
    match fields.get("title").and_then(text_of) {
        Some(title) if fields.contains_key("detail") && title != message => Some(format!("{title}: {message}")),
        _ => Some(message),
    }
}

/// Returns the text of a message, which may be a list, or an object such as one with a message for each wrong field.
fn text_of(json: &Value) -> Option<String> {
    let join = |texts: Vec<String>| (!texts.is_empty()).then(|| texts.join("; "));
    match json {
        Value::String(text) => (!text.is_empty()).then(|| text.clone()),
        Value::Array(list) => join(list.iter().filter_map(message_of).collect()),
        Value::Object(fields) => message_of(json).or_else(|| {
            let text = |(name, value): (&String, _)| Some(format!("{name}: {}", text_of(value)?));
            join(fields.iter().filter_map(text).collect())
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(body: &str) -> Option<String> {
        let message = server_message(body.as_bytes())?;
        message.strip_prefix("server message: ").map(str::to_owned)
    }

    #[test]
    fn message_is_found_in_every_shape() {
        for (body, text) in [
            (r#"{"statusCode":400,"message":"no"}"#, "no"),
            (r#"{"message":["name is short","date is past"]}"#, "name is short; date is past"),
            (r#"{"error":"no"}"#, "no"),
            (r#"{"error":{"message":"no"}}"#, "no"),
            (r#"{"message":{"message":["no"]}}"#, "no"),
            (r#"{"error":{"message":["one","two"],"code":7}}"#, "one; two"),
            (r#"{"message":null,"error":"no"}"#, "no"),
            (r#"{"message":["",null,7],"error":"no"}"#, "no"),
            (r#"{"message":{"name":"is short","team":["is missing"]}}"#, "name: is short; team: is missing"),
            (r#"{"errors":[{"code":7,"message":"one"},{"message":"two"}]}"#, "one; two"),
            (r#"{"errors":{"name":["is short"]}}"#, "name: is short"),
            (r#"{"type":"about:blank","title":"Forbidden","status":403,"detail":"no quota"}"#, "Forbidden: no quota"),
            (r#"{"title":"Forbidden","status":403}"#, "Forbidden"),
            (r#"{"detail":[{"loc":["body"],"msg":"no"}]}"#, "no"),
            (r#"{"error":"invalid_grant","error_description":"no"}"#, "no"),
            (r#"{"error":{"code":7,"status":"DENIED"}}"#, "status: DENIED"),
            (r#"{"statusCode":403,"message":"no","error":"Forbidden"}"#, "no"),
            ("no\n", "no"),
            (r#"{"message":"tfy_abc is\u001b[2J invalid"}"#, "(redacted) is\u{fffd}[2J invalid"),
        ] {
            assert_eq!(message(body).as_deref(), Some(text), "{body}");
        }
    }

    #[test]
    fn page_or_empty_body_has_no_message() {
        for body in [
            "",
            "  \n",
            "{}",
            "[]",
            "[1, 2",
            "null",
            "7",
            "<html>no</html>",
            "\n <html>",
            r#"{"message":"#,
            r#"{"message":{}}"#,
            r#"{"message":["",null,7]}"#,
            r#"{"statusCode":400}"#,
        ] {
            assert_eq!(message(body), None, "{body}");
        }
        assert_eq!(server_message(b"\xff\xfe"), None);
    }
}
