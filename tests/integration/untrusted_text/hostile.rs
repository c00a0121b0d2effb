//! Escape sequences, control characters, and characters that hide or reorder others.

use serde_json::{Value, json};

#[cfg(unix)]
use super::shown;
use super::{cells, first_cells, list, named};
use crate::support::FakeServer;

/// A text, and how it is shown.
const TEXTS: [(&str, &str); 12] = [
    ("red\u{1b}[31m", "red\u{fffd}[31m"),
    ("clear\u{1b}[2J\u{1b}[H", "clear\u{fffd}[2J\u{fffd}[H"),
    ("title\u{1b}]0;pwned\u{7}", "title\u{fffd}]0;pwned\u{fffd}"),
    ("csi\u{9b}31m", "csi\u{fffd}31m"),
    ("two\nlines", "two lines"),
    ("over\rwritten", "over written"),
    ("tab\there", "tab here"),
    ("back\u{8}space", "back\u{fffd}space"),
    ("null\0", "null\u{fffd}"),
    ("safe\u{202e}gpj.exe", "safe\u{fffd}gpj.exe"),
    ("zero\u{200b}width\u{feff}", "zero\u{fffd}width\u{fffd}"),
    ("separated\u{2028}lines\u{85}twice", "separated lines twice"),
];

fn sent() -> [&'static str; 12] {
    TEXTS.map(|(sent, _)| sent)
}

/// The names in a table: the text before the gap in front of an ID.
fn names(table: &str) -> Vec<&str> {
    let rows = table.lines().skip(1);
    rows.map(|row| row.split("  cm3k").next().unwrap().trim_end()).collect()
}

#[test]
fn table_shows_one_sanitized_line_per_token() {
    let server = named(&sent());
    let table = list(&server, "table").run().exits(0).stdout;
    assert_eq!(names(&table), TEXTS.map(|(_, shown)| shown));
    #[cfg(unix)]
    assert_eq!(names(&shown(&server, "table", 200)), TEXTS.map(|(_, shown)| shown));
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
    let server = named(&sent());
    assert_eq!(first_cells(&list(&server, "csv").run().exits(0).stdout), sent());
    #[cfg(unix)]
    assert_eq!(first_cells(&shown(&server, "csv", 200)), TEXTS.map(|(_, shown)| shown));
}

#[test]
fn id_is_one_sanitized_line() {
    let server = FakeServer::start();
    for (sent, _) in TEXTS.iter().rev() {
        server.add_raw(json!({ "id": sent }));
    }
    // IDs that are safe in a URL are exact for programs. None of them contains a control character.
    let ids = list(&server, "id").exact_output().run().exits(0).stdout;
    assert!(!ids.contains(|c: char| c.is_control() && c != '\n'), "{ids:?}");
    assert_eq!(ids.lines().count(), TEXTS.len());
    let tokens = list(&server, "json").run().exits(0).json();
    let exact: Vec<&Value> = tokens.as_array().unwrap().iter().map(|token| &token["id"]).collect();
    assert_eq!(exact, sent());
    #[cfg(unix)]
    {
        let ids = shown(&server, "id", 80);
        let ids: Vec<&str> = ids.lines().map(str::trim_end).collect();
        assert_eq!(ids, TEXTS.map(|(_, shown)| shown));
    }
}

#[test]
fn email_is_exact_in_json_and_csv() {
    let address = "ada@acme.test\u{1b}[2J\u{202e}\n";
    let server = FakeServer::start();
    server.add_raw(json!({"id": "a", "createdBySubject": {"subjectSlug": address}}));
    assert_eq!(list(&server, "json").run().exits(0).json()[0]["createdBy"], address);
    assert_eq!(cells(&list(&server, "csv").run().exits(0).stdout)[0][6], address);
    #[cfg(unix)]
    assert_eq!(cells(&shown(&server, "csv", 200))[0][6], "ada@acme.test\u{fffd}[2J\u{fffd} ");
}
