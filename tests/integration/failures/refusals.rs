//! Statuses that are no success.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{platform, program};
use crate::support::platform::{Call, Platform, TokenSeed};

const LIST: (&[&str], Call) = (&["list"], Call::List);
const CREATE: (&[&str], Call) = (&["create", "new-one"], Call::Create);
const DELETE: (&[&str], Call) = (&["delete", "ci-run", "--yes"], Call::Delete);

const NOT_ACCEPTED: &str = "The key was not accepted: it is invalid, expired or deleted. It came from TFY_API_KEY.";
const ANOTHER_KEY: &str =
    "set another key there, or run `tfy login --host [base URL]` and unset TFY_API_KEY, which comes first";
const FORBIDDEN: &str = "Cannot manage access tokens. Check your API key permissions.";
const NOT_FOUND: &str = "Token ID not found. List tokens first to find the correct ID.";
const TAKEN: &str = "A token with this name already exists. Use a different name.";
const WHERE: &str = "check the base URL: the platform does not answer there";

/// What is told of one status.
struct Told {
    status: u16,
    message: String,
    hint: Option<&'static str>,
    kind: &'static str,
    code: i32,
}

fn told(status: u16, message: &str, hint: Option<&'static str>, kind: &'static str, code: i32) -> Told {
    Told {
        status,
        message: message.to_owned(),
        hint,
        kind,
        code,
    }
}

/// A refusal that has no words of its own.
fn refused(status: u16) -> Told {
    let message = format!("the platform refused this (HTTP {status})");
    told(status, &message, (status == 404).then_some(WHERE), "failed", 1)
}

fn unauthorized() -> Told {
    told(401, NOT_ACCEPTED, Some(ANOTHER_KEY), "not-signed-in", 3)
}

/// Refuses the call with `body`, and finds the failure told to a person and to a script, with the platform's words `said`.
#[track_caller]
fn is_told((arguments, call): (&[&str], Call), expected: &Told, body: &str, said: &str) {
    let platform = platform();
    platform.answer_always(call, ResponseTemplate::new(expected.status).set_body_string(body));
    let run = program(&platform, arguments).arg("--quiet").run();
    let mut lines = vec![format!("error: {}", expected.message)];
    if !said.is_empty() {
        lines.push(format!("  the platform says: {said}"));
    }
    lines.extend(expected.hint.map(|hint| format!("hint: {hint}")));
    let shown = |text: &str| text.replace(&platform.url(), "[base URL]");
    assert_eq!(shown(&run.stderr), lines.join("\n") + "\n", "{body}");
    assert_eq!((run.code, run.stdout.as_str()), (expected.code, ""));

    let run = program(&platform, arguments).args(["-o", "json"]).run();
    let gap = if expected.message.ends_with('.') {
        " The"
    } else {
        ": the"
    };
    let message = match said {
        "" => expected.message.clone(),
        said => format!("{}{gap} platform says: {said}", expected.message),
    };
    let error = json!({
        "kind": expected.kind, "message": message, "hint": expected.hint, "status": expected.status,
        "exitCode": expected.code,
    });
    let failure: Value = serde_json::from_str(&shown(&run.failure().to_string())).unwrap();
    assert_eq!(failure, error, "{body}");
    assert_eq!(run.code, expected.code);
    let nothing = if call == Call::Delete { "[]\n" } else { "" };
    assert_eq!(run.stdout, nothing);
    assert_eq!(platform.tokens().len(), 1);
}

fn words(message: &str) -> String {
    json!({"statusCode": 400, "message": message}).to_string()
}

#[test]
fn fault_25_each_status_is_told_in_its_own_words_to_one_who_lists() {
    for expected in [
        unauthorized(),
        told(403, FORBIDDEN, None, "forbidden", 3),
        refused(404),
        refused(409),
        refused(400),
        refused(413),
        refused(422),
        refused(451),
        refused(501),
    ] {
        is_told(LIST, &expected, &words("Not today"), "Not today");
    }
}

#[test]
fn fault_25_each_status_is_told_in_its_own_words_to_one_who_creates() {
    for expected in [
        unauthorized(),
        told(403, FORBIDDEN, None, "forbidden", 3),
        refused(404),
        told(409, TAKEN, None, "name-taken", 5),
        refused(400),
        refused(413),
        refused(422),
        refused(451),
    ] {
        is_told(CREATE, &expected, &words("Not today"), "Not today");
    }
}

