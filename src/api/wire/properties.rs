//! What holds for the reader whatever it reads.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn now() -> Timestamp {
    "2026-07-06T00:00:00Z".parse().unwrap()
}

/// Any JSON, of a size that can be read.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(any_key(), inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// The name of a field, most often one that is read.
fn any_key() -> impl Strategy<Value = String> {
    "id|name|manifest|expiration_date|jwtId|jwts|expiry|createdBy|createdBySubject|subjectSlug|createdAt|isExpired|[a-z]"
}

proptest! {
    #[test]
    fn any_bytes_are_a_page_or_an_error_that_shows_none_of_them(body in any::<Vec<u8>>(), cut in 0..60_usize) {
        let page = br#"{"data":[{"id":"1","name":"secret"}],"pagination":{}}"#;
        let bodies = [&body[..], &page[..cut.min(page.len())], &[&page[..cut.min(page.len())], &body[..]].concat()];
        for error in bodies.into_iter().filter_map(|body| read_page(body, now()).err()) {
            prop_assert!(error.len() < 120 && !error.contains("secret"), "{}", error);
        }
    }

    #[test]
    fn any_item_with_an_id_is_listed_whatever_else_is_in_it(items in prop::collection::vec((".+", any_json()), 0..6), total in any_json()) {
        let ids: Vec<&str> = items.iter().map(|(id, _)| id.as_str()).collect();
        let with_id = |(id, item): &(String, Value)| {
            let mut fields = item.as_object().cloned().unwrap_or_default();
            fields.insert("id".to_owned(), json!(id));
            Value::Object(fields)
        };
        let data: Vec<Value> = items.iter().map(with_id).collect();
        let body = json!({"data": data, "pagination": {"total": total}}).to_string();
        let page = read_page(body.as_bytes(), now()).unwrap();
        prop_assert_eq!(page.tokens.iter().map(|token| token.id.exact()).collect::<Vec<_>>(), ids);
    }
}
