//! A session whose access token the server rejects is replaced once.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{access_token, assert_refreshed, list, path, session, stored, with_session};
use crate::support::{Call, FakeServer, snapshot};

/// A session that has not expired, but whose access token the server does not accept.
pub(super) fn revoked(server: &FakeServer) -> Value {
    let mut session = session(server, 3600);
    let expiry = Timestamp::now().as_second() + 3600;
    session["access_token"] = access_token(&json!({"tenantName": "acme", "exp": expiry})).into();
    session
}

#[test]
fn rejected_session_is_refreshed() {
    let server = FakeServer::start();
    let program = list(&server, &revoked(&server));
    snapshot!(&program, @r#"
    exit: 0
    --- stderr
    You have no tokens. Run `tfy-tokens create my-token --expires 90d` to create one.
    --- requests
    GET /min-cli-version 200
    GET /personal-access-tokens?limit=100&offset=0 401
    POST /oauth2/token 201 {"grantType":"refresh_token","refreshToken":"[KEY]","returnJWT":true,"tenantName":"acme"}
    GET /personal-access-tokens?limit=100&offset=0 200
    "#);
    assert_eq!(stored(&program)["refresh_token"], server.refresh_token());
}

#[test]
fn session_of_auth_server_is_refreshed_there() {
    let server = FakeServer::start();
    server.rules(|rules| rules.auth_server = true);
    let program = list(&server, &session(&server, 5));
    snapshot!(&program, @r#"
    exit: 0
    --- stderr
    You have no tokens. Run `tfy-tokens create my-token --expires 90d` to create one.
    --- requests
    GET /min-cli-version 200
    GET /tenant-id?hostName=127.0.0.1%3A[PORT] 200
    POST /auth/api/v1/oauth/token/refresh 201 {"refreshToken":"[KEY]","tenantName":"acme"}
    GET /personal-access-tokens?limit=100&offset=0 200
    "#);
    assert_refreshed(&server, 1, &program);
}

#[test]
fn session_stored_by_other_program_is_used() {
    for is_refreshable in [true, false] {
        let server = FakeServer::start();
        let mut old = revoked(&server);
        if !is_refreshable {
            old["refresh_token"] = Value::Null;
        }
        let program = list(&server, &old);
        let (file, new) = (path(&program), session(&server, 3600).to_string());
        server.before_each(move |number, _, _| {
            if number == 1 {
                std::fs::write(&file, &new).unwrap();
            }
        });
        program.run().exits(0);
        let calls: Vec<_> = server.requests().iter().map(|request| request.call).collect();
        assert_eq!(calls, [Call::List, Call::List]);
    }
}

#[test]
fn second_rejection_is_final() {
    let server = FakeServer::start();
    server.rules(|rules| rules.reject_key = true);
    let program = list(&server, &session(&server, 3600));
    snapshot!(&program, @r#"
    exit: 3
    --- stderr
    error: the API key from [HOME]/.truefoundry/credentials.json was rejected: it is invalid, expired or deleted
      server message: Unauthorized
    hint: run `tfy-tokens login [SERVER]`
    --- requests
    GET /min-cli-version 200
    GET /personal-access-tokens?limit=100&offset=0 401
    POST /oauth2/token 201 {"grantType":"refresh_token","refreshToken":"[KEY]","returnJWT":true,"tenantName":"acme"}
    GET /personal-access-tokens?limit=100&offset=0 401
    "#);
    assert_eq!(stored(&program)["refresh_token"], server.refresh_token());
}

#[test]
fn rejected_creation_is_sent_again() {
    let server = FakeServer::start();
    let program = with_session("create ci-81", &server, &revoked(&server));
    snapshot!(program.delivers_value(), @r#"
    exit: 0
    --- stdout
    [VALUE]
    --- stderr
    Creating token ci-81 on [SERVER]; never expires
    The token never expires. To limit it, pass an expiry such as --expires 90d.
    warning: Save this token NOW — it will not be shown again.
    --- requests
    POST /personal-access-tokens 401 {"name":"ci-81"}
    GET /min-cli-version 200
    POST /oauth2/token 201 {"grantType":"refresh_token","refreshToken":"[KEY]","returnJWT":true,"tenantName":"acme"}
    POST /personal-access-tokens 201 {"name":"ci-81"}
    "#);
    assert_eq!(server.names(), "ci-81");
}

#[test]
fn key_of_environment_is_not_replaced() {
    let server = FakeServer::start();
    let program = list(&server, &session(&server, 3600)).env("TFY_BASE_URL", server.url());
    program.env("TFY_API_KEY", "tfy_key_SENTINEL").run().exits(3);
    assert_eq!(server.requests().len(), 1);
}
