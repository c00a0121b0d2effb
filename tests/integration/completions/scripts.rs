//! The generated scripts.

use crate::support::{Output, Program, snapshot};

#[test]
fn each_shell_has_script() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = Program::new("completions").arg(shell).run().exits(0);
        assert_eq!(run.stderr, "");
        assert!(run.stdout.contains("COMPLETE") && run.stdout.contains("tfy-tokens"), "{}", run.stdout);
        // The program is found in PATH, so the script stays valid after an update.
        assert!(!run.stdout.contains(env!("CARGO_MANIFEST_DIR")), "{}", run.stdout);
    }
}

#[test]
fn unknown_shell_lists_known_ones() {
    snapshot!(Program::new("completions cmd"), @"
    exit: 2
    --- stderr
    error: invalid value 'cmd' for '<SHELL>'
      [possible values: bash, elvish, fish, powershell, zsh]

    For more information, try '--help'.
    ");
}

#[test]
fn script_has_no_other_format() {
    snapshot!(Program::new("completions bash -o csv"), @"
    exit: 2
    --- stderr
    error: invalid --output: only `list` supports this format; use table or json
    ");
    for format in ["jsonl", "id"] {
        Program::new("completions bash -o").arg(format).run().exits(2);
    }
}

#[test]
fn early_end_of_reader_is_success() {
    let run = Program::new("completions bash").stdout(Output::Lines(0)).run().exits(0);
    assert_eq!(run.stderr, "");
}
