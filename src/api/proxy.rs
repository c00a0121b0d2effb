//! The proxy that the environment sets.

use std::io;
use std::time::Duration;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::{Host, Position, Url};

use super::retry::is_transient;
use crate::settings::{BaseUrl, is_loopback};

/// Time limit for asking the proxy again after it has refused a tunnel.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Maximum size of the head of a response that is read, in bytes.
const MAX_HEAD_SIZE: u64 = 64 * 1024;

pub const CHECK_PROXY: &str = "check the address of the proxy, or add the server's host to NO_PROXY";

/// A proxy, whose credentials are only for the proxy itself.
pub struct Proxy {
    /// Address without user name and password.
    url: Url,
    authorization: Option<HeaderValue>,
}

impl Proxy {
    /// Returns the proxy for requests to a server, if any. For a server on this machine, a proxy on another machine is ignored:
    /// the API key could leave this machine unencrypted.
    pub fn for_server(base_url: &BaseUrl) -> Option<Self> {
        let url = base_url.join([]);
        if is_excluded(&url) {
            return None;
        }
        let proxy = Matcher::from_env().intercept(&url.as_str().parse().ok()?)?;
        let mut url = Url::parse(&proxy.uri().to_string()).ok()?;
        // An address with two `@` still has a user name.
        url.set_username("").and_then(|()| url.set_password(None)).ok()?;
        // The host of a URL with a scheme such as socks5 is parsed as a name, even if it is an address.
        let host = url.host_str().and_then(|host| Host::parse(host).ok());
        let is_local = host.is_some_and(|host| is_loopback(&host));
        let authorization = proxy.basic_auth().cloned();
        (!base_url.is_loopback() || is_local).then_some(Self { url, authorization })
    }

    pub fn is_encrypted(&self) -> bool {
        self.url.scheme() == "https"
    }

    pub fn address(&self) -> &str {
        &self.url[..Position::AfterPort]
    }

    /// Returns why the proxy refuses to connect to a server. `error` is the error of a request to that server. Returns `None` if the
    /// error has another cause, or if the proxy gives no reason.
    pub async fn refusal(&self, error: &str, server: &Url) -> Option<Refusal> {
        let is_unauthorized = match error {
            "tunnel error: proxy authorization required" => true,
            "tunnel error: unsuccessful" | "tunnel error: proxy response headers too long" => false,
            _ => return None,
        };
        // The proxy could lock a user whose wrong password it gets too often.
        let authorization = self.authorization.as_ref().filter(|_| !is_unauthorized);
        let head = timeout(TIMEOUT, self.request_tunnel(server, authorization)).await;
        let head = head.ok().and_then(Result::ok).unwrap_or_default();
        if is_unauthorized {
            let challenges = head.lines().filter_map(|line| line.split_once(':'));
            let challenges = challenges.filter(|(name, _)| name.eq_ignore_ascii_case("Proxy-Authenticate"));
            return Some(Refusal::unauthorized(challenges.map(|(_, challenge)| challenge)));
        }
        let status: StatusCode = head.split_ascii_whitespace().nth(1)?.parse().ok()?;
        if status == StatusCode::OK && error.ends_with("unsuccessful") {
            // The proxy accepts the tunnel now, so another attempt may succeed.
            return None;
        }
        let (reason, hint) = if status.is_success() {
            (
                format!("the proxy's response to CONNECT cannot be used (HTTP {status})"),
                "use a proxy that responds with 200 and at most 8 KiB of headers, or add the server's host to NO_PROXY",
            )
        } else {
            (format!("the proxy refused the connection (HTTP {status})"), CHECK_PROXY)
        };
        Some(Refusal { reason, hint, is_final: !is_transient(status.as_u16()) })
    }

