//! What is repeated, how often, and after how long.

use std::time::{Duration, SystemTime};

use super::{empty, is_empty_listing, list, tries};
use crate::support::platform::{Call, Fault, Platform, TokenSeed};
use crate::support::program::{Program, Run};
use crate::support::servers::{RawServer, Script, http_response};

/// The shortest wait of ours: half a second, less a quarter.
const SHORTEST_WAIT: Duration = Duration::from_millis(375);

fn busy(status: u16, retry_after: &str) -> Script {
    Script::Answer(http_response(status, &[("Retry-After", retry_after)], ""))
}

/// A platform that is busy for one request and says when to come back.
fn busy_once(headers: &[(&str, &str)]) -> RawServer {
    RawServer::answering(vec![Script::Answer(http_response(429, headers, "")), empty()])
}

#[test]
fn fault_27_a_get_is_repeated_after_every_failure_that_passes() {
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
            (list(&server.url()).start(), server, failure)
        })
        .collect();
    for (running, server, failure) in running {
        let run = running.wait();
        assert!(run.elapsed >= SHORTEST_WAIT, "{failure:?}: {:?}", run.elapsed);
        is_empty_listing(run);
        let unread = matches!(failure, Script::CloseUnread);
        assert_eq!(tries(&server), if unread { 1 } else { 2 }, "{failure:?}");
    }
}

#[test]
fn what_does_not_pass_is_not_repeated() {
    for (status, code) in [
        (302, 1),
        (400, 1),
        (401, 3),
        (403, 3),
        (404, 1),
        (409, 1),
        (422, 1),
        (501, 1),
        (505, 1),
    ] {
        let server = RawServer::answering(vec![busy(status, "0"), empty()]);
        let run = list(&server.url()).run().exits(code);
        assert_eq!((run.stdout.as_str(), tries(&server)), ("", 1), "{status}");
        assert_eq!(run.failure()["status"], status);
    }
}

#[test]
fn a_request_is_repeated_as_often_as_asked() {
    for (arguments, count) in [
        (vec!["--retries", "0"], 1),
        (vec!["--retries", "1"], 2),
        (vec!["--retries", "2"], 3),
        (vec![], 3),
        (vec!["--retries", "7"], 8),
    ] {
        let server = RawServer::answering(vec![busy(503, "0")]);
        let run = list(&server.url()).args(arguments).run().exits(6);
        assert_eq!((run.stdout.as_str(), &run.failure()["status"]), ("", &503.into()));
        assert_eq!(tries(&server), count);
    }
}

#[test]
fn a_number_of_retries_out_of_bounds_is_refused() {
    for wrong in ["-1", "101", "99999999999999999999", "two"] {
        let run = list("http://127.0.0.1:1").arg(format!("--retries={wrong}")).run();
        assert_eq!(run.exits(2).stdout, "", "{wrong}");
    }
}

#[test]
fn a_delete_that_was_lost_is_repeated() {
    for fault in [
        Fault::hang_up(Call::Delete),
        Fault::answer(Call::Delete, wiremock::ResponseTemplate::new(504)),
    ] {
        let platform = Platform::start();
        let id = platform.add(TokenSeed::named("ci-run"));
        platform.inject(fault);
        let delete = Program::against(platform.url(), platform.key()).args(["delete", "ci-run", "--yes"]);
        let run = delete.run().exits(0);
        assert_eq!(run.stdout, format!("Deleted ci-run ({id})\n"));
        let sent: Vec<_> = platform
            .calls(Call::Delete)
            .iter()
            .map(|seen| seen.segment.clone())
            .collect();
        assert_eq!(sent, [id.as_str(), id.as_str()]);
    }
}

#[test]
fn fault_26_a_wait_in_seconds_is_obeyed() {
    let server = busy_once(&[("Retry-After", "1")]);
    let run = list(&server.url()).run();
    assert!(run.elapsed >= Duration::from_secs(1), "{:?}", run.elapsed);
    is_empty_listing(run);
}

#[test]
fn fault_26_a_date_counts_by_the_platforms_clock() {
    // Its clock is wrong by decades.
    let date = ("Date", "Tue, 15 Nov 1994 08:12:31 GMT");
    let waits = [
        (date, "Tue, 15 Nov 1994 08:12:32 GMT"),
        (date, "Tue, 15 Nov 1994 08:12:31 GMT"),
        (date, "Tue, 15 Nov 1994 08:12:01 GMT"),
    ];
    for ((date, until), at_least) in waits.into_iter().zip([1, 0, 0]) {
        let server = busy_once(&[date, ("Retry-After", until)]);
        let run = list(&server.url()).run();
        assert!(run.elapsed >= Duration::from_secs(at_least), "{:?}", run.elapsed);
        is_empty_listing(run);
        assert_eq!(tries(&server), 2);
    }
}

#[test]
fn fault_26_a_date_without_a_clock_beside_it_counts_by_ours() {
    let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(2));
    let server = busy_once(&[("Retry-After", &soon)]);
    let run = list(&server.url()).run();
    // A date has whole seconds.
    assert!(run.elapsed >= Duration::from_millis(500), "{:?}", run.elapsed);
    is_empty_listing(run);
}

#[test]
fn fault_26_a_day_is_not_waited_for() {
    let tomorrow = httpdate::fmt_http_date(SystemTime::now() + Duration::from_hours(24));
    for wait in ["86400", "61", "99999999999999999999999999", &tomorrow] {
        let server = RawServer::answering(vec![busy(503, wait), empty()]);
        let run = list(&server.url()).run().exits(6);
        assert_eq!(run.failure()["kind"], "unreachable", "{wait}");
        assert_eq!(tries(&server), 1, "{wait}");
    }
}

#[test]
fn fault_26_what_is_no_wait_is_passed_over() {
    // Taken as a number, those that look like one would be too long to be waited for, and the request would not be repeated.
    let running: Vec<_> = ["-86400", "soon", "", "86400.5", "\u{1}", "0x15180"]
        .map(|wait| {
            let server = busy_once(&[("Retry-After", wait)]);
            (list(&server.url()).start(), server, wait)
        })
        .into();
    for (running, server, wait) in running {
        let run: Run = running.wait();
        assert!(run.elapsed >= SHORTEST_WAIT, "{wait:?}: {:?}", run.elapsed);
        is_empty_listing(run);
        assert_eq!(tries(&server), 2, "{wait:?}");
    }
}

#[test]
fn fault_26_a_gateway_that_says_when_is_obeyed_too() {
    for status in [408, 500, 502, 504] {
        let server = RawServer::answering(vec![busy(status, "86400"), empty()]);
        let run = list(&server.url()).run().exits(6);
        assert_eq!((run.stdout.as_str(), tries(&server)), ("", 1), "{status}");
    }
}
