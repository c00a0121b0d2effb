//! Valid and invalid API keys. A key is never shown.

use serde_json::json;

use super::{KEY, LIST, lists};
use crate::support::servers::{RawServer, Script, http_response};
use crate::support::{FakeServer, Program, snapshot};

#[test]
fn key_is_trimmed() {
    let server = FakeServer::start();
    for (before, after) in [(" ", ""), ("", "\n"), ("\t", "\r\n")] {
        let key = format!("{before}{}{after}", server.key());
        lists(Program::with_settings(server.url(), key, LIST).run());
    }
}

#[test]
fn invalid_key_is_refused_without_echo() {
    let server = FakeServer::start();
    let whitespace = "it contains a line break, a space or a control character";
    for (key, reason) in [
        ("", "it is empty"),
        (" \t\r\n ", "it is empty"),
        ("tfy_one_SENTINEL\r\nX-Other: two_SENTINEL", whitespace),
        ("tfy_a SENTINEL", whitespace),
        ("tfy_\u{1b}[31mSENTINEL", whitespace),
        ("tfy_SENTINEL_é", "it contains a character that is not ASCII"),
    ] {
        let run = Program::with_settings(server.url(), key, LIST).run().exits(2);
        assert_eq!(run.stderr, format!("error: invalid TFY_API_KEY: {reason}\n"));

        let file = format!("TFY_BASE_URL={}\nTFY_API_KEY='{key}'\n", server.url());
        let run = Program::new(LIST).cwd_file(".env", file).run().exits(2);
        assert_eq!(run.stderr, format!("error: invalid TFY_API_KEY in .env: {reason}\n"));
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn empty_key_hides_other_keys() {
    let server = FakeServer::start();
    let file = format!("TFY_BASE_URL={}\nTFY_API_KEY={}\n", server.url(), server.key());
    let program = Program::new(LIST).env("TFY_API_KEY", "").cwd_file(".env", file);
    snapshot!(program.observing(&server), @"
    exit: 2
    --- stderr
    error: invalid TFY_API_KEY: it is empty
    ");
}

#[test]
#[cfg(unix)]
fn setting_must_be_unicode() {
    use std::os::unix::ffi::OsStringExt;

    let invalid = std::ffi::OsString::from_vec(b"\xff\xfekey_SENTINEL".to_vec());
    let names = "TFY_BASE_URL TFY_API_KEY TFY_HOST TFY_API_HOST HTTPS_PROXY http_proxy ALL_PROXY NO_PROXY";
    for name in names.split(' ') {
        let program = Program::new(LIST).env("TFY_API_KEY", KEY).env(name, &invalid);
        let run = program.run().exits(2);
        let expected = format!("error: invalid {name}: it is not valid Unicode\n");
        assert_eq!((run.stdout.as_str(), run.stderr), ("", expected));
    }
}

#[test]
#[cfg(unix)]
fn other_variables_need_not_be_unicode() {
    use std::os::unix::ffi::OsStringExt;

    let server = FakeServer::start();
    let invalid = std::ffi::OsString::from_vec(b"/\xff\xfe".to_vec());
    let mut program = server.program(LIST);
    for name in "HOME TERM NO_COLOR TFY_ALLOW_HTTP SSL_CERT_FILE SSL_CERT_DIR LANG \u{e9}".split(' ') {
        program = program.env(name, &invalid);
    }
    lists(program.run());
}

#[test]
fn verbose_and_logging_hide_key() {
    let server = FakeServer::start();
    let program = server.program("list -v").envs("RUST_LOG=trace RUST_BACKTRACE=full");
    snapshot!(&program, @"
    exit: 0
    --- stderr
    GET /api/svc/v1/personal-access-tokens?limit=100&offset=0: 200 in [MS] ms, attempt 1
    You have no tokens. Run `tfy-tokens create NAME` to create one.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    server.rules(|rules| rules.reject_key = true);
    snapshot!(&program, @"
    exit: 3
    --- stderr
    GET /api/svc/v1/personal-access-tokens?limit=100&offset=0: 401 in [MS] ms, attempt 1
    error: the API key from TFY_API_KEY was rejected: it is invalid, expired or deleted
      server message: Unauthorized
    hint: set TFY_API_KEY to a valid key, or unset it and run `tfy login --host [SERVER]`
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 401
    ");
    program.args("-o json").run().exits(3);
}

#[test]
fn key_in_server_message_is_redacted() {
    let body = json!({"message": format!("unknown key {KEY}")}).to_string();
    for (status, code) in [(400, 1), (401, 3), (403, 3), (404, 1), (500, 6)] {
        let server = RawServer::answering(vec![Script::json(status, &body)]);
        let program = Program::with_settings(server.url(), KEY, LIST);
        let run = program.clone().args("-v").run().exits(code);
        let line = "\n  server message: unknown key (redacted)\n";
        assert!(run.stderr.contains(line), "{}", run.snapshot());
        let run = program.args("-o json").run().exits(code);
        let message = run.failure()["message"].to_string();
        assert!(message.contains("unknown key (redacted)"), "{message}");
    }
}

#[test]
fn key_in_html_page_is_not_quoted() {
    let body = format!("<html>your key {KEY} is wrong</html>");
    for (status, code) in [(200, 1), (401, 3), (403, 3), (500, 6)] {
        let response = http_response(status, &[("Content-Type", "text/html")], &body);
        let server = RawServer::answering(vec![Script::Answer(response)]);
        let run = Program::with_settings(server.url(), KEY, LIST).args("-v").run().exits(code);
        assert_eq!(run.stdout, "", "{status}");
        assert!(!run.stderr.contains("your key"), "{status}: {}", run.stderr);
    }
}

#[test]
fn help_hides_key() {
    for arguments in ["--help", "-h", "list --help", "create --help", "status --help"] {
        let run = Program::with_settings("http://127.0.0.1:1", KEY, arguments).run().exits(0);
        let is_help = run.stdout.contains("Usage: tfy-tokens") && run.stderr.is_empty();
        assert!(is_help, "{}", run.snapshot());
    }
}

#[test]
fn usage_error_hides_key() {
    for arguments in [
        "list --no-such-option",
        "no-such-command",
        &format!("list --api-key {KEY}"),
        &format!("--key {KEY} list"),
        &format!("list {KEY}"),
    ] {
        let run = Program::with_settings("http://127.0.0.1:1", KEY, arguments).run().exits(2);
        assert!(run.stderr.starts_with("error: "), "{}", run.snapshot());
        assert_eq!(run.stdout, "", "{arguments}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn key_is_not_on_command_line() {
    let server = RawServer::answering(vec![Script::Silence]);
    let running = Program::with_settings(server.url(), KEY, LIST).start();
    server.received().wait_for_requests(1);
    let line = std::fs::read_to_string(format!("/proc/{}/cmdline", running.id())).unwrap();
    assert!(line.contains("list") && !line.contains(KEY), "{line}");
    running.signal(rustix::process::Signal::INT);
    snapshot!(running, @"exit: killed by SIGINT");
}
