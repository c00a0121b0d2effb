//! Commands, options, values and token names.

use serde_json::json;

use super::{account, complete};
use crate::support::{Call, FakeServer, Program, cases};

#[test]
fn commands_keep_order_of_help() {
    let offered = complete(&Program::new(""), "tfy-tokens ");
    let (commands, _) = offered.split_once(" -").unwrap();
    assert_eq!(commands, "list create delete rotate revoke-all status completions man help");
}

#[test]
fn commands_options_and_values_are_completed() {
    for case in cases(
        "tfy-tokens r                  | rm rotate revoke-all
         tfy-tokens list --sea         | --search
         tfy-tokens list --ex          | --expired --expires-within
         tfy-tokens delete --inc       | --include-current
         tfy-tokens nonsense x         |
         tfy-tokens -o js              | json jsonl
         tfy-tokens list -o js         | json jsonl
         tfy-tokens list --output js   | json jsonl
         tfy-tokens list --output=js   | --output=json --output=jsonl
         tfy-tokens list -ojs          | -ojson -ojsonl
         # bash splits these words at the equals sign.
         tfy-tokens list --sort =      | name created expires last-used
         tfy-tokens list --output = csv --sort = cre | created
         tfy-tokens list --sort=       | --sort=name --sort=created --sort=expires --sort=last-used
         tfy-tokens create x --type=   | --type=jwt --type=opaque
         tfy-tokens list --color a     | auto always
         tfy-tokens completions f      | fish",
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
         tfy-tokens delete pipeline               |",
    ) {
        let [line, expected] = case.columns();
        assert_eq!(complete(&server.program(""), line), expected, "{case:?}");
    }
    let requests: Vec<Call> = server.requests().iter().map(|request| request.call).collect();
    assert_eq!(requests, [Call::List; 5]);
}

#[test]
fn all_pages_are_completed() {
    let server = account();
    server.add_many(250);
    let offered = complete(&server.program(""), "tfy-tokens delete token-");
    assert_eq!(offered.split(' ').count(), 250);
}

#[test]
fn other_arguments_need_no_request() {
    let server = account();
    for line in [
        "tfy-tokens ",
        "tfy-tokens de",
        "tfy-tokens create ",
        "tfy-tokens list ",
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
fn expiry_describes_token() {
    let server = account();
    let program = server.program("-- tfy-tokens delete").arg("").env("_CLAP_COMPLETE_INDEX", "2");
    for (shell, separator) in [("fish", "\t"), ("zsh", ":")] {
        let run = program.clone().env("COMPLETE", shell).run().exits(0);
        let tokens: Vec<&str> = run.stdout.lines().take(3).collect();
        let expected = ["laptop\tnever expires", "ci-nightly\texpired", "ci-pipeline\texpires in 10 days"];
        assert_eq!(tokens, expected.map(|line| line.replace('\t', separator)), "{shell}");
    }
}

#[test]
fn invalid_names_are_never_offered() {
    let server = FakeServer::start();
    for name in [
        "$(touch pwned)",
        "`touch pwned`",
        "a;touch pwned",
        "a|touch pwned",
        "a&touch pwned",
        "a>pwned",
        "a b",
        "a\nb",
        "a\u{1b}[2Jb",
        "a'b",
        "a\"b",
        "*",
        "--yes",
        "~root",
        "../x",
        "Upper-case",
        &"a".repeat(37),
    ] {
        server.add_raw(json!({"id": name, "manifest": {"name": name}}));
    }
    server.add_raw(json!({"id": "unnamed"}));
    server.add("plain-one");
    let offered = complete(&server.program(""), "tfy-tokens delete ");
    let (tokens, _) = offered.split_once(" --").unwrap();
    assert_eq!(tokens, "plain-one");
    assert_eq!(offered.matches("--yes").count(), 1, "{offered}");
}

#[test]
fn equal_names_are_offered_once() {
    let server = FakeServer::start();
    server.add_raw(json!({"id": "first", "manifest": {"name": "same-name"}}));
    server.add_raw(json!({"id": "second", "manifest": {"name": "same-name"}}));
    assert_eq!(complete(&server.program(""), "tfy-tokens delete same"), "same-name");
}
