//! Tests of `revoke-all`.

#[cfg(unix)]
mod interactive;

use serde_json::json;
use wiremock::ResponseTemplate;

use crate::support::servers::{RawServer, Script};
use crate::support::{ADA, Call, FakeServer, Fault, GRACE, Input, Output, snapshot};

/// A server on which Ada has one token and Grace has two.
fn server() -> FakeServer {
    let grace = ["first", "second"].map(|name| format!("{name} owner={GRACE}"));
    FakeServer::with(&["adas", &grace[0], &grace[1]])
}

/// The numbers of tokens of Ada and Grace.
fn counts(server: &FakeServer) -> [usize; 2] {
    [ADA, GRACE].map(|email| server.tokens_of(email).len())
}

#[test]
fn one_request_deletes_only_tokens_of_user() {
    let server = server();
    snapshot!(server.program("revoke-all grace@acme.test --yes"), @r#"
    exit: 0
    --- stdout
    Deleted all tokens of grace@acme.test
    --- stderr
    If services fail after token deletion, they were using the deleted token. Create a new token and update them.
    --- requests
    DELETE /personal-access-tokens/revoke/all 200 {"email":"grace@acme.test"}
    "#);
    assert_eq!(counts(&server), [1, 0]);
    let run = server.program("revoke-all grace@acme.test -y -o json").run().exits(0);
    assert_eq!(run.json(), json!([{"id": null, "name": null, "email": GRACE, "deleted": true}]));
}

#[test]
fn revocation_requires_yes_without_terminal() {
    let server = server();
    let program = server.program("revoke-all grace@acme.test").stdin(Input::Text(format!("{GRACE}\n")));
    snapshot!(program, @"
    exit: 2
    --- stderr
    error: deleting all tokens of a user requires --yes when not running interactively
    ");
}

#[test]
fn dry_run_shows_known_tokens() {
    let server = server();
    snapshot!(server.program("revoke-all ada@acme.test --dry-run"), @"
    exit: 0
    --- stdout
    Would delete adas (cm3k1x9qf0000000000000001)
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
    snapshot!(server.program("revoke-all grace@acme.test --dry-run"), @"
    exit: 0
    --- stdout
    Would delete all tokens of grace@acme.test
    --- stderr
    The server does not list the tokens of other users, so their number and names are unknown.
    --- requests
    GET /session 200
    ");
    let [own, other] =
        [ADA, GRACE].map(|email| server.program("revoke-all --dry-run -o json").args(email).run().exits(0).json());
    assert_eq!(own, json!([{"id": "cm3k1x9qf0000000000000001", "name": "adas", "email": ADA, "deleted": false}]));
    assert_eq!(other, json!([{"id": null, "name": null, "email": GRACE, "deleted": false}]));
    // A list that fails does not stop the deletion.
    server.answer_always(Call::List, 500);
    let run = server.program("revoke-all ada@acme.test --dry-run --retries 0").run().exits(0);
    assert_eq!(run.stdout, "Would delete all tokens of ada@acme.test\n");
    assert_eq!(counts(&server), [1, 2]);
}

#[test]
fn invalid_email_is_refused() {
    let server = server();
    snapshot!(server.program("revoke-all grace --yes"), @"
    exit: 2
    --- stderr
    error: invalid value 'grace' for '<EMAIL>': expected an email address such as ada@acme.test

    For more information, try 'tfy-tokens revoke-all --help'.
    ");
    for email in ["", "grace@", "@acme.test", "Grace <grace@acme.test>", "grace@[192.0.2.1]", "*", "grace@acme.test\n"]
    {
        let run = server.program("revoke-all --yes").arg(email).run().exits(2);
        assert!(run.stderr.contains("for '<EMAIL>': "), "{}", run.stderr);
    }
    server.program("revoke-all --yes").args(GRACE).args(ADA).run().exits(2);
    server.program("revoke-all --yes").run().exits(2);
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn rejected_revocation_is_failure() {
    // A retry after a response without any change does not hide that the user is unknown.
    for (status, code) in [(403, 3), (404, 4)] {
        let server = server();
        let busy = ResponseTemplate::new(429).insert_header("Retry-After", "0");
        server.answer_once(Call::RevokeAll, busy).answer_once(Call::RevokeAll, status);
        server.program("revoke-all grace@acme.test --yes").run().exits(code);
        assert_eq!((server.calls(Call::RevokeAll).len(), counts(&server)), (2, [1, 2]));
    }
}

#[test]
fn lost_response_is_retried() {
    let server = server();
    server.add_fault(Fault::hang_up(Call::RevokeAll).after_applying());
    let run = server.program("revoke-all grace@acme.test --yes -q").run().exits(0);
    assert_eq!(run.stdout, "Deleted all tokens of grace@acme.test\n");
    assert_eq!((server.calls(Call::RevokeAll).len(), counts(&server)), (2, [1, 0]));
}

#[test]
fn unknown_user_at_retry_is_failure() {
    let server = server();
    server.add_fault(Fault::hang_up(Call::RevokeAll).after_applying());
    server.answer_once(Call::RevokeAll, 404);
    let run = server.program("revoke-all grace@acme.test --yes").run().exits(4);
    assert_eq!(run.stderr, "error: user grace@acme.test not found; the tokens may have been deleted\n");
}

#[test]
fn server_error_leaves_result_unknown() {
    let server = server();
    server.answer_once(Call::RevokeAll, 503);
    let run = server.program("revoke-all grace@acme.test --yes --retries 0").run().exits(6);
    let error = "error: the server is unavailable (HTTP 503); the tokens may have been deleted\n";
    assert!(run.stdout.is_empty() && run.stderr.starts_with(error), "{}", run.stderr);
}

#[test]
#[cfg(unix)]
fn signal_leaves_result_unknown() {
    let server = RawServer::answering(vec![Script::Silence]);
    let running = server.program("revoke-all grace@acme.test --yes").start();
    server.received().wait_for_requests(1);
    running.signal(rustix::process::Signal::INT);
    snapshot!(running, @r#"
    exit: killed by SIGINT
    --- stderr
    warning: interrupted; the tokens may have been deleted
    --- requests
    DELETE /personal-access-tokens/revoke/all {"email":"grace@acme.test"}
    "#);
}

#[test]
fn closed_stdout_reports_revocation() {
    let server = server();
    snapshot!(server.program("revoke-all grace@acme.test --yes -q").stdout(Output::Lines(0)), @r#"
    exit: 1
    --- stderr
    error: deleted all tokens of grace@acme.test, but could not write to standard output
      Broken pipe (os error 32)
    --- requests
    DELETE /personal-access-tokens/revoke/all 200 {"email":"grace@acme.test"}
    "#);
}
