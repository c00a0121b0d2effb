//! Limits of time and size.

use std::time::Duration;

use super::{EMPTY, lists_no_token};
use crate::support::servers::{Authority, RawServer, Script, http_head};
use crate::support::{Program, Run};

const MEBIBYTE: u64 = 1 << 20;

/// The maximum size of a response, in bytes.
const LIMIT: u64 = 32 * MEBIBYTE;

/// 64 KiB of blanks as a block of deflate. It ends at a byte and refers to no earlier block, so it can be repeated.
fn compressed_blanks() -> Vec<u8> {
    let mut block = vec![0; 84];
    block[..15].copy_from_slice(b"\xec\xc1\x81\x00\x00\x00\x00\x80\x20\x95\xfd\x29\x17\xa9\x0a");
    block[78..].copy_from_slice(b"\x6a\x00\x00\x00\xff\xff");
    block
}

/// A response that announces `length` bytes.
fn announcing(status: u16, length: u64) -> RawServer {
    let head = http_head(status, &[("Content-Length", &length.to_string())]);
    RawServer::answering(vec![Script::Endless(head, vec![b' '; 1024], Duration::from_millis(1))])
}

/// A response whose body comes byte by byte.
fn drip(every: Duration) -> Script {
    let head = http_head(200, &[("Content-Length", &EMPTY.len().to_string())]);
    let body = EMPTY.bytes().map(|byte| vec![byte]);
    Script::Pieces([head].into_iter().chain(body).collect(), every)
}

#[track_caller]
fn timed_out(run: Run, url: &str) {
    let run = run.exits(6);
    assert!(run.elapsed >= Duration::from_secs(1), "{:?}", run.elapsed);
    let expected = format!("error: no response from {url} within 1 s\nhint: try again, or increase --timeout\n");
    assert_eq!((run.stdout.as_str(), run.stderr), ("", expected));
}

/// The program with at most 256 MiB of memory.
fn with_little_memory(server: &RawServer, arguments: &str) -> Program {
    let script = format!("ulimit -v 262144; exec \"$0\" {arguments}");
    server.program("-c").arg(script).arg(env!("CARGO_BIN_EXE_tfy-tokens")).run_by("/bin/sh")
}

/// Asserts that the response is refused as too large, after less than `limit` bytes. The process would fail for lack of memory if
/// it kept the response.
#[track_caller]
fn refuses_as_too_large(server: &RawServer, limit: u64) {
    let run = with_little_memory(server, "list").run().exits(1);
    let message = "error: unexpected response from the server: the response is larger than 32 MiB\n";
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", message));
    let received = server.received();
    assert!(received.requests().len() == 1 && received.sent() < limit, "{}", received.sent());
}

#[test]
fn slow_response_ends_at_timeout() {
    let every = Duration::from_millis(100);
    let running = [
        drip(every),
        Script::Endless(http_head(200, &[]), b" ".to_vec(), every),
        Script::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"a".to_vec(), every),
        Script::Silence,
    ]
    .map(|script| {
        let server = RawServer::answering(vec![script]);
        (server.program("list --timeout 1s").start(), server)
    });
    for (running, server) in running {
        timed_out(running.finish(), &server.url());
        assert_eq!(server.received().requests().len(), 1);
    }
}

#[test]
fn slow_handshake_ends_at_timeout() {
    let server = RawServer::answering(vec![Script::Silence]);
    let url = server.url().replace("http:", "https:");
    let program = Program::with_settings(&url, "tfy_key_SENTINEL", "list --timeout 1s --retries 0");
    timed_out(program.env("SSL_CERT_FILE", Authority::new().pem_file()).run(), &url);
}

#[test]
fn slow_response_within_timeout_is_accepted() {
    for timeout in ["20s", "5m", "7000y", "20000ms"] {
        let slow = drip(Duration::from_millis(2));
        lists_no_token(&RawServer::answering(vec![slow]), &format!("--timeout {timeout}"));
    }
}

#[test]
fn large_response_is_refused() {
    let endless = RawServer::answering(vec![Script::endless_json()]);
    refuses_as_too_large(&endless, 2 * LIMIT);
    assert!(endless.received().sent() >= LIMIT);
    // An announced size is enough.
    refuses_as_too_large(&announcing(200, LIMIT + 1), MEBIBYTE);
    refuses_as_too_large(&announcing(200, i64::MAX.unsigned_abs()), MEBIBYTE);

    let head = http_head(200, &[("Content-Encoding", "gzip"), ("Connection", "close")]);
    let start = [head.as_slice(), b"\x1f\x8b\x08\0\0\0\0\0\0\xff"].concat();
    let compressed = Script::Endless(start, compressed_blanks(), Duration::ZERO);
    refuses_as_too_large(&RawServer::answering(vec![compressed]), 4 * MEBIBYTE);
}

#[test]
fn response_of_maximum_size_is_accepted() {
    let body = EMPTY.to_owned() + &" ".repeat(usize::try_from(LIMIT).unwrap() - EMPTY.len());
    lists_no_token(&RawServer::answering(vec![Script::json(200, body)]), "");
}

#[test]
fn large_pages_are_read_one_by_one() {
    let token = |number| format!(r#"{{"id":"id-{number}"}}"#);
    let tokens: Vec<String> = (0..100).map(token).collect();
    let first = format!(r#"{{"data":[{}],"pagination":{{"total":50000}}}}"#, tokens.join(","));
    // One item too many, and blanks that are quickly read.
    let zeros = format!(r#"{{"data":[0{}{}]}}"#, ",0".repeat(1000), " ".repeat(31 * 1024 * 1024));
    let server = RawServer::answering([first, zeros].map(|body| Script::json(200, body)).to_vec());
    let run = with_little_memory(&server, "list").run().exits(1);
    let message = "error: unexpected response from the server: the server sent more than 1000 tokens in one page\n";
    assert_eq!(run.stderr, message);
}

#[test]
fn large_error_response_keeps_status() {
    for (status, code) in [(401, 3), (500, 6)] {
        let server = announcing(status, 99_999_999_999_999);
        let run = server.program("list --retries 0 -o json").run().exits(code);
        assert_eq!((run.stdout.as_str(), &run.failure()["status"]), ("", &status.into()));
        assert!(server.received().sent() < MEBIBYTE);
    }
    // A parsed list would take about ten times the memory of its two characters.
    let body = format!(r#"{{"message":["no"{}]}}"#, ",[]".repeat(20 * 1024 * 1024 / 3));
    let server = RawServer::answering(vec![Script::json(400, body)]);
    let run = with_little_memory(&server, "list").run().exits(1);
    assert_eq!(run.stderr, "error: the server rejected the request (HTTP 400)\n");
}

#[test]
fn endless_headers_are_refused() {
    let start = b"HTTP/1.1 200 OK\r\n".to_vec();
    let headers = Script::Endless(start, b"X-More: and more\r\n".repeat(1000), Duration::ZERO);
    let server = RawServer::answering(vec![headers]);
    let run = with_little_memory(&server, "list --retries 0").run().exits(6);
    assert!(run.stderr.starts_with("error: connection to "), "{}", run.stderr);
    assert!(server.received().sent() < LIMIT);
}
