//! Servers that repeat a secret.

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{JWT, KEY, UNUSUAL_KEY};
use crate::support::servers::{RawServer, Script};
use crate::support::{Call, FakeServer, Program};

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
        for body in
            [json!({ "message": message }).to_string(), json!({"message": [message]}).to_string(), message.clone()]
        {
            let stderr = refused(UNUSUAL_KEY, &body, "list");
            assert!(stderr.contains(&format!("\n  server message: {shown}\n")), "{stderr}");
        }
    }
}

#[test]
fn secret_is_redacted_before_message_is_cut() {
    for key in [UNUSUAL_KEY, JWT, KEY] {
        for length in [990, 999, 1000] {
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
fn secret_in_redirect_is_redacted() {
    for location in [
        format!("https://elsewhere.test/{UNUSUAL_KEY}/login"),
        format!("https://elsewhere.test/login?key={UNUSUAL_KEY}"),
        format!("https://{UNUSUAL_KEY}@elsewhere.test/"),
        format!("https://elsewhere.test/#{UNUSUAL_KEY}"),
        format!("https://elsewhere.test/{KEY}/api/svc/v1/session"),
    ] {
        let server = RawServer::answering(vec![Script::redirect(302, &location)]);
        let run = Program::with_settings(server.url(), UNUSUAL_KEY, "list").run().exits(1);
        assert!(run.stderr.contains("redirect to https://elsewhere.test/"), "{}", run.stderr);
    }
}

#[test]
fn list_omits_values_from_server() {
    let server = FakeServer::start();
    let id = server.add("ci-run");
    server.edit(&id, |item| {
        for field in ["value", "secret", "apiKey", "jwt"] {
            item[field] = json!(KEY);
        }
        item["manifest"]["token"] = json!(KEY);
        item["createdBySubject"]["token"] = json!(KEY);
    });
    for format in ["table", "json", "jsonl", "csv", "id"] {
        let run = server.program("list -o").arg(format).exact_output().run().exits(0);
        assert!(run.stdout.contains(if format == "id" { &id } else { "ci-run" }), "{}", run.stdout);
    }
}

#[test]
fn status_omits_keys_from_server() {
    let server = FakeServer::start();
    let session = json!({
        "user": {"id": "u", "email": "ada@acme.test", "apiKey": KEY, "subject": {"token": KEY}},
        "accessToken": JWT, "tenantInfo": {"tenantName": "acme", "secret": KEY},
    });
    server.answer_always(Call::Session, ResponseTemplate::new(200).set_body_json(session));
    for format in ["table", "json"] {
        let run = server.program("status -o").arg(format).run().exits(0);
        assert!(run.stdout.contains("ada@acme.test"), "{}", run.stdout);
    }
}
