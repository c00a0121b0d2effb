//! The messages beside a listing.

use wiremock::ResponseTemplate;

use crate::support::servers::{RawServer, Script};
use crate::support::{Call, FakeServer, Output, Program, cases, snapshot};

#[test]
fn empty_listing_is_explained_on_stderr() {
    let server = FakeServer::start();
    snapshot!(server.program("list"), @"
    exit: 0
    --- stderr
    There is no token.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    for case in cases(
        "--search zzz                  | There is no token with `zzz` in its name.
         --active                      | There is no token that is active.
         --expired --unused-for 90d    | There is no token that is expired and unused for 90d.
         --search a\u{1b}[2J --expires-within 14d | There is no token with `a\u{fffd}[2J` in its name that is expiring within 14d.",
    ) {
        let [arguments, expected] = case.columns();
        let run = server.program("list").args(arguments).run().exits(0);
        assert_eq!((run.stdout.as_str(), run.stderr.trim_end()), ("", expected), "{case:?}");
    }
}

#[test]
fn empty_listing_is_document_in_each_format() {
    let server = FakeServer::start();
    let header = "name,id,createdAt,expiresAt,lastUsedAt,expired,createdBy\r\n";
    for (format, document) in [("json", "[]\n"), ("jsonl", ""), ("csv", header), ("id", "")] {
        for arguments in ["", "--sort name"] {
            let program = server.program("list -o").arg(format).args(arguments).exact_output();
            let run = program.run().exits(0);
            let message = if format == "json" { "" } else { "There is no token.\n" };
            assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (document, message), "{format}");
        }
    }
}

#[test]
fn quiet_keeps_only_errors() {
    let server = FakeServer::start();
    snapshot!(server.program("list -q"), @"
    exit: 0
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    server.rules(|rules| rules.forbid = true);
    snapshot!(server.program("list --quiet"), @"
    exit: 3
    --- stderr
    error: Cannot manage access tokens. Check your API key permissions.
      the platform says: You are not allowed to manage personal access tokens
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 403
    ");
}

#[test]
fn verbose_shows_each_request() {
    let server = FakeServer::start();
    server.add_many(150);
    let plain = server.program("list").run().exits(0);
    let run = server.program("list -v --search token").run().exits(0);
    assert_eq!(run.stdout, plain.stdout);
    snapshot!(server.program("list --verbose --search token -o id --expired"), @"
    exit: 0
    --- stderr
    GET /api/svc/v1/personal-access-tokens?limit=100&offset=0&nameSearchQuery=token: 200 in [MS] ms, try 1
    GET /api/svc/v1/personal-access-tokens?limit=100&offset=99&nameSearchQuery=token: 200 in [MS] ms, try 1
    There is no token with `token` in its name that is expired.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=token 200
    GET /personal-access-tokens?limit=100&offset=99&nameSearchQuery=token 200
    ");
}

#[test]
fn verbose_counts_tries() {
    let server = FakeServer::start();
    let busy = ResponseTemplate::new(503).insert_header("Retry-After", "0");
    server.answer_once(Call::List, busy);
    let program = Program::with_settings(server.url_with_prefix("/team/x"), server.key(), "list -v -o json");
    snapshot!(program.observing(&server), @"
    exit: 0
    --- stdout
    []
    --- stderr
    GET /team/x/api/svc/v1/personal-access-tokens?limit=100&offset=0: 503 in [MS] ms, try 1
    GET /team/x/api/svc/v1/personal-access-tokens?limit=100&offset=0: 200 in [MS] ms, try 2
    --- requests
    GET /team/x/personal-access-tokens?limit=100&offset=0 503
    GET /team/x/personal-access-tokens?limit=100&offset=0 200
    ");
}

#[test]
fn verbose_shows_requests_without_response() {
    let server = RawServer::answering(vec![Script::close()]);
    snapshot!(server.program("list -v --retries 0"), @"
    exit: 6
    --- stderr
    GET /api/svc/v1/personal-access-tokens?limit=100&offset=0: no answer in [MS] ms, try 1
    error: the answer from [SERVER] did not arrive in full
      connection closed before message completed
    hint: try again in a while
    --- requests
    GET /personal-access-tokens?limit=100&offset=0
    ");
}

#[test]
#[cfg(unix)]
fn signal_cancels_stalled_listing() {
    use rustix::process::Signal;
    for (format, signal) in
        [("table", Signal::INT), ("json", Signal::TERM), ("jsonl", Signal::INT), ("csv", Signal::HUP)]
    {
        let server = FakeServer::with(&["ci-pipeline"]);
        let program = server.program("list -v -o").arg(format);
        let running = program.stdout(Output::Stalled).start();
        running.wait_for_stderr(": 200 in ");
        running.signal(signal);
        let run = running.wait().exits(130);
        assert!(run.stderr.contains("cancelled: the listing is incomplete"), "{}", run.snapshot());
    }
}

#[test]
fn json_output_has_json_error() {
    let server = FakeServer::with(&["ci-pipeline"]);
    server.rules(|rules| rules.reject_key = true);
    let run = snapshot!(server.program("list -o json"), @r#"
    exit: 3
    --- stderr
    {"error":{"kind":"not-signed-in","message":"The key was not accepted: it is invalid, expired or deleted. It came from TFY_API_KEY. The platform says: Unauthorized","hint":"set another key there, or run `tfy login --host [SERVER]` and unset TFY_API_KEY, which comes first","status":401,"exitCode":3}}
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 401
    "#);
    assert_eq!(run.failure()["status"], 401);
}
