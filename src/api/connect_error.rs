//! Converts reqwest errors to failures for users. reqwest nests its errors deeply and uses internal terms.

use std::error::Error as StdError;
use std::io;

use rustls::CertificateError;

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
    /// Whether another attempt would end the same way.
    pub is_final: bool,
    /// Whether no connection was made.
    pub is_unconnected: bool,
}

impl RequestError {
    /// `endpoint` is the server and the proxy, for messages.
    pub fn new(error: reqwest::Error, endpoint: &str) -> Self {
        let error = error.without_url();
        let is_unconnected = error.is_connect();
        let tls = tls_error(&error);
        let chain: Vec<String> = causes(&error).map(ToString::to_string).collect();
        let tunnel = chain.iter().position(|cause| cause.starts_with("tunnel error"));
        let needs_password = tunnel.is_some_and(|at| chain[at].ends_with("proxy authorization required"));
        if needs_password {
            return Self { failure: proxy_needs_password(endpoint), is_final: true, is_unconnected };
        }
        let (reason, hint) = match (tls, tunnel) {
            (Some(rustls::Error::InvalidCertificate(error)), _) => certificate_reason(error),
            (Some(rustls::Error::InvalidMessage(_)), _) => (
                "the server does not support TLS".to_owned(),
                Some("check the port in the base URL, or use http:// if the server has no TLS"),
            ),
            (Some(error), _) => (format!("cannot set up the encrypted connection: {error}"), None),
            (None, Some(at)) => (
                proxy_reason(&chain[at], &chain[at + 1..]),
                Some("check the address of the proxy, or add the server's host to NO_PROXY"),
            ),
            (None, None) => (reason_in(chain), None),
        };
        let (message, fallback_hint) = if is_unconnected {
            (format!("cannot connect to {endpoint}"), "check the base URL, your network and your proxy settings")
        } else {
            (format!("connection to {endpoint} was lost before the response was complete"), "try again later")
        };
        Self {
            failure: Failure::new(Kind::Unreachable, message).with_causes([reason]).hint(hint.unwrap_or(fallback_hint)),
            is_final: is_unconnected && tls.is_some(),
            is_unconnected,
        }
    }
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

fn certificate_reason(error: &CertificateError) -> (String, Option<&'static str>) {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            "the server's certificate has expired".to_owned(),
            Some("check the clock of this machine; if it is right, the server needs a new certificate"),
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ("the server's certificate is not valid yet".to_owned(), Some("check the clock of this machine"))
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            ("the server's certificate is for another host name".to_owned(), Some("check the host in the base URL"))
        }
        CertificateError::UnknownIssuer => (
            "the server's certificate is signed by an unknown authority".to_owned(),
            Some(if tls::uses_custom_store() {
                "if it is your company's authority, add its certificate (PEM) to SSL_CERT_FILE or SSL_CERT_DIR; no other \
                 authority is trusted while they are set"
            } else {
                "if it is your company's authority, set SSL_CERT_FILE to the path of its certificate (PEM)"
            }),
        ),
        other if other.to_string().contains("CaUsedAsEndEntity") => (
            "the server uses the certificate of an authority as its own".to_owned(),
            Some("give the server a certificate that the authority has signed (basicConstraints CA:FALSE)"),
        ),
        other => (format!("the server's certificate was rejected: {other}"), None),
    }
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
