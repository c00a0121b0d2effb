//! Lists of several pages: on servers that paginate in different ways, and while the list changes.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::support::servers::{Gate, RawServer, Script, json_response};
use crate::support::{Call, FakeServer, Run, Total, cases, snapshot};

fn account(count: usize) -> FakeServer {
    let server = FakeServer::start();
    server.add_many(count);
    server
}

fn list(server: &FakeServer) -> Run {
    server.program("list --retries 0 -q -o id").run()
}

/// Asserts that the IDs of all tokens are listed in the order of the server.
#[track_caller]
fn lists_all(server: &FakeServer) {
    let ids: Vec<String> = server.tokens().into_iter().map(|token| token.id).collect();
    let run = list(server).exits(0);
    let listed: Vec<&str> = run.stdout.lines().collect();
    assert_eq!((listed, run.stderr.as_str()), (ids.iter().map(String::as_str).collect(), ""));
}

#[test]
fn large_pages_follow_first_page() {
    for (count, requests) in [(0, 1), (1, 1), (100, 1), (101, 2), (200, 2), (1099, 2), (1100, 3)] {
        let server = account(count);
        lists_all(&server);
        assert_eq!(server.requests().len(), requests, "{count} tokens");
    }
    snapshot!(account(1100).program("list --search token- -o id --expired"), @"
    exit: 0
    --- stderr
    No tokens match --search `token-` and --expired.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=token- 200
    GET /personal-access-tokens?limit=1000&offset=99&nameSearchQuery=token- 200
    GET /personal-access-tokens?limit=1000&offset=1098&nameSearchQuery=token- 200
    ");
}

#[test]
fn strict_server_gets_small_pages() {
    let server = account(350);
    server.rules(|rules| rules.max_limit = 100);
    lists_all(&server);
    let limits: Vec<_> =
        server.calls(Call::List).iter().map(|request| request.parameter("limit").unwrap().to_owned()).collect();
    assert_eq!(limits, ["100", "1000", "100", "100", "100"]);
}

#[test]
fn smaller_pages_hide_no_token() {
    for (max_page, total) in [
        (100, Total::Counted),
        (99, Total::Counted),
        (7, Total::Counted),
        (50, Total::Absent),
        (7, Total::NoPagination),
    ] {
        let server = account(250);
        server.rules(|rules| (rules.max_page, rules.total) = (max_page, total));
        lists_all(&server);
    }
}

#[test]
fn change_between_pages_hides_no_token() {
    // Tokens are added, or removed if they have a minus, before the second request. The last one added is listed first.
    for case in cases(
        "150  | counted | newest
         200  | counted | newest
         1000 | counted | newest
         150  | counted | -token-0145
         201  | counted | -token-0196
         1000 | counted | -token-0995
         1000 | counted | -token-0100 -token-0200 -token-0300 -token-0899 -token-0900
         150  | counted | -token-0145 newest
         950  | counted | -token-0945 newest
         250  | none    | -token-0245
         250  | none    | -token-0150
         300  | before  | -token-0295
         1000 | before  | -token-0995",
    ) {
        let [count, total, changes] = case.columns();
        let server = account(count.parse().unwrap());
        server.rules(|rules| {
            rules.total = match total {
                "counted" => Total::Counted,
                "before" => Total::CountedBefore,
                _ => Total::NoPagination,
            }
        });
        let before = server.tokens();
        server.before_each(move |number, _, account| {
            for change in changes.split(' ').filter(|_| number == 2) {
                match change.strip_prefix('-') {
                    Some(name) => assert!(account.remove(name)),
                    None => drop(account.add(change)),
                }
            }
        });
        let run = list(&server).exits(0);
        let listed: HashSet<&str> = run.stdout.lines().collect();
        assert_eq!(listed.len(), run.stdout.lines().count(), "{case:?}: a token is listed twice");
        let after = server.tokens();
        for token in before.iter().filter(|token| after.contains(token)) {
            assert!(listed.contains(token.id.as_str()), "{case:?}: {token:?} is not listed");
        }
    }
}

#[test]
fn endless_change_is_error() {
    let server = account(150);
    server.before_each(|number, _, account| {
        account.add(&format!("new-{number}"));
    });
    snapshot!(server.program("list"), @"
    exit: 1
    --- stderr
    error: cannot list all tokens: the tokens change faster than they can be listed
    hint: try again
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /personal-access-tokens?limit=100&offset=99 200
    GET /personal-access-tokens?limit=100&offset=99 200
    GET /personal-access-tokens?limit=100&offset=99 200
    GET /personal-access-tokens?limit=100&offset=99 200
    GET /personal-access-tokens?limit=100&offset=99 200
    ");
}

#[test]
fn missing_total_hides_no_token() {
    for total in [Total::Absent, Total::NoPagination] {
        let server = account(250);
        server.rules(|rules| rules.total = total);
        lists_all(&server);
        assert!(server.requests().len() <= 5, "{total:?}: {}", server.requests().len());
    }
}

#[test]
fn wrong_total_is_error() {
    for case in cases(
        "150 | 170           | the server reports 170 tokens but lists 150
         150 | 120           | the server reports 120 tokens but lists 150
         250 | 50            | the server reports 50 tokens but lists 100
         0   | 5             | the server reports 5 tokens but lists 0
         150 | 10000         | the server reports 10000 tokens but lists 150
         150 | 1000000000000 | the server reports 1000000000000 tokens",
    ) {
        let [count, total, reason] = case.columns();
        let server = account(count.parse().unwrap());
        server.rules(|rules| rules.total = Total::Exactly(total.parse().unwrap()));
        let run = list(&server).exits(1);
        let expected = format!("error: cannot list all tokens: {reason}\nhint: try again\n");
        assert_eq!((run.stdout.as_str(), run.stderr), ("", expected), "{case:?}");
        assert!(server.requests().len() <= 100, "{case:?}: {}", server.requests().len());
    }
}

#[test]
fn ignored_offset_is_error() {
    for total in [Total::Counted, Total::Absent, Total::NoPagination] {
        let ignoring = |count| {
            let server = account(count);
            server.rules(|rules| (rules.ignore_offset, rules.total) = (true, total));
            server
        };
        let run = list(&ignoring(150)).exits(1);
        let reason = "error: cannot list all tokens: the server answers every page with the first one\n";
        assert!(run.stdout.is_empty() && run.stderr.starts_with(reason), "{}", run.snapshot());
        lists_all(&ignoring(99));
    }
}

#[test]
fn one_token_per_page_is_error() {
    for total in [Total::Counted, Total::Absent] {
        let server = account(3);
        server.rules(|rules| (rules.max_page, rules.total) = (1, total));
        let run = list(&server).exits(1);
        assert!(run.stderr.contains("the server lists one token per page"), "{}", run.stderr);
    }
}

#[test]
fn sixteen_pages_are_read_at_once() {
    let items: Vec<Value> = (0..100).map(|number| json!({"id": format!("id-{number}")})).collect();
    let first = json!({"data": items, "pagination": {"total": 20_000}});
    // The others fail only after sixteen of them have come. The first failure ends the program.
    let gate = Gate::closed();
    let failure = Script::Behind(gate.clone(), json_response(500, "{}"));
    let server = RawServer::answering(vec![Script::json(200, first.to_string()), failure]);
    let running = server.program("list --retries 0").start();
    server.received().wait_for_requests(1 + 16);
    gate.let_through(16);
    assert_eq!(running.wait().exits(6).stdout, "");
    assert_eq!(server.received().requests().len(), 1 + 16);
}
