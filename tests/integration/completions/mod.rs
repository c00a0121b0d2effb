//! Shell completions.

mod failures;
mod offers;
#[cfg(unix)]
mod shells;

use crate::support::{FakeServer, Output, Program, snapshot};

/// Completes the last word of `line` as the script of bash does. The words are separated by single spaces, so a space at the end
/// begins an empty word. Returns the completions, separated by spaces.
#[track_caller]
fn complete(program: &Program, line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let program = program.clone().env("COMPLETE", "bash").env("_CLAP_IFS", " ").arg("--");
    let program = program.env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string());
    let run = words.into_iter().fold(program, Program::arg).run().exits(0);
    // A shell would show messages in the middle of the line.
    assert_eq!(run.stderr, "", "{line}");
    run.stdout
}

/// An account with three tokens.
fn account() -> FakeServer {
    FakeServer::with(&["ci-pipeline expires=10d", "ci-nightly expires=-3d", "laptop"])
}

#[test]
fn each_shell_has_script() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = Program::new("completions").arg(shell).run().exits(0);
        assert_eq!(run.stderr, "");
        assert!(run.stdout.contains("COMPLETE") && run.stdout.contains("tfy-tokens"), "{}", run.stdout);
        // The program is found in PATH, so the script stays valid after an update.
        assert!(!run.stdout.contains(env!("CARGO_MANIFEST_DIR")), "{}", run.stdout);
    }
    let run = Program::new("completions bash").stdout(Output::Lines(0)).run().exits(0);
    assert_eq!(run.stderr, "");
}

#[test]
fn unknown_shell_or_format_is_error() {
    snapshot!(Program::new("completions cmd"), @"
    exit: 2
    --- stderr
    error: invalid value 'cmd' for '<SHELL>'
      [possible values: bash, elvish, fish, powershell, zsh]

    For more information, try 'tfy-tokens completions --help'.
    ");
    snapshot!(Program::new("completions bash -o csv"), @"
    exit: 2
    --- stderr
    error: invalid --output: only `list` supports this format; use table or json
    ");
}
