//! Output after a token was created.

use serde_json::json;

use crate::support::servers::{RawServer, Script};
use crate::support::{FakeServer, snapshot};

#[test]
fn value_is_alone_on_stdout() {
    snapshot!(FakeServer::start().program("create ci-run-81").delivers_value(), @r#"
    exit: 0
    --- stdout
    [VALUE]
    --- stderr
    Creating token ci-run-81 on [SERVER]; never expires
    The token never expires. To limit it, pass an expiry such as --expires 90d.
    warning: Save this token NOW — it will not be shown again.
    --- requests
    POST /personal-access-tokens 201 {"name":"ci-run-81"}
    "#);
}

#[test]
fn missing_expiry_is_emphasized() {
    let server = FakeServer::start();
    let program = server.program("create --color always").colored().delivers_value();
    let note = "\u{1b}[1mThe token never expires. To limit it, pass an expiry such as --expires 90d.\u{1b}[0m\n";
    assert!(program.clone().arg("ci-1").run().exits(0).stderr.contains(note));
    for arguments in ["ci-2 --expires never", "ci-3 --expires 9d", "ci-4 --quiet", "ci-5 -o json"] {
        let run = program.clone().args(arguments).run().exits(0);
        assert!(!run.stderr.contains("To limit it"), "{}", run.snapshot());
    }
}

#[test]
fn whitespace_around_value_is_removed() {
    let answer = r#"{"token":" \ttfy_value_SENTINEL_x\r\n"}"#;
    let server = RawServer::answering(vec![Script::json(201, answer)]);
    let run = server.program("create ci-run-81 -q").delivers_value().run().exits(0);
    assert_eq!(run.stdout, "tfy_value_SENTINEL_x\n");
}

#[test]
fn json_has_name_value_and_expiry() {
    let server = FakeServer::start();
    let program = server.program("create ci-run-81 --expires 2098-12-31 -o json").delivers_value();
    let run = snapshot!(program, @r#"
    exit: 0
    --- stdout
    {"name":"ci-run-81","token":"[VALUE]","expiresAt":"2098-12-31T23:59:59Z"}
    --- requests
    POST /personal-access-tokens 201 {"expirationDate":"2098-12-31T23:59:59Z","name":"ci-run-81"}
    "#);
    assert_eq!(run.json()["token"], json!(server.value_of("ci-run-81")));
}

#[test]
fn quiet_prints_only_value() {
    let server = FakeServer::start();
    let run = server.program("create ci-run-81 -q --type opaque").delivers_value().run().exits(0);
    assert_eq!((run.stdout, run.stderr.as_str()), (server.value_of("ci-run-81").unwrap() + "\n", ""));
}

#[test]
#[cfg(unix)]
fn terminal_gets_summary_and_advice() {
    use crate::support::Terminal;
    let server = FakeServer::start();
    let program = server.program("create ci-run-81 --expires 90d --color never");
    snapshot!(Terminal::size(120, 20).run(&program.delivers_value()), @r#"
    exit: 0
    --- screen
    Creating token ci-run-81 on [SERVER]; expires at [now+90d] (in 90 days)
    Name:     ci-run-81
    Expires:  [now+90d]
    [VALUE]
    warning: Save this token NOW — it will not be shown again.
    Keep it in a password manager, a CI secret store or a TrueFoundry secret group, never in Git or in plain text.
    --- requests
    GET /session 200
    POST /personal-access-tokens 201 {"expirationDate":"[now+90d]","name":"ci-run-81"}
    "#);
    let program = server.program("create ci-run-82 -o json --color never").delivers_value();
    let screen = Terminal::size(120, 20).run(&program).finish().exits(0).screen;
    assert!(screen.starts_with(r#"{"name":"ci-run-82","token":""#) && !screen.contains("Name:"), "{screen}");
}
