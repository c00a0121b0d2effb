//! `tfy-tokens delete` where nobody is asked; at a terminal it is in `terminal`.

mod at_once;
mod current;
mod faults;
mod filters;
mod outcomes;
mod refusals;

use crate::support::platform::{Platform, TokenSeed};
use crate::support::program::Program;

pub const AFTERWARDS: &str = "If services fail now, they were using this token: create a new one and update them.\n";

const UNCONFIRMED: &str = "error: deleting tokens needs a yes, which cannot be asked for here: nothing was done\n\
     hint: add --yes to do it without being asked\n";

fn delete(platform: &Platform) -> Program {
    delete_retrying(platform, 0)
}

fn delete_retrying(platform: &Platform, retries: u32) -> Program {
    Program::against(platform.url(), platform.key()).args(["delete", "--retries", &retries.to_string()])
}

/// Adds tokens of these names and answers with their ids.
pub fn add<const COUNT: usize>(platform: &Platform, names: [&str; COUNT]) -> [String; COUNT] {
    names.map(|name| platform.add(TokenSeed::named(name)))
}

/// The requests that were to change something, sorted.
pub fn changes(platform: &Platform) -> Vec<String> {
    let requests = platform.requests().into_iter();
    let mut changes: Vec<String> = requests
        .filter(|seen| seen.method.as_str() != "GET")
        .map(|seen| format!("{} {}", seen.method, seen.path))
        .collect();
    changes.sort_unstable();
    changes
}

/// The request that deletes a token.
pub fn deletion(id: &str) -> String {
    format!("DELETE /api/svc/v1/personal-access-tokens/{id}")
}

/// The names that are left, the last added first.
pub fn left(platform: &Platform) -> Vec<String> {
    platform.tokens().into_iter().map(|token| token.name).collect()
}
