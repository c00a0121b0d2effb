//! Requests that the server rejects: no token exists, so no lookup follows.

use serde_json::json;

use crate::support::{Call, FakeServer, cases, snapshot};

#[test]
fn each_reason_of_bad_request_is_shown() {
    let server = FakeServer::start();
    let reasons = json!({"statusCode": 400, "message": ["name is reserved", "teamName is unknown"]});
    server.answer_once(Call::Create, (400, reasons));
    snapshot!(server.program("create ci-run-81"), @r#"
    exit: 1
    --- stderr
    Creating token ci-run-81 on [SERVER]; never expires
    error: the server rejected the request (HTTP 400)
      server message: name is reserved; teamName is unknown
    --- requests
    POST /personal-access-tokens 400 {"name":"ci-run-81"}
    "#);
}

#[test]
fn rejected_key_names_its_source() {
    let server = FakeServer::start();
    server.rules(|rules| rules.reject_key = true);
    snapshot!(server.program("create ci-run-81"), @r#"
    exit: 3
    --- stderr
    Creating token ci-run-81 on [SERVER]; never expires
    error: the API key from TFY_API_KEY was rejected: it is invalid, expired or deleted
      server message: Unauthorized
    hint: set TFY_API_KEY to a valid key, or unset it and run `tfy login --host [SERVER]`
    --- requests
    POST /personal-access-tokens 401 {"name":"ci-run-81"}
    "#);
}

#[test]
fn forbidden_request_suggests_status() {
    let server = FakeServer::start();
    server.rules(|rules| rules.forbid = true);
    snapshot!(server.program("create ci-run-81 --expires 2098-12-31T18:00:00Z -q"), @r#"
    exit: 3
    --- stderr
    error: Cannot manage access tokens. Check your API key permissions.
      server message: You are not allowed to manage personal access tokens
    hint: run `tfy-tokens status` to see which API key is used
    --- requests
    POST /personal-access-tokens 403 {"expirationDate":"2098-12-31T18:00:00Z","name":"ci-run-81"}
    "#);
    server.rules(|rules| (rules.forbid, rules.admin) = (false, false));
    server.program("create abc --for-user grace@acme.test").run().exits(3);
}

#[test]
fn token_that_cannot_create_suggests_login() {
    let server = FakeServer::start();
    server.sign_in_with_token("laptop");
    let run = snapshot!(server.program("create ci-run-81 -q"), @r#"
    exit: 3
    --- stderr
    error: Cannot manage access tokens. Check your API key permissions.
      a personal access token cannot create another token
      server message: Personal access tokens cannot be created while authenticated with a personal access token
    hint: unset TFY_API_KEY and run `tfy login --host [SERVER]`, or create the token on the TrueFoundry website
    --- requests
    POST /personal-access-tokens 403 {"name":"ci-run-81"}
    "#);
    let for_user = server.program("create ci-run-81 -q --for-user grace@acme.test");
    assert_eq!(for_user.run().exits(3).stderr, run.stderr);
}

#[test]
fn unknown_user_is_named() {
    let server = FakeServer::start();
    snapshot!(server.program("create abc --for-user none@acme.test"), @r#"
    exit: 4
    --- stderr
    Creating token abc on [SERVER]; never expires; user: none@acme.test
    error: user none@acme.test not found
      server message: User none@acme.test not found
    --- requests
    POST /personal-access-tokens/for-user 404 {"name":"abc","userEmail":"none@acme.test"}
    "#);
}

#[test]
fn taken_name_is_reported() {
    let server = FakeServer::with(&["ci-pipeline", "hers owner=grace@acme.test"]);
    snapshot!(server.program("create ci-pipeline"), @r#"
    exit: 5
    --- stderr
    Creating token ci-pipeline on [SERVER]; never expires
    error: A token with this name already exists. Use a different name.
      server message: Personal access token with name ci-pipeline already exists
    --- requests
    POST /personal-access-tokens 409 {"name":"ci-pipeline"}
    "#);
    server.program("create hers --for-user grace@acme.test").run().exits(5);
    assert_eq!(server.names(), "ci-pipeline");
}

#[test]
fn json_failure_has_kind_and_status() {
    for case in cases(
        "400 | failed        | 1
         401 | not-signed-in | 3
         403 | forbidden     | 3
         409 | name-taken    | 5
         429 | unreachable   | 6",
    ) {
        let [status, kind, code] = case.columns().map(String::from);
        let (status, code): (u16, i32) = (status.parse().unwrap(), code.parse().unwrap());
        let server = FakeServer::start();
        server.answer_once(Call::Create, status);
        let run = server.program("create ci-run-81 -o json").run().exits(code);
        let failure = run.failure();
        let facts = json!([failure["kind"], failure["status"], failure["exitCode"], run.stdout]);
        assert_eq!(facts, json!([kind, status, code, ""]), "{case:?}");
        assert_eq!(server.requests().len(), 1, "{case:?}");
    }
}
