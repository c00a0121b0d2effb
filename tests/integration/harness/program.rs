//! Programs run in the surroundings that were asked for.
#![cfg(unix)]

#[cfg(target_os = "linux")]
use rustix::process::Signal;

use crate::support::program::Program;
#[cfg(target_os = "linux")]
use crate::support::program::signals::is_in_mask;

fn shell(script: &str) -> Program {
    Program::other("/bin/sh").args(["-c", script])
}

#[test]
fn the_binary_finds_its_settings_and_nothing_else() {
    let program = Program::against("http://127.0.0.1:1", "some-key").arg("--version");
    program.run().exits(0);
    let run = Program::other("/usr/bin/env").env("TFY_HOST", "x").run();
    let mut names: Vec<_> = run
        .stdout
        .lines()
        .filter_map(|line| line.split('=').next())
        .filter(|&name| name != "LLVM_PROFILE_FILE")
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["HOME", "PATH", "TFY_HOST"]);
}

#[test]
fn files_lie_in_a_home_and_a_working_directory_of_their_own() {
    let program = shell("cat $HOME/.a/b c; stat -c %a c")
        .write_home_file(".a/b", "home ")
        .write_cwd_file("c", "here ");
    assert_eq!(program.run().stdout, "home here 600\n");
    assert_ne!(program.home(), program.cwd());
}

#[test]
fn standard_input_is_what_was_asked_for() {
    assert_eq!(shell("cat").stdin("typed").run().stdout, "typed");
    let of_file = shell("cat; cat /dev/stdin").stdin_file("saved");
    assert_eq!(of_file.run().stdout, "savedsaved");
    assert_eq!(shell("cat").run().stdout, "");
    let closed = shell("[ -e /proc/self/fd/0 ] || echo none").stdin_closed();
    assert_eq!(closed.run().stdout, "none\n");
}

#[test]
fn standard_output_goes_where_it_was_sent() {
    let loud = || shell("trap '' PIPE; echo one && echo two || exit 9");
    assert_eq!(loud().stdout_to_file().run().exits(0).stdout, "one\ntwo\n");
    loud().stdout_full().run().exits(9);
    loud().stdout_closed().run().exits(9);
    loud().stdout_reader_gone().run().exits(9);
}

#[test]
fn a_reader_leaves_after_the_first_line() {
    let run = shell("yes").stdout_reader_leaves_after(1).run();
    assert_eq!(run.code, 128 + 13, "ended by SIGPIPE");
    assert!(run.stdout.starts_with("y\n"));
}

#[test]
fn a_running_program_gets_signals() {
    let running = || {
        let running = shell("echo ready >&2; exec cat").stdin_open().start();
        running.wait_for_stderr("ready");
        running
    };
    let interrupted = running();
    interrupted.interrupt();
    interrupted.wait().exits(128 + 2);
    let terminated = running();
    terminated.terminate();
    terminated.wait().exits(128 + 15);
}

#[test]
#[cfg(target_os = "linux")]
fn a_program_is_started_with_no_signal_ignored_that_asks_for_its_end() {
    let status = Program::other("/bin/cat")
        .arg("/proc/self/status")
        .run()
        .exits(0)
        .stdout;
    for signal in [Signal::HUP, Signal::INT, Signal::TERM] {
        assert!(!is_in_mask(&status, "SigIgn", signal.as_raw()), "{signal:?}: {status}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn signals_reach_a_program_also_where_the_tests_were_started_with_them_ignored() {
    let these_tests = std::env::current_exe().unwrap();
    let script = r#"trap '' HUP INT TERM; exec "$0" --exact "$1""#;
    let test = "harness::program::a_program_is_started_with_no_signal_ignored_that_asks_for_its_end";
    let run = shell(script).arg(these_tests).arg(test).run().exits(0);
    assert!(run.stdout.contains("1 passed"), "{}", run.stdout);
}

#[test]
#[should_panic(expected = "a running program was not waited for")]
fn a_program_left_running_is_caught() {
    drop(shell("exec cat").stdin_open().start());
}

#[test]
#[cfg(target_os = "linux")]
fn the_address_space_is_limited() {
    let program = shell("ulimit -v").address_space_mib(64);
    assert_eq!(program.run().stdout, "65536\n");
}
