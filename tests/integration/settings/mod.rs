//! Where base URL and key come from, and where a key never goes.

mod base_url;
mod dotenv;
mod hostile;
mod key;
mod places;
mod redirects;
mod refusals;
mod surroundings;

use crate::support::platform::{KEY_SENTINEL, Platform};
use crate::support::program::{Program, Run};
use crate::support::servers::{RawServer, Script};

/// A key with the sentinel in it, as a user of a hostile server would have it.
const KEY: &str = "tfy_key_SENTINEL_of_the_tests";

/// `list` without anything to wait for.
fn list(program: Program) -> Program {
    program.args(["list", "--retries", "0"])
}

/// What a run of `list` that the platform answered leaves for an empty account.
#[track_caller]
fn lists_nothing(run: Run) {
    let run = run.exits(0);
    assert_eq!(run.stdout, "");
}

/// Asserts that every request of the platform was signed with this key, and that there was one.
#[track_caller]
fn signed_with(platform: &Platform, key: &str) {
    let requests = platform.requests();
    assert!(!requests.is_empty(), "nothing was asked");
    for request in requests {
        assert_eq!(request.header("authorization"), Some(&*format!("Bearer {key}")));
    }
}

/// A server that would take any key, and answers so that it would be sent another.
fn hostile() -> RawServer {
    RawServer::answering(vec![Script::json(200, r#"{"data":[],"pagination":{"total":0}}"#)])
}

/// Asserts that nothing at all came to a server.
#[track_caller]
fn got_nothing(server: &RawServer) {
    assert_eq!(server.seen().connections(), 0, "a connection was made");
    assert!(!server.seen().contains(KEY_SENTINEL));
}
