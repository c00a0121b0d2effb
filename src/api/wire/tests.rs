use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn now() -> Timestamp {
    "2026-07-06T00:00:00Z".parse().unwrap()
}

fn parse(body: &str) -> Result<Vec<Token>, String> {
    let page = parse_page(body.as_bytes(), now());
    page.map(|page| page.tokens).map_err(|failure| failure.to_string())
}

fn token(item: &Value) -> Token {
    parse(&json!({"data": [item]}).to_string()).unwrap().remove(0)
}

#[test]
fn expiry_comes_from_manifest_then_jwt() {
    let at = |text: &str| Expiry::At(text.parse().unwrap());
    let manifest = |date: &str| json!({"id": "1", "manifest": {"expiration_date": date}, "jwtId": "b"});
    let jwt = |expiry: &str| {
        json!({"id": "1", "jwtId": "b", "jwts": [
            {"id": "a", "expiry": "2026-01-01T00:00:00Z"}, 7, {"id": "b", "expiry": expiry}]})
    };
    for (item, expiry) in [
        (manifest("2026-07-15"), at("2026-07-15T23:59:59Z")),
        (manifest("2026-07-15T10:00:00.000Z"), at("2026-07-15T10:00:00Z")),
        (manifest("2026-07-15T10:00:00.123456"), at("2026-07-15T10:00:00.123456Z")),
        (manifest("2026-07-15 10:00:00"), at("2026-07-15T10:00:00Z")),
        (manifest("soon"), Expiry::Unknown),
        (manifest("9999-12-31"), Expiry::Never),
        (manifest("9999-13-31"), Expiry::Unknown),
        (jwt("2027-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")),
        (jwt("2126-01-01T00:00:00Z"), Expiry::Never),
        (jwt("9999-12-31T23:59:59.000Z"), Expiry::Never),
        (json!({"id": "1"}), Expiry::Never),
        (json!({"id": "1", "jwts": [{"expiry": "2027-01-01T00:00:00Z"}]}), Expiry::Never),
        (json!({"id": "1", "jwtId": null, "jwts": [{"id": null, "expiry": "2027-01-01T00:00:00Z"}]}), Expiry::Never),
    ] {
        assert_eq!(token(&item).expiry, expiry, "{item}");
    }
}

#[test]
fn type_and_owner_are_read() {
    let text = |text: &Option<Untrusted>| text.as_ref().map_or("-", Untrusted::raw).to_owned();
    let jwts = json!([{"id": "b", "tokenType": "jwt"}]);
    for (item, expected) in [
        (
            json!({"id": "1", "manifest": {"token_type": "opaque", "ownedBy": {"account": "a", "team": "t"}}}),
            "opaque a t",
        ),
        (json!({"id": "1", "manifest": {"ownedBy": {"team": 7}}, "jwtId": "b", "jwts": jwts}), "jwt - -"),
        (json!({"id": "1"}), "- - -"),
    ] {
        let token = token(&item);
        assert_eq!([token.value_type, token.account, token.team].map(|field| text(&field)).join(" "), expected);
    }
}

#[test]
fn dates_before_2000_count_as_missing() {
    let date = "1999-12-31T23:59:59Z";
    let early = token(&json!({
        "id": "1", "manifest": {"expiration_date": date}, "createdAt": date, "lastAccessedAt": "0001-01-01T00:00:00Z"
    }));
    assert_eq!((early.expiry, early.created_at, early.last_used_at), (Expiry::Unknown, None, None));
    assert!(!early.has_unknown_last_use);
}

