//! Tests of `mcp`, with a client that writes and reads lines.

mod answers;
mod arguments;
mod client;
mod end;
mod protocol;
mod state;
mod values;

use serde_json::{Value, json};

use crate::support::{FakeServer, Input, Program, Run, Running};

const CREATE: &str = "tfy_access_tokens_create";
const DELETE: &str = "tfy_access_tokens_delete";
const LIST: &str = "tfy_access_tokens_list";
const STATUS: &str = "tfy_config_status";

/// A client of one server.
struct Agent {
    running: Running,
    lines: Box<dyn Fn(usize) -> Option<String>>,
    /// Number of lines that were read.
    read: usize,
    /// Sent with each request of 2026-07-28.
    meta: Option<Value>,
}

impl Agent {
    /// A client of 2026-07-28 that shows forms.
    fn start(program: Program) -> Self {
        Self::with_capabilities(program, &json!({"elicitation": {"form": {}}}))
    }

    fn with_capabilities(program: Program, capabilities: &Value) -> Self {
        let running = program.stdin(Input::Open).start();
        let lines = Box::new(running.lines());
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": capabilities,
        });
        Self { running, lines, read: 0, meta: Some(meta) }
    }

    /// A client that sends `initialize` and shows forms.
    fn initialized(program: Program) -> Self {
        Self::initialized_with(program, "2025-11-25", &json!({"elicitation": {}}))
    }

    fn initialized_with(program: Program, version: &str, capabilities: &Value) -> Self {
        let mut agent = Self { meta: None, ..Self::start(program) };
        let client = json!({"name": "test", "version": "1"});
        let params = json!({"protocolVersion": version, "capabilities": capabilities, "clientInfo": client});
        let result = agent.request("initialize", params);
        assert_eq!(result["serverInfo"]["name"], "tfy-tokens");
        agent.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        agent
    }

    fn send(&mut self, message: &Value) {
        self.running.send(format!("{message}\n").as_bytes());
    }

    /// The next message.
    #[track_caller]
    fn receive(&mut self) -> Value {
        let line = (self.lines)(self.read).expect("a message");
        self.read += 1;
        serde_json::from_str(&line).expect("JSON")
    }

    /// Sends a request without waiting for the response.
    fn ask(&mut self, method: &str, mut params: Value) {
        if let Some(meta) = &self.meta {
            let token = params["_meta"]["progressToken"].take();
            params["_meta"] = meta.clone();
            if !token.is_null() {
                params["_meta"]["progressToken"] = token;
            }
        }
        self.send(&json!({"jsonrpc": "2.0", "id": self.read, "method": method, "params": params}));
    }

    /// Sends a request and returns its result or its error.
    #[track_caller]
    fn request(&mut self, method: &str, params: Value) -> Value {
        self.ask(method, params);
        let response = self.receive();
        assert_eq!(response["id"], self.read - 1, "{response}");
        response.get("result").unwrap_or(&response["error"]).clone()
    }

    #[track_caller]
    fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        self.request("tools/call", json!({"name": tool, "arguments": arguments}))
    }

    /// Calls again with the state of a question and an answer to it.
    #[track_caller]
    fn answer(&mut self, tool: &str, arguments: &Value, question: &Value, answer: &Value) -> Value {
        let answers = json!({"approval": answer});
        let state = &question["requestState"];
        let params = json!({"name": tool, "arguments": arguments, "inputResponses": answers, "requestState": state});
        self.request("tools/call", params)
    }

    #[track_caller]
    fn finish(self) -> Run {
        let run = self.running.finish().exits(0);
        for line in run.stdout.lines() {
            serde_json::from_str::<Value>(line).expect("standard output carries the protocol only");
        }
        run
    }
}

/// The person's yes.
fn yes() -> Value {
    json!({"action": "accept", "content": {"approve": true}})
}

/// The text of a result.
fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap_or_default()
}

/// Whether the result is a question with a state.
fn is_question(result: &Value) -> bool {
    result["resultType"] == "input_required" && result["requestState"].is_string()
}

/// The text of the question in a result.
fn question(result: &Value) -> &str {
    result["inputRequests"]["approval"]["params"]["message"].as_str().unwrap_or_default()
}

fn is_not_approved(result: &Value) -> bool {
    result["isError"] == true && result["structuredContent"]["error"]["kind"] == "cancelled"
}

/// The number of files with values.
fn files(program: &Program) -> usize {
    let directory = program.home().join(".local/state/tfy-tokens");
    std::fs::read_dir(directory).map_or(0, Iterator::count)
}

fn server() -> (FakeServer, String) {
    let server = FakeServer::start();
    let id = server.add("ci-pipeline created=-176d expires=9d used=-2h");
    (server, id)
}
