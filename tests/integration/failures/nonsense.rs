//! Answers of success that are not what was asked for.

use wiremock::ResponseTemplate;

use super::{platform, program};
use crate::support::platform::{Call, Fault, Seen};

/// Bodies, and what they are said to be.
const BODIES: [(&str, &str); 11] = [
    (
        "<!DOCTYPE html><form>Sign in SENTINEL</form>",
        "a web page (perhaps of a sign-in or a proxy)",
    ),
    ("\r\n  <html>SENTINEL", "a web page (perhaps of a sign-in or a proxy)"),
    ("SENTINEL of plain text", "text that is not JSON"),
    ("", "nothing"),
    ("\n", "nothing"),
    ("null", "null"),
    ("{}", "JSON of another shape"),
    ("[]", "JSON of another shape"),
    ("\"SENTINEL\"", "JSON of another shape"),
    (r#"{"data":null,"x":"SENTINEL"}"#, "JSON of another shape"),
    (r#"{"data":[{"id":"SENTINEL"#, "JSON that breaks off"),
];

#[test]
fn fault_22_what_came_in_place_of_a_listing_is_said_and_never_shown() {
    for (body, came) in BODIES {
        let platform = platform();
        platform.answer_always(Call::List, ResponseTemplate::new(200).set_body_string(body));
        let said = format!("the answer makes no sense: {came} came instead of a page of tokens");
        for format in ["table", "json", "jsonl", "id"] {
            let run = program(&platform, &["list", "-o", format]).run().exits(1);
            assert_eq!(run.stdout, "");
            if format == "json" {
                let error = serde_json::json!({
                    "kind": "failed", "message": said, "hint": null, "status": null, "exitCode": 1,
                });
                assert_eq!(run.failure(), error);
            } else {
                assert_eq!(run.stderr, format!("error: {said}\n"), "{body}");
            }
        }
        let run = program(&platform, &["delete", "ci-run", "--yes"]).run().exits(1);
        assert_eq!(run.stderr, format!("error: {said}\n"));
        assert_eq!(platform.tokens().len(), 1);
    }
}

#[test]
fn fault_22_what_came_in_place_of_a_session_is_said_and_never_shown() {
    for (body, came) in BODIES {
        let platform = platform();
        platform.answer_always(Call::Session, ResponseTemplate::new(200).set_body_string(body));
        let run = program(&platform, &["status"]).run().exits(1);
        let said = format!("error: the answer makes no sense: {came} came instead of a session\n");
        assert_eq!(run.stderr, said, "{body}");
    }
}

#[test]
fn fault_22_a_deletion_that_a_web_page_answers_was_not_done() {
    let pages = BODIES.iter().filter(|(body, _)| !body.trim().is_empty());
    for (body, came) in pages.filter(|(_, came)| !came.contains("another shape") && *came != "null") {
        let platform = platform();
        platform.answer_always(Call::Delete, ResponseTemplate::new(200).set_body_string(*body));
        let run = program(&platform, &["delete", "ci-run", "--yes"]).run().exits(1);
        let said = format!("error: the answer makes no sense: {came} came instead of the answer to a deletion\n");
        assert_eq!((run.stdout.as_str(), run.stderr), ("", said));

        platform.answer_always(Call::RevokeAll, ResponseTemplate::new(200).set_body_string(*body));
        let run = program(&platform, &["revoke-all", "ada@acme.test", "--yes"])
            .run()
            .exits(1);
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn fault_22_a_page_that_breaks_off_later_leaves_a_valid_document_or_none() {
    let platform = platform();
    platform.add_many(150);
    let second = |seen: &Seen| seen.parameter("offset") != Some("0");
    let html = ResponseTemplate::new(200).set_body_string("<html>");
    platform.inject(Fault::answer(Call::List, html).when(second).always());
    let lines = |format: &str| {
        let run = program(&platform, &["list", "-o", format])
            .exact_output()
            .run()
            .exits(1);
        run.stdout.lines().count()
    };
    assert_eq!(
        ["table", "json", "jsonl", "csv", "id"].map(lines),
        [0, 0, 100, 101, 100]
    );
}

#[test]
fn fault_22_text_that_is_no_unicode_is_read_as_far_as_it_is() {
    let platform = platform();
    let body = b"{\"data\":[{\"id\":\"a\",\"name\":\"caf\xe9\"}]}".to_vec();
    platform.answer_always(Call::List, ResponseTemplate::new(200).set_body_bytes(body));
    let run = program(&platform, &["list", "-o", "json"]).run().exits(0);
    assert_eq!(run.json()[0]["name"], "caf\u{fffd}");
}
