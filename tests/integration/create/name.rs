//! A missing name is asked for at a terminal.

use crate::support::{CTRL_C, CTRL_D, ENTER, FakeServer, Input, Output, Terminal, snapshot};

#[test]
fn missing_name_is_usage_error_off_terminal() {
    let server = FakeServer::start();
    let run = snapshot!(server.program("create").stdin(Input::Text("ci-run-81\n".to_owned())), @"
    exit: 2
    --- stderr
    error: the NAME argument is required when not running interactively
    hint: run `tfy-tokens create my-token --expires 90d`
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
    session.wait_for("try `ci-run`\nName of the new token:").send("ci-run-81").send(ENTER);
    snapshot!(session, @r#"
    exit: 0
    --- screen
    Name of the new token: CI Run
    invalid answer: a name has 3 to 36 characters (a-z, 0-9 and -), starts with a letter, and ends with a letter or digit; `C` is not allowed; try `ci-run`
    Name of the new token: ci-run-81
    Creating token ci-run-81 on [SERVER]; never expires
    The token never expires. To limit it, pass an expiry such as --expires 90d.
    warning: Save this token NOW — it will not be shown again.
    --- stdout
    [VALUE]
    --- requests
    POST /personal-access-tokens 201 {"name":"ci-run-81"}
    "#);
}

#[test]
fn help_and_commands_are_no_names() {
    let server = FakeServer::start();
    let help = server.program("create --help").run().exits(0).stdout;
    for arguments in ["create help", "create --expires 1d help", "-q create help -o json"] {
        assert_eq!(server.program(arguments).run().exits(0).stdout, help, "{arguments}");
    }
    for command in ["list", "delete", "rotate", "revoke-all", "status", "man", "completions"] {
        let [argument, option] = ["help", "--help"].map(|word| server.program(command).arg(word).run().exits(0).stdout);
        assert_eq!(argument, option);
    }
    snapshot!(server.program("create list"), @"
    exit: 2
    --- stderr
    error: invalid value 'list' for '[NAME]'

      tip: `list` is a command; to create a token with this name, run `tfy-tokens create -- list`

    For more information, try 'tfy-tokens create --help'.
    ");
    let failure = server.program("create rotate --expires 1d -o json").run().exits(2).failure();
    let hint = "`rotate` is a command; to create a token with this name, run `tfy-tokens create -- rotate`";
    assert_eq!(failure["hint"], hint);
    assert!(server.requests().is_empty());
    for name in ["help", "list"] {
        server.program("create -q --").arg(name).delivers_value().run().exits(0);
    }
    assert_eq!(server.names(), "list help");
}

#[test]
fn prompt_refuses_help_and_commands() {
    let server = FakeServer::start();
    let session = Terminal::size(160, 20).run(&server.program("create"));
    session.wait_for("Name of the new token:").send("help").send(ENTER);
    let answer =
        "invalid answer: `help` is a command; to create a token with this name, run `tfy-tokens create -- help`";
    session.wait_for(&format!("{answer}\nName of the new token:"));
    session.send(CTRL_D);
    session.finish().exits(130);
    assert!(server.requests().is_empty());
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
