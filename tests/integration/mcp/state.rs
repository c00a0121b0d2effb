//! The state of a question is good for one use, and only for the call that it belongs to.

use serde_json::{Value, json};

use super::{Agent, CREATE, DELETE, files, is_question, server, yes};
use crate::support::{Call, Program};

#[test]
fn answer_without_valid_state_is_asked_again() {
    let (server, id) = server();
    let mut agent = Agent::start(server.program("mcp"));
    let arguments = json!({"id": id});
    let asked = agent.call(DELETE, &arguments);
    let state = asked["requestState"].as_str().unwrap();
    let forged = format!("{}{}", if state.starts_with('A') { 'B' } else { 'A' }, &state[1..]);
    for state in [Value::Null, json!(""), json!("approved"), json!(forged)] {
        let result = agent.answer(DELETE, &arguments.clone(), &json!({"requestState": state}), &yes());
        assert!(is_question(&result), "{state}: {result}");
    }
    agent.finish();
    assert!(server.calls(Call::Delete).is_empty());
}

#[test]
fn state_is_for_one_use() {
    let (server, _) = server();
    let mut agent = Agent::start(server.program("mcp"));
    let arguments = json!({"payload": {"name": "ci-run"}});
    let asked = agent.call(CREATE, &arguments);
    assert_eq!(agent.answer(CREATE, &arguments.clone(), &asked, &yes())["structuredContent"]["name"], "ci-run");
    assert!(is_question(&agent.answer(CREATE, &arguments, &asked, &yes())));
    agent.finish();
    assert_eq!(server.calls(Call::Create).len(), 1);
}

#[test]
fn state_is_for_one_call() {
    let (server, id) = server();
    let other = server.add("production");
    let program = server.program("mcp");
    let mut agent = Agent::start(program.clone());
    let asked = agent.call(DELETE, &json!({"id": id}));
    assert!(is_question(&agent.answer(DELETE, &json!({"id": other}), &asked, &yes())));
    let asked = agent.call(DELETE, &json!({"id": id}));
    assert!(is_question(&agent.answer(CREATE, &json!({"payload": {"name": "ci-run"}}), &asked, &yes())));
    let asked = agent.call(CREATE, &json!({"payload": {"name": "ci-run", "expires": "1d"}}));
    assert!(is_question(&agent.answer(CREATE, &json!({"payload": {"name": "ci-run"}}), &asked, &yes())));
    agent.finish();
    assert_eq!((server.names().as_str(), files(&program)), ("production ci-pipeline", 0));
}

#[test]
fn state_is_for_token_as_shown() {
    let (server, id) = server();
    let mut agent = Agent::start(server.program("mcp"));
    let asked = agent.call(DELETE, &json!({"id": id}));
    server.edit(&id, |token| token["manifest"]["expiration_date"] = json!("2099-01-01T00:00:00.000Z"));
    let again = agent.answer(DELETE, &json!({"id": id}), &asked, &yes());
    assert!(is_question(&again));
    assert_eq!(agent.answer(DELETE, &json!({"id": id}), &again, &yes())["structuredContent"]["deleted"], true);
    agent.finish();
}

#[test]
fn state_of_another_server_is_unknown() {
    let (server, id) = server();
    let mut first = Agent::start(server.program("mcp"));
    let asked = first.call(DELETE, &json!({"id": id}));
    let mut second = Agent::start(server.program("mcp"));
    assert!(is_question(&second.answer(DELETE, &json!({"id": id}), &asked, &yes())));
    first.finish();
    second.finish();
    assert!(server.calls(Call::Delete).is_empty());
}

#[test]
fn state_is_for_one_user() {
    let (server, id) = server();
    let session = |key: &str| json!({"access_token": key, "host": server.url()}).to_string();
    let file = ".truefoundry/credentials.json";
    let program = Program::new("mcp").home_file(file, session(&server.key()));
    let mut agent = Agent::start(program.clone());
    let asked = agent.call(DELETE, &json!({"id": id}));
    server.sign_in_with_token("other");
    std::fs::write(program.home().join(file), session(&server.key())).unwrap();
    assert!(is_question(&agent.answer(DELETE, &json!({"id": id}), &asked, &yes())));
    agent.finish();
    assert!(server.calls(Call::Delete).is_empty());
}
