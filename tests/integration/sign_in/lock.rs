//! The lock that the vendor's CLI takes as well: `credentials.json.lock`, by `flock`.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::fs::inotify::{self, CreateFlags, WatchFlags};

use super::{list, path, refreshed, refused_unasked, session, stored};
use crate::support::platform::{Call, Platform};
use crate::support::program::Program;

const LIMIT: Duration = Duration::from_secs(20);

fn lock_path(program: &Program) -> PathBuf {
    path(program).with_extension("json.lock")
}

/// The lock, held by the test, and who waits for it.
fn locked(program: &Program) -> (File, Opened) {
    let lock = File::create(lock_path(program)).unwrap();
    lock.lock().unwrap();
    let opened = Opened::watch(&lock_path(program));
    (lock, opened)
}

/// Tells when somebody opens a file.
struct Opened(Receiver<()>);

impl Opened {
    fn watch(path: &Path) -> Self {
        let watch = inotify::init(CreateFlags::CLOEXEC).unwrap();
        inotify::add_watch(&watch, path, WatchFlags::OPEN).unwrap();
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let _events = File::from(watch).read(&mut [0; 4096]).unwrap();
            sender.send(()).ok();
        });
        Self(receiver)
    }

    #[track_caller]
    fn wait(self) {
        self.0.recv_timeout(LIMIT).expect("somebody opens the file");
    }
}

#[test]
fn fault_18_a_lock_that_another_process_holds_is_waited_for_and_its_session_used() {
    let platform = Platform::start();
    let program = list(&session(&platform, 5));
    let (lock, opened) = locked(&program);
    let running = program.start();
    opened.wait();
    assert_eq!(platform.requests().len(), 0);
    let renewed = session(&platform, 3600);
    std::fs::write(path(&program), renewed.to_string()).unwrap();
    lock.unlock().unwrap();
    running.wait().exits(0);
    assert_eq!(stored(&path(&program)), renewed);
    refreshed(&platform, 0, &program);
}

#[test]
fn fault_18_a_lock_given_back_without_a_new_session_lets_ours_refresh_it() {
    let platform = Platform::start();
    let program = list(&session(&platform, 5));
    let (lock, opened) = locked(&program);
    let running = program.start();
    opened.wait();
    drop(lock);
    running.wait().exits(0);
    refreshed(&platform, 1, &program);
}

#[test]
fn fault_18_a_lock_that_is_held_for_ten_seconds_is_given_up_on() {
    let platform = Platform::start();
    let program = list(&session(&platform, 5));
    let _lock = locked(&program);
    let began = Instant::now();
    let why = "another process has held its lock for 10 s";
    refused_unasked(&platform, &program, why, "try again when that one is done");
    let waited = began.elapsed();
    assert!(waited >= Duration::from_secs(10), "{waited:?}");
}

#[test]
fn ctrl_c_ends_the_wait_for_the_lock() {
    let platform = Platform::start();
    let program = list(&session(&platform, 5));
    let (lock, opened) = locked(&program);
    let running = program.start();
    opened.wait();
    running.interrupt();
    let run = running.wait().exits(130);
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str()),
        ("", "error: cancelled: the listing is incomplete\n")
    );
    assert_eq!(platform.requests().len(), 0);
    drop(lock);
}

#[test]
fn a_lock_file_that_its_holder_removes_is_not_mistaken_for_the_one_that_others_take() {
    let platform = Platform::start();
    let program = list(&session(&platform, 5));
    let (first, opened) = locked(&program);
    let running = program.start();
    opened.wait();
    std::fs::remove_file(lock_path(&program)).unwrap();
    let (second, opened) = locked(&program);
    drop(first);
    opened.wait();
    assert_eq!(platform.requests().len(), 0);
    std::fs::write(path(&program), session(&platform, 3600).to_string()).unwrap();
    drop(second);
    running.wait().exits(0);
    refreshed(&platform, 0, &program);
}

#[test]
fn a_lock_that_cannot_be_had_is_told() {
    let platform = Platform::start();
    let program = list(&session(&platform, 5)).write_home_file(".truefoundry/credentials.json.lock/x", "");
    let why = "its lock file cannot be opened: Is a directory (os error 21)";
    let hint = "let yourself read and write the file and its folder, then try again";
    refused_unasked(&platform, &program, why, hint);
}

#[test]
fn a_session_that_lasts_needs_no_lock() {
    let platform = Platform::start();
    let program = list(&session(&platform, 3600));
    // Whoever waits for this one is refused in the end.
    let _lock = locked(&program);
    program.run().exits(0);
    refreshed(&platform, 0, &program);
    assert_eq!(platform.calls(Call::List).len(), 1);
}

#[test]
fn a_sign_in_for_another_host_that_takes_its_place_meanwhile_is_not_used() {
    let (platform, other) = (Platform::start(), Platform::start());
    let program = list(&session(&platform, 5));
    let (lock, opened) = locked(&program);
    let running = program.start();
    opened.wait();
    std::fs::write(path(&program), session(&other, 5).to_string()).unwrap();
    drop(lock);
    let run = running.wait().exits(3);
    assert!(
        run.stderr
            .ends_with("another sign-in has just taken its place\nhint: try again\n")
    );
    assert_eq!((platform.requests().len(), other.requests().len()), (0, 0));
    program.run().exits(0);
    refreshed(&other, 1, &program);
}

#[test]
fn fault_18_of_many_at_once_one_refreshes_the_session_and_all_go_on() {
    let platform = Platform::start();
    platform.latency(Duration::from_millis(100));
    let program = list(&session(&platform, 5));
    let runs: Vec<_> = (0..6).map(|_| program.start()).collect();
    for run in runs {
        run.wait().exits(0);
    }
    assert_eq!(platform.calls(Call::List).len(), 6);
    refreshed(&platform, 1, &program);
}

/// `flock` of util-linux, holding the lock until its input ends; `None` where there is none.
fn flock(lock: &Path) -> Option<Child> {
    let mut command = Command::new("flock");
    command.arg(lock).args(["sh", "-c", "echo held; cat"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let mut line = String::new();
    let stdout = child.stdout.as_mut().unwrap();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    assert_eq!(line, "held\n");
    Some(child)
}

#[test]
fn fault_18_the_lock_is_the_one_of_flock() {
    let platform = Platform::start();
    let program = list(&session(&platform, 5));
    let Some(mut holder) = flock(&lock_path(&program)) else {
        writeln!(std::io::stderr(), "skipped: there is no flock command here").unwrap();
        return;
    };
    let waiting = program.clone().start();
    std::fs::write(path(&program), session(&platform, 3600).to_string()).unwrap();
    drop(holder.stdin.take());
    holder.wait().unwrap();
    waiting.wait().exits(0);
    refreshed(&platform, 0, &program);

    let program = list(&session(&platform, 5));
    let lock = lock_path(&program);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&seen);
    platform.before_each(move |_, request, _| {
        let status = Command::new("flock").arg("-n").arg(&lock).arg("true").status();
        record.lock().unwrap().push((request.call, status.unwrap().success()));
    });
    program.run().exits(0);
    let expected = [(Call::Refresh, false), (Call::List, true)];
    assert_eq!(
        *seen.lock().unwrap(),
        expected,
        "held while the session is refreshed, and then no longer"
    );
}
