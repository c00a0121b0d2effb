//! The token that the client authenticates with.

use serde_json::json;

use crate::support::{Call, FakeServer, snapshot};

/// A server whose key is the token `mine`.
fn server() -> FakeServer {
    let server = FakeServer::with(&["ci"]);
    server.sign_in_with_token("mine created=-300d");
    server
}

#[test]
fn yes_alone_keeps_current_token() {
    let server = server();
    snapshot!(server.program("delete ci mine --yes"), @"
    exit: 2
    --- stderr
    error: refusing to delete `mine`, the token that you are authenticated with; nothing was deleted
    hint: pass --include-current to delete it anyway; you will need another API key afterwards
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
    let filter = server.program("delete --unused-for 90d --yes -o json").run().exits(2);
    assert_eq!(filter.failure()["kind"], "unconfirmed");
    assert_eq!(server.names(), "mine ci");
}

#[test]
fn failed_check_is_warned_about() {
    let server = FakeServer::with(&["ci"]);
    server.answer_always(Call::Session, 500);
    snapshot!(server.program("delete ci --yes --retries 0"), @"
    exit: 0
    --- stdout
    Deleted ci (cm3k1x9qf0000000000000001)
    --- stderr
    warning: cannot check which token you are authenticated with: the server is unavailable (HTTP 500)
    If services fail after token deletion, they were using the deleted token. Create a new token and update them.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 500
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    ");
}

#[test]
fn include_current_deletes_current_token() {
    let server = server();
    let run = server.program("delete ci --yes -q").run().exits(0);
    assert_eq!((run.stderr.as_str(), server.names().as_str()), ("", "mine"));
    server.program("delete mine --yes --include-current").run().exits(0);
    assert_eq!(server.names(), "");
}

#[test]
fn unknown_current_token_blocks_yes() {
    let server = server();
    server.answer_always(Call::Session, 500);
    snapshot!(server.program("delete ci --yes -q --retries 0"), @"
    exit: 2
    --- stderr
    error: cannot check whether you are authenticated with one of these tokens; nothing was deleted
      the server is unavailable (HTTP 500)
    hint: try again, or pass --include-current to delete them anyway
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 500
    ");
    server.program("delete ci --yes -q --retries 0 --include-current").run().exits(0);
    assert_eq!(server.names(), "mine");
}

#[test]
fn unnamed_current_token_blocks_yes() {
    let session = |subject| json!({"user": {"email": "ada@acme.test", "subject": subject}});
    for (answer, reason) in [
        ((404, json!({})), "the server does not have this API (HTTP 404)"),
        ((200, session(json!({}))), "the server did not send its name"),
        ((200, session(json!({"subjectPatName": null}))), "the server did not send its name"),
    ] {
        let server = server();
        server.answer_always(Call::Session, answer);
        let run = server.program("delete ci --yes -o json").run().exits(2);
        let message = run.failure()["message"].to_string();
        assert!(message.contains(reason), "{message}");
        assert_eq!(server.names(), "mine ci");
    }
}

#[test]
fn current_token_is_found_in_any_case() {
    let server = server();
    let session = json!({"user": {"email": "ada@acme.test", "subject": {"subjectPatName": "MINE"}}});
    server.answer_always(Call::Session, (200, session));
    let run = server.program("delete mine --yes").run().exits(2);
    assert!(run.stderr.starts_with("error: refusing to delete `mine`, "), "{}", run.stderr);
    server.program("delete ci --yes").run().exits(0);
    assert_eq!(server.names(), "mine");
}
