//! The platform refuses: in which words, with which code.

use insta::assert_snapshot;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::create;
use crate::support::platform::{Call, GRACE, Platform, TokenSeed};

/// Standard error of a run that fails with this code, less what was said back first and the platform's port.
#[track_caller]
fn refused(platform: &Platform, arguments: &[&str], code: i32) -> String {
    let run = create(platform, arguments).run().exits(code);
    assert_eq!(run.stdout, "");
    let (said_back, error) = run.stderr.split_once('\n').unwrap();
    assert!(said_back.starts_with("Creating the token "), "{said_back}");
    assert_eq!(platform.calls(Call::List).len(), 0, "a refusal is not looked into");
    error.replace(&platform.url(), "[base URL]")
}

/// The error as the one line of JSON that it is.
#[track_caller]
fn refused_in_json(platform: &Platform, arguments: &[&str], code: i32) -> Value {
    let run = create(platform, arguments).args(["-o", "json"]).run().exits(code);
    assert_eq!((run.stdout.as_str(), run.stderr.matches('\n').count()), ("", 1));
    let document: Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(document["error"]["exitCode"], code);
    document["error"].clone()
}

#[test]
fn a_request_that_is_wrong_is_refused_with_each_of_the_platforms_reasons() {
    let platform = Platform::start();
    platform.max_token_age(90);
    assert_snapshot!(refused(&platform, &["ci-run-81"], 1), @r"
    error: the platform refused this (HTTP 400)
      the platform says: expirationDate is required: tokens of this tenant live at most 90 days
    ");
    let reasons = json!({"statusCode": 400, "message": ["name is reserved", "teamName is unknown"]});
    platform.answer_once(Call::Create, ResponseTemplate::new(400).set_body_json(reasons));
    assert_snapshot!(refused(&platform, &["ci-run-81"], 1), @r"
    error: the platform refused this (HTTP 400)
      the platform says: name is reserved; teamName is unknown
    ");
    let error = refused_in_json(&platform, &["ci-run-81"], 1);
    assert_eq!((&error["kind"], &error["status"]), (&json!("failed"), &json!(400)));
    assert_eq!(platform.calls(Call::Create).len(), 3);
    assert_eq!(platform.requests().len(), 3);
}

#[test]
fn a_key_that_is_not_accepted_is_named_by_where_it_came_from() {
    let platform = Platform::start();
    platform.reject_key();
    assert_snapshot!(refused(&platform, &["ci-run-81"], 3), @r"
    error: The key was not accepted: it is invalid, expired or deleted. It came from TFY_API_KEY.
      the platform says: Unauthorized
    hint: set another key there, or run `tfy login --host [base URL]` and unset TFY_API_KEY, which comes first
    ");
}

#[test]
fn a_key_that_may_not_is_told_so() {
    let platform = Platform::start();
    platform.forbid();
    assert_snapshot!(refused(&platform, &["ci-run-81"], 3), @r"
    error: Cannot manage access tokens. Check your API key permissions.
      the platform says: You are not allowed to manage personal access tokens
    ");
    let error = refused_in_json(&platform, &["ci-run-81"], 3);
    assert_eq!((&error["kind"], &error["status"]), (&json!("forbidden"), &json!(403)));
    platform.no_admin();
    assert_eq!(
        refused_in_json(&platform, &["abc", "--for-user", GRACE], 3)["kind"],
        "forbidden"
    );
}

#[test]
fn a_token_that_may_not_create_another_is_told_what_may() {
    let platform = Platform::start();
    platform.sign_in_with_token(TokenSeed::named("laptop"));
    let told = refused(&platform, &["ci-run-81"], 3);
    assert_snapshot!(told, @r"
    error: Cannot manage access tokens. Check your API key permissions: a personal access token may not create another: sign in (`tfy login`) or use the web page
      the platform says: Personal access tokens cannot be created while authenticated with a personal access token
    hint: run `tfy login --host [base URL]` and unset TFY_API_KEY, which comes first
    ");
    assert_eq!(refused(&platform, &["ci-run-81", "--for-user", GRACE], 3), told);
    let error = refused_in_json(&platform, &["ci-run-81"], 3);
    let hint = format!(
        "run `tfy login --host {}` and unset TFY_API_KEY, which comes first",
        platform.url()
    );
    assert_eq!(error["hint"], hint);
}

#[test]
fn a_user_that_does_not_exist_is_told_by_address() {
    let platform = Platform::start();
    let arguments = ["abc", "--for-user", "none@acme.test"];
    assert_snapshot!(refused(&platform, &arguments, 4), @r"
    error: there is no user none@acme.test
      the platform says: User none@acme.test not found
    ");
    let error = refused_in_json(&platform, &arguments, 4);
    assert_eq!((&error["kind"], &error["status"]), (&json!("not-found"), &json!(404)));
}

#[test]
fn a_name_that_is_taken_is_told_so_and_the_other_token_lives() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("ci-pipeline"));
    assert_snapshot!(refused(&platform, &["ci-pipeline"], 5), @r"
    error: A token with this name already exists. Use a different name.
      the platform says: Personal access token with name ci-pipeline already exists
    ");
    let error = refused_in_json(&platform, &["ci-pipeline"], 5);
    assert_eq!((&error["kind"], &error["status"]), (&json!("name-taken"), &json!(409)));
    assert_eq!(platform.tokens().len(), 1);
    platform.add(TokenSeed::named("hers").owner(GRACE));
    refused(&platform, &["hers", "--for-user", GRACE], 5);
}

#[test]
fn what_is_asked_for_is_said_back_before_the_platform_answers() {
    let platform = Platform::start();
    platform.forbid();
    let run = create(&platform, &["ci-run-81", "--expires", "2098-12-31", "--type", "jwt"])
        .run()
        .exits(3);
    let lines: Vec<_> = run.stderr.lines().collect();
    assert!(lines[0].starts_with("Creating the token ci-run-81, of type jwt, which expires at 2098-12-31T23:59:59Z"));
    assert!(lines[1].starts_with("error: "));
}
