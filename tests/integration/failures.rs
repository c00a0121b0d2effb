//! What a user is told of the platform's refusals, and of answers that are none.
#![cfg(unix)]

mod nonsense;
mod refusals;

use crate::support::platform::{Platform, TokenSeed};
use crate::support::program::Program;

/// A platform with the token `ci-run`.
fn platform() -> Platform {
    let platform = Platform::start();
    platform.add(TokenSeed::named("ci-run"));
    platform
}

/// A command that tries each request once.
fn program(platform: &Platform, arguments: &[&str]) -> Program {
    Program::against(platform.url(), platform.key())
        .args(arguments)
        .args(["--retries", "0"])
}
