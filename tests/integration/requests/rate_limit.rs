//! Servers that limit how many requests they accept in a time.

use std::time::Duration;

use crate::support::FakeServer;

const INTERVAL: Duration = Duration::from_millis(200);

#[test]
fn limited_listing_completes() {
    let server = FakeServer::start();
    server.add_many(800);
    server.rules(|rules| (rules.max_limit, rules.min_interval) = (Some(100), INTERVAL));
    let run = server.program("list -o id").run().exits(0);
    assert_eq!(run.stdout.lines().count(), 800);
}

#[test]
fn limited_deletions_complete() {
    let server = FakeServer::start();
    server.add_many(8);
    server.rules(|rules| rules.min_interval = INTERVAL);
    let run = server.program("delete --search token --yes -q").run().exits(0);
    assert_eq!((run.stdout.lines().count(), server.names()), (8, String::new()));
}

#[test]
fn limit_without_progress_ends_request() {
    let server = FakeServer::with(&["ci-run"]);
    server.rules(|rules| rules.min_interval = Duration::from_hours(1));
    server.program("list").run().exits(0);
    server.program("list --retries 1").run().exits(6);
    assert_eq!(server.requests().len(), 3);
}
