//! Failures after which no token exists.

use std::time::Duration;

use wiremock::ResponseTemplate;

use super::create;
use crate::support::servers::{ClosedPort, RawServer, Script, http_response};
use crate::support::{Call, FakeServer, Fault, Program, cases, snapshot};

fn busy(status: u16, retry_after: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).insert_header("Retry-After", retry_after)
}

#[test]
fn unreachable_server_creates_no_token() {
    let port = ClosedPort::new();
    let program = Program::with_settings(port.url(), "tfy_key_SENTINEL", "create ci-run -v --retries 1");
    snapshot!(&program, @"
    exit: 6
    --- stderr
    Creating token ci-run on http://127.0.0.1:[PORT]; never expires
    POST /api/svc/v1/personal-access-tokens: no response in [MS] ms, attempt 1
    POST /api/svc/v1/personal-access-tokens: no response in [MS] ms, attempt 2
    error: cannot connect to http://127.0.0.1:[PORT]; no token was created
      Connection refused (os error 111)
    hint: check the base URL, your network and your proxy settings
    ");
    let program = Program::with_settings(port.url(), "tfy_key_SENTINEL", "create ci-run --retries 0 -o json");
    snapshot!(program, @r#"
    exit: 6
    --- stderr
    {"error":{"kind":"unreachable","message":"cannot connect to http://127.0.0.1:[PORT]; no token was created; Connection refused (os error 111)","hint":"check the base URL, your network and your proxy settings","status":null,"exitCode":6}}
    "#);
}

#[test]
fn retry_after_is_followed() {
    for status in [429, 503] {
        let server = FakeServer::start();
        server.add_fault(Fault::answer(Call::Create, busy(status, "0")).times(2));
        let run = create(&server).delivers_value().run().exits(0);
        assert_eq!(run.stdout, server.value_of("ci-run").unwrap() + "\n");
        assert_eq!((server.requests().len(), server.tokens().len()), (3, 1));
    }
    let server = FakeServer::start();
    server.answer_once(Call::Create, busy(429, "1"));
    let run = create(&server).delivers_value().run().exits(0);
    assert!(run.elapsed >= Duration::from_secs(1), "{:?}", run.elapsed);
}

#[test]
fn busy_server_creates_no_token() {
    let server = FakeServer::start();
    server.answer_always(Call::Create, busy(503, "0"));
    snapshot!(create(&server), @r#"
    exit: 6
    --- stderr
    Creating token ci-run on [SERVER]; never expires
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
    for case in cases(
        "429 |       | too many requests (HTTP 429); no token was created
         429 | 86400 | too many requests (HTTP 429); no token was created
         503 | 86400 | the server is unavailable (HTTP 503); no token was created",
    ) {
        let [status, seconds, error] = case.columns();
        let status = status.parse().unwrap();
        let server = FakeServer::start();
        let answer = if seconds.is_empty() { ResponseTemplate::new(status) } else { busy(status, seconds) };
        server.answer_always(Call::Create, answer);
        let run = create(&server).run().exits(6);
        assert!(run.stderr.contains(&format!("error: {error}\n")), "{}", run.stderr);
        assert_eq!(server.requests().len(), 1, "{case:?}");
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
    let run = running.wait().exits(6);
    assert!(run.stderr.contains("; no token was created\n"), "{}", run.stderr);
}
