//! Servers with TLS, and some that fail in the handshake.

use std::sync::Arc;

use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::certificates::{Authority, Identity};
use super::listener::{Listener, address_of};
use super::received::Received;

/// An HTTPS server on loopback.
pub struct TlsServer(Listener);

impl TlsServer {
    /// Forwards decrypted bytes to the server at `url`, with the protocol `http/1.1` or `h2`.
    pub fn in_front_of(url: &str, identity: Identity, protocol: &str) -> Self {
        Self::new(url, identity, protocol, WebPkiClientVerifier::no_client_auth())
    }

    /// Refuses clients without a certificate that `authority` has signed.
    pub fn for_clients_of(authority: &Authority, protocol: &str) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate()).expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let clients = WebPkiClientVerifier::builder_with_provider(roots.into(), provider).build();
        Self::new("http://127.0.0.1:9", authority.identity(), protocol, clients.expect("a verifier"))
    }

    fn new(url: &str, identity: Identity, protocol: &str, clients: Arc<dyn ClientCertVerifier>) -> Self {
        let upstream = address_of(url);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.expect("versions of TLS").with_client_cert_verifier(clients);
        let config = config.with_single_cert(vec![identity.certificate], identity.key);
        let mut config = config.expect("a certificate and its key");
        config.alpn_protocols = vec![protocol.into()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Self(Listener::serve(move |stream, received| {
            let acceptor = acceptor.clone();
            async move {
                let mut client = received.recording(acceptor.accept(stream).await?);
                let mut upstream = TcpStream::connect(upstream).await?;
                copy_bidirectional(&mut client, &mut upstream).await?;
                Ok(())
            }
        }))
    }

    /// Sends these bytes in the handshake and closes the connection.
    pub fn breaking_off(last_words: &'static [u8]) -> Self {
        Self(Listener::serve(move |stream, received| async move {
            let mut stream = received.recording(stream);
            if stream.read(&mut [0; 16 * 1024]).await? > 0 {
                stream.write_all(last_words).await?;
            }
            stream.shutdown().await
        }))
    }

    /// `https://localhost:PORT`
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.0.address.port())
    }

    /// The decrypted bytes, and the connections with complete handshakes or not. Requests are not recorded.
    pub fn received(&self) -> &Received {
        &self.0.received
    }
}
