//! Each way to leave a question or the picker keeps the tokens and restores the terminal.

use rustix::process::Signal;

use super::{PICKER, QUESTION, assert_kept};
use crate::support::{CTRL_C, FakeServer, Run, Session, Terminal, cases, snapshot};

/// Opens a question about a token, or the picker with a token selected, and leaves it.
#[track_caller]
fn leave(place: &str, leave: impl FnOnce(Session) -> Run) -> Run {
    let server = FakeServer::with(&["laptop", "ci"]);
    let is_question = place == "question";
    let session = Terminal::size(100, 24).run(&server.program(if is_question { "delete ci" } else { "delete" }));
    if is_question {
        session.wait_for(QUESTION);
    } else {
        session.wait_for(PICKER).send(" ").wait_for("> [x] ci");
    }
    let finished = leave(session);
    assert_kept(&server);
    finished
}

#[test]
fn ctrl_c_ends_question_silently() {
    let server = FakeServer::with(&["ci"]);
    let session = Terminal::size(100, 24).run(&server.program("delete ci"));
    session.wait_for(QUESTION).send(CTRL_C);
    snapshot!(session, @"
    exit: killed by SIGINT
    --- screen
    On [SERVER]:
    NAME  ID                         CREATED AT  EXPIRES AT  LAST USED
    ci    cm3k1x9qf0000000000000001  2020-01-15  Never       -
    Delete this token? This cannot be undone and breaks whatever uses it. [y/N] ^C
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
}

#[test]
fn cancel_keys_keep_tokens() {
    // Ctrl-C is 3, Ctrl-D 4 and Ctrl-\ 28. Ctrl-D in a line sends its beginning, so that two end the input.
    for case in cases(
        "question | y 3       | killed by SIGINT
         question | 28        | killed by SIGQUIT
         question | 4         | 130
         question | y e s 4 4 | 130
         picker   | 3         | killed by SIGINT
         picker   | 27        | 130
         picker   | q         | 130",
    ) {
        let [place, keys, exit] = case.columns();
        let keys = keys.split(' ').map(|key| key.parse().unwrap_or(key.as_bytes()[0]));
        let finished = leave(place, |session| {
            session.send(keys.collect::<Vec<u8>>());
            session.finish()
        });
        assert_eq!(finished.exit, exit, "{case:?}: {}", finished.snapshot());
        assert_eq!(finished.terminal, "", "{case:?}");
    }
}

#[test]
fn signal_restores_terminal() {
    // Two of the inputs are incomplete: a line without its end, and the first of four bytes of a character.
    for (place, keys, signal, exit) in [
        ("question", &b""[..], Signal::HUP, "killed by SIGHUP"),
        ("question", b"y", Signal::TERM, "killed by SIGTERM"),
        ("picker", b"", Signal::QUIT, "killed by SIGQUIT"),
        ("picker", b"\xf0", Signal::TERM, "killed by SIGTERM"),
    ] {
        let finished = leave(place, |session| {
            session.send(keys);
            session.signal(signal);
            session.finish()
        });
        assert_eq!(finished.exit, exit, "{place}");
        assert_eq!(finished.terminal, "", "{place} {signal:?}");
    }
}

#[test]
fn closed_window_keeps_tokens() {
    for place in ["question", "picker"] {
        let code = leave(place, Session::hang_up).code();
        // The end of the input may be noticed before the signal.
        assert!([129, 130].contains(&code), "{place}: {code}");
        leave(place, Session::vanish).exits(130);
    }
}
