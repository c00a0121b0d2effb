//! Signals during a refresh. A refresh token can be used once, so its successor must be stored.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

use rustix::process::Signal;

use super::rejected::revoked;
use super::{LIMIT, list, session, stored};
use crate::support::{Call, FakeServer};

/// Holds the response to a refresh back. The receiver learns that the request has arrived; the sender releases the response.
fn hold_refresh(server: &FakeServer) -> (Receiver<()>, Sender<()>) {
    let (arrive, arrival) = channel();
    let (release, released) = channel();
    server.before_each(move |_, request, _| {
        if request.call == Call::Refresh {
            arrive.send(()).unwrap();
            let _ = released.recv_timeout(LIMIT);
        }
    });
    (arrival, release)
}

#[test]
fn signal_during_refresh_stores_session() {
    for (signal, is_stale) in [(Signal::INT, true), (Signal::TERM, true), (Signal::HUP, true), (Signal::INT, false)] {
        let server = FakeServer::start();
        let (arrival, release) = hold_refresh(&server);
        let session = if is_stale { session(&server, 5) } else { revoked(&server) };
        let program = list(&server, &session);
        let running = program.start();
        arrival.recv_timeout(LIMIT).unwrap();
        running.signal(signal);
        release.send(()).unwrap();
        let run = running.finish();
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
        assert!(run.exit.starts_with("killed by ") && run.code() == 128 + signal.as_raw(), "{}", run.exit);
        assert_eq!(stored(&program)["refresh_token"], server.refresh_token());
        assert_eq!(server.calls(Call::List).len(), usize::from(!is_stale));
    }
}

#[test]
fn second_signal_aborts_refresh() {
    let server = FakeServer::start();
    let (arrival, release) = hold_refresh(&server);
    let running = list(&server, &session(&server, 5)).start();
    arrival.recv_timeout(LIMIT).unwrap();
    let start = Instant::now();
    while !running.has_ended() {
        assert!(start.elapsed() < LIMIT, "still running");
        running.signal(Signal::INT);
        std::thread::yield_now();
    }
    release.send(()).unwrap();
    assert_eq!(running.finish().exit, "killed by SIGINT");
}
