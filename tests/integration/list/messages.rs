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
    You have no tokens. Run `tfy-tokens create NAME` to create one.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    for case in cases(
        "--search zzz                  | No tokens match --search `zzz`.
         --active                      | No tokens match --active.
         --expired --unused-for 90d    | No tokens match --expired and --unused-for 90d.
         --search a\u{1b}[2J --expires-within 14d | No tokens match --search `a\u{fffd}[2J` and --expires-within 14d.",
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
            assert_eq!(run.stdout, document, "{format}");
            assert_eq!(run.stderr.is_empty(), format == "json", "{}", run.snapshot());
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
      server message: You are not allowed to manage personal access tokens
    hint: run `tfy-tokens status` to see which API key is used
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
    GET /api/svc/v1/personal-access-tokens?limit=100&offset=0&nameSearchQuery=token: 200 in [MS] ms, attempt 1
    GET /api/svc/v1/personal-access-tokens?limit=100&offset=99&nameSearchQuery=token: 200 in [MS] ms, attempt 1
    No tokens match --search `token` and --expired.
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
    GET /team/x/api/svc/v1/personal-access-tokens?limit=100&offset=0: 503 in [MS] ms, attempt 1
    GET /team/x/api/svc/v1/personal-access-tokens?limit=100&offset=0: 200 in [MS] ms, attempt 2
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
    GET /api/svc/v1/personal-access-tokens?limit=100&offset=0: no response in [MS] ms, attempt 1
    error: connection to [SERVER] was lost before the response was complete
      connection closed before message completed
    hint: try again later
    --- requests
    GET /personal-access-tokens?limit=100&offset=0
    ");
}

#[test]
#[cfg(unix)]
fn signal_ends_stalled_listing() {
    let server = FakeServer::with(&["ci-pipeline"]);
    let running = server.program("list -v").stdout(Output::Stalled).start();
    running.wait_for_stderr(": 200 in ");
    running.signal(rustix::process::Signal::TERM);
    snapshot!(running, @"
    exit: killed by SIGTERM
    --- stderr
    GET /api/svc/v1/personal-access-tokens?limit=100&offset=0: 200 in [MS] ms, attempt 1
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
}

#[test]
fn json_output_has_json_error() {
    let server = FakeServer::with(&["ci-pipeline"]);
    server.rules(|rules| rules.reject_key = true);
    let run = snapshot!(server.program("list -o json"), @r#"
    exit: 3
    --- stderr
    {"error":{"kind":"not-signed-in","message":"the API key from TFY_API_KEY was rejected: it is invalid, expired or deleted; server message: Unauthorized","hint":"set TFY_API_KEY to a valid key, or unset it and run `tfy login --host [SERVER]`","status":401,"exitCode":3}}
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 401
    "#);
    assert_eq!(run.failure()["status"], 401);
}
