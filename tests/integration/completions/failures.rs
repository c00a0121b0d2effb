//! Failures while completing: the shell gets no completions, no message, and no long wait.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{account, complete};
use crate::support::servers::{ClosedPort, RawServer, Script};
use crate::support::{Call, FakeServer, Program};

const LINE: &str = "tfy-tokens delete ci-";

const CREDENTIALS: &str = ".truefoundry/credentials.json";

#[test]
fn slow_server_is_not_waited_for() {
    let server = account();
    server.rules(|rules| rules.latency = Duration::from_secs(10));
    assert_eq!(complete(&server.program(""), LINE), "");
    assert_eq!(server.calls(Call::List).len(), 1);

    let server = FakeServer::start();
    server.add_many(20);
    // Each response alone is fast enough.
    server.rules(|rules| (rules.max_page, rules.latency) = (Some(2), Duration::from_millis(900)));
    assert_eq!(complete(&server.program(""), "tfy-tokens delete token-"), "");
    assert!(!server.calls(Call::List).is_empty());
}

#[test]
fn unusable_settings_complete_no_name() {
    let program = || Program::new("");
    for program in [
        program(),
        program().no_env("HOME"),
        program().cwd_file(".env", "TFY_BASE_URL=ftp://x\nnonsense\nTFY_API_KEY=tfy_SENTINEL"),
        program().home_file(CREDENTIALS, "{"),
        Program::with_settings("http://example.test", "tfy_SENTINEL", ""),
        Program::with_settings(ClosedPort::new().url(), "tfy_SENTINEL", ""),
    ] {
        assert_eq!(complete(&program, LINE), "");
    }
}

#[test]
fn error_response_completes_no_name() {
    for script in [Script::json(200, "<html>sign in</html>"), Script::json(503, ""), Script::endless_json()] {
        let server = RawServer::answering(vec![script]);
        assert_eq!(complete(&server.program(""), LINE), "");
        assert_eq!(server.received().requests().len(), 1);
    }
}

#[test]
fn expired_session_is_not_refreshed() {
    let server = FakeServer::start();
    let past = Timestamp::now() - SignedDuration::from_hours(1);
    let (key, refresh_token) = (server.user_key(past), server.refresh_token());
    let credentials = json!({"access_token": key, "refresh_token": refresh_token, "host": server.url()});
    let program = Program::new("").home_file(CREDENTIALS, credentials.to_string());
    assert_eq!(complete(&program, LINE), "");
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn invalid_completion_request_runs_no_command() {
    let server = account();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        for arguments in ["--", "-- tfy-tokens", "-- tfy-tokens delete laptop --yes"] {
            let program = server.program(arguments).env("COMPLETE", shell);
            let run = program.env("_CLAP_COMPLETE_INDEX", "99").run().exits(0);
            assert_eq!(run.stderr, "", "{shell} {arguments}");
        }
    }
    assert_eq!(server.calls(Call::Delete).len(), 0);
}

#[test]
fn complete_variable_does_not_change_commands() {
    let server = account();
    server.program("delete --yes -- laptop").env("COMPLETE", "bash").run().exits(0);
    assert_eq!(server.calls(Call::Delete).len(), 1);
}
