//! What a shell is offered to complete a command line with.

#[cfg(unix)]
mod base_url;
mod hostile;
mod offers;
mod scripts;
#[cfg(unix)]
mod shells;
mod silence;

use crate::support::platform::{Platform, TokenSeed, in_days};
use crate::support::program::{Program, Run};

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

fn against(platform: &Platform) -> Program {
    Program::against(platform.url(), platform.key())
}

/// Runs the program as the script of bash does when Tab is pressed behind the last of `words`; the name of the program is the
/// first.
#[track_caller]
fn tab(program: &Program, words: &[&str]) -> Run {
    let run = program
        .clone()
        .env("COMPLETE", "bash")
        .env("_CLAP_IFS", "\n")
        .env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string())
        .arg("--")
        .args(words)
        .run()
        .exits(0);
    assert_eq!(run.stderr, "", "a shell would show this in the middle of the line");
    run
}

#[track_caller]
fn offered(program: &Program, words: &[&str]) -> Vec<String> {
    tab(program, words).stdout.lines().map(str::to_owned).collect()
}

/// An account with three tokens.
fn account() -> Platform {
    let platform = Platform::start();
    platform.add(TokenSeed::named("ci-pipeline").expires(in_days(10)));
    platform.add(TokenSeed::named("ci-nightly").expires(in_days(-3)));
    platform.add(TokenSeed::named("laptop"));
    platform
}
