//! A request as the platform received it.

use percent_encoding::percent_decode_str;
use serde_json::Value;
use wiremock::Request;
use wiremock::http::{HeaderMap, Method};

const API: &str = "/api/svc/v1/";

/// A call of the platform's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    List,
    Create,
    CreateForUser,
    Delete,
    RevokeAll,
    /// `GET …/{name}`: makes a token and answers with its value on older deployments. No client may send it.
    GetOrCreate,
    Session,
    Refresh,
    /// Anything else: answered with 404.
    Unknown,
}

/// A request that reached the platform.
#[derive(Debug, Clone)]
pub struct Seen {
    pub call: Call,
    pub method: Method,
    /// Still percent-encoded; `.` and `..` segments are resolved, as a proxy would.
    pub path: String,
    /// Percent-decoded, in the order sent.
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// The percent-decoded last segment of the path: the id of a delete.
    pub segment: String,
}

impl Seen {
    pub(super) fn of(request: &Request, prefixes: &[String]) -> Self {
        let path = request.url.path().to_owned();
        let segments = segments(&path, prefixes);
        let query = request.url.query_pairs().into_owned().collect();
        Self {
            call: call(&request.method, &segments),
            method: request.method.clone(),
            query,
            headers: request.headers.clone(),
            body: request.body.clone(),
            segment: segments.last().cloned().unwrap_or_default(),
            path,
        }
    }

    /// The header's value, where it was sent and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The query parameter's value, percent-decoded.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let (_, value) = self.query.iter().find(|(key, _)| key == name)?;
        Some(value)
    }

    /// The body as JSON; `null` where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// The percent-decoded segments behind the API's root; none for a path that is not below it.
fn segments(path: &str, prefixes: &[String]) -> Vec<String> {
    let below = prefixes
        .iter()
        .find_map(|prefix| path.strip_prefix(prefix.as_str())?.strip_prefix(API));
    below.map_or_else(Vec::new, |below| below.split('/').map(decoded).collect())
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

fn call(method: &Method, segments: &[String]) -> Call {
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (method.as_str(), segments.as_slice()) {
        ("GET", ["session"]) => Call::Session,
        ("POST", ["oauth2", "token"]) => Call::Refresh,
        ("GET", ["personal-access-tokens"]) => Call::List,
        ("POST", ["personal-access-tokens"]) => Call::Create,
        ("POST", ["personal-access-tokens", "for-user"]) => Call::CreateForUser,
        ("DELETE", ["personal-access-tokens", "revoke", "all"]) => Call::RevokeAll,
        (_, ["personal-access-tokens", ""]) => Call::Unknown,
        ("DELETE", ["personal-access-tokens", _]) => Call::Delete,
        ("GET", ["personal-access-tokens", _]) => Call::GetOrCreate,
        _ => Call::Unknown,
    }
}
