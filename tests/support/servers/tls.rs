//! Servers with TLS, and some that fail in the handshake.

use std::sync::Arc;

use rustls::ServerConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::certificates::Identity;
use super::listener::{Listener, address_of, relay};
use super::raw::RawServer;
use super::received::Received;
use super::script::Script;

/// The record of the alert `handshake_failure`.
const ALERT: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];

/// An HTTPS server on loopback.
pub struct TlsServer {
    listener: Listener,
    scripted: Option<RawServer>,
}

impl TlsServer {
    /// Follows scripts, as [`RawServer::answering`] does.
    pub fn answering(identity: Identity, scripts: Vec<Script>) -> Self {
        let scripted = RawServer::answering(scripts);
        let server = Self::in_front_of(identity, &scripted.url());
        Self { scripted: Some(scripted), ..server }
    }

    /// Forwards decrypted bytes to the server at `url`, with HTTP/1.1.
    pub fn in_front_of(identity: Identity, url: &str) -> Self {
        Self::forwarding(identity, url, &[b"http/1.1"])
    }

    /// Forwards decrypted bytes to the server at `url`, also with HTTP/2.
    pub fn in_front_of_http2(identity: Identity, url: &str) -> Self {
        Self::forwarding(identity, url, &[b"h2", b"http/1.1"])
    }

    /// Sends an alert in the handshake.
    pub fn alerting() -> Self {
        Self::breaking_off(&ALERT)
    }

    /// Closes the connection in the handshake.
    pub fn closing_in_handshake() -> Self {
        Self::breaking_off(&[])
    }

    /// `https://localhost:PORT`
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.listener.address.port())
    }

    /// The decrypted bytes. Requests are recorded only with scripts; otherwise by the server behind this one.
    pub fn received(&self) -> &Received {
        let scripted = self.scripted.as_ref();
        scripted.map_or(&self.listener.received, RawServer::received)
    }

    /// The number of connections, with complete handshakes or not.
    pub fn connections(&self) -> usize {
        self.listener.received.connections()
    }

    fn forwarding(identity: Identity, url: &str, protocols: &[&[u8]]) -> Self {
        let upstream = address_of(url);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.expect("versions of TLS").with_no_client_auth();
        let config = config.with_single_cert(vec![identity.certificate], identity.key);
        let mut config = config.expect("a certificate and its key");
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = Listener::serve(move |stream, tape| {
            let acceptor = acceptor.clone();
            async move {
                let mut client = tape.recording(acceptor.accept(stream).await?);
                let mut upstream = TcpStream::connect(upstream).await?;
                let relayed = relay(&mut client, &mut upstream, &tape).await;
                if relayed.is_err() {
                    client.get_ref().get_ref().0.set_zero_linger()?;
                }
                relayed
            }
        });
        Self { listener, scripted: None }
    }

    fn breaking_off(last_words: &'static [u8]) -> Self {
        let listener = Listener::serve(move |stream, tape| async move {
            let mut stream = tape.recording(stream);
            if stream.read(&mut [0; 16 * 1024]).await? > 0 {
                stream.write_all(last_words).await?;
            }
            stream.shutdown().await
        });
        Self { listener, scripted: None }
    }
}
