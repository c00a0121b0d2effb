//! Requests without a complete response.

use crate::support::servers::{ClosedPort, RawServer, Script};
use crate::support::{Program, snapshot};

const KEY: &str = "tfy_key_SENTINEL";

/// The message of a listing that fails because of the connection.
#[track_caller]
fn message(server: &RawServer) -> String {
    let run = server.program("list --retries 0 -o json").run().exits(6);
    assert_eq!(run.stdout, "");
    assert_eq!(run.failure()["hint"], "try again later");
    let message = run.failure()["message"].to_string();
    message.replace(&server.url(), "URL")
}

#[test]
#[cfg(target_os = "linux")]
fn refused_connection_is_reported() {
    let port = ClosedPort::new();
    snapshot!(Program::with_settings(port.url(), KEY, "list --retries 0"), @"
    exit: 6
    --- stderr
    error: cannot connect to http://127.0.0.1:[PORT]
      Connection refused (os error 111)
    hint: check the base URL, your network and your proxy settings
    ");
}

#[test]
fn incomplete_response_is_reported() {
    snapshot!(RawServer::answering(vec![Script::close()]).program("list --retries 0"), @"
    exit: 6
    --- stderr
    error: connection to [SERVER] was lost before the response was complete
      connection closed before message completed
    hint: try again later
    --- requests
    GET /personal-access-tokens?limit=100&offset=0
    ");
    for (script, reason) in [
        (Script::reset(), "connection error: Connection reset by peer"),
        (
            Script::CutShort(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".to_vec()),
            "end of file before message length reached",
        ),
        (
            Script::CutShort(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{".to_vec()),
            "end of file before message length reached",
        ),
    ] {
        let message = message(&RawServer::answering(vec![script.clone()]));
        let lost = format!("connection to URL was lost before the response was complete; {reason}");
        assert!(message.contains(&lost), "{script:?}: {message}");
    }
}

#[test]
fn response_must_be_http() {
    for response in [
        &b"SSH-2.0-OpenSSH_9.6\r\n"[..],
        b"\x15\x03\x03\x00\x02\x02\x28",
        b"220 mail.test ESMTP\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
    ] {
        let message = message(&RawServer::answering(vec![Script::CutShort(response.to_vec())]));
        assert!(message.contains("; invalid HTTP version parsed"), "{response:?}: {message}");
    }
    for response in [
        "HTTP/1.1 2OO OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 99999 OK\r\n\r\n",
    ] {
        message(&RawServer::answering(vec![Script::CutShort(response.into())]));
    }
}

#[test]
fn unknown_host_is_reported() {
    for scheme in ["http", "https"] {
        let url = format!("{scheme}://nonexistent.invalid");
        let program = Program::with_settings(&url, KEY, "list --retries 0").env("TFY_ALLOW_HTTP", "1");
        let run = program.run().exits(6);
        let expected = format!("error: cannot connect to {url}\n  cannot resolve the host name: ");
        assert!(run.stderr.starts_with(&expected), "{}", run.snapshot());
    }
}
