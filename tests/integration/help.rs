//! Help and the version.

use crate::support::program::Program;

const KEY: &str = "tfy_SENTINEL-of-the-key";

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

fn program() -> Program {
    Program::against("http://127.0.0.1:1", KEY)
}

#[test]
fn short_help_is_a_summary_on_standard_output() {
    for command in COMMANDS {
        let run = program().args([command, "-h"]).run().exits(0);
        assert_eq!(run.stderr, "");
        let usage = format!("\n\nUsage: tfy-tokens {command}");
        assert!(run.stdout.contains(&usage), "{}", run.stdout);
        assert!(!run.stdout.contains("Examples:"), "{}", run.stdout);
        assert!(run.stdout.contains("\nGlobal options:\n"), "{}", run.stdout);
    }
}

#[test]
fn long_help_has_examples_of_each_command() {
    for command in COMMANDS {
        let run = program().args([command, "--help"]).run().exits(0);
        assert_eq!(run.stderr, "");
        let (_, examples) = run.stdout.split_once("\nExamples:\n").expect("examples");
        let call = format!("tfy-tokens {command}");
        for example in examples.lines() {
            assert!(example.starts_with("  ") && example.contains(&call), "{example}");
        }
    }
}

#[test]
fn long_help_of_the_program_tells_settings_exit_codes_and_examples() {
    let help = program().arg("--help").run().exits(0).stdout;
    let headings: Vec<&str> = help
        .lines()
        .filter(|line| line.ends_with(':') && !line.starts_with(' '))
        .collect();
    assert_eq!(
        headings,
        [
            "Commands:",
            "Options:",
            "Global options:",
            "Settings:",
            "Exit codes:",
            "Examples:"
        ]
    );
    let (_, codes) = help.split_once("\nExit codes:\n").unwrap();
    let codes: Vec<&str> = codes.lines().map_while(|line| line.split_whitespace().next()).collect();
    assert_eq!(codes, ["0", "1", "2", "3", "4", "5", "6", "7", "130"]);
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{help}");
    }
}

#[test]
fn help_of_a_command_is_the_command_with_the_option() {
    for command in COMMANDS {
        let run = program().args(["help", command]).run().exits(0);
        assert_eq!(run.stdout, program().args([command, "--help"]).run().stdout);
    }
}

#[test]
fn filters_of_a_listing_stand_together() {
    let help = program().args(["list", "-h"]).run().stdout;
    let (_, filters) = help.split_once("\nFilters:\n").expect("filters");
    let (filters, _) = filters.split_once("\n\n").expect("what follows");
    for option in ["--search", "--active", "--expired", "--expires-within", "--unused-for"] {
        assert!(filters.contains(option), "{filters}");
    }
}

#[test]
fn the_version_is_told_everywhere() {
    for option in ["-V", "--version"] {
        for command in [""].into_iter().chain(COMMANDS) {
            let words = command.split_whitespace().chain([option]);
            let run = program().args(words).run().exits(0);
            assert_eq!(run.stdout, concat!("tfy-tokens ", env!("CARGO_PKG_VERSION"), "\n"));
            assert_eq!(run.stderr, "");
        }
    }
}

#[test]
fn long_help_says_what_an_age_is_and_a_time() {
    let age = "\n          AGE: 90s, 36h, 14d, 12w, 6mo, 1y\n";
    let when = "\n          WHEN: an AGE from now, 2026-12-31 (through that day, UTC), an RFC 3339 time, or never\n";
    for command in COMMANDS {
        let help = |option| program().args([command, option]).run().exits(0).stdout;
        let (short, long) = (help("-h"), help("--help"));
        assert_eq!(long.matches(age).count(), 1, "{long}");
        let takes_when = ["create", "rotate"].contains(&command);
        assert_eq!(long.matches(when).count(), usize::from(takes_when), "{long}");
        assert_eq!(long.contains("<WHEN>"), takes_when, "{long}");
        assert!(!short.contains("AGE: ") && !short.contains("WHEN: "), "{short}");
    }
    assert!(program().arg("--help").run().stdout.contains(age));
}

