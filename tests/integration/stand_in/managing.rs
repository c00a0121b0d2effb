//! Tokens are made, used and deleted as the contract allows.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{SESSION, TOKENS, ask, ask_with, create, delete, list, names};
use crate::support::platform::{ADA, GRACE, KEY_SENTINEL, Platform, TokenSeed, in_days};

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
fn a_time_without_a_zone_is_one_in_utc_and_every_form_ends_the_key_at_an_instant() {
    let platform = Platform::start();
    for (expiry, listed, ends) in [
        (
            "2099-08-01T12:00",
            "2099-08-01T12:00:00.000Z",
            "2099-08-01T12:00:00.000Z",
        ),
        (
            "2099-08-01T12:00:00+02:00",
            "2099-08-01T10:00:00.000Z",
            "2099-08-01T10:00:00.000Z",
        ),
        ("2099-08-01", "2099-08-01", "2099-08-02T00:00:00.000Z"),
    ] {
        assert_eq!(
            create(&platform, &json!({"name": "made", "expirationDate": expiry})).0,
            201,
            "{expiry}"
        );
        let item = &list(&platform, "").1["data"][0];
        assert_eq!(item["manifest"]["expiration_date"], listed);
        assert_eq!(item["jwts"][0]["expiry"], ends);
        assert_eq!(delete(&platform, item["id"].as_str().unwrap()), 200);
    }
}

#[test]
fn the_value_of_a_jwt_says_when_it_ends() {
    let platform = Platform::start();
    let expiry = in_days(1);
    create(
        &platform,
        &json!({"name": "made", "expirationDate": expiry, "tokenType": "jwt"}),
    );
    let value = platform.value_of("made").unwrap();
    let claims = BASE64_URL_SAFE_NO_PAD.decode(value.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["exp"], expiry.parse::<Timestamp>().unwrap().as_second());
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
    let hers = platform.value_of("for-her").unwrap();
    let body_of_revoke = json!({"email": ADA});
    let path = format!("{TOKENS}/revoke/all");
    assert_eq!(
        ask_with(&hers, &platform, "DELETE", &path, Some(&body_of_revoke)).0,
        403
    );
    let session = ask_with(&hers, &platform, "GET", SESSION, None).1;
    assert_eq!(
        (&session["user"]["email"], &session["accessToken"]),
        (&json!(GRACE), &json!(hers))
    );
    assert_eq!(platform.tokens(), []);
    assert_eq!(revoke("none@acme.test"), 404);
    assert_eq!(revoke(GRACE), 200);
    assert_eq!(platform.tokens_of(GRACE), []);
    platform.no_admin();
    assert_eq!((create_for(&body), revoke(GRACE)), (403, 403));
}
