//! The address has to be typed again.

use std::sync::mpsc;
use std::time::Duration;

use super::{changes, counts, platform, revoke_all};
use crate::support::platform::{ADA, Call, GRACE, Platform};
use crate::support::terminal::{Finished, Session, Terminal};

const QUESTION: &str = "Type the e-mail address again: ";

/// The program at the question.
fn asked(platform: &Platform, email: &str) -> Session {
    let session = Terminal::size(80, 24).run(&revoke_all(platform).arg(email));
    session.wait_for(QUESTION.trim_end());
    session
}

/// The program's end after these keys.
fn typed(platform: &Platform, keys: &str) -> Finished {
    let mut session = asked(platform, GRACE);
    session.send(keys);
    let finished = session.finish();
    assert!(
        finished.echo && finished.canonical && !finished.cursor_hidden,
        "{keys:?}"
    );
    finished
}

#[test]
fn the_address_typed_again_deletes() {
    let platform = platform();
    let finished = typed(&platform, &format!("{GRACE}\r"));
    let expected = format!(
        "This deletes every token of {GRACE} on {}.\n\
         This cannot be undone, and breaks whatever uses them.\n\
         {QUESTION}{GRACE}\nDeleted every token of {GRACE}\n\
         If services fail now, they were using one of these tokens: create new ones and u\npdate them.",
        platform.url()
    );
    assert_eq!((finished.code, finished.screen), (0, expected));
    assert_eq!(counts(&platform), [1, 0]);
}

#[test]
fn a_mistake_is_mended() {
    let keys = [
        "grase\x7f\x7fce@acme.test\r".to_owned(),
        format!("ada@acme\x15{GRACE}\r"),
        format!("é名\x7f\x7f\x7f{GRACE}\x1b[D\x1b[A\x01\r"),
    ];
    for keys in keys {
        let platform = platform();
        let finished = typed(&platform, &keys);
        assert_eq!(finished.code, 0, "{keys:?}");
        let line = format!("\n{QUESTION}{GRACE}\n");
        assert!(finished.screen.contains(&line), "{keys:?}: {}", finished.screen);
        assert_eq!(counts(&platform), [1, 0], "{keys:?}");
    }
}

#[test]
fn any_other_answer_deletes_nothing() {
    for keys in [
        "grace@acme.tes\r",
        "ada@acme.test\r",
        "GRACE@ACME.TEST\r",
        "y\r",
        "\r",
        "\x1b",
        "\x03",
        "\x04",
        "grace@acme.test\x1b",
        "grace@acme.test\x03",
        "grace@acme.test\x04",
    ] {
        let platform = platform();
        let finished = typed(&platform, keys);
        assert_eq!(finished.code, 130, "{keys:?}: {}", finished.screen);
        let last = finished.screen.lines().last();
        assert_eq!(last, Some("error: cancelled: nothing was deleted"), "{keys:?}");
        assert_eq!(changes(&platform), [""; 0]);
        assert_eq!(counts(&platform), [1, 2]);
    }
}

#[test]
fn an_address_typed_before_the_question_is_no_answer() {
    let platform = platform();
    let (reached, at_session) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    platform.before_each(move |_, seen, _| {
        if seen.call == Call::Session {
            reached.send(()).ok();
            released.recv().ok();
        }
    });
    let mut session = Terminal::size(80, 24).run(&revoke_all(&platform).arg(GRACE));
    at_session.recv_timeout(Duration::from_secs(20)).unwrap();
    session.send(&format!("{GRACE}\r"));
    session.wait_for(GRACE);
    release.send(()).unwrap();
    session.wait_for(QUESTION.trim_end());
    session.enter();
    assert_eq!(session.finish().code, 130);
    assert_eq!(changes(&platform), [""; 0]);
    assert_eq!(counts(&platform), [1, 2]);
}

#[test]
fn deleting_ones_own_is_said_also_where_notes_are_not_and_in_whichever_case_the_address_is_typed() {
    for address in [ADA, "ADA@acme.test"] {
        let platform = platform();
        let session = Terminal::size(80, 24).run(&revoke_all(&platform).args([address, "-q"]));
        session.wait_for("They are your own; this client may not be able to sign in afterwards.");
        session.wait_for(QUESTION.trim_end());
        session.terminate();
        assert_eq!(session.finish().code, 130);
        assert_eq!(changes(&platform), [""; 0]);
    }
}

#[test]
fn a_line_longer_than_the_window_is_mended_too() {
    let platform = platform();
    let mut session = Terminal::size(20, 30).run(&revoke_all(&platform).arg(GRACE));
    session.wait_for(QUESTION.trim_end());
    session.send("grace@acme.text\x7f\x7ft");
    session.send("\x7fst\r");
    let finished = session.finish();
    assert_eq!(finished.code, 0, "{}", finished.screen);
    assert_eq!(counts(&platform), [1, 0]);
}
