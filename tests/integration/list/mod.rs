//! Tests of `list`.

mod colors;
mod filters;
mod formats;
mod messages;
#[cfg(unix)]
mod window;

use crate::support::Run;

/// The names in the JSON output of a run, separated by spaces; `-` stands for a token without a name.
#[track_caller]
fn names(run: &Run) -> String {
    let tokens = run.json();
    let tokens = tokens.as_array().expect("an array").iter();
    tokens.map(|token| token["name"].as_str().unwrap_or("-")).collect::<Vec<_>>().join(" ")
}
