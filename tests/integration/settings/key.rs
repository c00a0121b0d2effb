//! What a key may be, and that it is never shown.

use serde_json::json;

use super::{KEY, list, lists_nothing, signed_with};
use crate::support::platform::Platform;
use crate::support::program::Program;
use crate::support::servers::{RawServer, Script, http_response};

#[test]
fn fault_15_white_space_around_a_key_is_dropped() {
    let platform = Platform::start();
    for key in [
        format!(" {}", platform.key()),
        format!("{}\n", platform.key()),
        format!("\t{}\r\n", platform.key()),
    ] {
        lists_nothing(list(Program::against(platform.url(), key)).run());
    }
    signed_with(&platform, &platform.key());
}

#[test]
fn fault_15_a_key_that_is_none_is_refused_without_being_shown() {
    let platform = Platform::start();
    for (key, words) in [
        ("", "it is set, but empty"),
        (" \t\r\n ", "it is set, but empty"),
        (
            "tfy_one_SENTINEL\r\nX-Other: two_SENTINEL",
            "it has a line break, a space or a control character in it",
        ),
        (
            "tfy_a SENTINEL",
            "it has a line break, a space or a control character in it",
        ),
        (
            "tfy_\u{1b}[31mSENTINEL",
            "it has a line break, a space or a control character in it",
        ),
        ("tfy_SENTINEL_é", "it has a character that is not ASCII in it"),
    ] {
        let run = list(Program::against(platform.url(), key)).run().exits(2);
        assert_eq!(run.stdout, "");
        assert_eq!(run.stderr, format!("error: TFY_API_KEY: {words}\n"));

        let file = format!("TFY_BASE_URL={}\nTFY_API_KEY='{key}'\n", platform.url());
        let run = list(Program::bare().write_cwd_file(".env", file)).run().exits(2);
        assert_eq!(run.stderr, format!("error: TFY_API_KEY in .env: {words}\n"));
    }
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn fault_15_an_empty_key_makes_no_room_for_another() {
    let platform = Platform::start();
    let file = format!("TFY_BASE_URL={}\nTFY_API_KEY={}\n", platform.url(), platform.key());
    let program = Program::bare().env("TFY_API_KEY", "").write_cwd_file(".env", file);
    let run = list(program).run().exits(2);
    assert_eq!(run.stderr, "error: TFY_API_KEY: it is set, but empty\n");
    assert_eq!(platform.requests().len(), 0);
}

#[test]
#[cfg(unix)]
fn fault_16_values_that_are_not_unicode_are_told_by_name() {
    use std::os::unix::ffi::OsStringExt;

    let odd = || std::ffi::OsString::from_vec(b"\xff\xfekey_SENTINEL".to_vec());
    for name in [
        "TFY_BASE_URL",
        "TFY_API_KEY",
        "HTTPS_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "NO_PROXY",
    ] {
        let program = Program::against("http://127.0.0.1:1", KEY).env_os(name, odd());
        let run = list(program).run().exits(2);
        assert_eq!(run.stdout, "");
        assert_eq!(run.stderr, format!("error: {name}: its value is not Unicode text\n"));
    }
    for name in ["TFY_HOST", "TFY_API_HOST"] {
        let program = Program::bare().env("TFY_API_KEY", KEY).env_os(name, odd());
        let run = list(program).run().exits(2);
        assert_eq!(run.stderr, format!("error: {name}: its value is not Unicode text\n"));
    }
}

#[test]
#[cfg(unix)]
fn fault_16_other_variables_that_are_not_unicode_do_no_harm() {
    use std::os::unix::ffi::OsStringExt;

    let platform = Platform::start();
    let odd = || std::ffi::OsString::from_vec(b"/\xff\xfe".to_vec());
    let names = [
        "HOME",
        "TERM",
        "NO_COLOR",
        "TFY_ALLOW_HTTP",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "LANG",
        "\u{e9}",
    ];
    let program = Program::against(platform.url(), platform.key());
    let program = names
        .into_iter()
        .fold(program, |program, name| program.env_os(name, odd()));
    lists_nothing(list(program).run());
}

#[test]
fn fault_8_nothing_talkative_shows_the_key() {
    let platform = Platform::start();
    let program = Program::against(platform.url(), platform.key())
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "full");
    let run = list(program.clone()).arg("-v").run().exits(0);
    let [trace, _] = run.stderr.lines().collect::<Vec<_>>()[..] else {
        panic!("a line for the request and one for the empty list: {}", run.stderr)
    };
    assert!(
        trace.starts_with("GET /api/svc/v1/personal-access-tokens?limit=100&offset=0: 200 in ")
            && trace.ends_with(" ms, try 1"),
        "{trace}"
    );
    platform.reject_key();
    list(program.clone()).arg("-v").run().exits(3);
    list(program).args(["-v", "-o", "json"]).run().exits(3);
}

