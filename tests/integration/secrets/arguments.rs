//! An API key or a token value in the wrong place is not printed.

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{JWT, KEY, UNUSUAL_KEY, with_secret};
use crate::support::{Call, FakeServer, Program, cases, snapshot};

/// Runs a program that must fail without a request, as text and with JSON output. Returns the text.
#[track_caller]
fn rejected(server: &FakeServer, program: &Program) -> String {
    let text = program.run().exits(2);
    let json = program.clone().args("-o json").run().exits(2);
    assert_eq!((text.stdout.as_str(), json.stdout.as_str()), ("", ""));
    assert_eq!(json.failure()["exitCode"], 2);
    assert_eq!(server.requests().len(), 0);
    assert!(text.stderr.starts_with("error: "), "{}", text.stderr);
    text.stderr
}

const ARGUMENTS: &str = "
    create SECRET
    create good-name SECRET
    create good-name --expires SECRET
    create good-name --type SECRET
    create good-name --for-user SECRET
    create good-name --team SECRET
    create good-name --account SECRET
    rotate ci-run --as SECRET
    rotate ci-run SECRET
    revoke-all SECRET
    list SECRET
    list --search SECRET
    list --sort SECRET
    list --timeout SECRET
    list --retries SECRET
    list --color SECRET
    completions SECRET
    status SECRET
    SECRET
    SECRET list";

#[test]
fn secret_argument_is_redacted() {
    let server = FakeServer::start();
    for case in cases(ARGUMENTS) {
        let [arguments] = case.columns();
        for secret in [KEY, JWT, &format!("\"{KEY}\""), &format!("Bearer {JWT}"), &format!("x={KEY}")] {
            let stderr = rejected(&server, &with_secret(server.program(""), arguments, secret));
            assert!(stderr.contains("(redacted)"), "{case:?}: {stderr}");
        }
    }
}

