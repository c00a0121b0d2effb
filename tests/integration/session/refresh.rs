//! A session that ends soon is refreshed before it is used.

use serde_json::{Value, json};

use super::{assert_refreshed, list, path, session, stored};
use crate::support::{Call, FakeServer, Program, snapshot};

#[test]
fn stale_session_is_refreshed_and_stored() {
    let server = FakeServer::start();
    let before = session(&server, 90);
    let program = list(&server, &before);
    snapshot!(&program, @r#"
    exit: 0
    --- stderr
    You have no tokens. Run `tfy-tokens create my-token --expires 90d` to create one.
    --- requests
    GET /min-cli-version 200
    POST /oauth2/token 201 {"grantType":"refresh_token","refreshToken":"[KEY]","returnJWT":true,"tenantName":"acme"}
    GET /personal-access-tokens?limit=100&offset=0 200
    "#);
    let refresh = &server.calls(Call::Refresh)[0];
    assert_eq!(refresh.json()["refreshToken"], before["refresh_token"]);
    assert_eq!(refresh.header("authorization"), None);
    assert_refreshed(&server, 1, &program);

    let mut after = stored(&program);
    assert_ne!(after["access_token"], before["access_token"]);
    assert_eq!(after["refresh_token"], server.refresh_token());
    for name in ["access_token", "refresh_token"] {
        after[name] = before[name].clone();
    }
    assert_eq!(after, before, "another field has changed");

    program.run().exits(0);
    assert_refreshed(&server, 1, &program);
}

#[test]
#[cfg(unix)]
fn refreshed_file_is_private() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let server = FakeServer::start();
    let program = list(&server, &session(&server, -3600));
    let file = path(&program);
    set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    program.run().exits(0);
    let entries = std::fs::read_dir(file.parent().unwrap()).unwrap().map(|entry| {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        format!("{:o} {}", mode, entry.file_name().to_str().unwrap())
    });
    let mut entries: Vec<_> = entries.collect();
    entries.sort();
    assert_eq!(entries, ["600 credentials.json", "600 credentials.json.lock"]);
}

#[test]
#[cfg(unix)]
fn symlink_is_kept() {
    let server = FakeServer::start();
    let program = list(&server, &session(&server, 5)).home_file("elsewhere/x", "");
    let target = program.home().join("elsewhere/session.json");
    std::fs::rename(path(&program), &target).unwrap();
    std::os::unix::fs::symlink(&target, path(&program)).unwrap();
    program.run().exits(0);
    assert!(path(&program).is_symlink());
    let after: Value = serde_json::from_slice(&std::fs::read(target).unwrap()).unwrap();
    assert_eq!(after["refresh_token"], server.refresh_token());
    assert_refreshed(&server, 1, &program);
}

#[test]
fn old_refresh_token_is_kept_without_successor() {
    let server = FakeServer::start();
    for response in [json!({"accessToken": server.key()}), json!({"accessToken": server.key(), "refreshToken": ""})] {
        let before = session(&server, 5);
        server.answer_once(Call::Refresh, (201, response));
        let program = list(&server, &before);
        program.run().exits(0);
        assert_eq!(stored(&program)["access_token"], server.key());
        assert_eq!(stored(&program)["refresh_token"], before["refresh_token"]);
    }
}

/// Stores another session when the server is asked to refresh the one of the program.
fn replace_during_refresh(server: &FakeServer, program: &Program, new: &Value) {
    let file = path(program);
    let (beside, new) = (file.with_file_name("new.json"), new.to_string());
    server.before_each(move |_, request, _| {
        if request.call == Call::Refresh {
            std::fs::write(&beside, &new).unwrap();
            std::fs::rename(&beside, &file).unwrap();
        }
    });
}

#[test]
fn replaced_session_is_not_used_until_expiry() {
    let (server, other) = (FakeServer::start(), FakeServer::start());
    let program = list(&server, &session(&server, 60));
    replace_during_refresh(&server, &program, &session(&other, 3600));
    program.run().exits(3);
    assert_eq!((server.calls(Call::List).len(), other.requests().len()), (0, 0));
}

#[test]
fn login_during_refresh_is_not_overwritten() {
    let (server, other) = (FakeServer::start(), FakeServer::start());
    let program = list(&server, &session(&server, -5));
    let new = session(&other, 3600);
    replace_during_refresh(&server, &program, &new);
    snapshot!(&program, @r#"
    exit: 3
    --- stderr
    error: cannot use the login session in [HOME]/.truefoundry/credentials.json: it was replaced by another login
    hint: try again
    --- requests
    GET /min-cli-version 200
    POST /oauth2/token 201 {"grantType":"refresh_token","refreshToken":"[KEY]","returnJWT":true,"tenantName":"acme"}
    "#);
    assert_eq!(stored(&program), new);
    assert_eq!(other.requests().len(), 0);
}

#[test]
fn unused_session_is_not_refreshed() {
    let server = FakeServer::start();
    let before = session(&server, 5);
    let program = list(&server, &before);
    let with_key = program.clone().env("TFY_BASE_URL", server.url());
    with_key.env("TFY_API_KEY", server.key()).run().exits(0);
    program.clone().args("--base-url http://127.0.0.1:1").run().exits(2);
    assert_eq!(server.calls(Call::Refresh).len(), 0);
    assert_eq!(stored(&program), before);
}
