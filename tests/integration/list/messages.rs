//! The messages beside a listing, and its usage errors.

use wiremock::ResponseTemplate;

use crate::support::{Call, FakeServer, Output, Program, cases, snapshot};

#[test]
fn empty_listing_is_explained_on_stderr() {
    let server = FakeServer::start();
    for case in cases(
        "                              | You have no tokens. Run `tfy-tokens create my-token --expires 90d` to create one.
         --search zzz                  | No tokens match `--search zzz`. Run `tfy-tokens list` to see all.
         --active                      | No tokens match `--active`. Run `tfy-tokens list` to see all.
         --expired --unused-for 90d    | No tokens match `--expired` and `--unused-for 90d`. Run `tfy-tokens list` to see all.
         --search a\u{1b}[2J --expires-within 14d | No tokens match `--search a\u{fffd}[2J` and `--expires-within 14d`. Run `tfy-tokens list` to see all.
         --quiet                       |",
    ) {
        let [arguments, expected] = case.columns();
        let run = server.program("list").args(arguments).run().exits(0);
        assert_eq!((run.stdout.as_str(), run.stderr.trim_end()), ("", expected), "{case:?}");
    }
}

#[test]
fn empty_listing_is_document_in_each_format() {
    let server = FakeServer::start();
    let header = "name,id,createdAt,expiresAt,neverExpires,lastUsedAt,expired,createdBy,type,team,account\r\n";
    for (format, document) in [("json", "[]\n"), ("jsonl", ""), ("csv", header), ("id", "")] {
        let run = server.program("list -o").arg(format).exact_output().run().exits(0);
        assert_eq!(run.stdout, document, "{format}");
        assert_eq!(run.stderr.is_empty(), format == "json", "{}", run.snapshot());
    }
}

#[test]
fn exit_code_tells_whether_tokens_are_listed() {
    let server = FakeServer::with(&["ci expires=9d"]);
    for case in cases(
        "list --expires-within 14d             | 0
         list --expires-within 14d --exit-code | 10
         list --exit-code -o json              | 10
         list --expired --exit-code            | 0",
    ) {
        let [arguments, code] = case.columns();
        let run = server.program(arguments).run().exits(code.parse().unwrap());
        assert_eq!(run.stderr.is_empty(), !arguments.contains("--expired"), "{}", run.snapshot());
    }
    let first_line = server.program("list --exit-code").stdout(Output::Lines(0)).run();
    assert_eq!(first_line.exits(10).stderr, "");
}

#[test]
fn quiet_keeps_errors() {
    let server = FakeServer::start();
    server.rules(|rules| rules.forbid = true);
    snapshot!(server.program("list -q"), @"
    exit: 3
    --- stderr
    error: Cannot manage access tokens. Check your API key permissions.
      server message: You are not allowed to manage personal access tokens
      the API key is from TFY_API_KEY
    hint: use another API key, or ask a tenant admin for permission to manage access tokens
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 403
    ");
}

#[test]
fn verbose_shows_each_request() {
    let server = FakeServer::start();
    server.add_many(150);
    snapshot!(server.program("list --verbose --search token -o id --expired"), @"
    exit: 0
    --- stderr
    GET /api/svc/v1/personal-access-tokens?limit=100&offset=0&nameSearchQuery=token: 200 in [MS] ms, attempt 1
    GET /api/svc/v1/personal-access-tokens?limit=100&offset=99&nameSearchQuery=token: 200 in [MS] ms, attempt 1
    No tokens match `--search token` and `--expired`. Run `tfy-tokens list` to see all.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=token 200
    GET /personal-access-tokens?limit=100&offset=99&nameSearchQuery=token 200
    ");
}

#[test]
fn verbose_counts_attempts() {
    let server = FakeServer::start();
    server.answer_once(Call::List, ResponseTemplate::new(503).insert_header("Retry-After", "0"));
    let program = Program::with_settings(server.url() + "/team/x", server.key(), "list -v -o json");
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
fn list_refuses_wrong_arguments() {
    for case in cases(
        "--active --expired       | the argument '--active' cannot be used with '--expired'
         --expired --active       | the argument '--expired' cannot be used with '--active'
         --never-expires --expires-within 14d | the argument '--never-expires' cannot be used with '--expires-within <DURATION>'
         --older-than 0d          | invalid value '0d' for '--older-than <DURATION>': it must be longer than zero
         --expired --expires-within 14d | the argument '--expired' cannot be used with '--expires-within <DURATION>'
         --quiet --verbose        | the argument '--quiet' cannot be used with '--verbose'
         --search=                | invalid value '' for '--search <TEXT>': it is empty
         --expires-within never   | invalid value 'never' for '--expires-within <DURATION>': expected a number and a unit, such as
         --expires-within 999999y | invalid value '999999y' for '--expires-within <DURATION>': the duration is too long
         --unused-for -3d         | invalid value '-3d' for '--unused-for <DURATION>': it must be longer than zero
         --unused-for 3m          | invalid value '3m' for '--unused-for <DURATION>': `m` is ambiguous; use minutes (30min) or months (6mo)
         --sort size              | invalid value 'size' for '--sort <FIELD>'
         ci-pipeline              | unexpected argument 'ci-pipeline' found
         -o xml                   | invalid value 'xml' for '--output <FORMAT>'
         --color blue             | invalid value 'blue' for '--color <WHEN>'
         --timeout 0s             | invalid value '0s' for '--timeout <DURATION>': it must be longer than zero
         --timeout=-1s            | invalid value '-1s' for '--timeout <DURATION>': it must be longer than zero
         --timeout 99999y         | invalid value '99999y' for '--timeout <DURATION>': the duration is too long
         --timeout 1              | invalid value '1' for '--timeout <DURATION>': expected a number and a unit
         --retries 101            | invalid value '101' for '--retries <N>'
         --retries=-1             | invalid value '-1' for '--retries <N>'",
    ) {
        let [arguments, expected] = case.columns();
        // The program has no settings, so an error about them would show that it did more than parse.
        let run = Program::new("list").args(arguments).run().exits(2);
        assert_eq!(run.stdout, "", "{case:?}");
        assert!(run.stderr.starts_with(&format!("error: {expected}")), "{}", run.snapshot());
    }
}
