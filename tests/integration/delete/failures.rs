//! Deletions that fail, or whose result is unknown.

use std::time::Duration;

use serde_json::json;
use wiremock::ResponseTemplate;

use crate::support::{Call, FakeServer, Fault, Program, cases, snapshot};

#[test]
fn lost_response_is_success_after_retry() {
    for lost in [Fault::hang_up(Call::Delete), Fault::answer(Call::Delete, 502)] {
        let server = FakeServer::with(&["ci"]);
        server.add_fault(lost.after_applying());
        let run = server.program("delete ci --yes -q").run().exits(0);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("Deleted ci (cm3k1x9qf0000000000000001)\n", ""));
        assert_eq!(server.calls(Call::Delete).len(), 2);
    }
}

#[test]
fn deleted_token_is_not_found() {
    let server = FakeServer::with(&["ci"]);
    server.before_each(|_, request, account| {
        if request.call == Call::Delete {
            account.remove("ci");
        }
    });
    snapshot!(server.program("delete ci --yes"), @"
    exit: 4
    --- stderr
    error: Token ID not found. List tokens first to find the correct ID.
      server message: Personal access token not found
    hint: run `tfy-tokens list`
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 404
    ");
}

#[test]
fn missing_response_leaves_result_unknown() {
    let server = FakeServer::with(&["ci"]);
    let late = ResponseTemplate::new(200).set_delay(Duration::from_mins(5));
    server.add_fault(Fault::answer(Call::Delete, late).after_applying());
    snapshot!(server.program("delete ci --yes --timeout 1s --retries 0"), @"
    exit: 6
    --- stderr
    error: no response from [SERVER] within 1 s; the token may have been deleted
    hint: try again, or increase --timeout
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    ");
}

#[test]
fn rejected_retry_leaves_result_unknown() {
    let server = FakeServer::with(&["ci"]);
    server.add_fault(Fault::hang_up(Call::Delete)).answer_once(Call::Delete, 429);
    let run = server.program("delete ci --yes --retries 1").run().exits(6);
    let error = "error: too many requests (HTTP 429); the token may have been deleted\n";
    assert!(run.stderr.starts_with(error), "{}", run.stderr);
}

/// Deletes three tokens, two of which fail with these statuses.
fn two_fail(failures: [(&str, u16); 2]) -> Program {
    let server = FakeServer::with(&["first", "second", "third"]);
    for (name, status) in failures {
        let token = server.tokens().into_iter().find(|token| token.name == name).unwrap();
        let answer = (status, json!({"message": format!("no to {name}")}));
        server.add_fault(Fault::answer(Call::Delete, answer).when(move |request| request.segment == token.id));
    }
    server.program("delete first second third --yes --retries 0")
}

#[test]
fn each_failure_is_listed() {
    snapshot!(two_fail([("first", 403), ("third", 500)]), @"
    exit: 3
    --- stdout
    Deleted second (cm3k1x9qf0000000000000002)
    --- stderr
    If services fail after token deletion, they were using the deleted token. Create a new token and update them.
    error: could not delete 2 of 3 tokens
      first (cm3k1x9qf0000000000000001): Cannot manage access tokens. Check your API key permissions. server message: no to first
      third (cm3k1x9qf0000000000000003): the server is unavailable (HTTP 500); the token may have been deleted; server message: no to third
    hint: run `tfy-tokens status` to see which API key is used
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 403
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000002 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000003 500
    ");
}

#[test]
fn exit_code_is_of_first_failure() {
    for case in cases(
        "second 500 | third 403  | 6
         second 404 | third 500  | 4
         first 400  | second 404 | 1",
    ) {
        let [first, second, code] = case.columns();
        let failure = |text: &'static str| {
            let (name, status) = text.split_once(' ').unwrap();
            (name, status.parse().unwrap())
        };
        two_fail([failure(first), failure(second)]).run().exits(code.parse().unwrap());
    }
}

#[test]
fn json_has_deleted_tokens_and_failures() {
    snapshot!(two_fail([("first", 403), ("third", 500)]).args("-o json"), @r#"
    exit: 3
    --- stdout
    [
    {"id":"cm3k1x9qf0000000000000002","name":"second","deleted":true}
    ]
    --- stderr
    {"error":{"kind":"forbidden","message":"could not delete 2 of 3 tokens; first (cm3k1x9qf0000000000000001): Cannot manage access tokens. Check your API key permissions. server message: no to first; third (cm3k1x9qf0000000000000003): the server is unavailable (HTTP 500); the token may have been deleted; server message: no to third","hint":"run `tfy-tokens status` to see which API key is used","status":403,"exitCode":3}}
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 403
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000002 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000003 500
    "#);
}

#[test]
fn json_error_follows_no_warning() {
    let server = FakeServer::with(&["ci"]);
    server.answer_always(Call::Session, 404).answer_always(Call::Delete, 400);
    let run = server.program("delete ci --yes -o json").run().exits(1);
    assert_eq!((run.stdout.as_str(), run.stderr.lines().count()), ("[]\n", 1));
    assert_eq!(run.failure()["status"], 400);
}

#[test]
fn non_json_response_is_failure() {
    for (body, got) in [("<html>log in</html>", "an HTML page"), ("welcome", "text that is not JSON")] {
        let server = FakeServer::with(&["ci"]);
        server.answer_always(Call::Delete, (200, body));
        let run = server.program("delete ci --yes").run().exits(1);
        let error =
            format!("error: unexpected response from the server: expected a response to a deletion, got {got}\n");
        assert!(run.stderr.starts_with(&error), "{}", run.stderr);
        assert_eq!((run.stdout.as_str(), server.names().as_str()), ("", "ci"));
    }
}

#[test]
fn rejected_key_deletes_no_token() {
    let server = FakeServer::with(&["ci"]);
    server.rules(|rules| rules.forbid = true);
    let run = server.program("delete ci --yes").run().exits(3);
    assert!(run.stderr.starts_with("error: Cannot manage access tokens."), "{}", run.stderr);
    server.rules(|rules| rules.reject_key = true);
    let run = server.program("delete ci --yes").run().exits(3);
    assert!(run.stderr.contains("was rejected"), "{}", run.stderr);
    assert_eq!(server.calls(Call::Delete).len(), 0);
}
