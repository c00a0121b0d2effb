//! If something is wrong, `status` fails and still shows all that is known.

use jiff::Timestamp;
use serde_json::json;
use wiremock::ResponseTemplate;

use super::{KEY, logged_in};
use crate::support::servers::{ClosedPort, RawServer, Script, http_response};
use crate::support::{Call, FakeServer, Output, Program, snapshot};

#[test]
fn missing_settings_are_shown() {
    snapshot!(Program::new("status"), @"
    exit: 3
    --- stdout
    Base URL      not set
    API key       not set
    Server        not checked
    --- stderr
    error: not logged in: base URL and API key are not set
    hint: run `tfy login --host https://YOUR-TENANT.truefoundry.cloud`, or set TFY_BASE_URL and TFY_API_KEY
    ");
    snapshot!(Program::new("status -o json"), @r#"
    exit: 3
    --- stdout
    {"baseUrl":null,"key":null,"ignored":[],"warnings":[],"proxy":null,"signedInAs":null,"answeredInMs":null,"ok":false}
    --- stderr
    {"error":{"kind":"not-signed-in","message":"not logged in: base URL and API key are not set","hint":"run `tfy login --host https://YOUR-TENANT.truefoundry.cloud`, or set TFY_BASE_URL and TFY_API_KEY","status":null,"exitCode":3}}
    "#);
    // The exit code is that of the problem even if no one reads the output.
    Program::new("status").stdout(Output::Lines(0)).run().exits(3);
}

#[test]
fn invalid_base_url_is_shown() {
    snapshot!(Program::with_settings("server.test", KEY, "status"), @"
    exit: 2
    --- stdout
    Base URL      invalid (from TFY_BASE_URL)
    API key       personal access token (from TFY_API_KEY)
    Server        not checked
    --- stderr
    error: invalid TFY_BASE_URL: the scheme is missing; use https://server.test
    ");
}

#[test]
fn invalid_key_is_shown() {
    snapshot!(Program::with_settings("http://127.0.0.1:1234", "", "status"), @"
    exit: 2
    --- stdout
    Base URL      http://127.0.0.1:[PORT] (from TFY_BASE_URL)
    API key       invalid (from TFY_API_KEY)
    Server        not checked
    --- stderr
    error: invalid TFY_API_KEY: it is empty
    ");
    snapshot!(Program::with_settings("server.test", "", "status -o json"), @r#"
    exit: 2
    --- stdout
    {"baseUrl":{"value":null,"from":"TFY_BASE_URL"},"key":{"from":"TFY_API_KEY","usable":false,"personalAccessToken":false},"ignored":[],"warnings":[],"proxy":null,"signedInAs":null,"answeredInMs":null,"ok":false}
    --- stderr
    {"error":{"kind":"usage","message":"invalid TFY_BASE_URL: the scheme is missing; use https://server.test","hint":null,"status":null,"exitCode":2}}
    "#);
}

#[test]
fn key_for_less_trusted_host_is_refused() {
    let server = FakeServer::start();
    let program = Program::new("status").env("TFY_API_KEY", KEY).observing(&server);
    snapshot!(program.cwd_file(".env", format!("TFY_HOST={}\n", server.url())), @"
    exit: 2
    --- stdout
    Base URL      [SERVER] (from TFY_HOST in .env)
    API key       personal access token (from TFY_API_KEY)
    Server        not checked
    --- stderr
    error: refusing to send the API key from TFY_API_KEY to [SERVER] (set by TFY_HOST in .env)
    hint: if the key belongs to this host, run `export TFY_BASE_URL=[SERVER]`; otherwise unset TFY_API_KEY
    ");
}

#[test]
fn session_for_other_host_is_refused() {
    let server = FakeServer::start();
    let program = logged_in("http://127.0.0.1:1234", KEY).env("TFY_HOST", server.url());
    snapshot!(program.observing(&server), @"
    exit: 2
    --- stdout
    Base URL      [SERVER] (from TFY_HOST)
    API key       personal access token (from [HOME]/.truefoundry/credentials.json)
    Ignored       [HOME]/.truefoundry/credentials.json: its base URL is overridden by TFY_HOST
    Server        not checked
    --- stderr
    error: the API key from [HOME]/.truefoundry/credentials.json belongs to http://127.0.0.1:[PORT], not to [SERVER] (set by TFY_HOST)
    hint: run `tfy login --host [SERVER]`, or unset TFY_HOST
    ");
}

#[test]
fn rejected_key_has_response_time() {
    let server = FakeServer::start();
    server.rules(|rules| rules.reject_key = true);
    snapshot!(server.program("status"), @"
    exit: 3
    --- stdout
    Base URL      [SERVER] (from TFY_BASE_URL)
    API key       set (from TFY_API_KEY)
    Server        answered in [MS] ms
    --- stderr
    error: the API key from TFY_API_KEY was rejected: it is invalid, expired or deleted
      server message: Unauthorized
    hint: set TFY_API_KEY to a valid key, or unset it and run `tfy login --host [SERVER]`
    --- requests
    GET /session 401
    ");
}

#[test]
fn null_user_means_rejected_key() {
    let server = FakeServer::with(&["ci"]);
    let session = json!({"user": null});
    server.answer_always(Call::Session, ResponseTemplate::new(200).set_body_json(session));
    snapshot!(server.program("status"), @"
    exit: 3
    --- stdout
    Base URL      [SERVER] (from TFY_BASE_URL)
    API key       set (from TFY_API_KEY)
    Server        answered in [MS] ms
    --- stderr
    error: the API key from TFY_API_KEY was rejected: it is invalid, expired or deleted
    hint: set TFY_API_KEY to a valid key, or unset it and run `tfy login --host [SERVER]`
    --- requests
    GET /session 200
    ");
    assert_eq!(server.program("status -o json").run().exits(3).failure()["status"], json!(null));
    server.program("delete ci --yes").run().exits(3);
    assert_eq!(server.names(), "ci");
}

#[test]
fn timeout_is_no_response() {
    let server = RawServer::answering(vec![Script::Silence]);
    snapshot!(server.program("status --retries 0 --timeout 1s"), @"
    exit: 6
    --- stdout
    Base URL      [SERVER] (from TFY_BASE_URL)
    API key       personal access token (from TFY_API_KEY)
    Server        no response
    --- stderr
    error: no response from [SERVER] within 1 s
    hint: try again, or increase --timeout
    --- requests
    GET /session
    ");
}

#[test]
fn missing_response_is_shown() {
    let server = FakeServer::start();
    let port = ClosedPort::new();
    let closing = RawServer::answering(vec![Script::close()]);
    let session = json!({
        "access_token": server.user_key(Timestamp::now()),
        "refresh_token": server.refresh_token(),
        "host": port.url(),
    });
    let not_refreshed = Program::new("status").home_file(".truefoundry/credentials.json", session.to_string());
    for (program, error) in [
        (Program::with_settings(port.url(), KEY, "status"), format!("cannot connect to {}", port.url())),
        (not_refreshed, format!("cannot connect to {}", port.url())),
        (
            closing.program("status"),
            format!("connection to {} was lost before the response was complete", closing.url()),
        ),
    ] {
        let run = program.args("--retries 0").run().exits(6);
        assert!(run.stdout.ends_with("\nServer        no response\n"), "{}", run.snapshot());
        assert!(run.stderr.starts_with(&format!("error: {error}\n")), "{}", run.snapshot());
    }
}

#[test]
fn error_status_has_response_time() {
    let page = http_response(200, &[("Content-Type", "text/html")], "<html>sign in</html>");
    for (answer, code) in [
        (Script::json(500, "{}"), 6),
        (Script::json(503, "{}"), 6),
        (Script::json(404, "{}"), 1),
        (Script::json(403, "{}"), 3),
        (Script::Answer(page), 1),
    ] {
        let run = RawServer::answering(vec![answer]).program("status --retries 0").run().exits(code);
        assert!(run.stdout.contains("\nServer        answered in "), "{}", run.snapshot());
    }
}

#[test]
fn expired_session_is_not_sent() {
    let server = FakeServer::start();
    let program = logged_in(&server.url(), &server.user_key(Timestamp::now()));
    snapshot!(program.observing(&server), @"
    exit: 3
    --- stdout
    Base URL      [SERVER] (from [HOME]/.truefoundry/credentials.json)
    API key       set (from [HOME]/.truefoundry/credentials.json)
    Server        not checked
    --- stderr
    error: cannot use the login session in [HOME]/.truefoundry/credentials.json: the session has ended and cannot be refreshed
    hint: run `tfy login --relogin --host [SERVER]`
    ");
}
