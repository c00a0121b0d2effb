//! A request as the server received it.

use percent_encoding::percent_decode_str;
use serde_json::Value;
use wiremock::Request;
use wiremock::http::{HeaderMap, Method};

const API: &str = "/api/svc/v1";

/// A call of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    List,
    Create,
    CreateForUser,
    Delete,
    RevokeAll,
    /// `GET …/{name}` creates a token on older deployments, so no client may send it.
    GetOrCreate,
    Session,
    Refresh,
    /// Anything else: the server answers with 404.
    Unknown,
}

/// A request that reached the server.
#[derive(Debug, Clone)]
pub struct ReceivedRequest {
    pub call: Call,
    pub method: Method,
    /// Still percent-encoded; `.` and `..` segments are resolved, as by a proxy.
    pub path: String,
    /// The query as it was sent, with its question mark.
    raw_query: String,
    /// Percent-decoded, in the order sent.
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// The percent-decoded last segment of the path: the id of a deletion.
    pub segment: String,
    /// `None` if the connection was closed without a response.
    pub status: Option<u16>,
}

impl ReceivedRequest {
    pub(super) fn of(raw: &Request, prefixes: &[String]) -> Self {
        let path = raw.url.path();
        let mut roots = prefixes.iter().map(String::as_str).chain([""]);
        let below = roots.find_map(|prefix| path.strip_prefix(prefix)?.strip_prefix(API));
        let segments = below.unwrap_or_default().split('/').skip(1);
        let segments: Vec<_> = segments.map(|segment| percent_decode_str(segment).decode_utf8_lossy()).collect();
        let words: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
        Self {
            call: call(raw.method.as_str(), &words),
            method: raw.method.clone(),
            path: path.to_owned(),
            raw_query: raw.url.query().map_or_else(String::new, |query| format!("?{query}")),
            query: raw.url.query_pairs().into_owned().collect(),
            headers: raw.headers.clone(),
            body: raw.body.clone(),
            segment: words.last().copied().unwrap_or_default().to_owned(),
            status: None,
        }
    }

    /// The header's value, if it was sent and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The query parameter's value, percent-decoded.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let (_, value) = self.query.iter().find(|(key, _)| key == name)?;
        Some(value)
    }

    /// The body as JSON, or `null`.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The request and the status of its response on one line, without the root that all paths of the API share.
    pub fn line(&self) -> String {
        let path = self.path.replacen(API, "", 1);
        let status = self.status.map_or("no response".to_owned(), |status| status.to_string());
        let body = match self.json() {
            Value::Null => String::from_utf8_lossy(&self.body).into_owned(),
            json => json.to_string(),
        };
        let line = format!("{} {path}{} {status} {body}", self.method, self.raw_query);
        line.trim_end().to_owned()
    }
}

fn call(method: &str, segments: &[&str]) -> Call {
    match (method, segments) {
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
