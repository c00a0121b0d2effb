//! Every command, with everything turned on that could make it talk.

use super::program;
use crate::support::platform::{Call, Fault, GRACE, Platform, TokenSeed};
use crate::support::program::Program;

/// Commands that succeed one after the other, and whether they bring a value.
const COMMANDS: [(&[&str], bool); 17] = [
    (&["list"], false),
    (&["list", "-o", "json"], false),
    (&["list", "-o", "jsonl"], false),
    (&["list", "-o", "csv"], false),
    (&["list", "-o", "id"], false),
    (&["list", "--search", "ci"], false),
    (&["status"], false),
    (&["status", "-o", "json"], false),
    (&["create", "new-one"], true),
    (&["create", "new-two", "-o", "json"], true),
    (&["create", "new-three", "--save", "three.token"], false),
    (&["create", "new-four", "--for-user", GRACE], true),
    (&["rotate", "new-one", "--yes"], true),
    (&["delete", "ci-run", "--dry-run"], false),
    (&["delete", "ci-run", "--yes"], false),
    (&["delete", "new-two", "--yes", "-o", "json"], false),
    (&["revoke-all", GRACE, "--yes"], false),
];

fn talkative(program: Program) -> Program {
    program
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "full")
        .env("RUST_LIB_BACKTRACE", "1")
        .env("RUST_SPANTRACE", "1")
        .env("SSLKEYLOGFILE", "keys.log")
        .arg("-v")
        .exact_output()
}

fn with_value(program: Program, brings_value: bool) -> Program {
    if brings_value {
        program.delivers_value()
    } else {
        program
    }
}

#[test]
fn fault_08_no_command_says_the_key_or_a_value_however_talkative_it_is_made() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("ci-run"));
    for (arguments, brings_value) in COMMANDS {
        let program = talkative(program(&platform).args(arguments));
        let run = with_value(program.clone(), brings_value).run().exits(0);
        assert!(run.stderr.contains("/api/svc/v1/"), "{arguments:?}: {}", run.stderr);
        assert!(!program.cwd().join("keys.log").exists());
    }
}

/// The code of a command where the connection of each such call is closed, before or after the call is applied.
fn code(arguments: &[&str], brings_value: bool, call: Call, applied: bool) -> i32 {
    match (arguments, call) {
        (["list" | "delete" | "rotate", ..], Call::List)
        | (["status", ..], Call::Session)
        | (["delete", _, "--yes", ..], Call::Delete)
        | (["revoke-all", ..], Call::RevokeAll) => 6,
        // What was not created cannot be found.
        (["rotate", ..] | ["delete", "new-two", ..], Call::Create) if !applied => 4,
        (["create", "new-three", ..], Call::Create) => 7,
        _ if brings_value => 7,
        _ => 0,
    }
}

#[test]
fn fault_08_no_failure_says_the_key_or_a_value_however_talkative_it_is_made() {
    for call in [
        Call::List,
        Call::Session,
        Call::Create,
        Call::CreateForUser,
        Call::Delete,
        Call::RevokeAll,
    ] {
        for applied in [false, true] {
            let platform = Platform::start();
            platform.add(TokenSeed::named("ci-run"));
            for (arguments, brings_value) in COMMANDS {
                let fault = Fault::hang_up(call);
                let fault = if applied { fault.after_applying() } else { fault };
                platform.inject(fault.times(2));
                let program = talkative(program(&platform).args(arguments)).args(["--retries", "0"]);
                // A value that does come belongs on standard output, which does not take it.
                let program = if brings_value { program.stdout_full() } else { program };
                program.run().exits(code(arguments, brings_value, call, applied));
            }
        }
    }
}
