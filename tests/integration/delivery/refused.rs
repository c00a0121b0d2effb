//! Failures after which no token exists.

use std::time::Duration;

use wiremock::ResponseTemplate;

use super::create;
use crate::support::servers::{ClosedPort, RawServer, Script, http_response};
use crate::support::{Call, FakeServer, Program, snapshot};

fn busy(status: u16, retry_after: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).insert_header("Retry-After", retry_after)
}

#[test]
fn unreachable_server_creates_no_token() {
    let program = Program::with_settings(ClosedPort::new().url(), "tfy_key_SENTINEL", "create ci-run -v --retries 1");
    snapshot!(program, @"
    exit: 6
    --- stderr
    Creating token ci-run on http://127.0.0.1:[PORT]; never expires
    The token never expires. To limit it, pass an expiry such as --expires 90d.
    POST /api/svc/v1/personal-access-tokens: no response in [MS] ms, attempt 1
    POST /api/svc/v1/personal-access-tokens: no response in [MS] ms, attempt 2
    error: cannot connect to http://127.0.0.1:[PORT]; no token was created
      Connection refused (os error 111)
    hint: check the base URL, your network and your proxy settings
    ");
}

#[test]
fn retry_after_is_followed() {
    let server = FakeServer::start();
    server.answer_once(Call::Create, busy(429, "1")).answer_once(Call::Create, busy(503, "0"));
    let run = create(&server).delivers_value().run().exits(0);
    assert!(run.elapsed >= Duration::from_secs(1), "{:?}", run.elapsed);
    assert_eq!((server.requests().len(), server.tokens().len()), (3, 1));
}

#[test]
fn busy_server_creates_no_token() {
    let server = FakeServer::start();
    server.answer_always(Call::Create, busy(503, "0"));
    snapshot!(create(&server).args("-q"), @r#"
    exit: 6
    --- stderr
    error: the server is unavailable (HTTP 503); no token was created
    hint: try again later
    --- requests
    POST /personal-access-tokens 503 {"name":"ci-run"}
    POST /personal-access-tokens 503 {"name":"ci-run"}
    POST /personal-access-tokens 503 {"name":"ci-run"}
    "#);
}

#[test]
fn unusable_retry_after_is_not_retried() {
    for answer in [ResponseTemplate::new(429), busy(503, "86400")] {
        let server = FakeServer::start();
        server.answer_always(Call::Create, answer);
        let run = create(&server).run().exits(6);
        assert!(run.stderr.contains("; no token was created\n"), "{}", run.stderr);
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn rejected_then_unreachable_creates_no_token() {
    let busy = http_response(429, &[("Retry-After", "1"), ("Connection", "close")], "");
    let server = RawServer::answering(vec![Script::Answer(busy)]);
    let program = Program::with_settings(server.url(), "tfy_key_SENTINEL", "create ci-run -v --retries 1");
    let running = program.start();
    running.wait_for_stderr("tokens: 429 in ");
    drop(server);
    let run = running.finish().exits(6);
    assert!(run.stderr.contains("; no token was created\n"), "{}", run.stderr);
}
