//! Certificates: which servers the client trusts, and the errors of the others.

use std::io::Write;
use std::path::Path;
use std::sync::LazyLock;

use crate::support::servers::{Authority, Identity, Proxy, RawServer, Script, TlsServer};
use crate::support::{FakeServer, Program, Run, cases, snapshot};

const KEY: &str = "tfy_key_SENTINEL_of_the_tests";

/// The record of the alert `handshake_failure`.
const ALERT: &[u8] = &[21, 3, 3, 0, 2, 2, 40];

/// Lists the tokens of the server behind a TLS server. Retries stay on, because a failed handshake must not be repeated.
fn list(tls: &TlsServer, server: &FakeServer) -> Program {
    Program::with_settings(tls.url(), server.key(), "list -o id").observing(server)
}

/// Lists the tokens of a server that does not get a key, because the handshake fails. `trusted` is the `SSL_CERT_FILE`.
#[track_caller]
fn list_untrusted(server: &TlsServer, trusted: &Path) -> Run {
    let program = Program::with_settings(server.url(), KEY, "list").env("SSL_CERT_FILE", trusted);
    let run = program.run().exits(6);
    assert_eq!((run.stdout.as_str(), server.received().connections()), ("", 1));
    assert!(!server.received().text().contains("SENTINEL"));
    run
}

