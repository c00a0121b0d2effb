//! Input from the server.

use serde_json::{Value, json};

use crate::secrets::has_exit_code;
use crate::support::servers::{RawServer, Script};
use crate::support::{Program, Terminal, cases};

/// A server that answers each request with these items.
fn page(items: &[Value]) -> RawServer {
    let body = json!({"data": items, "pagination": {"total": items.len()}});
    RawServer::answering(vec![Script::json(200, body.to_string())])
}

fn run(server: &RawServer, arguments: &str) -> Program {
    server.program(arguments).args("--retries 0").exact_output()
}

#[test]
fn extreme_numbers_do_not_panic() {
    for total in ["18446744073709551615", "9223372036854775807", "-1", "1e308", "\"many\"", "{}", "0", "1", "101"] {
        let total: Value = serde_json::from_str(total).unwrap();
        for tokens in [0, 1, 100] {
            let items: Vec<_> = (0..tokens).map(|id| json!({"id": format!("id-{id}")})).collect();
            let body = json!({"data": items, "pagination": {"total": total, "limit": total, "offset": total}});
            let server = RawServer::answering(vec![Script::json(200, body.to_string())]);
            has_exit_code(&run(&server, "list -o id").run());
        }
    }
}

#[test]
fn extreme_times_do_not_panic() {
    let times = "9999-12-31T23:59:59.999999999Z 9999-12-30T22:00:00Z -009999-01-02T01:59:59Z 0000-01-01 9999-12-31 \
                 2026-02-30 99999-01-01 1970-01-01T00:00:00+25:59 T \u{1b} 2026-12-31T23:59:60Z 0001-01-01T00:00:00Z";
    let item = |(number, time): (usize, &str)| {
        json!({
            "id": format!("id-{number}"), "createdAt": time, "lastAccessedAt": time, "jwtId": "j",
            "manifest": {"name": format!("token-{number}"), "expiration_date": time},
            "jwts": [{"id": "j", "expiry": time}],
        })
    };
    let items: Vec<_> = times.split(' ').chain([""]).enumerate().map(item).collect();
    let server = page(&items);
    for arguments in [
        "list --color always --expires-within 7000y",
        "list --color always --unused-for 9998y",
        "list --color always --sort expires",
        "list --sort last-used --reverse -o csv",
        "delete --unused-for 1s --dry-run",
    ] {
        run(&server, arguments).colored().run().exits(0);
    }
    let session = Terminal::size(60, 24).run(&run(&server, "delete --search token"));
    session.wait_for("to confirm:").send("n\r");
    session.finish().exits(130);
}

#[test]
fn unusual_names_do_not_panic() {
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
    let item = |name: &String| json!({"id": name.chars().rev().collect::<String>() + "-", "name": name});
    let items: Vec<_> = names.iter().map(item).collect();
    let server = page(&items);
    for format in ["table", "json", "csv"] {
        let run = run(&server, &format!("list -o {format}")).run().exits(0);
        assert!(!run.stdout.is_empty());
    }
    for (columns, rows) in [(1, 1), (2, 2), (7, 3), (20, 5), (300, 100), (1000, 2)] {
        Terminal::size(columns, rows).run(&run(&server, "list")).finish().exits(0);
    }
}

#[test]
fn unusual_json_does_not_panic() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
    for body in [
        deep("[", "]"),
        deep("{\"data\":", "}"),
        format!("{{\"data\":[{}]}}", deep("[", "]")),
        format!("{{\"data\":[{{\"id\":\"a\",\"manifest\":{}}}]}}", deep("{\"name\":", "}")),
        format!("{{\"message\":{}}}", deep("[", "]")),
        r#"{"data":[{"id":"\ud800"}]}"#.to_owned(),
        r#"{"data":[{"id":1e999}]}"#.to_owned(),
        r#"{"data":[{"id":"a","id":"b"}],"data":[]}"#.to_owned(),
        "\u{feff}{\"data\":[]}".to_owned(),
        r#"{"data":[],"data":{}}"#.to_owned(),
    ] {
        for status in [200, 400, 401] {
            let server = RawServer::answering(vec![Script::json(status, &body)]);
            for arguments in ["list", "status", "create new-one"] {
                has_exit_code(&run(&server, arguments).run());
            }
        }
    }
}

#[test]
fn unusual_headers_do_not_panic() {
    for case in cases(
        "Location: http://[
         Location: //
         Location:
         Location: javascript:alert(1)
         Location: \u{1}\u{e9}
         Location: mailto:ada@acme.test
         Location: https://a.test:99999/
         Retry-After: 18446744073709551616
         Retry-After: Fri, 31 Dec 9999 23:59:59 GMT
         Date: yesterday
         Content-Type: \u{7f}",
    ) {
        let [header] = case.columns();
        for status in [301, 308, 401, 503] {
            let answer = format!("HTTP/1.1 {status} X\r\n{header}\r\nContent-Length: 0\r\n\r\n");
            let server = RawServer::answering(vec![Script::CutShort(answer.into())]);
            for arguments in ["list", "create new-one"] {
                has_exit_code(&run(&server, arguments).run());
            }
        }
    }
}
