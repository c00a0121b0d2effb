//! A session that cannot be refreshed is reported, and its file is not changed.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{FILE, access_token, list, path, session};
use crate::support::{Call, FakeServer, Fault, Run, cases, snapshot};

/// Runs `list` with a stale session. Asserts that the refresh was the last request and that the file is the same as before.
#[track_caller]
fn fail_to_refresh(server: &FakeServer, session: &Value) -> Run {
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
    assert_eq!(calls, [Call::ServerConfig, Call::Refresh]);
    run
}

#[test]
fn ended_session_requires_login() {
    let server = FakeServer::start();
    let session = session(&server, -5);
    let message = json!({"message": "The refresh token is invalid or has expired"});
    server.answer_always(Call::Refresh, (401, message));
    snapshot!(fail_to_refresh(&server, &session), @r#"
    exit: 3
    --- stderr
    error: cannot use the login session in [HOME]/.truefoundry/credentials.json: the session has ended
      server message: The refresh token is invalid or has expired
    hint: run `tfy-tokens login [SERVER]`
    --- requests
    GET /min-cli-version 200
    POST /oauth2/token 401 {"grantType":"refresh_token","refreshToken":"[KEY]","returnJWT":true,"tenantName":"acme"}
    "#);
}

#[test]
fn valid_session_is_used_without_refresh() {
    let server = FakeServer::start();
    server.answer_once(Call::Refresh, (503, json!({"message": "maintenance"})));
    snapshot!(list(&server, &session(&server, 60)), @r#"
    exit: 0
    --- stderr
    warning: cannot refresh the login session, which expires soon; the server is unavailable (HTTP 503); server message: maintenance
    You have no tokens. Run `tfy-tokens create my-token --expires 90d` to create one.
    --- requests
    GET /min-cli-version 200
    POST /oauth2/token 503 {"grantType":"refresh_token","refreshToken":"[KEY]","returnJWT":true,"tenantName":"acme"}
    GET /personal-access-tokens?limit=100&offset=0 200
    "#);
}

#[test]
fn only_rejection_ends_session() {
    for (status, code) in [(400, 3), (401, 3), (403, 3), (404, 3), (422, 3), (408, 6), (429, 6), (500, 6), (503, 6)] {
        let server = FakeServer::start();
        let message = format!("unknown token {}", server.refresh_token());
        server.answer_once(Call::Refresh, (status, json!({"message": message})));
        let session = session(&server, -5);
        let run = fail_to_refresh(&server, &session).exits(code);
        let has_ended = run.stderr.contains("credentials.json: the session has ended\n");
        assert_eq!((has_ended, run.stderr.contains("tfy-tokens login")), (code == 3, code == 3), "{}", run.snapshot());
        assert!(run.stderr.contains("server message: unknown token (redacted)\n"), "{}", run.snapshot());
        list(&server, &session).run().exits(0);
    }
    for status in [401, 403, 404] {
        let server = FakeServer::start();
        server.answer_once(Call::Refresh, (status, "<html>no</html>"));
        let run = fail_to_refresh(&server, &session(&server, -5)).exits(1);
        assert!(run.stderr.contains(&format!("web page (HTTP {status})")), "{}", run.snapshot());
    }
    let server = FakeServer::start();
    server.add_fault(Fault::hang_up(Call::Refresh));
    fail_to_refresh(&server, &session(&server, -5)).exits(6);
}

#[test]
fn unexpected_response_is_not_shown() {
    for case in cases(
        r#"null                                                      | 1 | unexpected response from the server:
           {"accessToken": null, "refreshToken": "refresh_SENTINEL"} | 1 | unexpected response from the server:
           {"accessToken": "", "refreshToken": "refresh_SENTINEL"}   | 3 | the server sent a new access token that is not usable: it is empty
           {"accessToken": "key_SENTINEL.opaque"}                    | 3 | the server sent a new access token that is not usable: it is not the JWT
           {"accessToken": "key_SENTINEL\nX: y"}                     | 3 | the server sent a new access token that is not usable: it contains"#,
    ) {
        let [body, code, message] = case.columns();
        let server = FakeServer::start();
        server.answer_once(Call::Refresh, (201, body));
        let run = fail_to_refresh(&server, &session(&server, -5)).exits(code.parse().unwrap());
        assert!(run.stderr.contains(message), "{}", run.snapshot());
    }
}

#[test]
fn huge_access_token_is_not_stored() {
    let server = FakeServer::start();
    let token = access_token(&json!({"tenantName": "acme", "exp": 4_000_000_000_u64, "padding": "x".repeat(100_000)}));
    server.answer_once(Call::Refresh, (201, json!({"accessToken": token})));
    let run = fail_to_refresh(&server, &session(&server, -5)).exits(3);
    assert!(run.stderr.contains("is not usable: it is longer than 64 KiB"), "{}", run.snapshot());
}

#[test]
fn redirect_receives_no_refresh_token() {
    let (server, other) = (FakeServer::start(), FakeServer::start());
    let session = session(&server, -5);
    let location = format!("{}/{}/x", other.url(), server.refresh_token());
    let response = ResponseTemplate::new(307).insert_header("Location", location.as_str());
    server.answer_once(Call::Refresh, response);
    let run = fail_to_refresh(&server, &session).exits(1);
    let target = format!("redirect to {}/(redacted)/x (HTTP 307)\n", other.url());
    assert!(run.stderr.contains(&target), "{}", run.snapshot());
    assert_eq!(other.requests().len(), 0);
}

#[test]
fn unrefreshable_session_lasts_until_expiry() {
    let server = FakeServer::start();
    let expiry = jiff::Timestamp::now().as_second() + 60;
    let without_tenant = |expiry: i64| json!(access_token(&json!({"exp": expiry})));
    for (name, fresh, ended) in
        [("refresh_token", Value::Null, json!("")), ("access_token", without_tenant(expiry), without_tenant(1))]
    {
        let mut session_of_60_s = session(&server, 60);
        session_of_60_s[name] = fresh;
        // The server rejects an access token without a tenant, but receives it.
        let code = if name == "access_token" { 3 } else { 0 };
        list(&server, &session_of_60_s).run().exits(code);
        let mut session = session(&server, 0);
        session[name] = ended;
        let run = list(&server, &session).run().exits(3);
        let reason =
            format!("the session has ended and cannot be refreshed\nhint: run `tfy-tokens login {}`\n", server.url());
        assert!(run.stderr.ends_with(&reason), "{}", run.snapshot());
    }
    let calls: Vec<_> = server.requests().iter().map(|request| request.call).collect();
    assert_eq!(calls, [Call::List; 2]);
}
