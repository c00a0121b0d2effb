//! A table at a terminal fits its window.

use serde_json::json;
use wiremock::ResponseTemplate;

use crate::support::{Call, FakeServer, Output, Terminal, snapshot};

fn account() -> FakeServer {
    FakeServer::with(&[
        "old-laptop created=-380d expires=-15d used=-97d",
        "ci-pipeline created=-50d expires=9d used=-3h",
        "a-name-of-thirty-six-characters-long created=-20d used=-5h",
        "nightly created=-5d expires=100d",
    ])
}

#[test]
fn wide_window_shows_all_columns() {
    let program = account().program("list --color never");
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
}

#[test]
fn narrow_window_drops_columns() {
    let program = account().program("list --color never");
    snapshot!(Terminal::size(112, 30).run(&program), @"
    exit: 0
    --- screen
    NAME                                  ID                         EXPIRES AT                LAST USED
    nightly                               cm3k1x9qf0000000000000004  [  DATE  ] (in 100 days)  -
    a-name-of-thirty-six-characters-long  cm3k1x9qf0000000000000003  Never                     [  DATE  ]
    ci-pipeline                           cm3k1x9qf0000000000000002  [  DATE  ] (in 9 days)    [  DATE  ]
    old-laptop                            cm3k1x9qf0000000000000001  [  DATE  ] (expired)      [  DATE  ]
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
}

#[test]
fn very_narrow_window_wraps_names() {
    let program = account().program("list --color never");
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
fn wide_id_is_never_cut() {
    let server = FakeServer::start();
    let id = "x".repeat(100);
    server.add_raw(json!({"id": id, "name": "ci"}));
    let finished = Terminal::size(120, 30).run(&server.program("list")).finish().exits(0);
    assert!(finished.screen.contains(&id), "{}", finished.screen);
}

#[test]
fn no_line_is_wider_than_window() {
    let program = account().program("list --color never");
    for columns in [40, 41, 60, 72, 74, 75, 76, 79, 80, 83, 90, 111, 112, 113, 126, 127, 150] {
        let finished = Terminal::size(columns, 60).run(&program).finish().exits(0);
        for line in finished.output.split("\r\n") {
            assert!(line.chars().count() <= columns.into(), "{columns}: {line}");
        }
    }
}

#[test]
fn fast_listing_draws_only_table() {
    let server = FakeServer::with(&["ci-pipeline"]);
    let finished = snapshot!(Terminal::size(80, 10).run(&server.program("list")), @"
    exit: 0
    --- screen
    NAME         ID                         CREATED AT  EXPIRES AT  LAST USED
    ci-pipeline  cm3k1x9qf0000000000000001  2020-01-15  Never       -
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    assert!(!finished.output.contains('\u{1b}'), "{:?}", finished.output);
}

#[test]
fn slow_listing_shows_and_removes_progress() {
    let server = FakeServer::with(&["ci", "laptop"]);
    let busy = || ResponseTemplate::new(503).insert_header("Retry-After", "2");
    server.answer_once(Call::List, busy());
    let finished = snapshot!(Terminal::size(120, 20).run(&server.program("list -o id")), @"
    exit: 0
    --- screen
    cm3k1x9qf0000000000000002
    cm3k1x9qf0000000000000001
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 503
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    assert!(finished.output.contains("Reading tokens"), "{:?}", finished.output);

    server.answer_once(Call::List, busy());
    let finished = Terminal::size(120, 20).run(&server.program("list -o id -q")).finish();
    assert!(!finished.output.contains('\u{1b}'), "{:?}", finished.output);
}

#[test]
fn redirected_table_ignores_window() {
    let program = account().program("list");
    let expected = program.run().exits(0).stdout;
    let finished = Terminal::size(40, 10).run(&program.stdout(Output::File)).finish();
    assert_eq!((finished.stdout.as_str(), finished.screen.as_str()), (expected.as_str(), ""));
}
