//! The lock file that the `tfy` CLI uses as well: `credentials.json.lock`, locked with `flock`.

use std::fs::File;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::Signal;

use super::{LIMIT, WatchFlags, assert_refreshed, list, path, session, stored, watch};
use crate::support::{Call, FakeServer, Program, Running, snapshot};

fn lock_path(program: &Program) -> PathBuf {
    path(program).with_extension("json.lock")
}

/// The lock, held by the test until it is dropped, and a message when the program opens the lock file.
struct Held {
    _file: File,
    opened: Receiver<()>,
}

impl Held {
    fn new(program: &Program) -> Self {
        let path = lock_path(program);
        let file = File::create(&path).unwrap();
        // The standard library locks files with `flock`.
        file.lock().unwrap();
        let opened = watch(&path, WatchFlags::OPEN);
        Self { _file: file, opened }
    }

    #[track_caller]
    fn wait(&self) {
        self.opened.recv_timeout(LIMIT).expect("the lock file is opened");
    }
}

/// Starts `list` with a stale session, and returns when it waits for the lock.
#[track_caller]
fn waiting(program: &Program) -> (Running, Held) {
    let held = Held::new(program);
    let running = program.start();
    held.wait();
    (running, held)
}

#[test]
fn session_refreshed_by_lock_holder_is_used() {
    let server = FakeServer::start();
    let program = list(&server, &session(&server, -5));
    let (running, held) = waiting(&program);
    assert_eq!(server.requests().len(), 0);
    let renewed = session(&server, 3600);
    std::fs::write(path(&program), renewed.to_string()).unwrap();
    drop(held);
    running.finish().exits(0);
    assert_eq!(stored(&program), renewed);
    assert_refreshed(&server, 0, &program);
}

#[test]
fn partial_file_is_read_again_under_lock() {
    for part in ["", r#"{"access_token": "key_SENTINEL"#] {
        let server = FakeServer::start();
        let session = session(&server, 3600);
        let program = list(&server, &session);
        std::fs::write(path(&program), part).unwrap();
        let (running, held) = waiting(&program);
        std::fs::write(path(&program), session.to_string()).unwrap();
        drop(held);
        running.finish().exits(0);
        assert_refreshed(&server, 0, &program);
    }
}

#[test]
fn wait_for_lock_ends_after_10s() {
    let server = FakeServer::start();
    let program = list(&server, &session(&server, -5));
    let _held = Held::new(&program);
    let run = snapshot!(program, @"
    exit: 3
    --- stderr
    error: cannot use the login session in [HOME]/.truefoundry/credentials.json: another process has locked it for more than 10 s
    hint: try again when the other process has finished
    ");
    assert!(run.elapsed >= Duration::from_secs(10), "{:?}", run.elapsed);
}

#[test]
fn signal_ends_wait_for_lock() {
    let server = FakeServer::start();
    let (running, _held) = waiting(&list(&server, &session(&server, -5)));
    running.signal(Signal::INT);
    snapshot!(running, @"exit: killed by SIGINT");
}

#[test]
fn removed_lock_file_is_not_used() {
    let server = FakeServer::start();
    let program = list(&server, &session(&server, -5));
    let (running, first) = waiting(&program);
    std::fs::remove_file(lock_path(&program)).unwrap();
    let second = Held::new(&program);
    drop(first);
    second.wait();
    assert_eq!(server.requests().len(), 0);
    drop(second);
    running.finish().exits(0);
    assert_refreshed(&server, 1, &program);
}

#[test]
fn unusable_lock_file_is_reported() {
    let server = FakeServer::start();
    let session = session(&server, -5);
    let program = list(&server, &session).home_file(".truefoundry/credentials.json.lock/x", "");
    snapshot!(&program, @"
    exit: 3
    --- stderr
    error: cannot use the login session in [HOME]/.truefoundry/credentials.json: cannot open its lock file: Is a directory (os error 21)
    hint: make sure that you can read and write this file and its directory, then try again
    ");
    assert_eq!(stored(&program), session);
}

#[test]
fn link_or_pipe_is_no_lock_file() {
    for is_link in [true, false] {
        let server = FakeServer::start();
        let program = list(&server, &session(&server, -5));
        let target = program.home().join("target");
        if is_link {
            std::os::unix::fs::symlink(&target, lock_path(&program)).unwrap();
        } else {
            Program::other("mkfifo", "").arg(lock_path(&program)).run().exits(0);
        }
        let run = program.run().exits(3);
        assert!(run.stderr.contains("credentials.json: cannot open its lock file: "), "{}", run.snapshot());
        assert!(!target.exists());
    }
}

#[test]
fn login_to_other_host_is_not_used() {
    let (server, other) = (FakeServer::start(), FakeServer::start());
    let program = list(&server, &session(&server, -5));
    let (running, held) = waiting(&program);
    std::fs::write(path(&program), session(&other, 5).to_string()).unwrap();
    drop(held);
    let run = running.finish().exits(3);
    assert!(run.stderr.ends_with(": it was replaced by another login\nhint: try again\n"), "{}", run.stderr);
    assert_eq!(other.requests().len(), 0);
    program.run().exits(0);
    assert_refreshed(&other, 1, &program);
}

#[test]
fn concurrent_programs_refresh_once() {
    let server = FakeServer::start();
    server.rules(|rules| rules.latency = Duration::from_millis(100));
    let program = list(&server, &session(&server, -5));
    let runs: Vec<_> = (0..6).map(|_| program.start()).collect();
    for run in runs {
        run.finish().exits(0);
    }
    assert_eq!(server.calls(Call::List).len(), 6);
    assert_refreshed(&server, 1, &program);
}

#[test]
fn lock_is_held_only_during_refresh() {
    let server = FakeServer::start();
    let program = list(&server, &session(&server, -5));
    let lock = lock_path(&program);
    let log = Arc::new(Mutex::new(Vec::new()));
    let entries = Arc::clone(&log);
    server.before_each(move |_, request, _| {
        let is_free = File::create(&lock).unwrap().try_lock().is_ok();
        entries.lock().unwrap().push((request.call, is_free));
    });
    program.run().exits(0);
    assert_eq!(*log.lock().unwrap(), [(Call::ServerConfig, false), (Call::Refresh, false), (Call::List, true)]);
}
