//! A terminal is a terminal, and what is left of it is seen.

use crate::support::program::Program;
use crate::support::terminal::Terminal;

fn shell(script: &str) -> Program {
    Program::other("/bin/sh").args(["-c", script])
}

#[test]
fn all_three_streams_are_a_terminal_of_the_size_asked_for() {
    let program = shell("[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && stty size && echo $TERM$SHELL");
    let finished = Terminal::size(91, 33).run(&program).finish();
    assert_eq!(finished.code, 0);
    assert_eq!(finished.screen, "33 91\nxterm-256color");
    assert!(finished.echo && finished.canonical);
    assert!(!finished.cursor_hidden && !finished.alternate_screen);
}

#[test]
fn a_terminal_left_in_disorder_is_seen() {
    let program = shell(r"stty -echo -icanon; printf '\033[?25l\033[?1049h'");
    let finished = Terminal::size(80, 24).run(&program).finish();
    assert!(!finished.echo && !finished.canonical);
    assert!(finished.cursor_hidden && finished.alternate_screen);
}

#[test]
fn what_is_typed_arrives_and_the_screen_is_waited_for() {
    let program = shell("echo 'sure?'; read answer; echo \"you said $answer\"");
    let mut session = Terminal::size(80, 24).run(&program);
    session.wait_for("sure?");
    session.send("yes").enter();
    session.wait_for("you said yes");
    let finished = session.finish();
    assert_eq!(finished.screen, "sure?\nyes\nyou said yes");
    assert_eq!(finished.output, "sure?\r\nyes\r\nyou said yes\r\n");
}

#[test]
fn text_wrapped_by_the_window_is_found() {
    let session = Terminal::size(10, 5).run(&shell("echo twelve letters"));
    session.wait_for("twelve letters");
    assert_eq!(session.finish().screen, "twelve let\nters");
}

#[test]
#[should_panic(expected = "\"never said\" is not shown:\nsomething else")]
fn a_text_that_never_comes_is_a_failure_that_shows_the_screen() {
    let session = Terminal::size(80, 24).run(&shell("echo something else"));
    session.wait_for("never said");
}

#[test]
fn ctrl_c_and_ctrl_d_do_what_they_do() {
    let mut session = Terminal::size(80, 24).run(&shell("echo ready; exec cat"));
    session.wait_for("ready");
    session.ctrl_c();
    assert_eq!(session.finish().code, 128 + 2);

    let mut session = Terminal::size(80, 24).run(&shell("echo ready; cat; exit 5"));
    session.wait_for("ready");
    session.end_of_input();
    assert_eq!(session.finish().code, 5);
}

#[test]
fn a_signal_ends_the_program() {
    let session = Terminal::size(80, 24).run(&shell("echo ready; exec cat"));
    session.wait_for("ready");
    session.terminate();
    assert_eq!(session.finish().code, 128 + 15);
}

#[test]
fn a_window_that_is_closed_hangs_up() {
    let program = shell("trap 'exit 7' HUP; echo ready; read line; exit 1");
    let session = Terminal::size(80, 24).run(&program);
    session.wait_for("ready");
    assert_eq!(session.hang_up(), 7);
}

#[test]
fn a_terminal_that_vanishes_ends_the_input_and_types_nothing() {
    let program = shell("echo ready; read line || exit 8; exit 1");
    let session = Terminal::size(80, 24).run(&program);
    session.wait_for("ready");
    assert_eq!(session.vanish(), 8);
}

#[test]
fn a_window_changes_its_size() {
    let mut session = Terminal::size(80, 24).run(&shell("echo ready; read line; stty size"));
    session.wait_for("ready");
    session.resize(40, 12);
    session.enter();
    assert_eq!(session.finish().screen, "ready\n\n12 40");
}

#[test]
fn streams_are_taken_off_the_terminal() {
    let program = shell("[ -t 0 ] && [ -t 2 ] && echo value && echo note >&2").stdout_to_file();
    let finished = Terminal::size(80, 24).run(&program).finish();
    assert_eq!(
        (finished.stdout.as_str(), finished.screen.as_str()),
        ("value\n", "note")
    );

    let of_pipe = shell("[ -p /dev/stdin ] && cat && [ -t 1 ] && [ -t 2 ]").stdin("y");
    let of_file = shell("[ -f /dev/stdin ] && cat && [ -t 1 ] && [ -t 2 ]").stdin_file("y");
    for program in [of_pipe, of_file] {
        let finished = Terminal::size(80, 24).run(&program).finish();
        assert_eq!((finished.code, finished.screen.as_str()), (0, "y"));
    }
}

#[test]
#[should_panic(expected = "a session was not finished")]
fn a_session_left_open_is_caught() {
    drop(Terminal::size(80, 24).run(&shell("exec cat")));
}
