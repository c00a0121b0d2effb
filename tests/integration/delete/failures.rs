//! Deletions that fail, or whose result is unknown.

use serde_json::json;

use crate::support::{Call, FakeServer, Fault, Program, snapshot};

#[test]
fn lost_response_is_success_after_retry() {
    let server = FakeServer::with(&["ci"]);
    server.add_fault(Fault::hang_up(Call::Delete).after_applying());
    snapshot!(server.program("delete ci --yes -q"), @"
    exit: 0
    --- stdout
    Deleted ci (cm3k1x9qf0000000000000001)
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 no response
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 404
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
      first (cm3k1x9qf0000000000000001): Cannot manage access tokens. Check your API key permissions. Server message: no to first; the API key is from TFY_API_KEY
      third (cm3k1x9qf0000000000000003): the server is unavailable (HTTP 500); the token may have been deleted; server message: no to third
    hint: use another API key, or ask a tenant admin for permission to manage access tokens
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
    two_fail([("second", 500), ("third", 403)]).run().exits(6);
    let run = two_fail([("second", 404), ("third", 500)]).args("-o json").run().exits(4);
    let results = run.json();
    assert_eq!(results[0], json!({"id": "cm3k1x9qf0000000000000001", "name": "first", "deleted": true}));
    assert_eq!((&results[1]["name"], &results[1]["deleted"]), (&json!("second"), &json!(false)));
    let error = results[2]["error"].as_str().unwrap();
    assert!(error.starts_with("the server is unavailable (HTTP 500); the token may have been deleted"), "{error}");
    let failure = run.failure();
    assert_eq!((&failure["kind"], &failure["status"]), (&json!("not-found"), &json!(404)));
    let message = failure["message"].as_str().unwrap();
    assert!(message.contains("second (cm3k1x9qf0000000000000002): Token ID not found."), "{message}");
}

#[test]
fn missing_tokens_can_be_ignored() {
    let server = FakeServer::with(&["ci", "gone"]);
    server.before_each(|_, request, account| {
        if request.call == Call::Delete {
            account.remove("gone");
        }
    });
    snapshot!(server.program("delete ci never-there gone --yes --ignore-not-found"), @"
    exit: 0
    --- stdout
    Deleted ci (cm3k1x9qf0000000000000001)
    Deleted gone (cm3k1x9qf0000000000000002)
    --- stderr
    No token has the name or ID `never-there`.
    gone (cm3k1x9qf0000000000000002) does not exist any more.
    If services fail after token deletion, they were using the deleted token. Create a new token and update them.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000002 404
    ");
    let run = server.program("delete ci --yes --ignore-not-found -o json").run().exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("[]\n", ""));
    server.program("delete ci --yes").run().exits(4);
}

#[test]
fn json_error_follows_no_warning() {
    let server = FakeServer::with(&["ci"]);
    server.answer_always(Call::Session, 404).answer_always(Call::Delete, 400);
    let run = server.program("delete ci --yes -o json").run().exits(1);
    assert_eq!((run.json()[0]["deleted"].clone(), run.stderr.lines().count()), (json!(false), 1));
    assert_eq!(run.failure()["status"], 400);
}
