//! A session that cannot be refreshed is reported, and its file is not changed.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{FILE, access_token, list, path, session};
use crate::support::{Call, FakeServer, Fault, Program, Run, cases, snapshot};

/// Runs `list` with a stale session. Asserts that the refresh was the only request and that the file is the same as before.
#[track_caller]
fn fail_to_refresh(server: &FakeServer, session: &Value) -> (Run, Program) {
    // Writing the session would remove these line breaks.
    let content = format!("\n{} \n\n", serde_json::to_string_pretty(session).unwrap());
    let program = list(server, session).home_file(FILE, &content);
    let modified = || std::fs::metadata(path(&program)).unwrap().modified().unwrap();
    let before = modified();
    let run = program.run();
    assert_eq!(run.stdout, "");
    assert_eq!(std::fs::read_to_string(path(&program)).unwrap(), content);
    assert_eq!(modified(), before);
    let calls: Vec<_> = server.requests().iter().map(|request| request.call).collect();
    assert_eq!(calls, [Call::Refresh]);
    (run, program)
}

#[test]
fn ended_session_requires_login() {
    let server = FakeServer::start();
    let session = session(&server, 5);
    server.end_session();
    let (run, _) = fail_to_refresh(&server, &session);
    snapshot!(run, @r#"
    exit: 3
    --- stderr
    error: cannot use the login session in [HOME]/.truefoundry/credentials.json: the session has ended
      server message: The refresh token is invalid or has expired
    hint: run `tfy login --relogin --host [SERVER]`
    --- requests
    POST /oauth2/token 401 {"grantType":"refresh_token","refreshToken":"[KEY]","returnJWT":true,"tenantName":"acme"}
    "#);
}

#[test]
fn rejected_refresh_means_ended_session() {
    for status in [400, 401, 403, 404, 422] {
        let server = FakeServer::start();
        server.answer_once(Call::Refresh, status);
        let (run, _) = fail_to_refresh(&server, &session(&server, 5));
        let run = run.exits(3);
        let message = format!(
            "credentials.json: the session has ended\nhint: run `tfy login --relogin --host {}`\n",
            server.url()
        );
        assert!(run.stderr.ends_with(&message), "{}", run.snapshot());
    }
}

#[test]
fn transient_error_does_not_end_session() {
    for status in [408, 429, 500, 502, 503, 504] {
        let server = FakeServer::start();
        server.answer_once(Call::Refresh, status);
        let (run, program) = fail_to_refresh(&server, &session(&server, 5));
        let run = run.exits(6);
        assert!(!run.stderr.contains("login"), "{}", run.snapshot());
        program.run().exits(0);
    }
    let server = FakeServer::start();
    server.add_fault(Fault::hang_up(Call::Refresh));
    let (run, _) = fail_to_refresh(&server, &session(&server, 5));
    snapshot!(run, @r#"
    exit: 6
    --- stderr
    error: connection to [SERVER] was lost before the response was complete
      connection closed before message completed
    hint: try again later
    --- requests
    POST /oauth2/token no response {"grantType":"refresh_token","refreshToken":"[KEY]","returnJWT":true,"tenantName":"acme"}
    "#);
}

#[test]
fn echoed_refresh_token_is_redacted() {
    for (status, code) in [(401, 3), (500, 6)] {
        let server = FakeServer::start();
        let message = format!("unknown token {}", server.refresh_token());
        server.answer_once(Call::Refresh, (status, json!({"message": message})));
        let (run, _) = fail_to_refresh(&server, &session(&server, 5));
        let run = run.exits(code);
        let message = "server message: unknown token (redacted)\n";
        assert!(run.stderr.contains(message), "{}", run.snapshot());
    }
}

#[test]
fn unexpected_response_is_not_shown() {
    for case in cases(
        r#"{}                                                          | 1 | unexpected response from the server:
           null                                                        | 1 | unexpected response from the server:
           {"accessToken": null, "refreshToken": "refresh_SENTINEL"}   | 1 | unexpected response from the server:
           {"access_token": "key_SENTINEL"}                            | 1 | unexpected response from the server:
           {"accessToken": "", "refreshToken": "refresh_SENTINEL"}     | 3 | the server sent a new access token that is not an API key: it is empty
           {"accessToken": "key_SENTINEL\nX: y"}                       | 3 | the server sent a new access token that is not an API key: it contains"#,
    ) {
        let [body, code, message] = case.columns();
        let server = FakeServer::start();
        server.answer_once(Call::Refresh, (201, body));
        let (run, _) = fail_to_refresh(&server, &session(&server, 5));
        let run = run.exits(code.parse().unwrap());
        assert!(run.stderr.contains(message), "{}", run.snapshot());
    }
}

#[test]
fn redirect_receives_no_refresh_token() {
    let (server, other) = (FakeServer::start(), FakeServer::start());
    let session = session(&server, 5);
    let location = format!("{}/{}/x", other.url(), server.refresh_token());
    let response = ResponseTemplate::new(307).insert_header("Location", location.as_str());
    server.answer_once(Call::Refresh, response);
    let (run, _) = fail_to_refresh(&server, &session);
    snapshot!(run, @r#"
    exit: 1
    --- stderr
    error: refusing to follow a redirect to http://127.0.0.1:[PORT]/(redacted)/x (HTTP 307)
    hint: check the base URL; it must point to the TrueFoundry control plane
    --- requests
    POST /oauth2/token 307 {"grantType":"refresh_token","refreshToken":"[KEY]","returnJWT":true,"tenantName":"acme"}
    "#);
    assert_eq!(other.requests().len(), 0);
}

#[test]
fn stale_session_needs_refresh_token_and_tenant() {
    let server = FakeServer::start();
    let no_tenant = json!(access_token(&json!({"exp": 1})));
    for (name, value) in [("refresh_token", json!("")), ("access_token", no_tenant)] {
        let mut session = session(&server, 0);
        session[name] = value;
        let run = list(&server, &session).run().exits(3);
        let reason = "the session has ended and cannot be refreshed";
        assert!(run.stderr.contains(reason), "{}", run.snapshot());
    }
    let mut session = session(&server, 0);
    session.as_object_mut().unwrap().remove("refresh_token");
    snapshot!(list(&server, &session), @"
    exit: 3
    --- stderr
    error: cannot use the login session in [HOME]/.truefoundry/credentials.json: the session has ended and cannot be refreshed
    hint: run `tfy login --relogin --host [SERVER]`
    ");
}

#[test]
fn session_without_refresh_token_lasts_until_expiry() {
    let server = FakeServer::start();
    let mut session = session(&server, 60);
    session["refresh_token"] = Value::Null;
    list(&server, &session).run().exits(0);

    let expiry = jiff::Timestamp::now().as_second() + 60;
    session["refresh_token"] = json!(server.refresh_token());
    session["access_token"] = json!(access_token(&json!({"exp": expiry})));
    // The server does not accept this access token, but it was sent.
    list(&server, &session).run().exits(3);
    assert_eq!(server.calls(Call::Refresh).len(), 0);
    assert_eq!(server.calls(Call::List).len(), 2);
}
