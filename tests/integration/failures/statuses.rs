//! Statuses that are not a success: the message, the hint, the kind and the exit code.

use serde_json::json;
use wiremock::ResponseTemplate;

use crate::support::{Call, FakeServer, cases, snapshot};

/// Each case: command, status, kind, exit code, message and hint.
const STATUSES: &str = "
    list   | 401 | not-signed-in | 3 | the API key from TFY_API_KEY was rejected: it is invalid, expired or deleted | NEW KEY
    list   | 403 | forbidden     | 3 | Cannot manage access tokens. Check your API key permissions. | SEE KEY
    list   | 404 | failed        | 1 | the server does not have this API (HTTP 404) | CHECK URL
    list   | 409 | failed        | 1 | the server rejected the request (HTTP 409) |
    list   | 400 | failed        | 1 | the server rejected the request (HTTP 400) |
    list   | 413 | failed        | 1 | the server rejected the request (HTTP 413) |
    list   | 422 | failed        | 1 | the server rejected the request (HTTP 422) |
    list   | 451 | failed        | 1 | the server rejected the request (HTTP 451) |
    list   | 501 | failed        | 1 | the server rejected the request (HTTP 501) |
    create | 401 | not-signed-in | 3 | the API key from TFY_API_KEY was rejected: it is invalid, expired or deleted | NEW KEY
    create | 403 | forbidden     | 3 | Cannot manage access tokens. Check your API key permissions. | SEE KEY
    create | 404 | failed        | 1 | the server does not have this API (HTTP 404) | CHECK URL
    create | 409 | name-taken    | 5 | A token with this name already exists. Use a different name. |
    create | 400 | failed        | 1 | the server rejected the request (HTTP 400) |
    create | 422 | failed        | 1 | the server rejected the request (HTTP 422) |
    create | 451 | failed        | 1 | the server rejected the request (HTTP 451) |
    delete | 401 | not-signed-in | 3 | the API key from TFY_API_KEY was rejected: it is invalid, expired or deleted | NEW KEY
    delete | 403 | forbidden     | 3 | Cannot manage access tokens. Check your API key permissions. | SEE KEY
    delete | 404 | not-found     | 4 | Token ID not found. List tokens first to find the correct ID. | run `tfy-tokens list`
    delete | 409 | failed        | 1 | the server rejected the request (HTTP 409) |
    delete | 400 | failed        | 1 | the server rejected the request (HTTP 400) |
    delete | 422 | failed        | 1 | the server rejected the request (HTTP 422) |
    list   | 408 | unreachable   | 6 | the server is unavailable (HTTP 408) | try again later
    list   | 429 | unreachable   | 6 | too many requests (HTTP 429) | try again later
    list   | 500 | unreachable   | 6 | the server is unavailable (HTTP 500) | try again later
    list   | 502 | unreachable   | 6 | the server is unavailable (HTTP 502) | try again later
    list   | 503 | unreachable   | 6 | the server is unavailable (HTTP 503) | try again later
    list   | 504 | unreachable   | 6 | the server is unavailable (HTTP 504) | try again later
    # A server that rejects a request because there are too many has not processed it.
    delete | 429 | unreachable   | 6 | too many requests (HTTP 429) | try again later
    delete | 500 | unreachable   | 6 | the server is unavailable (HTTP 500); the token may have been deleted | try again later
    delete | 504 | unreachable   | 6 | the server is unavailable (HTTP 504); the token may have been deleted | try again later";

#[test]
fn status_decides_message_and_exit_code() {
    for case in cases(STATUSES) {
        let [command, status, kind, code, message, hint] = case.columns();
        let server = FakeServer::with(&["ci-run"]);
        let (arguments, call) = match command {
            "create" => ("create new-one", Call::Create),
            "delete" => ("delete ci-run --yes", Call::Delete),
            _ => ("list", Call::List),
        };
        let (status, code): (u16, i32) = (status.parse().unwrap(), code.parse().unwrap());
        server.answer_always(call, (status, json!({"statusCode": status, "message": "Not today"})));
        let hint = match hint {
            "NEW KEY" => {
                format!("set TFY_API_KEY to a valid key, or unset it and run `tfy login --host {}`", server.url())
            }
            "SEE KEY" => "run `tfy-tokens status` to see which API key is used".to_owned(),
            "CHECK URL" => "check the base URL; it must point to the TrueFoundry control plane".to_owned(),
            hint => hint.to_owned(),
        };
        let program = server.program(arguments).args("--retries 0");

        let run = program.clone().arg("--quiet").run().exits(code);
        let hint_line = if hint.is_empty() { String::new() } else { format!("hint: {hint}\n") };
        let lines = format!("error: {message}\n  server message: Not today\n{hint_line}");
        assert_eq!((run.stdout.as_str(), run.stderr), ("", lines), "{case:?}");

        let run = program.args("-o json").run().exits(code);
        let separator = if message.ends_with('.') { " " } else { "; " };
        let error = json!({
            "kind": kind,
            "message": format!("{message}{separator}server message: Not today"),
            "hint": if hint.is_empty() { None } else { Some(hint) },
            "status": status,
            "exitCode": code,
        });
        assert_eq!(run.failure(), error, "{case:?}");
        assert_eq!(run.stdout, if call == Call::Delete { "[]\n" } else { "" }, "{case:?}");
        assert_eq!(server.names(), "ci-run", "{case:?}");
    }
}

