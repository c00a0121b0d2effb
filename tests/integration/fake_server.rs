//! Tests of the fake server against the contract of the API.

use serde_json::{Value, json};

use crate::support::{ADA, Call, FakeServer, Fault, GRACE, Total, cases};

/// Sends a request below the root of the API with Ada's key.
fn send(server: &FakeServer, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
    send_as(server, &server.key(), method, path, body).expect("a response")
}

fn send_as(server: &FakeServer, key: &str, method: &str, path: &str, body: Option<&Value>) -> Option<(u16, Value)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    rustls::crypto::ring::default_provider().install_default().ok();
    runtime.block_on(async {
        let url = format!("{}/api/svc/v1/{path}", server.url());
        let mut request = reqwest::Client::new().request(method.parse().unwrap(), url);
        if !key.is_empty() {
            request = request.bearer_auth(key);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        let text = response.text().await.ok()?;
        Some((status, serde_json::from_str(&text).unwrap_or_default()))
    })
}

#[test]
fn requests_outside_contract_are_refused() {
    let server = FakeServer::with(&["ci", "hers owner=grace@acme.test"]);
    for case in cases(
        r#"# method | path | body | status
        GET    | session                                      |  | 200
        GET    | session/                                     |  | 404
        GET    | personal-access-tokens                       |  | 200
        GET    | personal-access-tokens/                      |  | 404
        PUT    | personal-access-tokens                       |  | 404
        GET    | personal-access-tokens?limit=1000&offset=0   |  | 200
        GET    | personal-access-tokens?limit=1001            |  | 400
        GET    | personal-access-tokens?limit=0&offset=-1     |  | 400
        GET    | personal-access-tokens?search=x              |  | 400
        GET    | personal-access-tokens?limit=1&limit=2       |  | 400
        POST   | personal-access-tokens | {"name":"new-one"}                          | 201
        POST   | personal-access-tokens | {"name":"new-one"}                          | 409
        POST   | personal-access-tokens | {"name":"ab"}                               | 400
        POST   | personal-access-tokens | {"name":"9lives"}                           | 400
        POST   | personal-access-tokens | {"name":"ends-"}                            | 400
        POST   | personal-access-tokens | {"name":"Upper"}                            | 400
        POST   | personal-access-tokens | {"name":"a-name-of-more-than-thirty-six-chars-x"} | 400
        POST   | personal-access-tokens | {"name":7,"teamName":null}                  | 400
        POST   | personal-access-tokens | {"name":"good","tokenType":"x"}             | 400
        POST   | personal-access-tokens | {"name":"good","more":"1"}                  | 400
        POST   | personal-access-tokens | {"name":"good","teamName":""}               | 400
        POST   | personal-access-tokens | {"name":"good","userEmail":"grace@acme.test"} | 400
        POST   | personal-access-tokens | {"name":"good","expirationDate":"soon"}     | 400
        POST   | personal-access-tokens | {"name":"good","expirationDate":"2020-01-01"} | 400
        POST   | personal-access-tokens | {}                                          | 400
        POST   | personal-access-tokens | []                                          | 400
        POST   | personal-access-tokens/for-user | {"name":"good","userEmail":"grace@acme.test"} | 201
        POST   | personal-access-tokens/for-user | {"name":"good","userEmail":"x@acme.test"}     | 404
        POST   | personal-access-tokens/for-user | {"name":"good","userEmail":"grace"}           | 400
        POST   | personal-access-tokens/for-user | {"name":"good"}                               | 400
        DELETE | personal-access-tokens/cm3k1x9qf0000000000000001 | {} | 400
        DELETE | personal-access-tokens/cm3k1x9qf0000000000000001 |    | 200
        DELETE | personal-access-tokens/cm3k1x9qf0000000000000001 |    | 404
        DELETE | personal-access-tokens/cm3k1x9qf0000000000000002 |    | 404
        DELETE | personal-access-tokens/revoke/all | {"email":"x@acme.test"}       | 404
        DELETE | personal-access-tokens/revoke/all | {"email":"grace@acme.test"}   | 200
        DELETE | personal-access-tokens/revoke/all |                               | 400"#,
    ) {
        let [method, path, body, status] = case.columns();
        let body = (!body.is_empty()).then(|| serde_json::from_str(body).unwrap());
        let (answered, json) = send(&server, method, path, body.as_ref());
        assert_eq!(answered.to_string(), status, "{case:?}: {json}");
    }
    assert_eq!((server.names().as_str(), server.tokens_of(GRACE).len()), ("new-one", 0));
}

