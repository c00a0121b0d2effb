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
fn wide_window_shows_distances() {
    let program = account().program("list --color never");
    snapshot!(Terminal::size(141, 30).run(&program), @"
    exit: 0
    --- screen
    NAME                                  ID                         CREATED AT                EXPIRES AT                LAST USED
    nightly                               cm3k1x9qf0000000000000004  [  DATE  ] (5 days ago)   [  DATE  ] (in 100 days)  -
    a-name-of-thirty-six-characters-long  cm3k1x9qf0000000000000003  [  DATE  ] (20 days ago)  Never                     [  DATE  ] (5 hours ago)
    ci-pipeline                           cm3k1x9qf0000000000000002  [  DATE  ] (50 days ago)  [  DATE  ] (in 9 days)    [  DATE  ] (3 hours ago)
    old-laptop                            cm3k1x9qf0000000000000001  [  DATE  ] (1 year ago)   [  DATE  ] (expired)      [  DATE  ] (97 days ago)
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    snapshot!(Terminal::size(130, 30).run(&program), @"
    exit: 0
    --- screen
    NAME                                  ID                         CREATED AT  EXPIRES AT                LAST USED
    nightly                               cm3k1x9qf0000000000000004  [  DATE  ]  [  DATE  ] (in 100 days)  -
    a-name-of-thirty-six-characters-long  cm3k1x9qf0000000000000003  [  DATE  ]  Never                     [  DATE  ] (5 hours ago)
    ci-pipeline                           cm3k1x9qf0000000000000002  [  DATE  ]  [  DATE  ] (in 9 days)    [  DATE  ] (3 hours ago)
    old-laptop                            cm3k1x9qf0000000000000001  [  DATE  ]  [  DATE  ] (expired)      [  DATE  ] (97 days ago)
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
}

#[test]
fn narrow_window_cuts_names() {
    let program = account().program("list --color never");
    snapshot!(Terminal::size(112, 30).run(&program), @"
    exit: 0
    --- screen
    NAME                                  ID                         CREATED AT  EXPIRES AT              LAST USED
    nightly                               cm3k1x9qf0000000000000004  [  DATE  ]  [  DATE  ]              -
    a-name-of-thirty-six-characters-long  cm3k1x9qf0000000000000003  [  DATE  ]  Never                   [  DATE  ]
    ci-pipeline                           cm3k1x9qf0000000000000002  [  DATE  ]  [  DATE  ] (in 9 days)  [  DATE  ]
    old-laptop                            cm3k1x9qf0000000000000001  [  DATE  ]  [  DATE  ] (expired)    [  DATE  ]
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    snapshot!(Terminal::size(90, 30).run(&program), @"
    exit: 0
    --- screen
    NAME             ID                         CREATED AT  EXPIRES AT              LAST USED
    nightly          cm3k1x9qf0000000000000004  [  DATE  ]  [  DATE  ]              -
    a-name-of-thir…  cm3k1x9qf0000000000000003  [  DATE  ]  Never                   [  DATE  ]
    ci-pipeline      cm3k1x9qf0000000000000002  [  DATE  ]  [  DATE  ] (in 9 days)  [  DATE  ]
    old-laptop       cm3k1x9qf0000000000000001  [  DATE  ]  [  DATE  ] (expired)    [  DATE  ]
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
}

#[test]
fn very_narrow_window_stacks_fields() {
    let program = account().program("list --color never");
    snapshot!(Terminal::size(82, 30).run(&program), @"
    exit: 0
    --- screen
    nightly
      id cm3k1x9qf0000000000000004
      created [  DATE  ] (5 days ago)
      expires [  DATE  ] (in 100 days)
      last used -
    a-name-of-thirty-six-characters-long
      id cm3k1x9qf0000000000000003
      created [  DATE  ] (20 days ago)
      expires Never
      last used [  DATE  ] (5 hours ago)
    ci-pipeline
      id cm3k1x9qf0000000000000002
      created [  DATE  ] (50 days ago)
      expires [  DATE  ] (in 9 days)
      last used [  DATE  ] (3 hours ago)
    old-laptop
      id cm3k1x9qf0000000000000001
      created [  DATE  ] (1 year ago)
      expires [  DATE  ] (expired)
      last used [  DATE  ] (97 days ago)
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    snapshot!(Terminal::size(30, 30).run(&program), @"
    exit: 0
    --- screen
    nightly
      id cm3k1x9qf0000000000000004
      created [  DATE  ]
      expires [  DATE  ]
      last used -
    a-name-of-thirty-six-characte…
      id cm3k1x9qf0000000000000003
      created [  DATE  ]
      expires Never
      last used [  DATE  ]
    ci-pipeline
      id cm3k1x9qf0000000000000002
      created [  DATE  ]
      expires [  DATE  ] (in 9 days)
      last used [  DATE  ]
    old-laptop
      id cm3k1x9qf0000000000000001
      created [  DATE  ]
      expires [  DATE  ] (expired)
      last used [  DATE  ]
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
}

#[test]
fn wide_id_is_never_cut() {
    let server = FakeServer::start();
    server.add_raw(json!({"id": "x".repeat(100), "name": "ci"}));
    snapshot!(Terminal::size(40, 30).run(&server.program("list")), @"
    exit: 0
    --- screen
    ci
      id xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
      created -
      expires Never
      last used -
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
}

#[test]
fn no_line_is_wider_than_window() {
    let program = account().program("list --color never");
    for columns in [33, 40, 60, 72, 82, 83, 90, 111, 112, 113, 126, 127, 140, 143, 150] {
        let finished = Terminal::size(columns, 60).run(&program).finish().exits(0);
        for line in finished.output.split("\r\n") {
            assert!(line.chars().count() <= columns.into(), "{columns}: {line}");
        }
    }
}

#[test]
fn fast_listing_draws_only_table() {
    let server = FakeServer::with(&["ci-pipeline expires=2099-07-15T00:00:00Z"]);
    let finished = snapshot!(Terminal::size(80, 10).run(&server.program("list")), @"
    exit: 0
    --- screen
    NAME         ID                         CREATED AT  EXPIRES AT  LAST USED
    ci-pipeline  cm3k1x9qf0000000000000001  2020-01-15  2099-07-15  -
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
