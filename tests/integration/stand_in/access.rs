//! Who is let in, where, and to what.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{SESSION, TOKENS, ask, ask_with, create, delete};
use crate::support::platform::{Call, Platform, TokenSeed};

#[test]
fn only_keys_that_are_good_are_let_in() {
    let platform = Platform::start();
    let now = Timestamp::now();
    let (good, expired) = (
        platform.user_key(now + SignedDuration::from_mins(1)),
        platform.user_key(now - SignedDuration::from_mins(1)),
    );
    let status = |key: &str, path: &str| ask_with(key, &platform, "GET", path, None).0;
    assert_eq!(status(&good, SESSION), 200);
    assert_eq!(status(&expired, SESSION), 401);
    assert_eq!(status("", SESSION), 401);
    platform.forbid();
    assert_eq!((status(&good, SESSION), status(&good, TOKENS)), (200, 403));
    platform.reject_key();
    assert_eq!((status(&good, SESSION), status(&good, TOKENS)), (401, 401));
}

#[test]
fn a_refresh_token_is_good_once_and_only_while_the_session_lasts() {
    let platform = Platform::start();
    let refresh = |token: &str| {
        let body = json!({
            "tenantName": "acme", "refreshToken": token, "grantType": "refresh_token", "returnJWT": true,
        });
        ask(&platform, "POST", "/api/svc/v1/oauth2/token", Some(&body))
    };
    let first = platform.refresh_token();
    let (status, answer) = refresh(&first);
    assert_eq!(status, 201);
    assert_eq!(answer["refreshToken"], platform.refresh_token());
    let access = answer["accessToken"].as_str().unwrap();
    assert_eq!(ask_with(access, &platform, "GET", SESSION, None).0, 200);
    assert_eq!(refresh(&first).0, 401);
    let second = platform.refresh_token();
    platform.end_session();
    assert_eq!(refresh(&second).0, 401);
}

#[test]
fn an_id_is_one_segment_and_paths_outside_the_contract_are_refused() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("kept"));
    for id in ["revoke%2Fall", "..", "%2e%2e", "", "a/b", "a%3Fb"] {
        assert_eq!(delete(&platform, id), 404, "{id}");
    }
    assert_eq!(platform.calls(Call::RevokeAll).len(), 0);
    assert_eq!(platform.calls(Call::Delete)[0].segment, "revoke/all");
    assert_eq!(ask(&platform, "PUT", TOKENS, None).0, 404);
    assert_eq!(platform.tokens().len(), 1);
}

#[test]
fn it_answers_below_a_prefix_and_keeps_what_it_saw() {
    let platform = Platform::start();
    let path = format!("/team/x{TOKENS}?nameSearchQuery=a%20b");
    assert_eq!(ask(&platform, "GET", &path, None).0, 404);
    assert!(platform.url_with_prefix("/team/x").ends_with("/team/x"));
    assert_eq!(ask(&platform, "GET", &path, None).0, 200);
    create(&platform, &json!({"name": "abc"}));
    let [_, listed, created] = &platform.requests()[..] else {
        panic!("three requests were sent")
    };
    assert_eq!((listed.method.as_str(), listed.call), ("GET", Call::List));
    assert_eq!(listed.path, format!("/team/x{TOKENS}"));
    assert_eq!(listed.parameter("nameSearchQuery"), Some("a b"));
    assert_eq!(
        listed.header("authorization"),
        Some(&*format!("Bearer {}", platform.key()))
    );
    assert_eq!(created.json(), json!({"name": "abc"}));
}

#[test]
#[should_panic(expected = "get-or-create")]
fn get_or_create_hands_out_a_value_and_fails_the_test() {
    let platform = Platform::start();
    let get = |name: &str| ask(&platform, "GET", &format!("{TOKENS}/{name}"), None);
    let (status, answer) = get("any-name");
    assert_eq!((status, &answer["token"]), (200, &json!(platform.value_of("any-name"))));
    assert_eq!(
        (&answer["data"]["manifest"]["name"], &answer["created"]),
        (&json!("any-name"), &json!(true))
    );
    assert_eq!(get("any-name").1["created"], false);
    assert_eq!(get("Any%20Name").0, 400);
    assert_eq!(platform.calls(Call::GetOrCreate).len(), 3);
}