#[test]
fn keys_decide_what_is_allowed() {
    let server = FakeServer::with(&["old expires=-1d"]);
    let user = server.key();
    server.sign_in_with_token("laptop");
    let token = server.key();
    assert!(token.starts_with("tfy_key_SENTINEL") && user.len() > 1000);
    let status = |key: &str, method: &str, path: &str, body: Option<&Value>| {
        send_as(&server, key, method, path, body).map(|(status, _)| status)
    };
    let new = json!({"name": "new"});
    let tokens = "personal-access-tokens";
    assert_eq!(status("unknown", "GET", "session", None), Some(401));
    assert_eq!(status(&server.value_of("old").unwrap(), "GET", "session", None), Some(401));
    assert_eq!(status(&token, "GET", tokens, None), Some(200));
    assert_eq!(status(&token, "POST", tokens, Some(&new)), Some(403));
    server.rules(|rules| rules.tokens_may_create = true);
    assert_eq!(status(&token, "POST", tokens, Some(&new)), Some(201));
    server.rules(|rules| rules.no_admin = true);
    let path = "personal-access-tokens/revoke/all";
    assert_eq!(status(&user, "DELETE", path, Some(&json!({"email": ADA}))), Some(403));
    server.rules(|rules| rules.forbid = true);
    assert_eq!(status(&user, "GET", tokens, None), Some(403));
    server.rules(|rules| rules.reject_key = true);
    assert_eq!(status(&user, "GET", "session", None), Some(401));
}

#[test]
fn rules_shape_pages() {
    let server = FakeServer::start();
    server.add_many(250);
    let page = |query: &str| {
        let (status, json) = send(&server, "GET", &format!("personal-access-tokens?{query}"), None);
        let first = json["data"][0]["manifest"]["name"].as_str().unwrap_or_default().to_owned();
        let count = json["data"].as_array().map_or(0, Vec::len);
        (status, count, first, json["pagination"]["total"].as_u64())
    };
    assert_eq!(page("limit=1000&offset=0"), (200, 250, "token-0250".to_owned(), Some(250)));
    server.rules(|rules| (rules.max_page, rules.total) = (Some(7), Total::Exactly(3)));
    assert_eq!(page("limit=1000&offset=10"), (200, 7, "token-0240".to_owned(), Some(3)));
    server.rules(|rules| rules.total = Total::NoPagination);
    assert_eq!(page("offset=10"), (200, 7, "token-0240".to_owned(), None));
    server.rules(|rules| rules.max_limit = Some(100));
    assert_eq!(page("limit=101").0, 400);
}

#[test]
fn refresh_token_is_used_once() {
    let server = FakeServer::start();
    let body = json!({
        "refreshToken": server.refresh_token(), "tenantName": "acme", "grantType": "refresh_token", "returnJWT": true,
    });
    let refresh = |key: &str| send_as(&server, key, "POST", "oauth2/token", Some(&body)).unwrap();
    assert_eq!(refresh(&server.key()).0, 400, "with a key");
    let (status, tokens) = refresh("");
    assert_eq!((status, &tokens["refreshToken"]), (201, &json!(server.refresh_token())));
    assert_eq!(refresh("").0, 401);
}

#[test]
fn faults_replace_responses_in_order() {
    let server = FakeServer::start();
    server.add_fault(Fault::answer(Call::Create, 503).when(|request| request.json()["name"] == "first"));
    server.add_fault(Fault::hang_up(Call::Create).after_applying());
    let create = |name: &str| {
        let body = json!({"name": name});
        let response = send_as(&server, &server.key(), "POST", "personal-access-tokens", Some(&body));
        response.map(|(status, _)| status)
    };
    assert_eq!([create("first"), create("lost")], [Some(503), None]);
    assert_eq!((create("first"), server.names().as_str()), (Some(201), "first lost"));
}

#[test]
#[should_panic(expected = "get-or-create was called")]
fn get_or_create_is_caught() {
    let server = FakeServer::start();
    send(&server, "GET", "personal-access-tokens/new-one", None);
}

#[test]
fn listing_contains_secrets_in_unused_fields() {
    let server = FakeServer::with(&["ci"]);
    let (_, json) = send(&server, "GET", "personal-access-tokens", None);
    assert_eq!(json["data"][0]["token"], json!(server.value_of("ci")));
    assert_eq!(json["data"][0]["id"].as_str().map(str::len), Some(25));
}
