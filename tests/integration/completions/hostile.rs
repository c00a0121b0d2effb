//! Names and ids that would do harm on a command line are not offered.

use serde_json::json;

use super::{against, offered, tab};
use crate::support::platform::{Platform, TokenSeed};

const HOSTILE: [&str; 14] = [
    "$(touch pwned)",
    "`touch pwned`",
    "a;touch pwned",
    "a|touch pwned",
    "a&touch pwned",
    "a>pwned",
    "a b",
    "a\nb",
    "a\u{1b}[2Jb",
    "a'b",
    "a\"b",
    "*",
    "--yes",
    "~root",
];

#[test]
fn hostile_names_are_replaced_by_plain_ids() {
    let platform = Platform::start();
    let mut ids: Vec<String> = HOSTILE
        .iter()
        .map(|name| platform.add(TokenSeed::named(*name)))
        .collect();
    ids.reverse();
    let offered = offered(&against(&platform), &["tfy-tokens", "delete", "cm"]);
    assert_eq!(offered, ids);
    for name in HOSTILE {
        let begun: String = name.chars().take(1).collect();
        if begun != "-" {
            let run = tab(&against(&platform), &["tfy-tokens", "delete", &begun]);
            assert_eq!(run.stdout, "", "{name:?}");
        }
    }
}

#[test]
fn hostile_ids_of_unnamed_tokens_are_not_offered() {
    let platform = Platform::start();
    let long = "a".repeat(10_000);
    for id in HOSTILE.into_iter().chain(["revoke/all", "../x", "a%2fb", "-rf", &long]) {
        platform.add_raw(json!({"id": id, "type": "pat", "manifest": {"name": id}}));
    }
    platform.add_raw(json!({"id": "plain-1", "type": "pat"}));
    let offered = offered(&against(&platform), &["tfy-tokens", "delete", ""]);
    let tokens: Vec<&str> = offered
        .iter()
        .map(String::as_str)
        .take_while(|word| !word.starts_with("--"))
        .collect();
    assert_eq!(tokens, ["plain-1"]);
    assert_eq!(offered.iter().filter(|word| *word == "--yes").count(), 1, "the option");
}

#[test]
fn two_tokens_of_one_name_are_offered_by_their_ids() {
    let platform = Platform::start();
    platform.add_raw(json!({"id": "first1", "manifest": {"name": "same-name"}}));
    platform.add_raw(json!({"id": "second2", "manifest": {"name": "same-name"}}));
    let program = against(&platform);
    assert_eq!(offered(&program, &["tfy-tokens", "delete", "same"]), [""; 0]);
    assert_eq!(offered(&program, &["tfy-tokens", "delete", "fi"]), ["first1"]);
    assert_eq!(offered(&program, &["tfy-tokens", "rotate", "se"]), ["second2"]);
}
