//! Shell completions.

mod failures;
mod offers;
mod scripts;
#[cfg(unix)]
mod shells;

use crate::support::{FakeServer, Program};

/// Completes the last word of `line` as the script of bash does. The words are separated by single spaces, so a space at the end
/// begins an empty word. Returns the completions, separated by spaces.
#[track_caller]
fn complete(program: &Program, line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let program = program
        .clone()
        .env("COMPLETE", "bash")
        .env("_CLAP_IFS", " ")
        .env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string())
        .arg("--");
    let run = words.into_iter().fold(program, Program::arg).run().exits(0);
    // A shell would show messages in the middle of the line.
    assert_eq!(run.stderr, "", "{line}");
    run.stdout
}

/// An account with three tokens.
fn account() -> FakeServer {
    FakeServer::with(&["ci-pipeline expires=10d", "ci-nightly expires=-3d", "laptop"])
}
