//! The token that the client authenticates with.

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
    let run = snapshot!(server.program("delete ci mine --yes"), @"
    exit: 2
    --- stderr
    error: refusing to delete `mine`, the token that you are authenticated with; nothing was deleted
    hint: pass --include-current to delete it anyway; you will need another API key afterwards
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
    let by_id = format!("delete ci {} --yes", server.tokens()[0].id);
    for arguments in [by_id.as_str(), "delete --unused-for 90d --yes"] {
        let other = server.program(arguments).run().exits(2);
        assert_eq!((&other.stdout, &other.stderr), (&run.stdout, &run.stderr), "{arguments}");
    }
    assert_eq!(server.names(), "mine ci");
}

#[test]
fn include_current_deletes_current_token() {
    let server = server();
    server.program("delete mine --yes --include-current").run().exits(0);
    assert_eq!(server.names(), "ci");
}

#[test]
fn other_token_needs_no_option() {
    let server = server();
    server.program("delete ci --yes").run().exits(0);
    assert_eq!(server.names(), "mine");
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
fn unknown_current_token_blocks_yes() {
    let server = server();
    server.answer_always(Call::Session, 500);
    snapshot!(server.program("delete ci --yes --quiet --retries 0"), @"
    exit: 2
    --- stderr
    error: cannot check whether you are authenticated with one of these tokens; nothing was deleted
      the server is unavailable (HTTP 500)
    hint: try again, or pass --include-current to delete them anyway
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 500
    ");
    let run = server.program("delete ci --yes -o json --retries 0").run().exits(2);
    assert_eq!(run.failure()["kind"], "unconfirmed");

    for (status, body) in [(403, "{}"), (200, "<html>")] {
        let server = self::server();
        server.answer_always(Call::Session, (status, body));
        server.program("delete ci --yes").run().exits(2);
        assert_eq!(server.names(), "mine ci");
        server.program("delete ci --yes --include-current").run().exits(0);
        assert_eq!(server.names(), "mine");
    }
}

#[test]
fn missing_session_api_only_warns() {
    let server = server();
    server.answer_always(Call::Session, 404);
    let run = server.program("delete ci --yes").run().exits(0);
    let warning =
        "warning: cannot check which token you are authenticated with: the server does not have this API (HTTP 404)\n";
    assert!(run.stderr.starts_with(warning), "{}", run.stderr);
    assert_eq!(server.names(), "mine");
}
