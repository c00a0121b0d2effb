//! Statuses that are not a success: the message, the hint, the kind and the exit code.

use serde_json::json;

use crate::support::{Call, FakeServer, Fault, cases, snapshot};

/// Each case: command, status, kind, exit code, message and hint.
const STATUSES: &str = "
    list   | 401 | not-signed-in | 3 | the API key from TFY_API_KEY was rejected: it is invalid, expired or deleted | NEW KEY
    list   | 403 | forbidden     | 3 | Cannot manage access tokens. Check your API key permissions. | use another API key, or ask a tenant admin for permission to manage access tokens
    list   | 404 | failed        | 1 | the server does not have this API (HTTP 404) | check the base URL; it must point to the TrueFoundry control plane
    list   | 409 | failed        | 1 | the server rejected the request (HTTP 409) |
    list   | 422 | failed        | 1 | the server rejected the request (HTTP 422) |
    list   | 501 | failed        | 1 | the server rejected the request (HTTP 501) |
    create | 404 | failed        | 1 | the server does not have this API (HTTP 404) | check the base URL; it must point to the TrueFoundry control plane
    create | 409 | name-taken    | 5 | A token with this name already exists. Use a different name. | run `tfy-tokens rotate new-one` to replace the token with this name, or choose another name
    create | 400 | failed        | 1 | the server rejected the request (HTTP 400) |
    delete | 403 | forbidden     | 3 | Cannot manage access tokens. Check your API key permissions. | use another API key, or ask a tenant admin for permission to manage access tokens
    delete | 404 | not-found     | 4 | Token ID not found. List tokens first to find the correct ID. | run `tfy-tokens list`
    delete | 409 | failed        | 1 | the server rejected the request (HTTP 409) |
    list   | 408 | unreachable   | 6 | the server is unavailable (HTTP 408) | try again later
    list   | 429 | unreachable   | 6 | too many requests (HTTP 429) | try again later
    list   | 500 | unreachable   | 6 | the server is unavailable (HTTP 500) | try again later
    # A server that rejects a request because there are too many has not processed it.
    delete | 429 | unreachable   | 6 | too many requests (HTTP 429) | try again later
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
        let new_key =
            format!("set TFY_API_KEY to a valid key, or unset it and run `tfy-tokens login {}`", server.url());
        let hint = if hint == "NEW KEY" { &new_key } else { hint };
        let program = server.program(arguments).args("--retries 0");

        let run = program.clone().arg("--quiet").run().exits(code);
        let hint_line = if hint.is_empty() { String::new() } else { format!("hint: {hint}\n") };
        let source = if status == 403 { "\n  the API key is from TFY_API_KEY" } else { "" };
        let lines = format!("error: {message}\n  server message: Not today{source}\n{hint_line}");
        assert_eq!((run.stdout.as_str(), run.stderr), ("", lines), "{case:?}");

        let run = program.args("-o json").run().exits(code);
        let cause = if message.ends_with('.') { " Server message: Not today" } else { "; server message: Not today" };
        let error = json!({
            "kind": kind,
            "message": format!("{message}{cause}{}", source.replace("\n  ", "; ")),
            "hint": (!hint.is_empty()).then_some(hint),
            "status": status,
            "exitCode": code,
        });
        assert_eq!(run.failure(), error, "{case:?}");
        let is_array =
            run.stdout.starts_with("[\n{\"id\":\"cm3k1x9qf0000000000000001\",\"name\":\"ci-run\",\"deleted\":false,");
        assert!(if call == Call::Delete { is_array } else { run.stdout.is_empty() }, "{case:?}");
        assert_eq!(server.names(), "ci-run", "{case:?}");
    }
}

#[test]
fn web_page_is_reported_as_such() {
    for case in cases(
        "list   | 400 | 1 | the server answered with a web page (HTTP 400)
         list   | 401 | 3 | the server answered with a web page (HTTP 401)
         list   | 403 | 3 | the server answered with a web page (HTTP 403)
         list   | 404 | 1 | the server answered with a web page (HTTP 404)
         create | 403 | 3 | the server answered with a web page (HTTP 403)
         create | 409 | 1 | the server answered with a web page (HTTP 409)
         delete | 404 | 1 | the server answered with a web page (HTTP 404)
         list   | 429 | 6 | too many requests (HTTP 429)
         list   | 503 | 6 | the server is unavailable (HTTP 503)
         list   | 521 | 6 | the server is unavailable (HTTP 521)",
    ) {
        let [command, status, code, message] = case.columns();
        let server = FakeServer::with(&["ci-run"]);
        let (arguments, call) = match command {
            "create" => ("create new-one -q", Call::Create),
            "delete" => ("delete ci-run --yes", Call::Delete),
            _ => ("list", Call::List),
        };
        let status: u16 = status.parse().unwrap();
        server.answer_always(call, (status, "\n<!DOCTYPE html><title>SENTINEL</title>"));
        let run = server.program(arguments).args("--retries 0").run().exits(code.parse().unwrap());
        assert!(run.stderr.starts_with(&format!("error: {message}\nhint: ")), "{case:?}: {}", run.stderr);
    }
}

#[test]
fn page_of_nginx_asks_for_client_certificate() {
    let server = FakeServer::start();
    server.answer_always(Call::List, (400, "<html><center>No required SSL certificate was sent</center></html>"));
    let run = server.program("list").run().exits(6);
    assert!(run.stderr.contains("\n  the server wants a client certificate\n"), "{}", run.stderr);
}

#[test]
fn web_page_does_not_confirm_repeated_deletion() {
    let server = FakeServer::with(&["ci-run"]);
    server.add_fault(Fault::hang_up(Call::Delete)).answer_always(Call::Delete, (404, "<html>Not found</html>"));
    let run = server.program("delete ci-run --yes").run().exits(1);
    let message = "error: the server answered with a web page (HTTP 404); the token may have been deleted\n";
    assert!(run.stderr.starts_with(message), "{}", run.stderr);
}

#[test]
fn server_message_is_sanitized() {
    let server = FakeServer::start();
    let message = "\u{1b}[2J\u{1b}]0;owned\u{7}two\nlines\u{202e}\u{9b}31m";
    server.answer_always(Call::List, (400, json!({"message": [message, "second"]})));
    let program = server.program("list");
    let run = snapshot!(&program, @"
    exit: 1
    --- stderr
    error: the server rejected the request (HTTP 400)
      server message: �[2J�]0;owned�two lines��31m; second
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 400
    ");
    #[cfg(unix)]
    {
        // The screen of the test shows no replacement characters.
        let at_terminal = crate::support::Terminal::size(120, 20).run(&program.env("NO_COLOR", "1")).finish();
        assert_eq!(at_terminal.output.replace("\r\n", "\n"), run.stderr);
    }
}
