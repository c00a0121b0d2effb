//! Converts reqwest errors to failures for users. reqwest nests its errors deeply and uses internal terms.

use std::error::Error as StdError;
use std::io;

use reqwest::StatusCode;
use rustls::CertificateError;

use super::retry::{Outcome, is_transient};
use super::tls;
use crate::error::{Failure, Kind};

/// Prefixes of errors that only wrap another error.
const WRAPPERS: [&str; 5] = [
    "client error",
    "error sending request",
    "tcp connect error",
    "error decoding response body",
    "error reading a body from connection",
];

/// The error of a request that got no complete response.
pub struct RequestError {
    pub failure: Failure,
    /// [`Outcome::Lost`] if the server may have received the request.
    pub outcome: Outcome,
    /// Whether the connection ended because the client has no certificate.
    pub wants_certificate: bool,
    /// Whether the proxy answered the request for a tunnel with an error.
    pub is_tunnel_refused: bool,
}

impl RequestError {
    /// `endpoint` is the server and the proxy, for messages. `is_proxy_encrypted` means that there is a proxy with TLS.
    /// `wants_certificate` means that the server asked for a client certificate and has not answered any request.
    pub fn new(error: reqwest::Error, endpoint: &str, is_proxy_encrypted: bool, wants_certificate: bool) -> Self {
        let error = error.without_url();
        // A server that has begun to answer has processed the request.
        let has_response = error.is_body() || error.is_decode();
        let is_refused = !has_response && causes(&error).any(|cause| cause.downcast_ref().is_some_and(is_refused));
        let lacks_descriptors = causes(&error).any(|cause| cause.downcast_ref().is_some_and(lacks_descriptors));
        let tls = tls_error(&error);
        let chain: Vec<String> = causes(&error).map(ToString::to_string).collect();
        // With TLS 1.3, the alert comes after the handshake, in place of a response. Errors of HTTP/2 keep only its text.
        let is_alert = chain.iter().any(|cause| cause.contains("received fatal alert"));
        let wants_certificate = wants_certificate && (is_alert || !error.is_connect());
        let outcome = if error.is_connect() && tls.is_some() || wants_certificate && is_alert {
            Outcome::Final
        } else if error.is_connect() || is_refused {
            Outcome::NotSent
        } else {
            Outcome::Lost
        };
        let tunnel = chain.iter().position(|cause| cause.starts_with("tunnel error"));
        let is_tunnel_refused = tunnel.is_some_and(|at| chain[at].ends_with("unsuccessful"));
        let needs_password = tunnel.is_some_and(|at| chain[at].ends_with("proxy authorization required"));
        if needs_password {
            let (failure, outcome) = (proxy_needs_password(endpoint), Outcome::Final);
            return Self { failure, outcome, wants_certificate, is_tunnel_refused };
        }
        // Without a tunnel, only the connection to the proxy can use TLS.
        let is_proxy_tls = is_proxy_encrypted
            && tunnel.map_or(endpoint.starts_with("http:"), |at| chain[at].ends_with("underlying connection"));
        let (reason, hint) = match (tls, tunnel) {
            _ if wants_certificate => (
                "the server wants a client certificate".to_owned(),
                Some("client certificates are not supported; use an address of the server that does not require one"),
            ),
            (Some(rustls::Error::InvalidCertificate(error)), _) => certificate_reason(error, is_proxy_tls),
            (Some(rustls::Error::InvalidMessage(_)), _) if is_proxy_tls => (
                "the proxy does not support TLS".to_owned(),
                Some("set the address of the proxy to http:// instead of https://"),
            ),
            (Some(rustls::Error::InvalidMessage(_)), _) => (
                "the server does not support TLS".to_owned(),
                Some("check the port in the base URL, or use http:// if the server has no TLS"),
            ),
            (Some(rustls::Error::AlertReceived(alert)), _) => {
                let alert = words(&format!("{alert:?}"));
                (format!("the server refused the encrypted connection: {alert}"), None)
            }
            (Some(error), _) => (format!("cannot set up the encrypted connection: {error}"), None),
            (None, Some(at)) => (
                proxy_reason(&chain[at], &chain[at + 1..]),
                Some("check the address of the proxy, or add the server's host to NO_PROXY"),
            ),
            (None, None) if lacks_descriptors => {
                ("too many files are open".to_owned(), Some("raise the limit, for example with `ulimit -n 1024`"))
            }
            (None, None) if is_refused => ("the server refused the request before processing it".to_owned(), None),
            (None, None) => (reason_in(chain), None),
        };
        let (message, fallback_hint) = if error.is_connect() || wants_certificate {
            (format!("cannot connect to {endpoint}"), "check the base URL, your network and your proxy settings")
        } else if is_refused {
            (format!("no response from {endpoint}"), "try again later")
        } else {
            (format!("connection to {endpoint} was lost before the response was complete"), "try again later")
        };
        let kind = if lacks_descriptors { Kind::Failed } else { Kind::Unreachable };
        let failure = Failure::new(kind, message).with_causes([reason]);
        let failure = failure.hint(hint.unwrap_or(fallback_hint));
        Self { failure, outcome, wants_certificate, is_tunnel_refused }
    }

