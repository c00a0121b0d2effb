//! The base URL of the server.

use std::fmt;
use std::str::FromStr;

use url::{Host, Position, Url};

use crate::redact::contains_secret;
use crate::secret::without_quotes;

/// Path segments that begin the address of a web page on the server. A user may paste such an address.
const PAGES: [&str; 14] = [
    "access",
    "ai-gateway",
    "authorize",
    "deployments",
    "integrations",
    "llm-gateway",
    "login",
    "ml-repos",
    "mlfoundry",
    "settings",
    "signin",
    "signup",
    "workspace",
    "workspaces",
];

/// A base URL: scheme, host, port and path prefix. It never contains a user name, password, query or fragment, so it can be
/// printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

const WRONG_SCHEME: &str = "it must begin with https:// (or http:// for this machine)";

const EXAMPLE: &str = "use https://YOUR-TENANT.truefoundry.cloud";

impl BaseUrl {
    /// Parses a base URL, without the whitespace and quotes around it. `http://` is accepted only for this machine, unless
    /// `allow_http` is set. The error does not contain the text, because the text may contain a password.
    pub fn parse(text: &str, allow_http: bool) -> Result<Self, String> {
        let text = without_quotes(text);
        if text.is_empty() {
            return Err(format!("it is empty; {EXAMPLE}"));
        }
        if text.contains('$') {
            return Err("it contains a variable that was not replaced by its value".to_owned());
        }
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err("it contains a space or a control character".to_owned());
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(missing_scheme(text));
        };
        if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
            return Err(WRONG_SCHEME.to_owned());
        }
        let url = Url::parse(text).ok().filter(|_| !rest.starts_with(['/', '?', '#']));
        let url = url.ok_or_else(|| "it does not contain a valid host".to_owned())?;
        if !url.username().is_empty()
            || url.password().is_some()
            || rest.split('/').next().is_some_and(|host| host.contains('@'))
        {
            return Err("it contains a user name or password; remove the part before the @".to_owned());
        }
        if contains_secret(text) {
            return Err(looks_like_key());
        }
        let (address, url) = (url.as_str().trim_end_matches('/').to_owned(), Self::of_page(url));
        if address != url.to_string() {
            return Err(format!("it contains more than the address of the server; use {url}"));
        }
        if url.is_plain_http() && !allow_http && !url.is_loopback() {
            let host = url.host();
            return Err(format!(
                "http:// would send the API key to {host} unencrypted; use https://, or set TFY_ALLOW_HTTP=1"
            ));
        }
        Ok(url)
    }

    /// Returns the base URL of a server from the address of a web page or of another API on it.
    fn of_page(mut url: Url) -> Self {
        let prefix = path_prefix(url.path()).to_owned();
        url.set_path(&prefix);
        url.set_query(None);
        url.set_fragment(None);
        Self(url)
    }

    /// Fails if a login session would leave this machine unencrypted. No setting allows that.
    pub fn ensure_encrypted(&self) -> Result<(), String> {
        if !self.is_plain_http() || self.is_loopback() {
            return Ok(());
        }
        Err(format!("http:// would send the login session to {} unencrypted; use https://", self.host()))
    }

    /// Appends path segments. Each segment is percent-encoded.
    pub fn join<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// The host and, unless it is the default, the port.
    pub fn authority(&self) -> &str {
        &self.0[Position::BeforeHost..Position::AfterPort]
    }

    fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Returns `true` if requests are not encrypted.
    pub fn is_plain_http(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// Returns `true` if requests do not leave this machine.
    pub fn is_loopback(&self) -> bool {
        self.0.host().is_some_and(|host| is_loopback(&host))
    }
}

/// Parses the host of a login. A host without a scheme gets `https://`.
impl FromStr for BaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let has_scheme = text.is_empty() || text.contains("://");
        let host = Self::parse(&if has_scheme { text.to_owned() } else { format!("https://{text}") }, true)?;
        host.ensure_encrypted()?;
        Ok(host)
    }
}

/// Describes the host of a setting. An invalid address is not shown, because it may contain a password.
pub fn describe_host(host: &Result<BaseUrl, String>) -> String {
    host.as_ref().map_or_else(|_| "a host with an invalid address".to_owned(), ToString::to_string)
}

/// Returns `true` if the host is this machine, judged by its name or address alone.
pub fn is_loopback<T: AsRef<str>>(host: &Host<T>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => name.as_ref() == "localhost",
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// Returns the part of a path before the address of a web page or of another API, without a slash at its end.
fn path_prefix(path: &str) -> &str {
    let mut start = 0;
    for segment in path.split('/') {
        let follows = |rest: &str| rest.is_empty() || rest.starts_with('/');
        let is_api = ["api/svc", "api/llm"].into_iter().any(|api| path[start..].strip_prefix(api).is_some_and(follows));
        if is_api || PAGES.contains(&segment) {
            return path[..start].trim_end_matches('/');
        }
        start += segment.len() + 1;
    }
    path.trim_end_matches('/')
}

/// The error for a text without `://`. It suggests a complete URL if the text cannot contain a secret.
fn missing_scheme(text: &str) -> String {
    if contains_secret(text) {
        return looks_like_key();
    }
    let is_plain = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | ':' | '/' | '_' | '[' | ']'));
    let is_before_port = |(_, rest): (&str, &str)| rest.starts_with(|c: char| c.is_ascii_digit());
    let has_no_scheme = text.starts_with('[') || text.split_once(':').is_none_or(is_before_port);
    let is_host = text == "localhost" || text.contains(['.', ':']);
    let url = Url::parse(&format!("https://{text}")).ok().filter(|_| is_plain && has_no_scheme && is_host);
    if let Some(url) = url {
        format!("the scheme is missing; use {}", BaseUrl::of_page(url))
    } else if text.contains(':') {
        WRONG_SCHEME.to_owned()
    } else {
        "the scheme is missing; use https:// followed by the host".to_owned()
    }
}

fn looks_like_key() -> String {
    format!("it looks like an API key, which belongs in TFY_API_KEY; {EXAMPLE}")
}

#[cfg(test)]
mod tests;
