//! The server ends with exit code 0, and finishes what it has begun.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{Agent, CREATE, DELETE, LIST, files, is_not_approved, server, text, yes};
use crate::support::{Call, FakeServer, Fault, Input, Output, Program};

#[test]
fn end_before_any_request_is_success() {
    for input in ["", "\n", "not JSON\n", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n"] {
        let run = Program::new("mcp").stdin(Input::Text(input.to_owned())).run().exits(0);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""), "{input:?}");
    }
    for signal in [Signal::TERM, Signal::INT] {
        let mut agent = Agent::start(Program::new("mcp"));
        agent.request("tools/list", json!({}));
        agent.running.signal(signal);
        let run = agent.finish();
        assert!(run.elapsed < Duration::from_secs(5), "{:?}", run.elapsed);
    }
}

#[test]
fn input_may_end_before_responses() {
    let (server, _) = server();
    let mut agent = Agent::start(server.program("mcp"));
    agent.ask("tools/call", json!({"name": LIST}));
    agent.running.end_input();
    assert!(text(&agent.receive()["result"]).contains("ci-pipeline"));
    agent.finish();
}

#[test]
fn unsent_progress_does_not_hold_up_response() {
    let server = FakeServer::start();
    server.add_many(150);
    let mut agent = Agent::start(server.program("mcp"));
    agent.ask("tools/call", json!({"name": LIST, "arguments": {"limit": 1}, "_meta": {"progressToken": 1}}));
    agent.running.end_input();
    let run = agent.finish();
    let response: Value = serde_json::from_str(run.stdout.lines().last().unwrap_or_default()).unwrap();
    assert_eq!(response["result"]["structuredContent"]["total"], 150);
    assert!(run.elapsed < Duration::from_secs(4), "{:?}", run.elapsed);
}

#[test]
fn end_during_question_changes_nothing() {
    for end in ["input", "signal", "cancelled"] {
        let (server, id) = server();
        let mut agent = Agent::initialized(server.program("mcp"));
        agent.ask("tools/call", json!({"name": DELETE, "arguments": {"id": id}}));
        let question = agent.receive();
        let began = Instant::now();
        match end {
            "input" => {
                agent.running.end_input();
                assert!(is_not_approved(&agent.receive()["result"]));
            }
            "signal" => agent.running.signal(Signal::TERM),
            _ => {
                let params = json!({"requestId": 1});
                agent.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}));
                let cancelled = agent.receive();
                assert_eq!(cancelled["params"]["requestId"], question["id"], "{cancelled}");
                // The answer is too late.
                agent.send(&json!({"jsonrpc": "2.0", "id": question["id"], "result": yes()}));
            }
        }
        agent.finish();
        assert!(server.calls(Call::Delete).is_empty() && began.elapsed() < Duration::from_secs(4), "{end}");
    }
}

/// Stops the server's next answer to such a request. Returns a function that waits for the request, and one that lets it go on.
fn stop(server: &FakeServer, stopped: Call) -> (impl Fn(), impl Fn()) {
    let (sender, arrived) = channel();
    let (release, released) = channel::<()>();
    server.before_each(move |_, request, _| {
        if request.call == stopped {
            sender.send(()).unwrap_or_default();
            released.recv().unwrap_or_default();
        }
    });
    (move || arrived.recv_timeout(Duration::from_secs(20)).unwrap(), move || release.send(()).unwrap())
}

/// Asks and approves without waiting for the result.
fn approve(agent: &mut Agent, tool: &str, arguments: &Value) {
    let asked = agent.call(tool, arguments);
    let answers = json!({"approval": yes()});
    let state = &asked["requestState"];
    let params = json!({"name": tool, "arguments": arguments, "requestState": state, "inputResponses": answers});
    agent.ask("tools/call", params);
}

#[test]
fn token_is_created_although_server_ends() {
    let saved = "Saved the token value to ";
    let lost = "error: the value of token `ci-run` was not delivered; the token was created with ID cm3k1x9qf";
    for (end, options, told) in [
        ("input", "", saved),
        ("signal", "", saved),
        ("signal", "--show-values", lost),
        ("pipe", "", saved),
        ("pipe", "--show-values", lost),
    ] {
        let (server, _) = server();
        let (wait, release) = stop(&server, Call::Create);
        let program = server.program("mcp").args(options);
        let output = if end == "pipe" { Output::Lines(1) } else { Output::Default };
        let mut agent = Agent::start(program.clone().stdout(output));
        approve(&mut agent, CREATE, &json!({"payload": {"name": "ci-run"}}));
        wait();
        match end {
            "input" => agent.running.end_input(),
            "signal" => agent.running.signal(Signal::TERM),
            _ => {}
        }
        if end != "pipe" {
            agent
                .running
                .wait_for_stderr("A token is being created or deleted. Waiting for the response of the server.");
        }
        if end == "signal" {
            // Clients send a second signal if the server does not end.
            agent.running.signal(Signal::INT);
            agent.running.signal(Signal::TERM);
        }
        release();
        let run = agent.finish();
        assert!(run.stderr.contains(told), "{end}: {}", run.stderr);
        assert_eq!(files(&program), usize::from(options.is_empty()));
    }
}

#[test]
fn cancelled_deletion_is_told() {
    for (answer, told) in [(204, "Deleted ci-pipeline (cm3k1x9qf"), (403, "error: Cannot manage access tokens.")] {
        let (server, id) = server();
        let (wait, release) = stop(&server, Call::Delete);
        if answer != 204 {
            server.answer_once(Call::Delete, answer);
        }
        let mut agent = Agent::start(server.program("mcp"));
        approve(&mut agent, DELETE, &json!({"id": id}));
        wait();
        agent.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}}));
        agent.send(&json!({"jsonrpc": "2.0", "id": 7, "method": "ping", "params": {"_meta": agent.meta}}));
        assert_eq!(agent.receive()["id"], 7);
        release();
        agent.running.wait_for_stderr(told);
        agent.finish();
    }
}

#[test]
fn silent_client_cannot_hang_server() {
    let (server, _) = server();
    for end in ["input", "signal"] {
        let mut agent = Agent::start(server.program("mcp -v").stdout(Output::Stalled));
        agent.ask("tools/call", json!({"name": LIST}));
        agent.running.wait_for_stderr("GET /api/svc/v1/personal-access-tokens");
        match end {
            "input" => agent.running.end_input(),
            _ => agent.running.signal(Signal::INT),
        }
        agent.running.finish().exits(0);
    }
}

#[test]
fn cancelled_listing_stops() {
    let server = FakeServer::start();
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_mins(5));
    server.add_fault(Fault::answer(Call::List, slow));
    let (sender, arrived) = channel();
    server.before_each(move |_, _, _| sender.send(()).unwrap_or_default());
    let mut agent = Agent::initialized(server.program("mcp"));
    agent.ask("tools/call", json!({"name": LIST}));
    arrived.recv_timeout(Duration::from_secs(20)).unwrap();
    agent.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}}));
    // No response follows; the server answers the next request.
    let params = json!({"name": LIST});
    agent.send(&json!({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}));
    assert_eq!(agent.receive()["id"], 7);
    agent.finish();
}
