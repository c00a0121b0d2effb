//! What a listing says beside the data.

use insta::assert_snapshot;
use serde_json::json;
use wiremock::ResponseTemplate;

use super::list;
use crate::support::platform::{Call, Platform, TokenSeed};
use crate::support::program::Program;
use crate::support::servers::{RawServer, Script};

#[test]
fn an_empty_list_says_so_on_standard_error() {
    let platform = Platform::start();
    for (arguments, said) in [
        (&[][..], "There is no token.\n"),
        (&["--search", "zzz"], "There is no token with `zzz` in its name.\n"),
        (&["--active"], "There is no token that is active.\n"),
        (
            &["--expired", "--unused-for", "90d"],
            "There is no token that is expired and unused for 90d.\n",
        ),
        (
            &["--search", "a\u{1b}[2J", "--expires-within", "14d"],
            "There is no token with `a\u{fffd}[2J` in its name that is expiring within 14d.\n",
        ),
    ] {
        let run = list(&platform, arguments).run().exits(0);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", said), "{arguments:?}");
    }
}

#[test]
fn an_empty_list_is_a_document_in_each_format() {
    let platform = Platform::start();
    let said = "There is no token.\n";
    let header = "name,id,createdAt,expiresAt,lastUsedAt,expired,createdBy\r\n";
    for (format, document, said) in [
        ("json", "[]\n", ""),
        ("jsonl", "", said),
        ("csv", header, said),
        ("id", "", said),
    ] {
        let run = list(&platform, &["-o", format]).exact_output().run().exits(0);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (document, said), "{format}");
        let run = list(&platform, &["-o", format, "--sort", "name"])
            .exact_output()
            .run()
            .exits(0);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (document, said), "{format}");
    }
}

#[test]
fn quiet_leaves_notes_out_and_errors_in() {
    let platform = Platform::start();
    for flag in ["-q", "--quiet"] {
        let run = list(&platform, &[flag]).run().exits(0);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    }
    platform.forbid();
    let run = list(&platform, &["-q"]).run().exits(3);
    assert_snapshot!(run.stderr, @r"
    error: Cannot manage access tokens. Check your API key permissions.
      the platform says: You are not allowed to manage personal access tokens
    ");
}

/// Standard error with the times that requests took left out.
fn without_times(stderr: &str) -> String {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = stderr.split(" in ").map(|part| match part.split_once(" ms, ") {
        Some((time, rest)) if is_number(time) => format!("N ms, {rest}"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join(" in ")
}

#[test]
fn verbose_has_a_line_for_each_request_and_leaves_the_data_alone() {
    let platform = Platform::start();
    platform.add_many(150);
    let plain = list(&platform, &[]).run().exits(0);
    for flag in ["-v", "--verbose"] {
        let run = list(&platform, &[flag, "--search", "token"]).run().exits(0);
        assert_eq!(run.stdout, plain.stdout);
        assert_eq!(
            without_times(&run.stderr),
            "GET /api/svc/v1/personal-access-tokens?limit=100&offset=0&nameSearchQuery=token: 200 in N ms, try 1\n\
             GET /api/svc/v1/personal-access-tokens?limit=100&offset=99&nameSearchQuery=token: 200 in N ms, try 1\n"
        );
    }
}

#[test]
fn verbose_counts_the_tries_and_tells_those_that_got_no_answer() {
    let platform = Platform::start();
    let busy = ResponseTemplate::new(503).insert_header("Retry-After", "0");
    platform.answer_once(Call::List, busy);
    let program = Program::against(platform.url_with_prefix("/team/x"), platform.key());
    let run = program.args(["list", "-v", "-o", "json"]).run().exits(0);
    assert_eq!(
        without_times(&run.stderr),
        "GET /team/x/api/svc/v1/personal-access-tokens?limit=100&offset=0: 503 in N ms, try 1\n\
         GET /team/x/api/svc/v1/personal-access-tokens?limit=100&offset=0: 200 in N ms, try 2\n"
    );

    let server = RawServer::answering(vec![Script::close()]);
    let program = Program::against(server.url(), "some-key-of-mine");
    let run = program.args(["list", "-v", "--retries", "0"]).run().exits(6);
    let first = run.stderr.lines().next().unwrap();
    assert_eq!(
        without_times(first),
        "GET /api/svc/v1/personal-access-tokens?limit=100&offset=0: no answer in N ms, try 1"
    );
}

#[test]
#[cfg(unix)]
fn a_signal_ends_a_listing_that_nobody_reads() {
    use rustix::process::Signal;
    for (format, signal) in [
        ("table", Signal::INT),
        ("json", Signal::TERM),
        ("jsonl", Signal::INT),
        ("csv", Signal::HUP),
    ] {
        let platform = Platform::start();
        platform.add(TokenSeed::named("ci-pipeline"));
        let running = list(&platform, &["-o", format, "-v"]).stdout_stalled().start();
        running.wait_for_stderr(": 200 in ");
        running.signal(signal);
        let run = running.wait().exits(130);
        assert!(
            run.stderr.contains("cancelled: the listing is incomplete"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_failure_is_a_line_of_json_where_json_was_asked_for() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("ci-pipeline"));
    platform.reject_key();
    let run = list(&platform, &["-o", "json"]).run().exits(3);
    assert_eq!((run.stdout.as_str(), run.stderr.lines().count()), ("", 1));
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&run.stderr).unwrap(),
        json!({"error": {
            "kind": "not-signed-in", "status": 401, "exitCode": 3,
            "message": "The key was not accepted: it is invalid, expired or deleted. It came from TFY_API_KEY. The platform says: Unauthorized",
            "hint": format!("set another key there, or run `tfy login --host {}` and unset TFY_API_KEY, which comes first", platform.url()),
        }})
    );
}
