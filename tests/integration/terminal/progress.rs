//! The line that shows progress: its texts, and that it is removed.

use wiremock::ResponseTemplate;

use crate::support::servers::{ClosedPort, RawServer, Script};
use crate::support::{CTRL_C, Call, FakeServer, Fault, Output, Program, Terminal, snapshot};

/// A response after which the request is repeated in `seconds`.
fn busy(seconds: &str) -> ResponseTemplate {
    ResponseTemplate::new(503).insert_header("Retry-After", seconds)
}

#[test]
fn ctrl_c_removes_progress() {
    for columns in [80, 20, 12] {
        let server = RawServer::answering(vec![Script::Silence]);
        let session = Terminal::size(columns, 12).run(&server.program("list"));
        session.wait_for(if columns > 20 { "Reading tokens" } else { "Readin" });
        session.send(CTRL_C);
        let finished = session.finish().exits(130);
        assert_eq!(finished.screen, "", "{columns}");
    }
}

#[test]
fn ctrl_c_during_deletion_keeps_results() {
    let server = FakeServer::with(&["laptop", "ci"]);
    let id = server.tokens()[0].id.clone();
    server.add_fault(Fault::answer(Call::Delete, busy("60")).when(move |request| request.segment == id));
    let session = Terminal::size(100, 12).run(&server.program("delete laptop ci --yes"));
    session.wait_for("Deleting tokens: the server answered 503, retrying (attempt 2 of 3)");
    session.send(CTRL_C);
    snapshot!(session, @"
    exit: killed by SIGINT
    --- screen
    Deleted laptop (cm3k1x9qf0000000000000001)
    If services fail after token deletion, they were using the deleted token. Create a new token and update them.
    warning: could not delete 1 of 2 tokens; ci (cm3k1x9qf0000000000000002): interrupted; the token may have been deleted
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000002 503
    ");
}

#[test]
fn progress_shows_connection_retries() {
    let program = Program::with_settings(ClosedPort::new().url(), "some-key-of-mine", "list");
    let finished = Terminal::size(100, 12).run(&program).finish().exits(6);
    let progress = "Reading tokens: the server cannot be reached, retrying (attempt 3 of 3)";
    assert!(finished.output.contains(progress), "{}", finished.output);
    assert!(finished.screen.starts_with("error: "), "{}", finished.screen);
}

#[test]
fn redirected_value_leaves_progress_at_terminal() {
    let server = FakeServer::start();
    server.answer_once(Call::Create, busy("2"));
    let program = server.program("create laptop").stdout(Output::File).delivers_value();
    let finished = Terminal::size(100, 12).run(&program).finish().exits(0);
    let progress = "Creating the token: the server answered 503, retrying (attempt 2 of 3)";
    assert!(finished.output.contains(progress), "{}", finished.output);
    assert_eq!(finished.stdout, server.value_of("laptop").unwrap() + "\n");
    assert!(!finished.screen.contains("Creating the token"), "{}", finished.screen);
}

#[test]
fn warning_is_on_own_line() {
    let server = FakeServer::with(&["ci"]);
    server.answer_once(Call::List, busy("3"));
    server.answer_once(Call::Session, busy("1"));
    server.answer_once(Call::Session, 404);
    let session = Terminal::size(200, 12).run(&server.program("delete ci --dry-run"));
    session.wait_for("Reading tokens").wait_for("warning: ");
    snapshot!(session, @"
    exit: 0
    --- screen
    warning: cannot check which token you are authenticated with: the server does not have this API (HTTP 404)
    On [SERVER]:
    NAME  ID                         CREATED AT  EXPIRES AT  LAST USED
    ci    cm3k1x9qf0000000000000001  2020-01-15  Never       -
    Would delete ci (cm3k1x9qf0000000000000001)
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 503
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 503
    GET /session 404
    ");
}

#[test]
fn dumb_terminal_shows_no_progress() {
    let server = FakeServer::start();
    server.answer_once(Call::List, busy("1"));
    let program = server.program("list").env("TERM", "dumb");
    let finished = Terminal::size(80, 12).run(&program).finish().exits(0);
    assert_eq!(
        finished.output,
        "You have no tokens. Run `tfy-tokens create my-token --expires 90d` to create one.\r\n"
    );
}
