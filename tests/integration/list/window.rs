//! A table at a terminal fits its window.

use wiremock::ResponseTemplate;

use crate::support::{Call, FakeServer, Output, Program, Terminal, snapshot};

fn program() -> Program {
    let server = FakeServer::with(&[
        "old-laptop created=-380d expires=-15d used=-97d",
        "ci-pipeline created=-50d expires=9d used=-3h",
        "a-name-of-thirty-six-characters-long created=-20d used=-5h",
        "nightly created=-5d expires=100d",
    ]);
    server.program("list --color never")
}

#[test]
fn narrow_window_drops_columns() {
    let program = program();
    snapshot!(Terminal::size(120, 30).run(&program), @"
    exit: 0
    --- screen
    NAME                                  ID                         CREATED AT  EXPIRES AT                LAST USED
    nightly                               cm3k1x9qf0000000000000004  [  DATE  ]  [  DATE  ] (in 100 days)  -
    a-name-of-thirty-six-characters-long  cm3k1x9qf0000000000000003  [  DATE  ]  Never                     [  DATE  ]
    ci-pipeline                           cm3k1x9qf0000000000000002  [  DATE  ]  [  DATE  ] (in 9 days)    [  DATE  ]
    old-laptop                            cm3k1x9qf0000000000000001  [  DATE  ]  [  DATE  ] (expired)      [  DATE  ]
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    snapshot!(Terminal::size(80, 30).run(&program), @"
    exit: 0
    --- screen
    NAME                                  ID                         EXPIRES AT
    nightly                               cm3k1x9qf0000000000000004  [  DATE  ]
    a-name-of-thirty-six-characters-long  cm3k1x9qf0000000000000003  Never
    ci-pipeline                           cm3k1x9qf0000000000000002  in 9 days
    old-laptop                            cm3k1x9qf0000000000000001  expired
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    snapshot!(Terminal::size(40, 30).run(&program), @"
    exit: 0
    --- screen
    NAME           ID
    nightly        cm3k1x9qf0000000000000004
    a-name-of-thi  cm3k1x9qf0000000000000003
    rty-six-chara
    cters-long
    ci-pipeline    cm3k1x9qf0000000000000002
    old-laptop     cm3k1x9qf0000000000000001
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
}

#[test]
fn last_use_precedes_relative_expiry() {
    let server = FakeServer::with(&["ci-pipeline created=-50d expires=100d used=-3h", "nightly used=-5h"]);
    snapshot!(Terminal::size(80, 30).run(&server.program("list --color never")), @"
    exit: 0
    --- screen
    NAME         ID                         EXPIRES AT                LAST USED
    nightly      cm3k1x9qf0000000000000002  Never                     [  DATE  ]
    ci-pipeline  cm3k1x9qf0000000000000001  [  DATE  ] (in 100 days)  [  DATE  ]
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
}

#[test]
fn no_line_is_wider_than_window() {
    let program = program();
    for columns in [40, 41, 60, 72, 74, 75, 76, 79, 80, 83, 90, 111, 112, 113, 126, 127, 150] {
        let finished = Terminal::size(columns, 60).run(&program).finish().exits(0);
        for line in finished.output.split("\r\n") {
            assert!(line.chars().count() <= columns.into(), "{columns}: {line}");
        }
    }
}

#[test]
fn progress_is_shown_while_listing_is_slow() {
    let server = FakeServer::with(&["ci", "laptop"]);
    let delay = || server.answer_once(Call::List, ResponseTemplate::new(503).insert_header("Retry-After", "2"));
    let list = |arguments| Terminal::size(80, 20).run(&server.program("list -o id").args(arguments)).finish();
    delay();
    let finished = snapshot!(list(""), @"
    exit: 0
    --- screen
    cm3k1x9qf0000000000000002
    cm3k1x9qf0000000000000001
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 503
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    assert!(finished.output.contains("Reading tokens"), "{:?}", finished.output);

    // Neither a fast listing nor a quiet one draws anything but its result.
    let fast = list("");
    delay();
    for finished in [fast, list("--quiet")] {
        assert!(!finished.output.contains('\u{1b}'), "{:?}", finished.output);
    }
}

#[test]
fn redirected_table_ignores_window() {
    let program = program();
    let expected = program.run().exits(0).stdout;
    let finished = Terminal::size(40, 10).run(&program.stdout(Output::File)).finish();
    assert_eq!((finished.stdout, finished.screen), (expected, String::new()));
}
