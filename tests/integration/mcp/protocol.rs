//! Messages that clients send by mistake, and those that tell the progress.

use serde_json::{Value, json};

use super::{Agent, DELETE, LIST, STATUS, server, text, yes};
use crate::support::{FakeServer, Program};

#[test]
fn tools_describe_themselves() {
    let mut agent = Agent::initialized(Program::new("mcp"));
    let tools = agent.request("tools/list", json!({}));
    for tool in tools["tools"].as_array().unwrap() {
        let name = tool["name"].as_str().unwrap();
        assert!(tool["title"].is_string() && tool["description"].as_str().is_some_and(|text| text.len() > 40));
        let [input, output] = ["inputSchema", "outputSchema"].map(|schema| &tool[schema]);
        assert_eq!((&input["type"], &input["additionalProperties"]), (&json!("object"), &json!(false)), "{name}");
        assert!(output["properties"]["error"].is_object() && output.get("required").is_none(), "{name}");
        let hints = ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"];
        let hints = hints.map(|hint| tool["annotations"][hint].as_bool().unwrap());
        let expected = match name {
            "tfy_access_tokens_create" => [false, false, false, true],
            DELETE => [false, true, true, true],
            _ => [true, false, true, true],
        };
        assert_eq!(hints, expected, "{name}");
    }
    agent.finish();
}

#[test]
fn faulty_messages_do_not_end_server() {
    let (server, _) = server();
    let mut agent = Agent::initialized(server.program("mcp -v"));
    agent.running.send(b"\n\r\n{\"jsonrpc\":\n\xff\xfe\n");
    agent.running.send(format!("{}\n", "x".repeat(10 << 20)).as_bytes());
    let long = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": LIST, "arguments": {"x": "y".repeat(10 << 20)}}});
    agent.send(&long);
    assert!(text(&agent.receive()["result"]).contains("invalid argument `x`"));
    let ping = json!({"jsonrpc": "2.0", "id": 2, "method": "ping"});
    agent.send(&json!([ping, ping]));
    assert_eq!(agent.receive()["error"]["code"], -32600);
    for (method, code) in [("prompts/list", -32601), ("resources/list", -32601), ("tfy/unknown", -32601)] {
        assert_eq!(agent.request(method, json!({}))["code"], code, "{method}");
    }
    assert_eq!(agent.call("rm_rf", &json!({}))["code"], -32602);
    for _ in 0..2 {
        agent.send(&json!({"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": {"name": STATUS}}));
    }
    // The error has no ID, so that it is not taken for the response to the first request.
    let error = json!({"code": -32600, "message": "the ID 5 is already in use by a request without a response"});
    let messages = [agent.receive(), agent.receive()];
    assert!(messages.contains(&json!({"jsonrpc": "2.0", "error": error})), "{messages:?}");
    assert!(messages.iter().any(|message| message["id"] == 5), "{messages:?}");
    let run = agent.finish();
    assert!(run.stderr.contains("GET /api/svc/v1/session: 200"), "{}", run.stderr);
}

#[test]
fn unknown_version_is_negotiated() {
    for version in ["1999-01-01", "2099-01-01", "2026-07-28"] {
        let agent = Agent::initialized_with(Program::new("mcp"), version, &json!({}));
        let first: Value = serde_json::from_str(&(agent.lines)(0).unwrap()).unwrap();
        assert_eq!(first["result"]["protocolVersion"], "2025-11-25", "{version}");
        agent.finish();
    }
}

#[test]
fn server_works_in_bare_environment() {
    let (server, _) = server();
    let program = server.program("-c").arg("cd / && exec \"$0\" mcp").arg(env!("CARGO_BIN_EXE_tfy-tokens"));
    let mut agent = Agent::start(program.run_by("/bin/sh").no_env("HOME"));
    assert!(text(&agent.call(LIST, &json!({}))).contains("ci-pipeline"));
    agent.finish();
}

#[test]
fn progress_is_sent_while_reading_and_asking() {
    let server = FakeServer::start();
    server.add_many(250);
    server.rules(|rules| rules.max_page = Some(100));
    let id = server.add("ci");
    let mut agent = Agent::initialized(server.program("mcp"));
    agent.ask("tools/call", json!({"name": LIST, "_meta": {"progressToken": 1}}));
    let mut progress = Value::Null;
    let result = loop {
        let message = agent.receive();
        match message.get("result") {
            Some(result) => break result.clone(),
            None => progress = message["params"].clone(),
        }
    };
    assert_eq!((&progress["progress"], &result["structuredContent"]["total"]), (&json!(251.0), &json!(251)));

    let params = json!({"name": DELETE, "arguments": {"id": id}, "_meta": {"progressToken": "p"}});
    agent.ask("tools/call", params);
    let (mut updates, mut question) = (Vec::new(), Value::Null);
    while question.is_null() || updates.last() < Some(&252.0) {
        let message = agent.receive();
        if message["method"] == "elicitation/create" {
            question = message["id"].clone();
        } else {
            assert_eq!(message["params"]["progressToken"], "p", "{message}");
            updates.push(message["params"]["progress"].as_f64().unwrap());
        }
    }
    assert!(updates.len() > 1 && updates.is_sorted_by(|a, b| a < b), "{updates:?}");
    agent.send(&json!({"jsonrpc": "2.0", "id": question, "result": yes()}));
    while agent.receive().get("result").is_none() {}
    agent.finish();
}
