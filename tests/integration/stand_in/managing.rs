//! Tokens are made, used and deleted as the contract allows.

use serde_json::{Value, json};

use super::{SESSION, TOKENS, ask, ask_with, create, delete, list, names};
use crate::support::platform::{GRACE, KEY_SENTINEL, Platform, TokenSeed, in_days};

#[test]
fn a_created_token_is_listed_signs_in_and_is_gone_when_deleted() {
    let platform = Platform::start();
    let body =
        json!({"name": "made", "expirationDate": in_days(1), "tokenType": "jwt", "accountName": "a", "teamName": "t"});
    let (status, made) = create(&platform, &body);
    let value = platform.value_of("made").unwrap();
    assert_eq!((status, made), (201, json!({"token": value})));
    let (_, page) = list(&platform, "");
    assert_eq!(names(&page), ["made"]);
    let manifest = &page["data"][0]["manifest"];
    assert_eq!(manifest["ownedBy"], json!({"account": "a", "team": "t"}));
    assert_eq!(manifest["expiration_date"], body["expirationDate"]);

    let (status, session) = ask_with(&value, &platform, "GET", SESSION, None);
    assert_eq!(status, 200);
    assert_eq!(session["user"]["subject"]["subjectPatName"], "made");
    let id = platform.tokens()[0].id.clone();
    assert_eq!(delete(&platform, &id), 200);
    assert_eq!(delete(&platform, &id), 404);
    assert_eq!(platform.tokens(), []);
    assert_eq!(ask_with(&value, &platform, "GET", SESSION, None).0, 401);
}

#[test]
fn a_body_outside_the_contract_is_refused_with_a_message_for_each_fault() {
    let platform = Platform::start();
    platform.max_token_age(90);
    let soon = in_days(1);
    for (body, faults) in [
        (json!({"name": "ab", "expirationDate": soon}), 1),
        (json!({"name": "9lives", "expirationDate": soon}), 1),
        (json!({"name": "ends-", "expirationDate": soon}), 1),
        (json!({"name": "Upper", "expirationDate": soon}), 1),
        (json!({"name": "a".repeat(37), "expirationDate": soon}), 1),
        (json!({"expirationDate": soon}), 1),
        (json!({"name": 7, "expirationDate": soon, "teamName": null}), 2),
        (
            json!({"name": "good", "expirationDate": soon, "tokenType": "", "more": 1}),
            2,
        ),
        (json!({"name": "good", "expirationDate": "2020-01-01"}), 1),
        (json!({"name": "good", "expirationDate": "soon"}), 1),
        (json!({"name": "good", "expirationDate": in_days(91)}), 1),
        (json!({"name": "good"}), 1),
    ] {
        let (status, answer) = create(&platform, &body);
        assert_eq!((status, &answer["statusCode"]), (400, &json!(400)), "{body}");
        assert_eq!(answer["message"].as_array().unwrap().len(), faults, "{body}");
    }
    assert_eq!(create(&platform, &json!([])).0, 400);
    assert_eq!(platform.tokens(), []);
    assert_eq!(
        create(&platform, &json!({"name": "good", "expirationDate": soon})).0,
        201
    );
    let (status, answer) = create(&platform, &json!({"name": "good", "expirationDate": soon}));
    assert_eq!(status, 409);
    assert!(answer["message"].is_string());
}

#[test]
fn a_token_may_not_create_except_on_older_deployments() {
    let platform = Platform::start();
    platform.sign_in_with_token(TokenSeed::named("laptop"));
    assert!(platform.key().starts_with("tfy_") && platform.key().contains(KEY_SENTINEL));
    assert_eq!(create(&platform, &json!({"name": "new"})).0, 403);
    assert_eq!(list(&platform, "").0, 200);
    platform.let_tokens_create();
    assert_eq!(create(&platform, &json!({"name": "new"})).0, 201);
}

#[test]
fn an_admin_manages_the_tokens_of_others() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("hers").owner(GRACE));
    let body = json!({"name": "for-her", "userEmail": GRACE});
    let create_for = |body: &Value| ask(&platform, "POST", &format!("{TOKENS}/for-user"), Some(body)).0;
    let revoke = |email: &str| {
        let body = json!({"email": email});
        ask(&platform, "DELETE", &format!("{TOKENS}/revoke/all"), Some(&body)).0
    };
    assert_eq!(create_for(&body), 201);
    assert_eq!(create_for(&body), 409);
    assert_eq!(
        create_for(&json!({"name": "for-none", "userEmail": "none@acme.test"})),
        404
    );
    assert_eq!(create_for(&json!({"name": "for-none", "userEmail": "none"})), 400);
    assert_eq!(platform.tokens_of(GRACE).len(), 2);
    assert_eq!(platform.tokens(), []);
    assert_eq!(revoke("none@acme.test"), 404);
    assert_eq!(revoke(GRACE), 200);
    assert_eq!(platform.tokens_of(GRACE), []);
    platform.no_admin();
    assert_eq!((create_for(&body), revoke(GRACE)), (403, 403));
}
