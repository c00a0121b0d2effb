//! A proxy for HTTP, and for other protocols by CONNECT.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::http::{Request, http_head, http_response};
use super::loopback::{Loopback, address_of, relay};
use super::received::{Received, Tape};

/// A proxy that connects only to servers on loopback.
pub struct Proxy {
    loopback: Loopback,
    route: Arc<Route>,
}

#[derive(Default)]
struct Route {
    /// The value that `Proxy-Authorization` must have.
    password: Option<String>,
    /// The status of every response.
    refusal: Option<u16>,
    hosts: Mutex<BTreeMap<String, SocketAddr>>,
}

impl Proxy {
    /// A proxy without a password.
    pub fn open() -> Self {
        Self::on(Route::default())
    }

    /// A proxy that answers 407 without this user name and password.
    pub fn behind_password(name: &str, password: &str) -> Self {
        let credentials = STANDARD.encode(format!("{name}:{password}"));
        Self::on(Route {
            password: Some(format!("Basic {credentials}")),
            ..Route::default()
        })
    }

    /// A proxy that answers every request with this status.
    pub fn refusing(status: u16) -> Self {
        Self::on(Route {
            refusal: Some(status),
            ..Route::default()
        })
    }

    /// Resolves `host`, at any port, to the server at `url`.
    pub fn reach(self, host: &str, url: &str) -> Self {
        let mut hosts = self.route.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.insert(host.to_owned(), address_of(url));
        drop(hosts);
        self
    }

    /// Its URL, for `HTTPS_PROXY` and the like.
    pub fn url(&self) -> String {
        format!("http://{}", self.loopback.address())
    }

    /// Its URL with a name and a password in it.
    pub fn url_with(&self, name: &str, password: &str) -> String {
        format!("http://{name}:{password}@{}", self.loopback.address())
    }

    /// The requests to the proxy itself, and all bytes that clients sent, also through tunnels.
    pub fn received(&self) -> &Received {
        self.loopback.received()
    }

    fn on(route: Route) -> Self {
        let route = Arc::new(route);
        let shared = Arc::clone(&route);
        let loopback = Loopback::serve(move |stream, tape| {
            let route = Arc::clone(&shared);
            async move { route.serve(stream, &tape).await }
        });
        Self { loopback, route }
    }
}

impl Route {
    async fn serve(&self, mut client: TcpStream, tape: &Tape) -> io::Result<()> {
        let Some(request) = Request::read(&mut client, tape).await? else {
            return Ok(());
        };
        let upstream = match self.upstream(&request) {
            Ok(address) => TcpStream::connect(address).await.map_err(|_| 502),
            Err(status) => Err(status),
        };
        match upstream {
            Ok(mut upstream) if request.method == "CONNECT" => {
                client.write_all(&http_head(200, &[])).await?;
                relay(&mut client, &mut upstream, tape).await
            }
            Ok(mut upstream) => {
                upstream.write_all(&in_origin_form(&request)).await?;
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

    /// The address to connect to, or the status of a refusal.
    fn upstream(&self, request: &Request) -> Result<SocketAddr, u16> {
        if let Some(status) = self.refusal {
            return Err(status);
        }
        if self.password.is_some() && request.header("proxy-authorization") != self.password.as_deref() {
            return Err(407);
        }
        let target = request.target.trim_start_matches("http://");
        let authority = target.split('/').next().unwrap_or_default();
        let (host, port) = authority.rsplit_once(':').unwrap_or((authority, "80"));
        let hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&address) = hosts.get(host) {
            return Ok(address);
        }
        let port = port.parse().map_err(|_| 502_u16)?;
        let host = if host == "localhost" {
            Ok(Ipv4Addr::LOCALHOST)
        } else {
            host.parse()
        };
        match host {
            Ok(host) if host.is_loopback() => Ok(SocketAddr::from((host, port))),
            _ => Err(502),
        }
    }
}

/// The request as the proxy sends it to the server.
fn in_origin_form(request: &Request) -> Vec<u8> {
    let target = request.target.trim_start_matches("http://");
    let path = target.find('/').map_or("/", |start| &target[start..]);
    let mut head = format!("{} {path} HTTP/1.1\r\nConnection: close\r\n", request.method);
    for (name, value) in &request.headers {
        let lower = name.to_ascii_lowercase();
        if !lower.starts_with("proxy-") && lower != "connection" {
            head.extend([name, ": ", value, "\r\n"]);
        }
    }
    head += "\r\n";
    [head.as_bytes(), &request.body].concat()
}
