//! Tests of `list`.

mod colors;
mod filters;
mod formats;
mod messages;
mod order;
mod usage_errors;
#[cfg(unix)]
mod window;

use crate::support::Run;

/// The names in the JSON output of a run, separated by spaces; `-` stands for a token without a name.
#[track_caller]
fn names(run: &Run) -> String {
    let tokens = run.json();
    let tokens = tokens.as_array().expect("an array").iter();
    let names: Vec<_> = tokens.map(|token| token["name"].as_str().unwrap_or("-")).collect();
    names.join(" ")
}
