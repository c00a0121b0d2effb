//! Tests of `revoke-all`.

#[cfg(unix)]
mod interactive;

use wiremock::ResponseTemplate;

use crate::support::{ADA, Call, FakeServer, Fault, GRACE, Input, Output, SENTINEL, snapshot};

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
}

#[test]
fn json_names_user() {
    snapshot!(server().program("revoke-all grace@acme.test -y -o json"), @r#"
    exit: 0
    --- stdout
    [
    {"id":null,"name":null,"email":"grace@acme.test","deleted":true}
    ]
    --- requests
    DELETE /personal-access-tokens/revoke/all 200 {"email":"grace@acme.test"}
    "#);
}

#[test]
fn revocation_requires_yes_without_terminal() {
    let server = server();
    let program = server.program("revoke-all grace@acme.test");
    snapshot!(&program, @"
    exit: 2
    --- stderr
    error: deleting all tokens of a user requires --yes when not running interactively
    ");
    for input in [Input::Text(format!("{GRACE}\n")), Input::File(GRACE.into()), Input::Closed] {
        program.clone().stdin(input).run().exits(2);
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn invalid_email_is_refused() {
    let server = server();
    snapshot!(server.program("revoke-all grace --yes"), @"
    exit: 2
    --- stderr
    error: invalid value 'grace' for '<EMAIL>': expected an email address such as ada@acme.test

    For more information, try '--help'.
    ");
    for email in [
        "",
        " ",
        "grace@",
        "@acme.test",
        "Grace <grace@acme.test>",
        "grace@[192.0.2.1]",
        "grace acme.test",
        "*",
        "grace@acme.test\n",
    ] {
        let run = server.program("revoke-all --yes").arg(email).run().exits(2);
        assert!(run.stderr.contains("for '<EMAIL>': "), "{}", run.stderr);
    }
    let value = format!("tfy_{SENTINEL}_00042");
    server.program("revoke-all --yes").arg(&value).secret(&value).run().exits(2);
    server.program("revoke-all --yes").args(GRACE).args(ADA).run().exits(2);
    server.program("revoke-all --yes").run().exits(2);
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn unknown_user_is_not_found() {
    let server = server();
    snapshot!(server.program("revoke-all nobody@acme.test --yes"), @r#"
    exit: 4
    --- stderr
    error: user nobody@acme.test not found
      server message: User nobody@acme.test not found
    --- requests
    DELETE /personal-access-tokens/revoke/all 404 {"email":"nobody@acme.test"}
    "#);
    assert_eq!(counts(&server), [1, 2]);
    // A retry after a response without any change does not hide it.
    server.answer_once(Call::RevokeAll, ResponseTemplate::new(429).insert_header("Retry-After", "0"));
    server.program("revoke-all nobody@acme.test --yes --retries 1").run().exits(4);
    assert_eq!(server.calls(Call::RevokeAll).len(), 3);
}

#[test]
fn only_admins_may_revoke() {
    let server = server();
    server.rules(|rules| rules.admin = false);
    let run = server.program("revoke-all grace@acme.test --yes").run().exits(3);
    assert!(run.stderr.contains("server message: Only a tenant admin may do this"), "{}", run.stderr);
    server.rules(|rules| rules.reject_key = true);
    let run = server.program("revoke-all grace@acme.test --yes").run().exits(3);
    assert!(run.stderr.contains("was rejected"), "{}", run.stderr);
    assert_eq!(counts(&server), [1, 2]);
}

#[test]
fn lost_response_is_retried() {
    let server = server();
    server.add_fault(Fault::hang_up(Call::RevokeAll).after_applying());
    let run = server.program("revoke-all grace@acme.test --yes --retries 1").run().exits(0);
    assert_eq!(run.stdout, "Deleted all tokens of grace@acme.test\n");
    assert_eq!((server.calls(Call::RevokeAll).len(), counts(&server)), (2, [1, 0]));
}

#[test]
fn user_missing_at_retry_is_success() {
    let server = server();
    server.add_fault(Fault::hang_up(Call::RevokeAll).after_applying());
    server.answer_once(Call::RevokeAll, 404);
    let run = server.program("revoke-all grace@acme.test --yes --retries 1").run().exits(0);
    assert_eq!(run.stdout, "Deleted all tokens of grace@acme.test\n");
}

#[test]
fn server_error_leaves_result_unknown() {
    let server = server();
    server.answer_once(Call::RevokeAll, 503);
    snapshot!(server.program("revoke-all grace@acme.test --yes --retries 0"), @r#"
    exit: 6
    --- stderr
    error: the server is unavailable (HTTP 503); the tokens may have been deleted
    hint: try again later
    --- requests
    DELETE /personal-access-tokens/revoke/all 503 {"email":"grace@acme.test"}
    "#);
}

#[test]
fn login_page_is_failure() {
    let server = server();
    server.answer_always(Call::RevokeAll, (200, "<html>log in</html>"));
    let run = server.program("revoke-all grace@acme.test --yes").run().exits(1);
    assert!(run.stdout.is_empty() && run.stderr.contains("got an HTML page"), "{}", run.stderr);
}

#[test]
fn closed_stdout_reports_revocation() {
    let server = server();
    snapshot!(server.program("revoke-all grace@acme.test --yes").stdout(Output::Lines(0)), @r#"
    exit: 1
    --- stderr
    If services fail after token deletion, they were using the deleted token. Create a new token and update them.
    error: deleted all tokens of grace@acme.test, but could not write to standard output
      Broken pipe (os error 32)
    --- requests
    DELETE /personal-access-tokens/revoke/all 200 {"email":"grace@acme.test"}
    "#);
}

#[test]
#[cfg(unix)]
fn signal_leaves_result_unknown() {
    let server = server();
    let late = ResponseTemplate::new(200).set_delay(std::time::Duration::from_mins(5));
    server.answer_always(Call::RevokeAll, late);
    let (arrived, is_revoking) = std::sync::mpsc::channel();
    server.before_each(move |_, _, _| arrived.send(()).unwrap());
    let running = server.program("revoke-all grace@acme.test --yes").start();
    is_revoking.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
    running.signal(rustix::process::Signal::INT);
    snapshot!(running, @r#"
    exit: killed by SIGINT
    --- stderr
    warning: interrupted; the tokens may have been deleted
    --- requests
    DELETE /personal-access-tokens/revoke/all 200 {"email":"grace@acme.test"}
    "#);
}
