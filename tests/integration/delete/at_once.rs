//! Many tokens are deleted side by side, and not all of them at once.

use serde_json::{Value, json};

use crate::support::program::Program;
use crate::support::servers::{Gate, RawServer, Script, json_response};

/// How many deletions are under way at once, at most.
const AT_ONCE: usize = 8;

#[test]
fn eight_tokens_are_deleted_at_once_and_another_only_when_one_is_done() {
    let ids: Vec<String> = (1..=20).map(|number| format!("id-{number:02}")).collect();
    let items: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
    // The listing and the session are asked for side by side: this answers both.
    let looked_up = json!({"data": items, "pagination": {"total": ids.len()}, "user": {"id": "ada"}});
    let looked_up = Script::json(200, looked_up.to_string());
    let gate = Gate::closed();
    let deleted = Script::Behind(gate.clone(), json_response(200, "{}"));
    let server = RawServer::answering(vec![looked_up.clone(), looked_up, deleted]);

    let program = Program::against(server.url(), "key-of-no-platform");
    let running = program.args(["delete", "--yes", "--retries", "0"]).args(&ids).start();
    for done in 0..=ids.len() - AT_ONCE {
        let asked = 2 + AT_ONCE + done;
        server.seen().wait_for_requests(asked);
        assert_eq!(server.seen().requests().len(), asked, "{done} are done");
        gate.let_through(1);
    }
    gate.let_through(AT_ONCE - 1);
    let run = running.wait().exits(0);
    let told: Vec<String> = ids.iter().map(|id| format!("Deleted (unnamed) ({id})")).collect();
    assert_eq!(run.stdout.lines().collect::<Vec<_>>(), told);
}
