//! A platform, or whatever answers in its place, that says secrets back.

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{JWT, KEY, program};
use crate::support::platform::{Call, Platform, TokenSeed};
use crate::support::program::Program;
use crate::support::servers::{RawServer, Script};

#[test]
fn fault_08_a_refusal_that_says_the_key_back_is_shown_without_it() {
    let key = "a-key-of-no-known-kind";
    for (message, shown) in [
        (format!("invalid key {key}"), "invalid key (hidden)"),
        (format!("Bearer {JWT} has expired"), "Bearer (hidden) has expired"),
        (format!("token=\"{KEY}\" is gone"), "token=\"(hidden)\" is gone"),
    ] {
        for body in [
            json!({ "message": message }).to_string(),
            json!({"message": [message]}).to_string(),
            message.clone(),
        ] {
            let server = RawServer::answering(vec![Script::json(401, body)]);
            let run = Program::against(server.url(), key).arg("list").run().exits(3);
            assert!(
                run.stderr.contains(&format!("\n  the platform says: {shown}\n")),
                "{}",
                run.stderr
            );
        }
    }
}

/// The words are cut to a thousand characters, and not before the key is out of them: its first ones are a part of it too.
#[test]
fn fault_08_a_key_that_is_said_back_where_the_words_are_cut_is_hidden_whole() {
    for key in ["a-key-of-no-known-kind", JWT, KEY] {
        for room in [990, 999, 1000] {
            let long = "x".repeat(room);
            let server = RawServer::answering(vec![Script::json(
                401,
                json!({"message": format!("{long}{key}")}).to_string(),
            )]);
            let list = Program::against(server.url(), key).arg("list");
            let said: String = format!("the platform says: {long}(hidden)");
            let said = &said[..said.len().min("the platform says: ".len() + 1000)];

            let run = list.clone().run().exits(3);
            assert!(run.stderr.contains(&format!("\n  {said}\n")), "{}", run.stderr);
            assert!(!run.stderr.contains(&key[..6]), "{}", run.stderr);

            let run = list.args(["-o", "json"]).run().exits(3);
            let message = run.failure()["message"].to_string();
            assert!(message.ends_with(&format!("{}\"", &said[1..])), "{message}");
            assert!(!run.stderr.contains(&key[..6]), "{}", run.stderr);
        }
    }
}

#[test]
fn fault_10_a_redirect_with_the_key_in_it_is_shown_without_it() {
    let key = "a-key-of-no-known-kind";
    for location in [
        format!("https://elsewhere.test/{key}/login"),
        format!("https://elsewhere.test/login?key={key}"),
        format!("https://{key}@elsewhere.test/"),
        format!("https://elsewhere.test/#{key}"),
        format!("https://elsewhere.test/{KEY}/api/svc/v1/session"),
    ] {
        let server = RawServer::answering(vec![Script::redirect(302, &location)]);
        let run = Program::against(server.url(), key).arg("list").run().exits(1);
        assert!(
            run.stderr.contains("redirect to https://elsewhere.test/"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn fault_08_no_listing_prints_the_values_that_a_platform_sends() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("ci-run").edited(|item| {
        for field in ["value", "secret", "apiKey", "jwt"] {
            item[field] = json!(KEY);
        }
        item["manifest"]["token"] = json!(KEY);
        item["createdBySubject"]["token"] = json!(KEY);
    }));
    for format in ["table", "json", "jsonl", "csv", "id"] {
        let run = program(&platform)
            .args(["list", "-o", format])
            .exact_output()
            .run()
            .exits(0);
        assert!(run.stdout.contains("ci-run") || format == "id", "{}", run.stdout);
    }
}

#[test]
fn fault_08_a_session_prints_no_key_that_a_platform_sends() {
    let platform = Platform::start();
    let session = json!({
        "user": {"id": "u", "email": "ada@acme.test", "apiKey": KEY, "subject": {"token": KEY}},
        "accessToken": JWT, "tenantInfo": {"tenantName": "acme", "secret": KEY},
    });
    platform.answer_always(Call::Session, ResponseTemplate::new(200).set_body_json(session));
    for format in ["table", "json"] {
        let run = program(&platform).args(["status", "-o", format]).run().exits(0);
        assert!(run.stdout.contains("ada@acme.test"));
    }
}
