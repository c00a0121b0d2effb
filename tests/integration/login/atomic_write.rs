//! A program that is killed at any moment leaves the old file or the new one.

use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

use serde_json::Value;

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

/// Starts the program with the session `before`, kills it when `until` returns, and returns `true` if the file is the new
/// one. Asserts that the file is complete, and that only its owner can access the directory's files.
#[track_caller]
fn kill(server: &FakeServer, program: &Program, before: &Value, until: impl FnOnce()) -> bool {
    let running = program.start();
    until();
    running.kill();
    let code = running.wait().code();
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
fn kill_before_response_keeps_old_file() {
    let server = FakeServer::start();
    server.rules(|rules| rules.latency = LIMIT);
    let before = session(&server, 5);
    let is_new = kill(&server, &list(&server, &before), &before, || wait_for(&server, Call::Refresh));
    assert!(!is_new);
}

#[test]
fn session_is_stored_before_use() {
    let server = FakeServer::start();
    let before = session(&server, 5);
    let is_new = kill(&server, &list(&server, &before), &before, || wait_for(&server, Call::List));
    assert!(is_new);
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

#[cfg(target_os = "linux")]
mod during_write {
    use std::mem::MaybeUninit;
    use std::os::fd::OwnedFd;
    use std::os::unix::fs::symlink;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
    use serde_json::Value;
    use tempfile::TempDir;

    use super::kill;
    use crate::login::{LIMIT, list, path, session};
    use crate::support::{FakeServer, Program};

    /// Maximum number of attempts to kill the program while it writes, which takes a moment only.
    const ATTEMPTS: usize = 100;

    /// Watches the directory of the credentials file.
    struct Watch(OwnedFd);

    impl Watch {
        fn new(program: &Program) -> Self {
            let events = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).unwrap();
            let kinds = WatchFlags::CREATE | WatchFlags::MOVED_TO;
            inotify::add_watch(&events, path(program).parent().unwrap(), kinds).unwrap();
            Self(events)
        }

        #[track_caller]
        fn wait_for(&self, wanted: ReadFlags, is_name: impl Fn(&str) -> bool) {
            let mut buffer = [MaybeUninit::uninit(); 4096];
            let mut events = Reader::new(&self.0, &mut buffer);
            loop {
                if let Ok(event) = events.next() {
                    let name = event.file_name().unwrap_or_default().to_str().unwrap();
                    if event.events().contains(wanted) && is_name(name) {
                        return;
                    }
                } else {
                    let limit = Timespec::try_from(LIMIT).unwrap();
                    let count = poll(&mut [PollFd::new(&self.0, PollFlags::IN)], Some(&limit)).unwrap();
                    assert!(count > 0, "the directory does not change");
                }
            }
        }
    }

    fn is_temporary(name: &str) -> bool {
        !name.starts_with("credentials.json")
    }

    /// Returns `true` if the program was killed before it could rename its temporary file.
    fn was_writing(program: &Program) -> bool {
        let mut entries = std::fs::read_dir(path(program).parent().unwrap()).unwrap();
        entries.any(|entry| is_temporary(entry.unwrap().file_name().to_str().unwrap()))
    }

    /// Moves the directory to a disk. Writing to memory would be too fast to be interrupted.
    fn on_disk(program: &Program) -> TempDir {
        let disk = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let file = path(program);
        std::fs::copy(&file, disk.path().join("credentials.json")).unwrap();
        let directory = file.parent().unwrap();
        std::fs::remove_dir_all(directory).unwrap();
        symlink(disk.path(), directory).unwrap();
        disk
    }

    fn long_session(server: &FakeServer) -> Value {
        let mut session = session(server, 5);
        session["unknown"] = "x".repeat(1_000_000).into();
        session
    }

    #[test]
    fn kill_during_write_keeps_old_file() {
        let was_interrupted = (0..ATTEMPTS).any(|_| {
            let server = FakeServer::start();
            let before = long_session(&server);
            let program = list(&server, &before);
            let _disk = on_disk(&program);
            let watch = Watch::new(&program);
            let is_new = kill(&server, &program, &before, || {
                watch.wait_for(ReadFlags::CREATE, is_temporary);
            });
            let was_writing = was_writing(&program);
            assert_eq!(is_new, !was_writing);
            was_writing
        });
        assert!(was_interrupted, "every kill came too late");
    }

    #[test]
    fn file_is_complete_when_renamed() {
        let server = FakeServer::start();
        let before = long_session(&server);
        let program = list(&server, &before);
        let watch = Watch::new(&program);
        let is_new = kill(&server, &program, &before, || {
            watch.wait_for(ReadFlags::MOVED_TO, |name| name == "credentials.json");
        });
        assert!(is_new && !was_writing(&program));
    }
}
