//! What is wrong is the error; the screen still says what is known.

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{KEY, object, shown, sign_in, status};
use crate::support::platform::{Call, Platform};
use crate::support::program::Program;
use crate::support::servers::{NobodyThere, RawServer, Script};

/// Asserts the exit code, the whole of standard output and how standard error begins.
#[track_caller]
fn fails(program: Program, code: i32, screen: &str, error: &str) {
    let run = status(program).run().exits(code);
    assert_eq!(shown(&run.stdout), screen);
    assert!(run.stderr.starts_with(error), "{}", run.stderr);
}

#[test]
fn what_is_wrong_counts_though_nobody_reads_the_rest() {
    let run = status(Program::bare()).stdout_reader_gone().run().exits(3);
    assert!(run.stderr.starts_with("error: not signed in"), "{}", run.stderr);
}

#[test]
fn without_settings_both_are_not_set_and_the_mend_is_told() {
    fails(
        Program::bare(),
        3,
        "Base URL      not set\nKey           not set\nPlatform      not asked",
        "error: not signed in: there is neither a base URL nor a key\n\
         hint: export TFY_BASE_URL=https://<tenant>.truefoundry.cloud and TFY_API_KEY=<your key>, \
         or run `tfy login --host https://<tenant>.truefoundry.cloud`\n",
    );
    let run = status(Program::bare()).args(["-o", "json"]).run().exits(3);
    assert_eq!(
        object(&run),
        json!({
            "baseUrl": null, "key": null, "passedOver": [], "warnings": [], "proxy": null, "signedInAs": null,
            "answered": false, "ok": false,
        })
    );
    let error: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(error["error"]["exitCode"], 3);
    assert_eq!(error["error"]["kind"], "not-signed-in");
}

#[test]
fn what_is_set_but_cannot_be_used_is_not_said_to_be_missing() {
    fails(
        Program::against("platform.test", KEY),
        2,
        "Base URL      cannot be used  (from TFY_BASE_URL)\n\
         Key           a personal access token  (from TFY_API_KEY)\n\
         Platform      not asked",
        "error: TFY_BASE_URL: it has no scheme: write https://platform.test\n",
    );
    fails(
        Program::against("http://127.0.0.1:1", ""),
        2,
        "Base URL      http://127.0.0.1:1  (from TFY_BASE_URL)\n\
         Key           cannot be used  (from TFY_API_KEY)\n\
         Platform      not asked",
        "error: TFY_API_KEY: it is set, but empty\n",
    );
    let run = status(Program::against("platform.test", ""))
        .args(["-o", "json"])
        .run()
        .exits(2);
    let object = object(&run);
    assert_eq!(object["baseUrl"], json!({"value": null, "from": "TFY_BASE_URL"}));
    assert_eq!(
        object["key"],
        json!({"from": "TFY_API_KEY", "usable": false, "personalAccessToken": false})
    );
}

