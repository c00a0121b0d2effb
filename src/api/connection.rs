//! Why a request got no answer, in words: reqwest's errors nest deep and name things that users have never heard of.

use std::error::Error as StdError;
use std::io;

use rustls::CertificateError;

use super::tls;
use crate::error::Error;

/// How the causes begin that only say where another one happened.
const LAYERS: [&str; 5] = [
    "client error",
    "error sending request",
    "tcp connect error",
    "error decoding response body",
    "error reading a body from connection",
];

/// A proxy wants to know who asks.
pub const PROXY_ASKS: &str = "the proxy requires a user name and password, and accepted none";

/// What mends that.
pub const PROXY_HINT: &str = "put them into the proxy's address: http://user:password@proxy:port";

/// What a user is told of a request that got no answer.
#[derive(Debug)]
pub struct Broken {
    /// The reasons, outermost first, without the layers that say nothing.
    why: anyhow::Error,
    hint: Option<&'static str>,
    /// Whether another try could end differently.
    pub may_pass: bool,
    /// Whether no connection was made.
    pub is_connect: bool,
}

impl Broken {
    /// Reads reqwest's error. The URL in it is left out: the caller says the place.
    pub fn new(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let is_connect = error.is_connect();
        let tls = tls_error(&error);
        let chain: Vec<String> = causes(&error).map(ToString::to_string).collect();
        let tunnel = chain.iter().position(|cause| cause.starts_with("tunnel error"));
        let is_asked_for_password = tunnel.is_some_and(|at| chain[at].ends_with("proxy authorization required"));
        let (why, hint) = match (tls, tunnel) {
            (Some(rustls::Error::InvalidCertificate(certificate)), _) => certificate_failure(certificate),
            (Some(rustls::Error::InvalidMessage(_)), _) => (
                "what answers there does not speak TLS".to_owned(),
                Some("check the port in the base URL, or whether it is to begin with http://"),
            ),
            (Some(other), _) => (format!("the encrypted connection could not be set up: {other}"), None),
            (None, Some(_)) if is_asked_for_password => (PROXY_ASKS.to_owned(), Some(PROXY_HINT)),
            (None, Some(at)) => (
                proxy_failure(&chain[at], &chain[at + 1..]),
                Some("check the proxy's address, or name the platform's host in NO_PROXY to pass it by"),
            ),
            (None, None) => (
                reason(chain),
                is_connect.then_some("check the base URL, the network and any proxy"),
            ),
        };
        Self {
            why: anyhow::Error::msg(why),
            hint,
            may_pass: !(is_asked_for_password || is_connect && tls.is_some()),
            is_connect,
        }
    }

    /// As the failure of a request to `place`.
    pub fn told(self, place: &str) -> Error {
        let place = place.to_owned();
        if self.is_connect {
            Error::Unreachable {
                place,
                why: self.why,
                hint: self.hint,
            }
        } else {
            Error::Lost { place, why: self.why }
        }
    }
}

/// The innermost reasons: the layers of the client above them only say that something went wrong.
fn reason(mut chain: Vec<String>) -> String {
    chain.retain(|cause| !LAYERS.iter().any(|layer| cause.starts_with(layer)));
    chain.dedup();
    if let Some(last) = chain.last().filter(|_| chain[0].starts_with("dns error")) {
        let why = last.trim_start_matches("failed to lookup address information: ");
        return format!("the name of the host cannot be looked up: {why}");
    }
    match chain.join(": ") {
        nothing if nothing.is_empty() => "the connection was closed".to_owned(),
        eof if eof == "tls handshake eof" => "the connection was closed while it was being set up".to_owned(),
        // The library that speaks TLS adds where in its manual this is explained to programmers.
        reason => match reason.split_once(": https://docs.rs/") {
            Some((reason, _)) => reason.to_owned(),
            None => reason,
        },
    }
}

/// Why a proxy made no tunnel. The client's error for it has no type that could be named, only its words.
fn proxy_failure(error: &str, causes: &[String]) -> String {
    let what = match error.trim_start_matches("tunnel error: ") {
        "unsuccessful" => "the proxy did not let the connection through",
        "unexpected end of file" => "the proxy closed the connection",
        "failed to create underlying connection" => "the proxy cannot be reached",
        other => &format!("the proxy made no connection: {other}"),
    };
    if causes.is_empty() {
        what.to_owned()
    } else {
        format!("{what}: {}", reason(causes.to_vec()))
    }
}

fn certificate_failure(error: &CertificateError) -> (String, Option<&'static str>) {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            "its certificate has expired".to_owned(),
            Some("check this machine's clock; if it is right, the platform's certificate has to be renewed"),
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => (
            "its certificate is not valid yet".to_owned(),
            Some("check this machine's clock"),
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            "its certificate has the wrong name: it is for another host".to_owned(),
            Some("check the host in the base URL"),
        ),
        CertificateError::UnknownIssuer => (
            "its certificate is from an unknown authority, which this machine does not trust".to_owned(),
            Some(if tls::has_store_of_its_own() {
                "if it is your company's own, add its certificate (PEM) to what SSL_CERT_FILE or SSL_CERT_DIR names: \
                 only that is trusted now"
            } else {
                "if it is your company's own, name its certificate (PEM): export SSL_CERT_FILE=/path/to/authority.pem"
            }),
        ),
        other if other.to_string().contains("CaUsedAsEndEntity") => (
            "its certificate is an authority's, which is for signing others and not for a server".to_owned(),
            Some("give the server a certificate that the authority has signed (basicConstraints CA:FALSE)"),
        ),
        other => (format!("its certificate was not accepted: {other}"), None),
    }
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The TLS error inside. I/O errors hide what they wrap from their `source`, and come wrapped in each other.
fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    causes(error).find_map(|mut cause| {
        while let Some(hidden) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            cause = hidden;
        }
        cause.downcast_ref()
    })
}
