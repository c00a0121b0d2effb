//! A proxy for HTTP, and for other protocols by CONNECT.

use std::io;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use tokio::io::{AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::TcpStream;

use super::http::{Request, http_head, http_response};
use super::listener::{Listener, address_of};
use super::received::Received;

/// A proxy for which every host is the same server on loopback.
pub struct Proxy(Listener);

impl Proxy {
    pub fn to(url: &str) -> Self {
        Self::new(url, None)
    }

    /// A proxy that answers 407 without this user name and password.
    pub fn behind_password(url: &str, name: &str, password: &str) -> Self {
        Self::new(url, Some(format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{password}")))))
    }

    fn new(url: &str, credentials: Option<String>) -> Self {
        let upstream = address_of(url);
        Self(Listener::serve(move |stream, received| serve(stream, received, upstream, credentials.clone())))
    }

    /// Its URL, for `HTTPS_PROXY` and the like.
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    pub fn url_with(&self, name: &str, password: &str) -> String {
        format!("http://{name}:{password}@{}", self.0.address)
    }

    /// The requests to the proxy itself, and all bytes that clients sent, also through tunnels.
    pub fn received(&self) -> &Received {
        &self.0.received
    }
}

async fn serve(
    client: TcpStream,
    received: Received,
    upstream: SocketAddr,
    credentials: Option<String>,
) -> io::Result<()> {
    let mut client = BufReader::new(received.recording(client));
    let Some(request) = Request::read(&mut client).await? else {
        return Ok(());
    };
    received.add_request(request.clone());
    if credentials.is_some() && request.header("proxy-authorization") != credentials.as_deref() {
        let headers = [("Connection", "close"), ("Proxy-Authenticate", "Basic realm=\"proxy\"")];
        client.write_all(&http_response(407, &headers, "")).await?;
        return client.shutdown().await;
    }
    let mut upstream = TcpStream::connect(upstream).await?;
    if request.method == "CONNECT" {
        client.write_all(&http_head(200, &[])).await?;
    } else {
        // A server understands the form of a request to a proxy as well.
        upstream.write_all(request.head.as_bytes()).await?;
        upstream.write_all(&request.body).await?;
    }
    copy_bidirectional(&mut client, &mut upstream).await?;
    Ok(())
}
