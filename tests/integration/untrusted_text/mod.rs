//! Text from the server: sanitized for people, exact for programs.

mod hostile;
mod spreadsheet;
mod wide;

use serde_json::json;

#[cfg(unix)]
use crate::support::Terminal;
use crate::support::{ADA, FakeServer, Program};

/// A server that lists tokens with these names in this order, even if the server of TrueFoundry would refuse them.
fn named(names: &[&str]) -> FakeServer {
    let server = FakeServer::start();
    for (number, name) in names.iter().enumerate().rev() {
        server.add_raw(json!({
            "id": format!("cm3k1x9qf{number:016}"), "manifest": {"name": name},
            "createdAt": "2020-01-15T09:30:00.000Z", "createdBySubject": {"subjectSlug": ADA},
        }));
    }
    server
}

fn list(server: &FakeServer, format: &str) -> Program {
    let program = server.program("list -o").arg(format).env("NO_COLOR", "1");
    if format == "csv" { program.exact_output() } else { program }
}

/// The output of `list` at a terminal with so many columns. It must not contain an escape sequence.
#[cfg(unix)]
#[track_caller]
fn shown(server: &FakeServer, format: &str, columns: u16) -> String {
    let finished = Terminal::size(columns, 60).run(&list(server, format)).finish().exits(0);
    // CSV ends its lines with CRLF, and the terminal adds one more carriage return.
    let text = finished.output.replace("\r\r\n", "\n").replace("\r\n", "\n");
    let control = text.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(control, None, "{text:?}");
    text
}

/// The cells of CSV without the header.
#[track_caller]
fn cells(text: &str) -> Vec<Vec<String>> {
    let rows = csv::Reader::from_reader(text.as_bytes()).into_records();
    let cells = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
    rows.map(|row| cells(row.expect("a row of CSV"))).collect()
}
