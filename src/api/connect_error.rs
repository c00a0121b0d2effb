//! Converts reqwest errors to failures for users. reqwest nests its errors deeply and uses internal terms.

use std::error::Error as StdError;
use std::io;

use rustls::CertificateError;
use url::Url;

use super::proxy::{CHECK_PROXY, Proxy};
use super::retry::Outcome;
use super::tls;
use crate::error::{Failure, Kind, RAISE_LIMIT};

/// Prefixes of errors that only wrap another error.
const WRAPPERS: [&str; 5] = [
    "client error",
    "error sending request",
    "tcp connect error",
    "error decoding response body",
    "error reading a body from connection",
];

const CHECK_SETTINGS: &str = "check the base URL, your network and your proxy settings";

/// Returns the failure of a request that got no complete response, and [`Outcome::Lost`] if the server may have received the
/// request. `endpoint` is the server and the proxy, for messages. `wants_certificate` means that the server asked for a client
/// certificate and has not answered any request.
pub async fn failure_of(
    error: reqwest::Error,
    endpoint: &str,
    server: &Url,
    proxy: Option<&Proxy>,
    wants_certificate: bool,
) -> (Failure, Outcome) {
    let error = error.without_url();
    let chain: Vec<String> = causes(&error).map(ToString::to_string).collect();
    // A server that has begun to answer has processed the request.
    let has_response = error.is_body() || error.is_decode();
    if !has_response && causes(&error).any(|cause| cause.downcast_ref().is_some_and(is_refused)) {
        let failure = Failure::new(Kind::Unreachable, format!("no response from {endpoint}"));
        let reason = "the server refused the request before processing it".to_owned();
        return (failure.with_causes([reason]).hint("try again later"), Outcome::NotSent);
    }
    // With TLS 1.3, the alert comes after the handshake, in place of a response. Errors of HTTP/2 keep only its text.
    let is_alert = chain.iter().any(|cause| cause.contains("received fatal alert"));
    if wants_certificate && (is_alert || !error.is_connect()) {
        let outcome = if is_alert { Outcome::Final } else { Outcome::Lost };
        return (self::wants_certificate(endpoint), outcome);
    }
    if !error.is_connect() {
        let message = format!("connection to {endpoint} was lost before the response was complete");
        let failure = Failure::new(Kind::Unreachable, message).with_causes([reason_in(&chain)]);
        return (failure.hint("try again later"), Outcome::Lost);
    }
    let tunnel = chain.iter().position(|cause| cause.starts_with("tunnel error"));
    if let (Some(proxy), Some(at)) = (proxy, tunnel)
        && let Some(refusal) = proxy.refusal(&chain[at], server).await
    {
        let outcome = if refusal.is_final { Outcome::Final } else { Outcome::NotSent };
        return (cannot_connect(endpoint, &refusal.reason, refusal.hint), outcome);
    }
    // Without a tunnel, only the connection to the proxy can use TLS.
    let is_proxy_tls = proxy.is_some_and(Proxy::is_encrypted)
        && tunnel.map_or(server.scheme() == "http", |at| chain[at].ends_with("underlying connection"));
    if let Some(error) = tls_error(&error) {
        let (reason, hint) = tls_reason(error, is_proxy_tls);
        return (cannot_connect(endpoint, &reason, hint), Outcome::Final);
    }
    if causes(&error).any(|cause| cause.downcast_ref().is_some_and(lacks_descriptors)) {
        let failure = cannot_connect(endpoint, "too many files are open", RAISE_LIMIT);
        return (Failure { kind: Kind::Failed, ..failure }, Outcome::NotSent);
    }
    let (reason, hint) = match tunnel {
        Some(at) => (proxy_reason(&chain[at], &chain[at + 1..]), CHECK_PROXY),
        None => (reason_in(&chain), CHECK_SETTINGS),
    };
    (cannot_connect(endpoint, &reason, hint), Outcome::NotSent)
}

pub fn wants_certificate(endpoint: &str) -> Failure {
    let hint = "client certificates are not supported; use an address of the server that does not require one";
    cannot_connect(endpoint, "the server wants a client certificate", hint)
}

pub fn cannot_connect(endpoint: &str, reason: &str, hint: &str) -> Failure {
    let message = format!("cannot connect to {endpoint}");
    Failure::new(Kind::Unreachable, message).with_causes([reason.to_owned()]).hint(hint)
}

/// Returns `true` if this machine cannot open another connection (`EMFILE`, `ENFILE`).
fn lacks_descriptors(error: &io::Error) -> bool {
    cfg!(unix) && matches!(error.raw_os_error(), Some(23 | 24))
}

/// Returns `true` if the server refused a request before it processed it. A `GOAWAY` frame only ends streams above the last one
/// that the server processes.
fn is_refused(error: &h2::Error) -> bool {
    let is_refused_stream =
        error.is_reset() && matches!(error.reason(), Some(h2::Reason::REFUSED_STREAM | h2::Reason::HTTP_1_1_REQUIRED));
    error.is_remote() && (is_refused_stream || error.is_go_away())
}

