//! Answers in every form that HTTP allows.

use std::time::Duration;

use super::{EMPTY, is_empty_listing, list, tries};
use crate::support::servers::{RawServer, Script, chunked_response, http_head, http_response, json_response};

/// `{"data":[]}`, by gzip and by zlib, which is what HTTP calls deflate.
const GZIP: &[u8] =
    b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xab\x56\x4a\x49\x2c\x49\x54\xb2\x8a\x8e\xad\x05\0\x94\x64\xb2\x5e\x0b\0\0\0";
const DEFLATE: &[u8] = b"\x78\xda\xab\x56\x4a\x49\x2c\x49\x54\xb2\x8a\x8e\xad\x05\0\x16\x80\x03\xc9";

#[track_caller]
fn is_fine(script: &Script) {
    let server = RawServer::answering(vec![script.clone()]);
    let run = list(&server.url()).args(["--retries", "0"]).run();
    assert_eq!(run.code, 0, "{script:?}: {}", run.stderr);
    is_empty_listing(run);
}

#[test]
fn fault_28_a_body_ends_by_its_length_by_its_chunks_or_with_the_connection() {
    let ends_with_connection = [http_head(200, &[("Connection", "close")]), EMPTY.into()].concat();
    let says_nothing = [http_head(200, &[]), EMPTY.into()].concat();
    is_fine(&Script::Answer(json_response(200, EMPTY)));
    is_fine(&Script::Answer(chunked_response(200, &[], &[EMPTY])));
    is_fine(&Script::Answer(chunked_response(
        200,
        &[("Connection", "close")],
        &["{\"data\"", ":", "[]}"],
    )));
    is_fine(&Script::CutShort(ends_with_connection));
    is_fine(&Script::CutShort(says_nothing));
}

#[test]
fn fault_28_a_body_may_be_compressed() {
    for (encoding, body) in [("gzip", GZIP), ("deflate", DEFLATE), ("identity", EMPTY.as_bytes())] {
        is_fine(&Script::Answer(http_response(
            200,
            &[("Content-Encoding", encoding)],
            body,
        )));
    }
    let head = http_head(200, &[("content-encoding", "gzip"), ("connection", "close")]);
    is_fine(&Script::CutShort([head.as_slice(), GZIP].concat()));
}

#[test]
fn fault_28_an_encoding_that_was_not_asked_for_or_is_broken_is_an_error_that_says_so() {
    let encoded = |encoding: &str, body: &[u8]| {
        let answer = http_response(200, &[("Content-Encoding", encoding)], body);
        let server = RawServer::answering(vec![Script::Answer(answer)]);
        let run = list(&server.url()).args(["--retries", "0"]).run();
        assert_eq!(run.stdout, "");
        (
            run.code,
            run.failure()["message"].as_str().unwrap().replace(&server.url(), "URL"),
        )
    };
    let no_json = "the answer makes no sense: text that is not JSON came instead of a page of tokens";
    assert_eq!(encoded("br", b"\x0b\x05\x80{}\x03"), (1, no_json.to_owned()));
    let (code, message) = encoded("gzip", &GZIP[..20]);
    assert_eq!(code, 6, "{message}");
    assert!(
        message.starts_with("the answer from URL did not arrive in full: "),
        "{message}"
    );
    let (code, message) = encoded("gzip", EMPTY.as_bytes());
    assert_eq!(code, 6, "{message}");
}

#[test]
fn fault_28_header_names_are_the_same_in_any_case() {
    let length = EMPTY.len();
    for head in [
        format!("HTTP/1.1 200 OK\r\nCONTENT-LENGTH: {length}\r\nCONNECTION: CLOSE\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\ncontent-length:{length}\r\nx-odd-Name:  \r\n\r\n"),
        format!("HTTP/1.1 200\r\nCoNtEnT-lEnGtH: {length}\r\n\r\n"),
        format!("HTTP/1.1 200 \u{e9}\r\nContent-Length: {length}\r\nX: \u{e9}\u{1f980}\r\n\r\n"),
        format!("HTTP/1.0 200 OK\r\nContent-Length: {length}\r\n\r\n"),
    ] {
        is_fine(&Script::CutShort([head.as_bytes(), EMPTY.as_bytes()].concat()));
    }
    // A wait that is not read is none, and the request is repeated.
    let busy = "HTTP/1.1 429 Busy\r\nRETRY-AFTER: 86400\r\nContent-Length: 0\r\n\r\n";
    let server = RawServer::answering(vec![Script::Answer(busy.into()), super::empty()]);
    let run = list(&server.url()).run().exits(6);
    assert_eq!((run.stdout.as_str(), tries(&server)), ("", 1));
}

#[test]
fn fault_27_what_comes_before_the_answer_is_passed_over() {
    for status in [100, 102, 103] {
        let before = http_head(status, &[("Link", "</style.css>; rel=preload")]);
        let pieces = vec![before.clone(), before, json_response(200, EMPTY)];
        is_fine(&Script::Pieces(pieces, Duration::from_millis(1)));
    }
}

#[test]
fn a_deletion_may_be_answered_with_nothing() {
    use crate::support::program::Program;
    let page = Script::json(200, r#"{"data":[{"id":"a"}],"pagination":{"total":1}}"#);
    for deleted in [
        http_response(204, &[], ""),
        http_response(200, &[], ""),
        http_response(200, &[], "{}"),
    ] {
        let server = RawServer::answering(vec![page.clone(), page.clone(), Script::Answer(deleted)]);
        let delete = Program::against(server.url(), "key-of-no-platform").args(["delete", "a", "--yes"]);
        let run = delete.run().exits(0);
        assert_eq!(run.stdout, "Deleted (unnamed) (a)\n");
    }
}
