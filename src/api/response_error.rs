//! Converts the status and the body of a failed response to a failure for users.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{LOCATION, PROXY_AUTHENTICATE};
use serde_json::Value;
use url::{Position, Url};

use super::connect_error::{cannot_connect, wants_certificate};
use super::message::Response;
use super::proxy::Refusal;
use super::retry::is_transient;
use crate::error::{Failure, Kind};
use crate::redact::redact;
use crate::secret::Secret;
use crate::settings::hints::{login_hint, new_key_hint};
use crate::settings::{Account, BaseUrl};
use crate::time::relative;
use crate::untrusted::sanitize;

/// Maximum length of a server message that is shown, in characters.
const MAX_MESSAGE_LENGTH: usize = 1000;

/// Maximum size of a body that is searched for a message, in bytes. Parsing a larger one would take too much memory.
const MAX_BODY_SIZE: usize = 1024 * 1024;

/// Maximum length of a `Location` header that is shown, in bytes.
const MAX_LOCATION_LENGTH: usize = 8 * 1024;

const CHECK_BASE_URL: &str = "check the base URL; it must point to the TrueFoundry control plane";

/// The operation that a request was for. Some statuses mean different things for different operations.
#[derive(Clone, Copy)]
pub enum Operation<'a> {
    /// Create a token, for another user if there is an email address.
    Create(Option<&'a str>),
    DeleteToken,
    /// Delete all tokens of a user.
    RevokeAll(&'a str),
    Other,
}

/// Returns the failure for a response, or `None` if its status is a success.
pub fn failure_for(response: &Response, account: &Account, operation: Operation<'_>) -> Option<Failure> {
    if response.is_success() {
        return None;
    }
    let creates = matches!(operation, Operation::Create(_));
    if creates {
        remember_value(&response.body);
    }
    let message = server_message(&response.body);
    let failure = match (response.status, operation) {
        _ if is_foreign(response) => return Some(general_failure(response, &account.base_url)),
        (401, _) => key_rejected(account, message),
        (403, _) => forbidden(account, creates, message),
        (404, Operation::DeleteToken) => Failure::token_not_found()
            .with_causes(message)
            .hint(format!("run `tfy-tokens list{}`", account.base_url_flag())),
        (404, Operation::RevokeAll(email) | Operation::Create(Some(email))) => {
            Failure::new(Kind::NotFound, format!("user {email} not found")).with_causes(message)
        }
        (409, _) if creates => Failure::name_taken().with_causes(message),
        _ => return Some(general_failure(response, &account.base_url)),
    };
    Some(failure.status(response.status))
}

/// Returns the failure for a response whose status means the same for every operation, with or without an API key.
pub fn general_failure(response: &Response, base_url: &BaseUrl) -> Failure {
    let status = response.status;
    let (kind, message, hint) = match status {
        300..=399 => return redirect(response, base_url),
        // Only a proxy sends 407. If the server uses https, the proxy refuses the tunnel instead, and reqwest returns an error.
        407 => {
            let challenges =
                response.headers.get_all(PROXY_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
            let Refusal { reason, hint, .. } = Refusal::unauthorized(challenges);
            return cannot_connect(&base_url.to_string(), &reason, hint).status(status);
        }
        400 | 495 | 496 if lacks_certificate(response) => {
            return wants_certificate(&base_url.to_string()).status(status);
        }
        _ if is_foreign(response) => {
            let hint = "check the base URL; a login page, a proxy or a firewall may have answered";
            (kind_of_refusal(status), "the server answered with a web page", Some(hint.to_owned()))
        }
        401 => (kind_of_refusal(status), "the server requires a login", None),
        403 => (kind_of_refusal(status), "the server refused the request", None),
        404 => (Kind::Failed, "the server does not have this API", Some(CHECK_BASE_URL.to_owned())),
        429 => (Kind::Unreachable, "too many requests", Some(try_later(response.retry_after()))),
        _ if is_transient(status) => {
            (Kind::Unreachable, "the server is unavailable", Some(try_later(response.retry_after())))
        }
        _ => (Kind::Failed, "the server rejected the request", None),
    };
    let failure = Failure::new(kind, format!("{message} (HTTP {status})")).status(status);
    Failure { hint, ..failure.with_causes(server_message(&response.body)) }
}

fn kind_of_refusal(status: u16) -> Kind {
    match status {
        401 => Kind::NotSignedIn,
        403 => Kind::Forbidden,
        _ => Kind::Failed,
    }
}

/// The hint of a failure that may pass. `retry_after` is the wait that the server asked for.
fn try_later(retry_after: Option<Duration>) -> String {
    let until = retry_after.and_then(|wait| Timestamp::UNIX_EPOCH.checked_add(wait).ok());
    match until {
        Some(until) if until > Timestamp::UNIX_EPOCH => format!("try again {}", relative(until, Timestamp::UNIX_EPOCH)),
        _ => "try again later".to_owned(),
    }
}

/// Redacts the value of a token from an error, which may contain it.
fn remember_value(body: &[u8]) {
    let body = serde_json::from_slice::<Value>(body).unwrap_or_default();
    drop(body.get("token").and_then(Value::as_str).map(Secret::new));
}

/// The failure of an API key that the server does not accept.
pub fn key_rejected(account: &Account, message: Option<String>) -> Failure {
    let source = &account.key_source;
    let text = format!("the API key from {source} was rejected: it is invalid, expired or deleted");
    Failure::new(Kind::NotSignedIn, text).with_causes(message).hint(new_key_hint(account))
}

fn forbidden(account: &Account, creates: bool, message: Option<String>) -> Failure {
    let cannot_create = creates && account.key.is_personal_access_token();
    let hint = if cannot_create {
        format!("{}, or create the token on the TrueFoundry website", login_hint(account))
    } else {
        "use another API key, or ask a tenant admin for permission to manage access tokens".to_owned()
    };
    Failure::new(Kind::Forbidden, "Cannot manage access tokens. Check your API key permissions.")
        .with_causes(cannot_create.then(|| "a personal access token cannot create another token".to_owned()))
        .with_causes(message)
        .with_causes([format!("the API key is from {}", account.key_source)])
        .hint(hint)
}

/// Returns `true` if a web page refused the request. TrueFoundry responds in JSON, so the page comes from a login, a proxy or a
/// firewall.
fn is_foreign(response: &Response) -> bool {
    response.is_html() && response.is_final_refusal()
}

/// Returns `true` for the page with which nginx asks for a client certificate.
fn lacks_certificate(response: &Response) -> bool {
    response.is_html() && String::from_utf8_lossy(&response.body).contains("No required SSL certificate was sent")
}

fn redirect(response: &Response, base_url: &BaseUrl) -> Failure {
    let status = response.status;
    let base = base_url.join([]);
    let location = response.header(LOCATION).filter(|location| location.len() <= MAX_LOCATION_LENGTH);
    let target = location.and_then(|location| base.join(location).ok());
    let suggestion = target.as_ref().and_then(|target| https_base_url(&base, target));
    let hint = match suggestion {
        Some(base_url) => format!("set the base URL to {base_url}"),
        None => CHECK_BASE_URL.to_owned(),
    };
    let to = target.map_or(String::new(), |target| format!(" to {}", sanitize(&without_credentials(&target))));
    Failure::new(Kind::Failed, format!("refusing to follow a redirect{to} (HTTP {status})"))
        .hint(hint)
        .status(status)
        .with_causes(server_message(&response.body))
}

/// Removes the user name, password, query and fragment of a URL. A query may contain a login ticket.
fn without_credentials(url: &Url) -> String {
    url[..Position::BeforeUsername].to_owned() + &url[Position::BeforeHost..Position::AfterPath]
}

/// Returns the base URL that a redirect of an API call leads to, if it is https on the same host. A redirect to another host is
/// never suggested, because it may be an attack.
fn https_base_url(base: &Url, target: &Url) -> Option<String> {
    let is_same_host = target.host() == base.host() && target.scheme() == "https" && target.username().is_empty();
    let address = without_credentials(target);
    let (base_url, _) = address.split_once("/api/svc/v1/")?;
    let is_new = base_url != base.as_str().trim_end_matches('/');
    (is_same_host && is_new && redact(base_url) == base_url).then(|| base_url.to_owned())
}

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
