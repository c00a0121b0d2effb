//! What is read of odd answers.

use serde_json::json;

use super::*;
use crate::text::Untrusted;

fn now() -> Timestamp {
    "2026-07-06T00:00:00Z".parse().unwrap()
}

fn token(item: &serde_json::Value) -> Token {
    let page = json!({"data": [item]}).to_string();
    read_page(page.as_bytes(), now()).unwrap().tokens.remove(0)
}

#[test]
fn the_tokens_expiry_is_the_manifests_then_its_keys_then_never() {
    let jwt = |expiry: &str| {
        json!({"id": "1", "jwtId": "b", "jwts": [
            {"id": "a", "expiry": "2026-01-01T00:00:00Z"}, 7, {"id": "b", "expiry": expiry}]})
    };
    let at = |text: &str| Expiry::At(text.parse().unwrap());
    let manifest = json!({"id": "1", "manifest": {"expiration_date": "2026-07-15"}, "jwtId": "b"});
    assert_eq!(token(&manifest).expiry, at("2026-07-15T23:59:59Z"));
    assert_eq!(token(&jwt("2027-01-01T00:00:00Z")).expiry, at("2027-01-01T00:00:00Z"));
    assert_eq!(token(&jwt("2126-01-01T00:00:00Z")).expiry, Expiry::Never);
    assert_eq!(token(&json!({"id": "1"})).expiry, Expiry::Never);
    let manifest = |date: &str| token(&json!({"id": "1", "manifest": {"expiration_date": date}})).expiry;
    assert_eq!(manifest("soon"), Expiry::Unknown);
    for last in ["9999-12-31", "9999-12-31T23:59:59.000Z"] {
        assert_eq!(token(&jwt(last)).expiry, Expiry::Never, "{last}");
        assert_eq!(manifest(last), Expiry::Never, "{last}");
    }
    assert_eq!(manifest("9999-13-31"), Expiry::Unknown);
}

#[test]
fn a_key_without_an_id_is_not_the_one_in_use_of_a_token_that_names_none() {
    let keys = json!([{"expiry": "2027-01-01T00:00:00Z"}, {"id": null, "expiry": "2027-01-01T00:00:00Z"}]);
    for item in [
        json!({"id": "1", "jwts": keys}),
        json!({"id": "1", "jwtId": null, "jwts": keys}),
    ] {
        assert_eq!(token(&item).expiry, Expiry::Never, "{item}");
    }
}

#[test]
fn an_odd_item_is_kept_with_what_is_known_and_one_without_an_id_is_named() {
    let odd =
        token(&json!({"id": "1", "manifest": {"name": 7}, "createdAt": "never", "isExpired": "no", "x": {"y": []}}));
    assert_eq!((odd.name, odd.created_at, odd.marked_expired), (None, None, None));
    let named = token(&json!({"id": "1", "manifest": null, "name": "n"}));
    assert_eq!(named.name, Some(Untrusted::new("n")));
    for item in ["{}", "null", "7", r#"{"id": ""}"#, r#"{"id": 7}"#, r#"["1", "n"]"#] {
        let page = format!(r#"{{"data": [{{"id": "1"}}, {item}]}}"#);
        assert_eq!(
            read_page(page.as_bytes(), now()).unwrap_err(),
            "item 2 of the page has no id"
        );
    }
}

#[test]
fn an_item_that_is_odd_json_hides_no_other() {
    for (odd, name) in [
        (
            r#"{"id":"a","manifest":{"name":"x"},"manifest":{"name":"y"}}"#,
            Some("y"),
        ),
        (
            r#"{"id":"a","name":"x","createdAt":null,"createdAt":"2026-01-01"}"#,
            Some("x"),
        ),
        (r#"{"id":"a","manifest":{"name":"x","name":"y"}}"#, None),
        (r#"{"id":"a","name":"x","manifest":1e400}"#, Some("x")),
        (r#"{"id":"a","name":"x","manifest":"\ud800"}"#, Some("x")),
        (r#"{"id":"a","name":"x","manifest":{"\ud800":1}}"#, Some("x")),
    ] {
        for pagination in [r#"{"total":2}"#, "1e400", r#""\ud800""#, r#"{"total":2,"total":2}"#] {
            let page = format!(r#"{{"data":[{odd},{{"id":"b"}}],"pagination":{pagination}}}"#);
            let tokens = read_page(page.as_bytes(), now()).unwrap().tokens;
            assert_eq!((tokens[0].exact_name(), tokens[1].id.exact()), (name, "b"), "{page}");
        }
    }
    for no_item in ["1e400", r#""\ud800""#, r#"{"id":"a","\ud800":1}"#] {
        let page = format!(r#"{{"data":[{{"id":"b"}},{no_item}]}}"#);
        let why = read_page(page.as_bytes(), now()).unwrap_err();
        assert_eq!(why, "item 2 of the page has no id", "{page}");
    }
    let keys = r#"[{"id":"a","id":"a"},1e400,{"id":"k","expiry":"2027-01-01T00:00:00Z"}]"#;
    let page = format!(r#"{{"data":[{{"id":"a","jwtId":"k","jwts":{keys}}}]}}"#);
    let expiry = read_page(page.as_bytes(), now()).unwrap().tokens[0].expiry;
    assert_eq!(expiry, Expiry::At("2027-01-01T00:00:00Z".parse().unwrap()));
}

#[test]
fn what_came_instead_is_said_and_its_content_is_not() {
    for (body, came) in [
        ("", "nothing"),
        ("null", "null"),
        ("[]", "JSON of another shape"),
        (r#"[[{"id":"1"}]]"#, "JSON of another shape"),
        (r#"{"data":null}"#, "JSON of another shape"),
        ("<html>secret", "a web page (perhaps of a sign-in or a proxy)"),
        (r#"{"data":[{"id":"secret"#, "JSON that breaks off"),
        ("secret", "text that is not JSON"),
    ] {
        assert_eq!(
            read_page(body.as_bytes(), now()).unwrap_err(),
            format!("{came} came instead of a page of tokens")
        );
    }
}
