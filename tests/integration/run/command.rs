//! The command: how it is found, its arguments, its streams and its exit code.

use std::ffi::OsStr;
use std::fs::{Permissions, set_permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;

use super::script;
use crate::support::{Call, FakeServer, Input, Program, cases, snapshot};

/// Writes an executable file in the working directory.
fn executable(program: Program, name: &str, content: &str) -> Program {
    let program = program.cwd_file(name, content);
    set_permissions(program.cwd().join(name), Permissions::from_mode(0o755)).unwrap();
    program
}

#[test]
fn token_exists_while_command_runs() {
    let server = FakeServer::start();
    snapshot!(script(&server, "", "echo out; echo err >&2; exit 7"), @r#"
    exit: 7
    --- stdout
    out
    --- stderr
    err
    --- requests
    POST /personal-access-tokens 201 {"expirationDate":"[now+1d]","name":"job"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=job 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    "#);
}

#[test]
fn verbose_output_reports_token() {
    let server = FakeServer::start();
    let run = server.program("run -v --name job true").run().exits(0);
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert!(lines[1].starts_with("Created token job; it expires at "), "{}", run.stderr);
    assert_eq!(lines.last(), Some(&"Deleted token job"));
}

#[test]
fn exit_code_is_that_of_command() {
    let server = FakeServer::start();
    for case in cases(
        "exit 0          | 0
         exit 130        | 130
         exit 255        | 255
         kill -TERM $$   | 143
         kill -KILL $$   | 137",
    ) {
        let [code, exit] = case.columns();
        assert_eq!(script(&server, "", code).run().exit, exit, "{case:?}");
    }
    assert_eq!(server.names(), "");
}

#[test]
fn command_is_found_before_token_is_created() {
    let server = FakeServer::start();
    let program = |command: &str| executable(server.program("run --").arg(command), "bin/tool", "");
    snapshot!(program("no-such-command"), @"
    exit: 127
    --- stderr
    error: command `no-such-command` was not found
    ");
    snapshot!(program("echo 'a b'"), @r"
    exit: 127
    --- stderr
    error: command `echo 'a b'` was not found
    hint: to run it in a shell, run `tfy-tokens run -- sh -c 'echo '\''a b'\'''`
    ");
    snapshot!(program("/etc/passwd"), @"
    exit: 126
    --- stderr
    error: cannot execute /etc/passwd
      Permission denied (os error 13)
    ");
    for case in cases(
        "./no/such/command | /bin:/usr/bin | 127
         bin               | /bin:/usr/bin | 127
         ./bin             | /bin:/usr/bin | 126
         bin/tool          | /bin:/usr/bin | 0
         tool              | bin           | 0
         tool              | /nowhere:bin: | 0
         bin               | .             | 126
         sh                |               | 127",
    ) {
        let [command, path, code] = case.columns();
        let run = program(command).env("PATH", path).run();
        assert_eq!(run.exit, code, "{case:?}: {}", run.stderr);
    }
    assert_eq!(server.calls(Call::Create).len(), 3);
    let run = server.program("run -o json nope").run().exits(127);
    assert_eq!(run.failure()["kind"], "command-not-found");
}

#[test]
fn script_without_interpreter_creates_no_token() {
    let server = FakeServer::start();
    for first_line in ["#!/no/such/interpreter -x\n", "#! /bin/sh\r\n"] {
        let run = executable(server.program("run ./tool"), "tool", first_line).run().exits(126);
        let message = "error: cannot execute ./tool\n  the program that its first line names was not found\n";
        assert_eq!((run.stderr.as_str(), server.requests().len()), (message, 0), "{first_line:?}");
    }
    let script = executable(server.program("run ./tool"), "tool", "#! /bin/sh -e\nexit 7\n");
    script.run().exits(7);
}

#[test]
fn token_is_deleted_if_command_cannot_start() {
    let server = FakeServer::start();
    let binary = executable(server.program("run --name job ./tool"), "tool", "\x7fELF\0");
    snapshot!(binary, @r#"
    exit: 126
    --- stderr
    error: cannot execute ./tool
      Exec format error (os error 8)
    --- requests
    POST /personal-access-tokens 201 {"expirationDate":"[now+1d]","name":"job"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=job 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    "#);
    assert_eq!(server.names(), "");
}

#[test]
fn script_without_interpreter_runs_in_sh() {
    let server = FakeServer::start();
    let program = executable(server.program("run ./tool"), "tool", "echo \"$0 $# $2\"\n").arg("a b").arg("c  d");
    assert_eq!(program.run().exits(0).stdout, "./tool 2 c  d\n");
}

#[test]
fn options_end_at_command() {
    let server = FakeServer::start();
    for case in cases(
        "run printf %s; -o json --help -- -x   | -o;json;--help;--;-x;
         run -- printf %s; -v --name a -- --    | -v;--name;a;--;--;
         -q run -q printf %s; run --env PATH    | run;--env;PATH;",
    ) {
        let [line, stdout] = case.columns();
        assert_eq!(server.program(line).run().exits(0).stdout, stdout, "{case:?}");
    }
    assert!(server.program("run --bogus ls -o json").run().exits(2).stderr.starts_with("error: unexpected argument"));
    assert_eq!(server.program("run -o json --bogus ls").run().exits(2).failure()["kind"], "usage");
    server.program("run").run().exits(2);
}

#[test]
fn arguments_are_passed_unchanged() {
    let server = FakeServer::start();
    let program = server.program("run --name job printf").arg("<%s>").arg("").arg("a  'b\" $HOME *\n");
    let program = program.arg(OsStr::from_bytes(b"\xff\xfe")).exact_output();
    assert_eq!(program.run().exits(0).stdout, "<><a  'b\" $HOME *\n><\u{fffd}\u{fffd}>");
}

#[test]
fn standard_input_belongs_to_command() {
    let server = FakeServer::start();
    let text = "line\n".repeat(50_000);
    let run = server.program("run cat").stdin(Input::Text(text.clone())).run().exits(0);
    assert_eq!(run.stdout, text);
}

#[test]
fn background_process_is_not_waited_for() {
    let server = FakeServer::start();
    let program = script(&server, "", "sleep 300 >/dev/null 2>&1 & echo $!");
    let run = program.run().exits(0);
    assert_eq!(server.names(), "");
    Program::shell("kill \"$0\"").arg(run.stdout.trim()).run().exits(0);
}

#[test]
fn invalid_options_create_no_token() {
    let server = FakeServer::start();
    for case in cases(
        "--expires never                | error: invalid --expires: a token for one command must expire
         --expires 2020-01-01           | error: invalid --expires: 2020-01-01T23:59:59Z is in the past
         --gateway gateway.test         | error: invalid --gateway: the scheme is missing; use https://gateway.test
         --gateway http://gateway.test  | error: invalid --gateway: http:// would send the API key to gateway.test unencrypted; use https://, or set TFY_ALLOW_HTTP=1
         --env PATH                     | error: invalid value 'PATH' for '--env <VAR>': this variable must not contain a token
         --env LD_PRELOAD               | error: invalid value 'LD_PRELOAD' for '--env <VAR>': this variable must not contain a token
         --env TFY_HOST                 | error: invalid value 'TFY_HOST' for '--env <VAR>': this variable must not contain a token
         --env KEY=value                | error: invalid value 'KEY=value' for '--env <VAR>': expected the name of an environment variable, without a value
         --env 1KEY                     | error: invalid value '1KEY' for '--env <VAR>': expected the name of an environment variable, without a value",
    ) {
        let [options, error] = case.columns();
        let run = server.program("run").args(options).arg("true").run().exits(2);
        assert_eq!(run.stderr.lines().next(), Some(error), "{case:?}");
    }
    assert_eq!(server.requests().len(), 0);
}
