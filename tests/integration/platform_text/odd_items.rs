//! Items of a listing that are not as they should be.

use serde_json::json;

use super::list;
use crate::support::platform::Platform;

fn account() -> Platform {
    let platform = Platform::start();
    for item in [
        json!({"id": "bare"}),
        json!({"id": "numbered", "manifest": {"name": 7, "expiration_date": 7}, "createdAt": 7, "isExpired": "yes"}),
        json!({"id": "undated", "name": "n1", "createdAt": "once", "lastAccessedAt": "", "manifest": {
            "expiration_date": "soon"}}),
        json!({"id": "null", "manifest": null, "name": "n2", "createdBy": null, "jwts": null, "createdBySubject": 7}),
        json!({"id": "listed", "manifest": ["n"], "jwts": [7, null, {"id": []}], "jwtId": {}}),
        json!({"id": "unknown", "manifest": {"name": "n3", "odd": {"a": [1]}}, "more": 1, "token": "tfy_SENTINEL"}),
        json!({"id": "dated", "manifest": {"name": "n4", "expiration_date": "2099-07-15"},
            "createdAt": "2026-01-15T23:30:00-02:00", "createdBySubject": {"subjectSlug": "ada@acme.test"}}),
    ] {
        platform.add_raw(item);
    }
    platform
}

#[test]
fn fault_23_an_odd_item_is_listed_with_what_is_known() {
    insta::assert_snapshot!(list(&account(), "table").run().exits(0).stdout, @r"
    NAME       ID        CREATED AT  EXPIRES AT  LAST USED
    n4         dated     2026-01-16  2099-07-15  -
    n3         unknown   -           Never       -
    (unnamed)  listed    -           Never       -
    n2         null      -           Never       -
    n1         undated   -           -           -
    (unnamed)  numbered  -           -           -
    (unnamed)  bare      -           Never       -
    ");
}

#[test]
fn fault_23_what_is_not_known_is_null() {
    let run = list(&account(), "json").run().exits(0);
    let token = |name: Option<&str>, id: &str| {
        json!({
            "name": name, "id": id, "createdAt": null, "expiresAt": null, "lastUsedAt": null, "expired": false,
            "createdBy": null,
        })
    };
    assert_eq!(
        run.json(),
        json!([
            {
                "name": "n4", "id": "dated", "createdAt": "2026-01-16T01:30:00Z", "expiresAt": "2099-07-15T23:59:59Z",
                "lastUsedAt": null, "expired": false, "createdBy": "ada@acme.test",
            },
            token(Some("n3"), "unknown"),
            token(None, "listed"),
            token(Some("n2"), "null"),
            token(Some("n1"), "undated"),
            token(None, "numbered"),
            token(None, "bare"),
        ])
    );
}

#[test]
fn fault_23_an_item_without_an_id_is_an_error_that_says_which() {
    for item in [
        json!({"manifest": {"name": "tfy_SENTINEL"}}),
        json!({"id": "", "name": "empty"}),
        json!({"id": null}),
        json!({"id": 7}),
        json!("tfy_SENTINEL"),
        json!(null),
    ] {
        let platform = Platform::start();
        platform
            .add_raw(json!({"id": "last"}))
            .add_raw(item.clone())
            .add_raw(json!({"id": "first"}));
        for format in ["table", "json", "jsonl", "id"] {
            let run = list(&platform, format).run().exits(1);
            assert_eq!(run.stdout, "", "{item}");
            assert!(
                run.stderr
                    .contains("the answer makes no sense: item 2 of the page has no id"),
                "{item}: {}",
                run.stderr
            );
        }
    }
}

#[test]
#[cfg(unix)]
fn fault_23_odd_items_are_the_same_at_a_terminal() {
    let table = super::shown(&account(), "table", 60);
    let plain = list(&account(), "table").run().exits(0).stdout;
    assert_eq!(table, plain);
}
