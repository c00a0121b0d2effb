//! If something is wrong, `status` fails and still shows all that is known.

use jiff::Timestamp;
use serde_json::json;

use super::KEY;
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
    hint: run `tfy-tokens login https://YOUR-TENANT.truefoundry.cloud` with the address that your browser shows for TrueFoundry, or set TFY_BASE_URL to it and TFY_API_KEY to a key from its page Access → Personal Access Tokens
    ");
    snapshot!(Program::new("status -o json"), @r#"
    exit: 3
    --- stdout
    {"baseUrl":null,"key":null,"ignored":[],"warnings":[],"proxy":null,"session":null,"signedInAs":null,"mayList":null,"answeredInMs":null,"ok":false}
    --- stderr
    {"error":{"kind":"not-signed-in","message":"not logged in: base URL and API key are not set","hint":"run `tfy-tokens login https://YOUR-TENANT.truefoundry.cloud` with the address that your browser shows for TrueFoundry, or set TFY_BASE_URL to it and TFY_API_KEY to a key from its page Access → Personal Access Tokens","status":null,"exitCode":3}}
    "#);
    // The exit code is that of the problem even if no one reads the output.
    Program::new("status").stdout(Output::Lines(0)).run().exits(3);
}

#[test]
fn invalid_settings_are_shown() {
    snapshot!(Program::with_settings("server.test", "", "status"), @"
    exit: 2
    --- stdout
    Base URL      invalid (from TFY_BASE_URL)
    API key       invalid (from TFY_API_KEY)
    Server        not checked
    --- stderr
    error: invalid TFY_BASE_URL: the scheme is missing; use https://server.test
    ");
    let json = Program::with_settings("server.test", "", "status -o json").run().exits(2).json();
    assert_eq!(json["baseUrl"], json!({"value": null, "from": "TFY_BASE_URL"}));
    assert_eq!(json["key"], json!({"from": "TFY_API_KEY", "usable": false, "personalAccessToken": false}));
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
    hint: set TFY_BASE_URL to the host of the key, or unset TFY_API_KEY
    ");
}

#[test]
fn null_user_means_rejected_key() {
    let server = FakeServer::with(&["ci"]);
    server.answer_always(Call::Session, (200, json!({"user": null})));
    snapshot!(server.program("status"), @"
    exit: 3
    --- stdout
    Base URL      [SERVER] (from TFY_BASE_URL)
    API key       set (from TFY_API_KEY)
    Server        answered in [MS] ms
    --- stderr
    error: the API key from TFY_API_KEY was rejected: it is invalid, expired or deleted
    hint: set TFY_API_KEY to a valid key, or unset it and run `tfy-tokens login [SERVER]`
    --- requests
    GET /session 200
    ");
    assert_eq!(server.program("status -o json").run().exits(3).failure()["status"], json!(null));
    server.program("delete ci --yes").run().exits(3);
    assert_eq!(server.names(), "ci");
}

#[test]
fn refused_list_is_shown() {
    let server = FakeServer::start();
    server.rules(|rules| rules.forbid = true);
    snapshot!(server.program("status"), @"
    exit: 3
    --- stdout
    Base URL      [SERVER] (from TFY_BASE_URL)
    API key       set (from TFY_API_KEY)
    Server        answered in [MS] ms
    Logged in as  ada@acme.test, tenant acme
    Access        cannot list tokens
    --- stderr
    error: Cannot manage access tokens. Check your API key permissions.
      server message: You are not allowed to manage personal access tokens
      the API key is from TFY_API_KEY
    hint: use another API key, or ask a tenant admin for permission to manage access tokens
    --- requests
    GET /personal-access-tokens?limit=1&offset=0 403
    GET /session 200
    ");
    assert_eq!(server.program("status -o json").run().exits(3).json()["mayList"], false);
    // Another failure says nothing about the key.
    server.answer_always(Call::List, 500);
    let run = server.program("status -o json --retries 0").run().exits(6);
    assert_eq!((&run.json()["mayList"], &run.json()["ok"]), (&json!(null), &json!(false)));
}

#[test]
fn missing_response_is_shown() {
    let server = FakeServer::start();
    let port = ClosedPort::new();
    let session = json!({
        "access_token": server.user_key(Timestamp::now()),
        "refresh_token": server.refresh_token(),
        "host": port.url(),
    });
    let silent = RawServer::answering(vec![Script::Silence]);
    for (program, error) in [
        // The session is stale, and its refresh fails.
        (
            Program::new("status").home_file(".truefoundry/credentials.json", session.to_string()),
            format!("cannot connect to {}", port.url()),
        ),
        (silent.program("status --timeout 1s"), format!("no response from {} within 1 s", silent.url())),
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
        (Script::json(404, "{}"), 1),
        (Script::json(401, "{}"), 3),
        (Script::Answer(page), 1),
    ] {
        let run = RawServer::answering(vec![answer]).program("status --retries 0").run().exits(code);
        assert!(run.stdout.contains("\nServer        answered in "), "{}", run.snapshot());
    }
}
