//! A missing name is asked for at a terminal.

use crate::support::{CTRL_C, CTRL_D, ENTER, FakeServer, Input, Output, Terminal, snapshot};

#[test]
fn missing_name_is_usage_error_off_terminal() {
    let server = FakeServer::start();
    let run = snapshot!(server.program("create").stdin(Input::Text("ci-run-81\n".to_owned())), @"
    exit: 2
    --- stderr
    error: the NAME argument is required when not running interactively
    hint: run `tfy-tokens create NAME`
    ");
    let unwanted = server.program("create --no-input").env("NO_COLOR", "1");
    let finished = Terminal::size(120, 20).run(&unwanted).finish().exits(2);
    assert_eq!(finished.output.replace("\r\n", "\n"), run.stderr);
}

#[test]
fn prompt_repeats_until_name_is_valid() {
    let server = FakeServer::start();
    let program = server.program("create").stdout(Output::File).delivers_value();
    let session = Terminal::size(160, 20).run(&program);
    session.wait_for("Name of the new token:").send("CI Run").send(ENTER);
    session.wait_for("digit\nName of the new token:").send("ci-run-81").send(ENTER);
    snapshot!(session, @r#"
    exit: 0
    --- screen
    Name of the new token: CI Run
    invalid answer: a name has 3 to 36 characters (a-z, 0-9 and -), starts with a letter, and ends with a letter or digit
    Name of the new token: ci-run-81
    Creating token ci-run-81 on [SERVER]; never expires
    warning: Save this token NOW — it will not be shown again.
    --- stdout
    [VALUE]
    --- requests
    POST /personal-access-tokens 201 {"name":"ci-run-81"}
    "#);
}

#[test]
fn cancelled_prompt_creates_no_token() {
    let server = FakeServer::start();
    let session = Terminal::size(120, 20).run(&server.program("create"));
    session.wait_for("Name of the new token:").send("ci-run");
    session.wait_for("token: ci-run").send(CTRL_C);
    snapshot!(session, @"
    exit: killed by SIGINT
    --- screen
    Name of the new token: ci-run^C
    ");
    let session = Terminal::size(120, 20).run(&server.program("create"));
    session.wait_for("Name of the new token:").send(CTRL_D);
    snapshot!(session, @"
    exit: 130
    --- screen
    Name of the new token:
    ");
}
