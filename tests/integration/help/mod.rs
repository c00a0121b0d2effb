//! Help and version.

mod commands;
mod list;
mod program;
#[cfg(unix)]
mod terminal;

use crate::support::{Output, Program};

const KEY: &str = "tfy_SENTINEL-of-the-key";

const COMMANDS: [&str; 8] = ["list", "create", "delete", "rotate", "revoke-all", "status", "completions", "man"];

fn program(arguments: &str) -> Program {
    Program::with_settings("http://127.0.0.1:1", KEY, arguments)
}

/// The standard output of a successful run without messages.
#[track_caller]
fn output(arguments: &str) -> String {
    let run = program(arguments).run().exits(0);
    assert_eq!(run.stderr, "");
    run.stdout
}

#[test]
fn short_help_is_summary() {
    for command in COMMANDS {
        let help = output(&format!("{command} -h"));
        assert!(help.contains(&format!("\n\nUsage: tfy-tokens {command}")), "{help}");
        assert!(help.contains("\nGlobal options:\n"), "{help}");
        for text in ["Examples:", "DURATION is", "EXPIRY is"] {
            assert!(!help.contains(text), "{help}");
        }
    }
}

#[test]
fn long_help_has_examples() {
    for command in COMMANDS {
        let help = output(&format!("{command} --help"));
        let (_, examples) = help.split_once("\nExamples:\n").expect("examples");
        for example in examples.lines() {
            let has_command = example.contains(&format!("tfy-tokens {command}"));
            assert!(example.starts_with("  ") && has_command, "{example}");
        }
    }
}

#[test]
fn help_command_equals_help_option() {
    for command in COMMANDS {
        assert_eq!(output(&format!("help {command}")), output(&format!("{command} --help")));
    }
    for (alias, command) in [("ls", "list"), ("rm", "delete"), ("remove", "delete")] {
        assert_eq!(output(&format!("{alias} --help")), output(&format!("{command} --help")));
    }
}

#[test]
fn version_is_same_everywhere() {
    for option in ["-V", "--version"] {
        for command in [""].into_iter().chain(COMMANDS) {
            let version = output(&format!("{command} {option}"));
            assert_eq!(version, concat!("tfy-tokens ", env!("CARGO_PKG_VERSION"), "\n"));
        }
    }
}

#[test]
fn missing_command_shows_help_on_stderr() {
    let run = program("").run().exits(2);
    assert_eq!((run.stdout, run.stderr), (String::new(), output("-h")));
}

#[test]
fn early_end_of_reader_is_success() {
    for arguments in ["--help", "help list", "--version"] {
        let run = program(arguments).stdout(Output::Lines(0)).run().exits(0);
        assert_eq!(run.stderr, "", "{arguments}");
    }
    let run = program("--help").stdout(Output::Lines(1)).run().exits(0);
    assert_eq!(run.stderr, "");
}

#[test]
#[cfg(target_os = "linux")]
fn full_disk_is_error() {
    let run = program("--help").stdout(Output::Full).run().exits(1);
    let expected = "error: cannot write to standard output\n  No space left on device (os error 28)\n";
    assert_eq!(run.stderr, expected);
}

#[test]
fn help_does_not_show_settings() {
    // Each run also asserts that the key is not in the output.
    for command in [""].into_iter().chain(COMMANDS) {
        for option in ["-h", "--help"] {
            let help = output(&format!("{command} {option}"));
            assert!(!help.contains("127.0.0.1"), "{help}");
        }
    }
}

#[test]
fn typed_key_is_redacted() {
    let run = program("create").arg(KEY).run().exits(2);
    let expected = "error: invalid value '(redacted)' for '[NAME]': ";
    assert!(run.stderr.starts_with(expected), "{}", run.stderr);
    let run = program("list -o json").arg(format!("--sort={KEY}")).run().exits(2);
    assert!(run.stderr.contains("invalid value '(redacted)'"), "{}", run.stderr);
}
