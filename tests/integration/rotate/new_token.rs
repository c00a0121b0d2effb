//! Name and expiry of the new token.

use std::time::{Duration, SystemTime};

use serde_json::json;

use super::rotate_bot;
use crate::support::servers::{RawServer, Script, http_response};
use crate::support::{Call, FakeServer, cases, snapshot};

#[test]
fn new_name_has_first_free_number() {
    for case in cases(
        "bot-2       | bot   | bot-3
         bot bot-3   | bot-2 | bot-4
         bot-2 bot-4 | bot   | bot-3",
    ) {
        let [others, old, new] = case.columns();
        let names: Vec<&str> = others.split(' ').chain([old]).collect();
        let server = FakeServer::with(&names);
        server.program("rotate --yes").arg(old).delivers_value().run().exits(0);
        assert_eq!(server.calls(Call::Create)[0].json(), json!({"name": new, "tokenType": "opaque"}), "{case:?}");
    }
}

#[test]
fn as_sets_new_name() {
    let server = FakeServer::with(&["bot", "taken"]);
    snapshot!(server.program("rotate bot --yes --as taken"), @"
    exit: 5
    --- stderr
    error: A token with this name already exists. Use a different name.
    hint: run `tfy-tokens rotate taken` to replace the token with this name, or omit --as to use a free name
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
    server.program("rotate bot --yes --as bot").run().exits(5);
    let run = server.program("rotate bot --yes --as Bot").run().exits(2);
    assert!(run.stderr.starts_with("error: invalid value 'Bot' for '--as <NAME>': a name has 3"), "{}", run.stderr);
    assert_eq!(server.names(), "taken bot");
    rotate_bot(&server).args("--as bot-2027").run().exits(0);
    assert_eq!(server.names(), "bot-2027 taken");
}

#[test]
fn unnamed_token_requires_as() {
    let server = FakeServer::start();
    server.add_raw(json!({"id": "bare-1", "type": "pat", "manifest": null}));
    let run = server.program("rotate bare-1 --yes").run().exits(2);
    assert_eq!(run.stderr, "error: cannot derive a new name from the old token; pass --as NAME\n");
    server.program("rotate bare-1 --yes --as named").delivers_value().run().exits(0);
    assert_eq!(server.names(), "named");
}

#[test]
fn new_token_gets_lifetime_of_old_one() {
    for (option, body) in [
        ("-q", r#"{"expirationDate":"[now+90d]","name":"bot-2","tokenType":"opaque"}"#),
        ("--expires=2099-12-31", r#"{"expirationDate":"2099-12-31T23:59:59Z","name":"bot-2","tokenType":"opaque"}"#),
        ("--expires=never", r#"{"name":"bot-2","tokenType":"opaque"}"#),
    ] {
        let server = FakeServer::with(&["bot created=-80d expires=10d"]);
        let run = rotate_bot(&server).args(option).run().exits(0);
        assert!(run.snapshot().contains(body), "{}", run.snapshot());
    }
}

#[test]
fn type_team_and_account_are_kept() {
    let server = FakeServer::with(&["bot type=jwt team=platform"]);
    snapshot!(rotate_bot(&server), @r#"
    exit: 0
    --- stdout
    [VALUE]
    --- stderr
    Creating token bot-2 on [SERVER]; never expires; type: jwt; team: platform; account: acme
    The token never expires. To limit it, pass an expiry such as --expires 90d.
    warning: Save this token NOW — it will not be shown again.
    Deleted bot (cm3k1x9qf0000000000000001)
    If services fail after token deletion, they were using the deleted token. Create a new token and update them.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    POST /personal-access-tokens 201 {"accountName":"acme","name":"bot-2","teamName":"platform","tokenType":"jwt"}
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    "#);
}

#[test]
fn unknown_lifetime_requires_expires() {
    for seed in ["bot created=unknown expires=10d", "bot created=20d expires=10d", "bot expires=unknown"] {
        let server = FakeServer::with(&[seed]);
        let run = server.program("rotate bot --yes").run().exits(2);
        assert_eq!(run.stderr, "error: the lifetime of the old token is unknown; pass --expires\n", "{seed}");
        assert_eq!((server.calls(Call::Create).len(), server.names().as_str()), (0, "bot"));
        rotate_bot(&server).args("--expires 90d").run().exits(0);
    }
}

#[test]
fn duration_counts_from_server_time() {
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_hours(24 * 10));
    let answer = |status, body: &str| {
        let headers = [("Content-Type", "application/json"), ("Date", &*date)];
        Script::Answer(http_response(status, &headers, body))
    };
    let page = answer(200, r#"{"data":[{"id":"1","name":"bot"}],"user":{},"pagination":{"total":1}}"#);
    let created = answer(201, r#"{"token":"tfy_value_SENTINEL"}"#);
    for (expires, expected) in [("30d", "[now+40d]"), ("2099-12-31", "2099-12-31T23:59:59Z")] {
        let server = RawServer::answering(vec![page.clone(), page.clone(), created.clone(), answer(200, "{}")]);
        let program = server.program("rotate bot --yes --expires").arg(expires);
        let run = program.delivers_value().run();
        let body = format!(r#"POST /personal-access-tokens {{"name":"bot-2","expirationDate":"{expected}"}}"#);
        assert!(run.snapshot().contains(&body), "{}", run.snapshot());
    }
}
