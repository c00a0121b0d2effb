//! Requests that HTTP/2 refuses.

use serde_json::json;

use super::EMPTY;
use crate::support::servers::{Authority, Frames, Http2Server, TlsServer};
use crate::support::{FakeServer, Program, Run};

const VALUE: &str = r#"{"token":"tfy_value_SENTINEL"}"#;

fn run(server: &Http2Server, program: Program) -> Run {
    let authority = Authority::new();
    let tls = TlsServer::in_front_of(&server.url(), authority.identity(), "h2");
    program.env("TFY_BASE_URL", tls.url()).env("SSL_CERT_FILE", authority.pem_file()).run()
}

fn program(arguments: &str) -> Program {
    Program::with_settings("", "tfy_key_SENTINEL", arguments)
}

#[test]
fn refused_request_is_repeated_on_new_connection() {
    for refusal in [Frames::RefusedStream, Frames::GoAway] {
        let server = Http2Server::answering(&[refusal, Frames::Answer(VALUE)]);
        let created = run(&server, program("create ci-run -q").delivers_value()).exits(0);
        assert_eq!((created.stdout.as_str(), created.stderr.as_str()), ("tfy_value_SENTINEL\n", ""), "{refusal:?}");
        assert_eq!((server.received().requests().len(), server.received().connections()), (2, 2), "{refusal:?}");

        let server = Http2Server::answering(&[refusal, Frames::Answer(EMPTY)]);
        run(&server, program("list -q")).exits(0);
        assert_eq!(server.received().requests().len(), 2, "{refusal:?}");
    }
}

#[test]
fn refused_request_is_not_applied() {
    for refusal in [Frames::RefusedStream, Frames::GoAway] {
        let server = Http2Server::answering(&[refusal]);
        let run_once = run(&server, program("create ci-run -q --retries 0")).exits(6);
        let reason =
            "no token was created\n  the server refused the request before processing it\nhint: try again later\n";
        assert!(run_once.stderr.ends_with(reason), "{}", run_once.stderr);
        assert_eq!(server.received().requests().len(), 1, "{refusal:?}");
        run(&server, program("list --retries 0")).exits(6);
        assert_eq!(server.received().requests().len(), 2, "{refusal:?}");
        run(&server, program("list --retries 2")).exits(6);
        assert_eq!(server.received().requests().len(), 5, "{refusal:?}");
    }
}

#[test]
fn processed_request_may_be_applied() {
    for frames in [Frames::GoAwayIncluding, Frames::RefusedAfterHead] {
        let server = Http2Server::answering(&[frames, Frames::Answer(EMPTY)]);
        let run = run(&server, program("create ci-run -q")).exits(7);
        assert!(run.stderr.contains("no token with this name exists yet"), "{}", run.stderr);
        assert_eq!(server.received().requests().len(), 2, "{frames:?}");
    }
}

#[test]
fn large_pages_do_not_block_each_other() {
    let server = FakeServer::start();
    for number in 0..8000 {
        server.add_raw(json!({"id": format!("id-{number}"), "name": "x".repeat(4000)}));
    }
    let authority = Authority::new();
    let tls = TlsServer::in_front_of(&server.url(), authority.identity(), "h2");
    let program = server.program("list -o id --timeout 20s").env("TFY_BASE_URL", tls.url());
    let run = program.env("SSL_CERT_FILE", authority.pem_file()).run().exits(0);
    assert_eq!(run.stdout.lines().count(), 8000);
}
