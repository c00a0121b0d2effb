//! Standard output does not accept the value.

use super::{assert_undelivered, create, delete_as_printed, printed_commands, shell};
use crate::support::{FakeServer, Output, Program, Run, snapshot};

/// Checks that the value was not delivered because of `cause`, and that the printed command deletes the token.
#[track_caller]
fn assert_not_delivered(server: &FakeServer, run: &Run, cause: &str) {
    assert_undelivered(run, &format!("\n  cannot write to standard output\n  {cause}\nhint: "));
    delete_as_printed(server, run);
}

#[test]
fn full_stdout_reports_delete_command() {
    let server = FakeServer::start();
    let run = snapshot!(create(&server).stdout(Output::Full), @r#"
    exit: 7
    --- stderr
    Creating token ci-run on [SERVER]; never expires
    error: the value of token `ci-run` was not delivered; the token was created with ID cm3k1x9qf0000000000000001 at [now]
      cannot write to standard output
      No space left on device (os error 28)
    hint: its value cannot be shown again; run `tfy-tokens delete cm3k1x9qf0000000000000001` and create it again
    --- requests
    POST /personal-access-tokens 201 {"name":"ci-run"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=ci-run 200
    "#);
    delete_as_printed(&server, &run);
}

#[test]
fn closed_stdout_reports_delete_command() {
    for (output, cause) in
        [(Output::Closed, "standard output is closed"), (Output::Lines(0), "Broken pipe (os error 32)")]
    {
        let server = FakeServer::start();
        assert_not_delivered(&server, &create(&server).stdout(output).run(), cause);
    }
}

#[test]
fn read_only_stdout_reports_delete_command() {
    for file in ["/dev/null", "/etc/passwd"] {
        let server = FakeServer::start();
        let run = shell(&server, &format!(r#"exec "$0" create ci-run 1<{file}"#)).run();
        assert_not_delivered(&server, &run, "standard output is open only for reading");
    }
}

#[test]
fn dev_null_accepts_value() {
    let server = FakeServer::start();
    shell(&server, r#"exec "$0" create ci-run >/dev/null"#).run().exits(0);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn json_failure_has_id_and_hint() {
    let server = FakeServer::start();
    let run = snapshot!(create(&server).args("-o json").stdout(Output::Full), @r#"
    exit: 7
    --- stderr
    {"error":{"kind":"undelivered","message":"the value of token `ci-run` was not delivered; the token was created with ID cm3k1x9qf0000000000000001 at [now]; cannot write to standard output; No space left on device (os error 28)","hint":"its value cannot be shown again; run `tfy-tokens delete cm3k1x9qf0000000000000001` and create it again","status":null,"exitCode":7}}
    --- requests
    POST /personal-access-tokens 201 {"name":"ci-run"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=ci-run 200
    "#);
    assert_eq!(run.failure()["exitCode"], 7);
    delete_as_printed(&server, &run);
}

#[test]
fn quiet_keeps_report() {
    let server = FakeServer::start();
    let run = create(&server).args("-q").stdout(Output::Full).run();
    assert_not_delivered(&server, &run, "No space left on device (os error 28)");
}

#[test]
fn printed_command_has_base_url_option() {
    let server = FakeServer::start();
    let program = Program::new("create ci-run --base-url").arg(server.url());
    let program = program.env("TFY_API_KEY", server.key()).stdout(Output::Full);
    let run = program.observing(&server).run().exits(7);
    let [command] = &printed_commands(&run)[..] else { panic!("one command: {}", run.stderr) };
    assert!(command.ends_with(&format!(" --base-url {}", server.url())), "{command}");
    let delete = Program::new(command).args("--yes").env("TFY_API_KEY", server.key());
    delete.run().exits(0);
    assert_eq!(server.names(), "");
}
