//! Connections: which requests share one, and responses that look unusual.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use super::{EMPTY, lists_no_token};
use crate::support::servers::{RawServer, Script, http_response, json_response};
use crate::support::{Program, Terminal, snapshot};

/// A session of another token than those that are listed.
const SESSION: &str = r#"{"user":{"id":"ada","subject":{"subjectType":"user","subjectPatName":"laptop"}}}"#;

/// A response after which the server closes the connection without saying so.
fn closing(status: u16, body: &str) -> Script {
    Script::CutShort(json_response(status, body))
}

fn page(names: &[&str]) -> String {
    let token = |name| format!(r#"{{"id":"id-{name}","manifest":{{"name":"{name}"}}}}"#);
    let tokens: Vec<String> = names.iter().map(token).collect();
    format!(r#"{{"data":[{}],"pagination":{{"total":{}}}}}"#, tokens.join(","), names.len())
}

#[test]
fn rotation_survives_closed_connections() {
    let server = RawServer::answering(vec![
        closing(200, &page(&["ci-run"])),
        closing(200, SESSION),
        closing(201, r#"{"token":"tfy_value_SENTINEL"}"#),
        closing(200, "{}"),
    ]);
    let program = server.program("rotate ci-run --expires 1d --yes -q --retries 0").delivers_value();
    snapshot!(program, @r#"
    exit: 0
    --- stdout
    [VALUE]
    --- requests
    GET /personal-access-tokens?limit=100&offset=0
    GET /session
    POST /personal-access-tokens {"name":"ci-run-2","expirationDate":"[now+1d]"}
    DELETE /personal-access-tokens/id-ci-run
    "#);
}

#[test]
fn deletions_survive_closed_connections() {
    let server = RawServer::answering(vec![
        closing(200, &page(&["a-run", "b-run", "c-run"])),
        closing(200, SESSION),
        closing(200, "{}"),
    ]);
    server.program("delete a-run b-run c-run --yes -q").run().exits(0);
}

#[test]
fn signal_leaves_result_of_deletion_unknown() {
    let listed = [page(&["a-run", "b-run"]), SESSION.to_owned()].map(|body| Script::json(200, body));
    let server = RawServer::answering([listed.as_slice(), &[Script::Silence]].concat());
    let running = server.program("delete a-run b-run --yes -o json -q").start();
    server.received().wait_for_requests(4);
    running.signal(rustix::process::Signal::TERM);
    snapshot!(running, @r#"
    exit: killed by SIGTERM
    --- stdout
    [
    {"id":"id-a-run","name":"a-run","deleted":false,"error":"interrupted; the token may have been deleted"},
    {"id":"id-b-run","name":"b-run","deleted":false,"error":"interrupted; the token may have been deleted"}
    ]
    --- stderr
    warning: could not delete 2 of 2 tokens; a-run (id-a-run): interrupted; the token may have been deleted; b-run (id-b-run): interrupted; the token may have been deleted
    --- requests
    GET /personal-access-tokens?limit=100&offset=0
    GET /session
    DELETE /personal-access-tokens/id-a-run
    DELETE /personal-access-tokens/id-b-run
    "#);
}

#[test]
fn answer_makes_new_connection() {
    let server = RawServer::answering(vec![
        Script::json(200, page(&["ci-run"])),
        Script::json(200, SESSION),
        Script::json(200, "{}"),
    ]);
    let session = Terminal::size(100, 24).run(&server.program("delete ci-run"));
    session.wait_for("[y/N]");
    let connections = server.received().connections();
    session.send("y\r");
    session.finish().exits(0);
    assert_eq!(server.received().connections(), connections + 1);
}

#[test]
fn unusual_headers_are_accepted() {
    let folded =
        format!("HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\n\tc\r\nContent-Length: {}\r\n\r\n{EMPTY}", EMPTY.len());
    lists_no_token(&RawServer::answering(vec![Script::Answer(folded.into_bytes())]), "");

    let names: Vec<String> = (0..500).map(|number| format!("X-Header-{number}")).collect();
    let headers: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "value")).collect();
    lists_no_token(&RawServer::answering(vec![Script::Answer(http_response(200, &headers, EMPTY))]), "");

    let body = format!("\u{feff}{EMPTY}");
    lists_no_token(&RawServer::answering(vec![Script::json(200, body)]), "");
}

#[test]
fn second_address_is_tried_within_timeout() {
    // A full queue of connections drops further ones, as an address does that leads nowhere.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let Ok(answering) = TcpListener::bind(("::1", port)) else {
        return writeln!(std::io::stderr(), "skipped: this machine has no IPv6").unwrap();
    };
    rustix::net::listen(&silent, 0).unwrap();
    let _queued = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let answer = std::thread::spawn(move || {
        let (mut stream, _) = answering.accept().unwrap();
        let mut request = [0; 4096];
        let length = stream.read(&mut request).unwrap();
        stream.write_all(&json_response(200, EMPTY)).unwrap();
        length
    });
    let url = format!("http://localhost:{port}");
    let run = Program::with_settings(&url, "tfy_key_SENTINEL", "list -o json --timeout 3s").run().exits(0);
    assert_eq!(run.stdout, "[]\n");
    assert!(answer.join().unwrap() > 0);
}