    /// Adds the status with which a proxy refuses a tunnel. It will not change its mind unless the status is transient.
    pub fn with_proxy(mut self, status: Option<StatusCode>) -> Self {
        let Some(status) = status else { return self };
        if !is_transient(status.as_u16()) {
            self.outcome = Outcome::Final;
        }
        self.failure.causes = vec![format!("the proxy refused the connection (HTTP {status})")];
        self
    }
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

pub fn proxy_needs_password(endpoint: &str) -> Failure {
    let reason = "the proxy requires a valid user name and password";
    Failure::new(Kind::Unreachable, format!("cannot connect to {endpoint}"))
        .with_causes([reason.to_owned()])
        .hint("add them to the proxy address: http://user:password@proxy:port")
}

/// Joins the texts of an error chain, without the errors that only wrap another one.
fn reason_in(mut chain: Vec<String>) -> String {
    chain.retain(|cause| !WRAPPERS.iter().any(|wrapper| cause.starts_with(wrapper)));
    chain.dedup();
    if let Some(last) = chain.last().filter(|_| chain[0].starts_with("dns error")) {
        let reason = last.trim_start_matches("failed to lookup address information: ");
        return format!("cannot resolve the host name: {reason}");
    }
    match chain.join(": ") {
        empty if empty.is_empty() => "the connection was closed".to_owned(),
        eof if eof == "tls handshake eof" => "the connection was closed during the TLS handshake".to_owned(),
        // rustls appends a link to its API documentation.
        reason => match reason.split_once(": https://docs.rs/") {
            Some((reason, _)) => reason.to_owned(),
            None => reason,
        },
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
    if causes.is_empty() { reason.to_owned() } else { format!("{reason}: {}", reason_in(causes.to_vec())) }
}

/// Describes a certificate that was rejected, of the proxy or the server.
fn certificate_reason(error: &CertificateError, is_proxy: bool) -> (String, Option<&'static str>) {
    let owner = if is_proxy { "proxy" } else { "server" };
    let (reason, hint) = match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            ("has expired", "check the clock of this machine; if it is right, the server needs a new certificate")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ("is not valid yet", "check the clock of this machine")
        }
        CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => {
            ("names no host", "give the server a certificate with its host name as subjectAltName")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } if is_proxy => {
            ("is for another host name", "check the host in the address of the proxy")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            ("is for another host name", "check the host in the base URL")
        }
        CertificateError::UnknownIssuer => (
            "is signed by an unknown authority",
            if tls::uses_custom_store() {
                "if it is your company's authority, add its certificate (PEM) to SSL_CERT_FILE or SSL_CERT_DIR; no other \
                 authority is trusted while they are set"
            } else {
                "if it is your company's authority, set SSL_CERT_FILE to the path of its certificate (PEM)"
            },
        ),
        CertificateError::Revoked => ("was revoked", "the server needs a new certificate"),
        CertificateError::Other(other) if tls::is_authority_error(other) => (
            "is the certificate of an authority",
            "if it is your server's own certificate, set SSL_CERT_FILE to its path (PEM)",
        ),
        other => {
            let text = match other {
                CertificateError::Other(other) => other.0.to_string(),
                other => format!("{other:?}"),
            };
            let name = text.split(|c: char| !c.is_ascii_alphanumeric() && c != ' ').next().unwrap_or_default();
            let reason = words(name.trim_end_matches("Context"));
            return (
                format!("the {owner}'s certificate was rejected: {reason}"),
                Some("give it a certificate that current TLS libraries accept"),
            );
        }
    };
    (format!("the {owner}'s certificate {reason}"), Some(hint))
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
