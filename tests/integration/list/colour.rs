//! Colour: for what expires, where it is wanted.
#![cfg(unix)]

use super::list;
use crate::support::platform::{Platform, TokenSeed, in_days};
use crate::support::program::Program;
use crate::support::terminal::Terminal;

const RED: &str = "\u{1b}[31m";
const YELLOW: &str = "\u{1b}[33m";

fn account() -> Platform {
    let platform = Platform::start();
    platform.add(TokenSeed::named("gone").expires(in_days(-15)));
    platform.add(TokenSeed::named("soon").expires(in_days(13)));
    platform.add(TokenSeed::named("later").expires(in_days(15)));
    platform.add(TokenSeed::named("ever"));
    platform
}

fn with(program: Program, environment: &[(&str, &str)]) -> Program {
    environment
        .iter()
        .fold(program, |program, (name, value)| program.env(name, value))
}

/// The colours of a table, a line each.
fn colours(text: &str) -> Vec<&'static str> {
    let colour = |line: &str| match () {
        () if line.contains(RED) => "red",
        () if line.contains(YELLOW) => "yellow",
        () if line.contains('\u{1b}') => "another",
        () => "none",
    };
    text.lines().map(colour).collect()
}

const COLOURED: [&str; 5] = ["none", "none", "none", "yellow", "red"];
const PLAIN: [&str; 5] = ["none"; 5];

#[test]
fn off_a_terminal_there_is_colour_only_where_it_is_asked_for() {
    let platform = account();
    for (arguments, environment, expected) in [
        (&[][..], &[][..], PLAIN),
        (&[], &[("CLICOLOR_FORCE", "1")], COLOURED),
        (&[], &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")], COLOURED),
        (&[], &[("CLICOLOR_FORCE", "0")], PLAIN),
        (&[], &[("CLICOLOR_FORCE", "")], PLAIN),
        (&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], PLAIN),
        (&["--color", "auto"], &[("CLICOLOR_FORCE", "1")], COLOURED),
        (&["--color", "never"], &[("CLICOLOR_FORCE", "1")], PLAIN),
        (&["--color", "always"], &[("NO_COLOR", "1")], COLOURED),
    ] {
        let program = with(list(&platform, arguments), environment);
        let program = if expected == PLAIN { program } else { program.coloured() };
        let run = program.run().exits(0);
        assert_eq!(colours(&run.stdout), expected, "{arguments:?} {environment:?}");
    }
}

#[test]
fn at_a_terminal_there_is_colour_unless_it_is_unwanted() {
    let platform = account();
    for (arguments, environment, expected) in [
        (&[][..], &[][..], COLOURED),
        (&[], &[("NO_COLOR", "")], COLOURED),
        (&[], &[("NO_COLOR", "1")], PLAIN),
        (&[], &[("TERM", "dumb")], PLAIN),
        (&["--color", "never"], &[], PLAIN),
        (&["--color", "always"], &[("NO_COLOR", "1"), ("TERM", "dumb")], COLOURED),
    ] {
        let program = with(list(&platform, arguments), environment);
        let finished = Terminal::size(120, 20).run(&program).finish();
        assert_eq!(colours(&finished.output), expected, "{arguments:?} {environment:?}");
    }
}

#[test]
fn in_a_narrow_window_colour_is_on_the_same_words() {
    let platform = account();
    let finished = Terminal::size(40, 30).run(&list(&platform, &[])).finish();
    let line = |name: &str| {
        let mut lines = finished.output.split("\r\n").skip_while(|line| *line != name);
        lines.find(|line| line.contains("expires")).unwrap()
    };
    let has = |name, colour: &str, words: &str| {
        let (begin, end) = (format!("  expires {colour}"), format!(" ({words})\u{1b}[0m"));
        assert!(
            line(name).starts_with(&begin) && line(name).ends_with(&end),
            "{:?}",
            line(name)
        );
    };
    has("gone", RED, "expired");
    has("soon", YELLOW, "in 13 days");
    assert!(line("later").ends_with(" (in 15 days)") && !line("later").contains('\u{1b}'));
    assert_eq!(line("ever"), "  expires Never");
}

/// Fault 38.
#[test]
fn fault_38_a_dumb_terminal_gets_no_escape_at_all() {
    let platform = account();
    let program = list(&platform, &[]).env("TERM", "dumb");
    let finished = Terminal::size(120, 20).run(&program).finish();
    assert!(!finished.output.contains('\u{1b}'), "{:?}", finished.output);
    platform.forbid();
    let finished = Terminal::size(120, 20).run(&program).finish();
    assert_eq!(finished.code, 3);
    assert!(!finished.output.contains('\u{1b}'), "{:?}", finished.output);
}

#[test]
fn colour_is_on_the_expiry_alone_and_moves_no_column() {
    let platform = Platform::start();
    platform.add(
        TokenSeed::named("gone")
            .expires("2020-01-01")
            .last_used("2019-06-01T00:00:00Z"),
    );
    let coloured = list(&platform, &["--color", "always"]).coloured().run().exits(0);
    assert_eq!(
        coloured.stdout,
        format!(
            "NAME  ID               CREATED AT  EXPIRES AT            LAST USED\n\
             gone  cm3k1x9qf000001  2026-01-15  {RED}2020-01-01 (expired)\u{1b}[0m  2019-06-01\n"
        )
    );
    let plain = list(&platform, &[]).run().exits(0);
    assert_eq!(coloured.stdout.replace(RED, "").replace("\u{1b}[0m", ""), plain.stdout);
}

#[test]
fn what_is_for_programs_has_no_colour_even_where_it_is_forced() {
    let platform = account();
    for format in ["json", "jsonl", "csv", "id"] {
        let run = list(&platform, &["--color", "always", "-o", format])
            .exact_output()
            .run()
            .exits(0);
        assert!(!run.stdout.contains('\u{1b}'), "{format}");
    }
}

#[test]
fn errors_are_coloured_by_the_same_rules() {
    let platform = account();
    platform.reject_key();
    let plain = list(&platform, &[]).run().exits(3);
    assert!(plain.stderr.starts_with("error: The key was not accepted"));
    let coloured = list(&platform, &["--color", "always"]).coloured().run().exits(3);
    assert!(
        coloured
            .stderr
            .starts_with("\u{1b}[31m\u{1b}[1merror:\u{1b}[0m The key was not accepted")
    );
    assert!(coloured.stderr.contains("\n\u{1b}[36m\u{1b}[1mhint:\u{1b}[0m "));
}
