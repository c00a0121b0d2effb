//! Why a request got no answer, in words: reqwest's errors nest deep and name things that users have never heard of.

use std::error::Error as StdError;
use std::io;

use rustls::CertificateError;

use crate::error::Error;

/// How the causes begin that only say where another one happened.
const LAYERS: [&str; 4] = [
    "client error",
    "error sending request",
    "error decoding response body",
    "error reading a body from connection",
];

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
        let is_about_proxy = chain.iter().any(|cause| cause.contains("proxy authorization required"));
        let (why, hint) = match tls {
            Some(rustls::Error::InvalidCertificate(certificate)) => certificate_failure(certificate),
            Some(other) => (format!("the encrypted connection could not be set up: {other}"), None),
            None if is_about_proxy => (
                "the proxy asks for a password".to_owned(),
                Some("put it into the proxy's address: http://user:password@proxy:port"),
            ),
            None => (
                reason(chain),
                is_connect.then_some("check the base URL, the network and any proxy"),
            ),
        };
        Self {
            why: anyhow::Error::msg(why),
            hint,
            may_pass: tls.is_none() && !is_about_proxy,
            is_connect,
        }
    }

    /// As the failure of a request to `place`.
    pub fn told(self, place: &str) -> Error {
        let place = place.to_owned();
        if self.is_connect || !self.may_pass {
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
    if chain.is_empty() {
        "the connection was closed".to_owned()
    } else {
        chain.join(": ")
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
        CertificateError::UnknownIssuer | CertificateError::Other(_) => (
            format!("its certificate is from an unknown authority, which this machine does not trust ({error})"),
            Some(
                "if it is your company's own, name its certificate (PEM): export SSL_CERT_FILE=/path/to/authority.pem",
            ),
        ),
        other => (format!("its certificate was not accepted: {other}"), None),
    }
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The TLS error inside, which an I/O error hides from its `source`.
fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    causes(error).find_map(|cause| {
        let hidden = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let hidden = hidden.and_then(|inner| inner.downcast_ref::<rustls::Error>());
        cause.downcast_ref::<rustls::Error>().or(hidden)
    })
}
