//! A key or value that was put in a wrong place by mistake is never said back.

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{JWT, KEY, program};
use crate::support::platform::{Call, Platform};
use crate::support::program::Program;

/// Runs it in both forms of output, and finds it refused before the platform hears of it.
#[track_caller]
fn refused(platform: &Platform, program: &Program) -> String {
    let plain = program.clone().run().exits(2);
    let json = program.clone().args(["-o", "json"]).run().exits(2);
    assert_eq!((plain.stdout.as_str(), json.stdout.as_str()), ("", ""));
    assert_eq!(json.failure()["exitCode"], 2);
    assert_eq!(platform.requests().len(), 0);
    plain.stderr
}

#[test]
fn fault_09_a_secret_in_place_of_an_argument_is_hidden() {
    let platform = Platform::start();
    for secret in [
        KEY,
        JWT,
        &format!("\"{KEY}\""),
        &format!("Bearer {JWT}"),
        &format!("x={KEY}"),
    ] {
        for arguments in [
            vec!["create", secret],
            vec!["create", "good-name", secret],
            vec!["create", "good-name", "--expires", secret],
            vec!["create", "good-name", "--type", secret],
            vec!["create", "good-name", "--for-user", secret],
            vec!["create", "good-name", "--team", secret],
            vec!["create", "good-name", "--account", secret],
            vec!["rotate", "ci-run", "--as", secret],
            vec!["rotate", "ci-run", secret],
            vec!["revoke-all", secret],
            vec!["list", secret],
            vec!["list", "--search", secret],
            vec!["list", "--sort", secret],
            vec!["list", "--timeout", secret],
            vec!["list", "--retries", secret],
            vec!["list", "--color", secret],
            vec!["completions", secret],
            vec!["status", secret],
            vec![secret],
            vec![secret, "list"],
        ] {
            let told = refused(&platform, &program(&platform).args(&arguments));
            assert!(
                told.starts_with("error: ") && told.contains("(hidden)"),
                "{arguments:?}: {told}"
            );
        }
    }
}

