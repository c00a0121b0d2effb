//! What a platform sends.

use serde_json::{Value, json};

use super::super::program;
use super::in_words;
use crate::support::platform::{Call, Platform, TokenSeed};
use crate::support::program::Program;
use crate::support::servers::{RawServer, Script};
use crate::support::terminal::Terminal;

fn page(body: &Value) -> RawServer {
    RawServer::answering(vec![Script::json(200, body.to_string())])
}

fn at(server: &RawServer, arguments: &[&str]) -> Program {
    Program::against(server.url(), "key-of-no-platform")
        .args(arguments)
        .args(["--retries", "0"])
        .exact_output()
}

#[test]
fn no_number_that_a_platform_sends_makes_it_panic() {
    for total in [
        json!(u64::MAX),
        json!(u64::MAX - 1),
        json!(i64::MAX),
        json!(1_000_000_000_000_u64),
        json!(-1),
        json!(1e308),
        json!("many"),
        json!({}),
        Value::Null,
        json!(0),
        json!(1),
        json!(2),
        json!(101),
    ] {
        for tokens in [0, 1, 2, 100] {
            let items: Vec<_> = (0..tokens).map(|id| json!({"id": format!("id-{id}")})).collect();
            let server = page(&json!({"data": items, "pagination": {"total": total, "limit": total, "offset": total}}));
            in_words(&at(&server, &["list", "-o", "id"]).run());
        }
    }
}

#[test]
fn no_time_that_a_platform_sends_makes_it_panic() {
    let times = [
        "9999-12-31T23:59:59.999999999Z",
        "9999-12-30T22:00:00Z",
        "-009999-01-02T01:59:59Z",
        "0000-01-01",
        "9999-12-31",
        "2026-02-30",
        "99999-01-01",
        "1970-01-01T00:00:00+25:59",
        "",
        "T",
        "\u{1b}",
        "2026-12-31T23:59:60Z",
        "0001-01-01T00:00:00Z",
    ];
    let item = |(number, time): (usize, &&str)| {
        json!({
            "id": format!("id-{number}"), "createdAt": time, "lastAccessedAt": time, "jwtId": "j",
            "manifest": {"name": format!("token-{number}"), "expiration_date": time},
            "jwts": [{"id": "j", "expiry": time}],
        })
    };
    let items: Vec<_> = times.iter().enumerate().map(item).collect();
    let server = page(&json!({"data": items, "pagination": {"total": items.len()}}));
    for arguments in [
        ["list"].as_slice(),
        &["list", "--expires-within", "7000y"],
        &["list", "--unused-for", "9998y"],
        &["list", "--sort", "expires"],
        &["list", "--sort", "last-used", "--reverse", "-o", "csv"],
        &["delete", "--unused-for", "1s", "--dry-run"],
    ] {
        in_words(&at(&server, arguments).run());
        in_words(&at(&server, arguments).args(["--color", "always"]).coloured().run());
    }
    let mut session = Terminal::size(60, 24).run(&at(&server, &["delete", "--expired"]));
    session.wait_for("[y/N]");
    session.send("n");
    assert_eq!(session.finish().code, 130);
}

#[test]
fn a_lifetime_that_is_none_or_leaves_the_calendar_is_asked_for_and_the_old_token_kept() {
    for (created, expires) in [
        ("-009999-01-02T01:59:59Z", "9999-12-30T22:00:00Z"),
        ("9999-12-30T22:00:00Z", "0001-01-01"),
        ("2026-01-01", "2026-01-01"),
    ] {
        let platform = Platform::start();
        platform.add(TokenSeed::named("ci-run").created(created).expires(expires));
        let rotate = program(&platform).args(["rotate", "ci-run", "--yes", "--save", "new.token"]);
        let run = rotate.run().exits(2);
        let said = "error: --expires: the lifetime of the old token is not known: say when the new one expires\n";
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", said));
        assert_eq!(platform.calls(Call::Create).len(), 0);
        let names: Vec<_> = platform.tokens().into_iter().map(|token| token.name).collect();
        assert_eq!(names, ["ci-run"], "{created} to {expires}");
    }
}

#[test]
fn no_name_that_a_platform_sends_makes_it_panic() {
    let names = [
        "x".repeat(70_000),
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}".repeat(50),
        "\u{301}".repeat(10_000),
        "\u{0}".to_owned(),
        "\u{202e}\u{feff}\u{e0001}".to_owned(),
        "名".repeat(300),
        String::new(),
        "\u{10ffff}\u{fdd0}\u{ffff}".to_owned(),
        "=1+1\",\"\r\n".to_owned(),
    ];
    let items: Vec<_> = names
        .iter()
        .map(|name| json!({"id": name.chars().rev().collect::<String>() + "-", "name": name}))
        .collect();
    let server = page(&json!({"data": items, "pagination": {"total": items.len()}}));
    for format in ["table", "json", "jsonl", "csv", "id"] {
        let run = at(&server, &["list", "-o", format]).run().exits(0);
        assert!(!run.stdout.is_empty());
    }
    for (columns, rows) in [(1, 1), (2, 2), (7, 3), (20, 5), (300, 100), (1000, 2)] {
        for arguments in [["list"].as_slice(), &["list", "-o", "id"]] {
            let finished = Terminal::size(columns, rows).run(&at(&server, arguments)).finish();
            assert_eq!(finished.code, 0, "{columns} by {rows}: {}", finished.screen);
        }
    }
}

#[test]
fn no_json_that_a_platform_sends_makes_it_panic() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
    for body in [
        deep("[", "]"),
        deep("{\"data\":", "}"),
        format!("{{\"data\":[{}]}}", deep("[", "]")),
        format!(
            "{{\"data\":[{{\"id\":\"a\",\"manifest\":{}}}]}}",
            deep("{\"name\":", "}")
        ),
        format!("{{\"message\":{}}}", deep("[", "]")),
        "{\"data\":[{\"id\":\"\\ud800\"}]}".to_owned(),
        "{\"data\":[{\"id\":1e999}]}".to_owned(),
        "{\"data\":[{\"id\":\"a\",\"id\":\"b\"}],\"data\":[]}".to_owned(),
        "\u{feff}{\"data\":[]}".to_owned(),
        "{\"data\":[],\"data\":{}}".to_owned(),
    ] {
        for status in [200, 400, 401] {
            let server = RawServer::answering(vec![Script::json(status, &body)]);
            in_words(&at(&server, &["list"]).run());
            in_words(&at(&server, &["status"]).run());
            in_words(&at(&server, &["create", "new-one"]).run());
        }
    }
}

#[test]
fn no_header_that_a_platform_sends_makes_it_panic() {
    for header in [
        "Location: http://[",
        "Location: //",
        "Location:",
        "Location: javascript:alert(1)",
        "Location: \u{1}\u{e9}",
        "Location: mailto:ada@acme.test",
        "Location: https://a.test:99999/",
        "Retry-After: 18446744073709551616",
        "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT",
        "Date: yesterday",
        "Content-Type: \u{7f}",
    ] {
        for status in [301, 308, 401, 503] {
            let answer = format!("HTTP/1.1 {status} X\r\n{header}\r\nContent-Length: 0\r\n\r\n");
            let server = RawServer::answering(vec![Script::CutShort(answer.into())]);
            in_words(&at(&server, &["list"]).run());
            in_words(&at(&server, &["create", "new-one"]).run());
        }
    }
}
