//! Successful responses whose body is not that of the API. The body is described, and never shown.

use serde_json::json;
use wiremock::ResponseTemplate;

use crate::support::{Call, Case, FakeServer, Fault, cases, snapshot};

/// Each case: a body and its description. The inspection of all output fails if `SENTINEL` is printed.
const BODIES: &str = r#"
                                                | an empty body
    null                                        | null
    {}                                          | JSON with a different structure
    []                                          | JSON with a different structure
    "SENTINEL"                                  | JSON with a different structure
    {"data":null,"x":"SENTINEL"}                | JSON with a different structure
    {"data":{"id":"SENTINEL"}}                  | JSON with a different structure
    {"token":"tfy_SENTINEL"}                    | JSON with a different structure
    <!DOCTYPE html><form>Sign in SENTINEL</form>| an HTML page
    SENTINEL, please sign in                    | text that is not JSON
    {"data":[{"id":"SENTINEL"}], oops}          | text that is not JSON
    {"data":[]}{"data":[]}                      | text that is not JSON
    {"data":[{"id":"SENTINEL                    | truncated JSON"#;

/// A server whose responses to `call` have the body of a case, with whitespace around it.
fn answering(call: Call, body: &str) -> FakeServer {
    let server = FakeServer::with(&["ci-run"]);
    server.answer_always(call, (200, format!("\r\n  {body}\n").as_str()));
    server
}

/// The lines of the error for a body in place of `expected`.
fn error(expected: &str, got: &str) -> String {
    let hint = match got {
        "an HTML page" => "hint: check the base URL; a login page or a proxy may have answered\n",
        _ => "",
    };
    format!("error: unexpected response from the server: expected {expected}, got {got}\n{hint}")
}

#[test]
fn page_of_tokens_is_checked() {
    for case in cases(BODIES) {
        let [body, got] = case.columns();
        let server = answering(Call::List, body);
        for arguments in ["list", "list -o jsonl", "list -o csv", "list -o id", "delete ci-run --yes"] {
            let run = server.program(arguments).exact_output().run().exits(1);
            assert_eq!((run.stdout.as_str(), run.stderr), ("", error("a page of tokens", got)), "{case:?}");
        }
        // A response is not repeated.
        assert_eq!(server.calls(Call::List).len(), 5, "{case:?}");
        assert_eq!(server.names(), "ci-run");
    }
}

#[test]
fn session_is_checked() {
    for case in cases(BODIES) {
        let [body, got] = case.columns();
        let run = answering(Call::Session, body).program("status").run().exits(1);
        assert_eq!(run.stderr, error("a session", got), "{case:?}");
    }
}

#[test]
fn delete_response_is_checked() {
    let is_rejected =
        |case: &Case| matches!(case.columns::<2>()[1], "an HTML page" | "text that is not JSON" | "truncated JSON");
    for case in cases(BODIES).filter(is_rejected) {
        let [body, got] = case.columns();
        for (call, arguments) in
            [(Call::Delete, "delete ci-run --yes"), (Call::RevokeAll, "revoke-all ada@acme.test --yes")]
        {
            let run = answering(call, body).program(arguments).run().exits(1);
            assert_eq!((run.stdout.as_str(), run.stderr), ("", error("a response to a deletion", got)), "{case:?}");
        }
    }
}

#[test]
fn json_error_has_no_status() {
    let server = answering(Call::List, "<html>SENTINEL</html>");
    snapshot!(server.program("list -o json"), @r#"
    exit: 1
    --- stderr
    {"error":{"kind":"failed","message":"unexpected response from the server: expected a page of tokens, got an HTML page","hint":"check the base URL; a login page or a proxy may have answered","status":null,"exitCode":1}}
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    "#);
}

#[test]
fn later_broken_page_prints_no_tokens() {
    let server = FakeServer::start();
    server.add_many(150);
    let later_page =
        Fault::answer(Call::List, (200, "<html>")).when(|request| request.parameter("offset") != Some("0"));
    server.add_fault(later_page.always());
    for format in ["table", "json", "jsonl", "csv", "id"] {
        let run = server.program("list -o").arg(format).run().exits(1);
        assert_eq!(run.stdout, "", "{format}");
    }
}

#[test]
fn invalid_utf8_is_replaced() {
    let server = FakeServer::start();
    let body = b"{\"data\":[{\"id\":\"a\",\"name\":\"caf\xe9\"}]}".to_vec();
    server.answer_always(Call::List, ResponseTemplate::new(200).set_body_bytes(body));
    let run = server.program("list -o json").run().exits(0);
    assert_eq!(run.json()[0]["name"], json!("caf\u{fffd}"));
}
