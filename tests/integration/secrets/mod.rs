//! The API key and the values of tokens are printed only where they belong, and no input makes the program panic.
//!
//! The test support inspects all output of every run for secrets and panics. These tests provoke both.
#![cfg(unix)]

mod arguments;
mod commands;
mod panics;
mod process;
mod responses;

use crate::support::{Program, Run};

/// Looks like a personal access token.
const KEY: &str = "tfy_SENTINEL_0123456789";

/// Looks like the access token of a login session.
const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJ0ZW5hbnROYW1lIjoiYWNtZSJ9.SENTINEL_0123456789";

/// A key that no pattern recognizes.
const UNUSUAL_KEY: &str = "a-key-of-no-known-kind";

/// Adds arguments separated by spaces, and replaces `SECRET` in each of them.
fn with_secret(program: Program, arguments: &str, secret: &str) -> Program {
    let arguments = arguments.split(' ');
    arguments.fold(program, |program, argument| program.arg(argument.replace("SECRET", secret)))
}

/// Asserts that the program ended by itself with an exit code of its own.
#[track_caller]
fn has_exit_code(run: &Run) {
    let is_known = matches!(run.exit.parse(), Ok(0..=7 | 130));
    assert!(is_known, "{}", run.snapshot());
}
