//! `login` when a session is already stored.

use super::{FILE, assert_stored, login, session, stored};
use crate::support::{Call, FakeServer, cases, snapshot};

#[test]
fn working_session_is_kept() {
    let server = FakeServer::start();
    let before = session(&server);
    let program = login(&server, "").home_file(FILE, before.to_string());
    snapshot!(&program, @"
    exit: 0
    --- stdout
    Already signed in to [SERVER] as ada@acme.test (tenant acme), until [now+30d].
    --- requests
    GET /session 200
    ");
    assert_eq!(stored(&program), before);
}

#[test]
fn ended_session_is_replaced() {
    let server = FakeServer::start();
    let mut before = session(&server);
    before["access_token"] = server.user_key("2020-01-01T00:00:00Z".parse().unwrap()).into();
    before["refresh_token"] = "refresh_key_SENTINEL_old".into();
    let program = login(&server, "").home_file(FILE, before.to_string());
    program.run().exits(0);
    assert_stored(&program, &server);
    assert_eq!(stored(&program)["theirs"], before["theirs"]);
}

#[test]
fn session_that_does_not_work_is_replaced() {
    for status in [403, 404, 500] {
        let server = FakeServer::start();
        server.answer_always(Call::Session, status);
        let program = login(&server, "--retries 0").home_file(FILE, session(&server).to_string());
        program.run().exits(0);
        assert_eq!(server.calls(Call::Poll).len(), 1);
        assert_stored(&program, &server);
    }
}

#[test]
fn session_of_other_host_needs_logout() {
    let (server, other) = (FakeServer::start(), FakeServer::start());
    let before = session(&other);
    let program = login(&server, "").home_file(FILE, before.to_string()).observing(&other);
    let run = program.run().exits(2);
    let error =
        format!("error: already logged in to {} as ada@acme.test\nhint: run `tfy-tokens logout` first\n", other.url());
    assert_eq!((run.stderr, stored(&program)), (error, before));
    assert_eq!((server.requests().len(), other.requests().len()), (0, 0));
}

#[test]
fn broken_file_is_replaced() {
    for case in cases(
        r#"{"access_token": "key_SENTINEL
           []
           {"theirs": 1}"#,
    ) {
        let [content] = case.columns();
        let server = FakeServer::start();
        let program = login(&server, "").home_file(FILE, content);
        program.run().exits(0);
        assert_eq!(server.calls(Call::Poll).len(), 1);
        assert_stored(&program, &server);
    }
}

#[test]
fn password_in_stored_host_is_not_shown() {
    let server = FakeServer::start();
    let mut before = session(&server);
    before["host"] = "https://ada:pass_SENTINEL@acme.test".into();
    let program = login(&server, "").home_file(FILE, before.to_string());
    let run = program.run().exits(2);
    assert!(run.stderr.starts_with("error: already logged in to a host with an invalid address as "), "{}", run.stderr);
}
