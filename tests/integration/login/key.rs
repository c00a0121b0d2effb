//! `login --with-key`

use serde_json::Value;

use super::{FILE, assert_nothing_stored, login, session, stored};
use crate::support::{FakeServer, Input, Program, snapshot};

#[test]
fn key_from_pipe_is_checked_and_stored() {
    let server = FakeServer::with(&["laptop"]);
    let id = server.sign_in_with_token("ci");
    let program = login(&server, "--with-key").stdin(Input::Text(format!("{}\n", server.key())));
    snapshot!(&program, @"
    exit: 0
    --- stdout
    Signed in to [SERVER] as ada@acme.test (tenant acme).
    --- requests
    GET /session 200
    ");
    assert_eq!(stored(&program)["access_token"], server.key());
    assert_eq!(stored(&program)["refresh_token"], Value::Null);
    assert!(!id.is_empty());
}

#[test]
fn key_replaces_session_of_same_host() {
    let server = FakeServer::start();
    let program = login(&server, "--with-key").home_file(FILE, session(&server).to_string());
    let program = program.stdin(Input::Text(format!("\u{feff}{}", server.key())));
    program.run().exits(0);
    let after = stored(&program);
    assert_eq!((&after["access_token"], &after["refresh_token"]), (&server.key().into(), &Value::Null));
    assert_eq!(after["theirs"], session(&server)["theirs"]);
}

#[test]
fn malformed_key_is_a_usage_error() {
    let server = FakeServer::start();
    for key in
        ["", "\n", "key_SENTINEL", "a.b.key_SENTINEL", "e30.e30.key_SENTINELx", "tfy_key_SENTINEL x", "é_key_SENTINEL"]
    {
        let program = login(&server, "--with-key").stdin(Input::Text(key.to_owned()));
        let run = program.run().exits(2);
        assert!(run.stderr.starts_with("error: invalid API key: it "), "{}", run.snapshot());
        assert_nothing_stored(&program);
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn dotenv_host_receives_no_key() {
    let server = FakeServer::start();
    let program = Program::new("login --with-key").cwd_file(".env", format!("TFY_HOST={}", server.url()));
    snapshot!(program.stdin(Input::Text("tfy_key_SENTINEL".to_owned())).observing(&server), @"
    exit: 2
    --- stderr
    error: refusing to send an API key to [SERVER] (set by TFY_HOST in .env)
    hint: if the key belongs to this host, run `tfy-tokens login [SERVER] --with-key`
    ");
}

#[test]
fn rejected_key_is_not_stored() {
    let server = FakeServer::start();
    let program = login(&server, "--with-key").stdin(Input::Text("tfy_key_SENTINEL_old".to_owned()));
    snapshot!(&program, @"
    exit: 3
    --- stderr
    error: the API key from standard input was rejected: it is invalid, expired or deleted
      server message: Unauthorized
    hint: use another key, or run `tfy-tokens login [SERVER]`
    --- requests
    GET /session 401
    ");
    assert_nothing_stored(&program);
}
