//! Lists of several pages. The unit tests of `api::pages` have the other ways to paginate, and lists that change.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::servers::{RawServer, Script, json_response};
use crate::support::{FakeServer, Total, snapshot};

fn account(count: usize) -> FakeServer {
    let server = FakeServer::start();
    server.add_many(count);
    server
}

/// Asserts that the IDs of all tokens are listed in the order of the server.
#[track_caller]
fn lists_all(server: &FakeServer) {
    let run = server.program("list --retries 0 -o id").run().exits(0);
    let ids: String = server.tokens().into_iter().map(|token| token.id + "\n").collect();
    assert!(run.stdout == ids, "{}", run.stdout.lines().count());
}

#[test]
fn large_pages_follow_first_page() {
    lists_all(&account(1100));
    snapshot!(account(1100).program("list --search token- -o id --expired"), @"
    exit: 0
    --- stderr
    No tokens match `--search token-` and `--expired`. Run `tfy-tokens list` to see all.
    --- requests
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=token- 200
    GET /personal-access-tokens?limit=1000&offset=99&nameSearchQuery=token- 200
    GET /personal-access-tokens?limit=1000&offset=1098&nameSearchQuery=token- 200
    ");
}

#[test]
fn strict_server_gets_small_pages() {
    let server = account(250);
    server.rules(|rules| rules.max_limit = Some(100));
    lists_all(&server);
    snapshot!(server.program("list --expired -q"), @"
    exit: 0
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    GET /personal-access-tokens?limit=100&offset=99 200
    GET /personal-access-tokens?limit=100&offset=198 200
    GET /personal-access-tokens?limit=1000&offset=99 400
    ");
}

#[test]
fn smaller_pages_hide_no_token() {
    for (max_page, total) in [(7, Total::Counted), (50, Total::Absent), (1000, Total::NoPagination)] {
        let server = account(250);
        server.rules(|rules| (rules.max_page, rules.total) = (Some(max_page), total));
        lists_all(&server);
    }
}

#[test]
fn change_between_pages_hides_no_token() {
    let server = account(1000);
    server.before_each(|number, _, account| {
        if number == 2 {
            assert!(account.remove("token-0995") && account.remove("token-0200"));
            account.add("newest");
        }
    });
    lists_all(&server);
}

#[test]
fn incomplete_listing_is_error() {
    let server = account(150);
    server.rules(|rules| rules.total = Total::Exactly(1_000_000_000_000));
    snapshot!(server.program("list"), @"
    exit: 1
    --- stderr
    error: cannot list all tokens: the server reports 1000000000000 tokens
    hint: try again
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
}

#[test]
fn sixteen_pages_are_read_at_once() {
    let items: Vec<Value> = (0..100).map(|number| json!({"id": format!("id-{number}")})).collect();
    let first = json!({"data": items, "pagination": {"total": 20_000}});
    // The others fail only after sixteen of them have come. The first failure ends the program.
    let gate = Arc::new(Semaphore::new(0));
    let failure = Script::Behind(gate.clone(), json_response(500, "{}"));
    let server = RawServer::answering(vec![Script::json(200, first.to_string()), failure]);
    let running = server.program("list --retries 0").start();
    server.received().wait_for_requests(1 + 16);
    gate.add_permits(16);
    assert_eq!(running.finish().exits(6).stdout, "");
    assert_eq!(server.received().requests().len(), 1 + 16);
}
