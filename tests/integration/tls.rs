//! Certificates: whom the client trusts, and what it says of those it does not.

use std::io::Write;
use std::path::Path;

use crate::support::platform::{KEY_SENTINEL, Platform};
use crate::support::program::{Program, Run};
use crate::support::servers::{Authority, Identity, Proxy, Script, TlsServer};

const KEY: &str = "tfy_key_SENTINEL_of_the_tests";

fn list(url: &str, key: &str) -> Program {
    // Retries are left on: what is wrong with a certificate stays wrong, and is not tried again.
    Program::against(url, key).args(["list"])
}

fn answering(identity: Identity) -> TlsServer {
    TlsServer::answering(identity, vec![Script::json(200, r#"{"data":[]}"#)])
}

#[track_caller]
fn unreachable(server: &TlsServer, trusted: &Path, reason: &str) -> Run {
    let run = list(&server.url(), KEY)
        .env("SSL_CERT_FILE", path(trusted))
        .run()
        .exits(6);
    let expected = format!("error: cannot reach {}\n  {reason}\n", server.url());
    assert_eq!(run.stdout, "");
    assert!(run.stderr.starts_with(&expected), "{}", run.stderr);
    assert_eq!(
        server.connections(),
        1,
        "a certificate that is not trusted is not tried again"
    );
    assert!(!server.seen().contains(KEY_SENTINEL));
    run
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn an_authority_of_ssl_cert_file_is_trusted_over_http1_and_http2() {
    let (platform, authority) = (Platform::start(), Authority::new());
    let http1 = TlsServer::in_front_of(authority.identity(), &platform.url());
    let http2 = TlsServer::in_front_of_http2(authority.identity(), &platform.url());
    for server in [&http1, &http2] {
        let program = list(&server.url(), &platform.key());
        program.env("SSL_CERT_FILE", path(authority.pem_file())).run().exits(0);
    }
    assert_eq!(platform.requests().len(), 2);
    assert!(http1.seen().contains("GET /api/svc/v1/personal-access-tokens"));
    assert!(http2.seen().bytes().starts_with(b"PRI * HTTP/2.0"));
}

#[test]
fn an_authority_in_ssl_cert_dir_is_trusted() {
    let (platform, authority) = (Platform::start(), Authority::new());
    let server = TlsServer::in_front_of(authority.identity(), &platform.url());
    let pem = std::fs::read(authority.pem_file()).unwrap();
    let program = list(&server.url(), &platform.key());
    let program = program.write_home_file("certificates/ours.pem", pem);
    let folder = program.home().join("certificates");
    program.clone().env("SSL_CERT_DIR", path(&folder)).run().exits(0);
    program
        .env("SSL_CERT_DIR", format!("/no/such/folder:{}", path(&folder)))
        .run()
        .exits(0);
    assert_eq!(platform.requests().len(), 2);
}

#[test]
fn a_certificate_that_is_its_own_authority_is_trusted_when_it_is_named() {
    let platform = Platform::start();
    let identity = Identity::self_signed();
    let pem = identity.pem();
    let server = TlsServer::in_front_of(identity, &platform.url());
    let program = list(&server.url(), &platform.key()).write_home_file("own.pem", pem);
    let file = program.home().join("own.pem");
    program.env("SSL_CERT_FILE", path(&file)).run().exits(0);
}

#[test]
fn an_authority_is_trusted_on_the_way_to_a_proxy_too_where_the_platform_has_none() {
    let (platform, authority) = (Platform::start(), Authority::new());
    let proxy = Proxy::open().reach("platform.test", &platform.url());
    let server = TlsServer::in_front_of(authority.identity_for(&["127.0.0.1"]), &proxy.url());
    let program = list("http://platform.test", &platform.key())
        .env("TFY_ALLOW_HTTP", "1")
        .env("HTTP_PROXY", server.url().replace("localhost", "127.0.0.1"));
    program
        .clone()
        .env("SSL_CERT_FILE", path(authority.pem_file()))
        .run()
        .exits(0);
    assert_eq!(platform.requests().len(), 1);
    let stranger = Authority::new();
    program.env("SSL_CERT_FILE", path(stranger.pem_file())).run().exits(6);
    assert_eq!(platform.requests().len(), 1);
}

#[test]
fn fault_17_an_unknown_authority_is_told_with_the_way_to_trust_it() {
    for identity in [Authority::new().identity(), Identity::self_signed()] {
        let server = answering(identity);
        let run = unreachable(
            &server,
            Authority::new().pem_file(),
            "its certificate is from an unknown authority, which this machine does not trust",
        );
        assert!(
            run.stderr.ends_with(
                "\nhint: if it is your company's own, add its certificate (PEM) to what SSL_CERT_FILE or SSL_CERT_DIR \
                 names: only that is trusted now\n"
            ),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn fault_17_an_authority_that_the_systems_store_does_not_have_is_told_with_ssl_cert_file() {
    let (platform, authority) = (Platform::start(), Authority::new());
    let server = TlsServer::in_front_of(authority.identity(), &platform.url());
    let program = list(&server.url(), &platform.key());
    let run = program.run().exits(6);
    if run.stderr.contains("no certificates that say whom to trust") {
        writeln!(std::io::stderr(), "skipped: this machine has no certificate store").unwrap();
        return;
    }
    assert_eq!(
        run.stderr,
        format!(
            "error: cannot reach {}\n  \
             its certificate is from an unknown authority, which this machine does not trust\n\
             hint: if it is your company's own, name its certificate (PEM): \
             export SSL_CERT_FILE=/path/to/authority.pem\n",
            server.url()
        )
    );
    assert_eq!(platform.requests().len(), 0);
    program.env("SSL_CERT_FILE", path(authority.pem_file())).run().exits(0);
}

#[test]
fn fault_17_an_expired_certificate_is_told_as_expired() {
    let authority = Authority::new();
    let server = answering(authority.expired_identity());
    let run = unreachable(&server, authority.pem_file(), "its certificate has expired");
    let hint = "hint: check this machine's clock; if it is right, the platform's certificate has to be renewed\n";
    assert!(run.stderr.ends_with(hint), "{}", run.stderr);
}

#[test]
fn fault_17_a_certificate_for_another_host_is_told_as_the_wrong_name() {
    let authority = Authority::new();
    let server = answering(authority.identity_for(&["elsewhere.test"]));
    let run = unreachable(
        &server,
        authority.pem_file(),
        "its certificate has the wrong name: it is for another host",
    );
    assert!(
        run.stderr.ends_with("hint: check the host in the base URL\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn fault_27_an_alert_and_an_end_in_the_handshake_are_told() {
    let authority = Authority::new();
    let alerting = TlsServer::alerting();
    unreachable(
        &alerting,
        authority.pem_file(),
        "the encrypted connection could not be set up: received fatal alert: HandshakeFailure",
    );
    let closing = TlsServer::closing_in_handshake();
    let program = list(&closing.url(), KEY).args(["--retries", "0"]);
    let run = program.env("SSL_CERT_FILE", path(authority.pem_file())).run().exits(6);
    assert_eq!(
        run.stderr,
        format!(
            "error: cannot reach {}\n  the connection was closed while it was being set up\n\
             hint: check the base URL, the network and any proxy\n",
            closing.url()
        )
    );
}

#[test]
fn https_to_a_port_that_speaks_plain_http_is_told() {
    let platform = Platform::start();
    let authority = Authority::new();
    let url = platform.url().replace("http://", "https://");
    let run = list(&url, KEY)
        .env("SSL_CERT_FILE", path(authority.pem_file()))
        .run()
        .exits(6);
    assert_eq!(
        run.stderr,
        format!(
            "error: cannot reach {url}\n  what answers there does not speak TLS\n\
             hint: check the port in the base URL, or whether it is to begin with http://\n"
        )
    );
    assert_eq!(platform.requests().len(), 0);
}

#[test]
#[cfg(target_os = "linux")]
fn fault_17_without_any_certificate_https_says_what_is_missing() {
    let server = answering(Authority::new().identity());
    let program = list(&server.url(), KEY)
        .write_home_file("empty.pem", "")
        .write_home_file("empty/README", "");
    let file = program.home().join("empty.pem");
    let folder = program.home().join("empty");
    let nowhere = program.home().join("nowhere.pem");
    for (variables, named) in [
        (
            vec![("SSL_CERT_FILE", &file)],
            format!("SSL_CERT_FILE ({})", file.display()),
        ),
        (
            vec![("SSL_CERT_DIR", &folder)],
            format!("SSL_CERT_DIR ({})", folder.display()),
        ),
        (
            vec![("SSL_CERT_FILE", &nowhere)],
            format!("SSL_CERT_FILE ({})", nowhere.display()),
        ),
        (
            vec![("SSL_CERT_FILE", &file), ("SSL_CERT_DIR", &folder)],
            format!(
                "SSL_CERT_FILE ({}) and SSL_CERT_DIR ({})",
                file.display(),
                folder.display()
            ),
        ),
    ] {
        let program = variables
            .into_iter()
            .fold(program.clone(), |program, (name, value)| program.env(name, path(value)));
        let run = program.run().exits(6);
        assert_eq!(
            run.stderr,
            format!(
                "error: cannot reach {}\n  there is no certificate to trust in {named}\n\
                 hint: install the system's CA certificates, or export SSL_CERT_FILE=/path/to/certificates.pem\n",
                server.url()
            )
        );
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn without_any_certificate_plain_http_to_this_machine_works() {
    let platform = Platform::start();
    let program = list(&platform.url(), &platform.key()).write_home_file("empty.pem", "");
    let file = program.home().join("empty.pem");
    let program = program
        .env("SSL_CERT_FILE", path(&file))
        .env("SSL_CERT_DIR", "/no/such/folder");
    program.run().exits(0);
    assert_eq!(platform.requests().len(), 1);
}
