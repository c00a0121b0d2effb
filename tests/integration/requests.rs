//! What is sent, how often, for how long, and what may come back.
#![cfg(unix)]

mod broken;
mod framed;
mod limited;
mod repeated;
mod sent;

use crate::support::program::{Program, Run};
use crate::support::servers::{RawServer, Script};

/// An account without tokens.
const EMPTY: &str = r#"{"data":[],"pagination":{"total":0}}"#;

fn empty() -> Script {
    Script::json(200, EMPTY)
}

/// Lists the tokens of a server.
fn list(url: &str) -> Program {
    Program::against(url, "key-of-no-platform").args(["list", "-o", "json"])
}

/// The listing was empty, and nothing was said.
#[track_caller]
fn is_empty_listing(run: Run) {
    let run = run.exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("[]\n", ""));
}

fn tries(server: &RawServer) -> usize {
    server.seen().requests().len()
}