#[test]
fn malformed_fields_count_as_absent() {
    for (item, name) in [
        (r#"{"id":"a","manifest":{"name":7},"createdAt":"never","isExpired":"no","x":{"y":[]}}"#, None),
        (r#"{"id":"a","manifest":null,"name":"n"}"#, Some("n")),
        (r#"{"id":"a","name":"n","manifest":["m"]}"#, Some("n")),
        (r#"{"id":"a","name":"n","manifest":1e400}"#, Some("n")),
        (r#"{"id":"a","name":"n","manifest":"\ud800"}"#, Some("n")),
    ] {
        for pagination in [r#"{"total":2}"#, "1e400", "[2]", r#""\ud800""#, r#"{"total":2,"total":2}"#] {
            let tokens = parse(&format!(r#"{{"data":[{item},{{"id":"b"}}],"pagination":{pagination}}}"#)).unwrap();
            assert_eq!((tokens[0].raw_name(), tokens[0].created_at, tokens[0].expired_by_server), (name, None, None));
            assert_eq!(tokens[1].id.raw(), "b");
        }
    }
}

#[test]
fn item_without_id_is_an_error() {
    for (item, problem) in [
        ("{}", "has no ID"),
        (r#"{"id": ""}"#, "has no ID"),
        (r#"{"id": 7}"#, "has no ID"),
        ("null", "cannot be read"),
        (r#"["1", "n"]"#, "cannot be read"),
    ] {
        let error = parse(&format!(r#"{{"data": [{{"id": "1"}}, {item}]}}"#)).unwrap_err();
        assert_eq!(error, format!("unexpected response from the server: item 2 of the page {problem}"), "{item}");
    }
}

#[test]
fn unexpected_body_is_described_not_quoted() {
    for (body, got) in [
        ("", "an empty body"),
        ("null", "null"),
        ("[]", "JSON with a different structure"),
        (r#"[[{"id":"1"}]]"#, "JSON with a different structure"),
        (r#"{"data":null}"#, "JSON with a different structure"),
        ("<html>secret", "an HTML page"),
        (r#"{"data":[{"id":"secret"#, "truncated JSON"),
        ("secret", "text that is not JSON"),
    ] {
        let error = parse(body).unwrap_err();
        assert_eq!(error, format!("unexpected response from the server: expected a page of tokens, got {got}"));
    }
}

#[test]
fn page_above_1000_tokens_is_refused() {
    let page = |items: usize| json!({"data": vec![json!({"id": "1"}); items]}).to_string();
    assert_eq!(parse(&page(1000)).unwrap().len(), 1000);
    assert!(parse(&page(1001)).unwrap_err().ends_with("more than 1000 tokens in one page"));
}

#[test]
fn session_needs_a_user_field() {
    assert!(parse_session(br#"{"user":null}"#).unwrap().is_none());
    for body in ["{}", "[]", "[null]", r#"{"user":7}"#, "<html>"] {
        assert!(parse_session(body.as_bytes()).is_err(), "{body}");
    }
    let body = br#"{"user":{"id":"u","email":7,"subject":{"subjectPatName":"ci"}},"tenantInfo":{"tenantName":"acme"}}"#;
    let session = parse_session(body).unwrap().unwrap();
    let texts = [session.user, session.tenant, session.token_name, session.subject_type];
    assert_eq!(texts.map(|text| text.map(|text| text.to_string()).unwrap_or_default()), ["u", "acme", "ci", ""]);
}

/// Any JSON. The names of its fields are mostly names that are read.
fn any_json() -> impl Strategy<Value = Value> {
    let key = "id|name|manifest|expiration_date|jwtId|jwts|expiry|createdBy|createdBySubject|createdAt|isExpired|[a-z]";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_parsed_or_rejected_unquoted(body in any::<Vec<u8>>(), cut in 0..60_usize) {
        let page = br#"{"data":[{"id":"1","name":"secret"}],"pagination":{}}"#;
        let start = &page[..cut.min(page.len())];
        for body in [&body[..], start, &[start, &body[..]].concat()] {
            if let Err(failure) = parse_page(body, now()) {
                prop_assert!(!failure.to_string().contains("secret"), "{}", failure);
            }
        }
    }

    #[test]
    fn any_item_with_an_id_is_listed(items in prop::collection::vec((".+", any_json()), 0..6), total in any_json()) {
        let data = items.iter().map(|(id, item)| {
            let mut fields = item.as_object().cloned().unwrap_or_default();
            fields.insert("id".to_owned(), json!(id));
            Value::Object(fields)
        });
        let body = json!({"data": data.collect::<Vec<_>>(), "pagination": {"total": total}}).to_string();
        let ids: Vec<String> = parse(&body).unwrap().iter().map(|token| token.id.raw().to_owned()).collect();
        prop_assert_eq!(ids, items.into_iter().map(|(id, _)| id).collect::<Vec<_>>());
    }
}
