//! Requests that the server rejects: no token exists, so no lookup follows.

use super::assert_fails;
use crate::support::{Call, FakeServer};

#[test]
fn rejected_creation_is_not_looked_up() {
    for (status, code) in [(400, 1), (401, 3), (403, 3), (404, 1), (409, 5), (429, 6)] {
        let server = FakeServer::start();
        server.answer_once(Call::Create, status);
        assert_fails(&server.program("create ci-run-81 -q").run(), code, "error: ");
        assert_eq!(server.requests().len(), 1, "{status}");
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
