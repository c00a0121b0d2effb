//! A name that is missing is asked for where somebody can answer.
#![cfg(unix)]

use super::{assert_refused, create};
use crate::support::platform::Platform;
use crate::support::terminal::Terminal;

const MISSING: &str = "the name of the new token must be given: there is no way to ask for it here\n\
                       hint: tfy-tokens create NAME\n";

#[test]
fn off_a_terminal_a_missing_name_is_refused() {
    let platform = Platform::start();
    assert_refused(&platform, &[], MISSING);
    for program in [
        create(&platform, &[]).stdin("ci-run-81\n"),
        create(&platform, &[]).stdin_closed(),
    ] {
        assert_eq!(program.run().exits(2).stderr, format!("error: {MISSING}"));
    }
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn at_a_terminal_nothing_is_asked_where_that_is_unwanted_or_cannot_be_answered() {
    let platform = Platform::start();
    let unwanted = create(&platform, &["--no-input"]);
    let unanswered = create(&platform, &[]).stdin("ci-run-81\n");
    for program in [unwanted, unanswered] {
        let finished = Terminal::size(120, 20).run(&program.env("NO_COLOR", "1")).finish();
        assert_eq!(finished.code, 2);
        assert_eq!(finished.output.replace("\r\n", "\n"), format!("error: {MISSING}"));
    }
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn at_a_terminal_the_name_is_asked_for_until_it_is_one() {
    let platform = Platform::start();
    let program = create(&platform, &[]).stdout_to_file().delivers_value();
    let mut session = Terminal::size(160, 20).run(&program);
    session.wait_for("Name of the new token");
    session.send("CI Run").enter();
    session.wait_for("a name has 3 to 36 characters of a-z, 0-9 and `-`");
    session.send("ci-run-81").enter();
    let finished = session.finish();
    assert_eq!(finished.code, 0);
    assert_eq!(finished.stdout, platform.value_of("ci-run-81").unwrap() + "\n");
    assert!(finished.echo && finished.canonical && !finished.cursor_hidden);
    assert_eq!(platform.requests().len(), 1);
}

#[test]
fn ctrl_c_at_the_question_makes_no_token() {
    let platform = Platform::start();
    let mut session = Terminal::size(120, 20).run(&create(&platform, &[]).env("NO_COLOR", "1"));
    session.wait_for("Name of the new token");
    session.send("ci-run").ctrl_c();
    let finished = session.finish();
    assert_eq!(finished.code, 130);
    assert!(
        finished.screen.ends_with("\nerror: cancelled: no token was made"),
        "{}",
        finished.screen
    );
    assert!(finished.echo && finished.canonical && !finished.cursor_hidden);
    assert_eq!(platform.requests().len(), 0);
}
