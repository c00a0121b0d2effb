//! Keys that were typed before a question do not answer it, and keys after the answer do not reach the shell.

use std::sync::mpsc;
use std::time::Duration;

use super::{PICKER, QUESTION, assert_kept, shell};
use crate::support::{Call, ENTER, ESCAPE, FakeServer, Session, Terminal};

#[test]
fn input_before_question_is_discarded() {
    for typed in ["y", "yes\ry\r"] {
        let server = FakeServer::with(&["laptop"]);
        let session = typed_while_listing(&server, "delete laptop", typed);
        session.wait_for(QUESTION).send(ENTER);
        session.finish().exits(130);
        assert_kept(&server);
    }
}

#[test]
fn input_before_picker_is_discarded() {
    let server = FakeServer::with(&["laptop"]);
    let session = typed_while_listing(&server, "delete --dry-run", "x \r\r");
    // Without a selected token, Enter does not leave the picker.
    session.wait_for(PICKER).send(ENTER);
    session.wait_for("No token selected.").send(ESCAPE);
    session.finish().exits(130);
}

/// Starts a program and types while it waits for the list of tokens.
fn typed_while_listing(server: &FakeServer, arguments: &str, typed: &str) -> Session {
    let (arrived, is_listing) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    server.before_each(move |_, request, _| {
        if request.call == Call::List {
            arrived.send(()).ok();
            released.recv().ok();
        }
    });
    let session = Terminal::size(100, 24).run(&server.program(arguments));
    is_listing.recv_timeout(Duration::from_secs(20)).unwrap();
    session.send(typed);
    // The terminal echoes the keys that it has received.
    session.wait_for(typed.split([' ', '\r']).next().unwrap());
    release.send(()).unwrap();
    session
}

#[test]
fn answer_pasted_into_picker_is_discarded() {
    let server = FakeServer::with(&["laptop"]);
    let session = Terminal::size(100, 24).run(&server.program("delete"));
    session.wait_for(PICKER).send(" \ry\r");
    session.wait_for(QUESTION).send(ENTER);
    session.finish().exits(130);
    assert_kept(&server);
}

/// Deletes a token and then reads lines until one is `end`, as a shell would.
const SCRIPT: &str = r#""$0" delete laptop; echo "exit: $?"
    while read -r line && [ "$line" != end ]; do echo "shell: $line"; done"#;

#[test]
fn rest_of_input_does_not_reach_shell() {
    for (typed, names) in [("y\recho a\rb\rc", ""), ("n\recho a\rb\rc", "laptop")] {
        let server = FakeServer::with(&["laptop"]);
        let session = Terminal::size(100, 24).run(&shell(&server, SCRIPT));
        session.wait_for(QUESTION).send(typed);
        session.wait_for("exit: ").send("end\r");
        let finished = session.finish();
        assert!(!finished.screen.contains("shell:"), "{}", finished.screen);
        assert_eq!(server.names(), names);
    }
}
