//! A proxy for HTTP, and for other protocols by CONNECT.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::http::{Request, http_head, http_response};
use super::listener::{Listener, address_of, relay};
use super::received::{Received, Tape};

/// A proxy that connects only to servers on loopback.
pub struct Proxy {
    listener: Listener,
    hosts: Hosts,
}

type Hosts = Arc<Mutex<BTreeMap<String, SocketAddr>>>;

impl Proxy {
    pub fn open() -> Self {
        Self::judging(|_| None)
    }

    /// A proxy that answers 407 without this user name and password.
    pub fn behind_password(name: &str, password: &str) -> Self {
        let expected = format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{password}")));
        Self::judging(move |request| (request.header("proxy-authorization") != Some(&expected)).then_some(407))
    }

    /// A proxy that answers every request with this status.
    pub fn refusing(status: u16) -> Self {
        Self::judging(move |_| Some(status))
    }

    /// Resolves `host`, at any port, to the server at `url`.
    pub fn reach(self, host: &str, url: &str) -> Self {
        self.hosts.lock().expect("hosts").insert(host.to_owned(), address_of(url));
        self
    }

    /// Its URL, for `HTTPS_PROXY` and the like.
    pub fn url(&self) -> String {
        format!("http://{}", self.listener.address)
    }

    pub fn url_with(&self, name: &str, password: &str) -> String {
        format!("http://{name}:{password}@{}", self.listener.address)
    }

    /// The requests to the proxy itself, and all bytes that clients sent, also through tunnels.
    pub fn received(&self) -> &Received {
        &self.listener.received
    }

    /// Refuses requests for which `refusal` returns a status.
    fn judging(refusal: impl Fn(&Request) -> Option<u16> + Send + Sync + 'static) -> Self {
        let (hosts, refusal) = (Hosts::default(), Arc::new(refusal));
        let shared = Arc::clone(&hosts);
        let listener = Listener::serve(move |stream, tape| {
            let (hosts, refusal) = (Arc::clone(&shared), Arc::clone(&refusal));
            async move { serve(stream, &tape, &hosts, &*refusal).await }
        });
        Self { listener, hosts }
    }
}

async fn serve(
    client: TcpStream,
    tape: &Tape,
    hosts: &Hosts,
    refusal: &(impl Fn(&Request) -> Option<u16> + Sync),
) -> io::Result<()> {
    let mut client = BufReader::new(tape.recording(client));
    let Some(request) = Request::read(&mut client).await? else {
        return Ok(());
    };
    tape.request(request.clone());
    let target = request.target.trim_start_matches("http://");
    let (authority, path) = target.split_once('/').unwrap_or((target, ""));
    let upstream = match (refusal(&request), address(authority, hosts)) {
        (Some(status), _) => Err(status),
        (None, Some(address)) => TcpStream::connect(address).await.map_err(|_| 502),
        (None, None) => Err(502),
    };
    match upstream {
        Ok(mut upstream) => {
            if request.method == "CONNECT" {
                client.write_all(&http_head(200, &[])).await?;
            } else {
                upstream.write_all(&in_origin_form(&request, path)).await?;
            }
            relay(&mut client, &mut upstream, tape).await
        }
        Err(status) => {
            let challenge = ("Proxy-Authenticate", "Basic realm=\"proxy\"");
            let headers = [("Connection", "close"), challenge];
            let headers = if status == 407 { &headers[..] } else { &headers[..1] };
            client.write_all(&http_response(status, headers, "")).await?;
            client.shutdown().await
        }
    }
}

/// The address of a host that the proxy can reach, with its port.
fn address(authority: &str, hosts: &Hosts) -> Option<SocketAddr> {
    let (host, port) = authority.rsplit_once(':').unwrap_or((authority, "80"));
    let known = hosts.lock().expect("hosts").get(host).copied();
    let host = host.replace("localhost", "127.0.0.1").parse().ok();
    let address = || Some(SocketAddr::new(host?, port.parse().ok()?));
    known.or_else(|| address().filter(|address| address.ip().is_loopback()))
}

/// The request as the proxy sends it to the server.
fn in_origin_form(request: &Request, path: &str) -> Vec<u8> {
    let mut head = format!("{} /{path} HTTP/1.1\r\nConnection: close\r\n", request.method);
    for (name, value) in &request.headers {
        let lower = name.to_ascii_lowercase();
        if !lower.starts_with("proxy-") && lower != "connection" {
            head.extend([name, ": ", value, "\r\n"]);
        }
    }
    head += "\r\n";
    [head.as_bytes(), &request.body].concat()
}
