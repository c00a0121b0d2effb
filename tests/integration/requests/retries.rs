//! Retries: which requests are repeated, how often, and after how long.

use std::time::{Duration, SystemTime};

use super::{empty, lists_no_token};
use crate::support::servers::{RawServer, Script, http_response};
use crate::support::{Call, FakeServer, Fault, cases, snapshot};

/// The shortest wait before a retry: half a second, less a quarter.
const SHORTEST_WAIT: Duration = Duration::from_millis(375);

fn busy(headers: &[(&str, &str)]) -> Script {
    Script::Answer(http_response(503, headers, ""))
}

#[test]
fn get_is_repeated_after_transient_failure() {
    let failures = [
        Script::close(),
        Script::Reset,
        Script::CloseUnread,
        Script::CutShort(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"data\"".to_vec()),
        Script::CutShort(b"HTTP/1.1 200 OK\r\nConte".to_vec()),
        Script::CutShort(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()),
        Script::json(500, "{}"),
        // Read as a number, this would be too long to wait.
        busy(&[("Retry-After", "-86400")]),
    ];
    let running = failures.map(|failure| {
        let server = RawServer::answering(vec![failure.clone(), empty()]);
        (server.program("list -o json").start(), server, failure)
    });
    for (running, server, failure) in running {
        let run = running.finish().exits(0);
        assert!(run.elapsed >= SHORTEST_WAIT, "{failure:?}: {:?}", run.elapsed);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("[]\n", ""), "{failure:?}");
        let count = if matches!(failure, Script::CloseUnread) { 1 } else { 2 };
        assert_eq!(server.received().requests().len(), count, "{failure:?}");
    }
}

#[test]
fn retries_option_limits_attempts() {
    for case in cases(
        "            | 3
         --retries 0 | 1
         --retries 1 | 2",
    ) {
        let [arguments, attempts] = case.columns();
        let server = RawServer::answering(vec![busy(&[("Retry-After", "0")])]);
        let run = server.program("list -o json").args(arguments).run().exits(6);
        assert_eq!((run.stdout.as_str(), &run.failure()["status"]), ("", &503.into()));
        assert_eq!(server.received().requests().len().to_string(), attempts, "{case:?}");
    }
}

#[test]
fn lost_deletion_is_repeated() {
    for fault in [Fault::hang_up(Call::Delete), Fault::answer(Call::Delete, 504)] {
        let server = FakeServer::with(&["ci-run"]);
        server.add_fault(fault);
        let run = server.program("delete ci-run --yes").run().exits(0);
        assert_eq!(run.stdout, "Deleted ci-run (cm3k1x9qf0000000000000001)\n");
        assert_eq!(server.calls(Call::Delete).len(), 2);
    }
}

#[test]
fn retry_after_is_honored() {
    // A date has whole seconds, so the wait for it is shorter by up to one.
    let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(2));
    for headers in [
        &[("Retry-After", soon.as_str())][..],
        &[("Retry-After", "1")],
        // The clock of the server counts, even if it is wrong by decades.
        &[("Date", "Tue, 15 Nov 1994 08:12:31 GMT"), ("Retry-After", "Tue, 15 Nov 1994 08:12:32 GMT")],
    ] {
        let server = RawServer::answering(vec![busy(headers), empty()]);
        let elapsed = lists_no_token(&server, "");
        // Without the header, the wait is at most 625 ms.
        assert!(elapsed >= Duration::from_millis(900), "{headers:?}: {elapsed:?}");
        assert_eq!(server.received().requests().len(), 2);
    }
}

#[test]
#[cfg(unix)]
fn long_wait_is_announced_without_terminal() {
    let server = RawServer::answering(vec![busy(&[("Retry-After", "60")])]);
    let running = server.program("list").start();
    running.wait_for_stderr("Waiting 60 s: the server answered 503, retrying (attempt 2 of 3)\n");
    running.signal(rustix::process::Signal::TERM);
    assert_eq!(running.finish().exit, "killed by SIGTERM");
}

#[test]
fn long_retry_after_ends_request() {
    snapshot!(RawServer::answering(vec![busy(&[("Retry-After", "86400")]), empty()]).program("list"), @"
    exit: 6
    --- stderr
    error: the server is unavailable (HTTP 503)
    hint: try again in 1 day
    --- requests
    GET /personal-access-tokens?limit=100&offset=0
    ");
}
