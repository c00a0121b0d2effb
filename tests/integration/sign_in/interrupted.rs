//! Killed at any moment, the file is the old one or the new one.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{list, path, session};
use crate::support::platform::{Call, Platform};
use crate::support::program::Program;

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

/// Starts the program, whose sign-in is `before`, kills it when `until` returns, and tells which file is left: whole, and its
/// owner's alone.
#[track_caller]
fn killed(platform: &Platform, program: &Program, before: &Value, until: impl FnOnce()) -> File {
    let running = program.start();
    until();
    running.kill();
    let code = running.wait().code;
    assert!(
        matches!(code, 137 | 0),
        "neither killed nor through before that: {code}"
    );

    for entry in std::fs::read_dir(path(program).parent().unwrap()).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let text = std::fs::read(path(program)).unwrap();
    let after: Value = serde_json::from_slice(&text).expect("a whole file");
    assert!(after["unknown"] == before["unknown"], "a field is not what it was");
    if after == *before {
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
    let before = session(&platform, 5);
    let left = killed(&platform, &list(&before), &before, || {
        wait_for(&platform, Call::Refresh);
    });
    assert_eq!(left, File::Old);
}

#[test]
fn fault_18_killed_after_it_was_used_the_new_file_is_there() {
    let platform = Platform::start();
    let before = session(&platform, 5);
    let left = killed(&platform, &list(&before), &before, || wait_for(&platform, Call::List));
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

#[cfg(target_os = "linux")]
mod while_it_writes {
    use std::mem::MaybeUninit;
    use std::os::fd::OwnedFd;
    use std::os::unix::fs::symlink;
    use std::path::Path;
    use std::time::Instant;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
    use serde_json::Value;
    use tempfile::TempDir;

    use super::{File, LIMIT, killed};
    use crate::sign_in::{list, path, session};
    use crate::support::platform::Platform;
    use crate::support::program::Program;

    /// How often it is tried to kill the program between two moments that follow each other closely.
    const TRIES: usize = 100;

    /// What happens in the folder of the file.
    struct Folder(OwnedFd);

    impl Folder {
        fn watch(program: &Program) -> Self {
            let events = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).unwrap();
            let kinds = WatchFlags::CREATE | WatchFlags::MOVED_TO;
            inotify::add_watch(&events, path(program).parent().unwrap(), kinds).unwrap();
            Self(events)
        }

        /// Waits until a file is made beside the sign-in and its lock; the answer is its name.
        #[track_caller]
        fn wait_for_a_file_beside(&self) -> String {
            self.wait_for(|kind, name| kind.contains(ReadFlags::CREATE) && is_beside(name))
        }

        /// Waits until another file takes the place of the sign-in.
        #[track_caller]
        fn wait_for_the_new_file(&self) {
            self.wait_for(|kind, name| kind.contains(ReadFlags::MOVED_TO) && name == "credentials.json");
        }

        #[track_caller]
        fn wait_for(&self, is_it: impl Fn(ReadFlags, &str) -> bool) -> String {
            let mut buffer = [MaybeUninit::uninit(); 4096];
            let mut events = Reader::new(&self.0, &mut buffer);
            loop {
                if let Ok(event) = events.next() {
                    let name = event.file_name().unwrap_or_default().to_str().unwrap();
                    if is_it(event.events(), name) {
                        return name.to_owned();
                    }
                } else {
                    let limit = Timespec::try_from(LIMIT).unwrap();
                    let count = poll(&mut [PollFd::new(&self.0, PollFlags::IN)], Some(&limit)).unwrap();
                    assert!(count > 0, "nothing happens in the folder");
                }
            }
        }
    }

    fn is_beside(name: &str) -> bool {
        !name.starts_with("credentials.json")
    }

    /// Whether the program has left behind what it was writing.
    fn was_writing(program: &Program) -> bool {
        let names = std::fs::read_dir(path(program).parent().unwrap()).unwrap();
        let mut names = names.map(|entry| entry.unwrap().file_name());
        names.any(|name| is_beside(name.to_str().unwrap()))
    }

    /// Waits until something is in a file, or the file has got another name.
    fn wait_for_content(file: &Path) {
        let began = Instant::now();
        while std::fs::metadata(file).is_ok_and(|metadata| metadata.len() == 0) {
            assert!(began.elapsed() < LIMIT, "nothing is written");
            std::thread::yield_now();
        }
    }

    /// Puts the folder of the sign-in beside what is built, which is on a disk: while that is waited for, the program can be killed,
    /// and a folder for temporary files may be in memory. It is gone when the answer is dropped.
    fn on_disk(program: &Program) -> TempDir {
        let disk = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let file = path(program);
        std::fs::copy(&file, disk.path().join("credentials.json")).unwrap();
        let folder = file.parent().unwrap();
        std::fs::remove_dir_all(folder).unwrap();
        symlink(disk.path(), folder).unwrap();
        disk
    }

    /// A session that is about as long as one may be, so that it is not written in no time.
    fn long_session(platform: &Platform) -> Value {
        let mut session = session(platform, 5);
        session["unknown"] = "x".repeat(1_000_000).into();
        session
    }

    #[test]
    fn fault_18_killed_in_the_middle_of_writing_the_old_file_is_there() {
        for has_begun in [false, true] {
            // Soon after the file beside is made it is renamed, and then it is too late.
            let was_in_the_middle = (0..TRIES).any(|_| {
                let platform = Platform::start();
                let before = long_session(&platform);
                let program = list(&before);
                let _disk = on_disk(&program);
                let folder = Folder::watch(&program);
                let left = killed(&platform, &program, &before, || {
                    let beside = folder.wait_for_a_file_beside();
                    if has_begun {
                        wait_for_content(&path(&program).with_file_name(beside));
                    }
                });
                let was_writing = was_writing(&program);
                assert_eq!(left, if was_writing { File::Old } else { File::New });
                was_writing
            });
            assert!(was_in_the_middle, "no kill came before the end of writing");
        }
    }

    #[test]
    fn fault_18_killed_as_soon_as_it_is_written_the_new_file_is_there() {
        let platform = Platform::start();
        let before = long_session(&platform);
        let program = list(&before);
        let folder = Folder::watch(&program);
        let left = killed(&platform, &program, &before, || folder.wait_for_the_new_file());
        assert_eq!((left, was_writing(&program)), (File::New, false));
    }
}
