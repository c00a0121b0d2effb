//! A session that cannot be refreshed: said, and the file left as it was, byte for byte.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{access_token, list, path, refused_unasked, session};
use crate::support::platform::{Call, Fault, Platform};
use crate::support::program::{Program, Run};

/// What is stored, with odd white space that no writing would keep.
fn odd(session: &Value) -> String {
    format!("\n{} \n\n", serde_json::to_string_pretty(session).unwrap())
}

/// Runs `list` on a stale session; the file stays as it was, and nothing is asked after the refresh.
#[track_caller]
fn not_refreshed(platform: &Platform, session: &Value, code: i32) -> (Run, Program) {
    let content = odd(session);
    let program = Program::bare()
        .write_home_file(super::FILE, &content)
        .args(["list", "--retries", "0"]);
    let modified = std::fs::metadata(path(&program)).unwrap().modified().unwrap();
    let run = program.run().exits(code);
    assert_eq!(run.stdout, "");
    assert_eq!(std::fs::read_to_string(path(&program)).unwrap(), content);
    assert_eq!(std::fs::metadata(path(&program)).unwrap().modified().unwrap(), modified);
    let calls: Vec<_> = platform.requests().iter().map(|request| request.call).collect();
    assert_eq!(calls, [Call::Refresh]);
    (run, program)
}

#[test]
fn fault_18_a_refused_refresh_says_to_sign_in_again() {
    let platform = Platform::start();
    let session = session(&platform, 5);
    platform.end_session();
    let (run, program) = not_refreshed(&platform, &session, 3);
    assert_eq!(
        run.stderr,
        format!(
            "error: the sign-in in {} cannot be used: \
             the session is over: the platform says: The refresh token is invalid or has expired\n\
             hint: run `tfy login --relogin --host {}`\n",
            path(&program).display(),
            platform.url()
        )
    );
}

#[test]
fn fault_18_every_refusal_of_the_request_means_that_the_session_is_over() {
    for status in [400, 401, 403, 404, 422] {
        let platform = Platform::start();
        platform.answer_once(Call::Refresh, ResponseTemplate::new(status));
        let (run, program) = not_refreshed(&platform, &session(&platform, 5), 3);
        assert_eq!(
            run.stderr,
            format!(
                "error: the sign-in in {} cannot be used: the session is over\n\
                 hint: run `tfy login --relogin --host {}`\n",
                path(&program).display(),
                platform.url()
            )
        );
    }
}

#[test]
fn fault_18_a_refusal_that_says_the_refresh_token_back_is_quoted_without_it() {
    for (status, code) in [(401, 3), (500, 6)] {
        let platform = Platform::start();
        let message = format!("unknown token {}", platform.refresh_token());
        let answer = ResponseTemplate::new(status).set_body_json(json!({"message": message}));
        platform.answer_once(Call::Refresh, answer);
        let (run, _) = not_refreshed(&platform, &session(&platform, 5), code);
        assert!(
            run.stderr.contains("the platform says: unknown token (hidden)\n"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn fault_18_a_platform_that_is_not_well_is_not_taken_for_the_end_of_the_session() {
    for status in [408, 429, 500, 502, 503, 504] {
        let platform = Platform::start();
        platform.answer_once(Call::Refresh, ResponseTemplate::new(status));
        let (run, program) = not_refreshed(&platform, &session(&platform, 5), 6);
        assert!(
            run.stderr
                .starts_with(&format!("error: the platform is too busy or failing (HTTP {status})\n"))
        );
        program.run().exits(0);
    }
    let platform = Platform::start();
    platform.inject(Fault::hang_up(Call::Refresh));
    not_refreshed(&platform, &session(&platform, 5), 6);
}

#[test]
fn fault_18_an_answer_that_is_no_session_changes_nothing_and_is_not_shown() {
    for body in [
        json!({}),
        json!(null),
        json!({"accessToken": null, "refreshToken": "refresh_SENTINEL"}),
        json!({"access_token": "key_SENTINEL"}),
    ] {
        let platform = Platform::start();
        platform.answer_once(Call::Refresh, ResponseTemplate::new(201).set_body_json(&body));
        let (run, _) = not_refreshed(&platform, &session(&platform, 5), 1);
        assert!(
            run.stderr.starts_with("error: the answer makes no sense: "),
            "{}",
            run.stderr
        );
    }
    for token in ["", "key_SENTINEL\nX: y"] {
        let platform = Platform::start();
        let body = json!({"accessToken": token, "refreshToken": "refresh_SENTINEL"});
        platform.answer_once(Call::Refresh, ResponseTemplate::new(201).set_body_json(&body));
        let (run, _) = not_refreshed(&platform, &session(&platform, 5), 3);
        assert!(
            run.stderr.contains("the platform's new access token is not a key: "),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn fault_18_a_redirect_gets_no_refresh_token() {
    let (platform, other) = (Platform::start(), Platform::start());
    let location = format!("{}/api/svc/v1/oauth2/token", other.url());
    let answer = ResponseTemplate::new(307).insert_header("location", location.as_str());
    platform.answer_once(Call::Refresh, answer);
    let (run, _) = not_refreshed(&platform, &session(&platform, 5), 1);
    assert!(
        run.stderr
            .ends_with(&format!("hint: set the base URL to {}\n", other.url()))
    );
    assert_eq!(other.requests().len(), 0);
}

#[test]
fn fault_18_a_stale_session_without_what_refreshes_it_says_to_sign_in_again() {
    let platform = Platform::start();
    let why = "the session is over, and nothing in it can refresh it";
    let again = format!("run `tfy login --relogin --host {}`", platform.url());
    for missing in [json!(null), json!("")] {
        let mut session = session(&platform, 0);
        session["refresh_token"] = missing;
        refused_unasked(&platform, &list(&session), why, &again);
    }
    let mut no_field = session(&platform, -60);
    no_field.as_object_mut().unwrap().remove("refresh_token");
    refused_unasked(&platform, &list(&no_field), why, &again);

    let mut no_tenant = session(&platform, 5);
    no_tenant["access_token"] = json!(access_token(&json!({"exp": 1})));
    refused_unasked(&platform, &list(&no_tenant), why, &again);
}

#[test]
fn a_session_that_nothing_can_refresh_is_used_until_its_end() {
    let platform = Platform::start();
    let mut session = session(&platform, 60);
    session["refresh_token"] = json!(null);
    list(&session).run().exits(0);
    let soon = jiff::Timestamp::now().as_second() + 60;
    let mut no_tenant = session.clone();
    no_tenant["refresh_token"] = json!(platform.refresh_token());
    no_tenant["access_token"] = json!(access_token(&json!({"exp": soon})));
    // Signed with a key that no platform accepts: it is asked, and nothing is refreshed before.
    list(&no_tenant).run().exits(3);
    let calls: Vec<_> = platform.requests().iter().map(|request| request.call).collect();
    assert_eq!(calls, [Call::List, Call::List]);
}

#[test]
fn fault_18_a_redirect_that_says_the_refresh_token_back_is_told_without_it() {
    let platform = Platform::start();
    let session = session(&platform, 5);
    let location = format!("https://evil.test/{}/x", platform.refresh_token());
    platform.answer_once(
        Call::Refresh,
        ResponseTemplate::new(302).insert_header("Location", location.as_str()),
    );
    let (run, _) = not_refreshed(&platform, &session, 1);
    assert!(
        run.stderr
            .contains("a redirect to https://evil.test/(hidden)/x (HTTP 302)"),
        "{}",
        run.stderr
    );
}
