//! The server ends with exit code 0, and finishes what it has begun.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;
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

#[test]
fn token_is_created_although_server_ends() {
    for (end, options) in [("input", ""), ("signal", ""), ("signal", "--show-values")] {
        let (server, _) = server();
        let (sender, arrived) = channel();
        let (release, released) = channel::<()>();
        server.before_each(move |_, request, _| {
            if request.call == Call::Create {
                sender.send(()).unwrap_or_default();
                released.recv().unwrap_or_default();
            }
        });
        let program = server.program("mcp").args(options);
        let mut agent = Agent::start(program.clone());
        let arguments = json!({"payload": {"name": "ci-run"}});
        let asked = agent.call(CREATE, &arguments);
        let answers = json!({"approval": yes()});
        let state = &asked["requestState"];
        let params = json!({"name": CREATE, "arguments": arguments, "requestState": state, "inputResponses": answers});
        agent.ask("tools/call", params);
        arrived.recv_timeout(Duration::from_secs(20)).unwrap();
        if end == "input" {
            agent.running.end_input();
        } else {
            agent.running.signal(Signal::TERM);
        }
        agent.running.wait_for_stderr("A token is being created. Waiting for the response of the server.");
        if end == "signal" {
            // Clients send a second signal if the server does not end.
            agent.running.signal(Signal::INT);
            agent.running.signal(Signal::TERM);
        }
        release.send(()).unwrap();
        let run = agent.finish();
        let told = match options {
            "" => "Saved the value of token `ci-run` to ",
            _ => "error: the value of token `ci-run` was not delivered; the token was created with ID cm3k1x9qf",
        };
        assert!(run.stderr.contains(told), "{end}: {}", run.stderr);
        assert_eq!(files(&program), usize::from(options.is_empty()));
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
