//! Arguments, environment variables and standard streams.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::secrets::{has_exit_code, with_secret};
use crate::support::{Call, FakeServer, Program};

const ARGUMENTS: [&str; 10] = [
    "SECRET",
    "list --unused-for SECRET",
    "list --search SECRET",
    "list --timeout SECRET",
    "list --base-url SECRET",
    "create SECRET --save /nowhere/at/all",
    "create new-one --expires SECRET -q --save /nowhere/at/all",
    "delete SECRET --yes",
    "rotate none --as SECRET --yes",
    "revoke-all SECRET --yes",
];

#[test]
fn arbitrary_arguments_do_not_panic() {
    let server = FakeServer::start();
    let texts = "- -- --- = é \u{1f980} \u{202e} % {} {0} 999999999999999999999999999999 -999999999999999999999999999999d \
                 9223372036854775807y 1e9d NaN 9999-12-31T23:59:59.999999999Z -009999-01-01T00:00:00Z 9999-12-31 \
                 0000-00-00 9998y";
    for text in texts.split(' ').chain(["", " "]) {
        for arguments in ARGUMENTS {
            has_exit_code(&with_secret(server.program(""), arguments, text).run());
        }
    }
}

#[test]
fn arguments_without_unicode_do_not_panic() {
    let server = FakeServer::start();
    let bytes = OsStr::from_bytes(b"a\xff\xfeb");
    for arguments in ["", "list --search", "create", "create new-one --save", "delete", "man"] {
        has_exit_code(&server.program(arguments).arg(bytes).run());
    }
}

#[test]
fn unusual_environment_does_not_panic() {
    let server = FakeServer::start();
    for (name, values) in [
        ("TERM", ["", "dumb", "\u{1b}", "no-such-terminal"].as_slice()),
        ("COLUMNS", &["0", "-1", "99999999999999999999", ""]),
        ("HOME", &["", "/", "/dev/null", "relative", "\u{1b}"]),
        ("HTTP_PROXY", &["::::", "http://[", "http://\u{e9}", "ftp://a.test", "http://a b"]),
        ("HTTPS_PROXY", &["http://:0", "socks9://x", "%%%"]),
        ("NO_PROXY", &["*", ",,,", "[::1", "127.0.0.0/99"]),
        ("SSL_CERT_FILE", &["", "/", "/dev/null", "/nonexistent"]),
        ("SSL_CERT_DIR", &["", "/dev/null", "/nonexistent"]),
        ("COMPLETE", &["", "bash", "zsh", "fish", "elvish", "powershell", "no-such-shell", "1"]),
        ("_CLAP_COMPLETE_INDEX", &["-1", "99999999999999999999", "x"]),
        ("LC_ALL", &["C", "tr_TR.UTF-8", "\u{1b}"]),
        ("TZ", &["", "Pacific/Auckland", "\u{1b}", ":/dev/null"]),
        ("RUST_MIN_STACK", &["1", "x"]),
    ] {
        for value in values {
            let program = server.program("").env(name, value).args("--retries 0").exact_output();
            has_exit_code(&program.clone().arg("list").run());
            has_exit_code(&program.env("TFY_BASE_URL", "https://127.0.0.1:1").arg("status").run());
        }
    }
}

#[test]
fn unusual_completion_requests_do_not_panic() {
    let server = FakeServer::with(&["ci-run"]);
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
                let program = server.program("").env("COMPLETE", shell).exact_output();
                let program = program.env("_CLAP_COMPLETE_INDEX", index).env("_CLAP_IFS", "\n");
                has_exit_code(&words.iter().fold(program, Program::arg).run());
            }
        }
    }
}

#[test]
fn closed_or_full_streams_do_not_panic() {
    let server = FakeServer::with(&["ci-run"]);
    server.answer_always(Call::Session, 500);
    server.before_each(|_, request, account| {
        if request.call == Call::Create {
            account.remove("new-one");
        }
    });
    for redirection in ["2>&-", "2>/dev/full", ">/dev/full 2>/dev/full", "<&- >&- 2>&-"] {
        for arguments in ["list -v", "status", "create new-one", "delete ci-run --yes", "--help", "unknown"] {
            let program = Program::shell(&format!("exec \"$0\" {arguments} --retries 0 {redirection}"))
                .arg(env!("CARGO_BIN_EXE_tfy-tokens"))
                .env("TFY_BASE_URL", server.url())
                .env("TFY_API_KEY", server.key())
                .secret(&server.key())
                .exact_output();
            let delivers_value = arguments.starts_with("create") && redirection.starts_with('2');
            has_exit_code(&if delivers_value { program.delivers_value() } else { program }.run());
        }
    }
}
