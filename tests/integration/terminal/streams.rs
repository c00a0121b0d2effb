//! Questions if a stream is redirected, or if the terminal is limited.

use super::{PICKER, QUESTION, shell};
use crate::support::{FakeServer, Input, Output, Terminal, snapshot};

#[test]
fn no_input_asks_no_question() {
    let server = FakeServer::with(&["laptop"]);
    let question = server.program("delete laptop");
    let picker = server.program("delete");
    for (program, error) in [
        (question.clone().args("--no-input"), "deleting tokens requires --yes"),
        (question.clone().stdin(Input::Text("y\n".into())), "deleting tokens requires --yes"),
        (question.stdin(Input::Closed), "deleting tokens requires --yes"),
        (picker.clone().args("--no-input"), "at least one TOKEN is required"),
        (picker.env("TERM", "dumb"), "at least one TOKEN is required"),
    ] {
        let finished = Terminal::size(100, 24).run(&program).finish().exits(2);
        let error = format!("error: {error} when not running interactively");
        assert!(finished.screen.starts_with(&error), "{}", finished.screen);
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn redirected_stderr_asks_no_question() {
    let server = FakeServer::with(&["laptop"]);
    let program = shell(&server, r#"exec "$0" delete laptop 2>errors"#);
    let finished = Terminal::size(100, 24).run(&program).finish().exits(2);
    let errors = std::fs::read_to_string(program.cwd().join("errors")).unwrap();
    assert_eq!(finished.screen, "");
    assert!(errors.starts_with("error: deleting tokens requires --yes"), "{errors}");
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn redirected_json_has_only_result() {
    let server = FakeServer::with(&["laptop"]);
    let program = server.program("delete -o json").stdout(Output::File);
    let session = Terminal::size(100, 24).run(&program);
    session.wait_for(PICKER).send(" \r");
    session.wait_for(QUESTION).send("y\r");
    snapshot!(session, @r#"
    exit: 0
    --- screen
    Which tokens do you want to delete? Space selects, a selects all, Enter confirms, Esc cancels.
          NAME    ID                         CREATED AT  EXPIRES AT  LAST USED
    On [SERVER]:
    NAME    ID                         CREATED AT  EXPIRES AT  LAST USED
    laptop  cm3k1x9qf0000000000000001  2020-01-15  Never       -
    Delete this token? This cannot be undone and breaks whatever uses it. [y/N] y
    --- stdout
    [
    {"id":"cm3k1x9qf0000000000000001","name":"laptop","deleted":true}
    ]
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    "#);
}

#[test]
fn non_blocking_terminal_is_asked() {
    let server = FakeServer::with(&["laptop", "ci"]);
    // As Node.js leaves the terminal.
    let unblock = r"perl -MFcntl -e 'fcntl(STDIN, F_SETFL, O_RDWR | O_NONBLOCK)'";
    let session = Terminal::size(100, 24).run(&shell(&server, &format!(r#"{unblock}; exec "$0" delete laptop"#)));
    session.wait_for(QUESTION).send("y").wait_for("] y").send("\r");
    session.finish().exits(0);
    let session = Terminal::size(100, 24).run(&shell(&server, &format!(r#"{unblock}; exec "$0" delete"#)));
    session.wait_for(PICKER).send(" \r");
    session.wait_for(QUESTION).send("y\r");
    session.finish().exits(0);
    assert_eq!(server.names(), "");
}

#[test]
fn dumb_terminal_gets_no_escape_sequence() {
    let server = FakeServer::with(&["laptop"]);
    let program = server.program("delete laptop").env("TERM", "dumb");
    let session = Terminal::size(100, 24).run(&program);
    session.wait_for(QUESTION).send("y\r");
    let finished = session.finish().exits(0);
    assert!(!finished.output.contains('\x1b'), "{:?}", finished.output);
    assert_eq!(server.names(), "");
}
