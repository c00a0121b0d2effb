//! Lookup of a token by its name after its value was lost.

use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{CREATED, NOT_CREATED, assert_one_lookup, assert_undelivered, create, printed_commands};
use crate::support::servers::{RawServer, Script, http_response};
use crate::support::{Call, FakeServer, snapshot};

#[test]
fn older_token_is_reported_as_such() {
    let server = FakeServer::with(&["ci-run"]);
    server.answer_once(Call::Create, 502);
    snapshot!(create(&server).args("-q"), @r#"
    exit: 7
    --- stderr
    error: the value of token `ci-run` was not delivered; a token with this name exists (ID cm3k1x9qf0000000000000001); it may be an older one
      the server is unavailable (HTTP 502)
    hint: if it is an older token, choose another name; otherwise run `tfy-tokens delete cm3k1x9qf0000000000000001` and create it again
    --- requests
    POST /personal-access-tokens 502 {"name":"ci-run"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=ci-run 200
    "#);
}

#[test]
fn token_created_minute_apart_may_be_another() {
    let near = |seconds| (Timestamp::now() + SignedDuration::from_secs(seconds)).to_string();
    for created in [near(-60), near(60), "unknown".to_owned()] {
        let server = FakeServer::with(&[&format!("ci-run created={created}")]);
        server.answer_once(Call::Create, 502);
        assert_undelivered(&create(&server).run(), "; it may be an older one\n");
        assert_one_lookup(&server);
    }
}

#[test]
fn server_clock_decides_which_token_is_new() {
    let now = SystemTime::now();
    let ahead = now + Duration::from_mins(3);
    for (created, expected) in [(ahead, "the token was created with ID x"), (now, "it may be an older one")] {
        let page = json!({"data": [{"id": "x", "name": "ci-run", "createdAt": Timestamp::try_from(created).unwrap()}]})
            .to_string();
        let answer =
            |status, body| Script::Answer(http_response(status, &[("Date", &httpdate::fmt_http_date(ahead))], body));
        let server = RawServer::answering(vec![answer(502, "{}"), answer(200, &page)]);
        let run = server.program("create ci-run").run().exits(7);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
}

#[test]
fn token_with_longer_name_is_ignored() {
    let now = Timestamp::now();
    let server = FakeServer::with(&[&format!("my-ci-run created={now}"), &format!("ci-run-2 created={now}")]);
    server.answer_once(Call::Create, 502);
    assert_undelivered(&create(&server).run(), NOT_CREATED);
}

#[test]
fn hint_uses_name_if_id_is_unsafe() {
    for (id, shown) in [("x; echo $(id)", r#""x; echo $(id)""#), ("--yes", r#""--yes""#)] {
        let server = FakeServer::start();
        server.answer_once(Call::Create, 502);
        server.add_raw(json!({"id": id, "name": "ci-run", "createdAt": Timestamp::now()}));
        let run = create(&server).run().exits(7);
        assert_undelivered(&run, &format!("{CREATED}{shown} at "));
        assert_eq!(printed_commands(&run), ["delete ci-run"], "{id}");
    }
}
