//! Requests that the server rejects: no token exists, so no lookup follows.

use serde_json::json;

use super::assert_fails;
use crate::support::{Call, FakeServer, cases, snapshot};

#[test]
fn rejected_creation_is_not_looked_up() {
    for (status, code) in [(400, 1), (401, 3), (403, 3), (404, 1), (409, 5), (429, 6)] {
        let server = FakeServer::start();
        server.answer_once(Call::Create, status);
        assert_fails(&server.program("create ci-run-81 -q").run(), code, "error: ");
        // Only the token that has the name is looked up.
        let lookups = usize::from(status == 409);
        assert_eq!((server.calls(Call::Create).len(), server.calls(Call::List).len()), (1, lookups), "{status}");
    }
}

#[test]
fn rejected_creation_for_user_is_failure() {
    let server = FakeServer::with(&["hers owner=grace@acme.test"]);
    let program = server.program("create -q --for-user grace@acme.test").arg("hers");
    assert_fails(&program.run(), 5, "error: A token with this name already exists. Use a different name.\n");
    let program = server.program("create abc -q --for-user none@acme.test");
    assert_fails(&program.run(), 4, "error: user none@acme.test not found\n");
    server.rules(|rules| rules.no_admin = true);
    let program = server.program("create abc -q --for-user grace@acme.test");
    assert_fails(&program.run(), 3, "error: Cannot manage access tokens. Check your API key permissions.\n");
}

#[test]
fn token_that_cannot_create_suggests_login() {
    let server = FakeServer::start();
    server.sign_in_with_token("laptop");
    let run = server.program("create ci-run-81 -q --for-user grace@acme.test").run();
    let hint = format!("\nhint: unset TFY_API_KEY and run `tfy-tokens login {}`, or create", server.url());
    assert_fails(&run, 3, "error: Cannot manage access tokens.");
    assert!(run.stderr.contains(&hint), "{}", run.stderr);
}

#[test]
fn taken_name_has_next_step() {
    let server = FakeServer::with(&["ci-run", "expired created=-90d expires=-1d"]);
    snapshot!(server.program("create ci-run -q"), @r#"
    exit: 5
    --- stderr
    error: A token with this name already exists. Use a different name.
      server message: Personal access token with name ci-run already exists
    hint: run `tfy-tokens rotate ci-run` to replace the token with this name, or choose another name
    --- requests
    POST /personal-access-tokens 409 {"name":"ci-run"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=ci-run 200
    "#);
    snapshot!(server.program("create expired -q"), @r#"
    exit: 5
    --- stderr
    error: A token with this name already exists. Use a different name.
      server message: Personal access token with name expired already exists
      the token with this name has expired: expired (cm3k1x9qf0000000000000002)
    hint: run `tfy-tokens delete cm3k1x9qf0000000000000002` to free the name, or choose another name
    --- requests
    POST /personal-access-tokens 409 {"name":"expired"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=expired 200
    "#);
    let flag = server.program("create ci-run -q --base-url").arg(server.url()).no_env("TFY_BASE_URL").run().exits(5);
    assert!(
        flag.stderr.contains(&format!("`tfy-tokens rotate ci-run --base-url {}`", server.url())),
        "{}",
        flag.stderr
    );
    // The name may be free again, or the list may fail.
    server.answer_always(Call::List, 500);
    let run = server.program("create expired -q --retries 0").run().exits(5);
    assert!(run.stderr.contains("hint: run `tfy-tokens rotate expired`"), "{}", run.stderr);
}

#[test]
fn missing_option_is_named() {
    for case in cases(
        "A team is required and cannot be everyone      |                   | add --team with one of your teams, such as `--team platform`
         team data: not a member                        | --team data       | pass another team with --team
         expirationDate must not be empty               |                   | add --expires, such as `--expires 30d`
         Tokens must expire within 60 days              | --expires 90d     | pass an earlier expiry, such as `--expires 30d`
         name is reserved                               |                   |",
    ) {
        let [message, options, hint] = case.columns();
        let server = FakeServer::start();
        server.answer_always(Call::Create, (400, json!({"statusCode": 400, "message": [message]})));
        let failure = server.program("create ci-run -o json").args(options).run().exits(1).failure();
        assert_eq!(failure["hint"].as_str().unwrap_or_default(), hint, "{case:?}");
    }
}