/// A server that would answer, if the handshake succeeded.
fn answering(identity: Identity) -> TlsServer {
    static PLAIN: LazyLock<RawServer> =
        LazyLock::new(|| RawServer::answering(vec![Script::json(200, r#"{"data":[]}"#)]));
    TlsServer::in_front_of(&PLAIN.url(), identity, "http/1.1")
}

#[test]
fn ssl_cert_file_is_trusted() {
    let (server, authority) = (FakeServer::with(&["ci"]), Authority::new());
    let http1 = TlsServer::in_front_of(&server.url(), authority.identity(), "http/1.1");
    let http2 = TlsServer::in_front_of(&server.url(), authority.identity(), "h2");
    for tls in [&http1, &http2] {
        let run = list(tls, &server).env("SSL_CERT_FILE", authority.pem_file()).run().exits(0);
        assert_eq!(run.stdout, "cm3k1x9qf0000000000000001\n");
    }
    assert!(http1.received().text().contains("GET /api/svc/v1/personal-access-tokens"));
    assert!(http2.received().text().starts_with("PRI * HTTP/2.0"));
}

#[test]
fn ssl_cert_dir_is_trusted() {
    let (server, authority) = (FakeServer::start(), Authority::new());
    let tls = TlsServer::in_front_of(&server.url(), authority.identity(), "http/1.1");
    let program = list(&tls, &server).home_file("certificates/ours.pem", std::fs::read(authority.pem_file()).unwrap());
    let directory = program.home().join("certificates").display().to_string();
    for directories in [directory.clone(), format!("/no/such/folder:{directory}")] {
        program.clone().env("SSL_CERT_DIR", directories).run().exits(0);
    }
}

#[test]
fn self_signed_certificate_can_be_trusted() {
    let server = FakeServer::start();
    let identity = Identity::self_signed();
    let pem = identity.pem.clone();
    let tls = TlsServer::in_front_of(&server.url(), identity, "http/1.1");
    let program = list(&tls, &server).home_file("own.pem", pem);
    let file = program.home().join("own.pem");
    program.env("SSL_CERT_FILE", file).run().exits(0);
}

#[test]
fn authority_as_own_certificate_can_be_trusted() {
    let server = FakeServer::start();
    for (name, code) in [("localhost", 0), ("elsewhere.test", 6)] {
        let identity = Identity::self_signed_authority(&[name]);
        let pem = format!("\u{feff}{}", identity.pem);
        let tls = TlsServer::in_front_of(&server.url(), identity, "h2");
        let program = list(&tls, &server).home_file("own.pem", pem);
        let file = program.home().join("own.pem");
        let run = program.env("SSL_CERT_FILE", file).run().exits(code);
        assert_eq!(run.stderr.contains("certificate is for another host name"), code == 6, "{}", run.stderr);
    }
    let trusted = Authority::new();
    let other = answering(Identity::self_signed_authority(&["localhost"]));
    snapshot!(list_untrusted(&other, trusted.pem_file()), @"
    exit: 6
    --- stderr
    error: cannot connect to https://localhost:[PORT]
      the server's certificate is the certificate of an authority
    hint: if it is your server's own certificate, set SSL_CERT_FILE to its path (PEM)
    ");
}

#[test]
fn missing_client_certificate_is_reported() {
    let authority = Authority::new();
    let reason = "\n  the server wants a client certificate\nhint: client certificates are not supported; ";
    for (arguments, protocol) in [("create ci-run -q", "http/1.1"), ("list", "http/1.1"), ("list", "h2")] {
        let server = TlsServer::for_clients_of(&authority, protocol);
        let program = Program::with_settings(server.url(), KEY, arguments);
        let run = program.env("SSL_CERT_FILE", authority.pem_file()).run().exits(6);
        assert!(run.stderr.contains(reason), "{arguments} {protocol}: {}", run.stderr);
        assert_eq!(run.stderr.contains("no token was created"), arguments != "list", "{}", run.stderr);
        assert_eq!(server.received().connections(), 1);
    }
}

#[test]
fn proxy_certificate_is_verified() {
    let (server, authority) = (FakeServer::start(), Authority::new());
    let proxy = Proxy::to(&server.url());
    let tls = TlsServer::in_front_of(&proxy.url(), authority.identity_for(&["127.0.0.1"]), "http/1.1");
    let program = Program::with_settings("http://platform.test", server.key(), "list")
        .env("TFY_ALLOW_HTTP", "1")
        .env("HTTP_PROXY", tls.url().replace("localhost", "127.0.0.1"));
    program.clone().env("SSL_CERT_FILE", authority.pem_file()).run().exits(0);
    program.env("SSL_CERT_FILE", Authority::new().pem_file()).run().exits(6);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn unknown_authority_is_rejected() {
    let trusted = Authority::new();
    snapshot!(list_untrusted(&answering(Authority::new().identity()), trusted.pem_file()), @"
    exit: 6
    --- stderr
    error: cannot connect to https://localhost:[PORT]
      the server's certificate is signed by an unknown authority
    hint: if it is your company's authority, add its certificate (PEM) to SSL_CERT_FILE or SSL_CERT_DIR; no other authority is trusted while they are set
    ");
    let run = list_untrusted(&answering(Identity::self_signed()), trusted.pem_file());
    assert!(run.stderr.contains("signed by an unknown authority\n"), "{}", run.stderr);
}

#[test]
fn system_store_does_not_trust_unknown_authority() {
    let authority = Authority::new();
    let tls = answering(authority.identity());
    let run = Program::with_settings(tls.url(), KEY, "list").run().exits(6);
    if run.stderr.contains("no trusted CA certificates found on this machine") {
        writeln!(std::io::stderr(), "skipped: this machine has no certificate store").unwrap();
        return;
    }
    snapshot!(run, @"
    exit: 6
    --- stderr
    error: cannot connect to https://localhost:[PORT]
      the server's certificate is signed by an unknown authority
    hint: if it is your company's authority, set SSL_CERT_FILE to the path of its certificate (PEM)
    ");
}

#[test]
fn certificate_must_match_time_and_host() {
    let authority = Authority::new();
    let server = answering(authority.expired_identity());
    snapshot!(list_untrusted(&server, authority.pem_file()), @"
    exit: 6
    --- stderr
    error: cannot connect to https://localhost:[PORT]
      the server's certificate has expired
    hint: check the clock of this machine; if it is right, the server needs a new certificate
    ");
    let server = answering(authority.identity_for(&["elsewhere.test"]));
    let run = list_untrusted(&server, authority.pem_file());
    let expected = "\n  the server's certificate is for another host name\nhint: check the host in the base URL\n";
    assert!(run.stderr.ends_with(expected), "{}", run.stderr);
}

#[test]
fn failed_handshake_is_reported() {
    let authority = Authority::new();
    snapshot!(list_untrusted(&TlsServer::breaking_off(ALERT), authority.pem_file()), @"
    exit: 6
    --- stderr
    error: cannot connect to https://localhost:[PORT]
      the server refused the encrypted connection: handshake failure
    hint: check the base URL, your network and your proxy settings
    ");
    let closing = TlsServer::breaking_off(b"");
    let program = Program::with_settings(closing.url(), KEY, "list --retries 0");
    let run = program.env("SSL_CERT_FILE", authority.pem_file()).run().exits(6);
    assert!(run.stderr.contains("\n  the connection was closed during the TLS handshake\nhint: "), "{}", run.stderr);
}

#[test]
fn https_to_http_port_is_reported() {
    let (server, authority) = (FakeServer::start(), Authority::new());
    let url = server.url().replace("http:", "https:");
    let program = Program::with_settings(url, KEY, "list").observing(&server);
    snapshot!(program.env("SSL_CERT_FILE", authority.pem_file()), @"
    exit: 6
    --- stderr
    error: cannot connect to https://127.0.0.1:[PORT]
      the server does not support TLS
    hint: check the port in the base URL, or use http:// if the server has no TLS
    ");
}

#[test]
#[cfg(target_os = "linux")]
fn https_needs_certificates() {
    let server = answering(Authority::new().identity());
    let program = Program::with_settings(server.url(), KEY, "list");
    let program = program.home_file("empty.pem", "").home_file("empty/README", "");
    let home = program.home().display().to_string();
    for case in cases(
        "SSL_CERT_FILE=HOME/missing.pem                       | SSL_CERT_FILE (HOME/missing.pem)
         SSL_CERT_DIR=HOME/empty                              | SSL_CERT_DIR (HOME/empty)
         SSL_CERT_FILE=HOME/empty.pem SSL_CERT_DIR=HOME/empty | SSL_CERT_FILE (HOME/empty.pem) and SSL_CERT_DIR (HOME/empty)",
    ) {
        let [variables, named] = case.columns();
        let run = program.clone().envs(&variables.replace("HOME", &home)).run().exits(6);
        let expected = format!("\n  no certificates found in {}\nhint: ", named.replace("HOME", &home));
        assert!(run.stderr.contains(&expected), "{}", run.stderr);
    }
    let file = program.home().join("empty.pem");
    snapshot!(program.env("SSL_CERT_FILE", file), @"
    exit: 6
    --- stderr
    error: cannot connect to https://localhost:[PORT]
      no certificates found in SSL_CERT_FILE ([HOME]/empty.pem)
    hint: install the system's CA certificates, or set SSL_CERT_FILE to a file with certificates (PEM)
    ");
    assert_eq!(server.received().connections(), 0);
}

#[test]
#[cfg(target_os = "linux")]
fn empty_variables_are_unset() {
    let server = answering(Authority::new().identity());
    let program = Program::with_settings(server.url(), KEY, "list");
    let unset = program.run();
    for variables in ["SSL_CERT_FILE=", "SSL_CERT_DIR=", "SSL_CERT_FILE= SSL_CERT_DIR="] {
        assert_eq!(program.clone().envs(variables).run().stderr, unset.stderr);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn endless_certificate_file_is_refused() {
    let server = answering(Authority::new().identity());
    let program = Program::with_settings(server.url(), KEY, "list");
    let (pipe, large) = (program.home().join("pipe"), program.home().join("large"));
    std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    std::fs::File::create(&large).unwrap().set_len(3 << 30).unwrap();
    for (path, reason) in [
        (pipe.as_path(), "it is not a file"),
        (Path::new("/dev/zero"), "it is not a file"),
        (&large, "it is larger than 16 MiB"),
    ] {
        let run = program.clone().env("SSL_CERT_FILE", path).run().exits(6);
        let expected = format!("\n  cannot read SSL_CERT_FILE ({})\n  {reason}\nhint: ", path.display());
        assert!(run.stderr.contains(&expected), "{}", run.stderr);
    }
}

#[test]
fn plain_http_needs_no_certificates() {
    let program = FakeServer::start().program("list").env("SSL_CERT_FILE", "/no/such/file");
    program.env("SSL_CERT_DIR", "/no/such/directory").run().exits(0);
}
