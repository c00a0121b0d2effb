//! `login` and `logout`.

mod device;
mod failures;
mod key;
mod logout;
#[cfg(unix)]
mod storage;
mod stored;
#[cfg(unix)]
mod terminal;

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{FakeServer, Program};

const FILE: &str = ".truefoundry/credentials.json";

/// `login` at this server, with an empty home directory and no settings.
fn login(server: &FakeServer, options: &str) -> Program {
    Program::new(&format!("login {} {options}", server.url())).observing(server)
}

fn path(program: &Program) -> PathBuf {
    program.home().join(FILE)
}

/// The stored session, or `null`.
fn stored(program: &Program) -> Value {
    let content = std::fs::read(path(program)).ok();
    content.map_or(Value::Null, |content| serde_json::from_slice(&content).unwrap())
}

/// A session at this server that is accepted for a month, with a field that this client does not know.
fn session(server: &FakeServer) -> Value {
    let (access_token, refresh_token) = (server.key(), server.refresh_token());
    json!({"access_token": access_token, "refresh_token": refresh_token, "host": server.url(), "theirs": [1.50]})
}

#[track_caller]
fn assert_stored(program: &Program, server: &FakeServer) {
    let session = stored(program);
    assert_eq!(session["host"], server.url());
    assert_eq!(session["refresh_token"], server.refresh_token());
    Program::new("list").home_file(FILE, session.to_string()).run().exits(0);
}

#[track_caller]
fn assert_nothing_stored(program: &Program) {
    let entries: Vec<_> = std::fs::read_dir(program.home()).unwrap().collect();
    assert!(entries.is_empty(), "{entries:?}");
}
