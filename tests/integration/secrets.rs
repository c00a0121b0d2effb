//! Neither the key nor a value goes anywhere but where it belongs, and nothing makes the program panic.
//!
//! The harness looks through what every run of every test writes; here are the ways that are tried on purpose.
#![cfg(unix)]

mod answers;
mod arguments;
mod everywhere;
mod panics;
mod process;

use crate::support::platform::Platform;
use crate::support::program::Program;

/// What looks like a key, with the mark of a secret in it.
const KEY: &str = "tfy_SENTINEL_0123456789";

/// What looks like the access token of a sign-in, with the mark of a secret in it.
const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJ0ZW5hbnROYW1lIjoiYWNtZSJ9.SENTINEL_0123456789";

fn program(platform: &Platform) -> Program {
    Program::against(platform.url(), platform.key())
}
