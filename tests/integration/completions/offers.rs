//! Commands, options, values and token names.

use serde_json::json;

use super::{account, complete};
use crate::support::{FakeServer, Program, cases};

#[test]
fn commands_options_and_values_are_completed() {
    let offered = complete(&Program::new(""), "tfy-tokens ");
    let commands = "list create delete rotate run revoke-all login logout status mcp completions man help";
    assert_eq!(offered, commands);
    for case in cases(
        "tfy-tokens r                  | rm rotate run revoke-all
         tfy-tokens list --ex          | --expired --expires-within --exit-code
         tfy-tokens nonsense x         |
         tfy-tokens -o js              | json jsonl
         tfy-tokens list -o js         | json jsonl
         tfy-tokens list --output=js   | --output=json --output=jsonl
         tfy-tokens list -ojs          | -ojson -ojsonl
         tfy-tokens delete -o          | -otable -ojson
         tfy-tokens -q ls -o j         | json jsonl
         tfy-tokens status --output=j  | --output=json
         tfy-tokens list --exp         | --expired --expires-within
         # bash splits these words at the equals sign.
         tfy-tokens list --sort =      | name created expires last-used
         tfy-tokens list --output = csv --sort = cre | created
         tfy-tokens list --color a     | auto always
         tfy-tokens completions f      | fish
         tfy-tokens run --ga           | --gateway
         tfy-tokens run git --ga       |
         tfy-tokens run --name x git - |
         tfy-tokens run -- git list    |",
    ) {
        let [line, expected] = case.columns();
        assert_eq!(complete(&Program::new(""), line), expected, "{case:?}");
    }
}

#[test]
fn token_names_are_completed() {
    let server = account();
    for case in cases(
        "tfy-tokens delete ci-                    | ci-nightly ci-pipeline
         tfy-tokens rotate l                      | laptop
         tfy-tokens -q delete --yes laptop ci-p   | ci-pipeline
         tfy-tokens delete -- ci-p                | ci-pipeline
         tfy-tokens delete pipeline               |
         # A name is offered once, and only names are offered at once.
         tfy-tokens delete ci-pipeline ci-p       |
         tfy-tokens delete ci-nightly ci-         | ci-pipeline
         # Filters cannot be used with names.
         tfy-tokens delete --expired ci-          |
         tfy-tokens delete --search=x --yes l     |",
    ) {
        let [line, expected] = case.columns();
        assert_eq!(complete(&server.program(""), line), expected, "{case:?}");
    }
    // A filter needs no request.
    assert_eq!(server.requests().len(), 7);

    let program = server.program("-- tfy-tokens delete").arg("").envs("COMPLETE=fish _CLAP_COMPLETE_INDEX=2");
    let described = "laptop\tnever expires\nci-nightly\texpired\nci-pipeline\texpires in 10 days\n";
    assert!(program.run().exits(0).stdout.starts_with(described));

    server.add_many(250);
    let offered = complete(&server.program(""), "tfy-tokens delete token-");
    assert_eq!(offered.split(' ').count(), 250);
}

#[test]
fn other_arguments_need_no_request() {
    let server = account();
    for line in [
        "tfy-tokens de",
        "tfy-tokens create ",
        "tfy-tokens list --search ",
        "tfy-tokens delete --unused-for ",
        "tfy-tokens rotate laptop --as ",
        "tfy-tokens rotate laptop ",
    ] {
        let offered = complete(&server.program(""), line);
        assert!(!offered.contains("laptop"), "{line:?}: {offered}");
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn typed_base_url_gets_no_key() {
    let (server, typed) = (account(), FakeServer::with(&["laptop-of-grace"]));
    for option in ["--base-url ", "--base-url="] {
        let line = format!("tfy-tokens {option}{} delete lap", typed.url());
        assert_eq!(complete(&server.program(""), &line), "laptop");
    }
    assert_eq!(typed.requests().len(), 0);
}

#[test]
fn invalid_names_are_never_offered() {
    let server = FakeServer::start();
    let long = "a".repeat(37);
    for name in ["$(touch pwned)", "a;b", "a b", "a\nb", "a\u{1b}[2Jb", "a'b", "*", "--yes", "~root", "Upper", &long] {
        server.add_raw(json!({"id": name, "manifest": {"name": name}}));
    }
    server.add_raw(json!({"id": "unnamed"}));
    // Two tokens with one name are offered once.
    for id in ["first", "second"] {
        server.add_raw(json!({"id": id, "manifest": {"name": "plain-one"}}));
    }
    assert_eq!(complete(&server.program(""), "tfy-tokens delete "), "plain-one");
}
