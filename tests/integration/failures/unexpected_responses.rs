//! Successful responses whose body is not that of the API. The body is described, and never shown.

use serde_json::json;
use wiremock::ResponseTemplate;

use crate::support::{Call, FakeServer, cases};

/// Each case: a body and its description. The inspection of all output fails if `SENTINEL` is printed.
const BODIES: &str = r#"
                                                | an empty body
    "SENTINEL"                                  | JSON with a different structure
    {"data":{"id":"SENTINEL"}}                  | JSON with a different structure
    <!DOCTYPE html><form>Sign in SENTINEL</form>| an HTML page
    {"data":[{"id":"SENTINEL"}], oops}          | text that is not JSON
    {"data":[{"id":"SENTINEL                    | truncated JSON"#;

/// Runs a command that must fail. The responses to `call` have `body`, with whitespace around it, in place of `expected`.
#[track_caller]
fn check(arguments: &str, call: Call, body: &str, expected: &str, got: &str) {
    let server = FakeServer::with(&["ci-run"]);
    server.answer_always(call, (200, format!("\r\n  {body}\n").as_str()));
    let run = server.program(arguments).args("-o json").run().exits(1);
    let hint =
        got.starts_with("an HTML page").then_some("check the base URL; a login page or a proxy may have answered");
    let error = json!({
        "kind": "failed",
        "message": format!("unexpected response from the server: expected {expected}, got {got}"),
        "hint": hint,
        "status": null,
        "exitCode": 1,
    });
    assert_eq!(run.failure(), error, "{arguments}");
    // A response is not repeated.
    assert_eq!(server.calls(call).len(), 1, "{arguments}");
    assert_eq!(server.names(), "ci-run");
}

#[test]
fn response_is_described_not_shown() {
    for case in cases(BODIES) {
        let [body, got] = case.columns();
        check("list", Call::List, body, "a page of tokens", got);
        check("status", Call::Session, body, "a session", got);
        // JSON of any structure and an empty body confirm a deletion.
        if !got.contains("empty") && !got.contains("structure") {
            let got_token = format!("{got}; the token may have been deleted");
            check("delete ci-run --yes", Call::Delete, body, "a response to a deletion", &got_token);
            let got_tokens = format!("{got}; the tokens may have been deleted");
            check("revoke-all ada@acme.test --yes", Call::RevokeAll, body, "a response to a deletion", &got_tokens);
        }
    }
}

#[test]
fn refusal_inside_success_is_refusal() {
    let server = FakeServer::with(&["ci-run"]);
    let refused = (200, json!({"statusCode": 403, "message": "Not today"}));
    for (arguments, call) in [
        ("list", Call::List),
        ("create new-one", Call::Create),
        ("delete ci-run --yes", Call::Delete),
        ("revoke-all ada@acme.test --yes", Call::RevokeAll),
    ] {
        server.answer_always(call, refused.clone());
        let run = server.program(arguments).args("-o json").run().exits(3);
        assert_eq!(run.failure()["status"], 403, "{arguments}");
        assert_eq!(server.names(), "ci-run");
    }
}

#[test]
fn byte_order_mark_is_ignored() {
    let server = FakeServer::start();
    server.answer_always(Call::List, ResponseTemplate::new(200).set_body_bytes("\u{feff}{\"data\":[]}"));
    assert_eq!(server.program("list -o json").run().exits(0).stdout, "[]\n");
}

#[test]
fn invalid_utf8_is_replaced() {
    let server = FakeServer::start();
    let body = b"{\"data\":[{\"id\":\"a\",\"name\":\"caf\xe9\"}]}".to_vec();
    server.answer_always(Call::List, ResponseTemplate::new(200).set_body_bytes(body));
    let run = server.program("list -o json").run().exits(0);
    assert_eq!(run.json()[0]["name"], json!("caf\u{fffd}"));
}
