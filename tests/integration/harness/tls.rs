//! Certificates are good where they should be, and bad in the way they should be.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::support::servers::{Authority, Identity, RawServer, Script, TlsServer, http_response};

/// A client's settings with one authority to trust.
pub fn trusting(root: CertificateDer<'static>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(root).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// Asks over TLS, verifying the server for `localhost`, and reads to the end.
pub fn ask(stream: TcpStream, root: CertificateDer<'static>) -> Result<String, String> {
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let config = trusting(root);
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut tls = StreamOwned::new(connection, stream);
    let request = b"GET /key HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    tls.write_all(request).map_err(|error| error.to_string())?;
    let mut answer = String::new();
    tls.read_to_string(&mut answer).map_err(|error| error.to_string())?;
    Ok(answer)
}

fn ask_server(server: &TlsServer, authority: &Authority) -> Result<String, String> {
    let address = server.url().replace("https://localhost", "127.0.0.1");
    ask(TcpStream::connect(address).unwrap(), authority.certificate())
}

fn hello() -> Vec<Script> {
    vec![Script::Answer(http_response(200, &[], "hello"))]
}

#[test]
fn a_server_with_a_good_certificate_is_trusted_and_answers() {
    let authority = Authority::new();
    let server = TlsServer::answering(authority.identity(), hello());
    assert!(ask_server(&server, &authority).unwrap().ends_with("hello"));
    assert_eq!(server.seen().requests()[0].target, "/key");
    let pem = std::fs::read_to_string(authority.pem_file()).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"));
}

#[test]
fn a_server_stands_in_front_of_another() {
    let authority = Authority::new();
    let plain = RawServer::answering(hello());
    let server = TlsServer::in_front_of(authority.identity(), &plain.url());
    assert!(ask_server(&server, &authority).unwrap().ends_with("hello"));
    assert_eq!(plain.seen().requests()[0].target, "/key");
    assert!(server.seen().contains("GET /key"));
}

#[test]
fn bad_certificates_are_refused_each_for_its_reason_and_nothing_is_sent() {
    let authority = Authority::new();
    let cases = [
        (authority.expired_identity(), "certificate expired"),
        (authority.identity_for(&["elsewhere.test"]), "not valid for name"),
        (Authority::new().identity(), "UnknownIssuer"),
        (Identity::self_signed(), "UnknownIssuer"),
    ];
    for (identity, reason) in cases {
        let server = TlsServer::answering(identity, hello());
        let error = ask_server(&server, &authority).unwrap_err();
        assert!(error.contains(reason), "{reason}: {error}");
        assert!(!server.seen().contains("/key"));
        assert_eq!(server.connections(), 1);
    }
}

#[test]
fn a_handshake_is_broken_off() {
    let authority = Authority::new();
    let error = ask_server(&TlsServer::alerting(), &authority).unwrap_err();
    assert!(error.contains("HandshakeFailure"), "{error}");
    assert!(ask_server(&TlsServer::closing_in_handshake(), &authority).is_err());
}
