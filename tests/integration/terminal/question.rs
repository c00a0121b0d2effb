//! The question before tokens are deleted, and its answers.

use super::{LAPTOP, QUESTION, assert_kept};
use crate::support::{ENTER, FakeServer, Terminal, snapshot};

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
fn only_y_and_yes_confirm() {
    for (typed, is_yes) in [
        (&b"Y"[..], true),
        (b"\tYes ", true),
        // The line editing of the terminal: erase, and erase the line.
        (b"n\x7fy", true),
        (b"no\x15yes", true),
        (b"", false),
        (b"n", false),
        (b"yesterday", false),
        (b"y y", false),
        (b"yes\x7f", false),
        (b"\xff", false),
        // An arrow key, the 9 of a keypad, and a terminal's report of its name.
        (b"\x1b[Ay", false),
        (b"\x1bOy", false),
        (b"\x1bP>|kitty\x1b\\y", false),
    ] {
        let server = FakeServer::with(&["laptop"]);
        let session = Terminal::size(100, 24).run(&server.program("delete laptop"));
        session.wait_for(QUESTION);
        session.send(typed).send(ENTER);
        let (code, names) = if is_yes { (0, "") } else { (130, "laptop") };
        session.finish().exits(code);
        assert_eq!(server.names(), names, "{typed:?}");
    }
}

#[test]
fn many_tokens_are_confirmed_by_number() {
    let server = FakeServer::start();
    server.add_many(9);
    for seed in ["busy used=-1h", "quiet used=-40d", "odd used=sometime"] {
        server.add(seed);
    }
    let delete = || {
        let session = Terminal::size(100, 40).run(&server.program("delete --active"));
        session.wait_for("Type 12 to confirm:");
        session
    };
    for answer in ["y", "yes", "", "11", "12 tokens"] {
        let session = delete();
        session.send(answer).send(ENTER);
        session.finish().exits(130);
    }
    let session = delete();
    session.send("12").send(ENTER).wait_for("If services fail");
    snapshot!(session, @"
    exit: 0
    --- screen
    On [SERVER]:
    NAME        ID                         CREATED AT  EXPIRES AT  LAST USED
    busy        cm3k1x9qf0000000000000010  2020-01-15  Never       [  DATE  ]
    quiet       cm3k1x9qf0000000000000011  2020-01-15  Never       [  DATE  ]
    odd         cm3k1x9qf0000000000000012  2020-01-15  Never       -
    token-0009  cm3k1x9qf0000000000000009  2020-01-15  Never       -
    token-0008  cm3k1x9qf0000000000000008  2020-01-15  Never       -
    token-0007  cm3k1x9qf0000000000000007  2020-01-15  Never       -
    token-0006  cm3k1x9qf0000000000000006  2020-01-15  Never       -
    token-0005  cm3k1x9qf0000000000000005  2020-01-15  Never       -
    token-0004  cm3k1x9qf0000000000000004  2020-01-15  Never       -
    token-0003  cm3k1x9qf0000000000000003  2020-01-15  Never       -
    and 2 more. 1 of 12 were used in the last 30 days; the last use of 1 is unknown.
    Delete 12 tokens? This cannot be undone and breaks whatever uses them. Type 12 to confirm: 12
    Deleted odd (cm3k1x9qf0000000000000012)
    Deleted quiet (cm3k1x9qf0000000000000011)
    Deleted busy (cm3k1x9qf0000000000000010)
    Deleted token-0009 (cm3k1x9qf0000000000000009)
    Deleted token-0008 (cm3k1x9qf0000000000000008)
    Deleted token-0007 (cm3k1x9qf0000000000000007)
    Deleted token-0006 (cm3k1x9qf0000000000000006)
    Deleted token-0005 (cm3k1x9qf0000000000000005)
    Deleted token-0004 (cm3k1x9qf0000000000000004)
    Deleted token-0003 (cm3k1x9qf0000000000000003)
    Deleted token-0002 (cm3k1x9qf0000000000000002)
    Deleted token-0001 (cm3k1x9qf0000000000000001)
    If services fail after token deletion, they were using the deleted token. Create a new token and update them.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /session 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000001 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000002 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000003 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000004 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000005 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000006 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000007 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000008 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000009 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000010 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000011 200
    DELETE /personal-access-tokens/cm3k1x9qf0000000000000012 200
    ");
    assert_eq!(server.names(), "");
}

#[test]
fn variables_turn_prompts_off() {
    let server = FakeServer::with(&["ci"]);
    for (variable, reason) in [
        ("CI=true", "prompts are off because CI is set"),
        ("CI=1", "prompts are off because CI is set"),
        ("CI=0 TFY_NO_INPUT=yes", "prompts are off because TFY_NO_INPUT is set"),
    ] {
        for (arguments, message) in [
            ("delete ci", "deleting tokens requires --yes"),
            ("delete", "at least one TOKEN is required"),
            ("create", "the NAME argument is required"),
            ("rotate ci", "deleting the old token requires --yes"),
            ("revoke-all ada@acme.test", "deleting all tokens of a user requires --yes"),
        ] {
            let program = server.program(arguments).envs(variable).env("NO_COLOR", "1");
            let screen = Terminal::size(100, 24).run(&program).finish().exits(2).screen;
            let expected = format!("error: {message} when not running interactively\n  {reason}");
            assert!(screen.starts_with(&expected), "{arguments}: {screen}");
        }
    }
    assert!(server.requests().is_empty());
    for variable in ["CI=", "CI=false TFY_NO_INPUT=0"] {
        let session = Terminal::size(100, 24).run(&server.program("delete ci").envs(variable));
        session.wait_for(QUESTION).send("n\r");
        session.finish().exits(130);
    }
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
    insta::assert_snapshot!(ask(60), @"
                       ID                         EXPIRES AT
    old                    cm3k1x9qf0000000000000002  expired
    a-name-of-thirty-six-  cm3k1x9qf0000000000000001  in 9 days
    characters-long
    Delete 2 tokens? This cannot be undone and breaks whatever u
    ses them. [y/N]
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
    let warning = "You are authenticated with mine. After deletion you will need another API key.\n";
    session.wait_for(&format!("{warning}Delete 2 tokens?")).send("y\r");
    session.finish().exits(0);
    assert_eq!(server.names(), "");
}