#[test]
fn fault_25_each_status_is_told_in_its_own_words_to_one_who_deletes() {
    for expected in [
        unauthorized(),
        told(403, FORBIDDEN, None, "forbidden", 3),
        told(404, NOT_FOUND, None, "not-found", 4),
        refused(409),
        refused(400),
        refused(422),
        refused(451),
    ] {
        is_told(DELETE, &expected, &words("Not today"), "Not today");
    }
}

#[test]
fn fault_25_a_platform_that_is_not_well_is_told_apart_from_one_that_refuses() {
    for status in [408, 429, 500, 502, 503, 504] {
        let message = format!("the platform is too busy or failing (HTTP {status})");
        // One that turns a request away has not done what it asks for.
        let doubt = if status == 429 {
            ""
        } else {
            ": whether anything was deleted is not known"
        };
        for (case, message) in [(LIST, message.clone()), (DELETE, message + doubt)] {
            let expected = told(status, &message, Some("try again in a while"), "unreachable", 6);
            is_told(case, &expected, "<html><h1>Bad Gateway</h1></html>", "");
        }
    }
}

#[test]
fn fault_25_the_platforms_words_are_found_in_every_shape() {
    for (body, said) in [
        (json!({"message": "one thing"}), "one thing"),
        (
            json!({"message": ["name is short", "date is past"]}),
            "name is short; date is past",
        ),
        (json!({"message": {"message": ["deep"]}}), "deep"),
        (json!({"error": "Bad Request"}), "Bad Request"),
        (json!({"error": {"message": "deeper"}}), "deeper"),
        (json!({"error": {"message": ["a", "b"], "code": 7}}), "a; b"),
        (json!({"message": ["", null, 7]}), ""),
        (json!({"message": null}), ""),
        (json!({"statusCode": 400}), ""),
        (json!([]), ""),
        (Value::Null, ""),
    ] {
        is_told(CREATE, &refused(400), &body.to_string(), said);
    }
}

#[test]
fn fault_25_a_refusal_without_json_is_told_with_its_words_or_without_any() {
    for (body, said) in [
        ("", ""),
        ("  \n", ""),
        ("upstream timed out\n", "upstream timed out"),
        ("<!DOCTYPE html><title>No</title>", ""),
        ("\n <html>", ""),
        ("{\"message\":\"cut o", ""),
        ("[1, 2", ""),
    ] {
        is_told(LIST, &refused(400), body, said);
    }
}

#[test]
fn fault_19_the_platforms_words_are_shown_harmless_on_one_line_and_not_at_any_length() {
    let message = "\u{1b}[2J\u{1b}]0;owned\u{7}two\nlines\u{202e}\u{9b}31m";
    let shown = "\u{fffd}[2J\u{fffd}]0;owned\u{fffd}two lines\u{fffd}\u{fffd}31m";
    is_told(LIST, &refused(400), &words(message), shown);
    is_told(
        LIST,
        &refused(400),
        &words(&"long ".repeat(100_000)),
        &"long ".repeat(200),
    );
}

#[test]
fn fault_25_a_token_that_may_not_create_another_is_told_what_may() {
    let platform = Platform::start();
    platform.sign_in_with_token(TokenSeed::named("laptop"));
    let run = program(&platform, &["create", "new-one"]).run().exits(3);
    assert_eq!(
        run.stderr.replace(&platform.url(), "[base URL]"),
        "Creating the token new-one, which never expires\n\
         error: Cannot manage access tokens. Check your API key permissions: \
         a personal access token may not create another: sign in (`tfy login`) or use the web page\n  \
         the platform says: Personal access tokens cannot be created while authenticated with a personal access token\n\
         hint: run `tfy login --host [base URL]` and unset TFY_API_KEY, which comes first\n"
    );
    let run = program(&platform, &["create", "new-one", "-o", "json"]).run().exits(3);
    assert_eq!(
        (&run.failure()["kind"], &run.failure()["status"]),
        (&json!("forbidden"), &json!(403))
    );
    platform.forbid();
    let run = program(&platform, &["list"]).run().exits(3);
    assert!(run.stderr.starts_with(&format!("error: {FORBIDDEN}\n")));
}

#[test]
fn fault_25_a_user_who_is_not_there_is_named() {
    let platform = platform();
    for arguments in [
        ["create", "new-one", "--for-user", "none@acme.test"].as_slice(),
        &["revoke-all", "none@acme.test", "--yes"],
    ] {
        let run = program(&platform, arguments).arg("--quiet").run().exits(4);
        assert_eq!(
            run.stderr,
            "error: there is no user none@acme.test\n  the platform says: User none@acme.test not found\n"
        );
    }
    assert_eq!(platform.tokens().len(), 1);
}
