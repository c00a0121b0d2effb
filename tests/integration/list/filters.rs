//! Selecting tokens.

use serde_json::json;

use super::names;
use crate::support::{Call, FakeServer, cases, in_days, snapshot};

fn account() -> FakeServer {
    FakeServer::with(&[
        "gone created=-400d expires=-15d used=-97d",
        "soon created=-100d expires=9d used=-1d",
        "later created=-50d expires=60d",
        "ever created=-3d used=-2d",
    ])
}

#[test]
fn filters_select_tokens_that_match_all() {
    let server = account();
    for case in cases(
        "                                           | ever later soon gone
         --active                                   | ever later soon
         --expired                                  | gone
         --expires-within 8d                        |
         --expires-within 14d                       | soon
         --expires-within 12w                       | later soon
         --expires-within 9999y                     | later soon
         --expires-within 99999999h                 | later soon
         --unused-for 90d                           | gone
         --unused-for 36h                           | ever later gone
         --unused-for 2y                            |
         --active --unused-for 6w                   | later
         --expired --unused-for 6w                  | gone
         --active --expires-within 14d              | soon
         --expires-within 1y --unused-for 6w        | later
         --active --reverse                         | soon later ever
         --search o                                 | soon gone",
    ) {
        let [arguments, expected] = case.columns();
        let run = server.program("list -o json").args(arguments).run().exits(0);
        assert_eq!((names(&run).as_str(), run.stderr.as_str()), (expected, ""), "{case:?}");
    }
}

#[test]
fn server_decides_whether_token_is_expired() {
    let server = FakeServer::with(&["lives expires=2020-01-01 expired=false", "blocked expired=true"]);
    let names = |arguments| names(&server.program("list -o json").args(arguments).run());
    assert_eq!([names("--active"), names("--expired")], ["lives", "blocked"]);
    snapshot!(server.program("list"), @"
    exit: 0
    --- stdout
    NAME     ID                         CREATED AT  EXPIRES AT       LAST USED
    blocked  cm3k1x9qf0000000000000002  2020-01-15  Never (expired)  -
    lives    cm3k1x9qf0000000000000001  2020-01-15  2020-01-01       -
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
}

#[test]
fn unknown_dates_match_no_filter() {
    let server = FakeServer::with(&["undated created=someday expires=soon"]);
    for case in cases(
        "--expires-within 1000y |
         --unused-for 1s        |
         --active               | undated",
    ) {
        let [arguments, expected] = case.columns();
        let run = server.program("list -o json").args(arguments).run().exits(0);
        assert_eq!(names(&run), expected, "{case:?}");
    }
}

#[test]
fn date_without_time_lasts_all_day() {
    let server = FakeServer::start();
    let id = server.add(&format!("today expires={}", &in_days(0)[..10]));
    server.edit(&id, |item| {
        item.as_object_mut().unwrap().remove("isExpired");
    });
    let run = server.program("list -o json --active --expires-within 24h").run();
    assert_eq!(names(&run), "today");
}

#[test]
fn search_is_one_encoded_parameter() {
    let server = FakeServer::start();
    snapshot!(server.program("list --search").arg("a b&limit=1#x%00ü"), @"
    exit: 0
    --- stderr
    No tokens match --search `a b&limit=1#x%00ü`.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=a+b%26limit%3D1%23x%2500%C3%BC 200
    ");
}

#[test]
fn search_is_applied_if_server_ignores_it() {
    let server = FakeServer::start();
    let items = json!([
        {"id": "1", "manifest": {"name": "ci-a"}},
        {"id": "2", "manifest": {"name": "production"}},
        {"id": "3"},
    ]);
    let page = json!({"data": items, "pagination": {"total": 3}});
    server.answer_always(Call::List, (200, page));
    snapshot!(server.program("list --search CI- -o id"), @"
    exit: 0
    --- stdout
    1
    --- requests
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=CI- 200
    ");
    snapshot!(server.program("list --search CI- -o json"), @r#"
    exit: 0
    --- stdout
    [
    {"name":"ci-a","id":"1","createdAt":null,"expiresAt":null,"lastUsedAt":null,"expired":false,"createdBy":null}
    ]
    --- requests
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=CI- 200
    "#);
    snapshot!(server.program("list --search no-such-name -o id"), @"
    exit: 0
    --- stderr
    No tokens match --search `no-such-name`.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=no-such-name 200
    ");
}

#[test]
fn search_reads_all_pages() {
    let server = FakeServer::start();
    server.add_many(150);
    let run = server.program("list --search token- -o id").run().exits(0);
    assert_eq!(run.stdout.lines().count(), 150);
    for request in server.calls(Call::List) {
        assert_eq!(request.parameter("nameSearchQuery"), Some("token-"));
    }
}
