//! Results of deletions.

use crate::support::{Call, FakeServer, Fault, Output, snapshot};

#[test]
fn names_and_ids_are_deleted_in_order() {
    let server = FakeServer::with(&["ci", "laptop", "other"]);
    snapshot!(server.program("delete other cm3k1x9qf0000000000000001 ci --yes"), @"
    exit: 0
    --- stdout
    Deleted other (cm3k1x9qf0000000000000003)
    Deleted ci (cm3k1x9qf0000000000000001)
    --- stderr
    If services fail after token deletion, they were using the deleted token. Create a new token and update them.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000003 200
    ");
    assert_eq!(server.names(), "laptop");
}

#[test]
fn dry_run_needs_no_confirmation() {
    let server = FakeServer::with(&["ci", "laptop"]);
    snapshot!(server.program("delete laptop ci --dry-run"), @"
    exit: 0
    --- stdout
    Would delete laptop (cm3k1x9qf0000000000000002)
    Would delete ci (cm3k1x9qf0000000000000001)
    --- stderr
    On [SERVER]:
    NAME    ID                         CREATED AT  EXPIRES AT  LAST USED
    laptop  cm3k1x9qf0000000000000002  2020-01-15  Never       -
    ci      cm3k1x9qf0000000000000001  2020-01-15  Never       -
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
    snapshot!(server.program("delete laptop ci --dry-run --yes -o json"), @r#"
    exit: 0
    --- stdout
    [
    {"id":"cm3k1x9qf0000000000000002","name":"laptop","deleted":false},
    {"id":"cm3k1x9qf0000000000000001","name":"ci","deleted":false}
    ]
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    "#);
    assert_eq!(server.names(), "laptop ci");
}

#[test]
fn hostile_name_is_sanitized_except_in_json() {
    let name = "a\u{1b}[2J\r\nDeleted b\u{202e}";
    let server = FakeServer::with(&[name, name]);
    let program = |id: &str| server.program("delete --yes -q").arg(id);
    let run = program("cm3k1x9qf0000000000000001").run().exits(0);
    let expected = "Deleted \"a\\u{1b}[2J\\r\\nDeleted b\\u{202e}\" (cm3k1x9qf0000000000000001)\n";
    assert_eq!(run.stdout, expected);
    let run = program("cm3k1x9qf0000000000000002").args("-o json").run().exits(0);
    assert_eq!(run.json()[0]["name"], name);
}

#[test]
fn closed_stdout_reports_results() {
    let server = FakeServer::with(&["ci", "laptop"]);
    let id = server.tokens()[0].id.clone();
    server.add_fault(Fault::answer(Call::Delete, 403).when(move |request| request.segment == id));
    snapshot!(server.program("delete ci laptop --yes -q").stdout(Output::Lines(0)), @"
    exit: 3
    --- stderr
    error: deleted ci (cm3k1x9qf0000000000000001), but could not write to standard output
      could not delete 1 of 2 tokens
      laptop (cm3k1x9qf0000000000000002): Cannot manage access tokens. Check your API key permissions. The API key is from TFY_API_KEY
    hint: use another API key, or ask a tenant admin for permission to manage access tokens
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000002 403
    ");
    let run = server.program("delete laptop --yes -q").stdout(Output::Lines(0)).run().exits(1);
    assert!(run.stderr.starts_with("error: deleted laptop ("), "{}", run.stderr);
}

#[test]
#[cfg(unix)]
fn signal_ends_blocked_output() {
    let server = FakeServer::with(&["ci"]);
    let running = server.program("delete ci --yes -v").stdout(Output::Stalled).start();
    running.wait_for_stderr("0001: 200 in ");
    // The response must be read completely before the signal.
    std::thread::sleep(std::time::Duration::from_millis(100));
    running.signal(rustix::process::Signal::INT);
    let run = running.finish();
    assert_eq!(run.exit, "killed by SIGINT");
    let warning = "warning: deleted ci (cm3k1x9qf0000000000000001), but could not write to standard output";
    assert!(run.stderr.contains(warning), "{}", run.stderr);
}

#[test]
fn error_with_status_of_success_is_refusal() {
    for (body, code) in [
        (r#"{"statusCode":"403","message":"no"}"#, 3),
        (r#"{"status":404}"#, 4),
        (r#"{"error":{"message":"no"}}"#, 1),
        (r#"{"success":false}"#, 1),
        (r#"{"ok":false}"#, 1),
        (r#"{"errors":[{"message":"no"}]}"#, 1),
        (r#"{"status":"error"}"#, 1),
        (r#"{"code":403,"message":"no"}"#, 3),
    ] {
        let server = FakeServer::with(&["laptop"]);
        server.answer_once(Call::Delete, (200, body));
        let run = server.program("delete laptop --yes").run().exits(code);
        assert!(!run.stdout.contains("Deleted"), "{}", run.snapshot());
    }
    let server = FakeServer::with(&["laptop"]);
    server.answer_once(Call::Delete, (200, r#"{"success":true,"error":"","errors":[],"code":200}"#));
    server.program("delete laptop --yes").run().exits(0);
}
