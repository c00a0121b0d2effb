//! What a listing shows: items, pages, and the ways in which deployments get them wrong.

use serde_json::{Value, json};

use super::{delete, list, names};
use crate::support::platform::{ADA, Call, GRACE, Platform, SENTINEL, TokenSeed, Total, VALUE_SENTINEL};

#[test]
fn an_item_has_the_shape_of_the_contract_and_secrets_beside_it() {
    let platform = Platform::start();
    let id = platform.add(
        TokenSeed::named("ci-pipeline")
            .expires("2099-07-15T00:00:00.000Z")
            .last_used("2026-06-30T18:04:11.000Z")
            .team("platform"),
    );
    let value = platform.value_of("ci-pipeline").unwrap();
    assert!(value.starts_with("tfy_") && value.contains(VALUE_SENTINEL));
    assert!(value.contains(SENTINEL) && platform.key().contains(SENTINEL));
    let (created, jwt) = ("2026-01-15T09:30:00.000Z", format!("jwt-{id}"));
    let item = json!({
        "id": id, "type": "pat", "tenantName": "acme",
        "manifest": {
            "name": "ci-pipeline", "type": "virtual-account", "expiration_date": "2099-07-15T00:00:00.000Z",
            "ownedBy": {"account": "acme", "team": "platform"}, "token_type": "opaque", "permissions": [],
        },
        "jwtId": jwt,
        "jwts": [{
            "id": jwt, "subjectType": "serviceaccount", "subjectId": id, "expiry": "2099-07-15T00:00:00.000Z",
            "tokenType": "opaque", "createdAt": created, "updatedAt": created, "token": value,
        }],
        "createdBySubject": {"subjectId": "user-1", "subjectType": "user", "subjectSlug": ADA},
        "createdAt": created, "updatedAt": created, "lastAccessedAt": "2026-06-30T18:04:11.000Z",
        "isExpired": false, "accountId": "acct-1", "metadata": {}, "roleIds": [], "rolesWithResource": [],
        "createdBy": ADA, "token": value,
    });
    let page = json!({"data": [item], "pagination": {"limit": 100, "offset": 0, "total": 1}});
    assert_eq!(list(&platform, ""), (200, page));
}

#[test]
fn items_can_be_made_odd() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("odd").edited(|item| item["manifest"] = Value::Null));
    platform.add(
        TokenSeed::named("old")
            .created("2019-01-01T00:00:00.000Z")
            .expires("2020-01-01"),
    );
    platform.add(TokenSeed::named("says-so").expired(true).created_by(GRACE));
    platform.add_raw(json!({"id": "raw-1", "name": "raw"}));
    let (_, page) = list(&platform, "");
    assert_eq!(page["data"][0], json!({"id": "raw-1", "name": "raw"}));
    assert_eq!(page["data"][1]["isExpired"], true);
    assert_eq!(page["data"][1]["createdBy"], GRACE);
    assert_eq!(page["data"][2]["isExpired"], true);
    assert_eq!(page["data"][2]["createdAt"], "2019-01-01T00:00:00.000Z");
    assert_eq!(page["data"][3]["manifest"], Value::Null);
    assert_eq!(delete(&platform, "raw-1"), 200);
    assert_eq!(platform.tokens().len(), 3);
}

#[test]
fn pages_follow_limit_and_offset() {
    let platform = Platform::start();
    platform.add_many(5);
    let (_, page) = list(&platform, "?limit=2&offset=3");
    assert_eq!(names(&page), ["token-0002", "token-0001"]);
    assert_eq!(page["pagination"], json!({"limit": 2, "offset": 3, "total": 5}));
    let (_, page) = list(&platform, "?limit=2&offset=5");
    assert!(names(&page).is_empty());
    platform.cap_page_size(1);
    let (_, page) = list(&platform, "?limit=2&nameSearchQuery=000");
    assert_eq!(names(&page), ["token-0005"]);
    assert_eq!(page["pagination"], json!({"limit": 1, "offset": 0, "total": 5}));
}

#[test]
fn pages_lie_when_told_to() {
    let platform = Platform::start();
    platform.add_many(3).ignore_offset();
    let (_, page) = list(&platform, "?limit=1&offset=2");
    assert_eq!(names(&page), ["token-0003"]);
    assert_eq!(page["pagination"]["offset"], 2);
    platform.total(Total::Exactly(1_000_000_000_000));
    assert_eq!(list(&platform, "").1["pagination"]["total"], 1_000_000_000_000_u64);
    platform.total(Total::Absent);
    assert_eq!(list(&platform, "").1["pagination"], json!({"limit": 100, "offset": 0}));
    platform.total(Total::NoPagination);
    assert_eq!(list(&platform, "").1["pagination"], Value::Null);
    platform.total(Total::Counted);
    assert_eq!(list(&platform, "").1["pagination"]["total"], 3);
    platform.total(Total::CountedBefore);
    platform.before_each(|_, _, account| assert!(account.remove("token-0001")));
    let (_, page) = list(&platform, "");
    assert_eq!(names(&page), ["token-0003", "token-0002"]);
    assert_eq!(page["pagination"]["total"], 3);
}

#[test]
fn a_query_outside_the_contract_is_refused() {
    let platform = Platform::start();
    for query in [
        "?limit=101",
        "?limit=0",
        "?limit=ten",
        "?offset=-1",
        "?search=ci",
        "?limit=1&limit=2",
    ] {
        let (status, body) = list(&platform, query);
        assert_eq!(status, 400, "{query}");
        assert_eq!(body["message"].as_array().unwrap().len(), 1, "{query}");
    }
}

#[test]
fn tokens_come_and_go_between_requests() {
    let platform = Platform::start();
    platform.add_many(3);
    platform.before_each(|number, seen, account| {
        if number == 2 && seen.call == Call::List {
            account.add(TokenSeed::named("newest"));
            assert!(account.remove("token-0003"));
        }
    });
    assert_eq!(names(&list(&platform, "?limit=1").1), ["token-0003"]);
    assert_eq!(names(&list(&platform, "?limit=1").1), ["newest"]);
}
