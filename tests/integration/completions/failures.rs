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
}

#[test]
fn many_slow_pages_are_not_waited_for() {
    let server = FakeServer::start();
    for number in 10..20 {
        server.add(&format!("ci-{number}"));
    }
    // Each response alone is fast enough.
    server.rules(|rules| (rules.max_page, rules.latency) = (2, Duration::from_millis(900)));
    assert_eq!(complete(&server.program(""), LINE), "");
    assert!(!server.calls(Call::List).is_empty());
}

#[test]
fn endless_response_is_not_waited_for() {
    let server = RawServer::answering(vec![Script::endless_json()]);
    assert_eq!(complete(&server.program(""), LINE), "");
    assert_eq!(server.received().requests().len(), 1);
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
    for (status, body) in [(200, "<html>sign in</html>"), (401, ""), (503, "")] {
        let server = account();
        server.answer_always(Call::List, (status, body));
        assert_eq!(complete(&server.program(""), LINE), "");
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn expired_session_is_not_refreshed() {
    let server = FakeServer::start();
    let past = Timestamp::now() - SignedDuration::from_hours(1);
    let credentials = json!({
        "access_token": server.user_key(past), "refresh_token": server.refresh_token(), "host": server.url(),
    });
    let program = Program::new("").home_file(CREDENTIALS, credentials.to_string());
    assert_eq!(complete(&program, LINE), "");
    assert_eq!(server.requests().len(), 0);
    let after = std::fs::read_to_string(program.home().join(CREDENTIALS)).unwrap();
    assert_eq!(after, credentials.to_string());
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
    let program = |arguments| server.program(arguments).env("COMPLETE", "bash");
    assert_eq!(program("list -o id").run().exits(0).stdout.lines().count(), 3);
    program("delete --yes -- laptop").run().exits(0);
    assert_eq!(server.calls(Call::Delete).len(), 1);
}
