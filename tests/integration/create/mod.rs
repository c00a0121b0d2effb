//! Tests of `create`: its request and its output. Values that are lost on the way are in `delivery`.

mod expiry;
mod failures;
#[cfg(unix)]
mod name;
mod output;
mod request;

use crate::support::{FakeServer, Run};

/// Checks the exit code and the beginning of standard error, and that there is no result.
#[track_caller]
fn assert_fails(run: &Run, code: i32, error: &str) {
    let is_expected = run.code() == code && run.stdout.is_empty() && run.stderr.starts_with(error);
    assert!(is_expected, "{}", run.snapshot());
}

/// Creates the token `ci-run-81` with these options and returns the run, whose standard output is the value and a newline.
#[track_caller]
fn created(server: &FakeServer, options: &str) -> Run {
    let program = server.program("create ci-run-81").args(options).delivers_value();
    let run = program.run().exits(0);
    let value = server.value_of("ci-run-81").expect("a created token");
    assert_eq!(run.stdout, value + "\n");
    run
}
