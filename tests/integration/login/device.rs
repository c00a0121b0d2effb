//! Login with a code that the user confirms in a browser.

use serde_json::json;

use super::{assert_stored, login};
use crate::support::{Call, FakeServer, Program, snapshot};

#[test]
fn control_plane_issues_session() {
    let server = FakeServer::start();
    server.rules(|rules| rules.polls = 1);
    let program = login(&server, "");
    snapshot!(&program, @r#"
    exit: 0
    --- stdout
    Signed in to [SERVER] as ada@acme.test (tenant acme), until [now+30d].
    --- stderr
    To log in, open this page in a browser: [SERVER]/authorize/device?userCode=WDJB-MJHT
    Make sure that the page shows this code: WDJB-MJHT (valid for 60 s)
    --- requests
    GET /min-cli-version 200
    GET /tenant-id?hostName=127.0.0.1%3A[PORT] 200
    POST /oauth2/device-authorize 201 {"tenantName":"acme"}
    POST /oauth2/token 202 {"deviceCode":"[KEY]","grantType":"device_code","returnJWT":true,"tenantName":"acme"}
    POST /oauth2/token 201 {"deviceCode":"[KEY]","grantType":"device_code","returnJWT":true,"tenantName":"acme"}
    "#);
    assert_stored(&program, &server);
}

#[test]
fn auth_server_issues_session() {
    let server = FakeServer::start();
    server.rules(|rules| {
        rules.auth_server = true;
        // These fields of an auth server are known to be wrong.
        rules.device_code = json!({
            "verificationURI": "https://wrong.test", "verificationURIComplete": "https://wrong.test/x",
            "expiresInSeconds": 0, "intervalInSeconds": 3600, "message": "wrong",
        });
    });
    let program = login(&server, "");
    snapshot!(&program, @r#"
    exit: 0
    --- stdout
    Signed in to [SERVER] as ada@acme.test (tenant acme), until [now+30d].
    --- stderr
    To log in, open this page in a browser: [SERVER]/authorize/device?userCode=WDJB-MJHT
    Make sure that the page shows this code: WDJB-MJHT (valid for 60 s)
    --- requests
    GET /min-cli-version 200
    GET /tenant-id?hostName=127.0.0.1%3A[PORT] 200
    POST /auth/api/v1/oauth/device 201 {"tenantName":"acme"}
    POST /auth/api/v1/oauth/device/token 201 {"deviceCode":"[KEY]","tenantName":"acme"}
    "#);
    assert_stored(&program, &server);
}

#[test]
fn page_of_server_is_shown() {
    for (pages, shown) in [
        (
            json!({"verificationURI": "https://id.acme.test/device", "verificationURIComplete": ""}),
            "page in a browser: https://id.acme.test/device\nType this code on the page: WDJB-MJHT (valid for 60 s)\n",
        ),
        (
            json!({"verificationURI": "https://id.acme.test/x", "verificationURIComplete": "https://id.acme.test/y?c=1"}),
            "page in a browser: https://id.acme.test/y?c=1\nMake sure that the page shows this code: WDJB-MJHT (valid for 60 s)\n",
        ),
    ] {
        let server = FakeServer::start();
        server.rules(|rules| rules.device_code = pages);
        let run = login(&server, "-q").run().exits(0);
        assert!(run.stderr.ends_with(shown), "{}", run.snapshot());
    }
}

#[test]
fn host_needs_no_scheme() {
    let server = FakeServer::start();
    let host = server.url().replace("http://", "");
    let run = Program::new("login --retries 0").arg(&host).run().exits(6);
    assert!(run.stderr.starts_with(&format!("error: cannot connect to https://{host}\n")), "{}", run.snapshot());
}

#[test]
fn base_url_of_settings_is_used() {
    let server = FakeServer::start();
    let program = Program::new("login").env("TFY_HOST", format!("{}/team/x/", server.url())).observing(&server);
    snapshot!(&program, @r#"
    exit: 0
    --- stdout
    Signed in to [SERVER]/team/x as ada@acme.test (tenant acme), until [now+30d].
    --- stderr
    Logging in to [SERVER]/team/x (set by TFY_HOST)
    To log in, open this page in a browser: [SERVER]/team/x/authorize/device?userCode=WDJB-MJHT
    Make sure that the page shows this code: WDJB-MJHT (valid for 60 s)
    --- requests
    GET /team/x/min-cli-version 200
    GET /team/x/tenant-id?hostName=127.0.0.1%3A[PORT] 200
    POST /team/x/oauth2/device-authorize 201 {"tenantName":"acme"}
    POST /team/x/oauth2/token 201 {"deviceCode":"[KEY]","grantType":"device_code","returnJWT":true,"tenantName":"acme"}
    "#);
}

#[test]
fn json_describes_session() {
    let server = FakeServer::start();
    snapshot!(login(&server, "-o json"), @r#"
    exit: 0
    --- stdout
    {"host":"[SERVER]","who":"ada@acme.test","tenant":"acme","expiresAt":"[now+30d]"}
    --- stderr
    To log in, open this page in a browser: [SERVER]/authorize/device?userCode=WDJB-MJHT
    Make sure that the page shows this code: WDJB-MJHT (valid for 60 s)
    --- requests
    GET /min-cli-version 200
    GET /tenant-id?hostName=127.0.0.1%3A[PORT] 200
    POST /oauth2/device-authorize 201 {"tenantName":"acme"}
    POST /oauth2/token 201 {"deviceCode":"[KEY]","grantType":"device_code","returnJWT":true,"tenantName":"acme"}
    "#);
}

#[test]
fn setting_that_overrides_login_is_noted() {
    let server = FakeServer::start();
    for (name, value) in [("TFY_API_KEY", "tfy_key_SENTINEL"), ("TFY_HOST", "https://acme.test")] {
        let run = login(&server, "").env(name, value).run().exits(0);
        let warning = format!("warning: {name} takes precedence over this login; unset {name} to use the login\n");
        assert!(run.stderr.ends_with(&warning), "{}", run.snapshot());
    }
    assert!(server.requests().iter().all(|request| request.header("authorization").is_none()));
    assert_eq!(server.calls(Call::Poll).len(), 2);
}
