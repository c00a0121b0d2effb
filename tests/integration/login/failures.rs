//! A login that fails says why and stores nothing.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{assert_nothing_stored, assert_stored, login};
use crate::support::{Call, FakeServer, Fault, Program, cases, snapshot};

#[test]
fn invalid_host_is_refused_without_echo() {
    for case in cases(
        "http://acme.test               | http:// would send the login session to acme.test unencrypted; use https://
         ftp://acme.test                | it must begin with https:// (or http:// for this machine)
         https://ada:pass_SENTINEL@x    | it contains a user name or password; remove the part before the @
         tfy_key_SENTINEL               | it looks like an API key, which belongs in TFY_API_KEY; use https://YOUR-TENANT.truefoundry.cloud",
    ) {
        let [host, reason] = case.columns();
        let program = Program::new("login").arg(host).env("TFY_ALLOW_HTTP", "1");
        let run = program.run().exits(2);
        assert_eq!(run.stderr, format!("error: invalid HOST: {reason}\n"));
        assert_nothing_stored(&program);
    }
}

#[test]
fn missing_host_is_a_usage_error() {
    snapshot!(Program::new("login"), @"
    exit: 2
    --- stderr
    error: the HOST argument is required when not running interactively
    hint: run `tfy-tokens login https://YOUR-TENANT.truefoundry.cloud`
    ");
}

#[test]
fn unknown_tenant_is_reported() {
    let server = FakeServer::start();
    server.answer_always(Call::TenantId, (404, json!({"statusCode": 404, "message": "Tenant not found"})));
    let program = login(&server, "");
    snapshot!(&program, @"
    exit: 4
    --- stderr
    error: no TrueFoundry tenant has the address [SERVER]
    hint: use the address that your browser shows for the TrueFoundry website
    --- requests
    GET /min-cli-version 200
    GET /tenant-id?hostName=127.0.0.1%3A[PORT] 404
    ");
    assert_nothing_stored(&program);
}

#[test]
fn other_website_is_recognized() {
    let html = ResponseTemplate::new(200).set_body_raw("<html>key_SENTINEL</html>", "text/html");
    for (call, answer) in [
        (Call::ServerConfig, html.clone()),
        (Call::ServerConfig, ResponseTemplate::new(404)),
        (Call::TenantId, html.clone()),
        (Call::DeviceCode, html.clone()),
        (Call::Poll, html),
    ] {
        let server = FakeServer::start();
        server.answer_always(call, answer);
        let program = login(&server, "");
        let run = program.run().exits(1);
        let is_clear = ["an HTML page", "the server does not have this API (HTTP 404)"];
        assert!(is_clear.iter().any(|text| run.stderr.contains(text)), "{}", run.snapshot());
        assert_nothing_stored(&program);
    }
}

#[test]
fn refused_code_ends_login() {
    for status in [400, 401, 403, 410] {
        let server = FakeServer::start();
        server.answer_once(Call::Poll, (status, json!({"message": "access_denied\u{1b}[2J"})));
        let program = login(&server, "");
        let run = program.run().exits(3);
        let error =
            "error: the login was denied, or the code has expired\n  server message: access_denied\u{fffd}[2J\n";
        assert!(run.stderr.ends_with(error), "{}", run.snapshot());
        assert_nothing_stored(&program);
    }
}

#[test]
fn code_expires() {
    let server = FakeServer::start();
    server.rules(|rules| {
        rules.polls = usize::MAX;
        rules.device_code = json!({"expiresInSeconds": 1, "intervalInSeconds": 3600});
    });
    let program = login(&server, "");
    snapshot!(&program, @r#"
    exit: 3
    --- stderr
    To log in, open this page in a browser: [SERVER]/authorize/device?userCode=WDJB-MJHT
    Make sure that the page shows this code: WDJB-MJHT (valid for 1 s)
    error: the code has expired before the login was confirmed
    hint: run the command again
    --- requests
    GET /min-cli-version 200
    GET /tenant-id?hostName=127.0.0.1%3A[PORT] 200
    POST /oauth2/device-authorize 201 {"tenantName":"acme"}
    POST /oauth2/token 202 {"deviceCode":"[KEY]","grantType":"device_code","returnJWT":true,"tenantName":"acme"}
    "#);
    assert_nothing_stored(&program);
}

#[test]
fn polling_survives_lost_connection() {
    let server = FakeServer::start();
    server.add_fault(Fault::hang_up(Call::Poll));
    let program = login(&server, "--retries 0");
    program.run().exits(0);
    assert_eq!(server.calls(Call::Poll).len(), 2);
    assert_stored(&program, &server);
}

#[test]
fn unsafe_address_is_not_used() {
    let is_refused = |change: &dyn Fn(&mut Value, &mut Option<String>), message: &str| {
        let server = FakeServer::start();
        server.rules(|rules| change(&mut rules.device_code, &mut rules.auth_server_url));
        server.rules(|rules| rules.auth_server = rules.auth_server_url.is_some());
        let program = login(&server, "").env("TFY_ALLOW_HTTP", "1");
        let run = program.run().exits(1);
        assert!(run.stderr.contains(message), "{}", run.snapshot());
        assert_eq!(server.calls(Call::Poll).len(), 0);
        assert_nothing_stored(&program);
    };
    for page in [
        "http://id.acme.test",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://ada:x@id.test",
        "https://:x@id.test",
        "/x",
    ] {
        for name in ["verificationURI", "verificationURIComplete"] {
            let message = "the address of its login page is not an https:// URL";
            is_refused(&|code, _| *code = json!({ name: page }), message);
        }
    }
    for url in ["http://auth.acme.test", "ftp://auth.acme.test", "auth.acme.test", ""] {
        let message = "it names an auth server with an invalid address";
        is_refused(&|_, auth_server| *auth_server = Some(url.to_owned()), message);
    }
}

#[test]
fn hostile_code_is_shown_harmless() {
    let server = FakeServer::start();
    let code = format!("\u{1b}]0;x\u{7}{}", "A".repeat(100_000));
    server.rules(|rules| rules.device_code = json!({"userCode": code}));
    let run = login(&server, "").run().exits(0);
    assert!(run.stderr.contains("shows this code: \u{fffd}]0;x\u{fffd}AAAA"), "{}", run.snapshot());
}

#[test]
fn token_that_is_no_jwt_is_rejected() {
    let server = FakeServer::start();
    server.answer_once(Call::Poll, (201, json!({"accessToken": "key_SENTINEL_opaque", "refreshToken": "x"})));
    let program = login(&server, "");
    let run = program.run().exits(1);
    assert!(
        run.stderr.ends_with("it sent an access token that is not usable: it is not the JWT of a login session\n"),
        "{}",
        run.snapshot()
    );
    assert_nothing_stored(&program);
}
