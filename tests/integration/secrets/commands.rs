//! Every command, with everything turned on that could make it print more.

use super::has_exit_code;
use crate::support::{Call, FakeServer, Fault, Output, Program, cases};

/// Commands that succeed one after the other, and whether they deliver a value.
const COMMANDS: &str = "
    list                                      |
    list -o csv                               |
    list --search ci -o json                  |
    status                                    |
    create new-one                            | value
    create new-two -o json                    | value
    create new-three --save three.token       |
    create new-four --for-user grace@acme.test| value
    rotate new-one --yes                      | value
    run --gateway https://gateway.test true   |
    delete ci-run --dry-run                   |
    delete ci-run --yes                       |
    delete new-two --yes -o json              |
    revoke-all grace@acme.test --yes          |";

fn talkative(server: &FakeServer, options: &str, arguments: &str) -> Program {
    let program = server.program(options).args(arguments).exact_output();
    program.envs("RUST_LOG=trace RUST_BACKTRACE=full RUST_LIB_BACKTRACE=1 RUST_SPANTRACE=1 SSLKEYLOGFILE=keys.log")
}

#[test]
fn verbose_commands_print_no_secret() {
    let server = FakeServer::with(&["ci-run"]);
    for case in cases(COMMANDS) {
        let [arguments, value] = case.columns();
        let program = talkative(&server, "-v", arguments);
        let program = if value.is_empty() { program } else { program.delivers_value() };
        let run = program.run().exits(0);
        assert!(run.stderr.contains("/api/svc/v1/"), "{case:?}: {}", run.stderr);
        assert!(!program.cwd().join("keys.log").exists());
    }
}

#[test]
fn verbose_failures_print_no_secret() {
    for call in [Call::List, Call::Session, Call::Create, Call::CreateForUser, Call::Delete, Call::RevokeAll] {
        for is_applied in [false, true] {
            let server = FakeServer::with(&["ci-run"]);
            let fault = Fault::hang_up(call).always();
            server.add_fault(if is_applied { fault.after_applying() } else { fault });
            let runs = cases(COMMANDS).map(|case| {
                let [arguments, value] = case.columns();
                let program = talkative(&server, "-v --retries 0", arguments);
                // A value that does arrive belongs on standard output, which does not accept it.
                let program = if value.is_empty() { program } else { program.stdout(Output::Full) };
                let run = program.run();
                has_exit_code(&run);
                run.stderr.contains("no response")
            });
            assert!(runs.filter(|is_lost| *is_lost).count() > 0, "{call:?}");
        }
    }
}
