//! A request as the server received it.

use std::ops::Deref;

use percent_encoding::percent_decode_str;
use serde_json::Value;
use wiremock::Request;

const API: &str = "/api/svc/v1";

/// The root of the API of an auth server.
const AUTH_SERVER_API: &str = "/auth/api/v1";

/// The paths before that of the API at which the server answers.
const PREFIXES: [&str; 2] = ["", "/team/x"];

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
    ServerConfig,
    TenantId,
    DeviceCode,
    /// Asks whether the user has confirmed a device code.
    Poll,
    Refresh,
    /// Anything else: the server answers with 404.
    Unknown,
}

/// A request that reached the server.
#[derive(Debug, Clone)]
pub struct ReceivedRequest {
    raw: Request,
    pub call: Call,
    /// The percent-decoded last segment of the path: the id of a deletion.
    pub segment: String,
    /// `None` if the connection was closed without a response.
    pub status: Option<u16>,
}

impl ReceivedRequest {
    pub(super) fn of(raw: &Request) -> Self {
        let path = raw.url.path();
        let below = PREFIXES.iter().find_map(|prefix| path.strip_prefix(prefix)?.strip_prefix(API));
        let below = below.or_else(|| path.strip_prefix(AUTH_SERVER_API)).unwrap_or_default();
        let segments = below.split('/').skip(1);
        let segments: Vec<_> = segments.map(|segment| percent_decode_str(segment).decode_utf8_lossy()).collect();
        let words: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
        let segment = words.last().copied().unwrap_or_default().to_owned();
        let is_poll = raw.body_json::<Value>().is_ok_and(|body| body.get("deviceCode").is_some());
        let call = call(raw.method.as_str(), &words, is_poll);
        Self { raw: raw.clone(), call, segment, status: None }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The query parameter's value, percent-decoded.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let (_, value) = self.url.query_pairs().find(|(key, _)| key == name)?;
        Some(value.into_owned())
    }

    /// The body as JSON, or `null`.
    pub fn json(&self) -> Value {
        self.body_json().unwrap_or_default()
    }

    /// The request and the status of its response on one line, without the root that all paths of the API share.
    pub fn line(&self) -> String {
        let target = self.url[url::Position::BeforePath..].replacen(API, "", 1);
        let status = self.status.map_or("no response".to_owned(), |status| status.to_string());
        let body = match self.json() {
            Value::Null => String::from_utf8_lossy(&self.body).into_owned(),
            json => json.to_string(),
        };
        format!("{} {target} {status} {body}", self.method).trim_end().to_owned()
    }
}

impl Deref for ReceivedRequest {
    type Target = Request;

    fn deref(&self) -> &Request {
        &self.raw
    }
}

fn call(method: &str, segments: &[&str], has_device_code: bool) -> Call {
    match (method, segments) {
        ("GET", ["session"]) => Call::Session,
        ("GET", ["min-cli-version"]) => Call::ServerConfig,
        ("GET", ["tenant-id"]) => Call::TenantId,
        ("POST", ["oauth2", "device-authorize"] | ["oauth", "device"]) => Call::DeviceCode,
        ("POST", ["oauth2", "token"]) if has_device_code => Call::Poll,
        ("POST", ["oauth", "device", "token"]) => Call::Poll,
        ("POST", ["oauth2", "token"] | ["oauth", "token", "refresh"]) => Call::Refresh,
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
