//! An API key or a token value in the wrong place is not printed.

use super::{JWT, KEY, UNUSUAL_KEY, with_secret};
use crate::support::{FakeServer, Program, cases};

/// Runs a program that must fail without a request, as text and with JSON output.
#[track_caller]
fn is_redacted(server: &FakeServer, program: &Program) {
    let text = program.run().exits(2);
    let json = program.clone().args("-o json").run().exits(2);
    assert_eq!((text.stdout.as_str(), json.stdout.as_str()), ("", ""));
    assert_eq!(json.failure()["exitCode"], 2);
    assert_eq!(server.requests().len(), 0);
    assert!(text.stderr.starts_with("error: ") && text.stderr.contains("(redacted)"), "{}", text.stderr);
}

#[test]
fn secret_argument_is_redacted() {
    let server = FakeServer::start();
    for case in cases(
        "create SECRET
         create good-name --expires SECRET
         create good-name --for-user SECRET
         create good-name --team SECRET
         create good-name --account SECRET
         delete SECRET --dry-run
         rotate SECRET --yes
         rotate ci-run --as SECRET
         revoke-all SECRET
         list --search SECRET
         list --sort=SECRET
         list --timeout SECRET
         list -oSECRET
         completions SECRET
         status SECRET
         SECRET list",
    ) {
        let [arguments] = case.columns();
        for secret in [JWT, &format!("\"{KEY}\""), &format!("x={KEY}")] {
            is_redacted(&server, &with_secret(server.program(""), arguments, secret));
        }
    }
}

#[test]
fn value_of_unknown_option_is_not_printed() {
    for argument in ["--SECRET", "-kSECRET", "--api-key=SECRET", "--token=SECRET", "--password SECRET"] {
        for secret in [KEY, JWT] {
            let run = with_secret(FakeServer::start().program("list"), argument, secret).run().exits(2);
            assert!(run.stderr.starts_with("error: unexpected argument '-"), "{argument}: {}", run.stderr);
        }
    }
}

#[test]
fn key_from_environment_is_redacted() {
    let server = FakeServer::start();
    for arguments in [
        "create good-name SECRET",
        "SECRET",
        "list --color SECRET",
        "create ci-run --save /nowhere/SECRET/x",
        "create ci-run --save SECRET/x",
        "man /proc/SECRET",
    ] {
        for key in [KEY, JWT, UNUSUAL_KEY] {
            is_redacted(&server, &with_secret(Program::with_settings(server.url(), key, ""), arguments, key));
        }
    }
}

#[test]
fn key_in_saved_path_is_redacted() {
    let server = FakeServer::start();
    server.sign_in_with_token("laptop type=opaque");
    server.rules(|rules| rules.tokens_may_create = true);
    let run = server.program("create ci-run --save").arg(format!("{}-file", server.key())).run().exits(0);
    assert!(run.stderr.contains("Saved the token value to (redacted)-file."), "{}", run.stderr);
}

#[test]
fn control_characters_in_arguments_are_replaced() {
    // The inspection of all output fails if one is printed.
    for arguments in
        [&["create", "\u{1b}]0;owned\u{7}"][..], &["\u{1b}[2J\u{202e}"], &["list", "--color", "two\r\nlines\u{9b}"]]
    {
        for variable in ["NO_COLOR", "CLICOLOR_FORCE"] {
            let program = Program::new("").env(variable, "1");
            let run = arguments.iter().fold(program, Program::arg).run().exits(2);
            assert!(run.stderr.starts_with("error: "), "{}", run.snapshot());
        }
    }
}
