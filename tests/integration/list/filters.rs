//! Selecting and sorting tokens.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::names;
use crate::support::servers::{RawServer, Script, http_response};
use crate::support::{Call, FakeServer, cases, snapshot};

#[test]
fn filters_select_tokens_that_match_all() {
    let server = FakeServer::with(&[
        "gone created=-400d expires=-15d used=-97d",
        "soon created=-100d expires=9d used=-1d",
        "later created=-50d expires=60d",
        "ever created=-3d used=-2d",
    ]);
    for case in cases(
        "                                    | ever later soon gone
         --active                            | ever later soon
         --expired                           | gone
         --expires-within 8d                 |
         --expires-within 14d                | soon
         --expires-within 12w                | later soon
         --expires-within 99999999h          | later soon
         --unused-for 90d                    | gone
         --unused-for 36h                    | ever later gone
         --active --unused-for 6w            | later
         --expired --unused-for 6w           | gone
         --active --expires-within 14d       | soon
         --expires-within 1y --unused-for 6w | later
         --active --reverse                  | soon later ever
         --search o                          | soon gone
         --never-expires                     | ever
         --never-expires --older-than 4d     |
         --older-than 4d                     | later soon gone
         --older-than 100d --active          | soon
         --older-than 9999y                  |",
    ) {
        let [arguments, expected] = case.columns();
        let run = server.program("list -o json").args(arguments).run().exits(0);
        assert_eq!((names(&run).as_str(), run.stderr.as_str()), (expected, ""), "{case:?}");
    }
}

#[test]
fn server_decides_whether_token_is_expired() {
    let server =
        FakeServer::with(&["lives created=2019-01-15 expires=2020-01-01 expired=false", "blocked expired=true"]);
    let names = |arguments| names(&server.program("list -o json").args(arguments).run());
    assert_eq!([names("--active"), names("--expired")], ["lives", "blocked"]);
    snapshot!(server.program("list"), @"
    exit: 0
    --- stdout
    NAME     ID                         CREATED AT  EXPIRES AT   LAST USED
    blocked  cm3k1x9qf0000000000000002  2020-01-15  - (expired)  -
    lives    cm3k1x9qf0000000000000001  2019-01-15  2020-01-01   -
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
}

#[test]
fn incomplete_dates_are_filtered() {
    // A date before 2000 is as unknown as one that cannot be read.
    let server = FakeServer::with(&["undated created=someday expires=soon", "zero created=0001-01-01T00:00:00Z"]);
    let zero = server.tokens()[0].id.clone();
    server.edit(&zero, |item| {
        item["manifest"]["expiration_date"] = json!("1970-01-01T00:00:00Z");
        drop(item.as_object_mut().unwrap().remove("isExpired"));
    });
    // A date without a time lasts all day.
    let id = server.add(&format!("today expires={}", &jiff::Timestamp::now().to_string()[..10]));
    server.edit(&id, |item| drop(item.as_object_mut().unwrap().remove("isExpired")));
    for case in cases(
        "--expires-within 1000y         | today
         --unused-for 1s                | today
         --active                       | today undated
         --active --expires-within 24h  | today
         --never-expires                |
         --older-than 1s                | today",
    ) {
        let [arguments, expected] = case.columns();
        let run = server.program("list -o json").args(arguments).run().exits(0);
        assert_eq!(names(&run), expected, "{case:?}");
    }
}

#[test]
fn search_is_one_encoded_parameter() {
    snapshot!(FakeServer::start().program("list --search").arg("a b&limit=1#x%00ü"), @"
    exit: 0
    --- stderr
    No tokens match `--search a b&limit=1#x%00ü`. Run `tfy-tokens list` to see all.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=a+b%26limit%3D1%23x%2500%C3%BC 200
    ");
}

#[test]
fn search_is_applied_if_server_ignores_it() {
    let server = FakeServer::start();
    let items = ["ci-a", "production"].map(|name| json!({"id": name, "manifest": {"name": name}}));
    let page = json!({"data": [items[0], items[1], {"id": "unnamed"}], "pagination": {"total": 3}});
    server.answer_always(Call::List, (200, page));
    let run = server.program("list --search CI- -o id").run().exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("ci-a\n", ""));
}

#[test]
fn sort_orders_by_any_column() {
    let server = FakeServer::with(&[
        "beta created=2019-03-01T00:00:00Z expires=2098-01-01T00:00:00Z used=2019-06-01T00:00:00Z",
        "alpha created=2019-02-01T00:00:00Z used=2019-07-01T00:00:00Z",
        "Gamma created=2019-01-01T00:00:00Z expires=2020-01-01T00:00:00Z",
    ]);
    let id = server.add("odd created=once expires=soon");
    server.edit(&id, |item| item["manifest"]["name"] = Value::Null);
    for case in cases(
        "                 | - Gamma alpha beta
         --sort name      | Gamma alpha beta -
         --sort created   | Gamma alpha beta -
         --sort expires   | Gamma beta - alpha
         --sort last-used | - Gamma beta alpha",
    ) {
        let [sort, expected] = case.columns();
        let program = server.program("list -o json").args(sort);
        assert_eq!(names(&program.run().exits(0)), expected, "{case:?}");
        let reversed: Vec<_> = expected.rsplit(' ').collect();
        assert_eq!(names(&program.arg("--reverse").run()), reversed.join(" "), "{case:?}");
    }
}

#[test]
fn equal_tokens_keep_server_order() {
    let server = FakeServer::start();
    server.add_many(150);
    let run = server.program("list --sort created -o json").run().exits(0);
    assert_eq!(names(&run), server.names());
}

#[test]
fn server_clock_replaces_wrong_local_clock() {
    let (now, minutes) = (SystemTime::now(), |minutes: u64| Duration::from_secs(60 * minutes));
    let soon = jiff::Timestamp::try_from(now + minutes(3)).unwrap();
    let page = json!({"data": [{"id": "a", "name": "soon", "createdAt": "2020-01-15", "manifest": {"expiration_date": soon}}]});
    for case in cases(
        "4       | --expired         |
         6       | --expired         | soon
         6       | --active          |
         6       | --unused-for 20y  |
         9999999 | --unused-for 20y  | soon
         # The clock of this server is not set.
         1970    | --older-than 1y   | soon",
    ) {
        let [ahead, filter, expected] = case.columns();
        let time = if ahead == "1970" { SystemTime::UNIX_EPOCH } else { now + minutes(ahead.parse().unwrap()) };
        let date = httpdate::fmt_http_date(time);
        let headers = [("Content-Type", "application/json"), ("Date", &*date)];
        let server = RawServer::answering(vec![Script::Answer(http_response(200, &headers, page.to_string()))]);
        let run = server.program("list -o json").args(filter).run().exits(0);
        assert_eq!(names(&run), expected, "{case:?}");
    }
}
