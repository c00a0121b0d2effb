//! The email address must be typed again.

use super::{counts, server};
use crate::support::{ADA, CTRL_C, FakeServer, GRACE, Session, Terminal, snapshot};

const QUESTION: &str = "Type the email address again to confirm:";

/// The program at its question.
fn ask(server: &FakeServer, email: &str) -> Session {
    let session = Terminal::size(100, 24).run(&server.program("revoke-all").args(email));
    session.wait_for(QUESTION);
    session
}

#[test]
fn repeated_email_confirms() {
    let server = server();
    let session = ask(&server, GRACE);
    session.send("grace@acme.test\r");
    snapshot!(session, @r#"
    exit: 0
    --- screen
    This deletes all tokens of grace@acme.test on [SERVER].
    The server does not list the tokens of other users, so their number and names are unknown.
    This cannot be undone. Services that use them will stop working.
    Type the email address again to confirm: grace@acme.test
    Deleted all tokens of grace@acme.test
    If services fail after token deletion, they were using the deleted token. Create a new token and update them.
    --- requests
    GET /session 200
    DELETE /personal-access-tokens/revoke/all 200 {"email":"grace@acme.test"}
    "#);
    assert_eq!(counts(&server), [1, 0]);
}

#[test]
fn other_email_deletes_no_token() {
    let server = server();
    let session = ask(&server, GRACE);
    session.send("grace@acme.tes\r");
    snapshot!(session, @"
    exit: 130
    --- screen
    This deletes all tokens of grace@acme.test on [SERVER].
    The server does not list the tokens of other users, so their number and names are unknown.
    This cannot be undone. Services that use them will stop working.
    Type the email address again to confirm: grace@acme.tes
    The address does not match grace@acme.test. No tokens were deleted.
    --- requests
    GET /session 200
    ");
    assert_eq!(counts(&server), [1, 2]);
}

#[test]
fn only_same_email_confirms() {
    // Backspace is 7f.
    for (keys, code) in [
        ("grase\x7f\x7fce@acme.test\r", 0),
        (" grace@acme.test \r", 0),
        ("GRACE@ACME.TEST\r", 130),
        ("\r", 130),
        ("grace@acme.test\x04\x04", 130),
        ("grace@acme.test\x03", 130),
    ] {
        let server = server();
        let session = ask(&server, GRACE);
        session.send(keys);
        let finished = session.finish().exits(code);
        assert_eq!(finished.terminal, "", "{keys:?}");
        let left = if code == 0 { 0 } else { 2 };
        assert_eq!(counts(&server), [1, left], "{keys:?}");
    }
}

#[test]
fn own_tokens_are_shown() {
    let server = server();
    let session = ask(&server, ADA);
    session.send("no\r");
    snapshot!(session, @"
    exit: 130
    --- screen
    This deletes the only token of ada@acme.test on [SERVER].
    NAME  ID                         CREATED AT  EXPIRES AT  LAST USED
    adas  cm3k1x9qf0000000000000001  2020-01-15  Never       -
    They are your own tokens. After deletion you may need another API key.
    This cannot be undone. Services that use them will stop working.
    Type the email address again to confirm: no
    The address does not match ada@acme.test. No tokens were deleted.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
}

#[test]
fn own_email_warns_despite_quiet() {
    // Email addresses are compared without regard to case.
    for email in [ADA, "ADA@acme.test"] {
        let server = server();
        let session = Terminal::size(100, 24).run(&server.program("revoke-all -q").args(email));
        session.wait_for("They are your own tokens. After deletion you may need another API key.");
        session.wait_for(QUESTION).send(CTRL_C);
        session.finish().exits(130);
        assert_eq!(counts(&server), [1, 2]);
    }
}
