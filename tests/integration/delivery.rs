//! The value of a new token is delivered, or its fate is told.
#![cfg(unix)]

mod given_up;
mod interrupted;
mod looked_up;
mod lost;
mod refused;
mod rotated;
mod saved;
mod written;

use jiff::Timestamp;

use crate::support::platform::{Call, Platform};
use crate::support::program::{Program, Run};

/// The first token that a platform makes.
const ID: &str = "cm3k1x9qf000001";

const NOT_THERE: &str = "no token of this name exists now";
const TO_BE_SURE: &str = "run `tfy-tokens list --search ci-run` to be sure, then create it again";

fn program(platform: &Platform) -> Program {
    Program::against(platform.url(), platform.key())
}

/// Creates `ci-run`, and repeats what may be repeated.
fn create(platform: &Platform) -> Program {
    program(platform).args(["create", "ci-run"])
}

/// Creates `ci-run`, and tries everything once.
fn create_trying_once(platform: &Platform) -> Program {
    create(platform).args(["--retries", "0"])
}

/// Standard error with each time in it replaced, where standard output has nothing.
#[track_caller]
fn told(run: &Run) -> String {
    assert_eq!(run.stdout, "");
    let steady = |word: &str| match word.trim_end().parse::<Timestamp>() {
        Ok(_) => word.replace(word.trim_end(), "TIME"),
        Err(_) => word.to_owned(),
    };
    run.stderr.split_inclusive([' ', '\n']).map(steady).collect()
}

/// What is told where the value of `ci-run` was lost; `why` has a line for each cause.
fn lost(fate: &str, why: &[&str], hint: &str) -> String {
    let why: String = why.iter().flat_map(|line| ["  ", line, "\n"]).collect();
    format!(
        "Creating the token ci-run, which never expires\n\
         error: the value of `ci-run` was not delivered: {fate}\n{why}hint: {hint}\n"
    )
}

/// The same where the token was found.
fn lost_and_found(why: &[&str]) -> String {
    lost(
        &format!("the token exists, its id is {ID}, created TIME"),
        why,
        &format!("its value cannot be shown again: delete it with `tfy-tokens delete {ID}` and create a new one"),
    )
}

/// What is told of an answer that never came.
fn cut_off(platform: &Platform) -> [String; 2] {
    [
        format!("the answer from {} did not arrive in full", platform.url()),
        "connection closed before message completed".to_owned(),
    ]
}

/// One POST, and one search for the name afterwards.
#[track_caller]
fn looked_up_once(platform: &Platform) {
    let calls: Vec<Call> = platform.requests().iter().map(|seen| seen.call).collect();
    assert_eq!(calls, [Call::Create, Call::List]);
    let search = &platform.calls(Call::List)[0];
    assert_eq!(search.parameter("nameSearchQuery"), Some("ci-run"));
}

/// The arguments of the commands that a run told its user to type.
fn printed_commands(run: &Run) -> Vec<Vec<String>> {
    let quoted = run.stderr.split('`').skip(1).step_by(2);
    let commands = quoted.filter_map(|text| text.strip_prefix("tfy-tokens "));
    commands
        .map(|command| command.split(' ').map(str::to_owned).collect())
        .collect()
}

/// Does what a run told its user to do with the token, and finds the platform empty afterwards.
#[track_caller]
fn obey(platform: &Platform, run: &Run) {
    let commands = printed_commands(run);
    let deletion = commands.iter().find(|words| words[0] == "delete");
    let deletion = deletion.expect("a command that deletes the token");
    program(platform).args(deletion).arg("--yes").run().exits(0);
    assert_eq!(platform.tokens(), []);
}
