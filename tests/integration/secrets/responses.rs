//! Servers that repeat a secret.

use serde_json::json;

use super::{JWT, KEY, UNUSUAL_KEY};
use crate::support::Program;
use crate::support::servers::{RawServer, Script};

/// Runs `list` with this key against a server that refuses it with this body.
#[track_caller]
fn refused(key: &str, body: &str, arguments: &str) -> String {
    let server = RawServer::answering(vec![Script::json(401, body)]);
    Program::with_settings(server.url(), key, arguments).run().exits(3).stderr
}

#[test]
fn secret_in_server_message_is_redacted() {
    for (message, shown) in [
        (format!("invalid key {UNUSUAL_KEY}"), "invalid key (redacted)"),
        (format!("Bearer {JWT} has expired"), "Bearer (redacted) has expired"),
        (format!("token=\"{KEY}\" is gone"), "token=\"(redacted)\" is gone"),
    ] {
        for body in [json!({ "message": message }).to_string(), message] {
            let stderr = refused(UNUSUAL_KEY, &body, "list");
            assert!(stderr.contains(&format!("\n  server message: {shown}\n")), "{stderr}");
        }
    }
}

#[test]
fn secret_is_redacted_before_message_is_cut() {
    for key in [UNUSUAL_KEY, JWT, KEY] {
        for length in [990, 999] {
            let text = "x".repeat(length);
            let body = json!({"message": format!("{text}{key}")}).to_string();
            let shown: String = format!("{text}(redacted)").chars().take(1000).collect();
            for arguments in ["list", "list -o json"] {
                let stderr = refused(key, &body, arguments);
                assert!(stderr.contains(&format!("server message: {shown}")), "{stderr}");
                assert!(!stderr.contains(&key[..6]), "{stderr}");
            }
        }
    }
}

#[test]
fn listed_key_is_redacted() {
    let body = json!({"data": [{"id": "a", "name": UNUSUAL_KEY}], "pagination": {"total": 1}}).to_string();
    let server = RawServer::answering(vec![Script::json(200, body)]);
    let run = Program::with_settings(server.url(), UNUSUAL_KEY, "list -o json").run().exits(0);
    assert_eq!(run.json()[0]["name"], "(redacted)");
}
