//! The value of a new token goes to one place.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value, json};

use super::{Agent, CREATE, files, is_question, question, server, text, yes};
use crate::support::{Call, Program, snapshot};

fn arguments() -> Value {
    json!({"payload": {"name": "ci-run", "expires": "90d"}})
}

fn create(agent: &mut Agent) -> Value {
    let asked = agent.call(CREATE, &arguments());
    agent.answer(CREATE, &arguments(), &asked, &yes())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn value_is_in_private_file() {
    let (server, _) = server();
    let program = server.program("mcp");
    for (program, directory) in [
        (program.clone(), program.home().join(".local/state/tfy-tokens")),
        (program.clone().env("XDG_STATE_HOME", program.home().join("state")), program.home().join("state/tfy-tokens")),
        (program.clone().env("XDG_RUNTIME_DIR", program.home().join("run")), program.home().join("run/tfy-tokens")),
        (program.clone().args("--save-dir values/new"), program.cwd().canonicalize().unwrap().join("values/new")),
    ] {
        let mut agent = Agent::start(program);
        let asked = agent.call(CREATE, &arguments());
        assert_eq!(mode(&directory), 0o700);
        let done = agent.answer(CREATE, &arguments(), &asked, &yes());
        let path = Path::new(done["structuredContent"]["savedTo"].as_str().unwrap());
        assert!(path.starts_with(&directory) && question(&asked).ends_with(&format!("written to {}", path.display())));
        assert_eq!(mode(path), 0o600);
        let value = server.value_of("ci-run").unwrap();
        assert_eq!(fs::read_to_string(path).unwrap(), format!("{value}\n"));
        assert!(text(&done).contains(&format!("gh secret set CI_RUN < {}\n", path.display())), "{done}");
        // The expiry that the person saw is the one that was sent.
        let sent = server.calls(Call::Create).last().unwrap().line();
        let expiry = done["structuredContent"]["expiresAt"].as_str().unwrap();
        assert!(sent.contains(expiry) && question(&asked).contains(expiry), "{sent}");
        agent.finish();
        server.before_each(|_, request, account| {
            if request.call == Call::List {
                account.remove("ci-run");
            }
        });
        server.program("list").run().exits(0);
    }
}

#[test]
fn file_without_value_is_removed() {
    let (server, _) = server();
    let program = server.program("mcp");
    let mut agent = Agent::start(program.clone());
    let asked = agent.call(CREATE, &arguments());
    assert_eq!(files(&program), 1);
    server.answer_once(Call::Create, 409);
    let result = agent.answer(CREATE, &arguments(), &asked, &yes());
    assert_eq!((&result["structuredContent"]["error"]["kind"], files(&program)), (&json!("name-taken"), 0));
    assert!(is_question(&agent.call(CREATE, &arguments())));
    assert_eq!(files(&program), 1);
    agent.finish();
    assert_eq!(files(&program), 0);
}

#[test]
fn unsafe_directory_is_refused() {
    let (server, _) = server();
    let program = server.program("mcp --save-dir shared");
    let directory = program.cwd().join("shared");
    fs::create_dir(&directory).unwrap();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o777)).unwrap();
    let mut agent = Agent::start(program);
    assert!(text(&agent.call(CREATE, &arguments())).contains("other users can write to the directory"));
    agent.finish();
    let mut agent = Agent::start(server.program("mcp").no_env("HOME"));
    assert!(text(&agent.call(CREATE, &arguments())).contains("hint: start the server with `--save-dir`"));
    agent.finish();
    assert!(server.requests().is_empty());
}

#[test]
fn shown_value_is_in_result_once() {
    let (server, _) = server();
    let program = server.program("mcp --show-values");
    let mut agent = Agent::start(program.clone().delivers_value());
    let done = create(&mut agent);
    assert_eq!(done["structuredContent"]["token"].as_str(), server.value_of("ci-run").as_deref());
    assert!(text(&done).ends_with("Save this token NOW — it will not be shown again.\n"), "{done}");
    agent.finish();
    assert_eq!(files(&program), 0);

    // This version has no structured results.
    let capabilities = json!({"elicitation": {}});
    let mut agent = Agent::initialized_with(program.delivers_value(), "2025-03-26", &capabilities);
    agent.ask("tools/call", json!({"name": CREATE, "arguments": {"payload": {"name": "ci-run-2"}}}));
    let question = agent.receive();
    agent.send(&json!({"jsonrpc": "2.0", "id": question["id"], "result": yes()}));
    let done = agent.receive()["result"].clone();
    assert!(text(&done).contains(&server.value_of("ci-run-2").unwrap()), "{done}");
    agent.finish();
}

/// A script that approves a creation and does not read the result.
fn unread(program: &Program) -> Program {
    let script = r#"
        mkfifo in out
        "$0" mcp --show-values <in >out &
        exec 3>in 4<out
        printf '%s\n' "$CALL" >&3
        read -r line <&4
        state=${line##*'"requestState":"'}
        state=${state%%'"'*}
        exec 4<&-
        printf '%s\n' "${RETRY%STATE*}$state${RETRY#*STATE}" >&3
        wait $!
        echo "exit $?" >&2"#;
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
    });
    let call = |id: u32, params: Value| {
        let mut params = params;
        params["_meta"] = meta.clone();
        json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}).to_string()
    };
    let retry = json!({
        "name": CREATE, "arguments": arguments(), "requestState": "STATE", "inputResponses": {"approval": yes()},
    });
    let program =
        program.clone().run_by("/bin/sh").env("CALL", call(1, json!({"name": CREATE, "arguments": arguments()})));
    program.env("RETRY", call(2, retry)).arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_tfy-tokens"))
}

#[test]
fn unread_value_is_reported() {
    let (server, _) = server();
    snapshot!(unread(&server.program("")), @r#"
    exit: 0
    --- stderr
    error: the value of token `ci-run` was not delivered; the token was created with ID cm3k1x9qf0000000000000002 at [now]
      the client did not read it
    hint: its value cannot be shown again; run `tfy-tokens delete cm3k1x9qf0000000000000002` and create it again
    exit 0
    --- requests
    GET /session 200
    POST /personal-access-tokens 201 {"expirationDate":"[now+90d]","name":"ci-run"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=ci-run 200
    "#);
}
