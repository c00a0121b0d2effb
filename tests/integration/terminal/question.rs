//! The question before tokens are deleted, and its answers.

use super::{LAPTOP, QUESTION, assert_kept};
use crate::support::{ENTER, FakeServer, Terminal, cases, snapshot};

#[test]
fn yes_deletes_token_shown() {
    let server = FakeServer::with(&[LAPTOP, "ci"]);
    let session = Terminal::size(100, 24).run(&server.program("delete laptop"));
    session.wait_for(QUESTION);
    assert_kept(&server);
    session.send("y\r");
    snapshot!(session, @"
    exit: 0
    --- screen
    On [SERVER]:
    NAME    ID                         CREATED AT  EXPIRES AT              LAST USED
    laptop  cm3k1x9qf0000000000000001  [  DATE  ]  [  DATE  ] (in 9 days)  [  DATE  ]
    Delete this token? This cannot be undone and breaks whatever uses it. [y/N] y
    Deleted laptop (cm3k1x9qf0000000000000001)
    If services fail after token deletion, they were using the deleted token. Create a new token and update them.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    ");
}

#[test]
fn no_keeps_token_silently() {
    let server = FakeServer::with(&[LAPTOP]);
    let session = Terminal::size(100, 24).run(&server.program("delete laptop"));
    session.wait_for(QUESTION).send("n\r");
    snapshot!(session, @"
    exit: 130
    --- screen
    On [SERVER]:
    NAME    ID                         CREATED AT  EXPIRES AT              LAST USED
    laptop  cm3k1x9qf0000000000000001  [  DATE  ]  [  DATE  ] (in 9 days)  [  DATE  ]
    Delete this token? This cannot be undone and breaks whatever uses it. [y/N] n
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    ");
}

#[test]
fn only_y_and_yes_confirm() {
    for case in cases(
        r"y           | deleted
          Y           | deleted
          yes         | deleted
          YES         | deleted
          \tyes       | deleted
          y\x20       | deleted
          # The line editing of the terminal: erase, and erase the line.
          n\x7fy      | deleted
          no\x15yes   | deleted
          n           | kept
                      | kept
          \x20        | kept
          yesterday   | kept
          ye          | kept
          y y         | kept
          yes please  | kept
          yes\x7f     | kept
          ja          | kept
          名          | kept
          \xff        | kept
          \x1b[Ay     | kept
          # The 9 of a keypad, and a terminal's report of its name.
          \x1bOy      | kept
          \x1bP>\x7ckitty\x1b\\y | kept",
    ) {
        let [typed, expected] = case.columns();
        let server = FakeServer::with(&["laptop"]);
        let session = Terminal::size(100, 24).run(&server.program("delete laptop"));
        session.wait_for(QUESTION);
        session.send_bytes(&unescape(typed)).send(ENTER);
        let (code, names) = if expected == "deleted" { (0, "") } else { (130, "laptop") };
        session.finish().exits(code);
        assert_eq!(server.names(), names, "{case:?}");
    }
}

/// Replaces `\x7f` by the byte 127, and `\t` by a tab.
fn unescape(text: &str) -> Vec<u8> {
    let mut parts = text.split(r"\x");
    let mut bytes = parts.next().unwrap().replace(r"\t", "\t").into_bytes();
    for part in parts {
        let (code, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(code, 16).unwrap());
        bytes.extend(rest.as_bytes());
    }
    bytes
}

#[test]
fn several_tokens_need_one_answer() {
    let server = FakeServer::with(&[LAPTOP, "ci", "kept"]);
    let session = Terminal::size(100, 24).run(&server.program("delete ci laptop"));
    session.wait_for("Delete 2 tokens?").send("yes\r");
    snapshot!(session, @"
    exit: 0
    --- screen
    On [SERVER]:
    NAME    ID                         CREATED AT  EXPIRES AT              LAST USED
    ci      cm3k1x9qf0000000000000002  2020-01-15  Never                   -
    laptop  cm3k1x9qf0000000000000001  [  DATE  ]  [  DATE  ] (in 9 days)  [  DATE  ]
    Delete 2 tokens? This cannot be undone and breaks whatever uses them. [y/N] yes
    Deleted ci (cm3k1x9qf0000000000000002)
    Deleted laptop (cm3k1x9qf0000000000000001)
    If services fail after token deletion, they were using the deleted token. Create a new token and update them.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000002 200
    ");
}

#[test]
fn filter_asks_before_deletion() {
    let server = FakeServer::with(&["over expires=2021-01-01T00:00:00Z", "laptop"]);
    let session = Terminal::size(100, 24).run(&server.program("delete --expired"));
    session.wait_for("2021-01-01 (expired)").wait_for(QUESTION).send(ENTER);
    session.finish().exits(130);
    assert_kept(&server);
}

#[test]
fn narrow_window_drops_columns() {
    let name = "a-name-of-thirty-six-characters-long";
    let server = FakeServer::with(&[&format!("{name} expires=9d"), "old expires=-3d used=-9d"]);
    let program = server.program("delete old").arg(name);
    let ask = |columns| {
        let session = Terminal::size(columns, 24).run(&program);
        session.wait_for("Delete 2 tokens?").send(ENTER);
        // The port of the server may change the lines that wrap.
        let screen = session.finish().exits(130).screen;
        screen.split_once("\nNAME").unwrap().1.to_owned()
    };
    insta::assert_snapshot!(ask(80), @"
                                      ID                         EXPIRES AT
    old                                   cm3k1x9qf0000000000000002  expired
    a-name-of-thirty-six-characters-long  cm3k1x9qf0000000000000001  in 9 days
    Delete 2 tokens? This cannot be undone and breaks whatever uses them. [y/N]
    ");
    insta::assert_snapshot!(ask(60), @"
                       ID                         EXPIRES AT
    old                    cm3k1x9qf0000000000000002  expired
    a-name-of-thirty-six-  cm3k1x9qf0000000000000001  in 9 days
    characters-long
    Delete 2 tokens? This cannot be undone and breaks whatever u
    ses them. [y/N]
    ");
    insta::assert_snapshot!(ask(40), @"
               ID
    old            cm3k1x9qf0000000000000002
    a-name-of-thi  cm3k1x9qf0000000000000001
    rty-six-chara
    cters-long
    Delete 2 tokens? This cannot be undone a
    nd breaks whatever uses them. [y/N]
    ");
    insta::assert_snapshot!(ask(20), @"
              ID
    old           cm3k1x
    9qf0000000000000002
    a-name-of-th  cm3k1x
    9qf0000000000000001
    irty-six-cha
    racters-long
    Delete 2 tokens? Thi
    s cannot be undone a
    nd breaks whatever u
    ses them. [y/N]
    ");
}

#[test]
fn current_token_is_named_despite_quiet() {
    let server = FakeServer::with(&["laptop"]);
    server.sign_in_with_token("mine");
    let session = Terminal::size(100, 24).run(&server.program("delete laptop mine -q"));
    session.wait_for(
        "You are authenticated with mine. After deletion you will need another API key.\n\
         Delete 2 tokens?",
    );
    session.send("y\r");
    session.finish().exits(0);
    assert_eq!(server.names(), "");
}

#[test]
fn yes_and_dry_run_skip_question() {
    let server = FakeServer::with(&["laptop"]);
    let run = |arguments| Terminal::size(100, 24).run(&server.program(arguments)).finish();
    let finished = run("delete laptop --dry-run").exits(0);
    assert_eq!(finished.screen, "Would delete laptop (cm3k1x9qf0000000000000001)");
    let finished = run("delete laptop --yes -q").exits(0);
    assert_eq!(finished.screen, "Deleted laptop (cm3k1x9qf0000000000000001)");
}

#[test]
fn unknown_token_is_not_asked_about() {
    let server = FakeServer::with(&["laptop"]);
    let finished = Terminal::size(100, 24).run(&server.program("delete laptop gone")).finish().exits(4);
    assert!(!finished.screen.contains("[y/N]"), "{}", finished.screen);
    assert_kept(&server);
}
