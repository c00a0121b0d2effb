//! Killed at any moment, the file is the old one or the new one.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{list, path, session};
use crate::support::platform::{Call, Platform};

const LIMIT: Duration = Duration::from_secs(20);

#[derive(Debug, PartialEq, Eq)]
enum File {
    Old,
    New,
}

#[track_caller]
fn wait_for(platform: &Platform, call: Call) {
    let began = Instant::now();
    while platform.calls(call).is_empty() {
        assert!(began.elapsed() < LIMIT, "{call:?} did not come");
        std::thread::yield_now();
    }
}

/// Starts on a stale session, kills it when `until` returns, and tells which file is left: whole, and its owner's alone.
fn killed(platform: &Platform, until: impl FnOnce()) -> File {
    let before = session(platform, 5);
    let program = list(&before);
    let running = program.start();
    until();
    running.kill();
    running.wait();

    for entry in std::fs::read_dir(path(&program).parent().unwrap()).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let text = std::fs::read(path(&program)).unwrap();
    let after: Value = serde_json::from_slice(&text).expect("a whole file");
    assert_eq!(after["unknown"], before["unknown"]);
    if after == before {
        return File::Old;
    }
    assert_eq!(after["refresh_token"], platform.refresh_token());
    program.run().exits(0);
    File::New
}

#[test]
fn fault_18_killed_before_the_answer_the_old_file_is_there() {
    let platform = Platform::start();
    platform.latency(LIMIT);
    let left = killed(&platform, || wait_for(&platform, Call::Refresh));
    assert_eq!(left, File::Old);
}

#[test]
fn fault_18_killed_after_it_was_used_the_new_file_is_there() {
    let platform = Platform::start();
    let left = killed(&platform, || wait_for(&platform, Call::List));
    assert_eq!(left, File::New);
}

#[test]
fn fault_18_the_file_is_replaced_and_never_written_into() {
    let platform = Platform::start();
    let before = session(&platform, 5);
    let program = list(&before);
    let old = program.home().join("old.json");
    std::fs::hard_link(path(&program), &old).unwrap();
    program.run().exits(0);
    assert_eq!(std::fs::read_to_string(&old).unwrap(), before.to_string());
    assert_eq!(
        super::stored(&path(&program))["refresh_token"],
        platform.refresh_token()
    );
}

#[test]
fn fault_18_killed_in_the_middle_of_writing_the_file_is_never_half() {
    for round in 0..30 {
        let platform = Platform::start();
        killed(&platform, || {
            wait_for(&platform, Call::Refresh);
            let asked = Instant::now();
            while asked.elapsed() < Duration::from_micros(150) * round {
                std::thread::yield_now();
            }
        });
    }
}
