//! Up to eight tokens are deleted at once.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::servers::{RawServer, Script, json_response};

const MAX_CONCURRENT: usize = 8;

#[test]
fn eight_deletions_run_at_once() {
    let ids: Vec<String> = (1..=20).map(|number| format!("id-{number:02}")).collect();
    let items: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
    // The list and the session are requested at the same time. This answers both.
    let page =
        json!({"data": items, "pagination": {"total": ids.len()}, "user": {"subject": {"subjectPatName": "mine"}}});
    let page = Script::json(200, page.to_string());
    let gate = Arc::new(Semaphore::new(0));
    let deleted = Script::Behind(gate.clone(), json_response(200, "{}"));
    let server = RawServer::answering(vec![page.clone(), page, deleted]);

    let program = server.program("delete --yes --retries 0").args(&ids.join(" "));
    let running = program.start();
    for done in 0..=ids.len() - MAX_CONCURRENT {
        let expected = 2 + MAX_CONCURRENT + done;
        server.received().wait_for_requests(expected);
        assert_eq!(server.received().requests().len(), expected, "{done} are done");
        gate.add_permits(1);
    }
    gate.add_permits(MAX_CONCURRENT - 1);
    let run = running.finish().exits(0);
    let expected: Vec<String> = ids.iter().map(|id| format!("Deleted (unnamed) ({id})")).collect();
    assert_eq!(run.stdout.lines().collect::<Vec<_>>(), expected);
}
