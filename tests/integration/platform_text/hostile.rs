//! Escape sequences, control characters, and characters that hide or reorder others.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

#[cfg(unix)]
use super::shown;
use super::{cells, list, named};
use crate::support::platform::{Call, Platform, TokenSeed};

/// A text, and how it is shown.
const HOSTILE: [(&str, &str); 12] = [
    ("red\u{1b}[31m", "red\u{fffd}[31m"),
    ("clear\u{1b}[2J\u{1b}[H", "clear\u{fffd}[2J\u{fffd}[H"),
    ("title\u{1b}]0;pwned\u{7}", "title\u{fffd}]0;pwned\u{fffd}"),
    ("csi\u{9b}31m", "csi\u{fffd}31m"),
    ("two\nlines", "two lines"),
    ("over\rwritten", "over written"),
    ("tab\there", "tab here"),
    ("back\u{8}space", "back\u{fffd}space"),
    ("nothing\0", "nothing\u{fffd}"),
    ("safe\u{202e}gpj.exe", "safe\u{fffd}gpj.exe"),
    ("zero\u{200b}width\u{feff}", "zero\u{fffd}width\u{fffd}"),
    ("separated\u{2028}lines\u{85}twice", "separated lines twice"),
];

fn sent() -> [&'static str; 12] {
    HOSTILE.map(|(sent, _)| sent)
}

/// The names in a table: what stands before the two blanks in front of an id.
fn names(table: &str) -> Vec<&str> {
    let rows = table.lines().skip(1);
    rows.map(|row| row.split("  cm3k").next().unwrap().trim_end()).collect()
}

#[test]
fn fault_19_a_table_has_a_harmless_line_a_token() {
    let platform = named(&sent());
    let table = list(&platform, "table").run().exits(0).stdout;
    assert_eq!(names(&table), HOSTILE.map(|(_, shown)| shown));
    #[cfg(unix)]
    assert_eq!(names(&shown(&platform, "table", 200)), HOSTILE.map(|(_, shown)| shown));
}

#[test]
fn fault_19_json_is_exact_and_harmless_as_it_is_written() {
    let platform = named(&sent());
    let run = list(&platform, "json").run().exits(0);
    let tokens = run.json();
    let read: Vec<_> = tokens
        .as_array()
        .unwrap()
        .iter()
        .map(|token| token["name"].as_str().unwrap())
        .collect();
    assert_eq!(read, sent());
    let lines = list(&platform, "jsonl").run().exits(0).stdout;
    let read: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(&Value::Array(read), &tokens);
    #[cfg(unix)]
    assert_eq!(shown(&platform, "jsonl", 200), lines);
}

#[test]
fn fault_19_csv_is_exact_for_programs_and_harmless_at_a_terminal() {
    let platform = named(&sent());
    let csv = list(&platform, "csv").exact_output().run().exits(0).stdout;
    let read: Vec<_> = cells(&csv).into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(read, sent());
    #[cfg(unix)]
    {
        let read: Vec<_> = cells(&shown(&platform, "csv", 200))
            .into_iter()
            .map(|row| row[0].clone())
            .collect();
        assert_eq!(read, HOSTILE.map(|(_, shown)| shown));
    }
}

#[test]
fn fault_19_an_id_is_never_more_than_a_line() {
    let platform = Platform::start();
    for (sent, _) in HOSTILE.iter().rev() {
        platform.add_raw(json!({"id": sent}));
    }
    let expected: Vec<_> = HOSTILE.iter().map(|(_, shown)| *shown).collect();
    #[cfg(unix)]
    assert_eq!(
        shown(&platform, "id", 80)
            .lines()
            .map(str::trim_end)
            .collect::<Vec<_>>(),
        expected
    );
    let run = list(&platform, "id").exact_output().run().exits(0);
    assert_eq!(run.stdout.lines().count(), expected.len());
    assert!(
        !run.stdout
            .contains(|character: char| character.is_control() && character != '\n')
    );
    let exact = list(&platform, "json").run().exits(0).json();
    let read: Vec<_> = exact
        .as_array()
        .unwrap()
        .iter()
        .map(|token| token["id"].as_str().unwrap())
        .collect();
    assert_eq!(read, sent());
}

#[test]
fn fault_19_an_address_is_exact_in_json_and_csv() {
    let address = "ada@acme.test\u{1b}[2J\u{202e}\n";
    let platform = Platform::start();
    platform.add(TokenSeed::named("ci-pipeline").created_by(address));
    assert_eq!(list(&platform, "json").run().exits(0).json()[0]["createdBy"], address);
    let csv = list(&platform, "csv").exact_output().run().exits(0).stdout;
    assert_eq!(cells(&csv)[0][6], address);
    #[cfg(unix)]
    {
        let shown = shown(&platform, "csv", 200);
        assert_eq!(cells(&shown)[0][6], "ada@acme.test\u{fffd}[2J\u{fffd} ");
    }
}

#[test]
fn fault_19_a_message_is_shown_harmless_and_on_a_line() {
    for (sent, shown) in HOSTILE {
        let platform = Platform::start();
        let body = json!({"statusCode": 400, "message": [sent, "second"]});
        platform.answer_always(Call::List, ResponseTemplate::new(400).set_body_json(body));
        let said = format!("the platform says: {shown}; second");
        let run = list(&platform, "table").run().exits(1);
        assert_eq!(
            run.stderr,
            format!("error: the platform refused this (HTTP 400)\n  {said}\n")
        );
        let run = list(&platform, "json").run().exits(1);
        assert_eq!(run.stderr.matches('\n').count(), 1);
        let error: Value = serde_json::from_str(&run.stderr).unwrap();
        assert_eq!(
            error["error"]["message"],
            format!("the platform refused this (HTTP 400): {said}")
        );
    }
}

#[test]
#[cfg(unix)]
fn fault_19_a_message_is_harmless_at_a_terminal() {
    use crate::support::terminal::Terminal;
    let platform = Platform::start();
    let message = "no\u{1b}]0;pwned\u{7}\u{1b}[2J\nerror: nothing is wrong\u{202e}";
    let body = json!({"statusCode": 403, "message": message});
    platform.answer_always(Call::List, ResponseTemplate::new(403).set_body_json(body));
    let finished = Terminal::size(120, 20).run(&list(&platform, "table")).finish();
    assert_eq!(finished.code, 3);
    assert_eq!(
        finished.output,
        "error: Cannot manage access tokens. Check your API key permissions.\r\n  \
         the platform says: no\u{fffd}]0;pwned\u{fffd}\u{fffd}[2J error: nothing is wrong\u{fffd}\r\n"
    );
}
