//! Each way to leave a question or the picker keeps the tokens and restores the terminal.

use rustix::process::Signal;

use super::{PICKER, QUESTION, assert_kept};
use crate::support::{CTRL_C, ESCAPE, FakeServer, Session, Terminal, TerminalState, cases, snapshot};

/// A question about a token, or the picker with a token selected.
fn open(place: &str, server: &FakeServer) -> Session {
    if place == "question" {
        let session = Terminal::size(100, 24).run(&server.program("delete ci"));
        session.wait_for(QUESTION);
        session
    } else {
        let session = Terminal::size(100, 24).run(&server.program("delete"));
        session.wait_for(PICKER).send(" ").wait_for("> [x] ci");
        session
    }
}

#[test]
fn ctrl_c_ends_question_silently() {
    let server = FakeServer::with(&["laptop", "ci"]);
    let session = open("question", &server);
    session.send(CTRL_C);
    snapshot!(session, @"
    exit: killed by SIGINT
    --- screen
    On [SERVER]:
    NAME  ID                         CREATED AT  EXPIRES AT  LAST USED
    ci    cm3k1x9qf0000000000000002  2020-01-15  Never       -
    Delete this token? This cannot be undone and breaks whatever uses it. [y/N] ^C
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
}

#[test]
fn esc_ends_picker_silently() {
    let server = FakeServer::with(&["laptop", "ci"]);
    let session = open("picker", &server);
    session.send(ESCAPE);
    snapshot!(session, @"
    exit: 130
    --- screen
    Which tokens do you want to delete? Space selects, Enter confirms, Esc cancels.
          NAME    ID                         CREATED AT  EXPIRES AT  LAST USED
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
}

#[test]
fn cancel_keys_keep_tokens() {
    // Ctrl-C is 3, Ctrl-D 4 and Ctrl-\ 28. Ctrl-D in a line sends its beginning, so that two end the input.
    for case in cases(
        "question | 3             | killed by SIGINT
         question | y 3           | killed by SIGINT
         question | 28            | killed by SIGQUIT
         question | 4             | 130
         question | y e s 4 4     | 130
         picker   | 3             | killed by SIGINT
         picker   | 27            | 130
         picker   | q             | 130",
    ) {
        let [place, keys, exit] = case.columns();
        let server = FakeServer::with(&["laptop", "ci"]);
        let session = open(place, &server);
        let keys = keys.split(' ').map(|key| key.parse().unwrap_or(key.as_bytes()[0]));
        session.send_bytes(&keys.collect::<Vec<u8>>());
        let finished = session.finish();
        assert_eq!(finished.exit.to_string(), exit, "{case:?}: {}", finished.snapshot());
        assert_eq!(finished.terminal, TerminalState::default(), "{case:?}");
        assert_kept(&server);
    }
}

#[test]
fn signal_restores_terminal() {
    for place in ["question", "picker"] {
        for signal in [Signal::TERM, Signal::HUP, Signal::QUIT] {
            let server = FakeServer::with(&["laptop", "ci"]);
            let session = open(place, &server);
            session.signal(signal);
            let finished = session.finish().exits(128 + signal.as_raw());
            assert!(finished.exit.to_string().starts_with("killed by"), "{place} {signal:?}");
            assert_eq!(finished.terminal, TerminalState::default(), "{place} {signal:?}");
            assert_kept(&server);
        }
    }
}

#[test]
fn signal_ends_incomplete_input() {
    // A line without its end, and the first of four bytes of a character.
    for (place, keys) in [("question", b"y"), ("picker", b"\xf0")] {
        let server = FakeServer::with(&["laptop", "ci"]);
        let session = open(place, &server);
        session.send_bytes(keys);
        session.signal(Signal::TERM);
        let finished = session.finish().exits(143);
        assert_eq!(finished.terminal, TerminalState::default(), "{place} {keys:?}");
        assert_kept(&server);
    }
}

#[test]
fn closed_window_keeps_tokens() {
    for place in ["question", "picker"] {
        let server = FakeServer::with(&["laptop", "ci"]);
        let code = open(place, &server).hang_up().code();
        // The end of the input may be noticed before the signal.
        assert!([129, 130].contains(&code), "{place}: {code}");
        assert_kept(&server);
    }
}

#[test]
fn vanished_terminal_keeps_tokens() {
    for place in ["question", "picker"] {
        let server = FakeServer::with(&["laptop", "ci"]);
        assert_eq!(open(place, &server).vanish().code(), 130, "{place}");
        assert_kept(&server);
    }
}