#[test]
fn attached_secret_is_redacted() {
    let server = FakeServer::start();
    for argument in cases(
        "-oSECRET
         -o=SECRET
         --output=SECRET
         --timeout=SECRET
         --color=SECRET
         --SECRET
         --api-key=SECRET
         --token=SECRET
         -kSECRET",
    ) {
        let [argument] = argument.columns();
        for secret in [KEY, JWT] {
            let run = with_secret(server.program("list"), argument, secret).run().exits(2);
            assert!(run.stderr.starts_with("error: "), "{argument}: {}", run.stderr);
            let run = with_secret(server.program("list -o json"), argument, secret).run().exits(2);
            assert_eq!(run.failure()["kind"], "usage");
        }
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn unusual_key_argument_is_redacted() {
    let server = FakeServer::start();
    for arguments in ["create good-name SECRET", "SECRET", "list --color SECRET"] {
        let program = Program::with_settings(server.url(), UNUSUAL_KEY, "");
        let stderr = rejected(&server, &with_secret(program, arguments, UNUSUAL_KEY));
        assert!(stderr.contains("(redacted)"), "{stderr}");
    }
}

#[test]
fn key_in_path_is_redacted() {
    let server = FakeServer::start();
    for key in [KEY, JWT, "SENTINEL-of-no-kind"] {
        for arguments in ["create ci-run --save /nowhere/SECRET/x", "create ci-run --save SECRET/x", "man /proc/SECRET"]
        {
            let program = Program::with_settings(server.url(), key, "");
            let stderr = rejected(&server, &with_secret(program, arguments, key));
            assert!(stderr.contains("(redacted)"), "{stderr}");
        }
    }
}

#[test]
fn key_in_saved_path_is_redacted() {
    let server = FakeServer::start();
    server.sign_in_with_token("laptop type=opaque");
    server.rules(|rules| rules.tokens_may_create = true);
    let program = server.program("create ci-run --save");
    snapshot!(program.arg(format!("{}-file", server.key())), @r#"
    exit: 0
    --- stdout
    Name:     ci-run
    Expires:  never
    --- stderr
    Creating token ci-run on [SERVER]; never expires
    Saved the token value to (redacted)-file. It will not be shown again.
    --- requests
    POST /personal-access-tokens 201 {"name":"ci-run"}
    "#);
}

#[test]
fn key_as_name_is_redacted() {
    let key = "SENTINEL-of-no-kind";
    let server = FakeServer::start();
    server.answer_always(Call::Session, ResponseTemplate::new(200).set_body_json(json!({"user": {"id": "u"}})));
    server.answer_always(Call::List, ResponseTemplate::new(200).set_body_json(json!({"data": []})));
    let program = Program::with_settings(server.url(), key, "delete --yes").arg(key);
    snapshot!(program, @"
    exit: 4
    --- stderr
    error: Token ID not found. List tokens first to find the correct ID.
      no token with the name or ID `(redacted)`; nothing was deleted
    hint: run `tfy-tokens list`
    ");
}

#[test]
fn value_as_token_is_rejected() {
    let server = FakeServer::start();
    for secret in [KEY, JWT, &format!("'{KEY}'"), &format!(" {JWT}\n")] {
        for arguments in ["delete SECRET --yes", "delete SECRET --dry-run", "rotate SECRET --yes"] {
            let stderr = rejected(&server, &with_secret(server.program(""), arguments, secret));
            let reason = "it looks like an API key or a token value, which must not be passed as an argument\n";
            assert!(stderr.contains("(redacted)") && stderr.contains(reason), "{stderr}");
        }
    }
}

#[test]
fn secret_in_base_url_is_not_printed() {
    let server = FakeServer::start();
    for case in cases(
        "KEY                      | it looks like an API key
         JWT                      | it looks like an API key
         https://KEY              | it looks like an API key
         https://acme.test/KEY/   | it looks like an API key
         http://KEY:80            | it looks like an API key
         https://KEY@acme.test    | it contains a user name or password
         https://user:KEY@acme.test | it contains a user name or password
         https://acme.test?key=KEY | it looks like an API key
         https://acme.test#KEY    | it looks like an API key
         SENTINEL_of_no_kind      | the scheme is missing; use https:// followed by the host",
    ) {
        let [url, reason] = case.columns();
        let url = url.replace("KEY", KEY).replace("JWT", JWT);
        let program = server.program("list").no_env("TFY_BASE_URL");
        let flag = program.clone().arg("--base-url").arg(&url);
        let dotenv = format!("TFY_HOST={url}\nTFY_API_KEY={KEY}\n");
        let dotenv = program.clone().no_env("TFY_API_KEY").cwd_file(".env", dotenv);
        let variables = ["TFY_BASE_URL", "TFY_HOST", "TFY_API_HOST"];
        let variables = variables.map(|name| (name, program.clone().env(name, &url)));
        for (source, program) in [("--base-url", flag), ("TFY_HOST in .env", dotenv)].into_iter().chain(variables) {
            let stderr = program.run().exits(2).stderr;
            assert!(stderr.starts_with(&format!("error: invalid {source}: {reason}")), "{case:?}: {stderr}");
        }
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn invalid_key_is_not_printed() {
    let server = FakeServer::start();
    let space = "it contains a line break, a space or a control character";
    for (key, reason) in [
        ("", "it is empty"),
        (" \t ", "it is empty"),
        ("SENTINEL with spaces", space),
        ("SENTINEL\r\nHost: elsewhere", space),
        ("SENTINEL\u{1b}[2J", space),
        ("SENTINEL_é", "it contains a character that is not ASCII"),
    ] {
        let run = server.program("list").env("TFY_API_KEY", key).run().exits(2);
        assert_eq!(run.stderr, format!("error: invalid TFY_API_KEY: {reason}\n"));
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn control_characters_in_arguments_are_replaced() {
    // The inspection of all output fails if one is printed.
    for arguments in
        [&["create", "\u{1b}]0;owned\u{7}"][..], &["\u{1b}[2J\u{202e}"], &["list", "--color", "two\r\nlines\u{9b}"]]
    {
        for variable in ["NO_COLOR", "CLICOLOR_FORCE"] {
            let program = Program::new("").env(variable, "1");
            let program = arguments.iter().fold(program, Program::arg);
            let run = program.run().exits(2);
            assert!(run.stderr.starts_with("error: "), "{}", run.snapshot());
        }
    }
}
