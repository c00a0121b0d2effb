//! Every command, with everything turned on that could make it print more.

use crate::support::{Call, FakeServer, Fault, Output, Program, cases};

/// Commands that succeed one after the other, and whether they deliver a value.
const COMMANDS: &str = "
    list                                      |
    list -o json                              |
    list -o jsonl                             |
    list -o csv                               |
    list -o id                                |
    list --search ci                          |
    status                                    |
    status -o json                            |
    create new-one                            | value
    create new-two -o json                    | value
    create new-three --save three.token       |
    create new-four --for-user grace@acme.test| value
    rotate new-one --yes                      | value
    delete ci-run --dry-run                   |
    delete ci-run --yes                       |
    delete new-two --yes -o json              |
    revoke-all grace@acme.test --yes          |";

fn talkative(server: &FakeServer, arguments: &str) -> Program {
    let program = server.program(arguments).arg("-v").exact_output();
    program.envs("RUST_LOG=trace RUST_BACKTRACE=full RUST_LIB_BACKTRACE=1 RUST_SPANTRACE=1 SSLKEYLOGFILE=keys.log")
}

#[test]
fn verbose_commands_print_no_secret() {
    let server = FakeServer::with(&["ci-run"]);
    for case in cases(COMMANDS) {
        let [arguments, value] = case.columns();
        let mut program = talkative(&server, arguments);
        if !value.is_empty() {
            program = program.delivers_value();
        }
        let run = program.run().exits(0);
        assert!(run.stderr.contains("/api/svc/v1/"), "{case:?}: {}", run.stderr);
        assert!(!program.cwd().join("keys.log").exists());
    }
}

/// The exit code of a command if the connection of each such call is closed, before or after the call is applied.
fn exit_code(arguments: &str, delivers_value: bool, call: Call, is_applied: bool) -> i32 {
    let words: Vec<&str> = arguments.split(' ').collect();
    match (words.as_slice(), call) {
        (["list" | "delete" | "rotate", ..], Call::List)
        | (["status", ..], Call::Session)
        | (["delete", _, "--yes", ..], Call::Delete)
        | (["revoke-all", ..], Call::RevokeAll) => 6,
        // A token that was not created cannot be found.
        (["rotate", ..] | ["delete", "new-two", ..], Call::Create) if !is_applied => 4,
        (["create", "new-three", ..], Call::Create) => 7,
        _ if delivers_value => 7,
        _ => 0,
    }
}

#[test]
fn verbose_failures_print_no_secret() {
    for call in [Call::List, Call::Session, Call::Create, Call::CreateForUser, Call::Delete, Call::RevokeAll] {
        for is_applied in [false, true] {
            let server = FakeServer::with(&["ci-run"]);
            for case in cases(COMMANDS) {
                let [arguments, value] = case.columns();
                let fault = Fault::hang_up(call).times(2);
                server.add_fault(if is_applied { fault.after_applying() } else { fault });
                let mut program = talkative(&server, arguments).args("--retries 0");
                if !value.is_empty() {
                    // A value that does arrive belongs on standard output, which does not accept it.
                    program = program.stdout(Output::Full);
                }
                program.run().exits(exit_code(arguments, !value.is_empty(), call, is_applied));
            }
        }
    }
}
