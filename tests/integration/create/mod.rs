//! `create`: what is asked of the platform, and how the value is handed over.

mod expiry;
mod failures;
mod name;
mod output;
mod request;
mod save;

use crate::support::platform::Platform;
use crate::support::program::Program;

/// `create` with these arguments, in a hurry.
fn create(platform: &Platform, arguments: &[&str]) -> Program {
    Program::against(platform.url(), platform.key())
        .args(["create", "--retries", "0"])
        .args(arguments)
}

/// Asserts that the arguments are refused in these words and that nothing is asked of the platform.
#[track_caller]
fn assert_refused(platform: &Platform, arguments: &[&str], why: &str) {
    let run = create(platform, arguments).run().exits(2);
    assert_eq!(run.stdout, "", "{arguments:?}");
    assert!(
        run.stderr.starts_with(&format!("error: {why}")),
        "{arguments:?}: {}",
        run.stderr
    );
    assert_eq!(platform.requests().len(), 0, "{arguments:?}");
}