/// Joins the texts of an error chain, without the errors that only wrap another one.
fn reason_in(chain: &[String]) -> String {
    let mut chain: Vec<&str> = chain.iter().map(String::as_str).collect();
    chain.retain(|cause| !WRAPPERS.iter().any(|wrapper| cause.starts_with(wrapper)));
    chain.dedup();
    if let [first, .., last] = chain[..]
        && first.starts_with("dns error")
    {
        let reason = last.trim_start_matches("failed to lookup address information: ");
        return format!("cannot resolve the host name: {reason}");
    }
    match chain.join(": ").as_str() {
        "" => "the connection was closed".to_owned(),
        "tls handshake eof" => "the connection was closed during the TLS handshake".to_owned(),
        // rustls appends a link to its API documentation.
        reason => reason.split(": https://docs.rs/").next().unwrap_or_default().to_owned(),
    }
}

/// Describes a failed proxy tunnel. reqwest has no public type for this error, so only its text can be matched.
fn proxy_reason(error: &str, causes: &[String]) -> String {
    let reason = match error.trim_start_matches("tunnel error: ") {
        "unsuccessful" => "the proxy refused the connection",
        "unexpected end of file" => "the proxy closed the connection",
        "failed to create underlying connection" => "the proxy cannot be reached",
        other => &format!("the proxy could not connect to the server: {other}"),
    };
    if causes.is_empty() { reason.to_owned() } else { format!("{reason}: {}", reason_in(causes)) }
}

/// Describes why the encrypted connection to the server or the proxy could not be set up.
fn tls_reason(error: &rustls::Error, is_proxy: bool) -> (String, &'static str) {
    match error {
        rustls::Error::InvalidCertificate(error) => certificate_reason(error, is_proxy),
        rustls::Error::InvalidMessage(_) if is_proxy => {
            ("the proxy does not support TLS".to_owned(), "set the address of the proxy to http:// instead of https://")
        }
        rustls::Error::InvalidMessage(_) => (
            "the server does not support TLS".to_owned(),
            "check the port in the base URL, or use http:// if the server has no TLS",
        ),
        rustls::Error::AlertReceived(alert) => {
            let alert = words(&format!("{alert:?}"));
            (format!("the server refused the encrypted connection: {alert}"), CHECK_SETTINGS)
        }
        error => (format!("cannot set up the encrypted connection: {error}"), CHECK_SETTINGS),
    }
}

/// Describes why a certificate of the server or the proxy was rejected.
fn certificate_reason(error: &CertificateError, is_proxy: bool) -> (String, &'static str) {
    use CertificateError::{
        Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext, Other,
        Revoked, UnknownIssuer,
    };
    let owner = if is_proxy { "proxy" } else { "server" };
    let (reason, hint) = match error {
        Expired | ExpiredContext { .. } => {
            ("has expired", "check the clock of this machine; if it is right, the server needs a new certificate")
        }
        NotValidYet | NotValidYetContext { .. } => ("is not valid yet", "check the clock of this machine"),
        NotValidForNameContext { presented, .. } if presented.is_empty() => {
            ("names no host", "give the server a certificate with its host name as subjectAltName")
        }
        NotValidForName | NotValidForNameContext { .. } if is_proxy => {
            ("is for another host name", "check the host in the address of the proxy")
        }
        NotValidForName | NotValidForNameContext { .. } => {
            ("is for another host name", "check the host in the base URL")
        }
        UnknownIssuer if tls::uses_custom_store() => (
            "is signed by an unknown authority",
            "if it is your company's authority, add its certificate (PEM) to SSL_CERT_FILE or SSL_CERT_DIR; no other \
             authority is trusted while they are set",
        ),
        UnknownIssuer => (
            "is signed by an unknown authority",
            "if it is your company's authority, set SSL_CERT_FILE to the path of its certificate (PEM)",
        ),
        Revoked => ("was revoked", "the server needs a new certificate"),
        Other(other) if tls::is_authority_error(other) => (
            "is the certificate of an authority",
            "if it is your server's own certificate, set SSL_CERT_FILE to its path (PEM)",
        ),
        other => {
            let text = match other {
                Other(other) => other.0.to_string(),
                other => format!("{other:?}"),
            };
            let name = text.split(|c: char| !c.is_ascii_alphanumeric() && c != ' ').next().unwrap_or_default();
            let reason = format!("the {owner}'s certificate was rejected: {}", words(name.trim_end_matches("Context")));
            return (reason, "give it a certificate that current TLS libraries accept");
        }
    };
    (format!("the {owner}'s certificate {reason}"), hint)
}

/// Writes the name of an error, such as `BadSignature`, in words.
fn words(name: &str) -> String {
    let mut words = String::new();
    for c in name.trim().chars() {
        if c.is_ascii_uppercase() && words.ends_with(|c: char| c.is_ascii_lowercase()) {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// Finds a TLS error. I/O errors do not return the error inside them as their `source`.
fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    causes(error).find_map(|mut cause| {
        while let Some(inner) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            cause = inner;
        }
        cause.downcast_ref()
    })
}