#[test]
fn server_message_is_sanitized() {
    let server = FakeServer::start();
    let message = "\u{1b}[2J\u{1b}]0;owned\u{7}two\nlines\u{202e}\u{9b}31m";
    server.answer_always(Call::List, (400, json!({"message": [message, "second"]})));
    snapshot!(server.program("list"), @"
    exit: 1
    --- stderr
    error: the server rejected the request (HTTP 400)
      server message: �[2J�]0;owned�two lines��31m; second
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 400
    ");
    snapshot!(server.program("list -o json"), @r#"
    exit: 1
    --- stderr
    {"error":{"kind":"failed","message":"the server rejected the request (HTTP 400); server message: �[2J�]0;owned�two lines��31m; second","hint":null,"status":400,"exitCode":1}}
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 400
    "#);
}

#[test]
#[cfg(unix)]
fn server_message_is_sanitized_at_terminal() {
    let server = FakeServer::start();
    let message = "no\u{1b}]0;pwned\u{7}\u{1b}[2J\nerror: all is well\u{202e}";
    server.answer_always(Call::List, (403, json!({ "message": message })));
    let program = server.program("list").env("NO_COLOR", "1");
    let finished = crate::support::Terminal::size(120, 20).run(&program).finish();
    // The terminal does not show U+FFFD, so the screen is no help here.
    assert_eq!(
        finished.exits(3).output,
        "error: Cannot manage access tokens. Check your API key permissions.\r\n  \
         server message: no\u{fffd}]0;pwned\u{fffd}\u{fffd}[2J error: all is well\u{fffd}\r\n\
         hint: run `tfy-tokens status` to see which API key is used\r\n"
    );
}

#[test]
fn server_message_is_cut() {
    let server = FakeServer::start();
    server.answer_always(Call::List, (400, json!({"message": "long ".repeat(100_000)})));
    let run = server.program("list").run().exits(1);
    let line = format!("\n  server message: {}\n", "long ".repeat(200));
    assert!(run.stderr.contains(&line), "{}", run.stderr.len());
}

#[test]
fn web_page_is_not_server_message() {
    let server = FakeServer::start();
    let page = ResponseTemplate::new(502).set_body_raw("<html><h1>Bad Gateway</h1></html>", "text/html");
    server.answer_always(Call::List, page);
    snapshot!(server.program("list --retries 0"), @"
    exit: 6
    --- stderr
    error: the server is unavailable (HTTP 502)
    hint: try again later
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 502
    ");
}

#[test]
fn token_cannot_create_token() {
    let server = FakeServer::start();
    server.sign_in_with_token("laptop");
    snapshot!(server.program("create new-one"), @r#"
    exit: 3
    --- stderr
    Creating token new-one on [SERVER]; never expires
    error: Cannot manage access tokens. Check your API key permissions.
      a personal access token cannot create another token
      server message: Personal access tokens cannot be created while authenticated with a personal access token
    hint: unset TFY_API_KEY and run `tfy login --host [SERVER]`, or create the token on the TrueFoundry website
    --- requests
    POST /personal-access-tokens 403 {"name":"new-one"}
    "#);
    let error = server.program("create new-one -o json").run().exits(3).failure();
    assert_eq!((&error["kind"], &error["status"]), (&json!("forbidden"), &json!(403)));
}

#[test]
fn unknown_user_is_named() {
    let server = FakeServer::with(&["ci-run"]);
    snapshot!(server.program("create new-one --for-user none@acme.test -q"), @r#"
    exit: 4
    --- stderr
    error: user none@acme.test not found
      server message: User none@acme.test not found
    --- requests
    POST /personal-access-tokens/for-user 404 {"name":"new-one","userEmail":"none@acme.test"}
    "#);
    snapshot!(server.program("revoke-all none@acme.test --yes"), @r#"
    exit: 4
    --- stderr
    error: user none@acme.test not found
      server message: User none@acme.test not found
    --- requests
    DELETE /personal-access-tokens/revoke/all 404 {"email":"none@acme.test"}
    "#);
    assert_eq!(server.names(), "ci-run");
}