#[test]
fn fault_09_a_secret_glued_to_an_option_is_hidden() {
    let platform = Platform::start();
    for argument in [
        format!("-o{KEY}"),
        format!("-o={KEY}"),
        format!("--output={KEY}"),
        format!("--timeout={KEY}"),
        format!("--color={JWT}"),
        format!("--{KEY}"),
        format!("--api-key={KEY}"),
        format!("--token={JWT}"),
        format!("-k{KEY}"),
    ] {
        let run = program(&platform).args(["list", &argument]).run().exits(2);
        assert!(run.stderr.starts_with("error: "), "{argument}: {}", run.stderr);
        let run = program(&platform)
            .args(["list", "-o", "json", &argument])
            .run()
            .exits(2);
        assert_eq!(run.failure()["kind"], "usage");
    }
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn fault_09_the_key_in_a_path_or_in_the_place_of_a_name_is_hidden() {
    let platform = Platform::start();
    let odd = "SENTINEL-of-no-kind";
    for key in [KEY, JWT, odd] {
        let signed_in = Program::against(platform.url(), key).args(["--retries", "0"]);
        for arguments in [
            ["create", "ci-run", "--save", &format!("/nowhere/{key}/x")],
            ["create", "ci-run", "--save", &format!("{key}/x")],
        ] {
            for format in ["table", "json"] {
                let run = signed_in.clone().args(arguments).args(["-o", format]).run().exits(2);
                assert!(run.stderr.contains("(hidden)"), "{}", run.stderr);
            }
        }
        let run = signed_in.args(["man", &format!("/proc/{key}")]).run().exits(2);
        assert!(run.stderr.contains("(hidden)"), "{}", run.stderr);
    }
    assert_eq!(platform.requests().len(), 0);
    let saved = format!("{}-file", platform.key());
    let run = program(&platform)
        .args(["create", "ci-run", "--save", &saved])
        .run()
        .exits(0);
    assert!(run.stderr.contains("The value is in (hidden)"), "{}", run.stderr);
    let known = Program::against(platform.url(), platform.key()).args(["delete", odd, "--yes"]);
    let named = known.env("TFY_API_KEY", odd).secret(odd);
    platform.answer_always(
        Call::Session,
        ResponseTemplate::new(200).set_body_json(json!({"user": {"id": "u"}})),
    );
    platform.answer_always(
        Call::List,
        ResponseTemplate::new(200).set_body_json(json!({"data": []})),
    );
    let run = named.run().exits(4);
    assert!(
        run.stderr.contains("no token has the name or id `(hidden)`"),
        "{}",
        run.stderr
    );
}

#[test]
fn fault_09_a_value_in_place_of_a_token_is_refused_and_hidden() {
    let platform = Platform::start();
    for secret in [KEY, JWT, &format!("'{KEY}'"), &format!(" {JWT}\n")] {
        for arguments in [
            ["delete", secret, "--yes"],
            ["delete", secret, "--dry-run"],
            ["rotate", secret, "--yes"],
        ] {
            let told = refused(&platform, &program(&platform).args(arguments));
            let why = "it looks like a key or a token's value, which does not belong here\n";
            assert!(told.contains("(hidden)") && told.contains(why), "{told}");
        }
    }
}

#[test]
fn fault_09_a_secret_in_place_of_the_base_url_is_hidden_and_goes_nowhere() {
    let platform = Platform::start();
    for (url, why) in [
        (KEY.to_owned(), "it looks like a key"),
        (JWT.to_owned(), "it looks like a key"),
        (format!("https://{KEY}"), "it looks like a key"),
        (format!("https://acme.test/{KEY}/"), "it looks like a key"),
        (format!("http://{KEY}:80"), "it looks like a key"),
        (
            format!("https://{KEY}@acme.test"),
            "it has a user name or password in it",
        ),
        (
            format!("https://user:{KEY}@acme.test"),
            "it has a user name or password in it",
        ),
        (format!("https://acme.test?key={KEY}"), "it looks like a key"),
        (format!("https://acme.test#{KEY}"), "it looks like a key"),
        (
            "SENTINEL_of_no_kind".to_owned(),
            "it has no scheme: write https:// before it",
        ),
    ] {
        let told = |program: Program, name: &str| {
            let run = program.run().exits(2);
            let beginning = format!("error: {name}: {why}");
            assert!(run.stderr.starts_with(&beginning), "{url}: {}", run.stderr);
        };
        let bare = program(&platform).no_env("TFY_BASE_URL").arg("list");
        told(bare.clone().args(["--base-url", &url]), "--base-url");
        told(bare.clone().arg(format!("--base-url={url}")), "--base-url");
        for name in ["TFY_BASE_URL", "TFY_HOST", "TFY_API_HOST"] {
            told(bare.clone().env(name, &url), name);
        }
        let dotenv = format!("TFY_HOST={url}\nTFY_API_KEY={KEY}\n");
        let from_file = bare.no_env("TFY_API_KEY").write_cwd_file(".env", dotenv);
        told(from_file, "TFY_HOST in .env");
    }
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn fault_15_a_key_that_is_none_is_refused_and_hidden() {
    let platform = Platform::start();
    for (key, why) in [
        ("", "it is set, but empty"),
        (" \t ", "it is set, but empty"),
        (
            "SENTINEL with spaces",
            "it has a line break, a space or a control character in it",
        ),
        (
            "SENTINEL\r\nHost: elsewhere",
            "it has a line break, a space or a control character in it",
        ),
        (
            "SENTINEL\u{1b}[2J",
            "it has a line break, a space or a control character in it",
        ),
        ("SENTINEL_é", "it has a character that is not ASCII in it"),
    ] {
        let run = program(&platform).env("TFY_API_KEY", key).arg("list").run().exits(2);
        assert_eq!(run.stderr, format!("error: TFY_API_KEY: {why}\n"));
    }
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn fault_09_the_key_itself_is_hidden_whatever_it_looks_like() {
    let platform = Platform::start();
    let key = "a-key-of-no-known-kind";
    for arguments in [
        vec!["create", "good-name", key],
        vec![key],
        vec!["list", "--color", key],
    ] {
        let program = Program::against(platform.url(), key).args(arguments);
        let told = refused(&platform, &program);
        assert!(told.contains("(hidden)"), "{told}");
    }
}

#[test]
fn an_argument_that_would_drive_a_terminal_is_shown_harmless() {
    let platform = Platform::start();
    for arguments in [
        vec!["create", "\u{1b}]0;owned\u{7}"],
        vec!["\u{1b}[2J\u{202e}"],
        vec!["list", "--color", "two\r\nlines\u{9b}"],
    ] {
        for colour in ["NO_COLOR", "CLICOLOR_FORCE"] {
            let run = program(&platform).args(&arguments).env(colour, "1").run().exits(2);
            assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
        }
    }
}
