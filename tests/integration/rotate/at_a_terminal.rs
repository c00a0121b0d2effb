//! The question between the new token and the end of the old one.

use super::{add, calls, left, rotate};
use crate::support::platform::{Call, Platform};
use crate::support::terminal::Terminal;

#[test]
fn the_value_is_shown_before_the_question_and_a_yes_deletes_the_old_token() {
    let platform = Platform::start();
    let [bot] = add(&platform, ["bot"]);
    let program = rotate(&platform).arg("bot").delivers_value();
    let mut session = Terminal::size(100, 24).run(&program);
    session.wait_for("Delete the old token? [y/N]");
    let value = platform.value_of("bot-2").unwrap();
    let shown = format!(
        "Creating the token bot-2, which never expires\nName:     bot-2\nExpires:  never\nToken:    {value}\n\
         warning: Save the value now: it cannot be shown again.\nNAME  ID"
    );
    assert!(session.screen().starts_with(&shown), "{}", session.screen());
    assert_eq!(calls(&platform), [Call::Create]);
    session.send("y");
    let finished = session.finish();
    assert_eq!(finished.code, 0);
    let end = format!(
        "Delete the old token? [y/N] yes\nDeleted bot ({bot})\n\
         If services fail now, they were using this token: create a new one and update them."
    );
    assert!(finished.screen.ends_with(&end), "{}", finished.screen);
    assert_eq!(left(&platform), ["bot-2"]);
}

#[test]
fn a_no_keeps_the_old_token_beside_the_new_one() {
    for answer in ["n", "\r", "\x1b", "\x03", "\x04"] {
        let platform = Platform::start();
        add(&platform, ["bot"]);
        let program = rotate(&platform).arg("bot").delivers_value();
        let mut session = Terminal::size(100, 24).run(&program);
        session.wait_for("Delete the old token? [y/N]");
        session.send(answer);
        let finished = session.finish();
        assert_eq!(finished.code, 130, "{answer:?}");
        let end = "[y/N] no\nerror: cancelled: the old token was kept beside the new one";
        assert!(finished.screen.ends_with(end), "{answer:?}: {}", finished.screen);
        assert_eq!(calls(&platform), [Call::Create]);
        assert_eq!(left(&platform), ["bot-2", "bot"]);
    }
}

#[test]
fn redirected_output_has_the_value_alone_while_the_terminal_is_asked() {
    let platform = Platform::start();
    add(&platform, ["bot"]);
    let program = rotate(&platform).arg("bot").stdout_to_file().delivers_value();
    let mut session = Terminal::size(100, 24).run(&program);
    session.wait_for("Delete the old token? [y/N]");
    session.send("y");
    let finished = session.finish();
    let value = platform.value_of("bot-2").unwrap();
    assert_eq!((finished.code, finished.stdout), (0, format!("{value}\n")));
    assert_eq!(left(&platform), ["bot-2"]);
}

#[test]
fn a_refused_creation_asks_nothing() {
    let platform = Platform::start();
    add(&platform, ["bot"]);
    platform.answer_once(Call::Create, wiremock::ResponseTemplate::new(403));
    let finished = Terminal::size(100, 24).run(&rotate(&platform).arg("bot")).finish();
    assert_eq!(finished.code, 3);
    assert!(!finished.screen.contains("[y/N]"), "{}", finished.screen);
    assert_eq!(left(&platform), ["bot"]);
}