#[test]
fn short_names_of_commands_are_shown_and_taken() {
    let help = program().arg("-h").run().exits(0).stdout;
    for (alias, command) in [("ls", "list"), ("rm", "delete"), ("remove", "delete")] {
        let said = program().args([alias, "--help"]).run().exits(0).stdout;
        assert_eq!(said, program().args([command, "--help"]).run().stdout);
        let is_shown = help.contains(&format!("[alias: {alias}]"));
        assert_eq!(is_shown, alias != "remove", "{help}");
    }
}

#[test]
fn without_a_command_the_help_is_shown_and_the_exit_code_says_so() {
    let run = program().run().exits(2);
    assert_eq!(run.stdout, "");
    assert_eq!(run.stderr, program().arg("-h").run().stdout);
}

#[test]
fn help_whose_reader_has_gone_ends_quietly() {
    for arguments in [&["--help"][..], &["help", "list"], &["--version"]] {
        let run = program().args(arguments).stdout_reader_gone().run().exits(0);
        assert_eq!(run.stderr, "");
    }
    let run = program().arg("--help").stdout_reader_leaves_after(1).run().exits(0);
    assert!(run.stdout.starts_with("Personal access tokens of TrueFoundry"));
    assert_eq!(run.stderr, "");
}

#[test]
#[cfg(target_os = "linux")]
fn help_that_finds_no_room_is_a_failure_that_is_told() {
    let run = program().arg("--help").stdout_full().run().exits(1);
    assert_eq!(
        run.stderr,
        "error: cannot write to standard output\n  No space left on device (os error 28)\n"
    );
}

#[test]
fn fault_9_the_key_is_neither_in_help_nor_in_what_is_said_of_it() {
    let mut pages = vec![vec!["-h"], vec!["--help"], vec![]];
    pages.extend(
        COMMANDS
            .iter()
            .flat_map(|command| [vec![*command, "-h"], vec![*command, "--help"]]),
    );
    for page in pages {
        let run = program().args(&page).run().exits(if page.is_empty() { 2 } else { 0 });
        assert!(!run.stdout.contains("127.0.0.1") && !run.stderr.contains("127.0.0.1"));
    }
    let run = program().args(["create", KEY]).run().exits(2);
    assert!(
        run.stderr.starts_with("error: invalid value '(hidden)' for '[NAME]': "),
        "{}",
        run.stderr
    );
    let run = program()
        .args(["list", &format!("--sort={KEY}"), "-o", "json"])
        .run()
        .exits(2);
    assert!(run.stderr.contains("invalid value '(hidden)'"), "{}", run.stderr);
}

#[cfg(unix)]
mod at_a_terminal {
    use super::{COMMANDS, program};
    use crate::support::terminal::Terminal;

    #[test]
    fn help_fits_the_window() {
        for columns in [80_u16, 100, 240] {
            let room = usize::from(columns).min(100);
            for command in COMMANDS {
                let program = program().args([command, "--help"]).env("NO_COLOR", "1");
                let finished = Terminal::size(columns, 24).run(&program).finish();
                assert_eq!(finished.code, 0);
                for line in finished.output.lines() {
                    assert!(line.chars().count() <= room, "{command}: {line:?}");
                }
            }
        }
    }

    #[test]
    fn fault_38_help_is_coloured_where_colours_are_wanted() {
        let help = program().args(["list", "-h"]);
        let is_coloured = |name: &str, value: &str| {
            let program = help.clone().env(name, value);
            let finished = Terminal::size(80, 60).run(&program).finish();
            finished.output.contains("\u{1b}[")
        };
        assert!(is_coloured("TERM", "xterm"));
        assert!(!is_coloured("TERM", "dumb"));
        assert!(!is_coloured("NO_COLOR", "1"));
        let forced = help.clone().env("CLICOLOR_FORCE", "1").coloured().run().exits(0);
        assert!(forced.stdout.contains("\u{1b}["));
        let asked_for = help.clone().args(["--color", "always"]).coloured().run().exits(0);
        assert!(asked_for.stdout.contains("\u{1b}["));
        let refused = help.env("CLICOLOR_FORCE", "1").arg("--color=never").run().exits(0);
        assert!(!refused.stdout.contains("\u{1b}["));
    }
}
