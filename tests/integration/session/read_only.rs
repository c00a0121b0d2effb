//! A session in a place that cannot be written or read.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;

use super::{list, path, session, stored};
use crate::support::{FakeServer, snapshot};

#[test]
fn refreshed_session_is_used_with_warning() {
    let server = FakeServer::start();
    let before = session(&server, -5);
    let program = list(&server, &before).unprivileged("refreshed_session_is_used_with_warning");
    let Some(program) = program else { return };
    set_permissions(path(&program), Permissions::from_mode(0o400)).unwrap();
    set_permissions(path(&program).parent().unwrap(), Permissions::from_mode(0o500)).unwrap();
    snapshot!(&program, @r#"
    exit: 0
    --- stderr
    warning: cannot store the refreshed login session in [HOME]/.truefoundry/credentials.json: Permission denied (os error 13); log in again when it has expired
    You have no tokens. Run `tfy-tokens create my-token --expires 90d` to create one.
    --- requests
    GET /min-cli-version 200
    POST /oauth2/token 201 {"grantType":"refresh_token","refreshToken":"[KEY]","returnJWT":true,"tenantName":"acme"}
    GET /personal-access-tokens?limit=100&offset=0 200
    "#);
    assert_eq!(stored(&program), before);
}

#[test]
fn file_is_overwritten_in_read_only_directory() {
    let server = FakeServer::start();
    let program = list(&server, &session(&server, 5)).unprivileged("file_is_overwritten_in_read_only_directory");
    let Some(program) = program else { return };
    set_permissions(path(&program).parent().unwrap(), Permissions::from_mode(0o500)).unwrap();
    program.run().exits(0);
    assert_eq!(stored(&program)["refresh_token"], server.refresh_token());
}

#[test]
fn unrefreshable_session_needs_no_lock() {
    let server = FakeServer::start();
    let mut before = session(&server, -5);
    before["refresh_token"] = serde_json::Value::Null;
    let Some(program) = list(&server, &before).unprivileged("unrefreshable_session_needs_no_lock") else { return };
    set_permissions(path(&program).parent().unwrap(), Permissions::from_mode(0o500)).unwrap();
    snapshot!(&program, @"
    exit: 3
    --- stderr
    error: cannot use the login session in [HOME]/.truefoundry/credentials.json: the session has ended and cannot be refreshed
    hint: run `tfy-tokens login [SERVER]`
    ");
}

#[test]
fn home_of_other_user_is_no_session() {
    let server = FakeServer::start();
    let Some(program) = list(&server, &session(&server, 5)).unprivileged("home_of_other_user_is_no_session") else {
        return;
    };
    set_permissions(path(&program).parent().unwrap(), Permissions::from_mode(0o000)).unwrap();
    snapshot!(&program, @"
    exit: 3
    --- stderr
    error: not logged in: base URL and API key are not set
    hint: run `tfy-tokens login https://YOUR-TENANT.truefoundry.cloud` with the address that your browser shows for TrueFoundry, or set TFY_BASE_URL to it and TFY_API_KEY to a key from its page Access → Personal Access Tokens
    ");
    set_permissions(path(&program).parent().unwrap(), Permissions::from_mode(0o700)).unwrap();
}
