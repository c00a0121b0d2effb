//! Tests of `create`: its request and its output. Values that are lost on the way are in `delivery`.

mod expiry;
mod failures;
#[cfg(unix)]
mod name;
mod output;
mod request;

use crate::support::Run;

/// Checks the exit code and the beginning of standard error, and that there is no result.
#[track_caller]
fn assert_fails(run: &Run, code: i32, error: &str) {
    let is_expected = run.code() == code && run.stdout.is_empty() && run.stderr.starts_with(error);
    assert!(is_expected, "{}", run.snapshot());
}
