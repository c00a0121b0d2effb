//! What every request carries.

use serde_json::json;

use super::{list, tries};
use crate::support::platform::{Call, GRACE, Platform, Seen, TokenSeed};
use crate::support::program::Program;
use crate::support::servers::{RawServer, Script};

fn names(seen: &Seen) -> Vec<&str> {
    let mut names: Vec<_> = seen.headers.keys().map(wiremock::http::HeaderName::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn every_request_is_signed_and_says_who_sends_it_and_nothing_more() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("ci-run"));
    let program = Program::against(platform.url(), platform.key());
    program.clone().arg("list").run().exits(0);
    program.clone().arg("status").run().exits(0);
    program
        .clone()
        .args(["create", "new-one"])
        .delivers_value()
        .run()
        .exits(0);
    let for_grace = ["create", "new-two", "--for-user", GRACE];
    program.clone().args(for_grace).delivers_value().run().exits(0);
    program.clone().args(["delete", "ci-run", "--yes"]).run().exits(0);
    program.args(["revoke-all", GRACE, "--yes"]).run().exits(0);

    let key = format!("Bearer {}", platform.key());
    let agent = concat!("tfy-tokens/", env!("CARGO_PKG_VERSION"));
    for seen in platform.requests() {
        assert_eq!(seen.header("authorization"), Some(key.as_str()), "{:?}", seen.call);
        assert_eq!(seen.header("accept"), Some("application/json"), "{:?}", seen.call);
        assert_eq!(seen.header("user-agent"), Some(agent), "{:?}", seen.call);
        let mut expected = vec!["accept", "accept-encoding", "authorization", "host", "user-agent"];
        if !seen.body.is_empty() {
            expected.extend(["content-length", "content-type"]);
            assert_eq!(seen.header("content-type"), Some("application/json"), "{:?}", seen.call);
            expected.sort_unstable();
        }
        assert_eq!(names(&seen), expected, "{:?}", seen.call);
    }
    for call in [
        Call::List,
        Call::Session,
        Call::Create,
        Call::CreateForUser,
        Call::Delete,
        Call::RevokeAll,
    ] {
        assert!(!platform.calls(call).is_empty(), "{call:?}");
    }
}

#[test]
fn a_creating_call_has_the_fields_that_were_asked_for_and_no_others() {
    let platform = Platform::start();
    let program = Program::against(platform.url(), platform.key()).delivers_value();
    let all = [
        "--expires",
        "2099-12-31",
        "--type",
        "jwt",
        "--team",
        "ops",
        "--account",
        "acme",
    ];
    program.clone().args(["create", "with-all"]).args(all).run().exits(0);
    program.clone().args(["create", "with-none"]).run().exits(0);
    let for_grace = ["create", "for-her", "--for-user", GRACE, "--team", "ops"];
    program.args(for_grace).run().exits(0);
    let bodies: Vec<_> = platform.requests().iter().map(Seen::json).collect();
    assert_eq!(
        bodies,
        [
            json!({"name": "with-all", "expirationDate": "2099-12-31T23:59:59Z", "tokenType": "jwt",
                   "teamName": "ops", "accountName": "acme"}),
            json!({"name": "with-none"}),
            json!({"name": "for-her", "userEmail": GRACE, "teamName": "ops"}),
        ]
    );
}

#[test]
fn several_requests_go_over_one_connection() {
    let page = |ids: &[&str]| {
        let items: Vec<_> = ids.iter().map(|id| json!({"id": id})).collect();
        Script::json(200, json!({"data": items}).to_string())
    };
    let server = RawServer::answering(vec![page(&["a", "b"]), page(&["b"])]);
    let run = list(&server.url()).run().exits(0);
    assert_eq!(run.json().as_array().unwrap().len(), 2);
    assert_eq!((tries(&server), server.seen().connections()), (2, 1));
}

#[test]
fn a_prefix_in_the_base_url_is_kept() {
    let platform = Platform::start();
    let url = platform.url_with_prefix("/team/x");
    for url in [url.clone(), url + "/"] {
        Program::against(url, platform.key()).arg("list").run().exits(0);
    }
    let paths: Vec<_> = platform.requests().into_iter().map(|seen| seen.path).collect();
    assert_eq!(paths, ["/team/x/api/svc/v1/personal-access-tokens"; 2]);
}

#[test]
fn a_line_is_said_for_each_try_where_that_is_asked_for() {
    let busy = crate::support::servers::http_response(503, &[("Retry-After", "0")], "");
    let server = RawServer::answering(vec![Script::Answer(busy), Script::reset(), super::empty()]);
    let run = list(&server.url()).arg("-v").run().exits(0);
    let lines: Vec<String> = run
        .stderr
        .lines()
        .map(|line| {
            line.split(' ')
                .filter(|word| word.parse::<u64>().is_err() || word.len() == 3)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    let path = "/api/svc/v1/personal-access-tokens?limit=100&offset=0";
    assert_eq!(run.stderr.lines().count(), 3);
    assert!(lines[0].starts_with(&format!("GET {path}: 503 in ")), "{lines:?}");
    assert!(lines[1].starts_with(&format!("GET {path}: no answer in ")), "{lines:?}");
    assert!(run.stderr.lines().nth(2).unwrap().ends_with("try 3"), "{lines:?}");
}
