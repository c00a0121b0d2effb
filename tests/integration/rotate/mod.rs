//! Tests of `rotate`: the new token is created and delivered before the old one is deleted.

mod failures;
#[cfg(unix)]
mod interactive;
mod new_token;

use serde_json::json;

use crate::support::{FakeServer, Input, Program, snapshot};

/// Rotates the token `bot` without a question, and delivers the value of the new one.
fn rotate_bot(server: &FakeServer) -> Program {
    server.program("rotate bot --yes").delivers_value()
}

#[test]
fn old_token_is_deleted_last() {
    let server = FakeServer::with(&["bot"]);
    let run = snapshot!(rotate_bot(&server), @r#"
    exit: 0
    --- stdout
    [VALUE]
    --- stderr
    Creating token bot-2 on [SERVER]; never expires; type: opaque
    The token never expires. To limit it, pass an expiry such as --expires 90d.
    warning: Save this token NOW — it will not be shown again.
    Deleted bot (cm3k1x9qf0000000000000001)
    If services fail after token deletion, they were using the deleted token. Create a new token and update them.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    POST /personal-access-tokens 201 {"name":"bot-2","tokenType":"opaque"}
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    "#);
    assert_eq!(run.stdout, server.value_of("bot-2").unwrap() + "\n");
    assert_eq!(server.names(), "bot-2");
}

#[test]
fn json_has_value_and_replaced_token() {
    let server = FakeServer::with(&["bot"]);
    let run = snapshot!(rotate_bot(&server).args("-o json --expires 2099-12-31"), @r#"
    exit: 0
    --- stdout
    {"name":"bot-2","token":"[VALUE]","expiresAt":"2099-12-31T23:59:59Z","replaced":{"id":"cm3k1x9qf0000000000000001","name":"bot","deleted":true}}
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    POST /personal-access-tokens 201 {"expirationDate":"2099-12-31T23:59:59Z","name":"bot-2","tokenType":"opaque"}
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    "#);
    assert_eq!(run.json()["token"], json!(server.value_of("bot-2")));
}

#[test]
fn current_token_is_rotated_with_warning() {
    let server = FakeServer::start();
    server.sign_in_with_token("bot");
    server.rules(|rules| rules.tokens_may_create = true);
    let run = rotate_bot(&server).run().exits(0);
    let warning = "\nwarning: You are authenticated with bot. After deletion you will need another API key.\nDeleted ";
    assert!(run.stderr.contains(warning), "{}", run.stderr);
    assert_eq!(server.names(), "bot-2");
}

#[test]
fn saved_value_is_only_in_file() {
    let server = FakeServer::with(&["bot"]);
    let program = server.program("rotate cm3k1x9qf0000000000000001 --yes --save bot.token");
    let run = program.run().exits(0);
    assert_eq!(run.stdout, "Name:     bot-2\nExpires:  never\n");
    let saved = std::fs::read_to_string(program.cwd().join("bot.token")).unwrap();
    assert_eq!(saved, server.value_of("bot-2").unwrap() + "\n");
    assert_eq!(server.names(), "bot-2");
}

#[test]
fn keep_old_deletes_no_token() {
    let server = FakeServer::with(&["bot"]);
    snapshot!(server.program("rotate bot --keep-old").delivers_value(), @r#"
    exit: 0
    --- stdout
    [VALUE]
    --- stderr
    Creating token bot-2 on [SERVER]; never expires; type: opaque
    The token never expires. To limit it, pass an expiry such as --expires 90d.
    warning: Save this token NOW — it will not be shown again.
    Kept the old token bot (cm3k1x9qf0000000000000001).
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    POST /personal-access-tokens 201 {"name":"bot-2","tokenType":"opaque"}
    "#);
    assert_eq!(server.names(), "bot-2 bot");
}

#[test]
fn dry_run_changes_nothing() {
    let server = FakeServer::with(&["bot created=-80d expires=10d team=platform"]);
    let program = server.program("rotate bot --dry-run --save bot.token");
    snapshot!(&program, @"
    exit: 0
    --- stdout
    Would create token bot-2 on [SERVER]; expires at [now+90d] (in 90 days); type: opaque; team: platform; account: acme
    Would delete bot (cm3k1x9qf0000000000000001)
    --- stderr
    On [SERVER]:
    NAME  ID                         CREATED AT  EXPIRES AT  LAST USED
    bot   cm3k1x9qf0000000000000001  [  DATE  ]  [  DATE  ]  -
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
    snapshot!(server.program("rotate bot --dry-run --keep-old -o json"), @r#"
    exit: 0
    --- stdout
    {"name":"bot-2","expiresAt":"[now+90d]","replaced":{"id":"cm3k1x9qf0000000000000001","name":"bot","deleted":false}}
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    "#);
    assert_eq!((server.names().as_str(), std::fs::read_dir(program.cwd()).unwrap().count()), ("bot", 0));
}

#[test]
fn missing_yes_is_usage_error_off_terminal() {
    let server = FakeServer::with(&["bot"]);
    snapshot!(server.program("rotate bot").stdin(Input::Text("y\n".to_owned())), @"
    exit: 2
    --- stderr
    error: deleting the old token requires --yes when not running interactively
    ");
}
