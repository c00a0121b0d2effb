//! Limits of time and size.

use std::time::Duration;

use super::{EMPTY, empty, is_empty_listing, list, tries};
use crate::support::program::Run;
use crate::support::servers::{Authority, RawServer, Script, http_head, json_response};

const MEBIBYTE: u64 = 1 << 20;

/// What an answer may weigh.
const LIMIT: u64 = 32 * MEBIBYTE;

/// 64 KiB of blanks, compressed so that any number of them can follow each other: a block of deflate that ends at a byte and
/// refers to nothing before it.
fn compressed_blanks() -> Vec<u8> {
    let mut block = vec![0; 84];
    block[..15].copy_from_slice(b"\xec\xc1\x81\x00\x00\x00\x00\x80\x20\x95\xfd\x29\x17\xa9\x0a");
    block[78..].copy_from_slice(b"\x6a\x00\x00\x00\xff\xff");
    block
}

#[track_caller]
fn timed_out(run: Run, url: &str) {
    let run = run.exits(6);
    let error = run.failure();
    assert_eq!(error["message"], format!("{url} did not answer within 1 s"));
    assert_eq!(error["hint"], "try again, or allow more with --timeout");
    assert!(run.elapsed >= Duration::from_secs(1), "{:?}", run.elapsed);
}

#[track_caller]
fn too_large(run: Run) {
    let run = run.exits(1);
    let message = "the answer makes no sense: it is larger than anything the platform sends";
    assert_eq!(run.failure()["message"], message);
    assert_eq!(run.stdout, "");
}

#[test]
fn fault_24_an_answer_that_drips_is_ended_at_the_timeout() {
    let slow = Script::drip(&json_response(200, EMPTY), Duration::from_millis(100));
    let endless = Script::Endless(http_head(200, &[]), b" ".to_vec(), Duration::from_millis(100));
    let headless = Script::Endless(
        b"HTTP/1.1 200 OK\r\n".to_vec(),
        b"a".to_vec(),
        Duration::from_millis(100),
    );
    let running = [slow, endless, headless, Script::Silence].map(|script| {
        let server = RawServer::answering(vec![script]);
        let program = list(&server.url()).args(["--timeout", "1s"]);
        (program.start(), server)
    });
    for (running, server) in running {
        timed_out(running.wait(), &server.url());
        assert_eq!(tries(&server), 1);
    }
}

#[test]
fn a_handshake_that_does_not_end_is_ended_at_the_timeout() {
    let authority = Authority::new();
    let server = RawServer::answering(vec![Script::Silence]);
    let url = server.url().replace("http:", "https:");
    let run = list(&url)
        .args(["--timeout", "1s", "--retries", "0"])
        .env("SSL_CERT_FILE", authority.pem_file().to_str().unwrap())
        .run();
    timed_out(run, &url);
}

#[test]
fn an_answer_within_the_timeout_is_taken_however_slowly_it_comes() {
    let slow = Script::drip(&json_response(200, EMPTY), Duration::from_millis(5));
    let server = RawServer::answering(vec![slow]);
    is_empty_listing(list(&server.url()).args(["--timeout", "20s"]).run());
}

#[test]
fn a_timeout_as_long_as_the_calendar_is_taken() {
    let server = RawServer::answering(vec![empty()]);
    is_empty_listing(list(&server.url()).args(["--timeout", "7000y"]).run());
    for wrong in ["0s", "-1s", "99999y", "1", ""] {
        list(&server.url()).arg(format!("--timeout={wrong}")).run().exits(2);
    }
    assert_eq!(tries(&server), 1);
}

#[test]
fn fault_24_an_endless_answer_is_refused_and_memory_stays_flat() {
    let server = RawServer::answering(vec![Script::endless_json()]);
    too_large(list(&server.url()).address_space_mib(256).run());
    let sent = server.seen().sent();
    assert!((LIMIT..2 * LIMIT).contains(&sent), "{sent}");
    assert_eq!(tries(&server), 1);
}

#[test]
fn fault_24_an_answer_that_announces_too_much_is_not_read() {
    for length in [
        (LIMIT + 1).to_string(),
        "99999999999999".to_owned(),
        i64::MAX.to_string(),
    ] {
        let head = http_head(200, &[("Content-Length", &length)]);
        let server = RawServer::answering(vec![Script::Endless(head, vec![b' '; 1024], Duration::from_millis(1))]);
        too_large(list(&server.url()).address_space_mib(256).run());
        assert!(server.seen().sent() < MEBIBYTE);
    }
}

#[test]
fn fault_24_a_refusal_is_told_by_its_status_however_large_it_is() {
    for (status, code) in [(401, 3), (403, 3), (500, 6)] {
        let head = http_head(status, &[("Content-Length", "99999999999999")]);
        let server = RawServer::answering(vec![Script::Endless(head, vec![b' '; 1024], Duration::from_millis(1))]);
        let run = list(&server.url()).args(["--retries", "0"]).run().exits(code);
        assert_eq!(run.failure()["status"], status);
        assert_eq!(run.stdout, "");
        assert!(server.seen().sent() < MEBIBYTE);
    }
}

/// Taken apart, each of its empty lists would take up ten times as much as it does in the answer.
#[test]
fn fault_24_a_refusal_of_many_lists_is_told_by_its_status_and_memory_stays_flat() {
    let body = format!(r#"{{"message":["no"{}]}}"#, ",[]".repeat(20 * 1024 * 1024 / 3));
    let server = RawServer::answering(vec![Script::json(400, body)]);
    let run = list(&server.url()).address_space_mib(256).run().exits(1);
    let failure = run.failure();
    assert_eq!(failure["message"], "the platform refused this (HTTP 400)");
    assert_eq!(failure["status"], 400);
}

#[test]
fn fault_24_an_answer_as_large_as_allowed_is_read() {
    let body = EMPTY.to_owned() + &" ".repeat(usize::try_from(LIMIT).unwrap() - EMPTY.len());
    let server = RawServer::answering(vec![Script::json(200, body)]);
    is_empty_listing(list(&server.url()).run());
}

#[test]
fn fault_24_an_answer_that_unpacks_without_end_is_refused_and_memory_stays_flat() {
    let gzip = b"\x1f\x8b\x08\0\0\0\0\0\0\xff";
    let head = http_head(200, &[("Content-Encoding", "gzip"), ("Connection", "close")]);
    let begin = [head.as_slice(), gzip].concat();
    let server = RawServer::answering(vec![Script::Endless(begin, compressed_blanks(), Duration::ZERO)]);
    too_large(list(&server.url()).address_space_mib(256).run());
    assert!(server.seen().sent() < 4 * MEBIBYTE, "{}", server.seen().sent());
}

#[test]
fn fault_24_endless_headers_are_refused() {
    let headers = Script::Endless(
        b"HTTP/1.1 200 OK\r\n".to_vec(),
        b"X-More: and more\r\n".repeat(1000),
        Duration::ZERO,
    );
    let server = RawServer::answering(vec![headers]);
    let run = list(&server.url())
        .args(["--retries", "0"])
        .address_space_mib(256)
        .run();
    assert_eq!(run.exits(6).failure()["kind"], "unreachable");
    assert!(server.seen().sent() < 32 * MEBIBYTE);
}
