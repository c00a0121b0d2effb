//! A client for the personal access tokens of TrueFoundry.
#![allow(dead_code)]
mod age;
mod api;
mod error;
mod secret;
mod settings;
mod text;
mod token;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program on `arguments` (the first is the program's own name) with `environment` as its
/// environment, and answers with the code to exit with.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> ExitCode {
    let _ = (arguments.into_iter().count(), environment.into_iter().count());
    ExitCode::SUCCESS
}