    /// Asks the proxy for a tunnel and returns the head of its response, because reqwest reports neither the status nor the headers.
    async fn request_tunnel(&self, server: &Url, authorization: Option<&HeaderValue>) -> io::Result<String> {
        if self.url.scheme() != "http" {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let target = host_and_port(server);
        let mut stream = TcpStream::connect(host_and_port(&self.url)).await?;
        let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n").into_bytes();
        if let Some(authorization) = authorization {
            request.extend([b"Proxy-Authorization: ", authorization.as_bytes(), b"\r\n"].concat());
        }
        request.extend(b"\r\n");
        stream.write_all(&request).await?;
        let (mut lines, mut head) = (BufReader::new(stream).take(MAX_HEAD_SIZE), Vec::new());
        // An empty line, of one or two bytes, ends the head.
        while lines.read_until(b'\n', &mut head).await? > 2 {}
        Ok(String::from_utf8_lossy(&head).into_owned())
    }
}

/// Why a proxy refuses to connect to a server.
pub struct Refusal {
    pub reason: String,
    pub hint: &'static str,
    /// Whether the proxy would refuse the same request again.
    pub is_final: bool,
}

impl Refusal {
    /// The refusal of a proxy that responds with 407 and these values of `Proxy-Authenticate`.
    pub fn unauthorized<'a>(challenges: impl Iterator<Item = &'a str>) -> Self {
        let first_words =
            challenges.flat_map(|challenge| challenge.split(',')).filter_map(|part| part.split_whitespace().next());
        // A word with another character is a parameter of the scheme before it.
        let is_scheme = |word: &&str| word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let schemes: Vec<&str> = first_words.filter(is_scheme).collect();
        let (reason, hint) = if schemes.is_empty() || schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case("Basic"))
        {
            (
                "the proxy requires a valid user name and password".to_owned(),
                "add them to the proxy address: http://user:password@proxy:port",
            )
        } else {
            (
                format!("the proxy requires a login with {}, which is not supported", schemes.join(" or ")),
                "run a local proxy that supports it, such as Px or Cntlm, and set HTTPS_PROXY to its address",
            )
        };
        Self { reason, hint, is_final: true }
    }
}

fn host_and_port(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

/// Returns `true` if `NO_PROXY` excludes the server by a form that the proxy matcher does not know: `*` for an address,
/// `*.suffix`, or a host with a port.
fn is_excluded(url: &Url) -> bool {
    let hosts = ["NO_PROXY", "no_proxy"].into_iter().filter_map(|name| std::env::var(name).ok());
    hosts.flat_map(|hosts| hosts.split(',').map(|entry| matches(entry.trim(), url)).collect::<Vec<_>>()).any(|is| is)
}

/// Compares a server with an entry of `NO_PROXY`.
fn matches(entry: &str, url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let (name, port) = match entry.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => (name, port.parse().ok()),
        _ => (entry, url.port_or_known_default()),
    };
    let name = name.strip_prefix('*').unwrap_or(name).to_ascii_lowercase();
    let is_host = match name.strip_prefix('.') {
        Some(suffix) => host == suffix || host.ends_with(&name),
        None => name.is_empty() || host == name || host.ends_with(&format!(".{name}")),
    };
    !entry.is_empty() && is_host && port == url.port_or_known_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_proxy_entry_excludes_server() {
        for (entry, url, expected) in [
            ("*", "https://10.0.0.1", true),
            ("*.corp.test", "https://tfy.corp.test", true),
            ("*.corp.test", "https://a.b.Corp.test", true),
            ("*.corp.test", "https://corp.test", true),
            ("*.corp.test", "https://notcorp.test", false),
            (".corp.test", "https://tfy.corp.test", true),
            ("corp.test", "https://tfy.corp.test", true),
            ("Corp.test", "https://corp.test", true),
            ("corp.test", "https://notcorp.test", false),
            ("corp.test:8443", "https://corp.test:8443", true),
            ("*.corp.test:8443", "https://a.corp.test:8443", true),
            ("corp.test:443", "https://corp.test", true),
            ("corp.test:8443", "https://corp.test", false),
            ("corp.test:http", "https://corp.test", false),
            ("10.0.0.1:8443", "https://10.0.0.1:8443", true),
            ("[fd00::1]:8443", "https://[fd00::1]:8443", true),
            ("[fd00::1]:8443", "https://[fd00::1]", false),
            ("", "https://corp.test", false),
        ] {
            assert_eq!(matches(entry, &url.parse().unwrap()), expected, "{entry} {url}");
        }
    }
}