#[test]
fn fault_8_a_platform_that_says_the_key_back_is_quoted_without_it() {
    let body = json!({"message": format!("unknown key {KEY}")}).to_string();
    for (status, code) in [(400, 1), (401, 3), (403, 3), (404, 1), (500, 6)] {
        let server = RawServer::answering(vec![Script::json(status, &body)]);
        let run = list(Program::against(server.url(), KEY)).arg("-v").run().exits(code);
        assert_eq!(run.stdout, "", "{status}");
        assert!(
            run.stderr.contains("\n  the platform says: unknown key (hidden)\n"),
            "{}",
            run.stderr
        );
        let run = list(Program::against(server.url(), KEY)).args(["-o", "json"]).run();
        let run = run.exits(code);
        assert!(run.stderr.contains("unknown key (hidden)"), "{}", run.stderr);
        assert_eq!(run.stdout, "", "{status}");
    }
}

#[test]
fn fault_8_a_page_that_says_the_key_back_is_not_quoted() {
    let body = format!("<html>your key {KEY} is wrong</html>");
    for (status, code) in [(200, 1), (401, 3), (403, 3), (500, 6)] {
        let answer = http_response(status, &[("Content-Type", "text/html")], &body);
        let server = RawServer::answering(vec![Script::Answer(answer)]);
        let run = list(Program::against(server.url(), KEY)).arg("-v").run().exits(code);
        assert_eq!(run.stdout, "", "{status}");
        assert!(!run.stderr.contains("your key"), "{status}: {}", run.stderr);
    }
}

#[test]
fn fault_9_help_and_errors_about_it_do_not_show_the_key() {
    let program = || Program::against("http://127.0.0.1:1", KEY);
    for arguments in [
        &["--help"][..],
        &["-h"],
        &["list", "--help"],
        &["create", "--help"],
        &["status", "--help"],
    ] {
        let run = program().args(arguments.iter().copied()).run().exits(0);
        assert!(
            run.stdout.contains("Usage: tfy-tokens"),
            "{arguments:?}: {}",
            run.stdout
        );
        assert_eq!(run.stderr, "", "{arguments:?}");
    }
    for arguments in [
        &["list", "--no-such-option"][..],
        &["no-such-command"],
        &["list", "--api-key", KEY],
        &["--key", KEY, "list"],
        &["list", KEY],
    ] {
        let run = program().args(arguments.iter().copied()).run().exits(2);
        assert_eq!(run.stdout, "", "{arguments:?}");
        assert!(run.stderr.starts_with("error: "), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn fault_9_the_key_is_not_on_the_command_line_that_ps_shows() {
    let key = "key_SENTINEL_of_this_test_alone";
    let server = RawServer::answering(vec![Script::Silence]);
    let running = list(Program::against(server.url(), key)).start();
    server.seen().wait_for_requests(1);
    let line = std::fs::read_to_string(format!("/proc/{}/cmdline", running.id())).unwrap();
    assert!(line.contains("list") && !line.contains(key), "{line}");
    running.interrupt();
    running.wait().exits(130);
}
