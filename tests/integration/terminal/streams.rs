//! Questions if a stream is redirected, or if the terminal is limited.

use super::{PICKER, QUESTION, assert_kept, shell};
use crate::support::{ENTER, FakeServer, Input, Output, Terminal, snapshot};

#[test]
fn no_input_asks_no_question() {
    let server = FakeServer::with(&["laptop"]);
    snapshot!(Terminal::size(100, 24).run(&server.program("delete laptop --no-input")), @"
    exit: 2
    --- screen
    error: deleting tokens requires --yes when not running interactively
    ");
    snapshot!(Terminal::size(100, 24).run(&server.program("delete --no-input")), @"
    exit: 2
    --- screen
    error: at least one TOKEN is required when not running interactively
    hint: run `tfy-tokens delete TOKEN...`
    ");
}

#[test]
fn redirected_input_confirms_no_deletion() {
    let server = FakeServer::with(&["laptop"]);
    for input in [Input::Text("y\n".into()), Input::File("y\n".into()), Input::Closed] {
        let program = server.program("delete laptop").stdin(input);
        let finished = Terminal::size(100, 24).run(&program).finish().exits(2);
        let error = "error: deleting tokens requires --yes when not running interactively";
        assert_eq!(finished.screen, error);
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
fn redirected_stdout_has_only_result() {
    let server = FakeServer::with(&["laptop"]);
    let program = server.program("delete laptop -q").stdout(Output::File);
    let session = Terminal::size(100, 24).run(&program);
    session.wait_for(QUESTION).send("y\r");
    let finished = session.finish().exits(0);
    assert_eq!(finished.stdout, "Deleted laptop (cm3k1x9qf0000000000000001)\n");
    assert!(finished.screen.ends_with("[y/N] y"), "{}", finished.screen);
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
    Which tokens do you want to delete? Space selects, Enter confirms, Esc cancels.
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
fn dumb_terminal_gets_no_escape_sequence() {
    let server = FakeServer::with(&["laptop"]);
    let program = server.program("delete laptop").env("TERM", "dumb");
    let session = Terminal::size(100, 24).run(&program);
    session.wait_for(QUESTION).send("y\r");
    let finished = session.finish().exits(0);
    assert!(!finished.output.contains('\x1b'), "{:?}", finished.output);
    assert_eq!(server.names(), "");
}

#[test]
fn dumb_terminal_has_no_picker() {
    let server = FakeServer::with(&["laptop"]);
    let program = server.program("delete").env("TERM", "dumb");
    snapshot!(Terminal::size(100, 24).run(&program), @"
    exit: 2
    --- screen
    error: at least one TOKEN is required when not running interactively
    hint: run `tfy-tokens delete TOKEN...`
    ");
}

#[test]
fn create_asks_until_name_is_valid() {
    let server = FakeServer::start();
    let program = server.program("create").stdout(Output::File).delivers_value();
    let session = Terminal::size(140, 24).run(&program);
    session.wait_for("Name of the new token:").send("No\r");
    // Keys that are typed before the next question would be discarded.
    session.wait_for("digit\nName of the new token:").send(ENTER);
    let invalid = session.screen().lines().nth(1).unwrap().to_owned();
    session.wait_for(&format!("{invalid}\nName of the new token:\n{invalid}\nName of the new token:"));
    session.send("laptop\r");
    snapshot!(session, @r#"
    exit: 0
    --- screen
    Name of the new token: No
    invalid answer: a name has 3 to 36 characters (a-z, 0-9 and -), starts with a letter, and ends with a letter or digit
    Name of the new token:
    invalid answer: a name has 3 to 36 characters (a-z, 0-9 and -), starts with a letter, and ends with a letter or digit
    Name of the new token: laptop
    Creating token laptop on [SERVER]; never expires
    warning: Save this token NOW — it will not be shown again.
    --- stdout
    [VALUE]
    --- requests
    POST /personal-access-tokens 201 {"name":"laptop"}
    "#);
}

#[test]
fn create_ends_without_name() {
    let server = FakeServer::start();
    for (keys, code) in [("\x03", "killed by SIGINT"), ("\x04", "130"), ("laptop\x04\x04", "130")] {
        let session = Terminal::size(100, 24).run(&server.program("create"));
        session.wait_for("Name of the new token:").send(keys);
        assert_eq!(session.finish().exit.to_string(), code, "{keys:?}");
    }
    assert_kept(&server);
    assert_eq!(server.names(), "");
}
