//! Commands, options, values, files and token names.

use super::{account, against, offered};
use crate::support::platform::Call;
use crate::support::program::Program;

#[test]
fn commands_are_offered_in_the_order_of_the_help() {
    let offered = offered(&Program::bare(), &["tfy-tokens", ""]);
    let commands: Vec<&str> = offered
        .iter()
        .map(String::as_str)
        .take_while(|word| !word.starts_with('-'))
        .collect();
    assert_eq!(
        commands,
        [
            "list",
            "create",
            "delete",
            "rotate",
            "revoke-all",
            "status",
            "completions",
            "man",
            "help"
        ]
    );
}

#[test]
fn what_was_begun_is_completed() {
    let program = Program::bare();
    assert_eq!(offered(&program, &["tfy-tokens", "r"]), ["rm", "rotate", "revoke-all"]);
    assert_eq!(offered(&program, &["tfy-tokens", "list", "--sea"]), ["--search"]);
    assert_eq!(
        offered(&program, &["tfy-tokens", "list", "--ex"]),
        ["--expired", "--expires-within"]
    );
    assert_eq!(
        offered(&program, &["tfy-tokens", "delete", "--inc"]),
        ["--include-current"]
    );
    assert_eq!(offered(&program, &["tfy-tokens", "nonsense", "x"]), [""; 0]);
}

#[test]
fn values_of_options_are_offered() {
    let program = Program::bare();
    for words in [
        &["tfy-tokens", "list", "-o", "js"][..],
        &["tfy-tokens", "list", "--output", "js"],
        &["tfy-tokens", "-o", "js"],
    ] {
        assert_eq!(offered(&program, words), ["json", "jsonl"]);
    }
    assert_eq!(
        offered(&program, &["tfy-tokens", "list", "--output=js"]),
        ["--output=json", "--output=jsonl"]
    );
    assert_eq!(
        offered(&program, &["tfy-tokens", "list", "-ojs"]),
        ["-ojson", "-ojsonl"]
    );
    assert_eq!(
        offered(&program, &["tfy-tokens", "list", "--sort", ""]),
        ["name", "created", "expires", "last-used"]
    );
    assert_eq!(
        offered(&program, &["tfy-tokens", "create", "x", "--type", ""]),
        ["jwt", "opaque"]
    );
    assert_eq!(
        offered(&program, &["tfy-tokens", "list", "--color", "a"]),
        ["auto", "always"]
    );
    assert_eq!(offered(&program, &["tfy-tokens", "completions", "f"]), ["fish"]);
}

#[test]
fn files_and_folders_of_the_working_directory_are_offered() {
    let program = Program::bare()
        .write_cwd_file("keys/old.token", "")
        .write_cwd_file("kept.token", "");
    assert_eq!(
        offered(&program, &["tfy-tokens", "create", "--save", "ke"]),
        ["kept.token", "keys/"]
    );
    assert_eq!(
        offered(&program, &["tfy-tokens", "create", "--save", "keys/"]),
        ["keys/old.token"]
    );
    assert_eq!(offered(&program, &["tfy-tokens", "man", "ke"]), ["keys/"]);
}

#[test]
fn token_names_are_offered_where_a_token_is_named() {
    let platform = account();
    let program = against(&platform);
    assert_eq!(
        offered(&program, &["tfy-tokens", "delete", "ci-"]),
        ["ci-nightly", "ci-pipeline"]
    );
    assert_eq!(offered(&program, &["tfy-tokens", "rotate", "l"]), ["laptop"]);
    assert_eq!(
        offered(&program, &["tfy-tokens", "-q", "delete", "--yes", "laptop", "ci-p"]),
        ["ci-pipeline"]
    );
    assert_eq!(
        offered(&program, &["tfy-tokens", "delete", "--", "ci-p"]),
        ["ci-pipeline"]
    );
    assert_eq!(offered(&program, &["tfy-tokens", "delete", "pipeline"]), [""; 0]);
    let requests: Vec<Call> = platform.requests().iter().map(|seen| seen.call).collect();
    assert_eq!(requests, [Call::List; 5]);
}

#[test]
fn all_tokens_are_offered_and_not_the_first_page() {
    let platform = account();
    platform.add_many(250);
    let offered = offered(&against(&platform), &["tfy-tokens", "delete", "token-"]);
    assert_eq!(offered.len(), 250);
}

#[test]
fn nothing_is_asked_of_the_platform_where_no_token_is_named() {
    let platform = account();
    let program = against(&platform);
    for words in [
        &["tfy-tokens", ""][..],
        &["tfy-tokens", "de"],
        &["tfy-tokens", "create", ""],
        &["tfy-tokens", "list", ""],
        &["tfy-tokens", "list", "--search", ""],
        &["tfy-tokens", "delete", "--unused-for", ""],
        &["tfy-tokens", "rotate", "laptop", "--as", ""],
        &["tfy-tokens", "rotate", "laptop", ""],
    ] {
        let offered = offered(&program, words);
        assert!(!offered.iter().any(|word| word == "laptop"), "{words:?}: {offered:?}");
    }
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn shells_that_describe_what_they_offer_are_told_when_a_token_expires() {
    let platform = account();
    let program = against(&platform).arg("--").args(["tfy-tokens", "delete", ""]);
    let of_fish = program.clone().env("COMPLETE", "fish").run().exits(0);
    let tokens: Vec<&str> = of_fish.stdout.lines().take(3).collect();
    let ten_days = "expires in 10 days";
    assert_eq!(
        tokens,
        [
            "laptop\tnever expires",
            "ci-nightly\texpired",
            &format!("ci-pipeline\t{ten_days}")
        ]
    );
    let of_zsh = program
        .env("COMPLETE", "zsh")
        .env("_CLAP_COMPLETE_INDEX", "2")
        .run()
        .exits(0);
    let tokens: Vec<&str> = of_zsh.stdout.lines().take(3).collect();
    assert_eq!(
        tokens,
        [
            "laptop:never expires",
            "ci-nightly:expired",
            &format!("ci-pipeline:{ten_days}")
        ]
    );
}
