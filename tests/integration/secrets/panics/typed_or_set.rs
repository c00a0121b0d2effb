//! What is typed, and what the program finds around it.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use wiremock::ResponseTemplate;

use super::super::program;
use super::in_words;
use crate::support::platform::{Call, Platform, TokenSeed};
use crate::support::program::Program;

#[test]
fn nothing_that_is_typed_makes_it_panic() {
    let platform = Platform::start();
    let odd = [
        "",
        " ",
        "-",
        "--",
        "---",
        "=",
        "é",
        "\u{1f980}",
        "\u{202e}",
        "%",
        "{}",
        "{0}",
        "999999999999999999999999999999",
        "-999999999999999999999999999999d",
        "9223372036854775807y",
        "1e9d",
        "NaN",
        "9999-12-31T23:59:59.999999999Z",
        "-009999-01-01T00:00:00Z",
        "9999-12-31",
        "0000-00-00",
        "9998y",
    ];
    for text in odd {
        for arguments in [
            vec![text],
            vec!["list", "--expires-within", text],
            vec!["list", "--unused-for", text],
            vec!["list", "--search", text],
            vec!["list", "--timeout", text],
            vec!["list", "--retries", text],
            vec!["create", text],
            vec![
                "create",
                "new-one",
                "--expires",
                text,
                "-q",
                "--save",
                "/nowhere/at/all",
            ],
            vec!["create", "new-one", "--for-user", text, "--save", "/nowhere/at/all"],
            vec!["delete", text, "--yes"],
            vec!["rotate", text, "--yes"],
            vec!["rotate", "none", "--as", text, "--yes"],
            vec!["revoke-all", text, "--yes"],
            vec!["completions", text],
            vec!["list", "--base-url", text],
        ] {
            in_words(&program(&platform).args(arguments).run());
        }
    }
}

#[test]
fn nothing_that_is_no_unicode_makes_it_panic() {
    let platform = Platform::start();
    let bytes = OsStr::from_bytes(b"a\xff\xfeb");
    for arguments in [
        vec![bytes],
        vec![OsStr::new("list"), OsStr::new("--search"), bytes],
        vec![OsStr::new("create"), bytes],
        vec![OsStr::new("create"), OsStr::new("new-one"), OsStr::new("--save"), bytes],
        vec![OsStr::new("delete"), bytes],
        vec![OsStr::new("man"), bytes],
    ] {
        in_words(&program(&platform).args(arguments).run());
    }
    for name in [
        "TFY_BASE_URL",
        "TFY_HOST",
        "TFY_API_KEY",
        "TFY_ALLOW_HTTP",
        "HOME",
        "TERM",
        "NO_COLOR",
        "COLUMNS",
        "COMPLETE",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "CLICOLOR_FORCE",
    ] {
        for command in ["list", "status", "--help"] {
            in_words(&program(&platform).env_os(name, bytes).arg(command).coloured().run());
        }
    }
    let odd_name = OsStr::from_bytes(b"\xff");
    in_words(&program(&platform).env_os(odd_name, bytes).arg("list").run());
}

#[test]
fn no_environment_makes_it_panic() {
    let platform = Platform::start();
    for (name, values) in [
        ("TERM", ["", "dumb", "\u{1b}", "no-such-terminal"].as_slice()),
        ("COLUMNS", &["0", "-1", "99999999999999999999", ""]),
        ("HOME", &["", "/", "/dev/null", "relative", "\u{1b}"]),
        (
            "HTTP_PROXY",
            &["::::", "http://[", "http://\u{e9}", "ftp://a.test", "http://a b"],
        ),
        ("HTTPS_PROXY", &["http://:0", "socks9://x", "%%%"]),
        ("NO_PROXY", &["*", ",,,", "[::1", "127.0.0.0/99"]),
        ("SSL_CERT_FILE", &["", "/", "/dev/null", "/nonexistent"]),
        ("SSL_CERT_DIR", &["", "/dev/null", "/nonexistent"]),
        (
            "COMPLETE",
            &["", "bash", "zsh", "fish", "elvish", "powershell", "no-such-shell", "1"],
        ),
        ("_CLAP_COMPLETE_INDEX", &["-1", "99999999999999999999", "x"]),
        ("LC_ALL", &["C", "tr_TR.UTF-8", "\u{1b}"]),
        ("TZ", &["", "Pacific/Auckland", "\u{1b}", ":/dev/null"]),
        ("RUST_MIN_STACK", &["1", "x"]),
    ] {
        for value in values {
            let base = program(&platform)
                .env(name, value)
                .exact_output()
                .args(["--retries", "0"]);
            in_words(&base.clone().arg("list").run());
            in_words(&base.env("TFY_BASE_URL", "https://127.0.0.1:1").arg("status").run());
        }
    }
}

#[test]
fn no_request_for_completions_makes_it_panic() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("ci-run"));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        for index in ["0", "1", "2", "99", "-1", "18446744073709551615", "x", ""] {
            for words in [
                ["--"].as_slice(),
                &[],
                &["--", "tfy-tokens"],
                &["--", "tfy-tokens", "delete", ""],
                &["--", "tfy-tokens", "delete", "\u{1b}"],
                &["--", "tfy-tokens", "list", "--output", ""],
                &["--", "\u{1f980}", "--", "--", "-"],
            ] {
                let program = program(&platform)
                    .env("COMPLETE", shell)
                    .env("_CLAP_COMPLETE_INDEX", index)
                    .env("_CLAP_IFS", "\n")
                    .args(words)
                    .exact_output();
                in_words(&program.run());
            }
        }
    }
}

#[test]
fn streams_that_are_closed_or_full_do_not_make_it_panic() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("ci-run"));
    platform.answer_always(Call::Session, ResponseTemplate::new(500));
    for redirection in [
        "2>&-",
        "2>/dev/full",
        ">&- 2>&-",
        ">/dev/full 2>/dev/full",
        "<&- >&- 2>&-",
    ] {
        for arguments in [
            "list",
            "list -v",
            "status",
            "create new-one",
            "delete ci-run --yes",
            "--help",
            "nonsense",
        ] {
            let script = format!("exec \"$0\" {arguments} --retries 0 {redirection}");
            let run = Program::other("/bin/sh")
                .args(["-c", &script, env!("CARGO_BIN_EXE_tfy-tokens")])
                .env("TFY_BASE_URL", platform.url())
                .env("TFY_API_KEY", platform.key())
                .exact_output();
            let run =
                if arguments.starts_with("create") && !redirection.starts_with('>') && !redirection.starts_with('<') {
                    run.delivers_value()
                } else {
                    run
                };
            in_words(&run.run());
            platform.before_each(|_, _, account| {
                account.remove("new-one");
            });
        }
    }
}
