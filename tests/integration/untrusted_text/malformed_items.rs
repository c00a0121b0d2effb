//! Items of a page with missing or unexpected fields.

use serde_json::json;

use super::list;
use crate::support::{FakeServer, snapshot};

fn account() -> FakeServer {
    let server = FakeServer::start();
    for item in [
        json!({"id": "bare"}),
        json!({"id": "numbered", "manifest": {"name": 7, "expiration_date": 7}, "createdAt": 7, "isExpired": "yes"}),
        json!({"id": "undated", "name": "n1", "createdAt": "once", "lastAccessedAt": "", "manifest": {
            "expiration_date": "soon"}}),
        json!({"id": "null", "manifest": null, "name": "n2", "createdBy": null, "jwts": null, "createdBySubject": 7}),
        json!({"id": "listed", "manifest": ["n"], "jwts": [7, null, {"id": []}], "jwtId": {}}),
        json!({"id": "unknown", "manifest": {"name": "n3", "odd": {"a": [1]}}, "more": 1, "token": "tfy_SENTINEL"}),
        json!({"id": "dated", "manifest": {"name": "n4", "expiration_date": "2099-07-15"},
            "createdAt": "2020-01-15T23:30:00-02:00", "createdBySubject": {"subjectSlug": "ada@acme.test"}}),
    ] {
        server.add_raw(item);
    }
    server
}

#[test]
fn malformed_fields_count_as_absent() {
    let server = account();
    snapshot!(list(&server, "table"), @"
    exit: 0
    --- stdout
    NAME       ID        CREATED AT  EXPIRES AT  LAST USED
    n4         dated     2020-01-16  2099-07-15  -
    n3         unknown   -           Never       -
    (unnamed)  listed    -           Never       -
    n2         null      -           Never       -
    n1         undated   -           -           -
    (unnamed)  numbered  -           -           -
    (unnamed)  bare      -           Never       -
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    snapshot!(list(&server, "json"), @r#"
    exit: 0
    --- stdout
    [
    {"name":"n4","id":"dated","createdAt":"2020-01-16T01:30:00Z","expiresAt":"2099-07-15T23:59:59Z","lastUsedAt":null,"expired":false,"createdBy":"ada@acme.test"},
    {"name":"n3","id":"unknown","createdAt":null,"expiresAt":null,"lastUsedAt":null,"expired":false,"createdBy":null},
    {"name":null,"id":"listed","createdAt":null,"expiresAt":null,"lastUsedAt":null,"expired":false,"createdBy":null},
    {"name":"n2","id":"null","createdAt":null,"expiresAt":null,"lastUsedAt":null,"expired":false,"createdBy":null},
    {"name":"n1","id":"undated","createdAt":null,"expiresAt":null,"lastUsedAt":null,"expired":false,"createdBy":null},
    {"name":null,"id":"numbered","createdAt":null,"expiresAt":null,"lastUsedAt":null,"expired":false,"createdBy":null},
    {"name":null,"id":"bare","createdAt":null,"expiresAt":null,"lastUsedAt":null,"expired":false,"createdBy":null}
    ]
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    "#);
}

#[test]
fn item_without_id_fails() {
    for item in [
        json!({"manifest": {"name": "tfy_SENTINEL"}}),
        json!({"id": "", "name": "empty"}),
        json!({"id": null}),
        json!({"id": 7}),
        json!("tfy_SENTINEL"),
        json!(null),
    ] {
        let server = FakeServer::start();
        for item in [json!({"id": "last"}), item.clone(), json!({"id": "first"})] {
            server.add_raw(item);
        }
        let expected = if item.is_object() { "has no ID" } else { "cannot be read" };
        for format in ["table", "json", "jsonl", "id"] {
            let run = list(&server, format).run().exits(1);
            let message = format!("unexpected response from the server: item 2 of the page {expected}");
            assert_eq!(run.stdout, "", "{item}");
            assert!(run.stderr.contains(&message), "{item}: {}", run.snapshot());
        }
    }
}
