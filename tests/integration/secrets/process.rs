//! What others on the same machine can see.

use std::fs;
#[cfg(target_os = "linux")]
use std::io::Write;

use super::program;
use crate::support::platform::Platform;
use crate::support::program::Program;
use crate::support::servers::{RawServer, Script};

const COMMANDS: [&str; 8] = [
    "list",
    "create",
    "delete",
    "rotate",
    "revoke-all",
    "status",
    "completions",
    "man",
];

#[test]
fn fault_09_no_help_shows_the_key_of_the_environment() {
    let platform = Platform::start();
    for option in ["-h", "--help"] {
        program(&platform).arg(option).run().exits(0);
        for command in COMMANDS {
            let run = program(&platform).args([command, option]).run().exits(0);
            assert!(run.stdout.contains("Usage: tfy-tokens "), "{command}");
        }
    }
    for (arguments, code) in [
        (["help", "create"].as_slice(), 0),
        (&["man"], 0),
        (&["-V"], 0),
        (&[], 2),
        (&["completions", "bash"], 0),
    ] {
        let run = program(&platform).args(arguments).run().exits(code);
        let (said, not_said) = if code == 0 {
            (run.stdout, run.stderr)
        } else {
            (run.stderr, run.stdout)
        };
        assert!(
            !said.is_empty() && not_said.is_empty(),
            "{arguments:?}: {said}{not_said}"
        );
    }
    assert_eq!(platform.requests().len(), 0);
}

#[test]
#[cfg(target_os = "linux")]
fn fault_09_the_command_line_of_a_running_program_has_no_key_and_it_leaves_no_core() {
    let server = RawServer::answering(vec![Script::Silence]);
    let key = "key-that-nobody-may-see";
    let running = Program::against(server.url(), key).arg("list").start();
    server.seen().wait_for_requests(1);
    let of_process = |file: &str| fs::read_to_string(format!("/proc/{}/{file}", running.id())).unwrap();
    let command_line = of_process("cmdline");
    let limits = of_process("limits");
    let children = of_process(&format!("task/{}/children", running.id()));
    running.terminate();
    running.wait().exits(130);
    assert!(command_line.ends_with("tfy-tokens\0list\0"), "{command_line}");
    assert_eq!(children, "");
    let core = limits.lines().find(|line| line.starts_with("Max core file size"));
    let words: Vec<_> = core.unwrap().split_whitespace().skip(4).collect();
    assert_eq!(words, ["0", "0", "bytes"]);
}

/// The program under a user who is not root, and that user; `None`, with the reason printed, where there is no such way.
#[cfg(target_os = "linux")]
fn under_another_user(program: Program) -> Option<(Program, u32)> {
    const ANOTHER: u32 = 12_345;
    let own = rustix::process::geteuid();
    if !own.is_root() {
        return Some((program.run_by(env!("CARGO_BIN_EXE_tfy-tokens")), own.as_raw()));
    }
    let id = ANOTHER.to_string();
    let as_another = [
        "--reuid",
        &id,
        "--regid",
        &id,
        "--clear-groups",
        env!("CARGO_BIN_EXE_tfy-tokens"),
    ];
    let probe = Program::other("/bin/sh").args(["-c", r#"exec setpriv "$0" "$@""#]);
    if probe.args(as_another).arg("--version").run().code != 0 {
        writeln!(
            std::io::stderr(),
            "skipped: root cannot run the program under another user here"
        )
        .ok();
        return None;
    }
    Some((program.run_by("setpriv").args(as_another), ANOTHER))
}

/// What belongs to a process that may be dumped is its user's: a debugger, and the system's handler of crashes, can read it.
#[test]
#[cfg(target_os = "linux")]
fn fault_09_what_a_running_program_has_in_memory_is_not_for_others_of_its_user() {
    use std::os::unix::fs::MetadataExt;
    let server = RawServer::answering(vec![Script::Silence]);
    let program = Program::against(server.url(), "key-that-nobody-may-see");
    let Some((program, user)) = under_another_user(program) else {
        return;
    };
    let running = program.arg("list").start();
    server.seen().wait_for_requests(1);
    let owner = |file: &str| fs::metadata(format!("/proc/{}/{file}", running.id())).unwrap().uid();
    let owners = ["environ", "mem", "maps"].map(owner);
    running.terminate();
    running.wait().exits(130);
    // Root's, whatever number root has in the container that this may be.
    assert!(owners.iter().all(|&owner| owner != user), "{owners:?}");
}

#[test]
fn fault_09_there_is_no_option_for_the_key() {
    let platform = Platform::start();
    for option in ["--key", "--api-key", "--token", "--password"] {
        let run = program(&platform)
            .args(["list", option, "SENTINEL-of-no-kind"])
            .run()
            .exits(2);
        assert!(
            run.stderr
                .starts_with(&format!("error: unexpected argument '{option}' found\n"))
        );
    }
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn fault_08_a_crash_writes_no_core() {
    use rustix::process::Signal;
    let server = RawServer::answering(vec![Script::Silence]);
    let shell = Program::other("/bin/sh")
        .args([
            "-c",
            "ulimit -c unlimited; exec \"$0\" list",
            env!("CARGO_BIN_EXE_tfy-tokens"),
        ])
        .env("TFY_BASE_URL", server.url())
        .env("TFY_API_KEY", "key-that-nobody-may-see");
    let running = shell.start();
    server.seen().wait_for_requests(1);
    running.signal(Signal::ABORT);
    running.wait().exits(128 + 6);
    assert_eq!(fs::read_dir(shell.cwd()).unwrap().count(), 0);
}
