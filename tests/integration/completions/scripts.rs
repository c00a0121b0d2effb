//! The scripts that shells are given.

use super::SHELLS;
use crate::support::program::Program;

#[test]
fn each_shell_has_a_script_that_asks_the_program() {
    for shell in SHELLS {
        let run = Program::bare().args(["completions", shell]).run().exits(0);
        assert_eq!(run.stderr, "");
        assert!(run.stdout.contains("COMPLETE"), "{shell}: {}", run.stdout);
        assert!(run.stdout.contains("tfy-tokens"), "{shell}: {}", run.stdout);
        let folder = env!("CARGO_MANIFEST_DIR");
        assert!(
            !run.stdout.contains(folder),
            "{shell} is told where the program was built"
        );
    }
}

#[test]
fn a_shell_that_is_not_known_is_answered_with_those_that_are() {
    let run = Program::bare().args(["completions", "cmd"]).run().exits(2);
    assert_eq!(run.stdout, "");
    assert_eq!(
        run.stderr,
        "error: invalid value 'cmd' for '<SHELL>'\n  [possible values: bash, elvish, fish, powershell, zsh]\n\n\
         For more information, try '--help'.\n"
    );
}

#[test]
fn a_script_is_written_in_no_other_format() {
    for format in ["csv", "jsonl", "id"] {
        let run = Program::bare()
            .args(["completions", "bash", "-o", format])
            .run()
            .exits(2);
        assert_eq!(run.stdout, "");
        let said = "error: --output: only `list` can be written in that format; others take table or json\n";
        assert_eq!(run.stderr, said);
    }
}

#[test]
fn the_line_for_each_shell_leaves_no_copy_that_an_update_makes_stale() {
    let help = Program::bare().args(["completions", "--help"]).run().exits(0).stdout;
    let (_, examples) = help.split_once("\nExamples:\n").unwrap();
    let lines: Vec<&str> = examples.lines().map(str::trim_start).collect();
    assert_eq!(
        lines,
        [
            "source <(tfy-tokens completions bash)",
            "source <(tfy-tokens completions zsh)",
            "tfy-tokens completions powershell | Out-String | Invoke-Expression",
            "eval (tfy-tokens completions elvish | slurp)",
            "tfy-tokens completions fish > ~/.config/fish/completions/tfy-tokens.fish",
        ]
    );
}

#[test]
fn a_script_whose_reader_has_gone_ends_quietly() {
    let run = Program::bare()
        .args(["completions", "bash"])
        .stdout_reader_gone()
        .run()
        .exits(0);
    assert_eq!(run.stderr, "");
}
