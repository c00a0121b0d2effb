//! The command gets the signal dispositions, the signal mask and the limits that the program was started with.
#![cfg(target_os = "linux")]

use crate::support::{FakeServer, Program};

/// Prints what a process inherits. The first digits of the masks are left out: the C library ignores signals of its own.
const STATE: &str = "sed -nE 's/^(SigBlk|SigIgn).*(.{7})$/\\1 \\2/p' /proc/self/status; ulimit -Sc; ulimit -Hc; ulimit -n; umask; ls /proc/self/fd";

/// Runs a command in `run`, or by itself if there is no server, after `setup`, which is code of Perl.
fn after(setup: &str, server: Option<&FakeServer>, command: &[&str]) -> Program {
    let program = match server {
        Some(server) => server.program("-e"),
        None => Program::new("-e"),
    };
    let code = format!("use POSIX ':signal_h'; {setup}; exec {{ $ARGV[0] }} @ARGV or die");
    let program = program.run_by("perl").arg(code);
    let program = match server {
        Some(_) => program.arg(env!("CARGO_BIN_EXE_tfy-tokens")).args("run --name job --"),
        None => program,
    };
    command.iter().fold(program, Program::arg)
}

#[test]
fn inherited_state_is_passed_on() {
    let server = FakeServer::start();
    for setup in [
        "",
        "$SIG{PIPE} = 'IGNORE'",
        "$SIG{$_} = 'IGNORE' for qw(HUP INT QUIT TERM TSTP USR1 XFSZ PIPE)",
        "sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGUSR1, SIGCHLD, SIGTERM))",
        "umask 077",
    ] {
        let command = ["sh", "-c", STATE];
        let direct = after(setup, None, &command).run().exits(0);
        let run = after(setup, Some(&server), &command).run().exits(0);
        assert_eq!(run.stdout, direct.stdout, "{setup}");
    }
}

#[test]
fn core_limit_is_restored() {
    let server = FakeServer::start();
    for limit in ["unlimited", "0", "1000"] {
        let script = format!("ulimit -Sc {limit} && exec \"$0\" run -- sh -c 'ulimit -Sc; ulimit -Hc'");
        let program = server.program("-c").arg(script).arg(env!("CARGO_BIN_EXE_tfy-tokens")).run_by("/bin/sh");
        assert_eq!(program.run().exits(0).stdout, format!("{limit}\nunlimited\n"));
    }
}

/// A process whose parent ignores SIGCHLD would not learn the exit code of its command.
#[test]
fn exit_code_is_known_if_sigchld_is_ignored() {
    let server = FakeServer::start();
    after("$SIG{CHLD} = 'IGNORE'", Some(&server), &["sh", "-c", "exit 7"]).run().exits(7);
    assert_eq!(server.names(), "");
}
