//! The token: its name and expiry, a value that is lost, and the deletion.

use jiff::{SignedDuration, Timestamp};
use regex::Regex;
use serde_json::json;
use wiremock::ResponseTemplate;

use super::script;
use crate::support::servers::{RawServer, Script, http_response};
use crate::support::{Call, FakeServer, Fault, Program, cases, snapshot};

#[test]
fn name_contains_command() {
    let server = FakeServer::start();
    server.program("run /bin/true").run().exits(0);
    server.program("run --type jwt --team data --account acme --expires 1h true").run().exits(0);
    let pattern = Regex::new("^run-true-[0-9a-z]{8}$").unwrap();
    let [plain, full] = [0, 1].map(|index| server.calls(Call::Create)[index].json());
    for body in [&plain, &full] {
        assert!(pattern.is_match(body["name"].as_str().unwrap()), "{body}");
    }
    assert_eq!(plain.as_object().unwrap().len(), 2);
    assert_eq!([&full["tokenType"], &full["teamName"], &full["accountName"]], ["jwt", "data", "acme"]);
}

#[test]
fn long_lifetime_is_warned_about() {
    let server = FakeServer::start();
    for case in cases(
        "--expires 24h    |
         --expires 30d    | warning: the token expires in 30 days; if it cannot be deleted, it stays valid until then
         --expires 30d -q |",
    ) {
        let [options, warning] = case.columns();
        let run = server.program("run").args(options).arg("true").run().exits(0);
        assert_eq!(run.stderr.trim_end(), warning, "{case:?}");
    }
}

#[test]
fn refused_creation_starts_no_command() {
    let server = FakeServer::with(&["job"]);
    let run = script(&server, "", "echo started").run().exits(5);
    assert_eq!((run.stdout.as_str(), server.names().as_str()), ("", "job"));
    server.sign_in_with_token("bot");
    assert_eq!(script(&server, "", "echo started").run().exits(3).stdout, "");
    let unreachable = Program::with_settings("http://127.0.0.1:1", "tfy_key_SENTINEL", "run --retries 0 echo started");
    assert_eq!(unreachable.run().exits(6).stdout, "");
}

