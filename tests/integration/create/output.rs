//! Output after a token was created.

use serde_json::json;

use super::{assert_fails, created};
use crate::support::{FakeServer, Output, Program, snapshot};

#[test]
fn value_is_alone_on_stdout() {
    snapshot!(FakeServer::start().program("create ci-run-81").delivers_value(), @r#"
    exit: 0
    --- stdout
    [VALUE]
    --- stderr
    Creating token ci-run-81 on [SERVER]; never expires
    warning: Save this token NOW — it will not be shown again.
    --- requests
    POST /personal-access-tokens 201 {"name":"ci-run-81"}
    "#);
}

#[test]
fn value_is_complete_in_file() {
    for token_type in ["jwt", "opaque"] {
        let server = FakeServer::start();
        let program = server.program("create ci-run-81 --type").arg(token_type);
        let run = program.stdout(Output::File).delivers_value().run().exits(0);
        assert_eq!(run.stdout, server.value_of("ci-run-81").unwrap() + "\n");
    }
}

#[test]
fn quiet_prints_only_value() {
    assert_eq!(created(&FakeServer::start(), "-q").stderr, "");
}

#[test]
fn verbose_shows_request_without_value() {
    snapshot!(FakeServer::start().program("create ci-run-81 -v").delivers_value(), @r#"
    exit: 0
    --- stdout
    [VALUE]
    --- stderr
    Creating token ci-run-81 on [SERVER]; never expires
    POST /api/svc/v1/personal-access-tokens: 201 in [MS] ms, attempt 1
    warning: Save this token NOW — it will not be shown again.
    --- requests
    POST /personal-access-tokens 201 {"name":"ci-run-81"}
    "#);
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
fn list_formats_are_refused() {
    for format in ["jsonl", "csv", "id"] {
        let program = Program::new("create ci-run-81 -o").arg(format);
        let error = "error: invalid --output: only `list` supports this format; use table or json\n";
        assert_fails(&program.run(), 2, error);
    }
}

#[cfg(unix)]
mod at_terminal {
    use super::*;
    use crate::support::Terminal;

    #[test]
    fn value_has_summary_and_advice() {
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
        POST /personal-access-tokens 201 {"expirationDate":"[now+90d]","name":"ci-run-81"}
        "#);
    }

    #[test]
    fn json_is_one_line() {
        let program = FakeServer::start().program("create ci-run-81 -o json --color never");
        snapshot!(Terminal::size(120, 20).run(&program.delivers_value()), @r#"
        exit: 0
        --- screen
        {"name":"ci-run-81","token":"[VALUE]","expiresAt":null}
        warning: Save this token NOW — it will not be shown again.
        --- requests
        POST /personal-access-tokens 201 {"name":"ci-run-81"}
        "#);
    }

    #[test]
    fn redirected_value_is_alone() {
        let program = FakeServer::start().program("create ci-run-81 --color never").stdout(Output::File);
        snapshot!(Terminal::size(120, 20).run(&program.delivers_value()), @r#"
        exit: 0
        --- screen
        Creating token ci-run-81 on [SERVER]; never expires
        warning: Save this token NOW — it will not be shown again.
        --- stdout
        [VALUE]
        --- requests
        POST /personal-access-tokens 201 {"name":"ci-run-81"}
        "#);
    }
}
