//! Answers of success that are no listing.

use serde_json::Value;
use wiremock::ResponseTemplate;

use super::list;
use crate::support::platform::{Call, Platform};

/// A body, and what is said of it. Some have the sentinel of secrets in them, which every test looks for.
const NONSENSE: [(&str, &str); 15] = [
    ("", "nothing"),
    (" \r\n", "nothing"),
    ("null", "null"),
    ("{}", "JSON of another shape"),
    ("[]", "JSON of another shape"),
    (r#"{"data":null}"#, "JSON of another shape"),
    (r#"{"data":{"id":"SENTINEL"}}"#, "JSON of another shape"),
    (r#"{"token":"tfy_SENTINEL"}"#, "JSON of another shape"),
    ("\"SENTINEL\"", "JSON of another shape"),
    (
        "<!DOCTYPE html><title>SENTINEL</title>",
        "a web page (perhaps of a sign-in or a proxy)",
    ),
    (
        "\n  <html>SENTINEL</html>",
        "a web page (perhaps of a sign-in or a proxy)",
    ),
    ("SENTINEL, please sign in", "text that is not JSON"),
    (r#"{"data":[{"id":"SENTINEL","#, "JSON that breaks off"),
    (r#"{"data":[{"id":"SENTINEL"}], oops}"#, "text that is not JSON"),
    ("{\"data\":[]}{\"data\":[]}", "text that is not JSON"),
];

fn answering(body: &str) -> Platform {
    let platform = Platform::start();
    let answer = ResponseTemplate::new(200).set_body_raw(body, "application/json");
    platform.answer_always(Call::List, answer);
    platform
}

#[test]
fn fault_22_what_came_in_place_of_a_listing_is_said_and_never_shown() {
    for (body, came) in NONSENSE {
        let platform = answering(body);
        let said = format!("the answer makes no sense: {came} came instead of a page of tokens");
        for format in ["table", "jsonl", "id"] {
            let run = list(&platform, format).run().exits(1);
            assert_eq!(
                (run.stdout.as_str(), run.stderr),
                ("", format!("error: {said}\n")),
                "{body}"
            );
        }
        let run = list(&platform, "json").run().exits(1);
        assert_eq!((run.stdout.as_str(), run.stderr.matches('\n').count()), ("", 1));
        let error: Value = serde_json::from_str(&run.stderr).unwrap();
        assert_eq!(
            (&error["error"]["message"], &error["error"]["status"]),
            (&said.into(), &Value::Null)
        );
        assert_eq!(platform.requests().len(), 4, "an answer is an answer");
    }
}

#[test]
#[cfg(unix)]
fn fault_22_at_a_terminal_it_is_said_in_the_same_words() {
    use crate::support::terminal::Terminal;
    let platform = answering("<html>SENTINEL\u{1b}]0;title\u{7}</html>");
    let finished = Terminal::size(160, 20).run(&list(&platform, "table")).finish();
    assert_eq!(finished.code, 1);
    assert_eq!(
        finished.output,
        "error: the answer makes no sense: a web page (perhaps of a sign-in or a proxy) came instead of a page \
         of tokens\r\n"
    );
}

#[test]
fn fault_22_a_spreadsheet_gets_no_header_where_there_is_no_table() {
    let run = list(&answering("<html>"), "csv").exact_output().run().exits(1);
    assert_eq!(run.stdout, "");
}
