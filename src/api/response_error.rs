//! Converts the status and the body of a failed response to a failure for users.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{LOCATION, PROXY_AUTHENTICATE};
use serde_json::Value;
use url::{Position, Url};

use super::connect_error::{cannot_connect, wants_certificate};
use super::error_body::server_message;
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
