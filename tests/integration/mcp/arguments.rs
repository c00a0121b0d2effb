//! Arguments are read strictly.

use serde_json::{Value, json};

use super::{Agent, CREATE, DELETE, LIST, STATUS, is_question, server, text};
use crate::support::{FakeServer, Program, cases};

#[test]
fn invalid_argument_is_named() {
    let (server, id) = server();
    let mut agent = Agent::start(server.program("mcp"));
    for case in cases(
        r#"tfy_config_status        | {"verbose":true}                       | argument `verbose`: it is unknown
           tfy_access_tokens_list   | {"state":"all"}                        | argument `state`: expected `active` or `expired`
           tfy_access_tokens_list   | {"limit":0}                            | argument `limit`: expected a whole number from 1 to 1000
           tfy_access_tokens_list   | {"limit":"5"}                          | argument `limit`: expected a whole number from 1 to 1000
           tfy_access_tokens_list   | {"search":["a"]}                       | argument `search`: expected a string
           tfy_access_tokens_list   | {"reverse":"yes"}                      | argument `reverse`: expected true or false
           tfy_access_tokens_list   | {"expires_within":"5m"}                | argument `expires_within`: `m` is ambiguous; use minutes (30min) or months (6mo)
           tfy_access_tokens_list   | {"sort":"age"}                         | argument `sort`: expected `name` or `created` or `expires` or `last-used`
           tfy_access_tokens_create | {}                                     | argument `payload`: expected an object such as {"name": "my-token"}
           tfy_access_tokens_create | {"name":"abc"}                         | argument `name`: it is unknown
           tfy_access_tokens_create | {"payload":[]}                         | argument `payload`: expected an object such as {"name": "my-token"}
           tfy_access_tokens_create | {"payload":"name"}                     | argument `payload`: expected an object such as {"name": "my-token"}
           tfy_access_tokens_create | {"payload":{}}                         | argument `payload.name`: it is missing
           tfy_access_tokens_create | {"payload":{"name":"abc","force":1}}   | argument `payload.force`: it is unknown
           tfy_access_tokens_create | {"payload":{"name":"abc","type":"x"}}  | argument `payload.type`: expected `jwt` or `opaque`
           tfy_access_tokens_create | {"payload":{"name":"abc","type":"jwt","for_user":"a@b.test"}} | argument `payload.type`: it cannot be used together with `for_user`
           tfy_access_tokens_create | {"payload":{"name":"abc","expires":"2020-01-01"}} | argument `payload.expires`: 2020-01-01T23:59:59Z is in the past
           tfy_access_tokens_create | {"payload":{"name":"abc","team":"dev\u202e"}} | argument `payload.team`: it is too long, or contains characters that cannot be shown to the person
           tfy_access_tokens_delete | {}                                     | argument `id`: it is missing
           tfy_access_tokens_delete | {"id":7}                               | argument `id`: expected a string
           tfy_access_tokens_delete | {"id":"ci-pipeline","confirm":true}    | argument `confirm`: it is unknown"#,
    ) {
        let [tool, arguments, expected] = case.columns();
        let result = agent.call(tool, &serde_json::from_str(arguments).unwrap());
        let error = &result["structuredContent"]["error"];
        assert_eq!((&error["kind"], &error["message"]), (&json!("usage"), &json!(format!("invalid {expected}"))));
        assert_eq!((&result["isError"], text(&result)), (&json!(true), &*format!("error: invalid {expected}\n")));
    }
    for (name, length, problem) in
        [("for_user", 70, "it is too long, or"), ("team", 2000, "it is longer than 1000 bytes")]
    {
        let text = format!("{}@acme.test", "a".repeat(length - 10));
        let result = agent.call(CREATE, &json!({"payload": {"name": "abc", name: text}}));
        assert!(self::text(&result).contains(problem), "{result}");
    }
    let result = agent.call(DELETE, &json!({"id": "ci-pipeline"}));
    assert!(text(&result).ends_with(&format!("hint: pass the ID `{id}`\n")), "{result}");
    let result = agent.call(DELETE, &json!({"id": "absent"}));
    assert_eq!(result["structuredContent"]["error"]["kind"], "not-found");
    agent.finish();
}

#[test]
fn payload_text_and_null_are_accepted() {
    let (server, _) = server();
    let mut agent = Agent::start(server.program("mcp"));
    let result = agent.call(CREATE, &json!({"payload": r#"{"name":"ci-run","team":null}"#}));
    assert!(is_question(&result), "{result}");
    let result = agent.call(STATUS, &Value::Null);
    assert_eq!(result["structuredContent"]["ok"], true);
    agent.finish();
}

#[test]
fn list_filters_sorts_and_limits() {
    let server = FakeServer::with(&["b-ci created=-3d", "a-ci created=-2d expired=true", "c-ci created=-1d", "dev"]);
    let mut agent = Agent::start(server.program("mcp"));
    let mut names = |arguments: Value| {
        let result = agent.call(LIST, &arguments)["structuredContent"].clone();
        let names = result["tokens"].as_array().unwrap().iter().map(|token| token["name"].as_str().unwrap());
        format!("{} {} of {}", names.collect::<Vec<_>>().join(" "), result["shown"], result["total"])
    };
    assert_eq!(names(json!({"search": "ci", "sort": "name", "limit": 2})), "a-ci b-ci 2 of 3");
    assert_eq!(names(json!({"search": "ci", "state": "active", "sort": "name", "reverse": true})), "c-ci b-ci 2 of 2");
    assert_eq!(names(json!({"search": "absent", "limit": null})), " 0 of 0");
    agent.finish();
}

#[test]
fn missing_settings_are_explained() {
    for environment in ["", "HOME="] {
        let mut agent = Agent::start(Program::new("mcp").envs(environment));
        let status = agent.call(STATUS, &json!({}));
        assert_eq!((&status["isError"], &status["structuredContent"]["ok"]), (&json!(false), &json!(false)));
        assert!(text(&status).contains("hint: run `tfy-tokens login https://"), "{status}");
        let list = agent.call(LIST, &json!({}));
        assert_eq!(list["structuredContent"]["error"], status["structuredContent"]["error"]);
        agent.finish();
    }
}
