//! Requests of every command: headers, bodies, retries and limits.
#![cfg(unix)]

mod bodies;
mod connection_errors;
mod connections;
mod http2;
mod limits;
mod rate_limit;
mod retries;
mod sent;

use crate::support::servers::{RawServer, Script};

/// The page of an account without tokens.
const EMPTY: &str = r#"{"data":[],"pagination":{"total":0}}"#;

fn empty() -> Script {
    Script::json(200, EMPTY)
}

/// Lists the tokens of a server with `-o json` and asserts that there are none, without any message.
#[track_caller]
fn lists_no_token(server: &RawServer, arguments: &str) -> std::time::Duration {
    let run = server.program("list -o json").args(arguments).run().exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("[]\n", ""));
    run.elapsed
}
