//! Any failure before the deletion keeps the old token.

use serde_json::json;

use super::rotate_bot;
use crate::support::{Call, FakeServer, cases, snapshot};

#[test]
fn invalid_token_changes_nothing() {
    let server = FakeServer::with(&["bot", "twin", "twin"]);
    server.add_raw(json!({"id": "revoke/all", "type": "pat", "manifest": {"name": "odd"}}));
    for case in cases(
        "BOT                | 4
         twin               | 2
         odd                | 2
                            | 2
         bot twin           | 2
         bot --expires 0d   | 2",
    ) {
        let [arguments, code] = case.columns();
        let program = server.program("rotate --yes --save new.token").args(arguments);
        let run = program.run().exits(code.parse().unwrap());
        assert_eq!(run.stdout, "", "{case:?}");
        assert_eq!(std::fs::read_dir(program.cwd()).unwrap().count(), 0, "{case:?}");
    }
    server.program("rotate --yes").arg("").run().exits(2);
    assert_eq!(server.calls(Call::Create).len() + server.calls(Call::Delete).len(), 0);
}

#[test]
fn existing_file_stops_before_any_request() {
    let server = FakeServer::with(&["bot"]);
    let program = server.program("rotate bot --yes --save bot.token");
    program.cwd_file("bot.token", "precious").run().exits(2);
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn rejected_creation_keeps_old_token() {
    let server = FakeServer::with(&["bot"]);
    server.answer_always(Call::Create, (403, json!({"message": "no"})));
    snapshot!(server.program("rotate bot --yes -q"), @r#"
    exit: 3
    --- stderr
    error: Cannot manage access tokens. Check your API key permissions.
      server message: no
      the API key is from TFY_API_KEY
      the new token bot-2 was not created; the old token was kept: bot (cm3k1x9qf0000000000000001)
    hint: use another API key, or ask a tenant admin for permission to manage access tokens
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    POST /personal-access-tokens 403 {"name":"bot-2","tokenType":"opaque"}
    "#);
    let run = server.program("rotate bot --yes -o json").run().exits(3);
    let message = run.failure()["message"].as_str().unwrap().to_owned();
    assert!(message.ends_with("the old token was kept: bot (cm3k1x9qf0000000000000001)"), "{message}");
}

#[test]
#[cfg(unix)]
fn undelivered_value_keeps_old_token() {
    let server = FakeServer::with(&["bot"]);
    snapshot!(server.program("rotate bot --yes -q").stdout(crate::support::Output::Full), @r#"
    exit: 7
    --- stderr
    error: the value of token `bot-2` was not delivered; the token was created with ID cm3k1x9qf0000000000000002 at [now]
      cannot write to standard output
      No space left on device (os error 28)
      the old token was kept: bot (cm3k1x9qf0000000000000001)
    hint: its value cannot be shown again; run `tfy-tokens delete cm3k1x9qf0000000000000002` and create it again
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    POST /personal-access-tokens 201 {"name":"bot-2","tokenType":"opaque"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=bot-2 200
    "#);
    assert_eq!(server.names(), "bot-2 bot");
}

#[test]
fn failed_deletion_prints_delete_command() {
    let server = FakeServer::with(&["bot"]);
    server.answer_once(Call::Delete, 403);
    snapshot!(rotate_bot(&server).args("-q"), @r#"
    exit: 3
    --- stdout
    [VALUE]
    --- stderr
    error: the new token was created, but the old one was not deleted
      Cannot manage access tokens. Check your API key permissions.
      the API key is from TFY_API_KEY
    hint: run `tfy-tokens delete cm3k1x9qf0000000000000001`
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    POST /personal-access-tokens 201 {"name":"bot-2","tokenType":"opaque"}
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 403
    "#);
}

#[test]
fn json_failure_has_status_of_deletion() {
    let server = FakeServer::with(&["bot"]);
    server.answer_once(Call::Delete, 403);
    let run = rotate_bot(&server).args("-o json").run().exits(3);
    assert_eq!((&run.failure()["status"], &run.json()["token"]), (&json!(403), &json!(server.value_of("bot-2"))));
    assert_eq!(run.json()["replaced"]["deleted"], false);
}

#[test]
#[cfg(unix)]
fn interrupted_deletion_warns() {
    let server = FakeServer::with(&["bot"]);
    let busy = wiremock::ResponseTemplate::new(503).insert_header("Retry-After", "60");
    server.answer_once(Call::Delete, busy);
    let running = rotate_bot(&server).args("-v -o json").start();
    running.wait_for_stderr("cm3k1x9qf0000000000000001: 503 in ");
    running.signal(rustix::process::Signal::TERM);
    let run = running.finish();
    assert_eq!(run.exit, "killed by SIGTERM");
    // The value was written before the deletion, and the document is complete.
    let document = run.json();
    assert_eq!(document["token"], json!(server.value_of("bot-2")));
    assert_eq!(document["replaced"]["deleted"], false);
    let error = document["replaced"]["error"].as_str().unwrap();
    assert!(error.starts_with("interrupted; the old token may have been deleted"), "{error}");
}

#[test]
fn unknown_token_changes_nothing() {
    let server = FakeServer::with(&["bot"]);
    snapshot!(server.program("rotate nope --yes"), @"
    exit: 4
    --- stderr
    error: Token ID not found. List tokens first to find the correct ID.
      no token with the name or ID `nope`; nothing was changed
    hint: run `tfy-tokens list`
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
}

#[test]
fn expired_token_needs_no_advice() {
    let server = FakeServer::with(&["bot created=-9d expires=-1d"]);
    let run = rotate_bot(&server).run().exits(0);
    assert!(run.stderr.ends_with("\nDeleted bot (cm3k1x9qf0000000000000001)\n"), "{}", run.stderr);
}

#[test]
fn token_deleted_by_others_counts_as_deleted() {
    let server = FakeServer::with(&["bot"]);
    server.before_each(|_, request, account| {
        if request.call == Call::Delete {
            account.remove("bot");
        }
    });
    let run = rotate_bot(&server).run().exits(0);
    assert!(run.stderr.contains("\nDeleted bot ("), "{}", run.stderr);
    assert_eq!(server.names(), "bot-2");
}
