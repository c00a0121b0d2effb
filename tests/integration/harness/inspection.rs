//! Every output is inspected.
#![cfg(unix)]

use crate::support::program::{Program, SECRET};
use crate::support::terminal::Terminal;

const KEY: &str = "key-that-nobody-may-see";

fn shell(script: &str) -> Program {
    Program::other("/bin/sh").args(["-c", script])
}

#[test]
#[should_panic(expected = "\"key-that-nobody-may-see\" got into standard output")]
fn the_key_on_standard_output_is_caught() {
    shell("echo key-that-nobody-may-see").secret(KEY).run();
}

#[test]
#[should_panic(expected = "\"key-that-nobody-may-see\" got into standard error")]
fn the_key_on_standard_error_is_caught() {
    shell("echo key-that-nobody-may-see >&2").secret(KEY).run();
}

#[test]
#[should_panic(expected = "\"SENTINEL\" got into standard output")]
fn a_value_where_none_belongs_is_caught() {
    shell("echo tfy-$0").arg(SECRET).run();
}

#[test]
#[should_panic(expected = "\"SENTINEL\" got into standard error")]
fn a_value_on_standard_error_is_caught_also_where_one_is_delivered() {
    let program = shell("echo $0; echo $0 >&2").arg(SECRET);
    program.delivers_value().run();
}

#[test]
#[should_panic(expected = "is 2 times in standard output")]
fn a_value_delivered_twice_is_caught() {
    shell("echo $0 $0").arg(SECRET).delivers_value().run();
}

#[test]
#[should_panic(expected = "is 0 times in standard output")]
fn a_value_that_is_not_delivered_is_caught() {
    shell("true").delivers_value().run();
}

#[test]
fn a_value_delivered_once_is_let_through() {
    let run = shell("echo $0").arg(SECRET).delivers_value().run();
    assert_eq!(run.stdout, "SENTINEL\n");
}

#[test]
#[should_panic(expected = "got into standard error")]
fn an_escape_sequence_is_caught() {
    shell(r"printf '\033]0;title' >&2").exact_output().run();
}

#[test]
#[should_panic(expected = "got into standard output")]
fn a_c1_control_is_caught() {
    shell(r"printf '\302\233'").run();
}

#[test]
fn colours_that_were_asked_for_are_let_through() {
    shell(r"printf '\033[1;31mred\033[0m'").coloured().run();
}

#[test]
#[should_panic(expected = "got into standard output")]
fn other_escape_sequences_are_caught_beside_colours() {
    shell(r"printf '\033[1;31mred\033[2J'").coloured().run();
}

#[test]
#[should_panic(expected = "\"panicked at\" got into standard error")]
fn a_panic_is_caught() {
    shell("echo thread main panicked at src/main.rs >&2").run();
}

#[test]
#[should_panic(expected = "\"key-that-nobody-may-see\" got into the terminal")]
fn the_key_at_a_terminal_is_caught() {
    let program = shell("echo key-that-nobody-may-see; clear").secret(KEY);
    Terminal::size(80, 24).run(&program).finish();
}

#[test]
#[should_panic(expected = "got into the terminal")]
fn a_title_set_at_a_terminal_is_caught() {
    let program = shell(r"printf '\033]0;title\007'");
    Terminal::size(80, 24).run(&program).finish();
}

#[test]
#[should_panic(expected = "\"SENTINEL\" got into the terminal")]
fn a_value_at_the_terminal_is_caught_where_a_file_was_to_have_it() {
    let program = shell("echo $0; echo $0 >&2").arg(SECRET);
    let program = program.delivers_value().stdout_to_file();
    Terminal::size(80, 24).run(&program).finish();
}
