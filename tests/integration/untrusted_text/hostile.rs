//! Escape sequences, control characters, and characters that hide or reorder others.

use serde_json::{Value, json};

#[cfg(unix)]
use super::shown;
use super::{cells, list, named};
use crate::support::{FakeServer, snapshot};

/// A text, and how it is shown.
const TEXTS: [(&str, &str); 7] = [
    ("red\u{1b}[31m", "red\u{fffd}[31m"),
    ("title\u{1b}]0;pwned\u{7}", "title\u{fffd}]0;pwned\u{fffd}"),
    ("csi\u{9b}31m", "csi\u{fffd}31m"),
    ("two\nlines", "two lines"),
    ("over\rwritten\0", "over written\u{fffd}"),
    ("safe\u{202e}gpj.exe", "safe\u{fffd}gpj.exe"),
    ("zero\u{200b}width\u{feff}", "zero\u{fffd}width\u{fffd}"),
];

fn sent() -> [&'static str; 7] {
    TEXTS.map(|(sent, _)| sent)
}

/// The names in a table: the text before the gap in front of an ID.
fn names(table: &str) -> Vec<&str> {
    let rows = table.lines().skip(1);
    rows.map(|row| row.split("  cm3k").next().unwrap().trim_end()).collect()
}

#[test]
fn table_quotes_names_on_one_line() {
    let server = named(&sent());
    let table = list(&server, "table").run().exits(0).stdout;
    let quoted = [
        r#""red\u{1b}[31m""#,
        r#""title\u{1b}]0;pwned\u{7}""#,
        r#""csi\u{9b}31m""#,
        r#""two\nlines""#,
        r#""over\rwritten\u{0}""#,
        r#""safe\u{202e}gpj.exe""#,
        r#""zero\u{200b}width\u{feff}""#,
    ];
    assert_eq!(names(&table), quoted);
    #[cfg(unix)]
    assert_eq!(names(&shown(&server, "table", 200)), quoted);
}

#[test]
fn names_cannot_pass_for_others() {
    let server =
        named(&["ci", "CI", "\"ci\"", "\\u{1b}", "::stop-commands::x", "##vso[task.complete]", "-rf", "a b", "cі"]);
    let table = list(&server, "table").run().exits(0).stdout;
    let expected = [
        "ci",
        r#""CI""#,
        r#""\"ci\"""#,
        r#""\\u{1b}""#,
        r#""::stop-commands::x""#,
        r#""\u{23}#vso[task.complete]""#,
        r#""-rf""#,
        r#""a b""#,
        r#""cі""#,
    ];
    assert_eq!(names(&table), expected);
}

#[test]
fn json_is_exact_and_escaped() {
    let server = named(&sent());
    let tokens = list(&server, "json").run().exits(0).json();
    let names: Vec<&Value> = tokens.as_array().unwrap().iter().map(|token| &token["name"]).collect();
    assert_eq!(names, sent());
    let lines = list(&server, "jsonl").run().exits(0).stdout;
    let read: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(Value::Array(read), tokens);
    #[cfg(unix)]
    assert_eq!(shown(&server, "jsonl", 200), lines);
}

#[test]
fn csv_is_exact_except_at_terminal() {
    let server = FakeServer::start();
    for text in sent().iter().rev() {
        server.add_raw(json!({"id": text, "name": text, "createdBySubject": {"subjectSlug": text}}));
    }
    let columns = |csv: &str| cells(csv).into_iter().map(|row| [0, 1, 7].map(|column| row[column].clone()));
    let rows: Vec<_> = columns(&list(&server, "csv").run().exits(0).stdout).collect();
    assert_eq!(rows, sent().map(|text| [text; 3]));
    #[cfg(unix)]
    {
        let rows: Vec<_> = columns(&shown(&server, "csv", 200)).collect();
        assert_eq!(rows, TEXTS.map(|(_, shown)| [shown; 3]));
    }
}

#[test]
fn unsafe_id_is_not_listed_for_programs() {
    for id in sent().into_iter().chain(["-rf", "a b", "$(id)", "revoke/all"]) {
        let server = FakeServer::with(&["ci"]);
        server.add_raw(json!({"id": id, "name": "odd"}));
        let run = list(&server, "id").run().exits(1);
        let error = "error: token `odd` has an ID that is not safe to pass to a program\nhint: use -o json\n";
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", error), "{id:?}");
    }
}

#[test]
fn malformed_fields_count_as_absent() {
    let server = FakeServer::start();
    for item in [
        json!({"id": "bare"}),
        json!({"id": "numbered", "manifest": {"name": 7, "expiration_date": 7}, "createdAt": 7, "isExpired": "yes"}),
        json!({"id": "listed", "manifest": ["n"], "jwts": [7, null, {"id": []}], "jwtId": {}}),
        json!({"id": "dated", "manifest": {"name": "n4", "expiration_date": "2099-07-15"},
            "createdAt": "2020-01-15T23:30:00-02:00", "token": "tfy_SENTINEL"}),
    ] {
        server.add_raw(item);
    }
    snapshot!(list(&server, "table"), @"
    exit: 0
    --- stdout
    NAME       ID        CREATED AT  EXPIRES AT  LAST USED
    n4         dated     2020-01-16  2099-07-15  -
    (unnamed)  listed    -           Never       -
    (unnamed)  numbered  -           -           -
    (unnamed)  bare      -           Never       -
    --- requests
    GET /personal-access-tokens?limit=100&offset=0 200
    ");
    // A token without an ID might be mistaken for another one, so no token is shown.
    server.add_raw(json!({"id": "", "name": "tfy_SENTINEL"}));
    let run = list(&server, "table").run().exits(1);
    assert_eq!(run.stderr, "error: unexpected response from the server: item 1 of the page has no ID\n");
}
