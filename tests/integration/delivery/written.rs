//! Standard output does not accept the value.

use super::{assert_undelivered, create, delete_as_printed, printed_commands, shell};
use crate::support::{FakeServer, Output, Program, snapshot};

#[test]
fn full_stdout_reports_delete_command() {
    let server = FakeServer::start();
    let run = snapshot!(create(&server).args("-q").stdout(Output::Full), @r#"
    exit: 7
    --- stderr
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
    let server = FakeServer::start();
    let read_only = shell(&server, r#"exec "$0" create ci-run 1</dev/null"#);
    for (program, cause) in [
        (shell(&server, r#"exec "$0" create ci-run >&-"#), "standard output is closed"),
        (create(&server).stdout(Output::Lines(0)), "Broken pipe (os error 32)"),
        (read_only, "standard output is open only for reading"),
    ] {
        let run = program.run();
        assert_undelivered(&run, &format!("\n  cannot write to standard output\n  {cause}\nhint: "));
        delete_as_printed(&server, &run);
    }
    shell(&server, r#"exec "$0" create ci-run >/dev/null"#).run().exits(0);
}

#[test]
fn reader_of_non_blocking_pipe_gets_everything() {
    let server = FakeServer::start();
    server.add_many(3000);
    let non_blocking = "use Fcntl; fcntl(STDOUT, F_SETFL, O_WRONLY | O_NONBLOCK); exec @ARGV";
    // The shell reads the first line byte by byte, so that the pipe fills up.
    let script = format!(r#"perl -e '{non_blocking}' "$0" list -o jsonl | (read -r first; wc -l)"#);
    let run = shell(&server, &script).run().exits(0);
    assert_eq!(run.stdout.trim(), "2999", "{}", run.stderr);
}

#[test]
fn printed_command_has_base_url_option() {
    let server = FakeServer::start();
    let program = Program::new("create ci-run --base-url").arg(server.url());
    let program = program.env("TFY_API_KEY", server.key()).stdout(Output::Full);
    let run = program.observing(&server).run().exits(7);
    let [command] = &printed_commands(&run)[..] else { panic!("one command: {}", run.stderr) };
    assert!(command.ends_with(&format!(" --base-url {}", server.url())), "{command}");
    Program::new(command).args("--yes").env("TFY_API_KEY", server.key()).run().exits(0);
    assert_eq!(server.names(), "");
}
