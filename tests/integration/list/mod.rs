//! `list`: which tokens, in which order, how they are written, and what is said beside them.

mod colour;
mod contradictions;
mod filters;
mod formats;
mod order;
mod talk;
mod window;

use crate::support::platform::Platform;
use crate::support::program::{Program, Run};

/// `list` with these arguments, in a hurry.
fn list(platform: &Platform, arguments: &[&str]) -> Program {
    Program::against(platform.url(), platform.key())
        .args(["list", "--retries", "0"])
        .args(arguments)
}

/// The names in a run that wrote JSON.
#[track_caller]
fn names(run: &Run) -> Vec<String> {
    let tokens = run.json();
    let tokens = tokens.as_array().expect("an array").iter();
    tokens
        .map(|token| token["name"].as_str().unwrap_or("(none)").to_owned())
        .collect()
}
