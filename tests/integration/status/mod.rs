//! Tests of `status`.

mod failures;
mod sources;

use serde_json::{Value, json};

#[cfg(unix)]
use crate::support::Terminal;
#[cfg(unix)]
use crate::support::servers::{RawServer, Script, json_response};
use crate::support::{Call, FakeServer, Program, cases, snapshot};

const KEY: &str = "tfy_key_SENTINEL_of_the_tests";

/// A program with a login session of `tfy login`, and no other settings.
fn logged_in(url: &str, key: &str) -> Program {
    let content = json!({"access_token": key, "host": url}).to_string();
    let program = Program::new("status --retries 0").secret(key);
    program.home_file(".truefoundry/credentials.json", content)
}

/// A server whose session endpoint returns `user`.
fn server_with_user(user: &Value) -> FakeServer {
    let server = FakeServer::start();
    let session = json!({ "user": user });
    server.answer_always(Call::Session, (200, session));
    server
}

#[test]
fn status_shows_settings_and_user() {
    let server = FakeServer::start();
    snapshot!(server.program("status"), @"
    exit: 0
    --- stdout
    Base URL      [SERVER] (from TFY_BASE_URL)
    API key       set (from TFY_API_KEY)
    Server        answered in [MS] ms
    Logged in as  ada@acme.test, tenant acme
    Access        can list tokens
    --- requests
    GET /personal-access-tokens?limit=1&offset=0 200
    GET /session 200
    ");
}

#[test]
fn personal_access_token_is_named() {
    let server = FakeServer::start();
    server.sign_in_with_token("ci-pipeline");
    snapshot!(server.program("status -o json").env("TFY_HOST", "http://127.0.0.1:1"), @r#"
    exit: 0
    --- stdout
    {"baseUrl":{"value":"[SERVER]","from":"TFY_BASE_URL"},"key":{"from":"TFY_API_KEY","usable":true,"personalAccessToken":true},"ignored":[{"source":"TFY_HOST","reason":"overridden by TFY_BASE_URL"}],"warnings":[],"proxy":null,"session":null,"signedInAs":{"who":"ada@acme.test","tenant":"acme","subjectType":"user","tokenName":"ci-pipeline"},"mayList":true,"answeredInMs":[MS],"ok":true}
    --- requests
    GET /personal-access-tokens?limit=1&offset=0 200
    GET /session 200
    "#);
}

#[test]
fn session_reveals_personal_access_token() {
    // Only a few fields are read; the others may be secrets.
    let text = "a\u{1b}[2J\nb\u{202e}c";
    let subject = json!({"subjectPatName": text, "token": "tfy_SENTINEL"});
    let server =
        server_with_user(&json!({"email": text, "tenantName": text, "apiKey": "tfy_SENTINEL", "subject": subject}));
    let run = server.program("status").run().exits(0);
    let shown = "a\u{fffd}[2J b\u{fffd}c";
    let user = format!("\nLogged in as  {shown}, tenant {shown}, with the personal access token {shown}\n");
    assert!(run.stdout.contains(&format!("{user}Access        can list tokens; most servers ")), "{}", run.snapshot());
    let json = server.program("status -o json").run().exits(0).json();
    assert_eq!(json["key"]["personalAccessToken"], true);
    let session = &json["signedInAs"];
    assert_eq!([&session["who"], &session["tenant"], &session["tokenName"]], [text; 3]);
}

#[test]
fn session_without_user_details_is_accepted() {
    let run = server_with_user(&json!({})).program("status").run().exits(0);
    assert!(run.stdout.contains("\nLogged in as  unknown user\n"), "{}", run.snapshot());
}

#[test]
fn list_formats_are_rejected() {
    let server = FakeServer::start();
    for format in ["jsonl", "csv", "id"] {
        let run = server.program("status -o").arg(format).run().exits(2);
        assert_eq!(run.stdout, "", "{format}");
        assert!(
            run.stderr.contains("invalid --output: only `list` supports this format; use table or json"),
            "{format}"
        );
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
#[cfg(unix)]
fn settings_are_printed_before_response() {
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let session = json_response(200, r#"{"user":{"email":"ada@acme.test"}}"#);
    let server = RawServer::answering(vec![Script::Behind(gate.clone(), session), Script::json(200, r#"{"data":[]}"#)]);
    let session = Terminal::size(120, 24).run(&server.program("status"));
    session.wait_for("API key       personal access token (from TFY_API_KEY)");
    server.received().wait_for_requests(1);
    gate.add_permits(1);
    snapshot!(session, @"
    exit: 0
    --- screen
    Base URL      [SERVER] (from TFY_BASE_URL)
    API key       personal access token (from TFY_API_KEY)
    Server        answered in [MS] ms
    Logged in as  ada@acme.test
    Access        can list tokens; most servers do not let a personal access token create another one
    --- requests
    GET /personal-access-tokens?limit=1&offset=0
    GET /session
    ");
}

#[test]
fn options_add_or_suppress_messages() {
    let server = FakeServer::start();
    let program = server.program("status").cwd_file(".env", "TFY_API_KEY='broken");
    for case in cases(
        "        | 5 | 1
         -q      | 5 | 0
         -v      | 5 | 3
         -o json | 1 | 0",
    ) {
        let [arguments, stdout, stderr] = case.columns();
        let run = program.clone().args(arguments).run().exits(0);
        let lines = [&run.stdout, &run.stderr].map(|text| text.lines().count().to_string());
        assert_eq!(lines, [stdout, stderr], "{case:?}");
    }
}

#[test]
fn session_shows_expiry() {
    let server = FakeServer::start();
    let expiry = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(2);
    let content =
        json!({"access_token": server.user_key(expiry), "refresh_token": server.refresh_token(), "host": server.url()});
    let program = Program::new("status").home_file(".truefoundry/credentials.json", content.to_string());
    snapshot!(program.observing(&server), @"
    exit: 0
    --- stdout
    Base URL      [SERVER] (from [HOME]/.truefoundry/credentials.json)
    API key       set (from [HOME]/.truefoundry/credentials.json)
    Server        answered in [MS] ms
    Session       valid until [now+2h], refreshed automatically
    Logged in as  ada@acme.test, tenant acme
    Access        can list tokens
    --- requests
    GET /personal-access-tokens?limit=1&offset=0 200
    GET /session 200
    ");
}
