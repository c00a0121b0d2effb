//! Retries: which requests are repeated, how often, and after how long.

use std::time::{Duration, SystemTime};

use super::{empty, lists_no_token};
use crate::support::servers::{RawServer, Script, http_response};
use crate::support::{Call, FakeServer, Fault, cases, snapshot};

/// The shortest wait before a retry: half a second, less a quarter.
const SHORTEST_WAIT: Duration = Duration::from_millis(375);

fn busy(status: u16, retry_after: &str) -> Script {
    Script::Answer(http_response(status, &[("Retry-After", retry_after)], ""))
}

/// A server that is busy for one request.
fn busy_once(headers: &[(&str, &str)]) -> RawServer {
    RawServer::answering(vec![Script::Answer(http_response(429, headers, "")), empty()])
}

/// Lists the tokens of a server that fails once, and asserts that the client gives up.
#[track_caller]
fn is_not_repeated(failure: Script, code: i32) {
    let server = RawServer::answering(vec![failure, empty()]);
    let run = server.program("list -o json").run().exits(code);
    assert_eq!((run.stdout.as_str(), server.received().requests().len()), ("", 1), "{}", run.stderr);
}

#[test]
fn get_is_repeated_after_transient_failure() {
    let failures = [
        Script::close(),
        Script::reset(),
        Script::CloseUnread,
        Script::CutShort(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"data\"".to_vec()),
        Script::CutShort(b"HTTP/1.1 200 OK\r\nConte".to_vec()),
        Script::CutShort(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()),
    ];
    let statuses = [408, 429, 500, 502, 503, 504].map(|status| Script::json(status, "{}"));
    let running: Vec<_> = failures
        .into_iter()
        .chain(statuses)
        .map(|failure| {
            let server = RawServer::answering(vec![failure.clone(), empty()]);
            (server.program("list -o json").start(), server, failure)
        })
        .collect();
    for (running, server, failure) in running {
        let run = running.wait().exits(0);
        assert!(run.elapsed >= SHORTEST_WAIT, "{failure:?}: {:?}", run.elapsed);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("[]\n", ""), "{failure:?}");
        let is_unread = matches!(failure, Script::CloseUnread);
        let count = if is_unread { 1 } else { 2 };
        assert_eq!(server.received().requests().len(), count, "{failure:?}");
    }
}

#[test]
fn final_status_is_not_repeated() {
    for case in cases(
        "302 | 1
         400 | 1
         401 | 3
         403 | 3
         404 | 1
         409 | 1
         422 | 1
         501 | 1
         505 | 1",
    ) {
        let [status, code] = case.columns();
        is_not_repeated(busy(status.parse().unwrap(), "0"), code.parse().unwrap());
    }
}

#[test]
fn retries_option_limits_attempts() {
    for case in cases(
        "            | 3
         --retries 0 | 1
         --retries 1 | 2
         --retries 7 | 8",
    ) {
        let [arguments, attempts] = case.columns();
        let server = RawServer::answering(vec![busy(503, "0")]);
        let run = server.program("list -o json").args(arguments).run().exits(6);
        assert_eq!((run.stdout.as_str(), &run.failure()["status"]), ("", &503.into()));
        assert_eq!(server.received().requests().len().to_string(), attempts, "{case:?}");
    }
    for invalid in ["-1", "101", "99999999999999999999", "two"] {
        let program = RawServer::answering(vec![empty()]).program("list");
        program.arg(format!("--retries={invalid}")).run().exits(2);
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
fn retry_after_in_seconds_is_honored() {
    let elapsed = lists_no_token(&busy_once(&[("Retry-After", "1")]), "");
    assert!(elapsed >= Duration::from_secs(1), "{elapsed:?}");
}

#[test]
fn retry_after_date_uses_server_clock() {
    // This clock is wrong by decades.
    let date = ("Date", "Tue, 15 Nov 1994 08:12:31 GMT");
    for (until, seconds) in [("08:12:32", 1), ("08:12:31", 0), ("08:12:01", 0)] {
        let until = format!("Tue, 15 Nov 1994 {until} GMT");
        let server = busy_once(&[date, ("Retry-After", &until)]);
        let elapsed = lists_no_token(&server, "");
        assert!(elapsed >= Duration::from_secs(seconds), "{until}: {elapsed:?}");
        assert_eq!(server.received().requests().len(), 2);
    }
}

#[test]
fn retry_after_date_without_server_clock() {
    let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(2));
    let elapsed = lists_no_token(&busy_once(&[("Retry-After", &soon)]), "");
    // A date has whole seconds.
    assert!(elapsed >= Duration::from_millis(500), "{elapsed:?}");
}

#[test]
fn long_retry_after_ends_request() {
    let server = RawServer::answering(vec![busy(503, "86400"), empty()]);
    snapshot!(server.program("list"), @"
    exit: 6
    --- stderr
    error: the server is unavailable (HTTP 503)
    hint: try again later
    --- requests
    GET /personal-access-tokens?limit=100&offset=0
    ");
    let tomorrow = httpdate::fmt_http_date(SystemTime::now() + Duration::from_hours(24));
    for wait in ["61", "99999999999999999999999999", &tomorrow] {
        is_not_repeated(busy(503, wait), 6);
    }
    for status in [408, 429, 500, 502, 504] {
        is_not_repeated(busy(status, "86400"), 6);
    }
    let upper_case = "HTTP/1.1 429 Busy\r\nRETRY-AFTER: 86400\r\nContent-Length: 0\r\n\r\n";
    is_not_repeated(Script::Answer(upper_case.into()), 6);
}

#[test]
fn invalid_retry_after_is_ignored() {
    // Read as numbers, some of these would be too long to wait, and the request would not be repeated.
    let running = ["-86400", "soon", "", "86400.5", "\u{1}", "0x15180"].map(|wait| {
        let server = busy_once(&[("Retry-After", wait)]);
        (server.program("list -o json").start(), server, wait)
    });
    for (running, server, wait) in running {
        let run = running.wait().exits(0);
        assert!(run.elapsed >= SHORTEST_WAIT, "{wait:?}: {:?}", run.elapsed);
        assert_eq!(server.received().requests().len(), 2, "{wait:?}");
    }
}
