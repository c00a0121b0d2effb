//! Requests that get no answer.

use super::list;
use crate::support::program::{Program, Run};
use crate::support::servers::{Authority, NobodyThere, RawServer, Script, TlsServer};

fn once(url: &str) -> Program {
    list(url).args(["--retries", "0"])
}

#[track_caller]
fn lost(script: &Script, why: &str) {
    let server = RawServer::answering(vec![script.clone()]);
    let run = once(&server.url()).run().exits(6);
    assert_eq!(
        run.failure()["message"],
        format!("the answer from {} did not arrive in full: {why}", server.url()),
        "{script:?}"
    );
    assert_eq!(run.failure()["hint"], "try again in a while");
    assert_eq!(run.stdout, "");
}

#[track_caller]
fn unreachable(run: Run, url: &str) -> String {
    let run = run.exits(6);
    let message = run.failure()["message"].as_str().unwrap().to_owned();
    let why = message.strip_prefix(&format!("cannot reach {url}: "));
    why.unwrap_or_else(|| panic!("{message}")).to_owned()
}

#[test]
fn fault_27_a_refused_connection_is_told_in_words() {
    let nobody = NobodyThere::new();
    let run = once(&nobody.url()).run();
    let hint = run.failure()["hint"].clone();
    assert_eq!(hint, "check the base URL, the network and any proxy");
    assert_eq!(unreachable(run, &nobody.url()), "Connection refused (os error 111)");
}

#[test]
fn fault_27_an_answer_that_breaks_off_is_told_in_words() {
    lost(&Script::close(), "connection closed before message completed");
    lost(
        &Script::reset(),
        "connection error: Connection reset by peer (os error 104)",
    );
    lost(
        &Script::CutShort(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".to_vec()),
        "end of file before message length reached",
    );
    lost(
        &Script::CutShort(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{".to_vec()),
        "end of file before message length reached",
    );
}

#[test]
fn fault_27_what_is_no_http_is_told_in_words() {
    for banner in [
        &b"SSH-2.0-OpenSSH_9.6\r\n"[..],
        b"\x15\x03\x03\x00\x02\x02\x28",
        b"220 mail.test ESMTP\r\n",
    ] {
        lost(&Script::CutShort(banner.to_vec()), "invalid HTTP version parsed");
    }
    for broken in [
        "HTTP/1.1 2OO OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 99999 OK\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
    ] {
        let server = RawServer::answering(vec![Script::CutShort(broken.into())]);
        let run = once(&server.url()).run().exits(6);
        assert_eq!(run.failure()["kind"], "unreachable", "{broken}");
    }
}

#[test]
fn fault_27_a_host_that_has_no_address_is_told_in_words() {
    for scheme in ["http", "https"] {
        let url = format!("{scheme}://nonexistent.invalid");
        let authority = Authority::new();
        let run = once(&url)
            .env("TFY_ALLOW_HTTP", "1")
            .env("SSL_CERT_FILE", authority.pem_file().to_str().unwrap())
            .run();
        let why = unreachable(run, &url);
        assert!(why.contains("the name of the host cannot be looked up"), "{why}");
    }
}

#[test]
fn fault_27_a_handshake_that_fails_is_told_in_words() {
    let authority = Authority::new();
    for server in [TlsServer::alerting(), TlsServer::closing_in_handshake()] {
        let run = once(&server.url())
            .env("SSL_CERT_FILE", authority.pem_file().to_str().unwrap())
            .run();
        let why = unreachable(run, &server.url());
        assert!(!why.is_empty(), "{why}");
        assert_eq!(server.connections(), 1);
    }
}
