//! The question between the new token and the deletion of the old one.

use crate::support::{CTRL_C, CTRL_D, ENTER, FakeServer, Session, Terminal, snapshot};

const QUESTION: &str = "Delete the old token? This cannot be undone and breaks whatever uses it. [y/N]";

/// Rotates `bot` up to the question.
fn asked(server: &FakeServer) -> Session {
    let program = server.program("rotate bot --color never").delivers_value();
    let session = Terminal::size(120, 24).run(&program);
    session.wait_for(QUESTION);
    session
}

#[test]
fn yes_deletes_old_token() {
    let server = FakeServer::with(&["bot"]);
    let session = asked(&server);
    assert_eq!(server.names(), "bot-2 bot");
    session.send("y").send(ENTER);
    snapshot!(session, @r#"
    exit: 0
    --- screen
    Creating token bot-2 on [SERVER]; never expires; type: opaque
    The token never expires. To limit it, pass an expiry such as --expires 90d.
    Name:     bot-2
    Expires:  never
    [VALUE]
    warning: Save this token NOW — it will not be shown again.
    Keep it in a password manager, a CI secret store or a TrueFoundry secret group, never in Git or in plain text.
    On [SERVER]:
    NAME  ID                         CREATED AT  EXPIRES AT  LAST USED
    bot   cm3k1x9qf0000000000000001  2020-01-15  Never       -
    Delete the old token? This cannot be undone and breaks whatever uses it. [y/N] y
    Deleted bot (cm3k1x9qf0000000000000001)
    If services fail after token deletion, they were using the deleted token. Create a new token and update them.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    POST /personal-access-tokens 201 {"name":"bot-2","tokenType":"opaque"}
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    "#);
    assert_eq!(server.names(), "bot-2");
}

#[test]
fn no_keeps_both_tokens() {
    for (answer, code) in [("n\r", 0), (CTRL_D, 0), (CTRL_C, 130)] {
        let server = FakeServer::with(&["bot"]);
        let session = asked(&server);
        session.send(answer);
        let finished = session.finish().exits(code);
        let note = "Kept the old token bot (cm3k1x9qf0000000000000001).";
        assert!(finished.screen.ends_with(note), "{answer:?}: {}", finished.screen);
        assert_eq!(server.names(), "bot-2 bot");
    }
}

#[test]
fn json_document_ends_after_answer() {
    let server = FakeServer::with(&["bot"]);
    let program = server.program("rotate bot -o json").delivers_value().stdout(crate::support::Output::File);
    for (answer, deleted) in [("n", false), ("y", true)] {
        let session = Terminal::size(120, 24).run(&program.clone().arg(format!("--as=new-{answer}")));
        session.wait_for(QUESTION).send(answer).send(ENTER);
        assert_eq!(session.finish().exits(0).json()["replaced"]["deleted"], deleted);
    }
}