#[test]
fn token_with_lost_value_is_deleted() {
    let server = FakeServer::start();
    server.add_fault(Fault::hang_up(Call::Create).after_applying());
    snapshot!(script(&server, "", "echo started"), @r#"
    exit: 7
    --- stderr
    error: the value of token `job` was not delivered; the token was deleted
      connection to [SERVER] was lost before the response was complete
      connection closed before message completed
    hint: try again later
    --- requests
    POST /personal-access-tokens no response {"expirationDate":"[now+1d]","name":"job"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=job 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    "#);
    server.answer_once(Call::Create, (201, json!({})));
    let run = script(&server, "", "echo started").run().exits(7);
    assert!(run.stderr.contains("; no token with this name exists yet\n"), "{}", run.stderr);
}

#[test]
fn older_token_is_kept_if_value_is_lost() {
    let server = FakeServer::with(&["job"]);
    server.answer_once(Call::Create, 502);
    let run = script(&server, "", "echo started").run().exits(7);
    assert!(run.stderr.contains("it may be an older one"), "{}", run.stderr);
    assert_eq!(server.names(), "job");
}

#[test]
fn failed_deletion_keeps_exit_code() {
    let server = FakeServer::start();
    server.answer_always(Call::Delete, 503);
    snapshot!(script(&server, "-q --retries 0", "exit 7"), @r#"
    exit: 7
    --- stderr
    warning: could not delete token `job`, which expires at [now+1d]: the server is unavailable (HTTP 503); the token may have been deleted
    --- requests
    POST /personal-access-tokens 201 {"expirationDate":"[now+1d]","name":"job"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=job 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 503
    "#);
    let run = script(&server, "--retries 0 -o json --name other", "exit 7").run().exits(7);
    assert!(run.stderr.starts_with("warning: could not delete token `other`, which expires at "), "{}", run.stderr);
}

#[test]
fn deleted_token_is_no_failure() {
    for is_looked_up in [true, false] {
        let server = FakeServer::start();
        if !is_looked_up {
            server.answer_once(Call::List, 500);
        }
        server.before_each(|_, request, account| {
            if request.call == Call::Delete {
                account.remove("job");
            }
        });
        assert_eq!(script(&server, "--retries 0", "exit 7").run().exits(7).stderr, "");
        assert_eq!(server.calls(Call::List).len(), if is_looked_up { 1 } else { 2 });
    }
    let server = FakeServer::start();
    server.answer_always(Call::List, (200, json!({"data": []})));
    assert_eq!(script(&server, "", "exit 7").run().exits(7).stderr, "");
}

#[test]
fn token_that_is_listed_late_is_deleted() {
    let server = FakeServer::start();
    for _ in 0..2 {
        server.answer_once(Call::List, (200, json!({"data": []})));
    }
    script(&server, "", "true").run().exits(0);
    assert_eq!((server.names().as_str(), server.calls(Call::List).len()), ("", 3));
}

#[test]
fn failed_lookup_is_repeated() {
    let server = FakeServer::start();
    server.answer_once(Call::List, ResponseTemplate::new(500));
    assert_eq!(script(&server, "--retries 0", "true").run().exits(0).stderr, "");
    assert_eq!((server.names().as_str(), server.calls(Call::List).len()), ("", 2));
}

/// A shell script with a login session that ends in `seconds`.
fn with_session(server: &FakeServer, seconds: i64, code: &str) -> Program {
    let expiry = Timestamp::now() + SignedDuration::from_secs(seconds);
    let session = json!({
        "access_token": server.user_key(expiry),
        "refresh_token": server.refresh_token(),
        "host": server.url(),
    });
    let program = Program::new("run --name job -- sh -c").arg(code);
    program.home_file(".truefoundry/credentials.json", session.to_string()).observing(server)
}

/// The command ends when the session must be refreshed: 120 s before its end.
fn outlive_session(server: &FakeServer) -> Program {
    with_session(server, 121, "sleep 2; exit 7")
}

#[test]
fn rejected_session_is_refreshed_for_deletion() {
    let server = FakeServer::start();
    server.answer_once(Call::Delete, 401);
    assert_eq!(with_session(&server, 3600, "exit 7").run().exits(7).stderr, "");
    assert_eq!((server.names().as_str(), server.calls(Call::Refresh).len()), ("", 1));
}

#[test]
fn deletion_uses_settings_of_creation() {
    let server = FakeServer::start();
    let settings = format!("TFY_BASE_URL={}\nTFY_API_KEY={}\n", server.url(), server.key());
    let program = Program::new("run -q --name job -- sh -c").arg("echo TFY_BASE_URL=http://127.0.0.1:1 >.env; exit 7");
    assert_eq!(program.cwd_file(".env", settings).secret(&server.key()).run().exits(7).stderr, "");
    assert_eq!(server.names(), "");
}

#[test]
fn session_is_refreshed_before_deletion() {
    let server = FakeServer::start();
    snapshot!(outlive_session(&server), @r#"
    exit: 7
    --- requests
    POST /personal-access-tokens 201 {"expirationDate":"[now+1d]","name":"job"}
    GET /min-cli-version 200
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=job 200
    POST /oauth2/token 201 {"grantType":"refresh_token","refreshToken":"[KEY]","returnJWT":true,"tenantName":"acme"}
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    "#);
}

#[test]
fn ended_session_is_reported_with_expiry() {
    let server = FakeServer::start();
    server.answer_always(Call::Refresh, 401);
    server.answer_always(Call::Delete, 401);
    snapshot!(outlive_session(&server), @r#"
    exit: 7
    --- stderr
    warning: cannot refresh the login session, which expires soon; cannot use the login session in [HOME]/.truefoundry/credentials.json: the session has ended
    warning: could not delete token `job`, which expires at [now+1d]: cannot use the login session in [HOME]/.truefoundry/credentials.json: the session has ended
    --- requests
    POST /personal-access-tokens 201 {"expirationDate":"[now+1d]","name":"job"}
    GET /min-cli-version 200
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=job 200
    POST /oauth2/token 401 {"grantType":"refresh_token","refreshToken":"[KEY]","returnJWT":true,"tenantName":"acme"}
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 401
    GET /min-cli-version 200
    POST /oauth2/token 401 {"grantType":"refresh_token","refreshToken":"[KEY]","returnJWT":true,"tenantName":"acme"}
    "#);
}

#[test]
fn wrong_local_clock_is_warned_about() {
    let date = httpdate::fmt_http_date(std::time::SystemTime::now() + std::time::Duration::from_hours(48));
    let answer = |status, body| Script::Answer(http_response(status, &[("Date", &date)], body));
    let created = answer(201, r#"{"token":"tfy_value_SENTINEL_x"}"#);
    let listed = answer(200, r#"{"data":[{"id":"a1","name":"job"}],"pagination":{"total":1}}"#);
    let server = RawServer::answering(vec![created, listed, answer(200, "{}")]);
    let run = server.program("run --name job true").run().exits(0);
    assert_eq!(
        run.stderr,
        "warning: the clock of this machine is wrong; by the server's clock, the expiry of the token is 1 day ago\n"
    );
}
