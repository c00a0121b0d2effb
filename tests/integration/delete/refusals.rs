//! Command lines that are refused before any request.

use crate::support::{FakeServer, Input, SENTINEL, cases, snapshot};

#[test]
fn deletion_requires_yes_without_terminal() {
    let server = FakeServer::with(&["ci"]);
    snapshot!(server.program("delete ci"), @"
    exit: 2
    --- stderr
    error: deleting tokens requires --yes when not running interactively
    ");
    snapshot!(server.program("delete ci -o json"), @r#"
    exit: 2
    --- stderr
    {"error":{"kind":"unconfirmed","message":"deleting tokens requires --yes when not running interactively","hint":null,"status":null,"exitCode":2}}
    "#);
}

#[test]
fn other_input_confirms_no_deletion() {
    let server = FakeServer::with(&["ci"]);
    let program = server.program("delete ci");
    for program in [
        program.clone().stdin(Input::Closed),
        program.clone().stdin(Input::File("y\n".into())),
        program.clone().stdin(Input::Text("y\n".into())),
        program.stdin(Input::Text("yes\n".into())).args("--no-input"),
    ] {
        program.run().exits(2);
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn missing_token_is_usage_error() {
    let server = FakeServer::start();
    snapshot!(server.program("delete"), @"
    exit: 2
    --- stderr
    error: at least one TOKEN is required when not running interactively
    hint: run `tfy-tokens delete TOKEN...`
    ");
    for option in ["--yes", "--dry-run", "--include-current"] {
        let run = server.program("delete").args(option).run().exits(2);
        assert!(run.stderr.starts_with("error: at least one TOKEN"), "{}", run.stderr);
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn invalid_arguments_are_refused() {
    let server = FakeServer::with(&["ci"]);
    for case in cases(
        "ci --expired         | cannot be used with
         ci --unused-for 90d  | cannot be used with
         ci ''                | invalid value '' for '[TOKEN]...': it is empty
         ''                   | invalid value '' for '[TOKEN]...': it is empty
         --unused-for=        | expected a number and a unit
         --unused-for 0d      | it must be longer than zero
         --unused-for=-3d     | it must be longer than zero
         --unused-for 3m      | `m` is ambiguous
         ci -o csv            | only `list` supports this format",
    ) {
        let [arguments, message] = case.columns();
        let program = arguments
            .split(' ')
            .fold(server.program("delete --yes"), |program, argument| program.arg(argument.trim_matches('\'')));
        let run = program.run().exits(2);
        assert!(run.stdout.is_empty() && run.stderr.contains(message), "{case:?}: {}", run.stderr);
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn key_instead_of_name_is_not_echoed() {
    let server = FakeServer::with(&["ci"]);
    let opaque = format!("tfy_{SENTINEL}_00042");
    let jwt = format!("eyJhbGciOiJSUzI1NiJ9.eyJ0ZW5hbnROYW1lIjoiYWNtZSJ9.{SENTINEL}");
    for value in [opaque.clone(), jwt, format!(" {opaque}")] {
        for options in ["--yes", "ci --yes -v", "--yes -o json", "--dry-run"] {
            let program = server.program("delete").arg(&value).args(options).secret(&value);
            let run = program.run().exits(2);
            assert!(run.stderr.contains("looks like a"), "{}", run.stderr);
        }
        let program = server.program("delete --expired").arg(&value).secret(&value);
        program.run().exits(2);
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn rm_and_remove_are_aliases() {
    for alias in ["rm", "remove"] {
        let server = FakeServer::with(&["ci"]);
        server.program(alias).args("ci --yes").run().exits(0);
        assert_eq!(server.names(), "", "{alias}");
    }
}
