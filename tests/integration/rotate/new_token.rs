//! Name and expiry of the new token.

use serde_json::json;

use super::rotate_bot;
use crate::support::{Call, FakeServer, cases, snapshot};

#[test]
fn new_name_has_first_free_number() {
    let longest = format!("{}b", "a".repeat(35));
    let cut = format!("{}-2", "a".repeat(34));
    let table = format!(
        "                | bot-pipeline | bot-pipeline-2
         bot-2           | bot          | bot-3
         bot bot-3       | bot-2        | bot-4
         bot-2 bot-4     | bot          | bot-3
         v-1-2           | v-1          | v-1-3
                         | {longest}    | {cut}"
    );
    for case in cases(&table) {
        let [others, old, new] = case.columns();
        let server = FakeServer::start();
        for name in others.split_whitespace().chain([old]) {
            server.add(name);
        }
        let program = server.program("rotate --yes").arg(old).delivers_value();
        program.run().exits(0);
        assert_eq!(server.calls(Call::Create)[0].json(), json!({"name": new}), "{case:?}");
    }
}

#[test]
fn as_sets_new_name() {
    let server = FakeServer::with(&["bot"]);
    rotate_bot(&server).args("--as bot-2027").run().exits(0);
    assert_eq!(server.names(), "bot-2027");
}

#[test]
fn taken_name_changes_nothing() {
    let server = FakeServer::with(&["bot", "taken"]);
    snapshot!(server.program("rotate bot --yes --as taken"), @"
    exit: 5
    --- stderr
    error: A token with this name already exists. Use a different name.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
    server.program("rotate bot --yes --as bot").run().exits(5);
    assert_eq!(server.calls(Call::Create).len() + server.calls(Call::Delete).len(), 0);
}

#[test]
fn invalid_name_is_usage_error() {
    let server = FakeServer::with(&["bot"]);
    for name in ["x", "-bot", "Bot", ""] {
        let program = server.program("rotate bot --yes").arg(format!("--as={name}"));
        let run = program.run().exits(2);
        let error = format!("error: invalid value '{name}' for '--as <NAME>': a name has 3 to 36 characters");
        assert!(run.stderr.starts_with(&error), "{}", run.stderr);
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn unnamed_token_requires_as() {
    let server = FakeServer::start();
    server.add_raw(json!({"id": "bare-1", "type": "pat", "manifest": null}));
    snapshot!(server.program("rotate bare-1 --yes"), @"
    exit: 2
    --- stderr
    error: the old token has no name that can be numbered; pass --as
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
    let program = server.program("rotate bare-1 --yes --as named --expires never");
    program.delivers_value().run().exits(0);
    assert_eq!(server.names(), "named");
}

#[test]
fn new_token_gets_lifetime_of_old_one() {
    let server = FakeServer::with(&["bot created=-80d expires=10d"]);
    let run = rotate_bot(&server).run().exits(0);
    let body = r#"{"expirationDate":"[now+90d]","name":"bot-2"}"#;
    assert!(run.snapshot().contains(body), "{}", run.snapshot());
}

#[test]
fn expires_overrides_old_lifetime() {
    let date = json!({"name": "bot-2", "expirationDate": "2099-12-31T23:59:59Z"});
    for (option, body) in [("2099-12-31", date), ("never", json!({"name": "bot-2"}))] {
        let server = FakeServer::with(&["bot created=-80d expires=10d"]);
        rotate_bot(&server).args("--expires").arg(option).run().exits(0);
        assert_eq!(server.calls(Call::Create)[0].json(), body);
    }
}

#[test]
fn unknown_lifetime_requires_expires() {
    let server = FakeServer::with(&["bot created=unknown expires=10d"]);
    snapshot!(server.program("rotate bot --yes"), @"
    exit: 2
    --- stderr
    error: the lifetime of the old token is unknown; pass --expires
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
    for seed in ["bot created=20d expires=10d", "bot expires=unknown"] {
        let server = FakeServer::with(&[seed]);
        server.program("rotate bot --yes").run().exits(2);
        assert_eq!(server.calls(Call::Create).len(), 0, "{seed}");
        rotate_bot(&server).args("--expires 90d").run().exits(0);
    }
}
