//! Ctrl-C while a session is refreshed: its refresh token is good for one use, so what came for it is kept.
#![cfg(unix)]

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::{FILE, path, session, stored};
use crate::support::platform::{Call, Platform};
use crate::support::program::Program;

const LIMIT: Duration = Duration::from_secs(20);

/// A platform that has taken the request for a refresh when the first end receives, and answers it when the second is sent to.
fn holding_back(platform: &Platform) -> (Receiver<()>, Sender<()>) {
    let (came, has_come) = channel();
    let (release, released) = channel();
    platform.before_each(move |_, seen, _| {
        if seen.call == Call::Refresh {
            came.send(()).unwrap();
            let _ = released.recv_timeout(LIMIT);
        }
    });
    (has_come, release)
}

fn signed_in(platform: &Platform, command: &[&str]) -> Program {
    Program::bare()
        .write_home_file(FILE, session(platform, 5).to_string())
        .args(command)
        .args(["--retries", "0"])
}

#[test]
fn fault_18_a_signal_leaves_the_refreshed_session_in_the_file_and_ends_the_command() {
    for (command, otherwise) in [
        (&["list"][..], "the listing is incomplete"),
        (&["create", "ci-run"], "no token was made"),
        (&["delete", "ci-run", "--yes"], "nothing was deleted"),
    ] {
        for signal in [Signal::INT, Signal::TERM] {
            let platform = Platform::start();
            let (has_come, release) = holding_back(&platform);
            let program = signed_in(&platform, command);
            let running = program.start();
            has_come.recv_timeout(LIMIT).unwrap();
            running.signal(signal);
            release.send(()).unwrap();
            let run = running.wait().exits(130);
            assert_eq!(run.stderr, format!("error: cancelled: {otherwise}\n"));
            assert_eq!(run.stdout, "");
            assert_eq!(
                stored(&path(&program))["refresh_token"],
                platform.refresh_token(),
                "{command:?} {signal:?}"
            );
            assert_eq!(platform.requests().len(), 1);
        }
    }
}

#[test]
fn fault_18_a_second_signal_ends_even_that() {
    let platform = Platform::start();
    let (has_come, release) = holding_back(&platform);
    let running = signed_in(&platform, &["list"]).start();
    has_come.recv_timeout(LIMIT).unwrap();
    let began = Instant::now();
    while !running.has_ended() {
        assert!(began.elapsed() < LIMIT, "it goes on");
        running.interrupt();
        std::thread::yield_now();
    }
    running.wait().exits(130);
    release.send(()).unwrap();
}
