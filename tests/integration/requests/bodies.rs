//! Response bodies in every form that HTTP allows.

use std::time::Duration;

use super::{EMPTY, lists_no_token};
use crate::support::servers::{RawServer, Script, http_head, http_response, json_response};
use crate::support::{Call, FakeServer, cases};

/// `{"data":[]}`, compressed by gzip and by zlib (the `deflate` of HTTP).
const GZIP: &[u8] =
    b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xab\x56\x4a\x49\x2c\x49\x54\xb2\x8a\x8e\xad\x05\0\x94\x64\xb2\x5e\x0b\0\0\0";
const DEFLATE: &[u8] = b"\x78\xda\xab\x56\x4a\x49\x2c\x49\x54\xb2\x8a\x8e\xad\x05\0\x16\x80\x03\xc9";

/// The same in three chunks.
const CHUNKS: &str = "7\r\n{\"data\"\r\n1\r\n:\r\n3\r\n[]}\r\n0\r\n\r\n";

#[track_caller]
fn accepts(script: Script) {
    lists_no_token(&RawServer::answering(vec![script]), "--retries 0");
}

#[test]
fn body_ends_by_length_chunks_or_connection() {
    accepts(Script::Answer(json_response(200, EMPTY)));
    accepts(Script::Answer(http_response(200, &[("Transfer-Encoding", "chunked")], CHUNKS)));
    accepts(Script::CutShort([http_head(200, &[]), EMPTY.into()].concat()));
    // The last chunk is missing, but the object is complete.
    let chunk = format!("{:x}\r\n{EMPTY}\r\n", EMPTY.len());
    accepts(Script::CutShort(http_response(200, &[("Transfer-Encoding", "chunked")], chunk)));
    for (encoding, body) in [("gzip", GZIP), ("deflate", DEFLATE), ("identity", EMPTY.as_bytes())] {
        accepts(Script::Answer(http_response(200, &[("Content-Encoding", encoding)], body)));
    }
}

#[test]
fn broken_encoding_is_error() {
    for (encoding, body, code, expected) in [
        ("br", &b"\x0b\x05\x80{}\x03"[..], 1, "expected a page of tokens, got text that is not JSON"),
        ("gzip", &GZIP[..20], 6, " was lost before the response was complete"),
        ("gzip", EMPTY.as_bytes(), 6, " was lost before the response was complete"),
    ] {
        let response = http_response(200, &[("Content-Encoding", encoding)], body);
        let server = RawServer::answering(vec![Script::Answer(response)]);
        let run = server.program("list --retries 0").run().exits(code);
        assert_eq!(run.stdout, "");
        assert!(run.stderr.lines().next().is_some_and(|line| line.ends_with(expected)), "{}", run.stderr);
    }
}

#[test]
fn unusual_heads_are_accepted() {
    for case in cases(
        "HTTP/1.1 200 OK | CONTENT-LENGTH:  | CONNECTION: CLOSE
         HTTP/1.1 200    | content-length:  | x-odd-Name:
         HTTP/1.1 200 é  | CoNtEnT-lEnGtH:  | X: é🦀
         HTTP/1.0 200 OK | Content-Length:  | X: y
         HTTP/1.1 200 OK | Content-Length : | a line without a colon
         HTTP/1.1 200 OK | Content-Length:  | X Foo: a blank in the name
         HTTP/1.1 200 OK | Content-Length:  | X[0]: y
         HTTP/1.1 200 OK | Content-Length:  | : no name",
    ) {
        let [status, name, header] = case.columns();
        let response = format!("{status}\r\n{name}{}\r\n{header}\r\n\r\n{EMPTY}", EMPTY.len());
        accepts(Script::CutShort(response.into()));
    }
    for status in [100, 103] {
        let interim = http_head(status, &[("Link", "</style.css>; rel=preload")]);
        let pieces = vec![interim.clone(), interim, json_response(200, EMPTY)];
        accepts(Script::Pieces(pieces, Duration::from_millis(1)));
    }
}

#[test]
fn deletion_needs_no_body() {
    for (status, body) in [(204, ""), (200, ""), (200, "{}")] {
        let server = FakeServer::with(&["ci"]);
        server.answer_once(Call::Delete, (status, body));
        let run = server.program("delete ci --yes").run().exits(0);
        assert_eq!(run.stdout, "Deleted ci (cm3k1x9qf0000000000000001)\n");
    }
}