#[test]
fn a_pair_that_is_refused_is_shown_with_both_places() {
    let platform = Platform::start();
    let program = Program::bare()
        .env("TFY_API_KEY", KEY)
        .write_cwd_file(".env", format!("TFY_HOST={}\n", platform.url()));
    fails(
        program,
        2,
        &format!(
            "Base URL      {}  (from TFY_HOST in .env)\n\
             Key           a personal access token  (from TFY_API_KEY)\n\
             Platform      not asked",
            platform.url()
        ),
        "error: the key from TFY_API_KEY is not sent to ",
    );
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn a_sign_in_for_another_host_is_shown_with_both_hosts() {
    let platform = Platform::start();
    let program = sign_in(
        Program::bare().env("TFY_HOST", platform.url()),
        "http://127.0.0.1:1",
        KEY,
    );
    let path = program.home().join(".truefoundry/credentials.json");
    fails(
        program,
        2,
        &format!(
            "Base URL      {}  (from TFY_HOST)\n\
             Key           a personal access token  (from {1})\n\
             Passed over   {1}: its base URL is not used: TFY_HOST comes first\n\
             Platform      not asked",
            platform.url(),
            path.display()
        ),
        &format!(
            "error: the key from {}, which is for http://127.0.0.1:1, is not sent to {}, which TFY_HOST names\n",
            path.display(),
            platform.url()
        ),
    );
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn a_key_that_is_not_accepted_was_answered() {
    let platform = Platform::start();
    platform.reject_key();
    let screen = format!(
        "Base URL      {}  (from TFY_BASE_URL)\n\
         Key           set  (from TFY_API_KEY)\n\
         Platform      answered in N ms",
        platform.url()
    );
    let error = "error: The key was not accepted: it is invalid, expired or deleted. It came from TFY_API_KEY.\n";
    fails(Program::against(platform.url(), platform.key()), 3, &screen, error);

    let nobody = ResponseTemplate::new(200).set_body_json(json!({"user": null}));
    platform.answer_once(Call::Session, nobody);
    fails(Program::against(platform.url(), platform.key()), 3, &screen, error);
}

#[test]
fn a_platform_that_is_not_reached_or_does_not_answer_is_told_as_such() {
    let nobody = NobodyThere::new();
    let silent = RawServer::answering(vec![Script::Silence]);
    let hanging_up = RawServer::answering(vec![Script::close()]);
    for (url, arguments, error) in [
        (nobody.url(), &[][..], format!("error: cannot reach {}\n", nobody.url())),
        (
            silent.url(),
            &["--timeout", "1s"],
            format!("error: {} did not answer within 1 s\n", silent.url()),
        ),
        (
            hanging_up.url(),
            &[],
            format!("error: the answer from {} did not arrive in full\n", hanging_up.url()),
        ),
    ] {
        let screen = format!(
            "Base URL      {url}  (from TFY_BASE_URL)\n\
             Key           a personal access token  (from TFY_API_KEY)\n\
             Platform      no answer"
        );
        fails(
            Program::against(url, KEY).args(arguments.iter().copied()),
            6,
            &screen,
            &error,
        );
    }
}

#[test]
fn a_platform_that_is_not_well_was_answered() {
    for (status, code) in [(500, 6), (503, 6), (404, 1), (403, 3)] {
        let server = RawServer::answering(vec![Script::json(status, "{}")]);
        let run = super::status(Program::against(server.url(), KEY)).run().exits(code);
        assert!(
            shown(&run.stdout).ends_with("\nPlatform      answered in N ms"),
            "{}",
            run.stdout
        );
    }
    let page = crate::support::servers::http_response(200, &[("Content-Type", "text/html")], "<html>sign in</html>");
    let server = RawServer::answering(vec![Script::Answer(page)]);
    let run = status(Program::against(server.url(), KEY)).run().exits(1);
    assert!(
        shown(&run.stdout).ends_with("\nPlatform      answered in N ms"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_session_that_is_over_is_told_and_the_platform_was_asked_no_more() {
    let platform = Platform::start();
    let stale = platform.user_key(jiff::Timestamp::now());
    let program = sign_in(Program::bare(), &platform.url(), &stale);
    let path = program.home().join(".truefoundry/credentials.json");
    fails(
        program,
        3,
        &format!(
            "Base URL      {0}  (from {1})\nKey           set  (from {1})\nPlatform      not asked",
            platform.url(),
            path.display()
        ),
        &format!(
            "error: the sign-in in {} cannot be used: the session is over",
            path.display()
        ),
    );
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn a_platform_that_is_not_reached_to_refresh_the_session_gave_no_answer() {
    let (platform, nobody) = (Platform::start(), NobodyThere::new());
    let content = json!({
        "access_token": platform.user_key(jiff::Timestamp::now()),
        "refresh_token": platform.refresh_token(),
        "host": nobody.url(),
    });
    let program = Program::bare().write_home_file(".truefoundry/credentials.json", content.to_string());
    let run = status(program).run().exits(6);
    assert!(run.stdout.ends_with("\nPlatform      no answer\n"), "{}", run.stdout);
    assert!(
        run.stderr
            .starts_with(&format!("error: cannot reach {}\n", nobody.url()))
    );
}
