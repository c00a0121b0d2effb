//! The value of a new token is delivered; otherwise the user learns whether the token exists and how to delete it.

mod interrupted;
mod lookup;
mod lost;
mod refused;
mod saved;
mod written;

use crate::support::{Call, FakeServer, Program, Run};

/// States of a token whose value was not delivered.
const CREATED: &str = "the value of token `ci-run` was not delivered; the token was created with ID ";
const NOT_CREATED: &str = "the value of token `ci-run` was not delivered; no token with this name exists yet\n";

/// Creates `ci-run`.
fn create(server: &FakeServer) -> Program {
    server.program("create ci-run")
}

/// A shell command in which `$0` is the program.
fn shell(server: &FakeServer, script: &str) -> Program {
    let program = server.program("-c").arg(script);
    program.arg(env!("CARGO_BIN_EXE_tfy-tokens")).run_by("/bin/sh")
}

/// Checks that the run fails with exit code 7 and that standard error contains `text`.
#[track_caller]
fn assert_undelivered(run: &Run, text: &str) {
    let is_expected = run.code() == 7 && run.stdout.is_empty() && run.stderr.contains(text);
    assert!(is_expected, "{text:?}: {}", run.snapshot());
}

/// The commands that a run printed, without the name of the program.
fn printed_commands(run: &Run) -> Vec<String> {
    let quoted = run.stderr.split('`').skip(1).step_by(2);
    let commands = quoted.filter_map(|text| text.strip_prefix("tfy-tokens "));
    commands.map(str::to_owned).collect()
}

/// Runs the printed command that deletes the token, and checks that no token is left.
#[track_caller]
fn delete_as_printed(server: &FakeServer, run: &Run) {
    let commands = printed_commands(run);
    let delete = commands.iter().find(|command| command.starts_with("delete "));
    let delete = delete.expect("a command that deletes the token");
    server.program(delete).args("--yes").run().exits(0);
    assert_eq!(server.names(), "");
}

/// Checks that the token was requested once, and then looked up once by its name.
#[track_caller]
fn assert_one_lookup(server: &FakeServer) {
    let requests = server.requests();
    let calls: Vec<Call> = requests.iter().map(|request| request.call).collect();
    assert_eq!(calls, [Call::Create, Call::List]);
    assert_eq!(requests[1].parameter("nameSearchQuery").as_deref(), Some("ci-run"));
}
