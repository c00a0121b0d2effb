//! Requests without a complete response.

use crate::support::servers::{ClosedPort, RawServer, Script};
use crate::support::{Program, snapshot};

const KEY: &str = "tfy_key_SENTINEL";

#[test]
#[cfg(target_os = "linux")]
fn refused_connection_is_reported() {
    snapshot!(Program::with_settings(ClosedPort::new().url(), KEY, "list --retries 0"), @"
    exit: 6
    --- stderr
    error: cannot connect to http://127.0.0.1:[PORT]
      Connection refused (os error 111)
    hint: check the base URL, your network and your proxy settings
    ");
}

#[test]
fn incomplete_response_is_reported() {
    snapshot!(RawServer::answering(vec![Script::close()]).program("list -v --retries 0"), @"
    exit: 6
    --- stderr
    GET /api/svc/v1/personal-access-tokens?limit=100&offset=0: no response in [MS] ms, attempt 1
    error: connection to [SERVER] was lost before the response was complete
      connection closed before message completed
    hint: try again later
    --- requests
    GET /personal-access-tokens?limit=100&offset=0
    ");
}

#[test]
fn broken_response_is_reported() {
    let cut = |response: &str| Script::CutShort(response.into());
    let end_of_file = "end of file before message length reached";
    for (script, reason) in [
        (Script::Reset, "connection error: Connection reset by peer"),
        (cut("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"), end_of_file),
        (cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"), end_of_file),
        (cut("SSH-2.0-OpenSSH_9.6\r\n"), "invalid HTTP version parsed"),
        (cut("HTTP/9.9 200 OK\r\n\r\n"), "invalid HTTP version parsed"),
        (cut("HTTP/1.1 2OO OK\r\n\r\n"), ""),
        (cut("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), ""),
    ] {
        let server = RawServer::answering(vec![script.clone()]);
        let run = server.program("list --retries 0 -o json").run().exits(6);
        assert_eq!((run.stdout.as_str(), &run.failure()["hint"]), ("", &"try again later".into()));
        assert!(run.failure()["message"].as_str().unwrap().contains(reason), "{script:?}: {}", run.stderr);
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
