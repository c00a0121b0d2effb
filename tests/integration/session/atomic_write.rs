//! A program that is killed leaves the old file or the new one.

use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

use serde_json::Value;
use wiremock::ResponseTemplate;

use super::{LIMIT, list, path, session, stored};
use crate::support::{Call, FakeServer, Program};

#[track_caller]
fn wait_for(server: &FakeServer, call: Call) {
    let start = Instant::now();
    while server.calls(call).is_empty() {
        assert!(start.elapsed() < LIMIT, "no {call:?} request");
        std::thread::yield_now();
    }
}

/// Kills the program, whose session is `before`, when `until` returns. Returns `true` if the file is the new one. Asserts that
/// the file is complete, and that only its owner can access the directory's files.
#[track_caller]
fn kill(server: &FakeServer, program: &Program, before: &Value, until: impl FnOnce()) -> bool {
    let running = program.start();
    until();
    running.kill();
    let code = running.finish().code();
    assert!(matches!(code, 137 | 0), "neither killed nor successful: {code}");

    for entry in std::fs::read_dir(path(program).parent().unwrap()).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let after = stored(program);
    assert!(after["unknown"] == before["unknown"], "a field has changed");
    if after == *before {
        return false;
    }
    assert_eq!(after["refresh_token"], server.refresh_token());
    program.run().exits(0);
    true
}

#[test]
fn session_is_stored_between_refresh_and_use() {
    for (call, is_stored) in [(Call::Refresh, false), (Call::List, true)] {
        let server = FakeServer::start();
        if call == Call::Refresh {
            server.answer_once(Call::Refresh, ResponseTemplate::new(200).set_delay(LIMIT));
        }
        let before = session(&server, 5);
        let is_new = kill(&server, &list(&server, &before), &before, || wait_for(&server, call));
        assert_eq!(is_new, is_stored);
    }
}

#[test]
fn file_is_replaced_and_not_overwritten() {
    let server = FakeServer::start();
    let before = session(&server, 5);
    let program = list(&server, &before);
    let old = program.home().join("old.json");
    std::fs::hard_link(path(&program), &old).unwrap();
    program.run().exits(0);
    assert_eq!(std::fs::read_to_string(&old).unwrap(), before.to_string());
    assert_eq!(stored(&program)["refresh_token"], server.refresh_token());
}

#[test]
#[cfg(target_os = "linux")]
fn file_is_complete_when_renamed() {
    let server = FakeServer::start();
    let mut before = session(&server, 5);
    before["unknown"] = "x".repeat(1_000_000).into();
    let program = list(&server, &before);
    let renamed = super::watch(path(&program).parent().unwrap(), super::WatchFlags::MOVED_TO);
    let is_new = kill(&server, &program, &before, || renamed.recv_timeout(LIMIT).unwrap());
    assert!(is_new);
}
