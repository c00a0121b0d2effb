//! No input makes the program panic. The test support looks for panics in all output.

mod local_input;
mod server_input;

use crate::support::{Exit, Run};

/// Asserts that the program ended by itself with an exit code of its own.
#[track_caller]
fn has_exit_code(run: &Run) {
    let is_known = matches!(run.exit, Exit::Code(0..=7 | 130));
    assert!(is_known, "{}", run.snapshot());
}
