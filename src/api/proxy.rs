//! The proxy that the environment sets.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use url::{Host, Position, Url};

use crate::settings::{BaseUrl, is_loopback};

/// Time limit for connecting to the proxy again, and for its response.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Maximum length of a status line, in bytes.
const MAX_STATUS_LINE: u64 = 1024;

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

    /// Asks the proxy for a tunnel to a server and returns the status of its response. reqwest does not report the status.
    /// Returns `None` if there is no response, or if the proxy is encrypted.
    pub async fn tunnel_status(&self, server: &Url) -> Option<StatusCode> {
        let (url, authorization) = (self.url.clone(), self.authorization.clone());
        let target = format!("{}:{}", server.host_str()?, server.port_or_known_default()?);
        if url.scheme() != "http" {
            return None;
        }
        tokio::task::spawn_blocking(move || connect(&url, authorization.as_ref(), &target)).await.ok()?.ok()?
    }
}

fn connect(proxy: &Url, authorization: Option<&HeaderValue>, target: &str) -> io::Result<Option<StatusCode>> {
    let address = proxy.socket_addrs(|| None)?.into_iter().next().ok_or(io::ErrorKind::NotFound)?;
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n").into_bytes();
    if let Some(authorization) = authorization {
        request.extend([b"Proxy-Authorization: ", authorization.as_bytes(), b"\r\n"].concat());
    }
    request.extend(b"\r\n");
    stream.write_all(&request)?;
    let mut line = String::new();
    BufReader::new(stream).take(MAX_STATUS_LINE).read_line(&mut line)?;
    Ok(line.split(' ').nth(1).and_then(|status| status.trim().parse().ok()))
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
