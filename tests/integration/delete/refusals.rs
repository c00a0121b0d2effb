//! Command lines that are refused before any request.

use crate::support::{FakeServer, Input, cases, snapshot};

#[test]
fn deletion_requires_yes_without_terminal() {
    let server = FakeServer::with(&["ci"]);
    snapshot!(server.program("delete ci -o json").stdin(Input::Text("y\n".into())), @r#"
    exit: 2
    --- stderr
    {"error":{"kind":"unconfirmed","message":"deleting tokens requires --yes when not running interactively","hint":null,"status":null,"exitCode":2}}
    "#);
    let run = server.program("delete ci --no-input").run().exits(2);
    assert_eq!(run.stderr, "error: deleting tokens requires --yes when not running interactively\n");
}

#[test]
fn missing_token_is_usage_error() {
    let server = FakeServer::start();
    snapshot!(server.program("delete --yes"), @"
    exit: 2
    --- stderr
    error: at least one TOKEN is required when not running interactively
    hint: run `tfy-tokens list`
    ");
    server.program("delete --dry-run").run().exits(2);
}

#[test]
fn invalid_arguments_are_refused() {
    let server = FakeServer::with(&["ci"]);
    for case in cases(
        "ci --expired         | cannot be used with
         ci --unused-for 90d  | cannot be used with
         ci --search c        | cannot be used with
         ci --active          | cannot be used with
         --expires-within 9d ci | cannot be used with
         --unused-for=        | expected a number and a unit
         --unused-for 0d      | it must be longer than zero
         ci -o csv            | only `list` supports this format",
    ) {
        let [arguments, message] = case.columns();
        let run = server.program("delete --yes").args(arguments).run().exits(2);
        assert!(run.stdout.is_empty() && run.stderr.contains(message), "{case:?}: {}", run.stderr);
    }
    let run = server.program("delete ci --yes").arg("").run().exits(2);
    assert!(run.stderr.contains("invalid value '' for '[TOKEN]...': it is empty"), "{}", run.stderr);
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
