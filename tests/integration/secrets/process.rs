//! Information that other processes on the same machine can read.

use rustix::process::Signal;
use std::fs;

use super::UNUSUAL_KEY;
use crate::support::Program;
use crate::support::servers::{RawServer, Script};

/// Runs `program` until it waits for a response, and returns the result of `inspect` with its process ID.
#[cfg(target_os = "linux")]
fn while_waiting<T>(program: &Program, server: &RawServer, inspect: impl Fn(u32) -> T) -> T {
    let running = program.start();
    server.received().wait_for_requests(1);
    let result = inspect(running.id());
    running.signal(Signal::TERM);
    running.finish().exits(128 + 15);
    result
}

#[test]
#[cfg(target_os = "linux")]
fn command_line_omits_key() {
    let server = RawServer::answering(vec![Script::Silence]);
    let program = Program::with_settings(server.url(), UNUSUAL_KEY, "list");
    while_waiting(&program, &server, |id| {
        let file = |name: &str| fs::read_to_string(format!("/proc/{id}/{name}")).unwrap();
        let command_line = file("cmdline");
        assert!(command_line.ends_with("tfy-tokens\0list\0"), "{command_line}");
        assert_eq!(file(&format!("task/{id}/children")), "");
        let limits = file("limits");
        let core = limits.lines().find(|line| line.starts_with("Max core file size"));
        assert_eq!(core.unwrap().split_whitespace().nth(4), Some("0"), "{limits}");
    });
}

/// If a process can be dumped, its user can read its memory with a debugger, and so can the crash handler of the system.
#[test]
#[cfg(target_os = "linux")]
fn memory_is_hidden_from_same_user() {
    use std::os::unix::fs::MetadataExt;

    let server = RawServer::answering(vec![Script::Silence]);
    let program = Program::with_settings(server.url(), UNUSUAL_KEY, "list");
    // All files of root belong to root.
    let Some(program) = program.unprivileged("memory_is_hidden_from_same_user") else {
        return;
    };
    let owner = |id, file| fs::metadata(format!("/proc/{id}/{file}")).unwrap().uid();
    let user = fs::metadata(program.home()).unwrap().uid();
    let owners = while_waiting(&program, &server, |id| ["environ", "mem", "maps"].map(|file| owner(id, file)));
    assert!(owners.iter().all(|&owner| owner != user), "{owners:?}");
}

#[test]
fn crash_writes_no_core_dump() {
    let server = RawServer::answering(vec![Script::Silence]);
    let program = Program::shell("ulimit -c unlimited; exec \"$0\" list")
        .arg(env!("CARGO_BIN_EXE_tfy-tokens"))
        .env("TFY_BASE_URL", server.url())
        .env("TFY_API_KEY", UNUSUAL_KEY);
    let running = program.start();
    server.received().wait_for_requests(1);
    running.signal(Signal::ABORT);
    running.finish().exits(128 + 6);
    assert_eq!(fs::read_dir(program.cwd()).unwrap().count(), 0);
}
